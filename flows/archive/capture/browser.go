package capture

import (
	"net/url"
	"strings"
)

// How the browser gets from the authorization request to the client with an answer.

// followBrowser goes from the authorization request to the answer.
func (c *evidence) followBrowser(g *group, rest []*message) {
	back := g.asked.Get("redirect_uri")
	for i, m := range rest {
		if m.kind == preflight {
			continue
		}
		if i > 0 && m.kind == authorization && repeats([]*group{g}, m) == nil && m.sent.Get("state") != "" && g.answer != nil {
			return
		}
		if q, carrier := sentTo(m.location, back, g.asked.Get("state")); q != nil && g.answer == nil {
			g.answer, g.carrier, g.sentBack = opened(q), carrier, m
			m.used = true
			continue
		}
		if q, carrier := brought(m, back, g.asked.Get("state")); q != nil {
			if g.answer == nil {
				g.answer, g.carrier = opened(q), carrier
			}
			g.callback = m
			m.used = true
			return
		}
		if g.answer != nil && g.carrier == "fragment" && base(m.x.Request.URL) == base(back) { // the fragment stays in the browser
			g.callback = m
			m.used = true
			return
		}
		if i > 0 && g.answer == nil && !m.used && m.page() && len(g.pages) < maxPages && sameSite(m, g.request) {
			g.pages = append(g.pages, m)
		}
	}
}

// maxPages is how many pages of a login are kept.
const maxPages = 40

// sameSite is generous: providers log people in on a host beside the one that was asked.
func sameSite(a, b *message) bool {
	domain := func(host string) string {
		parts := strings.Split(strings.ToLower(host), ".")
		return strings.Join(parts[max(0, len(parts)-2):], ".")
	}
	return domain(a.url.Hostname()) == domain(b.url.Hostname())
}

// sentTo reads the answer in an address that the browser is sent to; nil when it is none.
func sentTo(to *url.URL, back, state string) (url.Values, string) {
	if to == nil || back != "" && base(to.String()) != base(back) {
		return nil, ""
	}
	if q := to.Query(); isAnswer(q, state) {
		return q, "query"
	}
	if q, err := url.ParseQuery(to.Fragment); err == nil && isAnswer(q, state) {
		return q, "fragment"
	}
	return nil, ""
}

// brought reads the answer that the browser brings to the client; nil when the message is none.
func brought(m *message, back, state string) (url.Values, string) {
	if back != "" && base(m.x.Request.URL) != base(back) {
		return nil, ""
	}
	if isAnswer(m.form, state) {
		return m.form, "form_post"
	}
	return sentTo(m.url, back, state)
}

// isAnswer reports whether parameters are those of an authorization answer, to a request with a state. An answer with another
// state is one too, if nothing else is: that is what goes wrong.
func isAnswer(q url.Values, state string) bool {
	if q.Has("grant_type") || q.Has("client_id") && q.Has("response_type") {
		return false
	}
	carries := q.Get("code") != "" || q.Get("error") != "" || q.Get("id_token") != "" || q.Get("access_token") != "" || strings.Count(q.Get("response"), ".") >= 2 || masked(q.Get("response"))
	return carries && (state == "" || q.Has("state") || q.Has("error") || q.Has("response"))
}

// opened adds to an answer what the object in it says, when it can be read (JARM 2.3).
func opened(q url.Values) url.Values {
	object := q.Get("response")
	if object == "" {
		return q
	}
	all := url.Values{"response": {object}}
	for name, text := range payloadOf(object) {
		all.Set(name, text)
	}
	return all
}

// sealed reports whether an answer is an object that can't be read here: encrypted to the client, or masked.
func sealed(q url.Values) bool { return q.Has("response") && len(q) == 1 }

// answerIn finds an authorization answer without its request. It must look like one beyond doubt.
func answerIn(m *message) (url.Values, string) {
	if m.kind != unknown {
		return nil, ""
	}
	sure := func(q url.Values) bool { return q.Has("state") || q.Has("id_token") || q.Has("session_state") }
	if isAnswer(m.form, "") && sure(m.form) {
		return m.form, "form_post"
	}
	for _, u := range []*url.URL{m.location, m.url} {
		if q, carrier := sentTo(u, "", ""); q != nil && sure(q) {
			return q, carrier
		}
	}
	return nil, ""
}
