package flows

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/internal/jose"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// RequestOptions are what an authorization request may hold or be, beyond the client and the scopes. The zero value asks for
// nothing special; what the provider requires (PAR, signed requests) is turned on by itself.
type RequestOptions struct {
	PAR  bool // push the request to the provider first (RFC 9126)
	JAR  bool // sign the request (RFC 9101) with the client's key, or with the secret of a client that has none
	DPoP bool // bind the tokens to a key of this run (RFC 9449)

	EncryptJAR bool   // sign the request, and encrypt it to the provider's key (RFC 9101 6.1)
	JARAlg     string // what the request is signed with; HS256, HS384 and HS512 sign with the client secret. Empty: what fits and is announced

	Resources            []string // for which resource servers the token is to be, absolute URIs (RFC 8707)
	AuthorizationDetails []byte   // a JSON array (RFC 9396)
	Claims               []byte   // a JSON object (OpenID Connect Core 5.5)
	ACRValues            []string // levels of authentication, the preferred first; the ID token must have one of them
	MaxAge               *time.Duration
	Prompt               []string // none, login, consent, select_account, create
	LoginHint            string
	UILocales            []string // BCP 47 tags, the preferred first

	ResponseType string     // of implicit and hybrid: "id_token", "id_token token", "code id_token", "code token", "code id_token token"
	PKCE         PKCEMethod // empty: S256
}

// PKCEMethod is how the code is protected (RFC 7636). Anything but S256 is there to study what a provider does with it.
type PKCEMethod string

const (
	PKCES256  PKCEMethod = "S256"
	PKCEPlain PKCEMethod = "plain"
	PKCEOff   PKCEMethod = "off"
)

// Response modes (OAuth 2.0 Multiple Response Types 2.1; Form Post Response Mode 2; JARM 2.3).
const (
	modeQuery    = "query"
	modeFragment = "fragment"
	modeFormPost = "form_post"
	modeJWT      = "jwt" // JARM's default: that of the response type
	suffixJWT    = ".jwt"
)

// check finds what can't be sent.
func (o RequestOptions) check() *Problem {
	switch {
	case o.PKCE != "" && o.PKCE != PKCES256 && o.PKCE != PKCEPlain && o.PKCE != PKCEOff:
		return problem(ProblemConfig, "a code challenge method: S256, plain or off", string(o.PKCE), "RFC 7636 4.3")
	case o.JARAlg != "" && jose.Find(o.JARAlg) == nil:
		return problem(ProblemConfig, "an algorithm to sign the request with: "+strings.Join(jose.Algorithms(), ", "), o.JARAlg, "RFC 7518 3.1")
	case len(o.AuthorizationDetails) > 0 && !isJSON[[]map[string]any](o.AuthorizationDetails):
		return problem(ProblemConfig, "authorization_details as a JSON array of objects", excerpt(o.AuthorizationDetails, 60), "RFC 9396 2")
	case len(o.Claims) > 0 && !isJSON[map[string]any](o.Claims):
		return problem(ProblemConfig, "claims as a JSON object", excerpt(o.Claims, 60), "OpenID Connect Core 5.5")
	case o.MaxAge != nil && *o.MaxAge < 0:
		return problem(ProblemConfig, "max_age of 0 or more seconds", o.MaxAge.String(), "OpenID Connect Core 3.1.2.1")
	case slices.Contains(o.Prompt, "none") && len(o.Prompt) > 1:
		return problem(ProblemConfig, "prompt=none alone", strings.Join(o.Prompt, " "), "OpenID Connect Core 3.1.2.1")
	}
	for _, r := range o.Resources {
		if u, err := url.Parse(r); err != nil || !u.IsAbs() || u.Fragment != "" {
			return problem(ProblemConfig, "a resource as an absolute URI without a fragment", r, "RFC 8707 2")
		}
	}
	return nil
}

func isJSON[T any](data []byte) bool {
	var v T
	return json.Unmarshal(data, &v) == nil
}

// params gives the parameters of the options.
func (o RequestOptions) params() url.Values {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("acr_values", strings.Join(o.ACRValues, " "))
	set("prompt", strings.Join(o.Prompt, " "))
	set("login_hint", o.LoginHint)
	set("ui_locales", strings.Join(o.UILocales, " "))
	set("claims", string(o.Claims))
	set("authorization_details", string(o.AuthorizationDetails))
	if o.MaxAge != nil {
		set("max_age", strconv.FormatInt(int64(*o.MaxAge/time.Second), 10))
	}
	if len(o.Resources) > 0 {
		q["resource"] = slices.Clone(o.Resources)
	}
	return q
}

// tokenParams are those that belong to a token request too (RFC 8707 2.2; RFC 9396 6).
func (o RequestOptions) tokenParams() url.Values {
	q := url.Values{}
	if len(o.Resources) > 0 {
		q["resource"] = slices.Clone(o.Resources)
	}
	if len(o.AuthorizationDetails) > 0 {
		q.Set("authorization_details", string(o.AuthorizationDetails))
	}
	return q
}

// NeededMode is the response mode that a request must name, because the provider does not announce the one that goes without saying
// (OAuth 2.0 Multiple Response Types 5: query for a code, fragment for anything else); empty when it need not. An absent list means query
// and fragment (OpenID Connect Discovery 3).
func (m *Metadata) NeededMode(responseType string) string {
	usual := modeQuery
	if isFront(responseType) {
		usual = modeFragment
	}
	if m == nil || len(m.ResponseModesSupported) == 0 || slices.Contains(m.ResponseModesSupported, usual) {
		return ""
	}
	for _, mode := range []string{modeFormPost, usual + suffixJWT, modeJWT, modeFormPost + suffixJWT, modeFragment} {
		if slices.Contains(m.ResponseModesSupported, mode) {
			return mode
		}
	}
	return ""
}

// needMode takes that mode.
func (s *state) needMode() {
	if s.cfg.ResponseMode != "" || s.cfg.Extra.Has("response_mode") {
		return
	}
	if s.cfg.ResponseMode = s.metadata.NeededMode(s.login.responseType); s.cfg.ResponseMode != "" {
		s.found(rule.Info, "response-mode-needed", "the provider announces the response modes "+strings.Join(s.metadata.ResponseModesSupported, ", ")+
			" and not the usual one, so the request names "+s.cfg.ResponseMode, "", "OpenID Connect Discovery 3")
	}
}

// checkOptions tells what the provider's announcement says against the options.
func (s *state) checkOptions() {
	m, o := s.metadata, s.cfg.Request
	missing := func(asked bool, announced []string, value, slug, what, ref string) {
		if asked && len(announced) > 0 && !slices.Contains(announced, value) {
			s.found(rule.Warn, slug, "the provider does not announce "+what+" "+value, "", ref)
		}
	}
	for _, v := range o.ACRValues {
		missing(true, m.ACRValues, v, "acr-not-announced", "the acr value", "OpenID Connect Discovery 3")
	}
	for _, v := range o.Prompt {
		missing(true, m.PromptValues, v, "prompt-not-announced", "prompt", "Initiating User Registration via OpenID Connect 3")
	}
	mode := s.cfg.ResponseMode
	missing(mode != "", m.ResponseModesSupported, mode, "response-mode-not-announced", "the response mode", "OpenID Connect Discovery 3")
	if len(o.Claims) > 0 && !m.ClaimsParameter {
		s.found(rule.Warn, "claims-not-announced", "the provider does not announce the claims parameter; without that it may ignore it", "", "OpenID Connect Discovery 3")
	}
}
