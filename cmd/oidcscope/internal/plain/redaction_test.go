package plain

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/archive"
	"github.com/oidcscope/oidcscope/flows/archive/capture"
	"github.com/oidcscope/oidcscope/flows/archive/har"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/practice"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// Every flow of the catalogue is run against the practice provider, and every form in which a run can leave the program is
// searched for every secret of it: as it is, and in the ways in which a program might write it by accident.

// trial is a flow as one of the provider's clients.
type trial struct {
	name   string
	client string   // of the practice provider; empty: a client is registered
	method string   // of a registered client
	grants []string // of a registered client
	change func(*flows.Config)
	flow   func(flows.Config) flows.Flow
	then   []func(*flows.Session) flows.Flow
	fails  bool // it may fail: the errors are searched, too
}

func trials() []trial {
	code := []string{"authorization_code", "refresh_token"}
	return []trial{
		{name: "pkce, all that follows", client: "practice-basic", flow: flows.AuthorizationCode, then: []func(*flows.Session) flows.Flow{
			flows.FetchUserInfo, flows.Refresh, func(s *flows.Session) flows.Flow { return flows.Introspect(s, flows.AccessToken) },
			func(s *flows.Session) flows.Flow { return flows.Revoke(s, flows.RefreshToken) }, flows.Logout}},
		{name: "secret in the body, token exchange", client: "practice-post", flow: flows.AuthorizationCode, then: []func(*flows.Session) flows.Flow{flows.ExchangeToken}},
		{name: "public, DPoP, pushed, signed answer", client: "practice", flow: flows.AuthorizationCode, then: []func(*flows.Session) flows.Flow{flows.Refresh},
			change: func(c *flows.Config) { c.Request.DPoP, c.Request.PAR, c.ResponseMode = true, true, "form_post.jwt" }},
		{name: "signed request, private_key_jwt", method: "private_key_jwt", grants: code, flow: flows.AuthorizationCode,
			change: func(c *flows.Config) { c.Request.JAR = true }},
		{name: "client_secret_jwt", method: "client_secret_jwt", grants: code, flow: flows.AuthorizationCode},
		{name: "form_post", client: "practice", flow: flows.AuthorizationCode, change: func(c *flows.Config) { c.ResponseMode = "form_post" }},
		{name: "device", client: "practice", flow: flows.DeviceCode},
		{name: "hybrid", client: "practice-basic", flow: flows.Hybrid, change: func(c *flows.Config) { c.Request.ResponseType, c.ResponseMode = "code id_token token", "form_post" }},
		{name: "implicit", client: "practice-basic", flow: flows.Implicit, change: func(c *flows.Config) { c.Request.ResponseType, c.ResponseMode = "id_token token", "form_post" }},
		{name: "client credentials", client: "practice-post", flow: flows.ClientCredentials, change: func(c *flows.Config) { c.Scopes = []string{"practice:read"} }},
		{name: "CIBA", client: "practice-basic", flow: flows.CIBA, change: func(c *flows.Config) { c.Request.LoginHint = "alice" }},
		{name: "JWT bearer", method: "private_key_jwt", grants: append(code, "urn:ietf:params:oauth:grant-type:jwt-bearer"), flow: flows.JWTBearer,
			change: func(c *flows.Config) { c.Grant.Subject, c.Scopes = "alice", []string{"practice:read"} }},
		{name: "password", client: "practice-basic", flow: flows.Password, fails: true,
			change: func(c *flows.Config) {
				c.Grant.Username, c.Grant.Password = "alice", secret.New(`tagged+pass"word & more`)
			}},
		{name: "wrong secret", client: "practice-basic", flow: flows.AuthorizationCode, fails: true,
			change: func(c *flows.Config) { c.ClientSecret = secret.New("tagged-wrong/secret+of=this:client") }},
	}
}

// tally is what a trial left: the events, the errors, and the secrets in them.
type tally struct {
	events []flows.Event
	errors []string
	known  map[string]string // by value: where it was seen
}

func (s *tally) add(where, value string) {
	if len(value) >= 8 && secret.Mask(value) != value {
		s.known[value] = where
	}
}

// learn collects the secrets of a run by what this test knows of OAuth, not by what the program does.
func (s *tally) learn(e flows.Event) {
	switch e := e.(type) {
	case flows.Received:
		if e.Report != nil { // claims about the person are shown; they are what the program is for
			s.token(string(e.Which), e.Raw.Reveal())
		}
	case flows.Exchange:
		s.message(e.Request.Headers, e.Request.Body.Data)
		if u, err := url.Parse(e.Request.URL); err == nil {
			s.values(u.Query())
		}
		if e.Response != nil {
			s.message(e.Response.Headers, e.Response.Body.Data)
		}
	case flows.NeedUser:
		if u, err := url.Parse(e.URL); err == nil {
			s.values(u.Query())
		}
	case flows.Variable:
		if e.Name == "code_verifier" || e.Name == "device_code" || e.Name == "code" {
			s.add("variable "+e.Name, e.Value)
		}
	}
}

func (s *tally) token(where, value string) {
	s.add(where, value)
	if parts := strings.Split(value, "."); len(parts) == 3 { // header and payload are shown, taken apart
		s.add("signature of "+where, parts[2])
	}
}

var secretNames = []string{"code", "code_verifier", "access_token", "refresh_token", "id_token", "id_token_hint", "token", "client_secret", "client_assertion", "assertion",
	"subject_token", "actor_token", "device_code", "auth_req_id", "password", "response", "registration_access_token", "logout_token"}

func (s *tally) values(q url.Values) {
	for _, name := range secretNames {
		for _, v := range q[name] {
			s.token(name, v)
		}
	}
}

func (s *tally) message(fields []record.Header, body []byte) {
	for _, h := range fields {
		switch strings.ToLower(h.Name) {
		case "authorization":
			_, credentials, _ := strings.Cut(h.Value, " ")
			s.add("Authorization", credentials)
		case "cookie", "set-cookie":
			first, _, _ := strings.Cut(h.Value, ";")
			_, value, _ := strings.Cut(first, "=")
			s.add(h.Name, value)
		case "dpop":
			s.add("DPoP", h.Value)
		case "location":
			if u, err := url.Parse(h.Value); err == nil {
				s.values(u.Query())
			}
		}
	}
	if q, err := url.ParseQuery(string(body)); err == nil {
		s.values(q)
	}
	var object map[string]any
	if json.Unmarshal(body, &object) == nil {
		for _, name := range secretNames {
			if v, ok := object[name].(string); ok && name != "code" {
				s.token(name, v)
			}
		}
	}
}

// client gives the configuration of the trial's client.
func (c trial) client_(t *testing.T, p *practice.Provider) (flows.Config, []string) {
	t.Helper()
	if c.client != "" {
		cfg, err := p.Config(c.client)
		if err != nil {
			t.Fatal(err)
		}
		return cfg, nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	jwk := jose.JSONWebKey{Key: key, KeyID: "mine", Algorithm: "ES256", Use: "sig"}
	private, err := jwk.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	metadata := map[string]any{"application_type": "native", "redirect_uris": []string{"http://127.0.0.1/callback"}, "grant_types": c.grants,
		"token_endpoint_auth_method": c.method, "jwks": jose.JSONWebKeySet{Keys: []jose.JSONWebKey{jwk.Public()}},
		"token_endpoint_auth_signing_alg": map[string]string{"private_key_jwt": "ES256", "client_secret_jwt": "HS256"}[c.method]}
	if c.method == "private_key_jwt" {
		metadata["request_object_signing_alg"] = "ES256"
	}
	body, err := json.Marshal(metadata)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(p.Issuer()+"/register", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var answer struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || res.StatusCode != http.StatusCreated {
		t.Fatalf("registration: %s, %v", res.Status, err)
	}
	cfg := flows.Config{Issuer: p.Issuer(), ClientID: answer.ID, ClientSecret: secret.New(answer.Secret), AuthMethod: flows.AuthMethod(c.method)}
	if c.method == "private_key_jwt" {
		cfg.ClientKey, cfg.ClientSecret = secret.New(string(private)), secret.Text{}
	}
	d, err := key.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return cfg, []string{base64.RawURLEncoding.EncodeToString(d)}
}

func (c trial) run(t *testing.T, p *practice.Provider) *tally {
	t.Helper()
	cfg, private := c.client_(t, p)
	if c.change != nil {
		c.change(&cfg)
	}
	cfg.UserTimeout = 10 * time.Second
	left := &tally{known: make(map[string]string)}
	left.add("client secret", cfg.ClientSecret.Reveal())
	left.add("password", cfg.Grant.Password.Reveal())
	for _, d := range private {
		left.add("private key", d)
	}
	one := func(f flows.Flow, cfg flows.Config) *flows.Session {
		s, err := flows.Run(t.Context(), f, cfg, func(e flows.Event) {
			left.events = append(left.events, e)
			left.learn(e)
			need, ok := e.(flows.NeedUser)
			if !ok || need.Kind == flows.NeedElsewhere {
				return
			}
			go func(ctx context.Context) {
				if need.Kind == flows.NeedDevice {
					_ = p.ApproveDevice(ctx, need.UserCode)
				} else {
					_, _ = p.LogIn(ctx, need.URL) // that it worked is seen by the run's end
				}
			}(t.Context())
		})
		if err != nil {
			left.errors = append(left.errors, err.Error())
			if !c.fails {
				t.Fatalf("%s: %v", f.ID, err)
			}
		}
		return s
	}
	session := one(c.flow(cfg), cfg)
	for _, next := range c.then {
		if after := one(next(session), flows.Config{}); after != nil {
			session = after
		}
	}
	if len(left.known) < 2 {
		t.Fatalf("the run has %d secrets: this test sees nothing", len(left.known))
	}
	return left
}

// disguises are the ways in which a secret may be written.
func disguises(value string) map[string]string {
	quoted, _ := json.Marshal(value)
	all := map[string]string{"as it is": value, "in an address": url.QueryEscape(value), "in a path": url.PathEscape(value), "in JSON": strings.Trim(string(quoted), `"`),
		"in base64": base64.StdEncoding.EncodeToString([]byte(value)), "in base64url": base64.RawURLEncoding.EncodeToString([]byte(value)), "in hex": hex.EncodeToString([]byte(value)),
		"twice in an address": url.QueryEscape(url.QueryEscape(value))}
	return all
}

// outputs are all forms in which the runs leave the program.
func (s *tally) outputs(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{"errors": strings.Join(s.errors, "\n")}
	runs := archive.Of(s.events)
	for _, f := range archive.Formats() {
		var out bytes.Buffer
		if err := archive.Export(&out, f, runs, "test", false); err != nil {
			t.Fatal(err)
		}
		all[string(f)] = out.String()
	}
	all["plain"] = printed(runs)
	revealed := func(f archive.Format) *bytes.Buffer {
		var out bytes.Buffer
		if err := archive.Export(&out, f, runs, "test", true); err != nil {
			t.Fatal(err)
		}
		return &out
	}
	// What was saved with its secrets hides them as well when it is opened again.
	file, err := archive.Read(revealed(archive.JSON), "saved")
	if err != nil {
		t.Fatal(err)
	}
	log, err := har.Read(revealed(archive.HAR), har.Options{Keep: capture.Keep})
	if err != nil {
		t.Fatal(err)
	}
	for name, again := range map[string][]*archive.Run{"replayed": file.Runs, "imported": capture.Find(log, "har").Runs} {
		for _, f := range archive.Formats() {
			var out bytes.Buffer
			if err := archive.Export(&out, f, again, "test", false); err != nil {
				t.Fatal(err)
			}
			all[name+" "+string(f)] = out.String()
		}
		all[name+" plain"] = printed(again)
	}
	return all
}

func printed(runs []*archive.Run) string {
	var out bytes.Buffer
	p := New(&out, 10_000, false)
	for _, r := range runs {
		run := p.Run(r.Flow(), false)
		for _, e := range r.Entries {
			run.Event(e.Event)
		}
		run.Tokens()
	}
	return out.String()
}

func TestNoSecretLeavesTheProgram(t *testing.T) {
	p, err := practice.Start(t.Context(), practice.Options{DeviceInterval: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	for _, c := range trials() {
		t.Run(c.name, func(t *testing.T) {
			left := c.run(t, p)
			outputs := left.outputs(t)
			for value, where := range left.known {
				for how, text := range disguises(value) {
					for name, output := range outputs {
						if i := strings.Index(output, text); i >= 0 {
							t.Errorf("%s: the secret of %s, %s: …%s…", name, where, how, fmt.Sprint(output[max(0, i-120):min(len(output), i+len(text)+20)]))
						}
					}
				}
			}
		})
	}
}
