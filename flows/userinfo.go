package flows

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// userInfoStep calls the userinfo endpoint.
func userInfoStep() Step {
	return Step{
		ID: "userinfo", Title: "Ask for the person's claims", Arrow: "userinfo", From: Client, To: Provider, Optional: true,
		Why: "The access token opens the provider's userinfo endpoint, which tells what the granted scopes allow: a name, an address, a picture. " +
			"The answer must be about the same person as the ID token: the sub of both is compared, because an answer about somebody else would be a login as somebody else.",
		Refs: []rule.Ref{
			{Spec: "OpenID Connect Core", Section: "5.3", URL: "https://openid.net/specs/openid-connect-core-1_0.html#UserInfo"},
			{Spec: "RFC 6750", Section: "2.1", URL: "https://www.rfc-editor.org/rfc/rfc6750#section-2.1"},
		},
		run: runUserInfo,
	}
}

// FetchUserInfo calls the userinfo endpoint with the access token of a session (OpenID Connect Core 5.3). Run returns a
// copy of the session that holds the answer.
func FetchUserInfo(s *Session) Flow {
	step := userInfoStep()
	step.Optional = false
	run := step.run
	step.run = func(ctx context.Context, st *state) error {
		st.resume(s)
		st.login.scopes = []string{"openid"}
		return run(ctx, st)
	}
	return Flow{
		ID: "userinfo", Title: "UserInfo", Summary: "Asks the provider for the claims about the person, with the access token of this session.",
		Refs: step.Refs, Steps: overSession(s, step), prior: s, anonymous: true,
	}
}

func runUserInfo(ctx context.Context, s *state) error {
	switch {
	case s.metadata.UserInfoEndpoint == "":
		return skip("the provider has no userinfo endpoint")
	case !s.login.openID() && !s.metadata.given:
		return skip("the scope openid was not granted, and the userinfo endpoint asks for it")
	case s.session.Tokens.Access.IsZero():
		return skip("there is no access token")
	}
	e, err := s.callUserInfo(ctx)
	if err != nil {
		return err
	}
	media := mediaType(record.Get(e.Response.Headers, "Content-Type"))
	if e.Response.Status < 300 && (media == "application/jwt" || looksLikeJWT(e.Response.Body.Data)) {
		return s.takeSignedUserInfo(ctx, e)
	}
	object, err := s.object(e, "userinfo answer", "OpenID Connect Core 5.3.2")
	if err != nil {
		return err
	}
	return s.takeUserInfo(e, dialect(object).text("sub"))
}

func (s *state) callUserInfo(ctx context.Context) (*record.Exchange, error) {
	address, err := s.metadata.endpoint("userinfo_endpoint",
		s.metadata.forClient(s.cfg, "userinfo_endpoint", s.metadata.UserInfoEndpoint), "OpenID Connect Core 5.3")
	if err != nil {
		return nil, err
	}
	e, err := s.askUserInfo(ctx, http.MethodGet, address)
	if err != nil || e.Response.Status != http.StatusMethodNotAllowed {
		return e, err
	}
	s.found(rule.Warn, "userinfo-get", "the userinfo endpoint does not take GET, which it has to; it is asked once more with POST", "", "OpenID Connect Core 5.3")
	return s.askUserInfo(ctx, http.MethodPost, address)
}

func (s *state) askUserInfo(ctx context.Context, method, address string) (*record.Exchange, error) {
	req, err := http.NewRequest(method, address, nil)
	if err != nil {
		return nil, problem(ProblemAnswer, "an address to fetch", err.Error(), "")
	}
	req.Header.Set("Accept", "application/json, application/jwt")
	return s.sendWithToken(ctx, "userinfo", req)
}

// sendWithToken sends a request with the session's access token: as a bearer token (RFC 6750 2.1), or with the proof that a
// bound one needs (RFC 9449 7.1).
func (s *state) sendWithToken(ctx context.Context, purpose string, req *http.Request) (*record.Exchange, error) {
	token, scheme := s.session.Tokens.Access.Reveal(), "Bearer"
	need := outgoing{}
	if s.dpop != nil && isDPoP(s.session.Tokens.TokenType) {
		scheme, need = "DPoP", outgoing{prove: true, token: token}
	}
	req.Header.Set("Authorization", scheme+" "+token)
	return s.send(withOutgoing(ctx, need), purpose, 0, req)
}

// takeUserInfo compares sub with the ID token before anything else is believed (OpenID Connect Core 5.3.2).
func (s *state) takeUserInfo(e *record.Exchange, sub string) error {
	note, err := s.sameSubject(e, sub)
	if err != nil {
		return err
	}
	s.note = note
	s.keepUserInfo(jsonBody(e.Response), nil)
	return nil
}

func (s *state) sameSubject(e *record.Exchange, sub string) (note string, err error) {
	const ref = "OpenID Connect Core 5.3.2"
	switch {
	case sub == "" && s.metadata.given && s.idToken == nil:
		s.outcome = NotChecked
		return "no sub: this is no OpenID Connect answer, and is compared with nothing", nil
	case sub == "":
		return "", problem(ProblemAnswer, "a userinfo answer with sub", "none", ref).about(e)
	case s.idToken == nil:
		s.outcome = NotChecked
		return "sub not compared: there is no checked ID token", nil
	}
	if want := memberText(s.idToken.Payload, "sub"); want != sub {
		return "", different(want, sub, ref).about(e)
	}
	return "sub is that of the ID token", nil
}

// takeSignedUserInfo opens and verifies a JWT answer before its sub is compared (OpenID Connect Core 5.3.2, 5.3.4). An encrypted
// one that does not open here is shown, and nothing is said about what is in it.
func (s *state) takeSignedUserInfo(ctx context.Context, e *record.Exchange) error {
	const ref = "OpenID Connect Core 5.3.2"
	body := bytes.TrimSpace(e.Response.Body.Data)
	raw := secret.New(string(body))
	token := s.speaking(raw)
	if err := s.findKey(ctx, token); err != nil {
		return err
	}
	report := s.look(raw, inspect.Context{Now: s.cfg.Now(), Profile: inspect.ProfileJWT})
	claimsOnly := token.Opened && token.Payload != nil // encrypted and not signed, which 5.3.2 allows
	switch closed := unopened(report, "userinfo answer", ref); {
	case closed != nil:
		s.keepUserInfo(body, report)
		s.outcome = NotChecked
		s.note = "the answer is encrypted and does not open here; its sub is not checked"
		s.found(rule.Warn, "userinfo-encrypted", "the answer is encrypted and does not open here: "+describeEncryption(report),
			"give the private key of the registered encryption key: --decrypt-key FILE", ref)
		return nil
	case claimsOnly:
	default:
		if p := s.judgeJWT(report, "userinfo answer", ref); p != nil {
			return p.about(e)
		}
	}
	note, err := s.sameSubject(e, memberText(token.Payload, "sub"))
	if err != nil {
		return err
	}
	s.keepUserInfo(body, report)
	s.note = openedNote(report) + fmt.Sprintf("signature %s with %s; %s", report.Signature.Status, report.Signature.Alg, note)
	if claimsOnly {
		s.note = openedNote(report) + "it is not signed: only the connection says who sent it; " + note
	}
	return nil
}

func (s *state) keepUserInfo(body []byte, report *inspect.Report) {
	s.session.Tokens.UserInfo = body
	if report != nil {
		s.session.Reports[UserInfo] = report
	}
	s.emit(Received{Meta: s.here(), Which: UserInfo, Raw: secret.New(string(body)), Report: report})
}

// looksLikeJWT recognises a compact JWS or JWE that is announced as something else.
func looksLikeJWT(body []byte) bool {
	body = bytes.TrimSpace(body)
	return bytes.HasPrefix(body, []byte("eyJ")) && bytes.Count(body, []byte(".")) >= 2
}
