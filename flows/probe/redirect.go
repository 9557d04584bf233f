package probe

import (
	"net/url"
	"strings"
	"unicode"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// Redirect URIs are compared character by character (RFC 9700 2.1, 4.1.3; RFC 3986 6.2.1). A provider that compares loosely sends codes to
// whoever gets hold of the rest: another path of the same host may be an open redirector, another port another program.

const (
	redirectFix     = "compare the redirect URI with the registered ones as strings, without patterns, prefixes or normalisation; leave only the port open, and only for loopback addresses"
	redirectExpects = "an error to the person, and no redirect to that address"
)

func redirectProbes() []Probe {
	changed := func(id, slug, title, does string, change func(*url.URL) string) Probe {
		return Probe{ID: id, Slug: slug, Title: title, Severity: rule.Error, Refs: refs("RFC 9700 4.1.3", "RFC 6749 3.1.2.4", "OpenID Connect Core 3.1.2.1"),
			Does: does, Expects: redirectExpects, Fix: redirectFix, Visit: ChangedRedirect, IfOpen: true, Needs: []Need{NeedAuthorization},
			try: func(r *run) Verdict { return r.tryRedirect(change) }}
	}
	foreign := changed("PRB-001", "redirect-host", "A redirect URI on another host",
		"asks for a code to be sent to https://oidcscope.invalid, with the client's own path", func(u *url.URL) string {
			u.Scheme, u.Host, u.Opaque = "https", "oidcscope.invalid", ""
			return ""
		})
	foreign.Visit, foreign.IfOpen = "", false // nobody could listen there
	return []Probe{
		foreign,
		changed("PRB-002", "redirect-path", "A redirect URI with a longer path", "adds a segment to the path of the redirect URI", func(u *url.URL) string {
			u.Path = strings.TrimRight(u.Path, "/") + "/oidcscope"
			return ""
		}),
		changed("PRB-003", "redirect-slash", "A redirect URI that differs by a slash", "adds a slash at the end of the redirect URI, or takes it away", func(u *url.URL) string {
			if path, had := strings.CutSuffix(u.Path, "/"); had && path != "" {
				u.Path = path
			} else {
				u.Path += "/"
			}
			return ""
		}),
		changed("PRB-004", "redirect-case", "A redirect URI in other case", "writes the path of the redirect URI with a capital letter, or a small one", func(u *url.URL) string {
			path := flipCase(u.Path)
			if path == u.Path {
				return "the path of the redirect URI has no letter"
			}
			u.Path = path
			return ""
		}),
		changed("PRB-005", "redirect-port", "A redirect URI with another port", "changes the port of the redirect URI", func(u *url.URL) string {
			if isLoopback(u.Hostname()) {
				return "on a loopback address any port must be allowed (RFC 8252 7.3)"
			}
			u.Host = u.Hostname() + ":8444"
			return ""
		}),
		changed("PRB-006", "redirect-query", "A redirect URI with a query", "adds a query parameter to the redirect URI", func(u *url.URL) string {
			q := u.Query()
			q.Set("oidcscope", "1")
			u.RawQuery = q.Encode()
			return ""
		}),
		{ID: "PRB-007", Slug: "redirect-twice", Title: "Two redirect URIs", Severity: rule.Error, Refs: refs("RFC 6749 3.1", "RFC 9700 4.1"),
			Does:    "sends the registered redirect URI and another one, in one request",
			Expects: "an error, and no redirect to the second one", Fix: "refuse a request in which a parameter comes twice",
			Needs: []Need{NeedAuthorization}, try: tryTwoRedirects},
		{ID: "PRB-008", Slug: "redirect-missing", Title: "No redirect URI", Severity: rule.Warn, Refs: refs("OpenID Connect Core 3.1.2.1", "RFC 6749 3.1.2.3"),
			Does:    "leaves the redirect URI out of a request for openid",
			Expects: "an error: with openid the parameter is required", Fix: "require redirect_uri in every authorization request, also of clients that registered only one",
			Needs: []Need{NeedAuthorization, NeedOpenID}, try: tryNoRedirect},
	}
}

// flipCase changes the case of the first letter.
func flipCase(path string) string {
	runes := []rune(path)
	for i, c := range runes {
		if unicode.IsUpper(c) {
			runes[i] = unicode.ToLower(c)
			return string(runes)
		}
		if unicode.IsLower(c) {
			runes[i] = unicode.ToUpper(c)
			return string(runes)
		}
	}
	return path
}

func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || host == "::1" || strings.HasPrefix(host, "127.")
}

// tryRedirect asks with a changed redirect URI. Where the provider goes on as if nothing were wrong, it may still find out after the
// login, so the browser is sent, when somebody can listen at the changed address.
func (r *run) tryRedirect(change func(*url.URL) string) Verdict {
	proper, err := r.client.Authorization(r.ctx, flows.AuthorizationOptions{})
	if err != nil {
		return unsent(err)
	}
	u, err := url.Parse(proper.RedirectURI)
	if err != nil || u.Opaque != "" {
		return moot("the redirect URI has no path that could be changed")
	}
	if why := change(u); why != "" {
		return moot("%s", why)
	}
	l, v, settled := r.tryRequest(flows.AuthorizationOptions{RedirectURI: u.String()}, nil)
	switch {
	case l != nil && l.back: // with an error, too: the error is not what matters
		return broken("%s", l.where())
	case settled:
		return v
	case u.Scheme != "http" || !isLoopback(u.Hostname()) || r.cfg.Client.Paste:
		return unclear("the provider went on to its login (%s); what it does afterwards was not tried, as nobody listens at the changed address", l.where())
	}
	if configured, err := url.Parse(r.cfg.Client.RedirectURI); err == nil && configured.Port() == "" {
		u.Host = hostOnly(u)
	}
	visit := r.send(r.client, ChangedRedirect, flows.AuthorizationOptions{Listen: true, RedirectURI: u.String()}, nil)
	switch {
	case visit.verdict.Result != "":
		return unclear("the provider went on to its login (%s), and nothing came to the changed address: %s", l.where(), visit.verdict.Text)
	case len(visit.answer) == 0:
		return met("%s, after the login", words(visit.refused))
	case visit.code() != "":
		return broken("the code was sent to %s", bare(u))
	}
	return broken("the browser was sent to %s", bare(u))
}

// hostOnly is the host without the port, in brackets where it needs them.
func hostOnly(u *url.URL) string {
	return strings.TrimSuffix(u.Host, ":"+u.Port())
}

func tryTwoRedirects(r *run) Verdict {
	const second = "https://oidcscope.invalid/callback"
	l, v, settled := r.tryRequest(flows.AuthorizationOptions{}, func(a *flows.Authorization) {
		a.Params["redirect_uri"] = []string{a.RedirectURI, second}
	})
	switch {
	case l != nil && l.to != nil && goesTo(l.to, second):
		return broken("%s", l.where())
	case settled:
		return v
	}
	return Verdict{Result: Fail, Severity: rule.Info, Text: "the provider went on as if there were one: " + l.where()}
}

func tryNoRedirect(r *run) Verdict {
	l, v, settled := r.tryRequest(flows.AuthorizationOptions{}, func(a *flows.Authorization) { a.Params.Del("redirect_uri") })
	if settled {
		return v
	}
	return broken("the provider went on: %s", l.where())
}
