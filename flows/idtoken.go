package flows

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// idTokenStep validates the ID token.
func idTokenStep() Step {
	return Step{
		ID: "id_token", Title: "Check the ID token", Arrow: "check id_token", From: Client, To: Client,
		Why: "The ID token says who logged in, where, when, and for whom. It is believed only after every check: the signature by a key of the provider, the issuer we asked, our client id as the audience, " +
			"times that hold now, and the nonce of this very login. A token that fails one of them may be genuine and still not be meant for us.",
		Refs: []rule.Ref{
			{Spec: "OpenID Connect Core", Section: "3.1.3.7", URL: "https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation"},
			{Spec: "RFC 8725", Section: "3", URL: "https://www.rfc-editor.org/rfc/rfc8725#section-3"},
		},
		run: runIDToken,
	}
}

func runIDToken(ctx context.Context, s *state) error {
	raw := s.session.Tokens.ID
	switch {
	case !s.login.openID():
		return skip("the scope openid was not asked for, so there is no ID token")
	case raw.IsZero():
		return problem(ProblemAnswer, "an id_token, as the scope openid was asked for", "a token answer without one", "OpenID Connect Core 3.1.3.3")
	}
	report, err := s.validateIDToken(ctx, raw, nil)
	if err != nil {
		return err
	}
	s.idToken = innermost(report).Token
	return nil
}

// validateIDToken makes all checks of OpenID Connect Core 3.1.3.7, and those of 12.2 when previous is the token before a
// refresh. A key set that lacks the token's kid is fetched once more (10.1.1).
func (s *state) validateIDToken(ctx context.Context, raw secret.Text, previous *inspect.Token) (*inspect.Report, error) {
	token := s.speaking(raw)
	if err := s.findKey(ctx, token); err != nil {
		return nil, err
	}
	report := s.received(IDToken, raw, s.idTokenContext(token, previous))
	if p := judge(report); p != nil {
		return report, p
	}
	s.note = openedNote(report) + fmt.Sprintf("signature %s with %s, %s passed", report.Signature.Status, report.Signature.Alg, count(passed(report), "check"))
	return report, nil
}

// findKey fetches the key set once more when it lacks the key of a token. A failure of that is told; the token is then judged
// with the keys there are.
func (s *state) findKey(ctx context.Context, token *inspect.Token) error {
	kid := headerText(token, "kid")
	if isEncrypted(token.Kind) || kid == "" || s.keys == nil || hasKey(s.keys, kid) || s.metadata.JWKSURI == "" {
		return nil
	}
	const ref = "OpenID Connect Core 10.1.1"
	s.found(rule.Info, "unknown-kid", fmt.Sprintf("the key set has no key %q; it is fetched once more, as the provider may have changed keys", kid), "", ref)
	if err := s.fetchKeys(ctx, "keys again"); err != nil {
		p := asProblem(ctx, err)
		if p.Kind == ProblemCanceled {
			return p
		}
		s.found(rule.Warn, "keys-again", "the key set could not be fetched again: "+p.Error(), "", ref)
	}
	if s.session != nil {
		s.session.Keys = s.keys
	}
	return nil
}

// idTokenContext is what is known about the ID token from outside of it.
func (s *state) idTokenContext(token, previous *inspect.Token) inspect.Context {
	known := inspect.Context{
		Now: s.cfg.Now(), Profile: inspect.ProfileIDToken,
		Issuer: tenantIssuer(s.metadata.Issuer, token), ClientID: s.cfg.ClientID,
		Nonce: s.login.nonce, NonceSent: s.login.nonce != "",
		AccessToken: s.session.Tokens.Access.Reveal(), Code: s.login.code,
		Algs: s.metadata.IDTokenSigningAlgs, Previous: previous,
		Direct: s.direct,
	}
	if s.front { // where the response type says which hashes there must be (OpenID Connect Core 3.3.2.11)
		known.ResponseType = s.login.responseType
	}
	if previous == nil { // a refresh is no new login (OpenID Connect Core 12.2)
		known.MaxAge, known.ACR = s.askedAge(), s.askedLevels()
	}
	return known
}

// judge turns a report into a problem: the signature first, as nothing else counts without it.
func judge(r *inspect.Report) *Problem {
	if p := unopened(r, "an ID token", "OpenID Connect Core 3.1.3.7 item 1"); p != nil {
		return p
	}
	if r.Signature.Status != inspect.Verified {
		return problem(ProblemCheck, "an ID token signed by a key of the provider",
			strings.TrimSuffix(fmt.Sprintf("signature %s: %s", r.Signature.Status, r.Signature.Reason), ": "), "OpenID Connect Core 3.1.3.7 item 6")
	}
	for _, item := range innermost(r).Checklist {
		if item.Result == inspect.ItemFail {
			return problem(ProblemCheck, item.Title, item.Detail, item.Ref)
		}
	}
	return judgeSubject(innermost(r).Token)
}

// judgeSubject wants the person named: the list of 3.1.3.7 takes sub for granted, and everything after it goes by sub.
func judgeSubject(t *inspect.Token) *Problem {
	const wanted, ref = "sub: a text that names the person", "OpenID Connect Core 2"
	switch sub := t.Says().Get("sub"); {
	case sub == nil:
		return problem(ProblemCheck, wanted, "an ID token without sub", ref)
	case sub.Kind != inspect.String:
		return problem(ProblemCheck, wanted, "sub is "+excerpt([]byte(sub.Raw), 60)+", no text", ref)
	case sub.Str == "":
		return problem(ProblemCheck, wanted, "sub is empty", ref)
	}
	return nil
}

// askedAge is the max_age that was sent, by whichever way: an extra parameter counts as well.
func (s *state) askedAge() *time.Duration {
	given := s.cfg.Extra.Get("max_age")
	if given == "" {
		return s.cfg.Request.MaxAge
	}
	age, ok := seconds(given)
	if !ok {
		return nil
	}
	return &age
}

// askedLevels are the acr_values that were sent.
func (s *state) askedLevels() []string {
	if given := s.cfg.Extra.Get("acr_values"); given != "" {
		return strings.Fields(given)
	}
	return s.cfg.Request.ACRValues
}

func passed(r *inspect.Report) int {
	n := 0
	for _, item := range innermost(r).Checklist {
		if item.Result == inspect.ItemPass {
			n++
		}
	}
	return n
}

// keysFor chooses what verifies a token: the provider's key set, or the client's secret for an HMAC
// (OpenID Connect Core 10.1).
func (s *state) keysFor(token *inspect.Token) *inspect.KeySet {
	if strings.HasPrefix(headerText(token, "alg"), "HS") && !s.cfg.ClientSecret.IsZero() {
		return inspect.SecretKeySet([]byte(s.cfg.ClientSecret.Reveal()))
	}
	return s.keys
}

// headerText gives a text member of a token's header, or "".
func headerText(t *inspect.Token, name string) string { return memberText(t.Header, name) }

func memberText(object *inspect.Value, name string) string {
	if v := object.Get(name); v != nil && v.Kind == inspect.String {
		return v.Str
	}
	return ""
}

func hasKey(keys *inspect.KeySet, kid string) bool {
	for _, k := range keys.Keys {
		if k.KID == kid {
			return true
		}
	}
	return false
}

const tenantPlaceholder = "{tenantid}"

// tenantIssuer fills in Microsoft Entra's issuer template with the tenant that the token names.
func tenantIssuer(issuer string, token *inspect.Token) string {
	tid := memberText(token.Payload, "tid")
	if tid == "" || strings.Trim(tid, "0123456789abcdefABCDEF-") != "" {
		return issuer
	}
	return strings.ReplaceAll(issuer, tenantPlaceholder, tid)
}

// matchesTemplate reports whether an issuer is one of those that a template stands for.
func matchesTemplate(template, issuer string) bool {
	before, after, found := strings.Cut(template, tenantPlaceholder)
	if !found || !strings.HasPrefix(issuer, before) || !strings.HasSuffix(issuer, after) || len(issuer) <= len(before)+len(after) {
		return false
	}
	return strings.Trim(issuer[len(before):len(issuer)-len(after)], "0123456789abcdefABCDEF-") == ""
}
