package probe

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
)

// landing is where a request to the authorization endpoint ends that comes from a browser which is not logged in. Redirects are followed as
// long as they stay at the provider, as many providers look at a request only on the page after the first.
type landing struct {
	first    *record.Exchange // the answer of the endpoint itself
	e        *record.Exchange // the last one
	to       *url.URL         // of a redirect; nil: there is none
	back     bool             // the redirect goes to the redirect URI of the request
	params   url.Values       // that it carries there
	refused  bool             // an error page, or an error from where the request was pushed to
	verdict  Verdict          // why there is no answer
	page     string           // title of the page that came
	pushedNo *flows.OAuthError
}

// knock sends an authorization request as such a browser would.
func (r *run) knock(a *flows.Authorization, header ...string) *landing {
	address, err := r.client.Address(r.ctx, a)
	if p, ok := errors.AsType[*flows.Problem](err); ok && p.OAuth != nil {
		return &landing{refused: true, pushedNo: p.OAuth}
	}
	if err != nil {
		return &landing{verdict: unsent(err)}
	}
	return r.knockAt(address, a.RedirectURI, header...)
}

// steps bounds the redirects inside the provider.
const steps = 6

// knockAt opens an address, with a jar of its own for the cookies of this trip.
func (r *run) knockAt(address, redirectURI string, header ...string) *landing {
	at, err := url.Parse(address)
	if err != nil {
		return &landing{verdict: unsent(err)}
	}
	jar, _ := cookiejar.New(nil) // fails for no options
	provider := at.Host
	var first *record.Exchange
	for range steps {
		l := r.look(at, redirectURI, jar, header)
		if first == nil {
			first = l.e
		}
		l.first = first
		if l.verdict.Result != "" || l.to == nil || l.back || l.to.Host != provider {
			return l
		}
		at = l.to
	}
	return &landing{first: first, verdict: unclear("more than %d redirects inside the provider", steps)}
}

// look opens one address, and reads where it leads.
func (r *run) look(at *url.URL, redirectURI string, jar http.CookieJar, header []string) *landing {
	req, err := http.NewRequest(http.MethodGet, at.String(), nil)
	if err != nil {
		return &landing{verdict: unsent(err)}
	}
	req.Header.Set("Accept", "text/html,application/xhtml+xml")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	for _, c := range jar.Cookies(at) {
		req.AddCookie(c)
	}
	e, err := r.client.Send(r.ctx, "authorization", 0, req)
	if err != nil {
		return &landing{verdict: unsent(err)}
	}
	jar.SetCookies(at, cookies(e))
	l := &landing{e: e, refused: e.Response.Status >= 400, page: title(e)}
	if where := record.Get(e.Response.Headers, "Location"); where != "" && e.Response.Status >= 300 && e.Response.Status < 400 {
		if l.to, err = at.Parse(where); err != nil {
			return &landing{e: e, verdict: unclear("HTTP %d with a Location that can't be read", e.Response.Status)}
		}
		l.back = goesTo(l.to, redirectURI)
		l.params = l.to.Query()
		if fragment, err := url.ParseQuery(l.to.Fragment); err == nil {
			for name, values := range fragment {
				l.params[name] = values
			}
		}
	}
	return l
}

func cookies(e *record.Exchange) []*http.Cookie {
	set := http.Header{}
	for _, h := range e.Response.Headers {
		if strings.EqualFold(h.Name, "Set-Cookie") {
			set.Add("Set-Cookie", h.Value)
		}
	}
	return (&http.Response{Header: set}).Cookies()
}

// goesTo reports whether a redirect goes to a redirect URI: same place, and the query of the URI is in it.
func goesTo(to *url.URL, redirectURI string) bool {
	want, err := url.Parse(redirectURI)
	if err != nil || to.Scheme != want.Scheme || to.Host != want.Host || to.Path != want.Path || to.Opaque != want.Opaque {
		return false
	}
	has := to.Query()
	for name, values := range want.Query() {
		if len(values) > 0 && has.Get(name) != values[0] {
			return false
		}
	}
	return true
}

// isError reports whether the browser was sent back with an error.
func (l *landing) isError() bool { return l.back && l.params.Get("error") != "" }

// where says in a line where it ended.
func (l *landing) where() string {
	switch {
	case l.pushedNo != nil:
		return "refused where the request was pushed to: " + words(l.pushedNo)
	case l.to != nil && l.params.Get("error") != "":
		return fmt.Sprintf("HTTP %d to %s with %s", l.e.Response.Status, bare(l.to), words(flows.NormaliseQuery(l.params)))
	case l.to != nil:
		return fmt.Sprintf("HTTP %d to %s", l.e.Response.Status, bare(l.to))
	case l.page != "":
		return fmt.Sprintf("HTTP %d, a page titled %q", l.e.Response.Status, l.page)
	}
	return said(l.e)
}

// bare is an address without what may be secret in it.
func bare(u *url.URL) string {
	c := *u
	c.RawQuery, c.Fragment, c.User = "", "", nil
	return c.String()
}

// like reports whether two requests ended in the same kind of place, as far as can be seen: the same page, or a redirect to the same path.
func (l *landing) like(other *landing) bool {
	switch {
	case l.e == nil || other.e == nil || l.e.Response.Status != other.e.Response.Status || l.page != other.page || (l.to == nil) != (other.to == nil):
		return false
	case l.to == nil:
		return l.path() == other.path()
	}
	return l.to.Host == other.to.Host && generic(l.to.Path) == generic(other.to.Path)
}

// namesError reports whether a page with a good status, or the address that a redirect goes to, calls itself an error: many providers
// send no error status to people.
func (l *landing) namesError() bool {
	name := strings.ToLower(l.page)
	if l.to != nil {
		name = strings.ToLower(l.to.Path)
	} else if l.e != nil {
		name += strings.ToLower(l.path())
	}
	return strings.Contains(name, "error") || strings.Contains(name, "invalid")
}

// path is that of the last address, without what is made anew for each request.
func (l *landing) path() string {
	u, err := url.Parse(l.e.Request.URL)
	if err != nil {
		return ""
	}
	return generic(u.Path)
}

// generic is a path without the parts that are made anew for each request.
func generic(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if len(p) >= 16 {
			parts[i] = "…"
		}
	}
	return strings.Join(parts, "/")
}

// control is where a proper request lands: what a broken one is compared with. The verdict says why that tells nothing.
func (r *run) control() (*landing, Verdict) {
	if r.proper == nil {
		a, err := r.client.Authorization(r.ctx, flows.AuthorizationOptions{})
		if err != nil {
			r.proper = &landing{verdict: unsent(err)}
		} else {
			r.proper = r.knock(a)
		}
	}
	l := r.proper
	switch {
	case l.verdict.Result != "":
		return l, l.verdict
	case l.refused || l.isError():
		return l, missed("the provider refuses a proper request too: %s", l.where())
	}
	return l, Verdict{}
}

// tryRequest knocks with a changed request, after a proper one. settled says that the verdict is about the question; else the request got as far
// as a proper one does.
func (r *run) tryRequest(o flows.AuthorizationOptions, change func(*flows.Authorization), header ...string) (l *landing, v Verdict, settled bool) {
	proper, v := r.control()
	if v.Result != "" {
		return nil, v, true
	}
	a, err := r.client.Authorization(r.ctx, o)
	if err != nil {
		return nil, unsent(err), true
	}
	if change != nil {
		change(a)
	}
	l = r.knock(a, header...)
	switch {
	case l.verdict.Result != "":
		return l, l.verdict, true
	case l.e != nil && l.e.Response.Status >= 500:
		return l, unclear("refused, but not cleanly: %s", l.where()), true
	case l.e != nil && l.e.Response.Status == http.StatusTooManyRequests:
		return l, missed("the provider is busy: %s", l.where()), true
	case l.refused, l.isError():
		return l, met("%s", l.where()), true
	case l.back:
		return l, broken("%s", l.where()), true
	case !l.like(proper) && l.namesError():
		return l, met("%s", l.where()), true
	}
	return l, Verdict{}, false
}

// title gives the title of an HTML page.
func title(e *record.Exchange) string {
	m := titleTag().FindSubmatch(e.Response.Body.Data[:min(len(e.Response.Body.Data), 64<<10)])
	if m == nil {
		return ""
	}
	return shorten(string(m[1]))
}

func titleTag() *regexp.Regexp { return regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`) }
