package probe_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/probe"
	"github.com/oidcscope/oidcscope/internal/jose"
	"github.com/oidcscope/oidcscope/internal/practice"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// register registers a client at the practice provider, with one redirect URI, as real clients have it, and gives what makes a
// configuration that client's.
func register(t *testing.T, issuer string, method flows.AuthMethod) func(*flows.Config) {
	t.Helper()
	request := map[string]any{"application_type": "native", "redirect_uris": []string{"http://127.0.0.1/callback"},
		"token_endpoint_auth_method": method, "response_types": []string{"code"},
		"grant_types": []string{"authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"}}
	var private string
	if method == flows.AuthPrivateKeyJWT {
		key, err := jose.Make("EC", 0, "P-256")
		if err != nil {
			t.Fatal(err)
		}
		private = jwk(t, key, true)
		request["jwks"] = map[string]any{"keys": []json.RawMessage{json.RawMessage(jwk(t, key, false))}}
	}
	body, _ := json.Marshal(request)
	res, err := http.Post(issuer+"/register", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var client struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	}
	if err := json.NewDecoder(res.Body).Decode(&client); err != nil || client.ID == "" {
		t.Fatalf("registration: %s, %v", res.Status, err)
	}
	return func(c *flows.Config) {
		c.ClientID, c.AuthMethod = client.ID, method
		c.ClientSecret, c.ClientKey = secret.New(client.Secret), secret.New(private)
	}
}

// jwk writes a key, with members that fit it.
func jwk(t *testing.T, key *jose.Key, private bool) string {
	t.Helper()
	members, err := key.JWK(private)
	if err != nil {
		t.Fatal(err)
	}
	object := map[string]any{"kid": "probe", "alg": "ES256", "use": "sig"}
	for _, m := range members {
		object[m.Name] = m.Value
	}
	text, _ := json.Marshal(object)
	return string(text)
}

// world is a practice provider with two clients, and a person who does what the probes ask for.
type world struct {
	*practice.Provider
	cfg probe.Config
}

func newWorld(t *testing.T, o practice.Options, method flows.AuthMethod) *world {
	t.Helper()
	p, err := practice.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	w := &world{Provider: p}
	w.cfg.Client = flows.Config{Issuer: p.Issuer(), UserTimeout: 5 * time.Second}
	register(t, p.Issuer(), method)(&w.cfg.Client)
	var other flows.Config
	second := register(t, p.Issuer(), method)
	second(&other)
	w.cfg.Other = &probe.Other{ID: other.ClientID, Config: second}
	return w
}

// run makes the probes, and plays the person's part.
func (w *world) run(t *testing.T) *probe.Report {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var visits sync.WaitGroup
	report, err := probe.Run(ctx, w.cfg, func(e probe.Event) {
		if engine, ok := e.(probe.Engine); ok {
			if need, ok := engine.Event.(flows.NeedUser); ok {
				visits.Go(func() { w.LogIn(ctx, need.URL) })
			}
		}
	})
	cancel()
	visits.Wait()
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// TestCorrectProvider makes all probes as three kinds of clients. The practice provider refuses what it must.
func TestCorrectProvider(t *testing.T) {
	for method, exceptions := range map[flows.AuthMethod]map[string]probe.Result{
		flows.AuthNone: {"no-client-auth": probe.NotApplicable, "wrong-secret": probe.NotApplicable, "assertion-none": probe.NotApplicable, "assertion-hmac": probe.NotApplicable,
			"code-no-auth": probe.NotApplicable, "par-no-auth": probe.NotApplicable, "revoke-no-auth": probe.NotApplicable},
		// RFC 9700 2.1.1 recommends PKCE for these clients, and the practice provider lets them do without.
		flows.AuthBasic:         {"assertion-hmac": probe.NotApplicable, "no-challenge": probe.Fail},
		flows.AuthPrivateKeyJWT: {"wrong-secret": probe.NotApplicable, "no-challenge": probe.Fail},
	} {
		t.Run(string(method), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, practice.Options{}, method)
			report := w.run(t)
			if len(report.Outcomes) != len(probe.Probes()) {
				t.Errorf("%d outcomes of %d probes", len(report.Outcomes), len(probe.Probes()))
			}
			for _, o := range report.Outcomes {
				want, special := exceptions[o.Slug]
				switch {
				case special:
				case o.Slug == "redirect-port":
					want = probe.NotApplicable
				default:
					want = probe.Pass
				}
				if o.Result != want {
					t.Errorf("%s %s: %s wanted, got %s: %s%s", o.ID, o.Slug, want, o.Result, o.Got, o.Reason)
				}
			}
			if report.Bad() || report.Left != 0 || report.Revoked == 0 {
				t.Errorf("no error and all tokens revoked wanted, got %+v, %d revoked, %d left", report.Count(), report.Revoked, report.Left)
			}
		})
	}
}

// kindOf says as which kind of client a probe is made against a fault: as a public one, unless it is about authentication.
func kindOf(p probe.Probe) flows.AuthMethod {
	switch {
	case slices.Contains(p.Needs, probe.NeedKey):
		return flows.AuthPrivateKeyJWT
	case slices.Contains(p.Needs, probe.NeedSecret), slices.Contains(p.Needs, probe.NeedClientSecret), slices.Contains(p.Needs, probe.NeedIntrospection):
		return flows.AuthBasic
	}
	return flows.AuthNone
}

// TestLaxProvider makes each probe against each provider that lets it pass, and wants it found. A probe that no fault leads to could
// never fail.
func TestLaxProvider(t *testing.T) {
	failed := map[string]bool{"PRB-005": true} // see TestOtherPort
	for _, f := range practice.Faults() {
		for _, id := range f.Leads.Probes {
			p, ok := probe.Find(id)
			if !ok {
				t.Errorf("fault %s leads to %s, which is no probe", f.Name, id)
				continue
			}
			failed[id] = true
			t.Run(f.Name+"/"+p.Slug, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, practice.Options{Fault: f.Name}, kindOf(p))
				w.cfg.Only = append([]string{id}, companions[id]...)
				report := w.run(t)
				i := slices.IndexFunc(report.Outcomes, func(o probe.Outcome) bool { return o.ID == id })
				o := report.Outcomes[i]
				if o.Result != probe.Fail || o.Severity == 0 || o.Fix == "" || o.Ref == "" || o.Expected == "" || o.Got == "" {
					t.Errorf("fail wanted with all that belongs to it, got %+v", o)
				}
			})
		}
	}
	for _, p := range probe.Probes() {
		if !failed[p.ID] {
			t.Errorf("no fault of the practice provider makes %s %s fail", p.ID, p.Slug)
		}
	}
}

// companions are the probes whose answers another one compares with.
var companions = map[string][]string{"PRB-031": {"PRB-030"}, "PRB-032": {"PRB-030"}, "PRB-033": {"PRB-030"}}

// TestForms makes probes as a client that signs and pushes its requests, and whose tokens are bound: none is inconclusive for that.
func TestForms(t *testing.T) {
	w := newWorld(t, practice.Options{}, flows.AuthPrivateKeyJWT)
	w.cfg.Client.Request = flows.RequestOptions{JAR: true, PAR: true, DPoP: true}
	w.cfg.Only = []string{"redirect-path", "response-type", "par-twice", "state", "nonce", "token-in-query", "wrong-verifier", "code-twice", "dpop-as-bearer", "refresh-rotation"}
	report := w.run(t)
	for _, o := range report.Outcomes {
		want := probe.Pass
		if o.Slug == "token-in-query" { // it would be refused for want of a proof
			want = probe.NotApplicable
		}
		if o.Result != want {
			t.Errorf("%s: %s wanted, got %s: %s%s", o.Slug, want, o.Result, o.Got, o.Reason)
		}
	}
	if report.Left != 0 || report.Revoked == 0 {
		t.Errorf("all tokens revoked wanted, got %d, %d left", report.Revoked, report.Left)
	}
}
