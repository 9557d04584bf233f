package flows

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// authorizeStep sends the person to the provider and takes the answer that the browser brings back.
func authorizeStep() Step {
	return Step{
		ID: "authorize", Title: "Log in at the provider", Arrow: "log in, code", From: You, To: Provider, NoSkip: "the steps after it need what the browser brings back",
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

// runAuthorize makes the request in the form that was asked for or that the provider requires, when no step of its own has.
func runAuthorize(ctx context.Context, s *state) error {
	if _, err := s.metadata.endpoint("authorization_endpoint", s.metadata.AuthorizationEndpoint, "RFC 6749 3.1"); err != nil {
		return err
	}
	s.checkAnnounced()
	s.checkOptions()
	if err := s.openCallback(ctx); err != nil {
		return err
	}
	defer s.closeCallback()
	if s.metadata.RequireSignedRequest && s.login.requestObject == "" {
		s.found(rule.Info, "jar-required", "the provider requires signed requests, so this one is signed", "", "RFC 9101 10.5")
		if err := s.signRequest(); err != nil {
			return err
		}
	}
	if s.metadata.RequirePAR && s.login.requestURI == "" {
		s.found(rule.Info, "par-required", "the provider requires pushed authorization requests, so this one is pushed first", "", "RFC 9126 5")
		if err := s.pushRequest(ctx); err != nil {
			return err
		}
	}
	if s.login.requestURI == "" {
		s.predictExtra("authorization", s.metadata.AuthorizationEndpoint, s.requestParams(), s.authorizationParams())
	}
	to, err := s.holdBrowser(ctx, "authorization", s.authorizationURL())
	if err != nil {
		return err
	}
	answer, err := s.awaitAnswer(ctx, to)
	if err != nil {
		return err
	}
	return s.takeCallback(ctx, to.url, answer)
}

// openCallback fixes the redirect URI: it listens there, unless the person pastes the address. Steps before authorize need
// the address too; the first one that does opens it.
func (s *state) openCallback(ctx context.Context) error {
	known := s.login.redirectURI != ""
	if known && (s.listener != nil || s.cfg.Paste) {
		return nil
	}
	configured := s.cfg.RedirectURI
	if known { // a run that went back to this step: the request names the address that was listened at before
		configured = s.login.redirectURI
	}
	redirect, err := parseRedirect(configured)
	if err != nil {
		return err
	}
	if s.cfg.Paste {
		if s.cfg.Pasted == nil {
			return problem(ProblemConfig, "a way to hand in the pasted address", "none", "")
		}
		s.login.redirectURI = redirect.withoutPort()
	} else {
		if s.listener, err = s.listenForCallback(ctx, redirect); err != nil {
			return err
		}
		s.login.redirectURI = s.listener.redirectURI
	}
	if known {
		return nil
	}
	s.variable("redirect_uri", s.login.redirectURI, "where the browser is sent after the login", "authorize", "token")
	return nil
}

func (s *state) closeCallback() {
	if s.listener != nil {
		s.listener.close()
		s.listener = nil
	}
}

// oauth2Config is the client as x/oauth2 wants it. AuthStyle is always set: its zero value sends a token request twice.
// What it has no notion of (assertions, certificates) is added on the way, by the signer.
func (s *state) oauth2Config() *oauth2.Config {
	method := s.metadata.authMethod(s.cfg)
	style := oauth2.AuthStyleInParams
	if method == AuthBasic {
		style = oauth2.AuthStyleInHeader
	}
	c := &oauth2.Config{
		ClientID:    s.cfg.ClientID,
		RedirectURL: s.login.redirectURI, Scopes: s.login.scopes,
		Endpoint: oauth2.Endpoint{TokenURL: s.metadata.forClient(s.cfg, "token_endpoint", s.metadata.TokenEndpoint), AuthStyle: style},
	}
	if method == AuthBasic || method == AuthPost {
		c.ClientSecret = s.cfg.ClientSecret.Reveal()
	}
	return c
}

// authorizationParams are the parameters of the request. Extra parameters come last and win, so that a request can be broken
// on purpose.
func (s *state) authorizationParams() url.Values {
	if s.login.params != nil {
		return maps.Clone(s.login.params)
	}
	q := s.requestParams()
	merge(q, s.cfg.Extra)
	return q
}

// requestParams are the parameters as they should be.
func (s *state) requestParams() url.Values {
	l := s.login
	options := []oauth2.AuthCodeOption{oauth2.SetAuthURLParam("response_type", l.responseType)}
	if l.challenge != "" {
		options = append(options, oauth2.SetAuthURLParam("code_challenge", l.challenge), oauth2.SetAuthURLParam("code_challenge_method", string(l.method)))
	}
	if l.nonce != "" {
		options = append(options, oauth2.SetAuthURLParam("nonce", l.nonce))
	}
	if s.cfg.ResponseMode != "" {
		options = append(options, oauth2.SetAuthURLParam("response_mode", s.cfg.ResponseMode))
	}
	if s.dpop != nil && strings.Contains(l.responseType, "code") { // binds the code to the key too (RFC 9449 10)
		options = append(options, oauth2.SetAuthURLParam("dpop_jkt", s.dpop.thumbprint()))
	}
	_, query, _ := strings.Cut(s.oauth2Config().AuthCodeURL(l.state, options...), "?")
	q, _ := url.ParseQuery(query)
	merge(q, s.cfg.Request.params())
	return q
}

// merge puts values in the place of those of the same names.
func merge(into, from url.Values) {
	for name, values := range from {
		into[name] = append([]string(nil), values...)
	}
}

// authorizationURL is the address to open: with every parameter, or with a reference to those that were signed or pushed.
func (s *state) authorizationURL() string {
	q := s.authorizationParams()
	switch {
	case s.login.requestURI != "": // RFC 9126 4
		q = url.Values{"client_id": {s.cfg.ClientID}, "request_uri": {s.login.requestURI}}
	case s.login.requestObject != "": // OpenID Connect Core 6.1 wants response_type and scope outside too; RFC 9101 5 lets them be
		q = url.Values{"client_id": {s.cfg.ClientID}, "response_type": q["response_type"], "scope": q["scope"], "request": {s.login.requestObject}}
	}
	return withParams(s.metadata.AuthorizationEndpoint, q)
}

// awaitAnswer asks the person to log in and waits for the browser, for a pasted address, for the time limit, or for the
// end of the run.
func (s *state) awaitAnswer(ctx context.Context, to visit) (callbackAnswer, error) {
	var none callbackAnswer
	kind, listener := NeedOpenURL, s.listener
	if listener == nil {
		kind = NeedPaste
	}
	until := s.cfg.Now().Add(s.cfg.patience())
	s.emit(to.asks(s.here(), kind, s.login.redirectURI, until))
	s.emit(Waiting{Meta: s.here(), Until: until, Reason: "callback"})
	timer := time.NewTimer(s.cfg.patience())
	defer timer.Stop()
	pasted := s.cfg.Pasted
	for {
		select {
		case <-ctx.Done():
			return none, canceled(ctx, ctx.Err())
		case <-timer.C:
			return none, problem(ProblemUser, "an answer from the browser within "+s.cfg.patience().String(), "none", "RFC 8252 7.3")
		case notice := <-listener.notices():
			s.found(rule.Warn, notice.slug, notice.message, notice.fix, notice.ref)
		case q := <-listener.questions():
			q.judged <- listener.expected.judge(q.params)
		case answer := <-listener.answers():
			if listener.expected.twiceEncoded(answer.params.Get("iss")) {
				s.found(rule.Warn, "iss-encoded-twice", "iss came encoded twice; decoded once more it is the issuer that was asked", "strict clients refuse the login: the provider should encode it once", "RFC 9207 2")
			}
			for _, n := range answer.odd {
				s.found(rule.Warn, n.slug, n.message, n.fix, n.ref)
			}
			return answer, nil
		case text, open := <-pasted:
			if !open {
				if pasted = nil; listener == nil {
					return none, problem(ProblemUser, "the address that the browser ended on", "none that belongs to this login, and the input has ended", "RFC 6749 4.1.2")
				}
				continue
			}
			if answer, ok := s.readPaste(ctx, text); ok {
				return answer, nil
			}
		}
	}
}

// callbackAnswer is what the browser, or the person, brought.
type callbackAnswer struct {
	params   url.Values       // of a signed answer, what was in it
	signed   string           // the signed answer itself (JARM)
	from     string           // "the browser", "the pasted address"
	exchange *record.Exchange // the browser's request to us; nil when pasted
	problem  *Problem         // what is wrong with it
	odd      []callbackNotice // what was unusual about the way it came, and does no harm
}

// readPaste reads what was pasted. What can't be the answer of this login is told, and may be tried again.
func (s *state) readPaste(ctx context.Context, text string) (callbackAnswer, bool) {
	params, err := parsePaste(text)
	if err != nil {
		s.found(rule.Warn, "paste", err.Error(), "copy the whole address from the browser's address bar and paste it again", "RFC 6749 4.1.2")
		return callbackAnswer{}, false
	}
	answer := s.expected(ctx).judge(params)
	answer.from = "the pasted address"
	if answer.problem != nil && answer.problem.Kind == ProblemCheck {
		s.found(rule.Warn, "paste", "the pasted address is not the answer to this login: "+answer.problem.Error(),
			"paste the address of the login that was opened last", answer.problem.Ref)
		return callbackAnswer{}, false
	}
	return answer, true
}

// recordCallback puts the browser's request into the record.
func (s *state) recordCallback(a callbackAnswer, purpose string) {
	s.learnCallback(a)
	if a.exchange != nil {
		a.exchange.Step, a.exchange.Purpose = s.step, purpose
		s.record.Add(*a.exchange)
	}
}

// takeCallback keeps the code, and the tokens if any, of a good answer to the request that the browser was sent with.
func (s *state) takeCallback(ctx context.Context, opened string, a callbackAnswer) error {
	a, err := s.holdCallback(ctx, "callback", s.login.redirectURI, a)
	if err != nil {
		return err
	}
	s.recordCallback(a, "callback")
	s.trail.opened(opened, s.step, s.ifInbound(a))
	if a.signed != "" {
		s.variable("response", a.signed, a.from)
	}
	if a.problem != nil {
		return a.problem.about(s.ifInbound(a))
	}
	s.note = "an answer came back, with our state"
	if code := a.params.Get("code"); code != "" {
		s.login.code = code
		s.variable("code", code, a.from, "token")
		s.note = "a code came back, with our state"
	}
	if iss := a.params.Get("iss"); iss != "" {
		s.note += fmt.Sprintf(" and the issuer %s", strings.TrimSpace(iss))
	}
	if a.signed != "" {
		s.note += "; the answer is signed by the provider"
	}
	if a.params.Get("id_token") != "" || a.params.Get("access_token") != "" {
		s.takeFrontTokens(a)
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
