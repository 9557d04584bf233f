package doctor

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
)

// online asks the provider, in two rounds: everything that is known from the issuer at once, then, as soon as a document is there,
// everything that it names at once. So a run takes about two round trips and the slowest endpoint.
func (c *collector) online(ctx context.Context) {
	issuer := c.sched.subject.Asked
	u, ok := parseAddress(issuer)
	if !ok {
		c.pick(nil)
		c.sched.settleRest(fmt.Sprintf("%q is no address to ask", issuer), facts[:]...)
		return
	}
	places := c.places(issuer)
	asked := c.askPlaces(ctx, places)

	main := c.choose(places, asked)
	var doc *Document // what an error answers is none
	if main.Answer.ok() {
		doc = newDocument(main.Answer.url().String(), main.Answer.body())
	}
	c.pick(doc)
	c.local(ctx)
	c.aside(ctx, u, main.URL)
	c.sched.settle(factAnswer, there(), func(s *Subject) { s.Answer = main.Answer })
	if doc == nil {
		c.sched.settleRest("discovery gave no document", factText, factDocument)
	} else {
		c.takeDocument(doc)
	}
	c.work.Go(func() {
		all := make([]PlaceAnswer, len(places))
		for i := range places {
			all[i] = *<-asked[i]
		}
		c.sched.settle(factPlaces, there(), func(s *Subject) { s.Places = all })
	})
	c.again(ctx, main.URL)
	c.keys(ctx, doc)
	c.pages(ctx, doc)
	c.probes(ctx, doc)
}

// places lists where to ask, the likeliest first.
func (c *collector) places(issuer string) []flows.Place {
	places := flows.WellKnown(issuer)
	if given := strings.TrimSpace(c.cfg.Issuer); given != issuer && !slices.ContainsFunc(places, func(p flows.Place) bool { return p.URL == given }) {
		places = append([]flows.Place{{URL: given, OAuth: strings.Contains(given, "oauth-authorization-server")}}, places...)
	}
	slices.SortStableFunc(places, func(a, b flows.Place) int { return c.rank(a) - c.rank(b) })
	return places
}

// rank puts the place that was given first, then those of the profile that was asked for.
func (c *collector) rank(p flows.Place) int {
	switch {
	case p.URL == strings.TrimSpace(c.cfg.Issuer):
		return 0
	case c.cfg.Profile == OAuth && p.OAuth:
		return 1
	}
	return 2
}

// askPlaces asks all of them at once. Each channel gives its answer twice: to who chooses, and to who collects.
func (c *collector) askPlaces(ctx context.Context, places []flows.Place) []chan *PlaceAnswer {
	asked := make([]chan *PlaceAnswer, len(places))
	for i, p := range places {
		asked[i] = make(chan *PlaceAnswer, 2)
		c.work.Go(func() {
			got := &PlaceAnswer{Place: p, Answer: c.send(ctx, get(fmt.Sprintf("discovery-%d", i+1), "discovery", p.URL))}
			if doc := newDocument(p.URL, got.Answer.body()); got.Answer.ok() && doc.Readable() && doc.has("issuer") {
				got.Doc = doc
			}
			asked[i] <- got
			asked[i] <- got
		})
	}
	return asked
}

// choose waits for the first place, in order, that has a document. When none has, the first one that answered at all is what the
// checks are about; else the first.
func (c *collector) choose(places []flows.Place, asked []chan *PlaceAnswer) *PlaceAnswer {
	var first, ok *PlaceAnswer
	for i := range places {
		got := <-asked[i]
		if got.Doc != nil {
			return got
		}
		if first == nil {
			first = got
		}
		if ok == nil && got.Answer.ok() && !got.Answer.html() {
			ok = got // not readable, but meant to be the document
		}
	}
	if ok != nil {
		return ok
	}
	return first
}

// aside asks what is known from the issuer alone but decides nothing.
func (c *collector) aside(ctx context.Context, issuer *url.URL, document string) {
	c.addresses(ctx, issuer, document)
	if c.cfg.Passive {
		c.sched.settleRest("passive: only the public documents are fetched", factUnderscore, factPlainHTTP, factOldTLS)
		return
	}
	misspelt := strings.TrimRight(c.sched.subject.Asked, "/") + "/.well-known/openid_configuration"
	c.probe(ctx, factUnderscore, ask{label: "underscore", purpose: "misspelt discovery address", url: misspelt},
		func(s *Subject, a *Answer) { s.Underscore = a })
	if issuer.Scheme != "https" || issuer.Port() != "" {
		reason := "the issuer uses http"
		if issuer.Scheme == "https" {
			reason = "the issuer has a port of its own"
		}
		c.sched.settle(factPlainHTTP, nothing(reason), nil)
	} else {
		c.probe(ctx, factPlainHTTP, ask{label: "plain-http", purpose: "discovery over http", url: "http" + strings.TrimPrefix(document, "https")},
			func(s *Subject, a *Answer) { s.PlainHTTP = a })
	}
	c.oldTLS(ctx, issuer, document)
}

// oldTLS offers nothing newer than TLS 1.1, to see whether the server takes it.
func (c *collector) oldTLS(ctx context.Context, issuer *url.URL, document string) {
	if issuer.Scheme != "https" {
		c.sched.settle(factOldTLS, nothing("the issuer uses http"), nil)
		return
	}
	if c.cfg.Transport.Base != nil {
		c.sched.settleRest("no network of its own", factOldTLS)
		return
	}
	rt, err := c.transport(record.Options{OldTLS: true})
	if err != nil {
		c.sched.settleRest(err.Error(), factOldTLS)
		return
	}
	c.probe(ctx, factOldTLS, ask{label: "old-tls", purpose: "handshake with TLS 1.1 at most", url: document, client: rt.Client()},
		func(s *Subject, a *Answer) { s.OldTLS = a; rt.CloseIdleConnections() })
}

// again fetches the document once more, this time as a browser would (with an Origin), so that one request answers two questions.
func (c *collector) again(ctx context.Context, document string) {
	q := get("discovery-again", "discovery, once more, as a browser asks", document)
	q.header = http.Header{"Origin": {origin}}
	c.fetch(ctx, factAgain, q, func(s *Subject, a *Answer) { s.Again = a })
}

// keys fetches the key set that the document names.
func (c *collector) keys(ctx context.Context, doc *Document) {
	address := doc.text("jwks_uri")
	if _, ok := parseAddress(address); !ok {
		why := "the document names no jwks_uri"
		if address != "" {
			why = "jwks_uri is no address to ask"
		}
		if !doc.Readable() {
			why = "there is no discovery document that could be read"
		}
		c.sched.settleRest(why, factKeysAnswer, factKeysText, factKeys, factKeysAgain)
		return
	}
	if why := c.closed(address); why != "" {
		c.sched.settleRest(why, factKeysAnswer, factKeysText, factKeys, factKeysAgain)
		return
	}
	c.work.Go(func() {
		a := c.send(ctx, get("keys", "keys", address))
		c.sched.settle(factKeysAnswer, there(), func(s *Subject) { s.KeysAnswer = a })
		if !a.ok() {
			c.sched.settleRest("jwks_uri gave no key set", factKeysText, factKeys)
			return
		}
		c.takeKeys(a.body())
	})
	q := get("keys-again", "keys, once more, as a browser asks", address)
	q.header = http.Header{"Origin": {origin}}
	c.fetch(ctx, factKeysAgain, q, func(s *Subject, a *Answer) { s.KeysAgain = a })
}

// closed says why an address is not asked: a document from elsewhere must not make this machine talk to itself or to its
// neighbours.
func (c *collector) closed(address string) string {
	u, ok := parseAddress(address)
	if !ok {
		return "it is no address to ask"
	}
	issuer, ok := parseAddress(c.sched.subject.Asked)
	if ok && (inside(issuer.Hostname()) || !inside(u.Hostname())) {
		return ""
	}
	return "it is an address inside this network, and the issuer is not: not asked"
}

// inside reports whether a host is this machine or an address that is not routed.
func inside(host string) bool {
	if strings.EqualFold(host, "localhost") || strings.HasSuffix(strings.ToLower(host), ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && (addr.IsLoopback() || addr.IsPrivate() || addr.IsLinkLocalUnicast() || addr.IsUnspecified())
}

func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && addr.IsLoopback()
}

// pages asks for the pages that the document offers to people.
func (c *collector) pages(ctx context.Context, doc *Document) {
	var named []string
	for _, member := range []string{"service_documentation", "op_policy_uri", "op_tos_uri"} {
		if doc.has(member) {
			named = append(named, member)
		}
	}
	switch {
	case !doc.Readable():
		c.sched.settleRest("there is no discovery document that could be read", factPages)
		return
	case len(named) == 0:
		c.sched.settle(factPages, nothing("the document names none"), nil)
		return
	case c.cfg.Passive:
		c.sched.settleRest("passive: only the public documents are fetched", factPages)
		return
	}
	c.work.Go(func() {
		pages := make([]PageAnswer, len(named))
		done := make(chan struct{})
		for i, member := range named {
			go func() {
				defer func() { done <- struct{}{} }()
				pages[i] = PageAnswer{member, &Answer{}}
				if address := doc.text(member); c.closed(address) == "" {
					q := get("page-"+member, member, address)
					q.header = http.Header{"Accept": {"text/html, */*"}}
					c.announce(q)
					pages[i].Answer = c.send(ctx, q)
				}
			}()
		}
		for range named {
			<-done
		}
		c.sched.settle(factPages, there(), func(s *Subject) { s.Pages = pages })
	})
}

// local finds out what this machine says about the client's redirect URI.
func (c *collector) local(ctx context.Context) {
	u, err := url.Parse(c.redirectURI())
	if err != nil || !loopback(u.Hostname()) {
		c.sched.settle(factLocal, nothing("no redirect URI on this machine is known"), nil)
		return
	}
	c.work.Go(func() {
		var l Local
		if strings.EqualFold(u.Hostname(), "localhost") {
			l.Localhost, _ = c.cfg.Resolve(ctx, "localhost")
		}
		if port := u.Port(); port != "" && port != "0" {
			listener, err := c.cfg.Listen(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
			if l.Listen = err; err == nil {
				listener.Close()
			}
		}
		c.sched.settle(factLocal, there(), func(s *Subject) { s.Local = l })
	})
}

func (c *collector) redirectURI() string {
	if c.cfg.Client == nil {
		return ""
	}
	return c.cfg.Client.RedirectURI
}
