package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/flows"
)

// requestFlags say what an authorization request asks for, and in which form it travels.
type requestFlags struct {
	par, jar, dpop bool
	encryptJAR     bool
	jarAlg         string
	resources      []string
	details        string
	claims         string
	acrValues      []string
	maxAge         string
	prompt         []string
	loginHint      string
	uiLocales      []string
	responseType   string
	pkce           string
}

func (o *requestFlags) register(cmd *cobra.Command) {
	o.registerForms(cmd)
	f := cmd.Flags()
	f.StringArrayVar(&o.resources, "resource", nil, "`URI` of the resource that the access token is for (RFC 8707, repeatable)")
	f.StringVar(&o.details, "authorization-details", "", "what to allow, a `JSON` array or @FILE (RFC 9396)")
	f.StringVar(&o.claims, "claims", "", "claims to ask for one by one, a `JSON` object or @FILE (OpenID Connect Core 5.5)")
	f.StringArrayVar(&o.acrValues, "acr-values", nil, "`LEVELS` of authentication, one of which the ID token must have (repeatable)")
	f.StringVar(&o.maxAge, "max-age", "", "how long ago the login may be: `SECONDS`, or a length of time such as 5m")
	f.StringArrayVar(&o.prompt, "prompt", nil, "what the provider shall show: none, login, consent, select_account (`PROMPT`, repeatable)")
	f.StringVar(&o.loginHint, "login-hint", "", "who is going to log in, a `NAME` or an address")
	f.StringArrayVar(&o.uiLocales, "ui-locales", nil, "`LANGUAGES` of the provider's pages (repeatable)")
	f.StringVar(&o.responseType, "response-type", "", "`TYPE` of the implicit or hybrid flow, such as \"code id_token\"")
	f.StringVar(&o.pkce, "pkce", "", "code challenge `METHOD`: S256 (default); plain or off, to see what the provider does")
}

// registerForms registers what a client of which the provider demands it can't do without: how the request travels, and bound tokens.
func (o *requestFlags) registerForms(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&o.par, "par", false, "push the request to the provider first (RFC 9126; turned on where it is required)")
	f.BoolVar(&o.jar, "jar", false, "sign the request with --client-key, or else the client secret (RFC 9101; turned on where it is required)")
	f.BoolVar(&o.encryptJAR, "jar-encrypt", false, "sign the request and encrypt it to the provider's key (RFC 9101 6.1)")
	f.StringVar(&o.jarAlg, "jar-alg", "", "`ALG` that --jar signs with; HS256, HS384 and HS512 sign with the client secret (default what fits and is announced)")
	f.BoolVar(&o.dpop, "dpop", false, "bind the tokens to a key made for this run (RFC 9449)")
}

// options makes the engine's options of the flags. The engine checks what the values mean.
func (o *requestFlags) options() (flows.RequestOptions, error) {
	r := flows.RequestOptions{PAR: o.par, JAR: o.jar, EncryptJAR: o.encryptJAR, JARAlg: o.jarAlg, DPoP: o.dpop, Resources: o.resources, ACRValues: words(o.acrValues),
		Prompt: words(o.prompt), LoginHint: o.loginHint, UILocales: words(o.uiLocales), ResponseType: o.responseType, PKCE: flows.PKCEMethod(o.pkce)}
	var err error
	if r.AuthorizationDetails, err = textOrFile("--authorization-details", o.details); err != nil {
		return r, err
	}
	if r.Claims, err = textOrFile("--claims", o.claims); err != nil {
		return r, err
	}
	if o.maxAge == "" {
		return r, nil
	}
	age, err := parseSeconds(o.maxAge)
	if err != nil {
		return r, usage("for example --max-age 300", "--max-age: %v", err)
	}
	r.MaxAge = &age
	return r, nil
}

// words splits what may be given at once or one by one.
func words(values []string) []string { return strings.Fields(strings.Join(values, " ")) }

// maxDocument bounds a JSON document given as a file, in bytes.
const maxDocument = 1 << 20

// textOrFile gives a value, or with @ the file that it names.
func textOrFile(flag, value string) ([]byte, error) {
	path, isFile := strings.CutPrefix(value, "@")
	if !isFile {
		return []byte(value), nil
	}
	text, err := readBounded(path, maxDocument)
	if err != nil {
		return nil, usage("", "%s: %w", flag, err)
	}
	return []byte(text), nil
}
