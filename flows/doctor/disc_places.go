package doctor

import (
	"net/http"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// placeRules are about where documents are found, and whether they agree.
func placeRules() []Rule {
	return []Rule{
		{
			ID: "DISC-013", Slug: "well-known-forms", Title: "The document is where clients look for it", Severity: rule.Info,
			Refs: refs("OpenID Connect Discovery 4.1", "RFC 8414 3", "RFC 8414 3.1", "RFC 8414 5"), Needs: needs(factPlaces, "DISC-001"),
			Why:  "For an issuer with a path, OpenID Connect appends its suffix and RFC 8414 inserts its own after the host. Clients know one of the two.",
			Fix:  "Serve the document at both places.",
			Good: "/a/.well-known/openid-configuration and /.well-known/oauth-authorization-server/a", Bad: "/.well-known/openid-configuration/a alone",
			Applies: func(s *Subject) bool { return len(s.Places) >= 4 },
			Check: func(s *Subject) []rule.Finding {
				var answer, silent []string
				standard := false
				for _, p := range s.Places {
					if p.Doc == nil {
						silent = append(silent, p.URL)
						continue
					}
					answer = append(answer, p.URL)
					standard = standard || p.OAuth == p.Inserted
				}
				switch {
				case len(answer) == 0 || len(silent) == 0:
					return nil
				case !standard:
					return as(rule.Warn, answer[0], "only places that no specification names answer: %s", list(answer))
				}
				missing := only(silent, func(u string) bool {
					return slices.ContainsFunc(s.Places, func(p PlaceAnswer) bool { return p.URL == u && p.OAuth == p.Inserted })
				})
				if len(missing) == 0 {
					return nil
				}
				return found(missing[0], "found at %s, not at %s", list(answer), list(missing))
			},
		},
		{
			ID: "DISC-014", Slug: "documents-agree", Title: "The documents agree with each other", Severity: rule.Warn,
			Refs: refs("RFC 8414 5"), Needs: needs(factPlaces, "DISC-001"),
			Why:  "Clients that read one document would work, those that read the other would not.",
			Fix:  "Make both documents from one configuration.",
			Good: "issuer, endpoints and jwks_uri alike in both", Bad: "two token endpoints",
			Applies: func(s *Subject) bool { return len(documents(s)) > 1 },
			Check:   func(s *Subject) []rule.Finding { return disagreements(documents(s)) },
		},
		{
			ID: "DISC-059", Slug: "underscore", Title: "The misspelt address gives no document", Severity: rule.Info,
			Refs: refs("OpenID Connect Discovery 4"), Needs: needs(factUnderscore, "DISC-001"),
			Why:  "openid_configuration with an underscore is a typo that gets copied; where it works, nobody notices.",
			Fix:  "Use openid-configuration everywhere.",
			Good: "404", Bad: "/.well-known/openid_configuration gives the document",
			Check: func(s *Subject) []rule.Finding {
				if doc := newDocument("", s.Underscore.body()); s.Underscore.ok() && doc.has("issuer") {
					return found(s.Underscore.first().String(), "a discovery document is served there")
				}
				return nil
			},
		},
		{
			ID: "DISC-061", Slug: "document-stable", Title: "The document is the same each time", Severity: rule.Warn,
			Refs: refs("OpenID Connect Discovery 4.3"), Needs: needs(factAgain, "DISC-001", "DISC-002"),
			Why:  "A load balancer over unlike servers, a deployment under way, or an issuer that follows the Host header makes logins fail now and then.",
			Fix:  "Pin the issuer in the provider's configuration, and look at each server behind the balancer.",
			Good: "twice the same", Bad: "two answers that name different issuers",
			Applies: func(s *Subject) bool { return s.Again.ok() || s.Again.status() >= 500 },
			Check: func(s *Subject) []rule.Finding {
				if !s.Again.ok() {
					return found(s.Again.first().String(), "fetched once more it gave %s", safe.Short(s.Again.response().Reason, 60))
				}
				again := newDocument("", s.Again.body())
				var all []rule.Finding
				for _, d := range differences(s.Doc, again) {
					all = append(all, found(d, "%s is %s in one answer and %s in the next", d, shortValue(s.Doc, d), shortValue(again, d))...)
				}
				return all
			},
		},
		{
			ID: "DISC-064", Slug: "pages-reachable", Title: "The pages for people exist", Severity: rule.Info,
			Refs: refs("OpenID Connect Discovery 3"), Needs: needs(factPages),
			Why:  "Documentation, policy and terms are shown to people; a dead link helps nobody.",
			Fix:  "Correct the address, or leave the member out.",
			Good: "service_documentation answers 200", Bad: "service_documentation answers 404",
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for _, p := range s.Pages {
					status := p.Answer.status()
					if p.Answer.last() == nil || status == http.StatusUnauthorized || status >= 200 && status < 400 {
						continue
					}
					what := "no answer"
					if status != 0 {
						what = safe.Short(p.Answer.response().Reason, 60)
					}
					all = append(all, found(p.Member, "%s gives %s", quote(p.Answer.first().String()), what)...)
				}
				return all
			},
		},
	}
}

// documents are the ones that were found, of different places.
func documents(s *Subject) []*Document {
	var all []*Document
	for _, p := range s.Places {
		if p.Doc != nil {
			all = append(all, p.Doc)
		}
	}
	return all
}

// disagreements compares issuer, addresses and PKCE methods of documents with the first one's.
func disagreements(docs []*Document) []rule.Finding {
	var all []rule.Finding
	for _, other := range docs[1:] {
		for _, d := range differences(docs[0], other) {
			if !agreeing(d) {
				continue
			}
			all = append(all, found(d, "%s is %s in %s and %s in %s", safe.Short(d, 60), shortValue(docs[0], d), docs[0].URL, shortValue(other, d), other.URL)...)
		}
	}
	return all
}

// agreeing reports whether two documents of one provider have to agree on a member. The kinds of documents may name different
// things beside: one is about logins, the other about authorization alone.
func agreeing(member string) bool {
	return member == "issuer" || member == "jwks_uri" || member == "code_challenge_methods_supported" ||
		member == "authorization_endpoint" || member == "token_endpoint"
}

// differences lists the members that two documents do not have alike, in the order of the first. White space does not count,
// nor the order of lists.
func differences(a, b *Document) []string {
	var names []string
	for _, name := range unique(append(a.names(), b.names()...)) {
		if canonical(a, name) != canonical(b, name) {
			names = append(names, name)
		}
	}
	return names
}

func canonical(d *Document, name string) string {
	v := d.get(name)
	if v == nil {
		return ""
	}
	if texts, ok := v.Texts(); ok {
		texts = slices.Clone(texts)
		slices.Sort(texts)
		return strings.Join(texts, "\x00")
	}
	return strings.Join(strings.Fields(v.Raw), "")
}

func shortValue(d *Document, name string) string {
	v := d.get(name)
	if v == nil {
		return "missing"
	}
	return safe.Short(v.Raw, 80)
}
