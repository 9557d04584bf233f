package flows

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/internal/rule"
)

// DeviceCode is the device authorization grant (RFC 8628).
func DeviceCode(c Config) Flow {
	return Flow{
		ID:    "device",
		Title: "Device code",
		Summary: "For machines without a browser: the person opens a short address on a phone or another computer, types a short code and logs in there, " +
			"while this program asks the provider every few seconds whether it is done.",
		Refs: []rule.Ref{
			{Spec: "RFC 8628", URL: "https://www.rfc-editor.org/rfc/rfc8628"},
		},
		Steps: append(append(providerSteps(c), deviceStep(), userCodeStep(), pollStep()), personSteps(c, idTokenStep())...),
	}
}

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

// deviceAnswer is the answer to a device authorization request (RFC 8628 3.2).
type deviceAnswer struct {
	deviceCode string
	userCode   string
	uri        string
	complete   string // empty when the provider sends none
	interval   time.Duration
	expiresAt  time.Time
}

// deviceStep asks for the two codes.
func deviceStep() Step {
	return Step{
		ID: "device", Title: "Ask for a device code", Arrow: "ask for a code", From: Client, To: Provider, NoSkip: "the steps after it need the device code",
		Why: "The provider makes two codes that belong together. The user code is short, to be typed by a person; the device code is long and secret, and stays here to be exchanged for the tokens. " +
			"Nothing is typed on this machine, so a password can't be read from it.",
		Refs: []rule.Ref{{Spec: "RFC 8628", Section: "3.1", URL: "https://www.rfc-editor.org/rfc/rfc8628#section-3.1"}},
		run:  runDevice,
	}
}

func runDevice(ctx context.Context, s *state) error {
	const ref = "RFC 8628 3.2"
	address, err := s.metadata.endpoint("device_authorization_endpoint",
		s.metadata.forClient(s.cfg, "device_authorization_endpoint", s.metadata.DeviceAuthorizationEndpoint), "RFC 8628 4")
	if err != nil {
		return err
	}
	if !s.metadata.grants(deviceGrant) {
		s.found(rule.Warn, "no-device-grant", "the provider does not announce the device grant", "", "RFC 8414 2")
	}
	s.login.scopes = s.metadata.scopes(s.cfg)
	form := url.Values{}
	if len(s.login.scopes) > 0 {
		form.Set("scope", strings.Join(s.login.scopes, " "))
	}
	merge(form, s.cfg.Request.params())
	s.addExtra("device authorization", address, form)
	e, err := s.post(ctx, "device authorization", address, form)
	if err != nil {
		return err
	}
	object, err := s.objectOrForm(e, "device authorization answer", "device_code", "device-form", ref)
	if err != nil {
		return s.explainClient(err)
	}
	if p := s.takeDeviceAnswer(dialect(object)); p != nil {
		return p.about(e)
	}
	return nil
}

// takeDeviceAnswer reads the answer with the habits of real providers: verification_url (old Google), no interval, a
// lifetime as text.
func (s *state) takeDeviceAnswer(m dialect) *Problem {
	const ref = "RFC 8628 3.2"
	d := deviceAnswer{
		deviceCode: m.text("device_code"), userCode: m.text("user_code"),
		uri:      first(m.text("verification_uri"), m.text("verification_url")),
		complete: first(m.text("verification_uri_complete"), m.text("verification_url_complete")),
		interval: pollInterval(m.text("interval")),
	}
	if d.uri == "" && d.complete != "" {
		d.uri = d.complete
		s.found(rule.Warn, "verification-uri", "the answer has verification_uri_complete, and not verification_uri, which is required; the complete address stands for both", "", ref)
	}
	for _, member := range []struct{ name, value string }{
		{"device_code", d.deviceCode}, {"user_code", d.userCode}, {"verification_uri", d.uri},
	} {
		if member.value == "" {
			return problem(ProblemAnswer, "a device authorization answer with "+member.name, "only "+members(m), ref)
		}
	}
	if !isWebAddress(d.uri) {
		return problem(ProblemAnswer, "verification_uri: an http(s) address", fmt.Sprintf("%q", d.uri), ref)
	}
	if d.complete != "" && !isWebAddress(d.complete) {
		s.found(rule.Warn, "verification-uri-complete", fmt.Sprintf("verification_uri_complete is no http(s) address (%q); it is left out", d.complete), "", ref)
		d.complete = ""
	}
	if given := m.text("interval"); given != "" && pollInterval(given) != 0 {
		if asked, ok := seconds(given); !ok || asked != pollInterval(given) {
			s.found(rule.Info, "device-interval", fmt.Sprintf("interval is %s; %s are taken", excerpt([]byte(given), 30), pollInterval(given)), "", ref)
		}
	}
	lives, ok := seconds(m.text("expires_in"))
	if !ok {
		lives = defaultDeviceLife
		s.found(rule.Warn, "device-expires-in", "the provider does not say how long the device code lives; 15 minutes are assumed", "", ref)
	}
	if m.text("verification_url") != "" && m.text("verification_uri") == "" {
		s.found(rule.Info, "verification-url", "the address came as verification_url, the name of an old draft", "", ref)
	}
	d.expiresAt = s.cfg.Now().Add(lives)
	s.device = d
	s.variable("device_code", d.deviceCode, "device authorization answer", "token")
	s.variable("user_code", d.userCode, "device authorization answer", "user")
	s.note = fmt.Sprintf("poll every %s, for %s", d.interval, lives)
	return nil
}

const (
	defaultDeviceLife = 15 * time.Minute
	defaultInterval   = 5 * time.Second // RFC 8628 3.2
	maxInterval       = 5 * time.Minute
)

// pollInterval reads the interval; what is absent or unreadable is 5 seconds.
func pollInterval(text string) time.Duration {
	d, ok := seconds(text)
	switch {
	case !ok:
		return defaultInterval
	case d < time.Second:
		return time.Second
	default:
		return min(d, maxInterval)
	}
}

func isWebAddress(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

// userCodeStep shows the user code.
func userCodeStep() Step {
	return Step{
		ID: "user", Title: "Show the user code", Arrow: "user code", From: Client, To: You,
		Why: "Open the address on any device you trust, type the code, log in and agree. The page shows which program asks and for what: if you did not start this yourself, say no. " +
			"A code that somebody sends you is the trick to watch for; whoever started the login gets the tokens.",
		Refs: []rule.Ref{
			{Spec: "RFC 8628", Section: "3.3", URL: "https://www.rfc-editor.org/rfc/rfc8628#section-3.3"},
			{Spec: "RFC 8628", Section: "5.4", URL: "https://www.rfc-editor.org/rfc/rfc8628#section-5.4"},
		},
		run: func(_ context.Context, s *state) error {
			d := s.device
			s.emit(NeedUser{Meta: s.here(), Kind: NeedDevice, UserCode: d.userCode, VerificationURI: d.uri,
				VerificationURIComplete: d.complete, Interval: d.interval, ExpiresAt: d.expiresAt})
			s.note = "code " + d.userCode + " at " + d.uri
			return nil
		},
	}
}
