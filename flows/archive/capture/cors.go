package capture

import (
	"net/url"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// What the browser lets a page read. A client that runs as a page fails at a provider that does not allow its origin, and what the page is told
// then is only that fetching failed; the capture knows more.

// tellCORS notices an answer that the page which asked for it could not read (Fetch 4.10).
func (r *rebuilder) tellCORS(m *message) {
	origin := pageOf(m)
	if origin == "" || m.x.Response == nil || allows(m.x.Response.Headers, origin) {
		return
	}
	r.found(rule.Warn, "capture-cors", "the answer does not allow the page's origin "+origin+" (Access-Control-Allow-Origin): a page there could not read it. Register the origin with the provider, if it can do that", "Fetch 4.10")
}

// crossOrigin says why a page got no answer from another origin; empty when the capture does not tell.
func (r *rebuilder) crossOrigin(m *message) string {
	var asked *message
	for _, other := range r.messages {
		if other.kind == preflight && other.at2(m.x.Request.URL) && !other.at.After(m.end) {
			asked = other
		}
	}
	if asked == nil {
		if origin := pageOf(m); origin != "" {
			return "the page at " + origin + " is of another origin: a browser says just this when the answer does not allow it (CORS)"
		}
		return ""
	}
	origin := record.Get(asked.x.Request.Headers, "Origin")
	switch {
	case asked.x.Response == nil:
		return "the browser asked first whether the page may send it (CORS), and got no answer"
	case asked.x.Response.Status >= 300:
		return "the browser asked first whether the page at " + orUnknown(origin) + " may send it (CORS), and got " + flows.Reason(asked.x.Response.Status)
	case origin != "" && !allows(asked.x.Response.Headers, origin):
		return "the browser asked first whether the page at " + origin + " may send it (CORS), and the provider did not allow that"
	}
	return ""
}

func orUnknown(origin string) string {
	if origin == "" {
		return "its origin"
	}
	return origin
}

// pageOf is the origin of the page that sent a request, when it is another than the one that was asked.
func pageOf(m *message) string {
	origin := record.Get(m.x.Request.Headers, "Origin")
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.EqualFold(u.Host, m.url.Host) {
		return ""
	}
	return origin
}

func allows(fields []record.Header, origin string) bool {
	allowed := strings.TrimSpace(record.Get(fields, "Access-Control-Allow-Origin"))
	return allowed == "*" || strings.EqualFold(allowed, origin)
}
