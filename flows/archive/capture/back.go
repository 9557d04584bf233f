package capture

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/inspect/lint"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// The part of a login that goes directly to the provider, which a capture has only when the client is a page in the browser.

func (r *rebuilder) tellDevice() {
	m := r.g.device
	if m == nil {
		r.skip("the request for a code is " + missing)
		return
	}
	e := r.exchange(m, string(m.kind))
	if r.refused(m, e, "a code to wait with", "RFC 8628 3.2") {
		return
	}
	for _, name := range []string{"device_code", "auth_req_id", "user_code", "verification_uri", "interval", "expires_in"} {
		r.variable(name, m.answer[name], "the answer", "token")
	}
	r.done(m.at, "the person goes on elsewhere")
}

func (r *rebuilder) tellToken() {
	g := r.g
	if g.token == nil {
		if g.answer.Has("code") {
			r.skip("the token request is " + missing + ": a server redeems the code where no browser sees it")
		} else {
			r.skip("the token request is " + missing)
		}
		return
	}
	since := g.polls[0].at
	for _, m := range g.polls[:len(g.polls)-1] {
		r.exchange(m, "token")
		if code := m.answer["error"]; code == "authorization_pending" || code == "slow_down" {
			r.emit(flows.Waiting{Meta: r.meta(), Reason: code})
		}
	}
	m := g.polls[len(g.polls)-1]
	for _, name := range []string{"code_verifier", "client_secret", "client_assertion", "refresh_token", "assertion", "subject_token", "password"} {
		if name != "refresh_token" || m.sent.Get("grant_type") == "refresh_token" {
			r.variable(name, m.sent.Get(name), "the token request")
		}
	}
	e := r.exchange(m, "token")
	notes := append(r.tellPassedOn(m), r.compareRequests(m)...)
	r.tellCORS(m)
	if r.refused(m, e, "tokens", "RFC 6749 5.2") {
		return
	}
	if m.bodyLost {
		r.done(since, append(notes, r.unchecked("what was answered is "+missing+": no tokens to look at"))...)
		return
	}
	tokens, members, ok := flows.ReadTokens(m.x.Response, m.end)
	if !ok {
		r.fail(&flows.Problem{Kind: flows.ProblemAnswer, Expected: "a token answer with an access_token", Got: "an answer without one", Ref: "RFC 6749 5.1", Exchange: e.ID})
		return
	}
	r.takeTokens(tokens, members, "token answer")
	r.done(since, notes...)
}

// compareRequests holds the token request against the authorization request: the verifier against the challenge (RFC 7636 4.6),
// the redirect URI (RFC 6749 4.1.3), the client.
func (r *rebuilder) compareRequests(m *message) (notes []string) {
	g := r.g
	if m.formLost {
		return []string{r.unchecked("what was sent is " + missing + ": code, verifier and redirect URI are not checked")}
	}
	if g.request == nil || m.sent.Get("grant_type") != "authorization_code" {
		return nil
	}
	verifier, challenge := m.sent.Get("code_verifier"), g.asked.Get("code_challenge")
	switch {
	case challenge == "" && verifier != "":
		r.found(rule.Warn, "capture-verifier", "a verifier was sent, and the authorization request had no challenge: it protects nothing", "RFC 9700 2.1.1")
	case challenge == "":
	case verifier == "":
		r.found(rule.Error, "capture-verifier", "the authorization request had a code_challenge, and the token request has no code_verifier", "RFC 7636 4.5")
	case masked(verifier) || masked(challenge):
		notes = append(notes, r.unchecked("verifier not checked: it is masked in the capture"))
	case fits(verifier, challenge, g.asked.Get("code_challenge_method")):
		notes = append(notes, "the verifier fits the challenge")
		r.agreed = true
	default:
		r.found(rule.Error, "capture-verifier", "the code_verifier does not fit the code_challenge: it is that of another login", "RFC 7636 4.6")
	}
	for _, name := range []string{"redirect_uri", "client_id"} {
		asked, sent := g.asked.Get(name), m.sent.Get(name)
		if visible(asked) == "" || visible(sent) == "" {
			r.agreed = r.agreed && name != "redirect_uri"
			continue
		}
		if asked == sent {
			notes = append(notes, name+" is the same")
			continue
		}
		r.agreed = false
		r.found(rule.Error, "capture-"+strings.ReplaceAll(name, "_", "-"), fmt.Sprintf("the token request names another %s than the authorization request: %q, asked with %q", name, sent, asked), "RFC 6749 4.1.3")
	}
	return notes
}

// fits compares a verifier with its challenge (RFC 7636 4.6).
func fits(verifier, challenge, method string) bool {
	if method != "S256" {
		return verifier == challenge
	}
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:]) == strings.TrimRight(challenge, "=")
}

// takeTokens tells tokens that came, and takes apart those that need no step of their own.
func (r *rebuilder) takeTokens(t flows.Tokens, members map[string]string, from string) {
	if t.ID.IsZero() {
		t.ID = r.tokens.ID
	}
	r.tokens = t
	r.names = nil
	for _, one := range []struct {
		name  flows.TokenName
		value secret.Text
		uses  []string
	}{{flows.IDToken, t.ID, []string{"id_token"}}, {flows.AccessToken, t.Access, []string{"userinfo"}}, {flows.RefreshToken, t.Refresh, nil}} {
		if one.value.IsZero() {
			continue
		}
		r.names = append(r.names, one.name)
		r.variable(string(one.name), one.value.Reveal(), from, one.uses...)
		if one.name != flows.IDToken && !masked(one.value.Reveal()) { // of a mask nothing can be told
			r.received(one.name, one.value.Reveal(), inspect.Context{Now: r.now, Profile: inspect.ProfileAuto})
		}
	}
	for _, name := range []string{"expires_in", "scope", "token_type"} {
		r.variable(name, members[name], from)
	}
}

func (r *rebuilder) received(which flows.TokenName, raw string, known inspect.Context) *inspect.Report {
	keys := r.keys
	if !signed(raw) {
		keys = nil
	}
	report := lint.Inspect(raw, keys, known)
	r.emit(flows.Received{Meta: r.meta(), Which: which, Raw: secret.New(raw), Report: report})
	return report
}

// tellIDToken checks an ID token as the engine does, as of the time when it came. front says that it came through the browser.
func (r *rebuilder) tellIDToken(raw string, front bool) {
	switch {
	case raw == "":
		r.skip("no ID token is in the capture")
		return
	case masked(raw):
		r.skip("the ID token is masked in the capture")
		return
	}
	known := inspect.Context{Now: r.now, Profile: inspect.ProfileIDToken, ClientID: visible(r.config.ClientID), AccessToken: visible(r.tokens.Access.Reveal()),
		Code: visible(r.g.answer.Get("code")), Nonce: visible(r.g.asked.Get("nonce"))}
	known.NonceSent = known.Nonce != ""
	if front {
		known.ResponseType = r.g.asked.Get("response_type")
	}
	if r.metadata != nil {
		known.Issuer, known.Algs = flows.TenantIssuer(r.metadata.Issuer, inspect.Decode(raw)), r.metadata.IDTokenSigningAlgs
	}
	report := r.received(flows.IDToken, raw, known)
	if p := flows.JudgeIDToken(report, r.keys == nil || !signed(raw)); p != nil {
		p.Exchange = r.last.ID
		r.fail(p)
		return
	}
	passed := 0
	for _, item := range report.Checklist {
		if item.Result == inspect.ItemPass {
			passed++
		}
	}
	signature := "signature " + string(report.Signature.Status)
	if r.keys == nil {
		signature = r.unchecked("signature not checked: the keys are " + missing)
	}
	if !signed(raw) {
		signature = r.unchecked("signature not checked: it was taken off in the capture")
	}
	nonce := ""
	switch {
	case r.refreshed(): // need not have one (OpenID Connect Core 12.2)
	case r.g.request == nil:
		nonce = r.unchecked("nonce not checked: the request is " + missing)
	case masked(r.g.asked.Get("nonce")):
		nonce = r.unchecked("nonce not checked: it is masked in the capture")
	}
	r.done(r.now, signature, fmt.Sprintf("%d checks passed", passed), nonce, r.comparePeople(raw))
}

// tellAfter tells what was done with the tokens.
func (r *rebuilder) tellAfter(step string) {
	var last *message
	since := r.now
	for _, m := range r.g.after {
		if stepOf(m.kind) != step {
			continue
		}
		if last == nil {
			since = m.at
		}
		last = m
		e := r.exchange(m, string(m.kind))
		if m.kind != logout && r.refused(m, e, "an answer", "RFC 6750 3") {
			return
		}
		r.tellCORS(m)
		r.tellAnswer(m)
	}
	if last == nil {
		r.skip(missing)
		return
	}
	note := ""
	if last.bodyLost && last.kind != revocation { // whose answer has none (RFC 7009 2.2)
		note = r.unchecked("what was answered is " + missing)
	}
	r.done(since, note)
}

// tellAnswer tells the claims of a person, and what the provider said about a token.
func (r *rebuilder) tellAnswer(m *message) {
	if m.x.Response == nil || len(m.x.Response.Body.Data) == 0 {
		return
	}
	body := string(m.x.Response.Body.Data)
	switch m.kind {
	case userinfo:
		if len(m.answer) == 0 {
			r.received(flows.UserInfo, body, inspect.Context{Now: r.now, ClientID: r.config.ClientID})
			return
		}
		r.emit(flows.Received{Meta: r.meta(), Which: flows.UserInfo, Raw: secret.New(body)})
		r.comparePerson(m)
	case introspection:
		r.variable("active", m.answer["active"], "the answer")
	}
}

// comparePerson holds the person of the answer against that of the ID token (OpenID Connect Core 5.3.2).
func (r *rebuilder) comparePerson(m *message) {
	id := visible(r.tokens.ID.Reveal())
	if id == "" || m.answer["sub"] == "" {
		return
	}
	if want := payloadOf(id)["sub"]; want != "" && want != m.answer["sub"] {
		r.found(rule.Error, "userinfo-sub", "the answer is about another person than the ID token", "OpenID Connect Core 5.3.2")
	}
}
