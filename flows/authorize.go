package flows

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// authorizeStep sends the person to the provider and takes the code that the browser brings back.
func authorizeStep() Step {
	return Step{
		ID: "authorize", Title: "Log in at the provider", Arrow: "log in, code", From: You, To: Provider,
		Why: "The browser opens the provider's own login page, so the password is typed where it belongs and this program never sees it. " +
			"Afterwards the provider sends the browser to the redirect URI, an address on this machine where we listen, with a code in it: the code proves that somebody logged in, but is no token yet. " +
			"We take exactly one answer, and only when it carries our state.",
		Refs: []rule.Ref{
			{Spec: "RFC 6749", Section: "4.1.1", URL: "https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1"},
			{Spec: "OpenID Connect Core", Section: "3.1.2", URL: "https://openid.net/specs/openid-connect-core-1_0.html#AuthorizationEndpoint"},
			{Spec: "RFC 8252", Section: "7.3", URL: "https://www.rfc-editor.org/rfc/rfc8252#section-7.3"},
			{Spec: "RFC 9207", URL: "https://www.rfc-editor.org/rfc/rfc9207"},
		},
		run: runAuthorize,
	}
}

func runAuthorize(ctx context.Context, s *state) error {
	if _, err := s.metadata.endpoint("authorization_endpoint", s.metadata.AuthorizationEndpoint, "RFC 6749 3.1"); err != nil {
		return err
	}
	s.checkAnnounced()
	redirect, err := parseRedirect(s.cfg.RedirectURI)
	if err != nil {
		return err
	}
	if s.cfg.Paste {
		if s.cfg.Pasted == nil {
			return problem(ProblemConfig, "a way to hand in the pasted address", "none", "")
		}
		s.login.redirectURI = redirect.withoutPort()
		return s.awaitCallback(ctx, nil, NeedPaste)
	}
	listener, err := s.listenForCallback(ctx, redirect)
	if err != nil {
		return err
	}
	defer listener.close()
	s.login.redirectURI = listener.redirectURI
	return s.awaitCallback(ctx, listener, NeedOpenURL)
}

// oauth2Config is the client as x/oauth2 wants it. AuthStyle is always set: its zero value sends a token request twice.
func (s *state) oauth2Config() *oauth2.Config {
	style := oauth2.AuthStyleInParams
	if s.metadata.authMethod(s.cfg) == AuthBasic {
		style = oauth2.AuthStyleInHeader
	}
	c := &oauth2.Config{
		ClientID: s.cfg.ClientID, ClientSecret: s.cfg.ClientSecret.Reveal(),
		RedirectURL: s.login.redirectURI, Scopes: s.login.scopes,
		Endpoint: oauth2.Endpoint{AuthURL: s.metadata.AuthorizationEndpoint, TokenURL: s.metadata.TokenEndpoint, AuthStyle: style},
	}
	if s.metadata.authMethod(s.cfg) == AuthNone {
		c.ClientSecret = ""
	}
	return c
}

// authorizationURL builds the address to open. Extra parameters come last and win, so that a request can be broken on
// purpose.
func (s *state) authorizationURL() string {
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(s.login.verifier)}
	if s.login.nonce != "" {
		options = append(options, oauth2.SetAuthURLParam("nonce", s.login.nonce))
	}
	if s.cfg.ResponseMode != "" {
		options = append(options, oauth2.SetAuthURLParam("response_mode", s.cfg.ResponseMode))
	}
	address := s.oauth2Config().AuthCodeURL(s.login.state, options...)
	u, err := url.Parse(address)
	if err != nil || len(s.cfg.Extra) == 0 {
		return address
	}
	q := u.Query()
	for name, values := range s.cfg.Extra {
		q[name] = slices.Clone(values)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// awaitCallback asks the person to log in and waits for the browser, for a pasted address, for the time limit, or for the
// end of the run.
func (s *state) awaitCallback(ctx context.Context, listener *callbackListener, kind NeedKind) error {
	until := s.cfg.Now().Add(s.cfg.UserTimeout)
	s.variable("redirect_uri", s.login.redirectURI, "where the browser is sent after the login", "authorize", "token")
	s.emit(NeedUser{Meta: s.here(), Kind: kind, URL: s.authorizationURL(), RedirectURI: s.login.redirectURI, ExpiresAt: until})
	s.emit(Waiting{Meta: s.here(), Until: until, Reason: "callback"})
	timer := time.NewTimer(s.cfg.UserTimeout)
	defer timer.Stop()
	pasted := s.cfg.Pasted
	for {
		select {
		case <-ctx.Done():
			return canceled(ctx, ctx.Err())
		case <-timer.C:
			return problem(ProblemUser, "an answer from the browser within "+s.cfg.UserTimeout.String(), "none", "RFC 8252 7.3")
		case notice := <-listener.notices():
			s.found(rule.Warn, notice.slug, notice.message, notice.fix, notice.ref)
		case answer := <-listener.answers():
			return s.takeCallback(answer)
		case text, open := <-pasted:
			if !open {
				if pasted = nil; listener == nil {
					return problem(ProblemUser, "the address that the browser ended on", "none", "")
				}
				continue
			}
			if answer, ok := s.readPaste(text); ok {
				return s.takeCallback(answer)
			}
		}
	}
}

// callbackAnswer is what the browser, or the person, brought.
type callbackAnswer struct {
	params   url.Values
	from     string           // "the browser", "the pasted address"
	exchange *record.Exchange // the browser's request to us; nil when pasted
	problem  *Problem         // what is wrong with it
}

// readPaste reads what was pasted. What can't be the answer of this login is told, and may be tried again.
func (s *state) readPaste(text string) (callbackAnswer, bool) {
	params, err := parsePaste(text)
	if err != nil {
		s.found(rule.Warn, "paste", err.Error(), "copy the whole address from the browser's address bar and paste it again", "RFC 6749 4.1.2")
		return callbackAnswer{}, false
	}
	answer := callbackAnswer{params: params, from: "the pasted address", problem: s.expected().check(params)}
	if answer.problem != nil && answer.problem.Kind == ProblemCheck {
		s.found(rule.Warn, "paste", "the pasted address is not the answer to this login: "+answer.problem.Error(),
			"paste the address of the login that was opened last", answer.problem.Ref)
		return callbackAnswer{}, false
	}
	return answer, true
}

// takeCallback keeps the code of a good answer.
func (s *state) takeCallback(a callbackAnswer) error {
	for _, name := range []string{"code", "access_token", "id_token"} {
		s.secrets.Add(a.params.Get(name))
	}
	if a.exchange != nil {
		a.exchange.Step, a.exchange.Purpose = s.step, "callback"
		s.record.Add(*a.exchange)
	}
	if a.problem != nil {
		return a.problem.about(s.ifInbound(a))
	}
	s.login.code = a.params.Get("code")
	s.variable("code", s.login.code, a.from, "token")
	s.note = "a code came back, with our state"
	if iss := a.params.Get("iss"); iss != "" {
		s.note += fmt.Sprintf(" and the issuer %s", strings.TrimSpace(iss))
	}
	return nil
}

// ifInbound gives the exchange of the browser's request, once it is recorded.
func (s *state) ifInbound(a callbackAnswer) *record.Exchange {
	if a.exchange == nil {
		return nil
	}
	return s.last
}
