package capture

import (
	"fmt"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
)

// What the provider says of itself: its discovery document and its keys.

// keysFor finds the key set that the provider's tokens are signed with.
func (c *evidence) keysFor(d *flows.Metadata, near *message) *inspect.KeySet {
	m := c.keysMessage(d, near)
	if m == nil {
		return nil
	}
	return inspect.ParseKeySet(m.x.Response.Body.Data, "jwks", m.x.Request.URL)
}

func (c *evidence) keysMessage(d *flows.Metadata, near *message) *message {
	return c.first(keys, func(m *message) bool {
		if !m.answered() || m.bodyLost {
			return false
		}
		if d != nil && d.JWKSURI != "" {
			return m.at2(d.JWKSURI)
		}
		return sameHost(m.x.Request.URL, near.x.Request.URL)
	})
}

func (r *rebuilder) tellDiscovery() {
	m := r.first(discovery, func(m *message) bool {
		return r.metadata != nil && m.x.Request.URL == r.metadata.URL
	})
	if m == nil {
		r.skip("the discovery document is " + missing + ifNamed(": its issuer may be ", r.config.Issuer))
		return
	}
	r.exchange(m, "discovery")
	r.variable("issuer", r.metadata.Issuer, "the discovery document", "id_token")
	r.done(m.at, "issuer "+r.metadata.Issuer)
}

func (r *rebuilder) tellKeys() {
	m := r.keysMessage(r.metadata, r.g.start())
	if m == nil {
		r.skip("the key set is " + missing + ": signatures can't be checked")
		return
	}
	r.exchange(m, "keys")
	r.done(m.at, fmt.Sprintf("%d keys", len(r.keys.Keys)))
}
