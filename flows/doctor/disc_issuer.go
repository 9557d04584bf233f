package doctor

import (
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// readRules are about whether there is a document that can be read.
func readRules() []Rule {
	return []Rule{
		{
			ID: "DISC-001", Slug: "document-reachable", Title: "The discovery document can be fetched", Severity: rule.Error,
			Refs: refs("OpenID Connect Discovery 4"), Needs: needs(factAnswer, "TLS-001", "TLS-004"),
			Why:  "Everything a client knows about the provider comes from this document.",
			Fix:  "Serve the document with status 200, without login, at the issuer followed by /.well-known/openid-configuration.",
			Good: "200 OK", Bad: "403 Forbidden, for anybody who is not logged in",
			Check: func(s *Subject) []rule.Finding {
				at := s.Answer.first().String()
				if f := s.Answer.failure(); f != nil {
					return found(at, "no answer: %s", safe.Short(f.Message, 300))
				}
				if !s.Answer.ok() {
					return found(at, "wanted status 200, got %s", safe.Short(s.Answer.response().Reason, 60))
				}
				return nil
			},
		},
		{
			ID: "DISC-002", Slug: "document-json", Title: "The document is one JSON object", Severity: rule.Error,
			Refs: refs("OpenID Connect Discovery 4.2", "RFC 8259 2", "RFC 8259 8.1"), Needs: needs(factText, "DISC-001", "HTTP-007"),
			Why:  "Strict parsers stop at the first character that does not belong there, and take nothing of what stands before it.",
			Fix:  "Serve the JSON object alone, in UTF-8, without a byte order mark and with nothing behind it.",
			Good: `{"issuer":"https://idp.example"}`, Bad: `{"issuer":"https://idp.example"}%`,
			Check: func(s *Subject) []rule.Finding { return jsonFaults(s.Doc) },
		},
		{
			ID: "DISC-003", Slug: "document-content-type", Title: "The document is announced as JSON", Severity: rule.Warn,
			Refs: refs("OpenID Connect Discovery 4.2"), Needs: needs(factAnswer, "DISC-001", "HTTP-007"),
			Why:  "Strict clients refuse a document with another content type, as storage hosts send it.",
			Fix:  "Send Content-Type: application/json.",
			Good: "Content-Type: application/json", Bad: "Content-Type: application/octet-stream",
			Check: func(s *Subject) []rule.Finding {
				if media, _ := s.Answer.media(); media != "application/json" {
					return found("Content-Type", "wanted application/json, got %s", quote(s.Answer.header("Content-Type")))
				}
				return nil
			},
		},
	}
}

// jsonFaults tells what keeps strict parsers from reading a document.
func jsonFaults(d *Document) []rule.Finding {
	if len(d.Text) > maxDocument {
		return found("document", "%d bytes: more than %d are not read", len(d.Text), maxDocument)
	}
	var all []rule.Finding
	for _, f := range d.JSON.Faults {
		severity := rule.Error
		if f.Code == inspect.FaultDuplicate || f.Code == inspect.FaultSurrogate {
			severity = rule.Warn
		}
		all = append(all, as(severity, "document", "byte %d: %s", f.Offset, safe.Short(f.Message, 200))...)
	}
	if len(all) == 0 && d.root == nil {
		kind := "nothing"
		if d.JSON.Root != nil {
			kind = d.JSON.Root.Kind.String()
		}
		return found("document", "wanted a JSON object, got %s", kind)
	}
	return all
}

// issuerRules are about the issuer in the document, and whether it is the one that was asked for.
func issuerRules() []Rule {
	return []Rule{
		{
			ID: "DISC-004", Slug: "issuer-present", Title: "The document names its issuer", Severity: rule.Error,
			Refs: refs("OpenID Connect Discovery 3", "RFC 8414 2"), Needs: needs(factDocument),
			Why:  "The issuer is what every token's iss is compared with.",
			Fix:  "Add issuer, a text with the issuer's URL.",
			Good: `{"issuer":"https://idp.example"}`, Bad: `{"issuer":null}`,
			Check: func(s *Subject) []rule.Finding {
				v := s.Doc.get("issuer")
				switch {
				case v == nil:
					return found("issuer", "there is no issuer")
				case v.Kind != inspect.String:
					return found("issuer", "wanted a text, got %s", v.Kind)
				case v.Str == "":
					return found("issuer", "the issuer is empty")
				}
				return nil
			},
		},
		{
			ID: "DISC-005", Slug: "issuer-mismatch", Title: "The issuer is the one that was asked for", Severity: rule.Error,
			Refs: refs("OpenID Connect Discovery 4.3", "RFC 8414 3.3"), Needs: needs(factDocument, "DISC-004", "DISC-006", "DISC-007", "DISC-008", "DISC-009"),
			Why:  "A document that names another issuer could send the login, and the secrets in it, to a stranger. Clients compare byte for byte and stop.",
			Fix:  "Configure the client with the issuer as the document writes it, or the provider with its outside address.",
			Good: "asked https://idp.example/a, document https://idp.example/a", Bad: "asked https://idp.example/a, document https://idp.example/b",
			Applies: wasAsked,
			Check: func(s *Subject) []rule.Finding {
				if compareIssuer(s) == issuerSame {
					return nil
				}
				return found("issuer", "asked for %s, the document says %s", quote(s.Asked), quote(s.Doc.text("issuer")))
			},
		},
		{
			ID: "DISC-006", Slug: "issuer-slash", Title: "The issuer ends as it was asked for, with or without a slash", Severity: rule.Error,
			Refs: refs("OpenID Connect Discovery 4.3"), Needs: needs(factDocument, "DISC-004"),
			Why:  "The most frequent mistake of all: issuers are compared character by character, and a slash at the end is one.",
			Fix:  "Configure the client with exactly the issuer that the document names.",
			Good: "asked https://idp.example/, document https://idp.example/", Bad: "asked https://idp.example/, document https://idp.example",
			Applies: wasAsked,
			Check: func(s *Subject) []rule.Finding {
				if compareIssuer(s) != issuerSlash {
					return nil
				}
				form := "without the slash at the end"
				if strings.HasSuffix(s.Doc.text("issuer"), "/") {
					form = "with the slash at the end"
				}
				fs := found("issuer", "asked for %s, the document says %s: only the slash differs", quote(s.Asked), quote(s.Doc.text("issuer")))
				fs[0].Fix = "Configure the issuer " + form + ": " + safe.Short(s.Doc.text("issuer"), shown)
				return fs
			},
		},
		{
			ID: "DISC-007", Slug: "issuer-spelling", Title: "The issuer is spelt as it was asked for", Severity: rule.Error,
			Refs: refs("OpenID Connect Discovery 4.3", "RFC 3986 6.2.1"), Needs: needs(factDocument, "DISC-004"),
			Why:  "Letter case, a default port or percent-encoding make two issuers of one address: nothing is normalised before comparing.",
			Fix:  "Configure the client with exactly the issuer that the document names.",
			Good: "asked https://idp.example, document https://idp.example", Bad: "asked https://IdP.example:443, document https://idp.example",
			Applies: wasAsked,
			Check: func(s *Subject) []rule.Finding {
				if compareIssuer(s) != issuerSpelling {
					return nil
				}
				return found("issuer", "asked for %s, the document says %s: one address, spelt in two ways", quote(s.Asked), quote(s.Doc.text("issuer")))
			},
		},
		{
			ID: "DISC-008", Slug: "issuer-host", Title: "The issuer has the scheme and host that were asked", Severity: rule.Error,
			Refs: refs("OpenID Connect Discovery 4.3"), Needs: needs(factDocument, "DISC-004", "DISC-009", "DISC-012"),
			Why:  "Behind a proxy the provider often takes its inside address for its issuer, or it believes that it is spoken to over http.",
			Fix:  "Tell the provider its outside address (hostname setting, X-Forwarded-Proto and X-Forwarded-Host), or ask for the issuer that it names.",
			Good: "asked https://idp.example, document https://idp.example", Bad: "asked https://idp.example, document http://idp:8080",
			Applies: wasAsked,
			Check: func(s *Subject) []rule.Finding {
				if compareIssuer(s) != issuerHost {
					return nil
				}
				return found("issuer", "asked for %s, the document says %s: another %s", quote(s.Asked), quote(s.Doc.text("issuer")), whatDiffers(s.Asked, s.Doc.text("issuer")))
			},
		},
		{
			ID: "DISC-009", Slug: "issuer-template", Title: "The issuer holds no placeholder", Severity: rule.Error,
			Refs: refs("OpenID Connect Discovery 3", "OpenID Connect Discovery 4.3"), Needs: needs(factDocument, "DISC-004"),
			Why:  "A placeholder such as {tenantid} never equals the address that was asked, nor any token's iss, before it is filled in.",
			Fix:  "Use the issuer of one tenant, or put the token's tid in the place of {tenantid} before comparing.",
			Good: `{"issuer":"https://idp.example"}`, Bad: `{"issuer":"https://idp.example/{tenantid}/v2.0"}`,
			Check: func(s *Subject) []rule.Finding {
				if !template().MatchString(s.Doc.text("issuer")) {
					return nil
				}
				return found("issuer", "the issuer %s is a template", quote(s.Doc.text("issuer")))
			},
		},
		{
			ID: "DISC-010", Slug: "issuer-https", Title: "The issuer uses https", Severity: rule.Error,
			Refs: refs("OpenID Connect Discovery 3", "RFC 8414 2"), Needs: needs(factDocument, "DISC-004", "DISC-012"),
			Why:  "Without TLS anybody on the way can put endpoints and keys of their own into the document.",
			Fix:  "Serve the provider over https; behind a proxy, tell it that it is.",
			Good: `{"issuer":"https://idp.example"}`, Bad: `{"issuer":"http://idp.example"}`,
			Check: func(s *Subject) []rule.Finding {
				u, _ := url.Parse(bare(s.Doc.text("issuer")))
				switch {
				case u.Scheme == "https":
					return nil
				case loopback(u.Hostname()):
					return as(rule.Info, "issuer", "%s uses http, on this machine", quote(s.Doc.text("issuer")))
				}
				return found("issuer", "%s does not use https", quote(s.Doc.text("issuer")))
			},
		},
		{
			ID: "DISC-011", Slug: "issuer-extra", Title: "The issuer has no query, fragment or user", Severity: rule.Error,
			Refs: refs("OpenID Connect Discovery 3", "RFC 8414 2"), Needs: needs(factDocument, "DISC-004", "DISC-012"),
			Why:  "The address of the document is made by adding to the issuer, which a query or a fragment makes impossible.",
			Fix:  "Leave scheme, host, perhaps port and path.",
			Good: `{"issuer":"https://idp.example/a"}`, Bad: `{"issuer":"https://idp.example/a?tenant=1"}`,
			Check: func(s *Subject) []rule.Finding {
				issuer := s.Doc.text("issuer")
				u, _ := url.Parse(bare(issuer))
				var has []string
				if u.RawQuery != "" || u.ForceQuery {
					has = append(has, "a query")
				}
				if strings.Contains(issuer, "#") {
					has = append(has, "a fragment")
				}
				if u.User != nil {
					has = append(has, "a user")
				}
				if len(has) == 0 {
					return nil
				}
				return found("issuer", "%s has %s", quote(u.Redacted()), strings.Join(has, " and "))
			},
		},
		{
			ID: "DISC-012", Slug: "issuer-absolute", Title: "The issuer is an absolute URL", Severity: rule.Error,
			Refs: refs("OpenID Connect Discovery 3", "RFC 8414 2"), Needs: needs(factDocument, "DISC-004"),
			Why:  "A bare host name equals no address that anybody asked.",
			Fix:  "Write the issuer with its scheme: https://…",
			Good: `{"issuer":"https://idp.example"}`, Bad: `{"issuer":"idp.example"}`,
			Check: func(s *Subject) []rule.Finding {
				if _, ok := parseAddress(bare(s.Doc.text("issuer"))); !ok {
					return found("issuer", "%s is no absolute URL", quote(s.Doc.text("issuer")))
				}
				return nil
			},
		},
	}
}

func wasAsked(s *Subject) bool { return s.Asked != "" }

// template finds placeholders.
var template = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{[A-Za-z][A-Za-z0-9_-]*\}`) })

// bare takes the braces of placeholders away, which no host may hold.
func bare(issuer string) string { return strings.NewReplacer("{", "", "}", "").Replace(issuer) }

type issuerMatch int

const (
	issuerSame issuerMatch = iota
	issuerSlash
	issuerSpelling
	issuerHost
	issuerOther
)

// compareIssuer says how the document's issuer relates to the one that was asked for.
func compareIssuer(s *Subject) issuerMatch {
	asked, got := s.Asked, s.Doc.text("issuer")
	if asked == got {
		return issuerSame
	}
	if strings.TrimRight(asked, "/") == strings.TrimRight(got, "/") {
		if s.Derived {
			return issuerSame // the address of a document does not tell
		}
		return issuerSlash
	}
	a, errA := url.Parse(asked)
	b, errB := url.Parse(got)
	if errA != nil || errB != nil || a.Host == "" || b.Host == "" {
		return issuerOther
	}
	if normal(a) == normal(b) {
		return issuerSpelling
	}
	if a.Scheme != b.Scheme || !strings.EqualFold(a.Host, b.Host) {
		return issuerHost
	}
	return issuerOther
}

// normal writes an address so that its spellings are alike (RFC 3986 6.2.2, 6.2.3), and in lower case.
func normal(u *url.URL) string {
	port := u.Port()
	if u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		port = ""
	}
	return strings.ToLower(u.Scheme + "://" + u.Hostname() + ":" + port + strings.TrimRight(u.Path, "/"))
}

func whatDiffers(asked, got string) string {
	a, _ := url.Parse(asked)
	b, _ := url.Parse(got)
	if strings.EqualFold(a.Host, b.Host) {
		return "scheme"
	}
	if !strings.EqualFold(a.Hostname(), b.Hostname()) {
		return "host"
	}
	return "port"
}
