package diagnose

import (
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/flows"
)

// TestWhatWasChosenComesFirst: a refusal that names nothing is most likely about what the person asked for by a flag.
func TestWhatWasChosenComesFirst(t *testing.T) {
	m := &flows.Metadata{Issuer: "https://idp.example", CodeChallengeMethods: []string{"S256"}, ACRValues: []string{"gold"}, ResponseModesSupported: []string{"query"}}
	for name, c := range map[string]struct {
		flow, words string
		cfg         flows.Config
		cause       string // how the first cause begins to differ; empty: none of the choices
	}{
		"pkce off":            {"pkce", "", flows.Config{Request: flows.RequestOptions{PKCE: flows.PKCEOff}}, "--pkce off"},
		"pkce off, in words":  {"pkce", "code_challenge is required", flows.Config{Request: flows.RequestOptions{PKCE: flows.PKCEOff}}, "--pkce off"},
		"pkce plain":          {"pkce", "", flows.Config{Request: flows.RequestOptions{PKCE: flows.PKCEPlain}}, "announces S256 only"},
		"implicit":            {"implicit", "", flows.Config{}, "implicit flow may be off"},
		"acr":                 {"pkce", "", flows.Config{Request: flows.RequestOptions{ACRValues: []string{"gold", "urn:nope"}}}, "the acr value urn:nope"},
		"mode":                {"pkce", "", flows.Config{ResponseMode: "foo"}, "response mode foo"},
		"of two, the named":   {"pkce", "acr is not known", flows.Config{Request: flows.RequestOptions{PKCE: flows.PKCEOff, ACRValues: []string{"urn:nope"}}}, "the acr value urn:nope"},
		"something else":      {"pkce", "redirect_uri does not match", flows.Config{Request: flows.RequestOptions{PKCE: flows.PKCEOff}}, ""},
		"nothing was chosen":  {"pkce", "", flows.Config{}, ""},
		"announced":           {"pkce", "", flows.Config{ResponseMode: "query", Request: flows.RequestOptions{ACRValues: []string{"gold"}}}, ""},
		"no code to protect":  {"device", "", flows.Config{Request: flows.RequestOptions{PKCE: flows.PKCEOff}}, ""},
		"hybrid, about a key": {"hybrid", "unknown client", flows.Config{}, ""},
	} {
		p := &flows.Problem{Kind: flows.ProblemRefused, OAuth: &flows.OAuthError{Code: "invalid_request", Description: c.words, Shape: "query"}}
		d := Problem(p, flows.DiagnosisInput{Flow: c.flow, Step: "authorize", Config: c.cfg, Metadata: m})
		chosen := contains(d.Checked, "what was asked for")
		if chosen != (c.cause != "") || chosen && !strings.Contains(d.Causes[0], c.cause) {
			t.Errorf("%s: %s, causes %q", name, d.ID, d.Causes)
		}
	}
}
