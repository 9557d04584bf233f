package lint

import (
	"crypto/sha3"
	"encoding/base64"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/jose"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// logoutEvent is the member that makes a security event a logout (OpenID Connect Back-Channel Logout 2.4).
const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

// profileRules are the rules that only one kind of token has.
func profileRules() []Rule {
	return []Rule{
		{
			ID: "TOK-069", Slug: "hash-missing", Title: "A hash is missing", Severity: rule.Error,
			Refs:    refs("OpenID Connect Core 3.2.2.9", "OpenID Connect Core 3.3.2.10", "OpenID Connect Core 3.3.2.11"),
			Why:     "Without at_hash or c_hash nobody notices when the token or code that came through the browser was exchanged.",
			Fix:     "Prefer response_type=code. Else the provider must send the hashes.",
			Good:    "response_type code id_token, c_hash present",
			Bad:     "response_type code id_token, no c_hash",
			Applies: isProfile(inspect.ProfileIDToken),
			Check: func(s *Subject) (all []rule.Finding) {
				types := strings.Fields(s.Ctx.ResponseType)
				if !slices.Contains(types, "id_token") {
					return nil
				}
				for _, h := range [...]struct{ with, name string }{{"token", "at_hash"}, {"code", "c_hash"}} {
					if slices.Contains(types, h.with) && s.Claims.Get(h.name) == nil {
						all = append(all, found("claims."+h.name, "%s is required with response_type %s", h.name, safe.Short(s.Ctx.ResponseType, 60))...)
					}
				}
				return all
			},
		},
		{
			ID: "TOK-070", Slug: "hash-mismatch", Title: "A hash does not fit", Severity: rule.Error,
			Refs:    refs("OpenID Connect Core 3.1.3.6", "OpenID Connect Core 3.3.2.11", "FAPI 1.0 Advanced 5.1"),
			Why:     "The ID token was issued together with another access token, code or state: one of them was exchanged on the way.",
			Fix:     "Use the tokens of one answer together. After a refresh compare with the new access token.",
			Good:    "at_hash is the left half of the access token's hash",
			Bad:     "at_hash of another access token",
			Applies: isProfile(inspect.ProfileIDToken),
			Check: func(s *Subject) (all []rule.Finding) {
				for _, h := range [...]struct{ name, of, value string }{
					{"at_hash", "access token", s.Ctx.AccessToken}, {"c_hash", "code", s.Ctx.Code}, {"s_hash", "state", s.Ctx.State},
				} {
					have := s.said(h.name)
					if have == nil || h.value == "" {
						continue
					}
					want := halfHash(s.alg(), h.value)
					if want == "" || *have == want {
						continue
					}
					all = append(all, found("claims."+h.name, "is %s, the %s at hand gives %q", quoteShort(*have), h.of, want)...)
				}
				return all
			},
		},
		{
			ID: "TOK-074", Slug: "logout-rules", Title: "Not a logout token", Severity: rule.Error,
			Refs:    refs("OpenID Connect Back-Channel Logout 2.4", "OpenID Connect Back-Channel Logout 2.6"),
			Why:     "A logout token has the logout event, names a subject or a session, and has no nonce so that it can't pass for an ID token.",
			Fix:     "Let the provider build it as Back-Channel Logout 2.4 says.",
			Good:    `{"events":{"` + logoutEvent + `":{}},"sid":"08a5019c"}`,
			Bad:     `{"events":{},"nonce":"n"}`,
			Applies: isProfile(inspect.ProfileLogout),
			Check: func(s *Subject) (all []rule.Finding) {
				if e := s.Claims.Get("events").Get(logoutEvent); e == nil || e.Kind != inspect.Object {
					all = append(all, found("claims.events", "lacks the member %s with an object", logoutEvent)...)
				}
				if s.Claims.Get("nonce") != nil {
					all = append(all, found("claims.nonce", "a logout token must not have a nonce")...)
				}
				if s.Claims.Get("sub") == nil && s.Claims.Get("sid") == nil {
					all = append(all, found("claims.sub", "neither sub nor sid: nobody can tell who is logged out")...)
				}
				return all
			},
		},
		{
			ID: "TOK-075", Slug: "dpop-key", Title: "No proof of possession", Severity: rule.Error,
			Refs: refs("RFC 9449 4.2", "RFC 9449 4.3"),
			Why:  "A DPoP proof carries its public key and is signed with the private one; with less it proves nothing.",
			Fix:  "Sign with an asymmetric algorithm and put the public key into the header's jwk.",
			Good: `{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC"}}`,
			Bad:  `{"typ":"dpop+jwt","alg":"HS256"}`,
			Applies: func(s *Subject) bool {
				return s.Profile == inspect.ProfileDPoP && s.Header != nil && !s.unsecured()
			},
			Check: func(s *Subject) (all []rule.Finding) {
				if s.Header.Get("jwk") == nil {
					all = append(all, found("header.jwk", "the header has no jwk: there is no key to check the proof with")...)
				}
				if strings.HasPrefix(s.alg(), "HS") {
					all = append(all, found("header.alg", "%s is symmetric: the server would have to know the secret", quoteShort(s.alg()))...)
				}
				return all
			},
		},
		{
			ID: "TOK-076", Slug: "dpop-request", Title: "Proof for another request", Severity: rule.Error,
			Refs:    refs("RFC 9449 4.2", "RFC 9449 4.3", "RFC 3986 6.2"),
			Why:     "A proof is for one method and one address, so that a stolen one is of no use elsewhere.",
			Fix:     "Build htm and htu from the request as the server sees it, behind a proxy the public address; no query, no fragment.",
			Good:    `{"htm":"POST","htu":"https://auth.example.net/token"} for POST https://auth.example.net/token`,
			Bad:     `{"htm":"GET","htu":"https://auth.example.net/token?x=1"} for POST https://auth.example.net/token`,
			Applies: isProfile(inspect.ProfileDPoP),
			Check:   checkProofRequest,
		},
		{
			ID: "TOK-077", Slug: "dpop-ath", Title: "Proof not tied to the access token", Severity: rule.Error,
			Refs:    refs("RFC 9449 4.2", "RFC 9449 7.1"),
			Why:     "With an access token, the proof must carry its hash; else it could be used with another token.",
			Fix:     "Add ath: base64url of the SHA-256 of the access token's text.",
			Good:    `{"ath":"fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"}`,
			Bad:     `no ath although an access token is sent`,
			Applies: isProfile(inspect.ProfileDPoP),
			Check: func(s *Subject) []rule.Finding {
				if s.Ctx.AccessToken == "" {
					return nil
				}
				want := inspect.TokenHash(s.Ctx.AccessToken)
				ath := s.said("ath")
				switch {
				case ath == nil:
					return found("claims.ath", "there is no ath, want %s for the access token at hand", want)
				case *ath == want:
					return nil
				}
				return found("claims.ath", "is %s, want %s for the access token at hand", quoteShort(*ath), want)
			},
		},
		{
			ID: "TOK-078", Slug: "cnf-mismatch", Title: "Token and key do not belong together", Severity: rule.Error,
			Refs:    refs("RFC 9449 6.1", "RFC 8705 3.1", "RFC 7800 3"),
			Why:     "The token is bound to one key by its thumbprint, and this is another key.",
			Fix:     "Use the key that the token was requested with. A client that restarts must keep its DPoP key with its tokens.",
			Good:    "cnf.jkt is the thumbprint of the proof's jwk",
			Bad:     "cnf.jkt of an older key",
			Applies: isProfile(inspect.ProfileDPoP, inspect.ProfileAccess, inspect.ProfileATJWT),
			Check: func(s *Subject) []rule.Finding {
				want := s.Ctx.KeyThumbprint
				if want == "" {
					return nil
				}
				if s.Profile == inspect.ProfileDPoP {
					if have := s.embeddedThumbprint(); have != "" && have != want {
						return found("header.jwk", "the proof's key has the thumbprint %s, expected %s", have, safe.Short(want, 60))
					}
					return nil
				}
				jkt, cert := s.Claims.Get("cnf").Get("jkt"), s.Claims.Get("cnf").Get("x5t#S256")
				for _, have := range [...]*inspect.Value{jkt, cert} {
					if have != nil && !is(jkt, want) && !is(cert, want) { // bound to both, either may be the one at hand
						return found("claims.cnf", "binds the token to %s, the key at hand is %s", quoteRaw(have), safe.Short(want, 60))
					}
				}
				return nil
			},
		},
		{
			ID: "TOK-079", Slug: "client-assertion", Title: "The assertion names the wrong parties", Severity: rule.Error,
			Refs:    refs("RFC 7523 3", "OpenID Connect Core 9", "draft-ietf-oauth-rfc7523bis"),
			Why:     "iss and sub are the client, and aud is the one authorization server. Anything else lets one server use the assertion at another.",
			Fix:     "Put the client id into iss and sub, and the server's issuer identifier alone into aud. Some older servers want the token endpoint's URL instead.",
			Good:    `{"iss":"rp","sub":"rp","aud":"https://auth.example.net"}`,
			Bad:     `{"iss":"rp","sub":"alice","aud":["https://auth.example.net","https://other.example"]}`,
			Applies: isProfile(inspect.ProfileClientAssertion),
			Check:   checkClientAssertion,
		},
		{
			ID: "TOK-080", Slug: "request-object", Title: "The request object breaks its rules", Severity: rule.Error,
			Refs:    refs("RFC 9101 4", "RFC 9101 10.8", "OpenID Connect Core 6.1"),
			Why:     "A request inside the request recurses, and a sub equal to the client id makes it usable as a client assertion.",
			Fix:     "Leave request, request_uri and sub out, and set iss and client_id to the client id.",
			Good:    `{"iss":"rp","client_id":"rp","response_type":"code"}`,
			Bad:     `{"iss":"rp","client_id":"rp","sub":"rp","request_uri":"https://rp.example/r"}`,
			Applies: isProfile(inspect.ProfileRequestObject),
			Check: func(s *Subject) (all []rule.Finding) {
				for _, name := range [...]string{"request", "request_uri"} {
					if s.Claims.Get(name) != nil {
						all = append(all, found("claims."+name, "%s must not be inside a request object", name)...)
					}
				}
				client := s.text("client_id")
				if sub := s.text("sub"); sub != nil && client != nil && *sub == *client {
					all = append(all, found("claims.sub", "equals client_id: the object could be used as a client assertion")...)
				}
				if iss := s.text("iss"); iss != nil && client != nil && *iss != *client {
					all = append(all, found("claims.iss", "is %s, client_id is %s", quoteShort(*iss), quoteShort(*client))...)
				}
				return all
			},
		},
	}
}

func is(v *inspect.Value, want string) bool {
	text, ok := v.Text()
	return ok && text == want
}

// halfHash is the left half of the hash that the alg names, base64url (OpenID Connect Core 3.1.3.6); empty when it names
// none. Ed448 hashes with 114 bytes of SHAKE256 (RFC 8032 5.2.6).
func halfHash(alg, value string) string {
	half := jose.HalfHash(alg, []byte(value))
	switch alg {
	case "Ed448":
		half = sha3.SumSHAKE256([]byte(value), 114)[:57]
	case "ES256K":
		half = jose.HalfHash("ES256", []byte(value))
	}
	return base64.RawURLEncoding.EncodeToString(half)
}

func checkProofRequest(s *Subject) (all []rule.Finding) {
	if htm := s.said("htm"); htm != nil && s.Ctx.Method != "" && *htm != s.Ctx.Method {
		all = append(all, found("claims.htm", "is %s, the request is %s", quoteShort(*htm), safe.Short(s.Ctx.Method, 20))...)
	}
	htu := s.said("htu")
	if htu == nil {
		return all
	}
	switch {
	case strings.ContainsAny(*htu, "?#"):
		all = append(all, found("claims.htu", "has a query or a fragment, which it must not have")...)
	case s.Ctx.URL != "" && inspect.NormalURL(*htu) != inspect.NormalURL(s.Ctx.URL):
		all = append(all, found("claims.htu", "is %s, the request goes to %s", quoteShort(*htu), safe.Short(s.Ctx.URL, 120))...)
	}
	return all
}

func checkClientAssertion(s *Subject) (all []rule.Finding) {
	iss, sub := s.said("iss"), s.said("sub")
	client := s.Ctx.ClientID
	if iss != nil && client != "" && *iss != client {
		all = append(all, found("claims.iss", "is %s, the client is %s", quoteShort(*iss), quoteShort(client))...)
	}
	switch {
	case sub == nil:
	case client != "" && *sub != client:
		all = append(all, found("claims.sub", "is %s, the client is %s", quoteShort(*sub), quoteShort(client))...)
	case client == "" && iss != nil && *iss != *sub:
		all = append(all, found("claims.sub", "is %s, iss is %s: both must be the client id", quoteShort(*sub), quoteShort(*iss))...)
	}
	return append(all, s.assertionAudience()...)
}

// assertionAudience wants the server's issuer and nothing else. The address of its token endpoint, which older servers demand, is
// told as a warning.
func (s *Subject) assertionAudience() []rule.Finding {
	aud := s.Claims.Get("aud")
	if aud == nil {
		return nil
	}
	switch have := textOrList(aud); {
	case len(have) > 1:
		return found("claims.aud", "names %s: each of these servers could use the assertion at the others", list(have))
	case s.Ctx.Issuer == "" || len(have) == 1 && have[0] == s.Ctx.Issuer:
		return nil
	case len(have) == 1 && tokenEndpointOf(s.Ctx.Issuer, have[0]):
		return one(rule.Warn, "claims.aud", "is %s, the token endpoint; older servers demand that, today it is the issuer %s alone", list(have), quoteShort(s.Ctx.Issuer))
	default:
		return found("claims.aud", "is %s, want the issuer %s alone", list(have), quoteShort(s.Ctx.Issuer))
	}
}

// tokenEndpointOf guesses whether an address is the token endpoint of an issuer: on its host, and with token in its last part.
func tokenEndpointOf(issuer, address string) bool {
	home, err := url.Parse(issuer)
	if err != nil {
		return false
	}
	u, err := url.Parse(address)
	return err == nil && u.Scheme == home.Scheme && u.Host == home.Host && strings.Contains(path.Base(u.Path), "token")
}
