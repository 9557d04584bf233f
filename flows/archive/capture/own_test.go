package capture

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/archive"
	"github.com/oidcscope/oidcscope/flows/archive/har"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/practice"
)

// TestOwnSignedAnswers: an answer that is one object (JARM) is read where it can be, and held against nobody where it can't; the tokens
// that come of it belong to the same login.
func TestOwnSignedAnswers(t *testing.T) {
	p, err := practice.Start(t.Context(), practice.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	cfg, err := p.Config("")
	if err != nil {
		t.Fatal(err)
	}
	cfg.UserTimeout, cfg.ResponseMode = 10*time.Second, "jwt"
	var events []flows.Event
	if _, err := flows.Run(t.Context(), flows.AuthorizationCode(cfg), cfg, func(e flows.Event) {
		events = append(events, e)
		if need, ok := e.(flows.NeedUser); ok {
			go p.LogIn(t.Context(), need.URL)
		}
	}); err != nil {
		t.Fatal(err)
	}
	for reveal, said := range map[bool]string{true: "the answer is signed (JARM); state is the one that was sent; iss is the issuer", false: "masked in the capture: what it says is not checked"} {
		var out bytes.Buffer
		if err := archive.Export(&out, archive.HAR, []*archive.Run{archive.Of(events)[0]}, "oidcscope test", reveal); err != nil {
			t.Fatal(err)
		}
		log, err := har.Read(&out, har.Options{Keep: Keep})
		if err != nil {
			t.Fatal(err)
		}
		f := Find(log, "own.har")
		if len(f.Runs) != 1 {
			t.Fatalf("revealed %v: %d runs", reveal, len(f.Runs))
		}
		if _, err := f.Runs[0].Outcome(); err != nil {
			t.Errorf("revealed %v: %v", reveal, err)
		}
		want(t, f.Runs[0], "authorize", said)
		want(t, f.Runs[0], "userinfo", "done")
	}
}

// TestOwnArchives writes a login of the engine as an archive, with its secrets and without, and finds it again in it.
func TestOwnArchives(t *testing.T) {
	p, err := practice.Start(t.Context(), practice.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	cfg, err := p.Config("")
	if err != nil {
		t.Fatal(err)
	}
	cfg.UserTimeout = 10 * time.Second
	var events []flows.Event
	if _, err := flows.Run(t.Context(), flows.AuthorizationCode(cfg), cfg, func(e flows.Event) {
		events = append(events, e)
		if need, ok := e.(flows.NeedUser); ok {
			go p.LogIn(t.Context(), need.URL)
		}
	}); err != nil {
		t.Fatal(err)
	}
	live := archive.Of(events)[0]
	for _, reveal := range []bool{true, false} {
		var out bytes.Buffer
		if err := archive.Export(&out, archive.HAR, []*archive.Run{live}, "oidcscope test", reveal); err != nil {
			t.Fatal(err)
		}
		log, err := har.Read(&out, har.Options{Keep: Keep})
		if err != nil {
			t.Fatal(err)
		}
		f := Find(log, "own.har")
		if len(f.Runs) != 1 || len(f.Warnings) > 0 {
			t.Fatalf("revealed %v: %d runs, %v", reveal, len(f.Runs), f.Warnings)
		}
		r := f.Runs[0]
		if _, err := r.Outcome(); err != nil || len(findings(r)) > 0 {
			t.Errorf("revealed %v: %v, %v", reveal, err, findings(r))
		}
		want(t, r, "prepare", "state, nonce, code_challenge")
		want(t, r, "authorize", "state is the one that was sent", "iss is the issuer")
		want(t, r, "userinfo", "done")
		if reveal {
			want(t, r, "token", "the verifier fits the challenge")
			want(t, r, "id_token", "signature verified")
			if a, b := live.Session(), r.Session(); a.Tokens.Access.Reveal() != b.Tokens.Access.Reveal() || a.Tokens.ID.Reveal() != b.Tokens.ID.Reveal() ||
				b.Reports[flows.IDToken].Signature.Status != inspect.Verified {
				t.Error("the tokens are not those of the run")
			}
		} else {
			want(t, r, "token", "verifier not checked: it is masked")
			want(t, r, "id_token", "masked in the capture")
		}
		for _, e := range live.Exchanges() { // each is there, with what was sent and what came
			i := slices.IndexFunc(r.Exchanges(), func(x flows.Exchange) bool {
				return x.Request.Method == e.Request.Method && base(x.Request.URL) == base(e.Request.URL) && x.Response.Status == e.Response.Status
			})
			if i < 0 {
				t.Errorf("revealed %v: %s %s is lost", reveal, e.Request.Method, e.Request.URL)
				continue
			}
			x := r.Exchanges()[i]
			if reveal && (x.Request.URL != e.Request.URL || !bytes.Equal(x.Request.Body.Data, e.Request.Body.Data) || !bytes.Equal(x.Response.Body.Data, e.Response.Body.Data) || len(x.Response.Headers) < len(e.Response.Headers)) {
				t.Errorf("%s %s is another:\n%+v\n%+v", e.Request.Method, e.Request.URL, x.Exchange, e.Exchange)
			}
			if !reveal && strings.Contains(x.Request.URL, "%E2%80%B9") {
				t.Errorf("a mask is encoded in %s", x.Request.URL)
			}
		}
	}
}
