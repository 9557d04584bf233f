package practice_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/predict"
	"github.com/oidcscope/oidcscope/internal/practice"
)

// prediction is an edit of a run against this provider, what is predicted of it, and what becomes of that.
type prediction struct {
	client string // empty: practice
	setup  func(*flows.Config)
	flow   func(flows.Config) flows.Flow   // nil: authorization code
	over   func(*flows.Session) flows.Flow // a flow over the session of that
	kind   flows.StopKind                  // empty: before a request is sent
	step   string
	edit   string
	id     string
	want   predict.Result
	silent bool // the provider must send the browser nowhere
}

// edited makes a debugger that makes one edit.
func edited(t *testing.T, kind flows.StopKind, step, words string) flows.Debug {
	done := false
	return func(_ context.Context, at flows.Stop) (c flows.Command, err error) {
		if done || at.Kind != kind || at.Step != step {
			return c, nil
		}
		done = true
		for _, word := range strings.Split(words, " && ") {
			if at.Answer != nil {
				c.Answer, err = flows.EditAnswer(at.Answer, c.Answer, word)
			} else {
				c.Request, err = flows.EditRequest(at.Held, c.Request, word)
			}
			if err != nil {
				t.Error(err)
			}
		}
		return c, nil
	}
}

func (c prediction) run(t *testing.T) {
	p := start(t, practice.Options{DeviceInterval: time.Millisecond})
	client := c.client
	if client == "" {
		client = "practice"
	}
	cfg := config(t, p, client)
	if c.setup != nil {
		c.setup(&cfg)
	}
	kind := c.kind
	if kind == "" {
		kind = flows.BeforeSend
	}
	make := c.flow
	if make == nil {
		make = flows.AuthorizationCode
	}
	flow := make(cfg)
	if c.over != nil {
		s, _ := run(t, p, flow, cfg)
		flow, cfg = c.over(s), flows.Config{}
	}
	if c.edit != "" {
		cfg.Debug = edited(t, kind, c.step, c.edit)
	}
	if c.silent {
		cfg.UserTimeout = 500 * time.Millisecond // nobody comes back
	}
	_, events, _ := try(t, p, flow, cfg)
	var got []predict.Verdict
	foretold := map[string]bool{}
	for _, e := range events {
		switch e := e.(type) {
		case flows.Predicted:
			for _, one := range e.Predictions {
				foretold[one.ID] = true
			}
		case flows.Judged:
			for _, v := range e.Verdicts {
				if !foretold[v.ID] {
					t.Errorf("%s is judged without having been predicted", v.ID)
				}
			}
			got = append(got, e.Verdicts...)
		}
	}
	i := slices.IndexFunc(got, func(v predict.Verdict) bool { return v.ID == c.id })
	if i < 0 {
		t.Fatalf("no verdict about %s; got %+v", c.id, got)
	}
	if got[i].Result != c.want {
		t.Errorf("%s: %s (%s), want %s", c.id, got[i].Result, got[i].Said, c.want)
	}
	t.Logf("%s: %s → %s", got[i].Edit, got[i].Text, got[i].Said)
}

func TestPredictions(t *testing.T) {
	// What is not as predicted is so: go-oidc, the library below this provider, differs there from the specification.
	const as, otherwise, accepted = predict.AsPredicted, predict.Otherwise, predict.NotRefused
	scope := func(scopes ...string) func(*flows.Config) { return func(c *flows.Config) { c.Scopes = scopes } }
	extra := func(name, value string) func(*flows.Config) {
		return func(c *flows.Config) { c.Extra = map[string][]string{name: {value}} }
	}
	dpop := func(c *flows.Config) { c.Request.DPoP = true }
	par := func(c *flows.Config) { c.Request.PAR = true }
	machine := scope("practice:read")
	hinted := func(c *flows.Config) { c.Request.LoginHint = "alice" }
	exchange := flows.ExchangeToken
	introspect := func(s *flows.Session) flows.Flow { return flows.Introspect(s, flows.AccessToken) }
	revoke := func(s *flows.Session) flows.Flow { return flows.Revoke(s, flows.RefreshToken) }
	for _, c := range []prediction{
		{step: "token", edit: "-code_verifier", id: "verifier-dropped", want: as},
		{step: "token", edit: "code_verifier=0123456789012345678901234567890123456789012", id: "verifier-changed", want: as},
		{step: "token", edit: "-code", id: "code-dropped", want: as},
		{step: "token", edit: "code=guessed", id: "code-changed", want: as},
		{step: "token", edit: "-redirect_uri", id: "redirect-dropped", want: as},
		{step: "token", edit: "redirect_uri=http://127.0.0.1/other", id: "redirect-changed", want: as},
		{step: "token", edit: "-grant_type", id: "grant_type-dropped", want: otherwise},
		{step: "token", edit: "grant_type=magic", id: "grant_type-changed", want: as},
		{step: "token", edit: "-client_id", id: "client_id-dropped-public", want: as},
		{step: "token", edit: "client_id=nobody", id: "client_id-changed-public", want: as},
		{step: "token", edit: "+code=again", id: "repeated", want: as},
		{step: "token", edit: "+frobnicate=1", id: "unknown-added", want: as},
		{client: "practice-basic", step: "token", edit: "-Authorization:", id: "basic-dropped", want: as},
		{client: "practice-basic", step: "token", edit: "Authorization: Basic eDp5", id: "basic-changed", want: as},
		{client: "practice-post", step: "token", edit: "-client_secret", id: "secret-dropped", want: as},
		{client: "practice-post", step: "token", edit: "client_secret=wrong", id: "secret-changed", want: as},
		{setup: dpop, step: "token", edit: "-DPoP:", id: "dpop-dropped-code", want: as},
		{setup: dpop, step: "token", edit: "DPoP: e30.e30.e30", id: "dpop-changed-token", want: otherwise},
		{setup: dpop, step: "userinfo", edit: "-DPoP:", id: "dpop-use", want: otherwise},
		{step: "userinfo", edit: "-Authorization:", id: "access-dropped", want: as},
		{step: "userinfo", edit: "Authorization: Bearer wrong", id: "access-changed", want: as},
		{client: "practice-basic", flow: flows.ClientCredentials, setup: machine, over: introspect, step: "introspect", edit: "-token", id: "asked-dropped", want: as},
		{client: "practice-basic", flow: flows.ClientCredentials, setup: machine, over: introspect, step: "introspect", edit: "token=unknown", id: "introspect-changed", want: as},
		{client: "practice-basic", flow: flows.ClientCredentials, setup: machine, over: introspect, step: "introspect", edit: "token_type_hint=refresh_token", id: "hint-ignored", want: as},
		{client: "practice-basic", flow: flows.ClientCredentials, setup: machine, over: introspect, step: "introspect", edit: "-Authorization:", id: "basic-dropped", want: as},
		{client: "practice-basic", over: revoke, step: "revoke", edit: "token=unknown", id: "revoke-changed", want: as},
		{client: "practice-basic", over: revoke, step: "revoke", edit: "-token", id: "asked-dropped", want: as},
		{over: flows.Refresh, step: "token", edit: "-refresh_token", id: "refresh-dropped", want: as},
		{over: flows.Refresh, step: "token", edit: "refresh_token=unknown", id: "refresh-changed", want: as},
		{flow: flows.DeviceCode, step: "device", edit: "client_id=nobody", id: "client_id-changed-public", want: as},
		{flow: flows.DeviceCode, step: "token", edit: "device_code=guessed", id: "device_code-changed", want: as},
		{flow: flows.DeviceCode, step: "token", edit: "-device_code", id: "device_code-dropped", want: as},
		{over: exchange, client: "practice-basic", step: "token", edit: "subject_token=unknown", id: "subject_token-changed", want: as},
		{over: exchange, client: "practice-basic", step: "token", edit: "-subject_token_type", id: "subject_token_type-dropped", want: as},
		{flow: flows.CIBA, client: "practice-basic", setup: hinted, step: "backchannel", edit: "-login_hint", id: "ciba-hint-dropped", want: as},
		{flow: flows.CIBA, client: "practice-basic", setup: hinted, step: "backchannel", edit: "login_hint=nobody", id: "ciba-hint-changed", want: as},
		{flow: flows.CIBA, client: "practice-basic", setup: hinted, step: "token", edit: "auth_req_id=guessed", id: "auth_req_id-changed", want: as},
		{setup: par, step: "par", edit: "-response_type", id: "authz-response_type-dropped", want: accepted},
		{setup: par, step: "par", edit: "redirect_uri=https://evil.example/cb", id: "par-redirect-changed", want: as},
		{setup: par, step: "par", edit: "-code_challenge", id: "authz-challenge-dropped", want: as},
		{client: "practice-basic", setup: par, step: "par", edit: "-Authorization:", id: "basic-dropped", want: as},

		{kind: flows.BeforeOpen, step: "authorize", edit: "redirect_uri=https://evil.example/cb", id: "authz-redirect-changed", want: as, silent: true},
		{kind: flows.BeforeOpen, step: "authorize", edit: "client_id=nobody", id: "authz-client", want: as, silent: true},
		{kind: flows.BeforeOpen, step: "authorize", edit: "-response_type", id: "authz-response_type-dropped", want: as},
		{kind: flows.BeforeOpen, step: "authorize", edit: "-code_challenge", id: "authz-challenge-dropped", want: as},
		{kind: flows.BeforeOpen, step: "authorize", edit: "code_challenge=0123456789012345678901234567890123456789012", id: "authz-challenge-changed", want: as},
		{kind: flows.BeforeOpen, step: "authorize", edit: "nonce=another", id: "authz-nonce", want: as},
		{kind: flows.BeforeOpen, step: "authorize", edit: "state=another", id: "authz-state", want: as},
		{kind: flows.BeforeOpen, step: "authorize", edit: "login_hint=alice", id: "authz-hints", want: as},
		{kind: flows.BeforeOpen, setup: par, step: "authorize", edit: "request_uri=urn:guessed", id: "authz-request_uri", want: as, silent: true},
		{setup: extra("state", "another"), id: "authz-state", want: as},
		{setup: extra("nonce", "another"), id: "authz-nonce", want: as},
		{setup: extra("client_id", "nobody"), id: "authz-client", want: as, silent: true},

		{kind: flows.BeforeReturn, step: "authorize", edit: "state=another", id: "callback-state", want: as},
		{kind: flows.BeforeReturn, step: "authorize", edit: "iss=https://evil.example", id: "callback-iss-changed", want: as},
		{kind: flows.BeforeReturn, step: "authorize", edit: "-iss", id: "callback-iss-dropped", want: as},
		{kind: flows.BeforeReturn, step: "authorize", edit: "code=guessed", id: "callback-code-changed", want: as},
		{kind: flows.BeforeReturn, step: "authorize", edit: "-code", id: "callback-code-dropped", want: as},

		{kind: flows.BeforeTaking, step: "token", edit: "id_token.nonce=another", id: "id-token-nonce", want: as},
		{kind: flows.BeforeTaking, step: "token", edit: "id_token.iss=https://evil.example", id: "id-token-iss", want: as},
		{kind: flows.BeforeTaking, step: "token", edit: "id_token.header.alg=none", id: "id-token-alg", want: as},
		{kind: flows.BeforeTaking, step: "token", edit: "-id_token", id: "id-token-dropped", want: as},
		{kind: flows.BeforeTaking, step: "token", edit: "access_token=another", id: "access-token-hash", want: as},
		{kind: flows.BeforeTaking, step: "token", edit: "-access_token", id: "access-token-dropped", want: as},
		{kind: flows.BeforeTaking, step: "token", edit: "frobnicate=1", id: "token-answer-added", want: as},
		{kind: flows.BeforeTaking, step: "discovery", edit: "issuer=https://evil.example", id: "discovery-issuer", want: as},
		{kind: flows.BeforeTaking, step: "keys", edit: "keys=[]", id: "keys-changed", want: predict.NotJudged},
		{kind: flows.BeforeTaking, step: "userinfo", edit: "sub=mallory", id: "userinfo-sub", want: as},
		{kind: flows.BeforeTaking, flow: flows.DeviceCode, step: "device", edit: "device_code=guessed", id: "device-code-changed", want: as},
		{kind: flows.BeforeTaking, setup: par, step: "par", edit: "-request_uri", id: "par-reference-dropped", want: as},
	} {
		t.Run(c.step+" "+c.edit+" "+c.id, func(t *testing.T) {
			t.Parallel()
			c.run(t)
		})
	}
}
