package doctor

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// slow is how long an answer may take before it is worth a word.
const slow = 5 * time.Second

// httpRules are about how documents and answers travel.
func httpRules() []Rule {
	return []Rule{
		{
			ID: "HTTP-001", Slug: "redirects", Title: "Discovery is not redirected", Severity: rule.Warn,
			Refs: refs("RFC 8414 3", "RFC 9110 15.4"), Needs: needs(factAnswer),
			Why:  "Many clients do not follow redirects there; one to another host moves the decision whom to trust to that host.",
			Fix:  "Serve the document where the issuer says that it is.",
			Good: "200 OK", Bad: "302 to https://login.other.example/…",
			Applies: func(s *Subject) bool { return s.Answer.response() != nil || len(s.Answer.Exchanges) > 1 },
			Check: func(s *Subject) []rule.Finding {
				if len(s.Answer.Exchanges) < 2 && !redirected(s.Answer.status()) {
					return nil
				}
				from, to := s.Answer.first(), s.Answer.url()
				if redirected(s.Answer.status()) {
					if next, err := to.Parse(s.Answer.header("Location")); err == nil {
						to = next
					}
				}
				if strings.EqualFold(from.Host, to.Host) && from.Scheme == to.Scheme {
					return as(rule.Info, from.String(), "redirected to %s, on the same host", quote(to.Redacted()))
				}
				return found(from.String(), "redirected to %s", quote(to.Redacted()))
			},
		},
		{
			ID: "HTTP-002", Slug: "plain-http", Title: "The document is not served over http", Severity: rule.Error,
			Refs: refs("RFC 9700 2.6", "RFC 8414 3"), Needs: needs(factPlainHTTP),
			Why:  "A client that is configured with http by mistake gets an answer that anybody on the way can have written, and nobody notices.",
			Fix:  "Redirect http to https, or don't answer there.",
			Good: "a redirect to https, or no answer", Bad: "200 with the document over http",
			Check: func(s *Subject) []rule.Finding {
				if s.PlainHTTP.ok() && newDocument("", s.PlainHTTP.body()).has("issuer") {
					return found(s.PlainHTTP.first().String(), "plain http serves the document")
				}
				if s.PlainHTTP.ok() {
					return as(rule.Info, s.PlainHTTP.first().String(), "plain http answers %s instead of a redirect to https", safe.Short(s.PlainHTTP.response().Reason, 60))
				}
				return nil
			},
		},
		{
			ID: "HTTP-003", Slug: "caching", Title: "Documents may be cached, and not for too long", Severity: rule.Info,
			Refs: refs("OpenID Connect Core 10.1.1", "RFC 9111 5.2"), Needs: needs(factTravel),
			Why:  "Keys that are cached for days make a rotation an outage; documents that are never cached are fetched with every login.",
			Fix:  "Send Cache-Control with a max-age of minutes to hours.",
			Good: "Cache-Control: max-age=3600", Bad: "Cache-Control: max-age=604800 for the key set",
			Applies: func(s *Subject) bool { return s.Answer.ok() || s.KeysAnswer.ok() },
			Check: func(s *Subject) []rule.Finding {
				all := caching("discovery", s.Answer, rule.Info)
				return append(all, caching("keys", s.KeysAnswer, rule.Warn)...)
			},
		},
		{
			ID: "HTTP-004", Slug: "cors", Title: "Pages of other origins may read the documents", Severity: rule.Info,
			Refs: refs("Fetch 3.2"), Needs: needs(factTravel),
			Why:  "A client that runs in a browser can't read discovery and keys without Access-Control-Allow-Origin. Others don't care.",
			Fix:  "Send Access-Control-Allow-Origin: * with both documents; they are public.",
			Good: "Access-Control-Allow-Origin: *", Bad: "no such header",
			Applies: func(s *Subject) bool { return s.Again.response() != nil },
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for i, a := range []*Answer{s.Again, s.KeysAgain} {
					if allowed := a.header("Access-Control-Allow-Origin"); a.response() != nil && allowed != "*" && allowed != origin {
						all = append(all, found(a.first().String(), "no page of another origin may read %s", [...]string{"discovery", "the keys"}[i])...)
					}
				}
				return all
			},
		},
		{
			ID: "HTTP-005", Slug: "cors-credentials", Title: "The token endpoint does not trust every origin", Severity: rule.Warn,
			Refs: refs("RFC 9700 2.6", "Fetch 3.2.5"), Needs: needs(factTokenCORS),
			Why:  "A server that allows any origin together with credentials lets any page act with the person's cookies.",
			Fix:  "Allow the origins of registered clients alone, without Access-Control-Allow-Credentials.",
			Good: "Access-Control-Allow-Origin: https://app.example", Bad: "any origin, and Access-Control-Allow-Credentials: true",
			Applies: func(s *Subject) bool { return s.Probes[factTokenCORS].response() != nil },
			Check: func(s *Subject) []rule.Finding {
				a := s.Probes[factTokenCORS]
				allowed := a.header("Access-Control-Allow-Origin")
				if (allowed == "*" || allowed == origin) && strings.EqualFold(a.header("Access-Control-Allow-Credentials"), "true") {
					return found("token_endpoint", "any origin is allowed with credentials (%s for an origin that can't exist)", quote(allowed))
				}
				return nil
			},
		},
		{
			ID: "HTTP-006", Slug: "hsts", Title: "Browsers are told to use https only", Severity: rule.Info,
			Refs: refs("RFC 6797 6.1"), Needs: needs(factAnswer, "DISC-001"),
			Why:  "Without Strict-Transport-Security the first visit by http can be caught before it is redirected.",
			Fix:  "Send Strict-Transport-Security with a max-age of months.",
			Good: "Strict-Transport-Security: max-age=31536000", Bad: "no such header",
			Applies: func(s *Subject) bool { return s.Answer.url().Scheme == "https" && !loopback(s.Answer.url().Hostname()) },
			Check: func(s *Subject) []rule.Finding {
				value := strings.ToLower(s.Answer.header("Strict-Transport-Security"))
				switch {
				case value == "":
					return found("Strict-Transport-Security", "the header is missing")
				case strings.Contains(strings.ReplaceAll(value, " ", ""), "max-age=0"):
					return found("Strict-Transport-Security", "it is switched off: %s", quote(value))
				}
				return nil
			},
		},
		{
			ID: "HTTP-007", Slug: "html", Title: "A document is answered, not a page", Severity: rule.Error,
			Refs: refs("OpenID Connect Discovery 4.2"), Needs: needs(factAnswer, "DISC-001"),
			Why:  "A login page, a firewall or a captive portal stands between this machine and the provider, or the path is that of a web application.",
			Fix:  "Open the address in a browser to see whose page it is; take discovery out of what wants a login.",
			Good: "application/json", Bad: "a login page, with status 200",
			Check: func(s *Subject) []rule.Finding {
				if s.Answer.ok() && s.Answer.html() {
					return found(s.Answer.url().String(), "an HTML page came%s", pageTitle(s.Answer.body()))
				}
				return nil
			},
		},
		{
			ID: "HTTP-008", Slug: "refused", Title: "Nobody refuses this program or its speed", Severity: rule.Warn,
			Refs: refs("RFC 6585 4", "RFC 9110 15.5.4"), Needs: needs(factTravel),
			Why:  "A firewall that goes by the user agent, or a limit of requests, hits clients as well.",
			Fix:  "Exempt discovery and keys from such rules, or ask more slowly.",
			Good: "200 OK", Bad: "429 Too Many Requests",
			Applies: anyAnswer,
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for _, a := range s.All {
					status := a.status()
					wall := status == http.StatusForbidden && (a == s.Answer || a == s.KeysAnswer || a.html())
					if status == http.StatusTooManyRequests || wall {
						all = append(all, found(withoutQuery(a), "%s for %s", safe.Short(a.response().Reason, 60), safe.Short(a.Purpose, 100))...)
					}
				}
				return all
			},
		},
		{
			ID: "HTTP-009", Slug: "large-or-slow", Title: "Answers are small and quick", Severity: rule.Warn,
			Refs: refs("RFC 9700 2.6"), Needs: needs(factTravel),
			Why:  "Clients bound what they read and how long they wait, so that a provider can't tie them up.",
			Fix:  "Look for what makes the answer large or slow; serve documents from a cache.",
			Good: "4 kB in 80 ms", Bad: "more than 1 MiB, or more than 5 s",
			Applies: anyAnswer,
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for _, a := range s.All {
					e := a.last()
					if e == nil {
						continue
					}
					if e.Response != nil && e.Response.Body.Truncated {
						all = append(all, found(withoutQuery(a), "more than %d bytes", record.BodyLimit)...)
					}
					if took := a.took(); took > slow {
						all = append(all, found(withoutQuery(a), "%s for %s", took.Round(100*time.Millisecond), safe.Short(a.Purpose, 100))...)
					}
				}
				return all
			},
		},
		{
			ID: "HTTP-010", Slug: "encoding", Title: "Documents are plain UTF-8", Severity: rule.Info,
			Refs: refs("RFC 8259 8.1", "RFC 9110 8.4"), Needs: needs(factTravel),
			Why:  "JSON between systems is UTF-8, and nothing may be packed for a client that did not ask for it.",
			Fix:  "Leave the charset out, and pack only what Accept-Encoding allows.",
			Good: "Content-Type: application/json", Bad: "Content-Encoding: gzip, unasked",
			Applies: func(s *Subject) bool { return s.Answer.ok() || s.KeysAnswer.ok() },
			Check: func(s *Subject) []rule.Finding {
				var all []rule.Finding
				for _, a := range []*Answer{s.Answer, s.KeysAnswer} {
					if !a.ok() {
						continue
					}
					if packed := a.header("Content-Encoding"); packed != "" && !strings.EqualFold(packed, "identity") {
						all = append(all, found(a.first().String(), "packed with %s, which was not asked for", quote(packed))...)
					}
					if _, p := a.media(); p["charset"] != "" && !strings.EqualFold(p["charset"], "utf-8") {
						all = append(all, found(a.first().String(), "the charset is %s", quote(p["charset"]))...)
					}
					if !utf8.Valid(a.body()) {
						all = append(all, found(a.first().String(), "the bytes are not UTF-8")...)
					}
				}
				return all
			},
		},
	}
}

// anyAnswer applies a rule about answers when there is one: silence is not a good answer.
func anyAnswer(s *Subject) bool {
	return slices.ContainsFunc(s.All, func(a *Answer) bool { return a.response() != nil })
}

func redirected(status int) bool {
	return status >= 300 && status < 400 && status != http.StatusNotModified
}

// withoutQuery names an answer by the address that was asked.
func withoutQuery(a *Answer) string {
	u := a.first()
	u.RawQuery = ""
	return u.Redacted()
}

// maxAge reads Cache-Control: how long an answer may be kept, and whether it may be kept at all.
func maxAge(a *Answer) (age time.Duration, none, known bool) {
	for _, part := range strings.Split(strings.ToLower(strings.Join(a.headers("Cache-Control"), ",")), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "no-store", "no-cache":
			none = true
		case "max-age":
			if n, err := strconv.ParseInt(strings.Trim(value, `"`), 10, 32); err == nil && n >= 0 {
				age, known = time.Duration(n)*time.Second, true
			}
		}
	}
	if !known && !none {
		expires, err := http.ParseTime(a.header("Expires"))
		date, err2 := http.ParseTime(a.header("Date"))
		if err == nil && err2 == nil {
			age, known = max(expires.Sub(date), 0), true
		}
	}
	return age, none || known && age == 0, known
}

func caching(what string, a *Answer, long rule.Severity) []rule.Finding {
	if !a.ok() {
		return nil
	}
	age, none, known := maxAge(a)
	switch {
	case none:
		return as(rule.Info, what, "%s must not be kept: they are fetched again and again", what)
	case !known:
		return as(rule.Info, what, "how long %s may be kept is not told", what)
	case age > 24*time.Hour:
		return as(long, what, "%s may be kept for %s", what, days(age))
	}
	return nil
}

func days(d time.Duration) string {
	if d < 48*time.Hour {
		return fmt.Sprintf("%d hours", d/time.Hour)
	}
	return fmt.Sprintf("%d days", d/(24*time.Hour))
}

// pageTitle gives the title of an HTML page, for people to recognise whose it is.
func pageTitle(body []byte) string {
	text := string(body[:min(len(body), 64<<10)])
	lower := strings.ToLower(text)
	start := strings.Index(lower, "<title")
	if start < 0 || len(lower) != len(text) {
		return ""
	}
	open := strings.IndexByte(lower[start:], '>')
	end := strings.Index(lower[start:], "</title")
	if open < 0 || end < open {
		return ""
	}
	title := strings.Join(strings.Fields(text[start+open+1:start+end]), " ")
	if title == "" {
		return ""
	}
	return ", titled " + quote(title)
}

func oneOf(status int, all ...int) bool { return slices.Contains(all, status) }
