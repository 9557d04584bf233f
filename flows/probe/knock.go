package probe

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
)

// landing is where a request to the authorization endpoint ends that comes without cookies, from a browser that is not logged in. No
// redirect is followed: the address alone says enough.
type landing struct {
	e        *record.Exchange
	to       *url.URL   // of a redirect; nil: there is none
	back     bool       // the redirect goes to the redirect URI of the request
	params   url.Values // that it carries there
	refused  bool       // an error page, or an error from where the request was pushed to
	verdict  Verdict    // why there is no answer
	page     string     // title of the page that came
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

func (r *run) knockAt(address, redirectURI string, header ...string) *landing {
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return &landing{verdict: unsent(err)}
	}
	req.Header.Set("Accept", "text/html,application/xhtml+xml")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	e, err := r.client.Send(r.ctx, "authorization", 0, req)
	if err != nil {
		return &landing{verdict: unsent(err)}
	}
	l := &landing{e: e, refused: e.Response.Status >= 400, page: title(e)}
	if where := record.Get(e.Response.Headers, "Location"); where != "" && e.Response.Status >= 300 && e.Response.Status < 400 {
		base, _ := url.Parse(address)
		if l.to, err = base.Parse(where); err != nil {
			return &landing{verdict: unclear("HTTP %d with a Location that can't be read", e.Response.Status)}
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
		return true
	}
	return l.to.Host == other.to.Host && generic(l.to.Path) == generic(other.to.Path)
}

// namesError reports whether a page with a good status, or the address that a redirect goes to, calls itself an error: many providers
// send no error status to people.
func (l *landing) namesError() bool {
	name := strings.ToLower(l.page)
	if l.to != nil {
		name = strings.ToLower(l.to.Path)
	}
	return strings.Contains(name, "error") || strings.Contains(name, "invalid")
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
