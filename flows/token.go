package flows

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// redeemStep redeems the code.
func redeemStep() Step {
	return Step{
		ID: "token", Title: "Redeem the code", Arrow: "code + verifier", From: Client, To: Provider, NoSkip: "the steps after it need the tokens",
		Why: "The code is worthless alone: whoever redeems it must also know the verifier whose SHA-256 went along with the login. A thief who saw the redirect has the code, but not the verifier. " +
			"This request goes directly from here to the provider, without the browser, so the tokens never pass through an address bar or a history.",
		Refs: []rule.Ref{
			{Spec: "RFC 6749", Section: "4.1.3", URL: "https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3"},
			{Spec: "RFC 7636", Section: "4.5", URL: "https://www.rfc-editor.org/rfc/rfc7636#section-4.5"},
			{Spec: "OpenID Connect Core", Section: "3.1.3", URL: "https://openid.net/specs/openid-connect-core-1_0.html#TokenEndpoint"},
		},
		run: runRedeem,
	}
}

func runRedeem(ctx context.Context, s *state) error {
	e, err := s.throughOAuth2(ctx, func(ctx context.Context, c *oauth2.Config) error {
		_, err := c.Exchange(ctx, s.login.code, s.redeemOptions()...)
		return err
	})
	if err != nil {
		return err
	}
	return s.takeTokens(e, "RFC 6749 5.1")
}

// redeemOptions are the parameters of the token request beside the code.
func (s *state) redeemOptions() []oauth2.AuthCodeOption {
	var options []oauth2.AuthCodeOption
	if s.login.verifier != "" {
		options = append(options, oauth2.VerifierOption(s.login.verifier))
	}
	return options
}

// tokenEndpoint is where this client asks for tokens.
func (s *state) tokenEndpoint() (string, error) {
	return s.metadata.endpoint("token_endpoint", s.metadata.forClient(s.cfg, "token_endpoint", s.metadata.TokenEndpoint), "RFC 6749 3.2")
}

// throughOAuth2 has x/oauth2 send a token request. Its reading of the answer is not used: it hides the raw answer, takes
// text/plain for a form, and knows fewer shapes of errors. The answer is read from the record instead.
func (s *state) throughOAuth2(ctx context.Context, request func(context.Context, *oauth2.Config) error) (*record.Exchange, error) {
	if _, err := s.tokenEndpoint(); err != nil {
		return nil, err
	}
	ctx = context.WithValue(ctx, oauth2.HTTPClient, s.http)
	ctx = record.WithLabel(ctx, record.Label{Step: s.step, Purpose: "token"})
	// x/oauth2 sends each name once, and there may be several resources (RFC 8707 2.2).
	ctx = withOutgoing(ctx, outgoing{client: true, prove: true, resources: s.cfg.Request.Resources})
	s.last = nil
	err := request(ctx, s.oauth2Config())
	if s.last == nil || s.last.Failure != nil || s.last.Response == nil {
		if err == nil {
			err = errors.New("no answer was recorded")
		}
		return nil, transportProblem(ctx, "token", err, s.last)
	}
	return s.last, nil
}

// formType is the media type of a form (RFC 6749 appendix B).
const formType = "application/x-www-form-urlencoded"

// post sends a form with the client's authentication (RFC 6749 2.3.1) and wants JSON.
func (s *state) post(ctx context.Context, purpose, address string, form url.Values) (*record.Exchange, error) {
	return s.postFor(ctx, purpose, address, form, "application/json")
}

// postFor is post with a choice of answers to accept.
func (s *state) postFor(ctx context.Context, purpose, address string, form url.Values, accept string) (*record.Exchange, error) {
	method := s.metadata.authMethod(s.cfg)
	if method != AuthBasic {
		form.Set("client_id", s.cfg.ClientID)
	}
	if method == AuthPost {
		form.Set("client_secret", s.cfg.ClientSecret.Reveal())
	}
	req, err := http.NewRequest(http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, problem(ProblemAnswer, "an address to send to", err.Error(), "")
	}
	req.Header.Set("Content-Type", formType)
	req.Header.Set("Accept", accept)
	if method == AuthBasic {
		req.SetBasicAuth(url.QueryEscape(s.cfg.ClientID), url.QueryEscape(s.cfg.ClientSecret.Reveal()))
	}
	return s.send(withOutgoing(ctx, outgoing{client: true, prove: purpose == "token"}), purpose, 0, req)
}

// takeTokens reads a token answer (RFC 6749 5.1) and makes the session of it.
func (s *state) takeTokens(e *record.Exchange, ref string) error {
	answer, err := s.readTokenAnswer(e, ref)
	if err != nil {
		return err
	}
	tokens := TokensOf(answer, s.cfg.Now())
	if err := s.checkTokens(tokens, answer, e); err != nil {
		return err
	}
	s.direct, s.front = e.Connection.TLS != "" && !e.Connection.Skipped, false
	s.session = s.newSession(tokens)
	s.tellTokens(answer, "token answer")
	if p := s.checkBinding(); p != nil {
		return p.about(e)
	}
	return nil
}

// readTokenAnswer gives the members of an answer as text. Some servers send it form-encoded (old GitHub).
func (s *state) readTokenAnswer(e *record.Exchange, ref string) (map[string]string, error) {
	if oauth := normalise(e.Response, &s.reading); oauth != nil {
		p := refusedOrOdd("tokens", oauth, "RFC 6749 5.2", e)
		return nil, s.explainClient(p)
	}
	object, err := s.objectOrForm(e, "token answer", "access_token", "token-form", ref)
	if err != nil {
		return nil, err
	}
	answer := make(map[string]string, len(object))
	for name := range object {
		answer[name] = dialect(object).text(name)
	}
	if text := ""; json.Unmarshal(object["expires_in"], &text) == nil && text != "" && isJSONType(record.Get(e.Response.Headers, "Content-Type")) {
		s.found(rule.Info, "expires-in-text", fmt.Sprintf("expires_in is a text, %q; it has to be a number", excerpt([]byte(text), 40)), "strict clients refuse it", "RFC 6749 5.1")
	}
	if scopes := dialect(object).texts("scope"); scopes != nil {
		s.found(rule.Warn, "scope-array", "scope is a JSON array; it has to be one text, with spaces between", "", "RFC 6749 3.3")
		answer["scope"] = strings.Join(scopes, " ")
	}
	return answer, nil
}

// formAnswer reads an answer that is not announced as JSON as a form; nil when it is none.
func formAnswer(r *record.Response, media string) url.Values {
	if isJSONType(media) {
		return nil
	}
	values, err := url.ParseQuery(string(r.Body.Data))
	if err != nil {
		return nil
	}
	return values
}

// objectOrForm reads an answer that must be a JSON object with status 200, or the same as a form, which some servers send (old
// GitHub). A form is known by a member that it must have.
func (s *state) objectOrForm(e *record.Exchange, what, has, slug, ref string) (map[string]json.RawMessage, error) {
	media := mediaType(record.Get(e.Response.Headers, "Content-Type"))
	values := formAnswer(e.Response, media)
	if !values.Has(has) || e.Response.Status >= 300 {
		return s.object(e, what, ref)
	}
	s.found(rule.Warn, slug, fmt.Sprintf("the %s is form-encoded (%q), not JSON", what, media), "", ref)
	object := make(map[string]json.RawMessage, len(values))
	for name := range values {
		text, err := json.Marshal(values.Get(name))
		if err != nil {
			return nil, err
		}
		object[name] = text
	}
	return object, nil
}

// scopeWords splits the scopes of an answer. Some servers put commas between (GitHub, Slack).
func scopeWords(scope string) []string {
	return strings.FieldsFunc(scope, func(r rune) bool { return r == ' ' || r == ',' })
}

// checkTokens says what is missing, and tells what is less than what was asked for.
func (s *state) checkTokens(t Tokens, answer map[string]string, e *record.Exchange) error {
	if t.Access.IsZero() {
		return problem(ProblemAnswer, "a token answer with an access_token", "only "+members(answer), "RFC 6749 5.1").about(e)
	}
	switch {
	case t.TokenType == "":
		s.found(rule.Warn, "token-type-missing", "the token answer has no token_type; Bearer is assumed", "", "RFC 6749 5.1")
	case strings.EqualFold(t.TokenType, "N_A"): // what was exchanged is no access token (RFC 8693 2.2.1)
	case isDPoP(t.TokenType) && s.dpop != nil:
	case isDPoP(t.TokenType):
		s.found(rule.Warn, "token-type", "the access token is of type DPoP, but no proof was sent: it can't be used here", "turn DPoP on", "RFC 9449 5")
	case !strings.EqualFold(t.TokenType, "Bearer"):
		s.found(rule.Warn, "token-type", fmt.Sprintf("the access token is of type %q; only Bearer and DPoP are understood here", t.TokenType), "", "RFC 6749 7.1")
	}
	switch given := answer["expires_in"]; {
	case t.ExpiresAt.IsZero() && given != "":
		s.found(rule.Warn, "expires-in", fmt.Sprintf("expires_in is %q, which is no number of seconds to go by; how long the access token lives is taken as not known", excerpt([]byte(given), 40)), "", "RFC 6749 5.1")
	case t.ExpiresAt.IsZero():
		s.found(rule.Info, "expires-in-missing", "the provider does not say how long the access token lives", "", "RFC 6749 5.1")
	}
	if strings.Contains(t.Scope, ",") && !strings.Contains(t.Scope, " ") {
		s.found(rule.Info, "scope-comma", "the scopes of the answer are separated by commas; it has to be spaces", "", "RFC 6749 3.3")
	}
	if missing := without(s.login.scopes, scopeWords(t.Scope)); t.Scope != "" && len(missing) > 0 {
		s.found(rule.Info, "scope-reduced", "not granted: "+strings.Join(missing, " "), "", "RFC 6749 3.3")
	}
	if t.Refresh.IsZero() && len(without([]string{"offline_access"}, s.login.scopes)) == 0 {
		s.found(rule.Info, "no-refresh-token", "offline_access was asked for, but no refresh token came",
			"some providers need prompt=consent, or the refresh grant allowed for the client", "OpenID Connect Core 11")
	}
	return nil
}

// tellTokens emits what came. The ID token is shown by the step that checks it.
func (s *state) tellTokens(answer map[string]string, from string) {
	t := s.session.Tokens
	if !t.Access.IsZero() {
		s.variable("access_token", t.Access.Reveal(), from, "userinfo")
	}
	if !t.ID.IsZero() {
		s.variable("id_token", t.ID.Reveal(), from, "id_token")
	}
	if !t.Refresh.IsZero() {
		s.variable("refresh_token", t.Refresh.Reveal(), from)
	}
	for _, name := range []string{"expires_in", "scope", "token_type"} {
		if answer[name] != "" {
			s.variable(name, answer[name], from)
		}
	}
	if !t.Access.IsZero() {
		s.received(AccessToken, t.Access, s.accessTokenContext(t))
	}
	if !t.Refresh.IsZero() {
		s.received(RefreshToken, t.Refresh, inspect.Context{Now: s.cfg.Now(), Profile: inspect.ProfileAuto})
	}
	s.note = "came: " + members(answer)
}

// accessTokenContext is what is known about the access token from outside of it. Only a token that says to follow RFC 9068 must be of
// our issuer (4): others are the provider's own affair, and Entra's old ones name another. What does not fit is told of the token; it is
// not for the client to refuse it (RFC 9068 6).
func (s *state) accessTokenContext(t Tokens) inspect.Context {
	known := inspect.Context{Now: s.cfg.Now(), Profile: inspect.ProfileAuto}
	token := s.speaking(t.Access)
	if typ := strings.ToLower(headerText(token, "typ")); strings.TrimPrefix(typ, "application/") == "at+jwt" {
		known.Issuer = tenantIssuer(s.metadata.Issuer, token)
	}
	switch {
	case s.dpop != nil && isDPoP(t.TokenType):
		known.KeyThumbprint = s.dpop.thumbprint()
	case s.certificate != "" && memberText(token.Says().Get("cnf"), "x5t#S256") != "": // it may be there to authenticate only
		known.KeyThumbprint = s.certificate
	}
	return known
}

// received inspects a token, keeps the report, and shows both.
func (s *state) received(which TokenName, raw secret.Text, known inspect.Context) *inspect.Report {
	report := s.look(raw, known)
	s.session.Reports[which] = report
	s.emit(Received{Meta: s.here(), Which: which, Raw: raw, Report: report})
	return report
}

func (s *state) newSession(t Tokens) *Session {
	config := s.cfg
	config.Gate, config.Pasted, config.Debug, config.Trail, config.From = nil, nil, nil, nil, nil
	flow, asked := s.flow.ID, s.login.scopes
	if s.flow.ID == "refresh" {
		flow, asked = s.flow.prior.Flow, s.flow.prior.Asked
	}
	return &Session{Issuer: s.metadata.Issuer, Config: config, Metadata: s.metadata, Keys: s.keys, Tokens: t, Flow: flow, Asked: asked,
		At: s.cfg.Now(), Reports: make(map[TokenName]*inspect.Report), dpop: s.dpop}
}

// seconds reads expires_in, a number that some servers send as a string.
func seconds(text string) (time.Duration, bool) {
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || n < 0 || n > 100*365*24*3600 {
		return 0, false
	}
	return time.Duration(n * float64(time.Second)), true
}

// extraMembers gives what a token answer holds beside the members that RFC 6749 and OpenID Connect Core define.
func extraMembers(answer map[string]string) map[string]string {
	extra := make(map[string]string)
	for name, value := range answer {
		switch name {
		case "access_token", "id_token", "refresh_token", "token_type", "scope", "expires_in":
		default:
			extra[name] = value
		}
	}
	return extra
}

func members[V any](answer map[string]V) string {
	if len(answer) == 0 {
		return "no member"
	}
	return strings.Join(slices.Sorted(maps.Keys(answer)), ", ")
}

// without gives the items of a that are not in b.
func without(a, b []string) []string {
	var rest []string
	for _, x := range a {
		if !slices.Contains(b, x) {
			rest = append(rest, x)
		}
	}
	return rest
}
