package flows

import (
	"slices"
	"strings"
)

// optionUse says which login flows have a use for an option. Others leave it out, which the person must be told: who asks for a signed
// request and gets a login takes it that the request was signed.
type optionUse struct {
	name  string // of the flag, without its dashes
	given func(Config) bool
	flows []string // ids
}

// optionUses is the table of the options that not every login has a use for. A device or backchannel request carries what an
// authorization request would (RFC 8628 3.1; CIBA 7.1); the other grants have their token request alone.
func optionUses() []optionUse {
	code, browser := []string{"pkce", "hybrid"}, []string{"pkce", "hybrid", "implicit"}
	asking := append([]string{"device", "ciba"}, browser...)
	redeeming := []string{"pkce", "hybrid", "device", "ciba", "client-credentials", "jwt-bearer", "token-exchange", "password"}
	front, ciba, exchange, assertion, password := []string{"hybrid", "implicit"}, []string{"ciba"}, []string{"token-exchange"}, []string{"jwt-bearer"}, []string{"password"}
	text := func(of func(Config) string) func(Config) bool { return func(c Config) bool { return of(c) != "" } }
	return []optionUse{
		{"par", func(c Config) bool { return c.Request.PAR }, browser},
		{"jar", func(c Config) bool { return c.Request.JAR }, browser},
		{"jar-encrypt", func(c Config) bool { return c.Request.EncryptJAR }, browser},
		{"jar-alg", text(func(c Config) string { return c.Request.JARAlg }), browser},
		{"dpop", func(c Config) bool { return c.Request.DPoP }, redeeming},
		{"pkce", text(func(c Config) string { return string(c.Request.PKCE) }), code},
		{"response-type", func(c Config) bool { return c.Request.ResponseType != "" && c.Request.ResponseType != "code" }, front},
		{"response-mode", text(func(c Config) string { return c.ResponseMode }), browser},
		{"redirect-uri", text(func(c Config) string { return c.RedirectURI }), browser},
		{"paste", func(c Config) bool { return c.Paste }, browser},
		{"prompt", func(c Config) bool { return len(c.Request.Prompt) > 0 }, asking},
		{"login-hint", text(func(c Config) string { return c.Request.LoginHint }), asking},
		{"max-age", func(c Config) bool { return c.Request.MaxAge != nil }, asking},
		{"acr-values", func(c Config) bool { return len(c.Request.ACRValues) > 0 }, asking},
		{"claims", func(c Config) bool { return len(c.Request.Claims) > 0 }, asking},
		{"ui-locales", func(c Config) bool { return len(c.Request.UILocales) > 0 }, asking},
		{"resource", func(c Config) bool { return len(c.Request.Resources) > 0 }, append([]string{"implicit"}, redeeming...)},
		{"authorization-details", func(c Config) bool { return len(c.Request.AuthorizationDetails) > 0 }, append([]string{"implicit"}, redeeming...)},
		{"username", text(func(c Config) string { return c.Grant.Username }), password},
		{"password", func(c Config) bool { return !c.Grant.Password.IsZero() }, password},
		{"assertion", func(c Config) bool { return !c.Grant.Assertion.IsZero() }, assertion},
		{"subject", text(func(c Config) string { return c.Grant.Subject }), assertion},
		{"subject-token", func(c Config) bool { return !c.Grant.SubjectToken.IsZero() }, exchange},
		{"subject-token-type", text(func(c Config) string { return c.Grant.SubjectTokenType }), exchange},
		{"actor-token", func(c Config) bool { return !c.Grant.ActorToken.IsZero() }, exchange},
		{"actor-token-type", text(func(c Config) string { return c.Grant.ActorTokenType }), exchange},
		{"requested-token-type", text(func(c Config) string { return c.Grant.RequestedTokenType }), exchange},
		{"id-token-hint", func(c Config) bool { return !c.Grant.IDTokenHint.IsZero() }, ciba},
		{"binding-message", text(func(c Config) string { return c.Grant.BindingMessage }), ciba},
		{"user-code", func(c Config) bool { return !c.Grant.UserCode.IsZero() }, ciba},
		{"notify-uri", text(func(c Config) string { return c.Grant.NotifyURI }), ciba},
	}
}

// Uses reports whether a flow has a use for an option, named like its flag: "jar", "prompt". Options that every login uses, and flows
// that are no logins, are not in the table: true.
func Uses(flow, option string) bool {
	if _, err := FindLogin(flow); err != nil {
		return true
	}
	all := optionUses()
	i := slices.IndexFunc(all, func(o optionUse) bool { return o.name == option })
	return i < 0 || slices.Contains(all[i].flows, flow)
}

// unused names the given options that a login flow has no use for. Flows that are no logins take what the login was made with.
func (c Config) unused(flow string) []string {
	if _, err := FindLogin(flow); err != nil {
		return nil
	}
	var names []string
	for _, o := range optionUses() {
		if !slices.Contains(o.flows, flow) && o.given(c) {
			names = append(names, "--"+o.name)
		}
	}
	return names
}

// unusedWarning is the line about them, or "".
func (c Config) unusedWarning(f Flow) string {
	names := c.unused(f.ID)
	if len(names) == 0 {
		return ""
	}
	return "the flow " + f.Title + " has no use for " + strings.Join(names, ", ") + ": left out"
}

// checkResponseType wants a response type that is one of the flow: another one makes another flow of it, under the wrong name
// (OpenID Connect Core 3; OAuth 2.0 Multiple Response Types 5).
func (c Config) checkResponseType(flow string) *Problem {
	given := c.Request.ResponseType
	const ref = "OpenID Connect Core 3"
	hasCode := slices.Contains(strings.Fields(given), "code")
	switch {
	case given == "":
	case given == "code" && (flow == "hybrid" || flow == "implicit"):
		return problem(ProblemConfig, "a response type of the "+flow+" flow, such as "+map[string]string{"hybrid": "code id_token", "implicit": "id_token token"}[flow],
			"code, which is the authorization code flow: --flow pkce", ref)
	case flow == "hybrid" && (!hasCode || !isFront(given)):
		return problem(ProblemConfig, "a response type of the hybrid flow: code with id_token, token or both", given+hintFlow("implicit", !hasCode && isFront(given)), ref)
	case flow == "implicit" && (hasCode || !isFront(given)):
		return problem(ProblemConfig, "a response type of the implicit flow: id_token, token or both", given+hintFlow("hybrid", hasCode && isFront(given)), ref)
	case flow == "pkce" && given != "code":
		to := "implicit"
		if hasCode {
			to = "hybrid"
		}
		return problem(ProblemConfig, "the response type code, the only one of the authorization code flow", given+hintFlow(to, isFront(given)), ref)
	}
	return nil
}

func hintFlow(id string, fits bool) string {
	if !fits {
		return ""
	}
	return ", which is of the " + id + " flow: --flow " + id
}

// checkMode wants a response mode that is known, here or to the provider: for any other nobody could say where the answer comes.
func (s *state) checkMode() *Problem {
	mode, known := s.cfg.ResponseMode, responseModes()
	if mode == "" || slices.Contains(known, mode) || slices.Contains(s.metadata.ResponseModesSupported, mode) {
		return nil
	}
	return problem(ProblemConfig, "a response mode: "+strings.Join(known, ", ")+", or one that the provider announces", mode+" (to send it all the same: --param response_mode="+mode+")",
		"OAuth 2.0 Multiple Response Types 2.1; JARM 2.3")
}

func responseModes() []string {
	return []string{modeQuery, modeFragment, modeFormPost, modeJWT, modeQuery + suffixJWT, modeFragment + suffixJWT, modeFormPost + suffixJWT}
}
