package doctor

import (
	"context"
	"net/http"
	"net/url"
)

// question is a request to an endpoint that holds nothing secret and changes nothing.
type question struct {
	fact   Fact
	member string // of the document, that names the endpoint
	what   string
	ask    func(endpoint string) ask
}

func questions() []question {
	post := func(form url.Values) func(string) ask {
		return func(endpoint string) ask { return ask{method: http.MethodPost, url: endpoint, form: form} }
	}
	plain := func(endpoint string) ask { return ask{url: endpoint} }
	nobody := unlikely()
	return []question{
		{factAuthorize, "authorization_endpoint", "without parameters", plain},
		{factForeign, "authorization_endpoint", "for a client that does not exist, with a redirect URI that nobody registered", func(endpoint string) ask {
			return ask{url: withQuery(endpoint, url.Values{"response_type": {"code"}, "client_id": {nobody}, "scope": {"openid"}, "state": {"oidcscope-doctor"},
				"redirect_uri": {origin + "/callback"}})}
		}},
		{factTokenPost, "token_endpoint", "with an empty form", post(url.Values{})},
		{factTokenGet, "token_endpoint", "by GET", plain},
		{factTokenCORS, "token_endpoint", "asked what a page of another origin may do", func(endpoint string) ask {
			return ask{method: http.MethodOptions, url: endpoint, header: http.Header{"Origin": {origin}, "Access-Control-Request-Method": {"POST"}}}
		}},
		{factUserInfo, "userinfo_endpoint", "without a token", plain},
		{factDevice, "device_authorization_endpoint", "for a client that does not exist", post(url.Values{"client_id": {nobody}, "scope": {"openid"}})},
		{factIntrospect, "introspection_endpoint", "without credentials, about a token that does not exist", post(url.Values{"token": {nobody}})},
		{factRevoke, "revocation_endpoint", "without credentials, about a token that does not exist", post(url.Values{"token": {nobody}})},
		{factEndSession, "end_session_endpoint", "without a hint, with an address that nobody registered", func(endpoint string) ask {
			return ask{url: withQuery(endpoint, url.Values{"post_logout_redirect_uri": {origin + "/"}})}
		}},
		{factPAR, "pushed_authorization_request_endpoint", "with an empty form", post(url.Values{})},
		{factRegister, "registration_endpoint", "without a token, with metadata that registers nothing", func(endpoint string) ask {
			return ask{method: http.MethodPost, url: endpoint, json: `{"redirect_uris":[]}`}
		}},
	}
}

// withQuery adds parameters to an endpoint, which may have some of its own (RFC 6749 3.1).
func withQuery(endpoint string, more url.Values) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return endpoint
	}
	q := u.Query()
	for name, values := range more {
		q[name] = values
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// probes asks every endpoint that the document names.
func (c *collector) probes(ctx context.Context, doc *Document) {
	for _, q := range questions() {
		endpoint := doc.text(q.member)
		switch why := c.closed(endpoint); {
		case !doc.Readable():
			c.sched.settleRest("there is no discovery document that could be read", q.fact)
		case endpoint == "":
			c.sched.settle(q.fact, nothing("the document names no "+q.member), nil)
		case c.cfg.Passive:
			c.sched.settleRest("passive: only the public documents are fetched", q.fact)
		case q.fact == factRegister && !c.cfg.Register:
			c.sched.settleRest("only done when it is asked for", q.fact)
		case why != "":
			c.sched.settleRest(why, q.fact)
		default:
			request := q.ask(endpoint)
			request.label, request.purpose = string(q.fact), q.member+" "+q.what
			c.probe(ctx, q.fact, request, func(s *Subject, a *Answer) { s.Probes[q.fact] = a })
		}
	}
}

// probe announces a request beyond the public documents, and makes it.
func (c *collector) probe(ctx context.Context, f Fact, q ask, put func(*Subject, *Answer)) {
	c.announce(q)
	c.fetch(ctx, f, q, put)
}

func (c *collector) announce(q ask) {
	method := q.method
	if method == "" {
		method = http.MethodGet
	}
	c.sched.tell(Probing{Purpose: q.purpose, Method: method, URL: q.url})
}
