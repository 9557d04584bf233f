package flows

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// CallInput is a request to a protected resource.
type CallInput struct {
	Method string // empty: GET, or POST with a body
	URL    string
	Header http.Header // beside Authorization, which is the token's
	Body   []byte      // sent as it is; nil for none. Without a Content-Type in Header it is JSON when it is JSON
}

// Call sends a request to a protected resource with the session's access token (RFC 6750 2.1; RFC 9449 7.1), and explains a
// refusal by what the resource says in WWW-Authenticate. Run returns a copy of the session; the answer is in the exchange.
func Call(s *Session, in CallInput) Flow {
	if in.Method == "" {
		in.Method = http.MethodGet
		if len(in.Body) > 0 {
			in.Method = http.MethodPost
		}
	}
	step := Step{
		ID: "call", Title: "Call the protected resource", Arrow: in.Method + " with the access token", From: Client, To: Resource,
		Why: "The access token goes along in the Authorization field, never in the address, where it would end up in logs. Whoever holds a bearer token can use it, so it is sent to the one address that was named, " +
			"and a redirect is not followed. A bound token needs a proof as well, made for this very request. " +
			"A resource that refuses says in WWW-Authenticate what it misses: another token, another scope, a fresher or a stronger login.",
		Refs: []rule.Ref{
			{Spec: "RFC 6750", Section: "2.1", URL: "https://www.rfc-editor.org/rfc/rfc6750#section-2.1"},
			{Spec: "RFC 6750", Section: "3", URL: "https://www.rfc-editor.org/rfc/rfc6750#section-3"},
			{Spec: "RFC 9449", Section: "7.1", URL: "https://www.rfc-editor.org/rfc/rfc9449#section-7.1"},
			{Spec: "RFC 9470", Section: "3", URL: "https://www.rfc-editor.org/rfc/rfc9470#section-3"},
		},
		run: func(ctx context.Context, st *state) error { return st.runCall(ctx, s, in) },
	}
	return Flow{
		ID: "call", Title: "Call", Summary: "Uses the access token where it is meant to be used.",
		Refs: step.Refs, Steps: []Step{step}, prior: s, anonymous: true, bare: true,
	}
}

func (s *state) runCall(ctx context.Context, prior *Session, in CallInput) error {
	if err := needToken(prior, AccessToken, "RFC 6750 2"); err != nil {
		return err
	}
	u, err := url.Parse(in.URL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return problem(ProblemConfig, "the resource's address, https://…", fmt.Sprintf("%q", in.URL), "RFC 6750 2")
	case in.Header.Get("Authorization") != "" || in.Header.Get("DPoP") != "":
		return problem(ProblemConfig, "header fields beside Authorization and DPoP, which carry the session's token", "one of them", "RFC 6750 2.1; RFC 9449 7.1")
	}
	if u.Scheme == "http" && !isLoopback(u.Hostname()) {
		s.found(rule.Warn, "call-http", "the token is sent without TLS: anyone on the way can take it", "use https", "RFC 6750 5.3")
	}
	s.session = prior.clone()
	s.checkAudience(u)
	req, err := http.NewRequest(in.Method, in.URL, bytes.NewReader(in.Body))
	if err != nil {
		return problem(ProblemConfig, "a request that can be sent", err.Error(), "RFC 9110 9")
	}
	maps.Copy(req.Header, in.Header)
	if host := req.Header.Get("Host"); host != "" { // net/http takes it from elsewhere
		req.Host = host
		req.Header.Del("Host")
	}
	if len(in.Body) > 0 && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", "application/octet-stream")
		if json.Valid(in.Body) {
			req.Header.Set("Content-Type", "application/json")
		}
	}
	e, err := s.sendWithToken(ctx, "call", req)
	if err != nil {
		return err
	}
	return s.judgeCall(e)
}

// HeaderField reads a header field as it is written: "Name: value" (RFC 9110 5). The error names what is wrong with it.
func HeaderField(text string) (name, value string, err error) {
	name, value, ok := strings.Cut(text, ":")
	name, value = strings.TrimSpace(name), strings.TrimSpace(value)
	if !ok || name == "" || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune("()<>@,;:\\\"/[]?={}", r) }) || strings.ContainsAny(value, "\r\n\x00") {
		return "", "", fmt.Errorf("want a header field as Name: value, got %q", text)
	}
	return name, value, nil
}

// checkAudience tells a token that names other audiences than this resource. What a resource calls itself is its own affair,
// so this is a hint only.
func (s *state) checkAudience(u *url.URL) {
	report := s.session.Reports[AccessToken]
	if report == nil || report.Token == nil {
		return
	}
	aud := report.Token.Payload.Get("aud")
	audiences, ok := aud.Texts()
	if !ok || slices.ContainsFunc(audiences, func(a string) bool { return strings.Contains(a, u.Hostname()) }) {
		return
	}
	s.found(rule.Info, "call-audience", "the token is for "+excerpt([]byte(aud.Raw), 120)+", which does not look like "+u.Host,
		"a resource must refuse tokens that are not for it", "RFC 9068 4")
}

func (s *state) judgeCall(e *record.Exchange) error {
	switch status := e.Response.Status; {
	case status < 300:
		s.note = fmt.Sprintf("the resource accepted the token: %s, %d bytes", e.Response.Reason, e.Response.Body.Size)
		return nil
	case status < 400:
		s.found(rule.Info, "call-redirect", "the answer is a redirect, which is not followed: the token is for the address that was named",
			"call that address", "RFC 9110 15.4")
		s.note = describeAnswer(e)
		return nil
	case status != http.StatusUnauthorized && status != http.StatusForbidden && status != http.StatusBadRequest || len(challengesOf(e.Response)) == 0 && status != http.StatusUnauthorized:
		return problem(ProblemAnswer, "an answer of the resource", describeAnswer(e), "RFC 9110 15").about(e)
	}
	return s.challenged(e)
}

// challenged explains a refusal by its challenges.
func (s *state) challenged(e *record.Exchange) *Problem {
	all := challengesOf(e.Response)
	oauth := normalise(e.Response, &s.reading)
	if oauth == nil {
		oauth = &OAuthError{Status: e.Response.Status}
	}
	p := refused("the resource to accept the token", oauth, "RFC 6750 3.1", e)
	bearer, dpop := named(all, "Bearer"), named(all, "DPoP")
	for _, c := range all {
		for _, name := range []string{"realm", "scope", "acr_values", "max_age", "resource_metadata", "algs"} {
			if v := c.params[name]; v != "" {
				s.variable(name, excerpt([]byte(v), 500), "WWW-Authenticate: "+excerpt([]byte(c.scheme), 40))
			}
		}
	}
	d := &Diagnosis{ID: "RS-" + strings.ToUpper(strings.ReplaceAll(first(oauth.Code, "refused"), "_", "-")), Checked: []string{"WWW-Authenticate"}, Ref: "RFC 6750 3.1"}
	switch bound := isDPoP(s.session.Tokens.TokenType) && s.dpop != nil; {
	case len(all) == 0:
		d.Summary = "the resource refuses, and does not say what it wants: WWW-Authenticate is missing, which a 401 must have"
		d.Ref = "RFC 9110 15.5.2"
	case bearer == nil && dpop == nil:
		d.Summary = "the resource does not take access tokens here: it asks for " + schemes(all)
		d.Ref = "RFC 9110 11.6.1"
	case !bound && bearer == nil:
		d.Summary = "the resource takes tokens that are bound to a key only (DPoP), and this is a bearer token"
		d.Fixes, d.Ref = []Fix{{Text: "get a bound token", Value: "--dpop"}}, "RFC 9449 7.1"
	case bound && dpop == nil && (oauth.Code == "" || oauth.Code == "invalid_token" || oauth.Code == "invalid_request"): // with other codes it has read the token
		d.Summary = "the resource does not know bound tokens: it asks for a bearer token only"
		d.Fixes, d.Ref = []Fix{{Text: "get a token without DPoP"}}, "RFC 9449 7.2"
	default:
		s.explainCode(d, oauth.Code, all)
	}
	if d.Summary == "" {
		return p
	}
	p.Ref, p.Diagnosis = d.Ref, d
	return p
}

// grantedScope is the scope of the access token: as the token answer named it, or as the token itself does (RFC 9068 2.2.3).
func (s *state) grantedScope() string {
	if scope := s.session.Tokens.Scope; scope != "" {
		return scope
	}
	report := s.session.Reports[AccessToken]
	if report == nil || report.Token == nil {
		return ""
	}
	scope, _ := report.Token.Payload.Get("scope").Text()
	return excerpt([]byte(scope), 500)
}

func schemes(all []challenge) string {
	var names []string
	for _, c := range all {
		names = append(names, excerpt([]byte(c.scheme), 40))
	}
	return strings.Join(names, ", ")
}

// explainCode explains the error codes of RFC 6750 3.1, RFC 9449 7.1 and RFC 9470 3.
func (s *state) explainCode(d *Diagnosis, code string, all []challenge) {
	param := func(name string) string { return challengeParam(all, name) }
	switch code {
	case "":
		d.Summary = "the resource acts as if no token had come: it names no error"
		d.Causes = []string{"something on the way (a proxy, a gateway) took the Authorization field away", "the resource looks for the token elsewhere"}
	case "invalid_token":
		d.Summary = "the resource does not accept this token"
		if at := s.session.Tokens.ExpiresAt; !at.IsZero() && s.cfg.Now().After(at) {
			d.Causes = append(d.Causes, fmt.Sprintf("it expired %s ago", s.cfg.Now().Sub(at).Round(1e9)))
			d.Fixes = append(d.Fixes, Fix{Text: "refresh it", Value: "oidcscope refresh"})
		}
		if slices.Contains(s.session.Revoked, AccessToken) || slices.Contains(s.session.Revoked, RefreshToken) {
			d.Causes = append(d.Causes, "it was revoked")
		}
		d.Causes = append(d.Causes, "it was issued for another audience, or by another issuer than the one the resource trusts", "it expired or was revoked, by the resource's clock and knowledge",
			"the resource can't verify it: an opaque token where it wants a JWT, or a key it does not know")
		d.Fixes = append(d.Fixes, Fix{Text: "ask for a token for this resource", Value: "--resource URI, or --audience as some providers want it"})
	case "insufficient_scope":
		d.Summary = "the token is good, but does not allow this"
		d.Causes = []string{"which scopes the token has is not known here: no answer named them, and the token can't be read"}
		if granted := s.grantedScope(); granted != "" {
			d.Causes = []string{"granted are: " + granted}
		}
		if scope := param("scope"); scope != "" {
			d.Fixes = []Fix{{Text: "log in again and ask for the scope that is needed", Value: "--scope " + shellWord(scope)}}
		}
	case "insufficient_user_authentication":
		d.Summary, d.Ref = "the token is good, but the login behind it is too weak or too long ago: step up", "RFC 9470 3"
		d.Fixes = []Fix{{Text: "log in again as the resource asks", Value: stepUp(all)}}
	case "invalid_dpop_proof":
		d.Summary, d.Ref = "the token is good, but the proof that came with it is not", "RFC 9449 7.1"
		d.Causes = []string{"the clocks differ", "the resource is known by another address than the one called (htu)", "the proof was changed at the gate"}
	case "use_dpop_nonce":
		d.Summary, d.Ref = "the resource asks for a nonce in the proof again, although it had the one it gave", "RFC 9449 9"
	case "invalid_request":
		d.Summary = "the resource finds the request malformed: a parameter is missing, or the token came in two ways"
	default:
		d.Summary = "the resource refuses with a code of its own"
	}
	if address := param("resource_metadata"); address != "" {
		d.Fixes = append(d.Fixes, Fix{Text: "which providers and scopes it wants stands in its metadata (RFC 9728)", Value: address})
	}
}
