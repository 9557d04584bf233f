package home

import (
	"context"
	"net/url"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/tui/ui"
)

const (
	settleTime    = 400 * time.Millisecond // of no typing, before the provider is asked
	discoverLimit = 10 * time.Second
)

// discoverer asks the provider what it can do, while its issuer is being typed. Every change of the text is a new round;
// what belongs to an older one is dropped.
type discoverer struct {
	c      *ui.Common
	ask    func(context.Context, flows.Config) (*flows.Metadata, error)
	round  int
	issuer string
	cancel context.CancelFunc
	state  discoverState
	found  *flows.Metadata
	err    error
}

type discoverState int

const (
	idle discoverState = iota
	waiting
	asking
	answered
	failed
)

type (
	// settled comes when the typing has paused.
	settled struct {
		round int
		of    *discoverer // whose typing it was; nil: anybody's
	}
	// discovered is the provider's answer.
	discovered struct {
		round int
		found *flows.Metadata
		err   error
		of    *discoverer
	}
)

// For makes both messages for this screen.
func (settled) For() ui.Name    { return ui.Home }
func (discovered) For() ui.Name { return ui.Home }

// typed takes the issuer as it is now.
func (d *discoverer) typed(issuer string) tea.Cmd {
	if issuer == d.issuer {
		return nil
	}
	d.round++
	d.issuer, d.state, d.found, d.err = issuer, idle, nil, nil
	if d.cancel != nil {
		d.cancel()
		d.cancel = nil
	}
	if issuerProblem(issuer) != "" {
		return nil
	}
	d.state = waiting
	round := d.round
	return tea.Tick(settleTime, func(time.Time) tea.Msg { return settled{round, d} })
}

func (d *discoverer) update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case settled:
		if m.round == d.round && d.state == waiting && (m.of == nil || m.of == d) {
			return d.start()
		}
	case discovered:
		if m.round != d.round || m.of != nil && m.of != d {
			return nil
		}
		d.state, d.found, d.err = answered, m.found, m.err
		if m.err != nil {
			d.state = failed
		}
	}
	return nil
}

func (d *discoverer) start() tea.Cmd {
	ctx, cancel := context.WithTimeout(d.c.Context, discoverLimit)
	d.state, d.cancel = asking, cancel
	ask, round, cfg := d.ask, d.round, flows.Config{Issuer: d.issuer, Transport: d.c.Transport}
	return func() tea.Msg {
		defer cancel()
		found, err := ask(ctx, cfg)
		return discovered{round, found, err, d}
	}
}

// issuerProblem says in words what keeps text from being an issuer (OpenID Connect Discovery 3: an https URL without query
// and fragment); empty when nothing does. Plain http is left to the flow, which knows about loopback.
func issuerProblem(issuer string) string {
	u, err := url.Parse(issuer)
	switch {
	case issuer == "":
		return "the provider's address is needed, such as https://accounts.google.com, or a name: google, entra, keycloak …"
	case strings.ContainsAny(issuer, "{}"):
		_, rest, _ := strings.Cut(issuer, "{")
		name, _, _ := strings.Cut(rest, "}")
		return "put your own value in the place of {" + name + "}"
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "":
		return "an issuer is an address that begins with https://"
	case u.RawQuery != "" || u.Fragment != "":
		return "an issuer has no ? and no # part (OpenID Connect Discovery 3)"
	case u.User != nil:
		return "an issuer has no user name or password in it"
	default:
		return ""
	}
}
