package capture

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// group is what belongs to one login.
type group struct {
	request  *message   // the authorization request; nil when it is not in the capture
	asked    url.Values // its parameters, those that were pushed included
	push     *message
	pages    []*message // between the request and the answer
	answer   url.Values // what the browser brought back; nil when nothing
	carrier  string     // "query", "fragment", "form_post"
	sentBack *message   // the answer of the provider that redirects to the client
	callback *message   // the browser's request to the client
	device   *message
	polls    []*message // token requests that the person was waited for with
	token    *message
	after    []*message // userinfo, introspection, revocation, logout
	before   *group     // whose refresh token is used here; nil when it is no refresh, or of a login that is not in the capture
	number   int        // 1, 2, 3 … in the order in which they are shown
}

// start is the message that a group begins with.
func (g *group) start() *message {
	for _, m := range []*message{g.push, g.request, g.device, g.callback, g.sentBack, g.token} {
		if m != nil {
			return m
		}
	}
	if len(g.after) > 0 {
		return g.after[0]
	}
	return nil
}

// group puts together what belongs to one login, the earliest first. Of an archive with more than maxLogins it gives one more.
func (c *evidence) group() []*group {
	var groups []*group
	open := func(m *message) *group {
		g := &group{}
		groups = append(groups, g)
		m.used = true
		return g
	}
	for i, m := range c.messages {
		if len(groups) > maxLogins {
			break
		}
		switch {
		case m.used:
		case m.kind == authorization:
			if earlier := repeats(groups, m); earlier != nil {
				earlier.pages = append(earlier.pages, m)
				m.used = true
				continue
			}
			g := open(m)
			g.request, g.asked = m, m.sent
			c.findPush(g)
			c.followBrowser(g, c.messages[i:])
		case m.kind == device || m.kind == backchannel:
			open(m).device = m
		case m.kind == token:
			c.placeToken(&groups, m, open)
		default:
			if q, carrier := answerIn(m); q != nil && !c.belongs(groups, m) {
				g := open(m)
				g.answer, g.carrier = opened(q), carrier
				if carrier == "form_post" || m.location == nil {
					g.callback = m
				} else {
					g.sentBack = m
				}
			}
		}
	}
	for _, m := range c.messages {
		if m.used {
			continue
		}
		switch m.kind {
		case userinfo, introspection, revocation, logout:
			if g := owner(groups, m); g != nil {
				g.after = append(g.after, m)
			} else if len(groups) <= maxLogins {
				open(m).after = []*message{m}
			}
		}
	}
	return groups
}

// repeats finds the group whose request a message repeats: providers pass the parameters of the request from page to page.
func repeats(groups []*group, m *message) *group {
	for _, g := range groups {
		if g.request == nil || g.callback != nil && g.callback.at.Before(m.at) {
			continue
		}
		same := true
		for _, name := range []string{"state", "client_id", "nonce", "redirect_uri", "request_uri", "code_challenge"} {
			if m.sent.Get(name) != g.request.sent.Get(name) {
				same = false
			}
		}
		if same && (m.sent.Has("state") || m.sent.Has("nonce") || m.sent.Has("request_uri") || m.sent.Has("code_challenge")) {
			return g
		}
	}
	return nil
}

// findPush finds the request that was pushed before (RFC 9126), and those parameters with it; or those of a request object, which
// anybody can read when it is not encrypted (RFC 9101).
func (c *evidence) findPush(g *group) {
	reference := g.request.sent.Get("request_uri")
	if reference != "" {
		g.push = c.first(pushed, func(m *message) bool { return m.answer["request_uri"] == reference })
	}
	if g.push != nil {
		g.push.used = true
		g.asked = g.push.form
	}
	if object := g.asked.Get("request"); object != "" {
		merged := url.Values{}
		for name, values := range g.asked {
			merged[name] = values
		}
		for name, value := range payloadOf(object) {
			merged.Set(name, value)
		}
		g.asked = merged
	}
}

// belongs reports whether an answer is one that a login has already: clients pass it on to themselves.
func (c *evidence) belongs(groups []*group, m *message) bool {
	q, _ := answerIn(m)
	for _, g := range groups {
		if g.answer != nil && (visible(q.Get("code")) != "" && q.Get("code") == g.answer.Get("code") || visible(q.Get("state")) != "" && q.Get("state") == g.answer.Get("state")) {
			return true
		}
	}
	return false
}

// placeToken finds the login that a token request goes on with; a request of no login is a group of its own.
func (c *evidence) placeToken(groups *[]*group, m *message, open func(*message) *group) {
	grant := m.sent.Get("grant_type")
	if grant == "" || blotted(m.sent.Get("code")) {
		if g := waiting(*groups, m, nil); g != nil {
			m.used = true
			g.token, g.polls = m, []*message{m}
			return
		}
	}
	for _, g := range *groups {
		switch {
		case grant == "authorization_code" && g.answer != nil && g.answer.Get("code") == m.sent.Get("code") && m.sent.Get("code") != "" && !blotted(m.sent.Get("code")):
			m.used = true
			g.polls = append(g.polls, m)
			g.token = m // the last one counts: a browser tries again
			return
		case g.device != nil && sameOf(g.device.answer, m.sent, "device_code"), g.device != nil && sameOf(g.device.answer, m.sent, "auth_req_id"):
			m.used = true
			g.polls = append(g.polls, m)
			g.token = m
			return
		}
	}
	if grant == "authorization_code" { // the answer, or the code in it, is not in the capture
		lost := func(g *group) bool {
			client := g.asked.Get("client_id")
			named := client == m.sent.Get("client_id") || blotted(client) || !m.sent.Has("client_id") && sameSite(g.request, m) // it may be named in Basic
			return named && (g.answer == nil || sealed(g.answer) || blotted(g.answer.Get("code")))
		}
		if g := waiting(*groups, m, lost); g != nil {
			m.used = true
			g.token, g.polls = m, []*message{m}
			return
		}
	}
	earlier := *groups
	g := open(m)
	g.token, g.polls = m, []*message{m}
	if grant == "refresh_token" {
		g.before = issuing(earlier, m.sent.Get("refresh_token"))
	}
}

// waiting finds the login that a token request goes on with which can't be known by its code: the last one that has an answer and no tokens,
// and fits; without fits, at the same provider.
func waiting(groups []*group, m *message, fits func(*group) bool) *group {
	if fits == nil {
		fits = func(g *group) bool { return sameSite(g.request, m) }
	}
	for _, g := range slices.Backward(groups) {
		if g.token == nil && g.device == nil && g.request != nil && (g.answer == nil || sealed(g.answer) || g.answer.Has("code")) && g.request.at.Before(m.at) && fits(g) {
			return g
		}
	}
	return nil
}

// issuing finds the login that a refresh token came with, or the refresh.
func issuing(groups []*group, refresh string) *group {
	for _, g := range slices.Backward(groups) {
		if g.token != nil && visible(refresh) != "" && g.token.answer["refresh_token"] == refresh {
			return g
		}
	}
	for _, g := range slices.Backward(groups) { // providers that don't rotate it don't repeat it either
		if g.before != nil && visible(refresh) != "" && g.token.sent.Get("refresh_token") == refresh {
			return g.before
		}
	}
	return nil
}

func sameOf(answer map[string]string, sent url.Values, name string) bool {
	return answer[name] != "" && answer[name] == sent.Get(name)
}

// owner finds the login whose token a message carries, else the last one before it at the same provider.
func owner(groups []*group, m *message) *group {
	carried := m.bearer() + "\x00" + m.form.Get("token") + "\x00" + m.sent.Get("id_token_hint") + "\x00" + m.form.Get("access_token")
	var near *group
	for _, g := range groups {
		if g.token != nil {
			for _, name := range []string{"access_token", "refresh_token", "id_token"} {
				if v := g.token.answer[name]; len(v) > 8 && strings.Contains(carried, v) {
					m.used = true
					return g
				}
			}
		}
		if v := g.answer.Get("access_token"); len(v) > 8 && strings.Contains(carried, v) {
			m.used = true
			return g
		}
		if at := g.start(); at != nil && at.at.Before(m.at) && sameSite(at, m) {
			near = g
		}
	}
	if near != nil {
		m.used = true
	}
	return near
}

// payloadOf reads the claims of a signed request object as text.
func payloadOf(object string) map[string]string {
	var claims map[string]json.RawMessage
	if json.Unmarshal(payloadBytes(object), &claims) != nil {
		return nil
	}
	return texts(claims)
}
