package flows

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/flows/record"
)

// discover runs the discovery step alone.
func (w *world) discover(t *testing.T) (*Session, error) {
	return w.run(t.Context(), Flow{ID: "test", Title: "test", Steps: []Step{discoveryStep(), keysStep()}})
}

func TestDiscoveryFailures(t *testing.T) {
	const path = "/.well-known/openid-configuration"
	for name, c := range map[string]struct {
		spoil    func(*world)
		kind     ProblemKind
		expected string
		got      string
	}{
		"issuer": {func(w *world) { w.idp.meta = func(d map[string]any) { d["issuer"] = "https://idp.example/realm" } },
			ProblemCheck, "https://idp.example", "https://idp.example/realm"},
		"no issuer": {func(w *world) { w.idp.meta = func(d map[string]any) { delete(d, "issuer") } },
			ProblemAnswer, "a discovery document with an issuer", "none"},
		"issuer is a number": {func(w *world) { w.idp.meta = func(d map[string]any) { d["issuer"] = 1 } },
			ProblemAnswer, "a discovery document with an issuer", "none"},
		"page": {func(w *world) {
			w.idp.answer(path, reply(200, "text/html", "<title>Sign in</title>"))
		}, ProblemAnswer, "discovery document as a JSON object", `HTTP 200, an HTML page titled "Sign in"`},
		"captive portal": {func(w *world) {
			w.idp.answer(path, reply(511, "text/html", "<title>Hotel</title>"))
		}, ProblemAnswer, "discovery document", "HTTP 511, the login page of the network (captive portal)"},
		"broken JSON": {func(w *world) { w.idp.answer(path, reply(200, "application/json", `{"issuer":`)) },
			ProblemAnswer, "discovery document as a JSON object", "broken JSON"},
		"array": {func(w *world) { w.idp.answer(path, reply(200, "application/json", `[1]`)) },
			ProblemAnswer, "discovery document as a JSON object", "a JSON array"},
		"null": {func(w *world) { w.idp.answer(path, reply(200, "application/json", `null`)) },
			ProblemAnswer, "discovery document as a JSON object", "JSON null, where a JSON object is due"},
		"text": {func(w *world) { w.idp.answer(path, reply(200, "text/plain", "hello\nthere")) },
			ProblemAnswer, "discovery document as a JSON object", `text/plain that begins "hello there"`},
		"not found": {func(w *world) { w.idp.answer(path, reply(404, "", "")) },
			ProblemAnswer, "discovery document", "HTTP 404, an empty answer"},
		"refused": {func(w *world) {
			w.idp.answer(path, reply(401, "application/json", `{"kind":"Status","reason":"Unauthorized","message":"no","code":401}`))
		}, ProblemRefused, "discovery document", "HTTP 401 Unauthorized: no"},
		"too long": {func(w *world) {
			w.idp.answer(path, reply(200, "application/json", `{"x":"`+strings.Repeat("x", record.BodyLimit)+`"}`))
		}, ProblemAnswer, "discovery document of at most 1 MiB", "1048584 bytes"},
		"config": {func(w *world) { w.cfg.Issuer = "idp.example" }, ProblemConfig, "an issuer URL", `"idp.example"`},
		"empty":  {func(w *world) { w.cfg.Issuer = "" }, ProblemConfig, "an issuer, such as", "none"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.idp.answer("/.well-known/oauth-authorization-server", reply(404, "", ""))
				c.spoil(w)
				s, err := w.discover(t)
				p := problemOf(t, err)
				if s != nil || p.Kind != c.kind || !strings.Contains(p.Expected, c.expected) || !strings.Contains(p.Got, c.got) {
					t.Errorf("session %v, problem %s: expected %q, got %q", s, p.Kind, p.Expected, p.Got)
				}
				if failed := w.failure(); c.kind != ProblemConfig && (failed.Ref == "" || failed.Problem.Exchange != 1) {
					t.Errorf("ref %q, exchange %d", failed.Ref, failed.Problem.Exchange)
				}
			})
		})
	}
}

func TestDiscoveryTriesEachPlaceVisibly(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.idp.issuer = "https://idp.example/tenant"
		w.cfg.Issuer = w.idp.issuer
		w.idp.answer("/.well-known/oauth-authorization-server/tenant", reply(200, "text/html", "<p>single page application</p>"))
		w.idp.answer("/tenant/.well-known/oauth-authorization-server", replyJSON(200, w.idp.document()))
		w.idp.answer("/tenant/keys", replyJSON(200, map[string]any{"keys": []any{w.idp.jwk("k1")}}))
		if _, err := w.discover(t); err != nil {
			t.Fatal(err)
		}
		want := []string{"GET /tenant/.well-known/openid-configuration", "GET /.well-known/oauth-authorization-server/tenant",
			"GET /tenant/.well-known/oauth-authorization-server", "GET /tenant/keys"}
		if got := w.idp.requests(); !slices.Equal(got, want) {
			t.Errorf("requests: %q", got)
		}
		if len(of[Exchange](w)) != 4 || w.found("discovery-place") == nil {
			t.Errorf("%d exchanges, finding %v", len(of[Exchange](w)), w.found("discovery-place"))
		}
	})
}

func TestDiscoveryStopsWhereNothingAnswers(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.Transport.Base = roundTrip(func() error { return &record.Failure{Kind: record.FailRefused, Message: "nothing there"} })
		_, err := w.discover(t)
		p := problemOf(t, err)
		if p.Kind != ProblemTransport || p.Failure.Kind != record.FailRefused || len(of[Exchange](w)) != 1 {
			t.Errorf("%+v after %d exchanges", p, len(of[Exchange](w)))
		}
	})
}

func TestDiscoveryIsLenientWhereItDoesNoHarm(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.idp.meta = func(d map[string]any) {
			d["claims_supported"] = "not a list"
			d["scopes_supported"] = []any{1, "openid"}
			d["service_documentation"] = nil
		}
		w.cfg.Issuer = w.idp.issuer + "/.well-known/openid-configuration"
		w.idp.answer("/.well-known/openid-configuration", func(rw http.ResponseWriter, r *http.Request) {
			reply(200, "application/octet-stream", jsonText(w.idp.document()))(rw, r)
		})
		if _, err := w.discover(t); err != nil {
			t.Fatal(err)
		}
		for _, slug := range []string{"metadata-type", "content-type"} {
			if w.found(slug) == nil {
				t.Errorf("no finding %s", slug)
			}
		}
		if f := w.found("metadata-type"); f != nil && !strings.Contains(f.Message, "scopes_supported") {
			t.Errorf("finding: %s", f.Message)
		}
		var derived string
		for _, v := range of[Variable](w) {
			if v.Name == "issuer" {
				derived = v.Value
			}
		}
		if derived != w.idp.issuer {
			t.Errorf("derived issuer %q", derived)
		}
	})
}

func TestKeySetFailuresLeaveTheRunGoing(t *testing.T) {
	for name, answer := range map[string]string{"no keys": `{"keys":[]}`, "no member": `{"x":1}`, "not JSON": "<html>"} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.idp.answer("/keys", reply(200, "application/json", answer))
				if _, err := w.discover(t); err != nil {
					t.Errorf("an optional step ended the run: %v", err)
				}
				if failed := w.failure(); failed.Kind != ProblemAnswer || failed.Meta.Step != "keys" {
					t.Errorf("%+v", failed)
				}
			})
		})
	}
}

func TestDiscover(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.ClientID = ""
		held := false
		w.cfg.Gate = func(context.Context, *record.Held) (record.Decision, error) {
			held = true
			return record.Decision{}, nil
		}
		m, err := Discover(t.Context(), w.cfg)
		if err != nil || m.TokenEndpoint != w.idp.issuer+"/token" || held {
			t.Errorf("%v, %+v, held %v", err, m, held)
		}
		if m, err := Discover(t.Context(), Config{Issuer: "x"}); m != nil || problemOf(t, err).Kind != ProblemConfig {
			t.Errorf("%v, %v", m, err)
		}
	})
}

// TestRecordedDocuments reads documents that real providers serve, at their own issuer.
func TestRecordedDocuments(t *testing.T) {
	dir := os.Getenv("OIDCSCOPE_FIXTURES")
	if dir == "" {
		t.Skip("OIDCSCOPE_FIXTURES is not set")
	}
	files, err := filepath.Glob(filepath.Join(dir, "discovery", "*.json"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d documents, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		object := map[string]json.RawMessage{}
		if err := json.Unmarshal(data, &object); err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		m, wrong := parseMetadata(object, data, "https://idp.example")
		if m.Issuer == "" || m.JWKSURI == "" && !strings.Contains(file, "naver") && !strings.Contains(file, "facebook") || len(wrong) > 0 {
			t.Errorf("%s: issuer %q, keys %q, wrong types %v", filepath.Base(file), m.Issuer, m.JWKSURI, wrong)
		}
	}
}

func TestWarningsThatStay(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.idp.issuer = "http://idp.example"
		w.cfg.Issuer = w.idp.issuer
		w.cfg.Transport.InsecureSkipVerify = true
		if _, err := w.discover(t); err != nil {
			t.Fatal(err)
		}
		started := of[RunStarted](w)[0]
		if len(started.Warnings) != 2 {
			t.Errorf("warnings: %q", started.Warnings)
		}
	})
	if parseIssuer("http://localhost:8080").plainHTTP() || parseIssuer("http://[::1]:8080").plainHTTP() {
		t.Error("http on this machine needs no warning")
	}
}
