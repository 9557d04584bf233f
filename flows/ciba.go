package flows

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/rule"
)

const cibaGrant = "urn:openid:params:grant-type:ciba"

// CIBA is client-initiated backchannel authentication: poll, and ping where the provider can reach this machine.
func CIBA(Config) Flow {
	return Flow{
		ID:    "ciba",
		Title: "Backchannel authentication (CIBA)",
		Summary: "The client names the person, and the provider asks them on a device of their own: a telephone that shows who wants what. " +
			"No browser is sent anywhere; a clerk at a counter or a call centre starts the login, and the customer agrees.",
		Refs: []rule.Ref{
			{Spec: "OpenID Connect CIBA Core", URL: "https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html"},
		},
		Steps: []Step{discoveryStep(), keysStep(), backchannelStep(), backchannelPollStep(), idTokenStep(), userInfoStep()},
	}
}

// backchannel is the answer to a backchannel request (CIBA 7.3).
type backchannel struct {
	id        string // auth_req_id
	interval  time.Duration
	expiresAt time.Time
	odd       <-chan string // notifications that were not believed
	pinged    <-chan *record.Exchange
}

func backchannelStep() Step {
	return Step{
		ID: "backchannel", Title: "Ask for the person to be asked", Arrow: "login hint", From: Client, To: Provider, NoSkip: "the steps after it need the auth_req_id",
		Why: "The client says whom it means and what it wants; the provider finds the person's device and asks there. The binding message is shown on both ends, so that the person can see that the question belongs to what happens in front of them: " +
			"without it, anybody who knows a name could make telephones ask. So the client must authenticate.",
		Refs: []rule.Ref{
			{Spec: "OpenID Connect CIBA Core", Section: "7.1", URL: "https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#auth_request"},
			{Spec: "OpenID Connect CIBA Core", Section: "7.3", URL: "https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#successful_authentication_request_acknowdlegment"},
		},
		run: runBackchannel,
	}
}

func runBackchannel(ctx context.Context, s *state) error {
	const ref = "CIBA 7.3"
	address, err := s.metadata.endpoint("backchannel_authentication_endpoint",
		s.metadata.forClient(s.cfg, "backchannel_authentication_endpoint", s.metadata.BackchannelEndpoint), "CIBA 4")
	if err != nil {
		return err
	}
	if err := s.needsClient("CIBA 7.1"); err != nil {
		return err
	}
	form, err := s.backchannelForm()
	if err != nil {
		return err
	}
	if err := s.listenForPing(ctx, form); err != nil {
		return err
	}
	s.addExtra("backchannel authentication", address, form)
	e, err := s.post(ctx, "backchannel authentication", address, form)
	if err != nil {
		return err
	}
	object, err := s.object(e, "backchannel authentication answer", ref)
	if err != nil {
		return s.explainClient(err)
	}
	m := dialect(object)
	b := &s.backchannel
	if b.id = m.text("auth_req_id"); b.id == "" {
		return problem(ProblemAnswer, "an answer with auth_req_id", "none", ref).about(e)
	}
	lives, ok := seconds(m.text("expires_in"))
	if !ok {
		lives = defaultDeviceLife
		s.found(rule.Warn, "ciba-expires-in", "the provider does not say how long the request lives, which is required; 15 minutes are assumed", "", ref)
	}
	b.interval, b.expiresAt = pollInterval(m.text("interval")), s.cfg.Now().Add(lives)
	s.variable("auth_req_id", b.id, "backchannel authentication answer", "token")
	s.emit(NeedUser{Meta: s.here(), Kind: NeedElsewhere, Interval: b.interval, ExpiresAt: b.expiresAt})
	how := "poll every " + b.interval.String()
	if b.pinged != nil {
		how = "the provider calls when they have answered"
	}
	s.note = fmt.Sprintf("the person is being asked; %s, for %s", how, lives)
	return nil
}

// backchannelForm is the request (CIBA 7.1): exactly one hint says who is meant.
func (s *state) backchannelForm() (url.Values, error) {
	in := s.cfg.Grant
	s.login.scopes = s.metadata.scopes(s.cfg)
	if !s.login.openID() {
		return nil, problem(ProblemConfig, "the scope openid", strings.Join(s.login.scopes, " "), "CIBA 7.1")
	}
	form := s.cfg.Request.params()
	form.Set("scope", strings.Join(s.login.scopes, " "))
	hints := 0
	for _, there := range []bool{form.Has("login_hint"), !in.IDTokenHint.IsZero(), s.cfg.Extra.Has("login_hint_token")} {
		if there {
			hints++
		}
	}
	if hints != 1 {
		return nil, problem(ProblemConfig, "exactly one hint at who is meant: a login hint, an ID token or a login_hint_token", fmt.Sprint(hints), "CIBA 7.1")
	}
	if !in.IDTokenHint.IsZero() {
		form.Set("id_token_hint", s.speaking(in.IDTokenHint).Raw)
	}
	if in.BindingMessage != "" {
		form.Set("binding_message", in.BindingMessage)
		s.variable("binding_message", in.BindingMessage, "given: compare it with what the device shows", "backchannel")
	}
	if !in.UserCode.IsZero() {
		s.secrets.Add(in.UserCode.Reveal())
		form.Set("user_code", in.UserCode.Reveal())
	}
	return form, nil
}

// listenForPing opens the listener that the provider is to call, and tells it the token to call with (CIBA 7.1, 10.2).
func (s *state) listenForPing(ctx context.Context, form url.Values) error {
	if s.cfg.Grant.NotifyURI == "" {
		return nil
	}
	r, err := parseRedirect(s.cfg.Grant.NotifyURI)
	if err != nil {
		return err
	}
	if !r.local() {
		return problem(ProblemConfig, "a notification address on this machine", s.cfg.Grant.NotifyURI+": the provider could not reach this program there; leave it out, to poll", "CIBA 10.2")
	}
	if modes := s.metadata.BackchannelModes; len(modes) > 0 && !slices.Contains(modes, "ping") {
		s.found(rule.Warn, "no-ping", "the provider does not announce the ping mode; polling goes on beside it", "", "CIBA 4")
	}
	b, err := s.random(32)
	if err != nil {
		return err
	}
	token := base64.RawURLEncoding.EncodeToString(b)
	if s.pings, err = s.openPings(ctx, r, token); err != nil {
		return err
	}
	s.backchannel.pinged, s.backchannel.odd = s.pings.pinged, s.pings.odd
	form.Set("client_notification_token", token)
	s.variable("client_notification_token", token, "made here: 32 random bytes, base64url", "backchannel")
	return nil
}

func backchannelPollStep() Step {
	return Step{
		ID: "token", Title: "Ask until the person has answered", Arrow: "auth_req_id", From: Client, To: Provider, NoSkip: "the steps after it need the tokens",
		Why: "In poll mode the client asks every few seconds whether the person has answered, as slowly as the provider wants; in ping mode the provider calls when it is time to ask. " +
			"Ping needs an address that it can reach, which a program on a desk rarely has.",
		Refs: []rule.Ref{
			{Spec: "OpenID Connect CIBA Core", Section: "10.1", URL: "https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#token_request"},
			{Spec: "OpenID Connect CIBA Core", Section: "11", URL: "https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#token_error_response"},
		},
		run: func(ctx context.Context, s *state) error {
			defer s.pings.close()
			return s.poll(ctx, polling{what: "authentication request", ref: "CIBA 11", interval: s.backchannel.interval, expiresAt: s.backchannel.expiresAt,
				wake: s.backchannel.pinged, odd: s.backchannel.odd, form: url.Values{"grant_type": {cibaGrant}, "auth_req_id": {s.backchannel.id}}})
		},
	}
}
