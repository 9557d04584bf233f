// Package capture finds the logins in what a browser captured, and rebuilds each as a run of the engine: its steps, requests,
// variables and tokens, with the checks that the capture allows, and a diagnosis where it failed.
//
// [Find] is all there is. Of the hundreds of entries of an archive it takes those that OAuth and OpenID Connect know by their
// parameters and members, whatever their addresses are called (message.go); puts together what belongs to one login by state,
// code, tokens and device code (group.go); and tells it step by step (rebuild.go). What is not in the capture is said to be
// missing from it, never guessed: a server redeems its codes where no browser sees it.
package capture

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/archive"
	"github.com/oidcscope/oidcscope/flows/archive/har"
)

// Found is what was found in an archive.
type Found struct {
	Runs     []*archive.Run
	Warnings []string
	Seen     int // entries that were looked at
}

// Bounds on what is made of an archive: looking for what belongs together takes time for each message and each of these.
const (
	maxLogins    = 100 // that are rebuilt
	maxDocuments = 100 // discovery documents
)

// Find looks for logins. source names the archive, for people.
func Find(log *har.Log, source string) Found {
	found := Found{Seen: log.Seen}
	if log.Cut != "" {
		found.Warnings = append(found.Warnings, log.Cut)
	}
	if log.Skipped > 0 {
		found.Warnings = append(found.Warnings, fmt.Sprintf("%d entries of the archive can't be read", log.Skipped))
	}
	by := log.Creator.String()
	if browser := log.Browser.String(); browser != "" {
		by = browser
	}
	c := newCase(log, "a capture"+ifNamed(" by ", by))
	groups := c.group()
	if len(groups) > maxLogins {
		found.Warnings = append(found.Warnings, fmt.Sprintf("more than %d logins are in the archive: the first %d are shown", maxLogins, maxLogins))
		groups = groups[:maxLogins]
	}
	for i, g := range groups {
		g.number = i + 1
		run := archive.Of(c.rebuild(g, fmt.Sprintf("capture-%d", i+1)))[0]
		run.Source = source
		found.Runs = append(found.Runs, run)
	}
	return found
}

func ifNamed(before, name string) string {
	if name == "" {
		return ""
	}
	return before + name
}

// evidence is everything of an archive that bears on logins.
type evidence struct {
	by       string
	messages []*message
	metadata []*flows.Metadata
}

func newCase(log *har.Log, by string) *evidence {
	c := &evidence{by: by}
	for i := range log.Entries {
		if m := read(&log.Entries[i]); m != nil {
			c.messages = append(c.messages, m)
		}
	}
	// Browsers list what they sent by page, proxies by what ended first.
	slices.SortStableFunc(c.messages, func(a, b *message) int { return a.at.Compare(b.at) })
	for _, m := range c.messages {
		if m.kind == discovery && m.answered() && len(c.metadata) < maxDocuments {
			if d := flows.ReadMetadata(m.x.Response.Body.Data, m.x.Request.URL); d != nil {
				c.metadata = append(c.metadata, d)
			}
		}
	}
	for _, m := range c.messages {
		c.recognise(m)
	}
	return c
}

// recognise takes what the discovery document says about an address over what the message looks like.
func (c *evidence) recognise(m *message) {
	for _, d := range c.metadata {
		switch {
		case m.kind != unknown:
			return
		case m.formLost && m.at2(d.TokenEndpoint):
			m.kind = token
		case m.at2(d.UserInfoEndpoint):
			m.kind = userinfo
		case m.at2(d.EndSessionEndpoint):
			m.kind = logout
		case m.at2(d.RevocationEndpoint):
			m.kind = revocation
		case m.at2(d.IntrospectionEndpoint):
			m.kind = introspection
		case m.at2(d.JWKSURI):
			m.kind = keys
		}
	}
}

// metadataOf gives the document that names one of these addresses; nil when there is none.
func (c *evidence) metadataOf(messages ...*message) *flows.Metadata {
	for _, m := range messages {
		if m == nil {
			continue
		}
		for _, d := range c.metadata {
			for _, endpoint := range []string{d.AuthorizationEndpoint, d.TokenEndpoint, d.DeviceAuthorizationEndpoint, d.PAREndpoint,
				d.BackchannelEndpoint, d.UserInfoEndpoint, d.EndSessionEndpoint, d.RevocationEndpoint, d.IntrospectionEndpoint} {
				if m.at2(endpoint) {
					return d
				}
			}
		}
	}
	return nil
}

// first gives the first message of a kind that fits; nil when there is none.
func (c *evidence) first(k kind, fits func(*message) bool) *message {
	for _, m := range c.messages {
		if m.kind == k && fits(m) {
			return m
		}
	}
	return nil
}

// sameHost compares the hosts of two addresses, with or without a port.
func sameHost(a, b string) bool {
	host := func(s string) string {
		_, rest, _ := strings.Cut(s, "://")
		rest, _, _ = strings.Cut(rest, "/")
		rest, _, _ = strings.Cut(rest, "?")
		return strings.ToLower(rest)
	}
	return host(a) == host(b) && host(a) != ""
}
