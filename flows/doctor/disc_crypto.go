package doctor

import (
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// idTokenAlgs and its neighbours are members that several rules look at.
const (
	idTokenAlgs = "id_token_signing_alg_values_supported"
	legacyAlgs  = "id_token_alg_values_supported"
	pkceMethods = "code_challenge_methods_supported"
	authMethods = "token_endpoint_auth_methods_supported"
)

// signatureNames are the registered names of JWS algorithms (IANA "JSON Web Signature and Encryption Algorithms"). RS1 is
// registered too, as prohibited.
var signatureNames = [...]string{"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "ES256K",
	"EdDSA", "Ed25519", "Ed448", "ESP256", "ESP384", "ESP512", "ESB256", "ESB320", "ESB384", "ESB512", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87", "none"}

func signatureName(alg string) bool { return slices.Contains(signatureNames[:], alg) }

// algorithmRules are about the signature algorithms that a document announces.
func algorithmRules() []Rule {
	return []Rule{
		{
			ID: "DISC-026", Slug: "rs256-offered", Title: "RS256 is offered for ID tokens", Severity: rule.Warn,
			Refs: refs("OpenID Connect Discovery 3"), Needs: needs(factDocument),
			Why:  "It is the one algorithm that every client knows; the specification requires it.",
			Fix:  "Add RS256, and an RSA key, or make sure that all clients know the others.",
			Good: `{"id_token_signing_alg_values_supported":["RS256"]}`, Bad: `{"id_token_signing_alg_values_supported":["ES256"]}`,
			Applies: isList(idTokenAlgs),
			Check: func(s *Subject) []rule.Finding {
				if algs := s.Doc.values(idTokenAlgs); !slices.Contains(algs, "RS256") {
					return found(idTokenAlgs, "RS256 is not among %s", list(algs))
				}
				return nil
			},
		},
		{
			ID: "DISC-027", Slug: "none-offered", Title: "ID tokens are never unsigned", Severity: rule.Warn,
			Refs: refs("OpenID Connect Discovery 3", "OpenID Connect Core 3.1.3.7", "OpenID Connect Core 15.1", "RFC 8725 3.2"), Needs: needs(factDocument),
			Why:  "An unsigned token can be written by anybody. It is allowed with the code flow and on request of the client alone.",
			Fix:  "Take none out of the list.",
			Good: `{"id_token_signing_alg_values_supported":["RS256"]}`, Bad: `{"id_token_signing_alg_values_supported":["RS256","none"]}`,
			Applies: isList(idTokenAlgs),
			Check: func(s *Subject) []rule.Finding {
				if slices.Contains(s.Doc.values(idTokenAlgs), "none") {
					return found(idTokenAlgs, "none is offered")
				}
				return nil
			},
		},
		{
			ID: "DISC-028", Slug: "hmac-offered", Title: "ID tokens are not signed with shared secrets", Severity: rule.Info,
			Refs: refs("RFC 8725 2.1", "RFC 8725 3.1"), Needs: needs(factDocument),
			Why:  "The client secret is the key then: whoever can check a token can make one, and a client that takes RS256 and HS256 alike can be tricked into using a public key as the secret.",
			Fix:  "Fix the algorithm in the client to an asymmetric one.",
			Good: `{"id_token_signing_alg_values_supported":["RS256"]}`, Bad: `{"id_token_signing_alg_values_supported":["RS256","HS256"]}`,
			Applies: isList(idTokenAlgs),
			Check: func(s *Subject) []rule.Finding {
				if hs := only(s.Doc.values(idTokenAlgs), isHMAC); len(hs) > 0 {
					return found(idTokenAlgs, "offered: %s", list(hs))
				}
				return nil
			},
		},
		{
			ID: "DISC-029", Slug: "alg-names", Title: "Algorithm names are registered and sound", Severity: rule.Warn,
			Refs: refs("RFC 7518 3.1", "RFC 8812 2"), Needs: needs(factDocument),
			Why:  "A misspelt name is found by nobody, and RS1 rests on SHA-1, which is broken.",
			Fix:  "Use the registered names, under id_token_signing_alg_values_supported.",
			Good: `{"id_token_signing_alg_values_supported":["RS256","ES512"]}`, Bad: `{"id_token_signing_alg_values_supported":["RS256","ES521"]}`,
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for _, name := range unique(s.Doc.names()) {
					if name == legacyAlgs {
						all = append(all, found(name, "%s is a name of drafts, clients read %s", legacyAlgs, idTokenAlgs)...)
					}
					if !strings.HasSuffix(name, "_signing_alg_values_supported") {
						continue
					}
					for _, alg := range s.Doc.values(name) {
						switch {
						case alg == "RS1":
							all = append(all, found(name, "RS1 signs with SHA-1")...)
						case !signatureName(alg):
							all = append(all, found(name, "%s is no registered algorithm%s", quote(alg), nearestAlg(alg))...)
						}
					}
				}
				return all
			},
		},
		{
			ID: "DISC-055", Slug: "dpop-algs", Title: "DPoP proofs are signed with key pairs", Severity: rule.Error,
			Refs: refs("RFC 9449 5.1", "RFC 9449 4.3"), Needs: needs(factDocument),
			Why:  "A proof without a signature, or with a shared secret, proves nothing.",
			Fix:  "List asymmetric algorithms only.",
			Good: `{"dpop_signing_alg_values_supported":["ES256"]}`, Bad: `{"dpop_signing_alg_values_supported":["ES256","none"]}`,
			Applies: isList("dpop_signing_alg_values_supported"),
			Check: func(s *Subject) []rule.Finding {
				bad := only(s.Doc.values("dpop_signing_alg_values_supported"), func(a string) bool { return a == "none" || isHMAC(a) })
				if len(bad) == 0 {
					return nil
				}
				return found("dpop_signing_alg_values_supported", "offered: %s", list(bad))
			},
		},
		{
			ID: "DISC-056", Slug: "request-object-none", Title: "Request objects are signed", Severity: rule.Info,
			Refs: refs("OpenID Connect Core 6.1", "RFC 9101 10.5"), Needs: needs(factDocument),
			Why:  "An unsigned request object protects no more than plain parameters.",
			Fix:  "Where request objects are meant to protect, take none out of the list.",
			Good: `{"request_object_signing_alg_values_supported":["RS256"]}`, Bad: `{"request_object_signing_alg_values_supported":["none","RS256"]}`,
			Applies: isList("request_object_signing_alg_values_supported"),
			Check: func(s *Subject) []rule.Finding {
				if slices.Contains(s.Doc.values("request_object_signing_alg_values_supported"), "none") {
					return found("request_object_signing_alg_values_supported", "none is offered")
				}
				return nil
			},
		},
	}
}

func isHMAC(alg string) bool { return strings.HasPrefix(alg, "HS") }

// nearestAlg hints at the registered name that a text differs from by little.
func nearestAlg(alg string) string {
	plain := strings.ToUpper(strings.NewReplacer("-", "", "_", "").Replace(alg))
	for _, name := range signatureNames {
		if plain == strings.ToUpper(name) || swapped(alg, name) {
			return ", probably " + name
		}
	}
	return ""
}

// swapped reports whether two texts differ by two neighbours that changed places: ES521, ES512.
func swapped(a, b string) bool {
	if len(a) != len(b) || a == b {
		return false
	}
	i := 0
	for a[i] == b[i] {
		i++
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// pkceRules are about the proof of possession of the code.
func pkceRules() []Rule {
	return []Rule{
		{
			ID: "DISC-030", Slug: "pkce-announced", Title: "PKCE with S256 is announced", Severity: rule.Warn,
			Refs: refs("RFC 8414 2", "RFC 9700 2.1.1", "RFC 7636 4.2"), Needs: needs(factDocument, "DISC-031"),
			Why:  "Clients learn from here that a stolen code is worthless. Some refuse to go on without it.",
			Fix:  "List S256 in code_challenge_methods_supported. Clients should send a challenge in any case.",
			Good: `{"code_challenge_methods_supported":["S256"]}`, Bad: `{"code_challenge_methods_supported":null}`,
			Applies: codeFlow,
			Check: func(s *Subject) []rule.Finding {
				methods, there := s.Doc.list(pkceMethods)
				switch {
				case !there:
					return found(pkceMethods, "%s is missing", pkceMethods)
				case !slices.Contains(methods, "S256"):
					return found(pkceMethods, "S256 is not among %s", list(methods))
				}
				return nil
			},
		},
		{
			ID: "DISC-031", Slug: "pkce-plain-only", Title: "PKCE is not plain alone", Severity: rule.Error,
			Refs: refs("RFC 7636 7.2", "RFC 9700 2.1.1"), Needs: needs(factDocument),
			Why:  "With plain the verifier itself travels through the browser: whoever steals the code there has it too.",
			Fix:  "Support S256 and list it.",
			Good: `{"code_challenge_methods_supported":["S256"]}`, Bad: `{"code_challenge_methods_supported":["plain"]}`,
			Applies: both(codeFlow, isList(pkceMethods)),
			Check: func(s *Subject) []rule.Finding {
				methods := s.Doc.values(pkceMethods)
				if slices.Contains(methods, "plain") && !slices.Contains(methods, "S256") {
					return found(pkceMethods, "plain without S256")
				}
				return nil
			},
		},
		{
			ID: "DISC-032", Slug: "pkce-plain", Title: "PKCE is S256 alone", Severity: rule.Info,
			Refs: refs("RFC 7636 4.2"), Needs: needs(factDocument, "DISC-031"),
			Why:  "A client that can do S256 must use it; plain is for those that can't hash.",
			Fix:  "Nothing to do for a client that sends S256. Providers may switch plain off.",
			Good: `{"code_challenge_methods_supported":["S256"]}`, Bad: `{"code_challenge_methods_supported":["plain","S256"]}`,
			Applies: both(codeFlow, isList(pkceMethods)),
			Check: func(s *Subject) []rule.Finding {
				if slices.Contains(s.Doc.values(pkceMethods), "plain") {
					return found(pkceMethods, "plain is offered beside S256")
				}
				return nil
			},
		},
		{
			ID: "DISC-033", Slug: "pkce-unknown", Title: "PKCE methods are registered", Severity: rule.Info,
			Refs: refs("RFC 7636 6.2"), Needs: needs(factDocument),
			Why:  "Names of signature algorithms end up here by mistake; clients ignore them.",
			Fix:  "List S256 alone.",
			Good: `{"code_challenge_methods_supported":["S256"]}`, Bad: `{"code_challenge_methods_supported":["S256","RS256"]}`,
			Applies: isList(pkceMethods),
			Check: func(s *Subject) []rule.Finding {
				odd := only(s.Doc.values(pkceMethods), func(m string) bool { return m != "S256" && m != "plain" })
				if len(odd) == 0 {
					return nil
				}
				return found(pkceMethods, "not registered: %s", list(odd))
			},
		},
	}
}

// authRules are about how clients authenticate.
func authRules() []Rule {
	return []Rule{
		{
			ID: "DISC-034", Slug: "auth-methods-default", Title: "Client authentication methods are listed", Severity: rule.Info,
			Refs: refs("OpenID Connect Discovery 3", "RFC 8414 2"), Needs: needs(factDocument),
			Why:  "Without the list client_secret_basic is assumed, which is not true everywhere.",
			Fix:  "List the methods. As a client, try client_secret_post when basic is refused.",
			Good: `{"token_endpoint_auth_methods_supported":["client_secret_basic"]}`, Bad: `{"token_endpoint_auth_methods_supported":null}`,
			Applies: both(profiles(Login, OAuth), named("token_endpoint")),
			Check: func(s *Subject) []rule.Finding {
				if s.Doc.has(authMethods) {
					return nil
				}
				return found(authMethods, "%s is missing; the default is client_secret_basic", authMethods)
			},
		},
		{
			ID: "DISC-035", Slug: "auth-method-offered", Title: "The client's authentication method is offered", Severity: rule.Error,
			Refs: refs("OpenID Connect Core 9", "RFC 7591 2"), Needs: needs(factDocument),
			Why:  "The token endpoint answers invalid_client to a method that it does not take.",
			Fix:  "Configure a method that the provider lists.",
			Good: "client_secret_basic, which is listed", Bad: "client_secret_post, where only client_secret_basic is listed",
			Applies: func(s *Subject) bool {
				return s.Client != nil && s.Client.AuthMethod != "" && s.Client.AuthMethod != "none"
			},
			Check: func(s *Subject) []rule.Finding {
				method := string(s.Client.AuthMethod)
				if s.Doc.offers(authMethods, method) {
					return nil
				}
				offered, there := s.Doc.list(authMethods)
				if !there {
					offered = defaultList(authMethods)
				}
				return found(authMethods, "the client uses %s, offered: %s", quote(method), list(offered))
			},
		},
		{
			ID: "DISC-036", Slug: "auth-none", Title: "Public clients are provided for", Severity: rule.Warn,
			Refs: refs("OpenID Connect Core 9", "RFC 7591 2"), Needs: needs(factDocument),
			Why:  "The client has no secret, and the list does not name none. Many servers leave it out and take public clients all the same.",
			Fix:  "Register the client as public (native). If the provider refuses it, it needs a secret or another flow.",
			Good: `{"token_endpoint_auth_methods_supported":["client_secret_basic","none"]}`, Bad: `{"token_endpoint_auth_methods_supported":["client_secret_basic"]}`,
			Applies: func(s *Subject) bool {
				return s.Client != nil && (s.Client.Public || s.Client.AuthMethod == "none") && s.Doc.has("token_endpoint")
			},
			Check: func(s *Subject) []rule.Finding {
				if s.Doc.offers(authMethods, "none") {
					return nil
				}
				return found(authMethods, "none is not listed")
			},
		},
		{
			ID: "DISC-037", Slug: "auth-jwt-algs", Title: "JWT client authentication comes with its algorithms", Severity: rule.Warn,
			Refs: refs("OpenID Connect Discovery 3", "RFC 8414 2"), Needs: needs(factDocument),
			Why:  "A client that signs its assertions has to know with what; the list is required then.",
			Fix:  "Add the list of signing algorithms.",
			Good: `{"token_endpoint_auth_methods_supported":["private_key_jwt"],"token_endpoint_auth_signing_alg_values_supported":["RS256"]}`,
			Bad:  `{"token_endpoint_auth_methods_supported":["private_key_jwt"],"token_endpoint_auth_signing_alg_values_supported":null}`,
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for _, endpoint := range []string{"token", "revocation", "introspection"} {
					algs := endpoint + "_endpoint_auth_signing_alg_values_supported"
					methods := only(s.Doc.values(endpoint+"_endpoint_auth_methods_supported"), func(m string) bool { return m == "private_key_jwt" || m == "client_secret_jwt" })
					if len(methods) > 0 && !s.Doc.has(algs) {
						all = append(all, found(algs, "%s is offered, and %s is missing", list(methods), algs)...)
					}
				}
				return all
			},
		},
		{
			ID: "DISC-038", Slug: "auth-alg-none", Title: "Client assertions are signed", Severity: rule.Error,
			Refs: refs("OpenID Connect Discovery 3", "RFC 8414 2"), Needs: needs(factDocument),
			Why:  "An unsigned assertion can be written by anybody; the specifications forbid none here.",
			Fix:  "Take none out of the list.",
			Good: `{"token_endpoint_auth_signing_alg_values_supported":["RS256"]}`, Bad: `{"token_endpoint_auth_signing_alg_values_supported":["RS256","none"]}`,
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for _, name := range unique(s.Doc.names()) {
					if strings.HasSuffix(name, "_endpoint_auth_signing_alg_values_supported") && slices.Contains(s.Doc.values(name), "none") {
						all = append(all, found(name, "none is offered for %s", safe.Short(strings.TrimSuffix(name, "_auth_signing_alg_values_supported"), 40))...)
					}
				}
				return all
			},
		},
	}
}
