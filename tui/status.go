package tui

import (
	"fmt"
	"slices"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// status says what is going on: a held request before a run, a run before the session, and its soonest expiry.
func (a *app) status() string {
	t, now := a.c.Theme, a.c.Now()
	if r := a.runs.Running(); r != nil {
		if held, since := a.runs.Held(); held != nil {
			return t.Care.Render("‖ " + ui.HeldText(held, stepNumber(r.Flow, held.Step)) + " · " + ui.Clock(now.Sub(since)))
		}
		return t.Accent.Render("●") + t.Dim.Render(" running · "+ui.Clock(now.Sub(a.runs.Began())))
	}
	if a.away() != nil {
		return t.Care.Render("replayed") + t.Dim.Render(" · nothing is sent")
	}
	s := a.runs.Session()
	if s == nil {
		return t.Dim.Render("no session")
	}
	if s.Over() {
		return t.Bad.Render("✗ session ended") + t.Dim.Render(" · tokens revoked")
	}
	which, at := soonest(s)
	left := at.Sub(now)
	switch {
	case at.IsZero():
		return t.Good.Render("session") + t.Dim.Render(", no expiry known")
	case left <= 0:
		return t.Bad.Render(fmt.Sprintf("✗ %s expired %s ago", which, ui.Clock(-left)))
	case left*10 <= at.Sub(s.At):
		return t.Care.Render(fmt.Sprintf("! %s expires in %s", which, ui.Clock(left)))
	default:
		return t.Dim.Render(string(which)+" expires in ") + t.Good.Render(ui.Clock(left))
	}
}

// stepNumber is the place of a step in its flow, from 1; 0 when it has none.
func stepNumber(f flows.Flow, id string) int {
	return slices.IndexFunc(f.Steps, func(s flows.Step) bool { return s.ID == id }) + 1
}

// soonest is the token of a session that expires first, and when; the zero time when none says.
func soonest(s *flows.Session) (flows.TokenName, time.Time) {
	name, at := flows.AccessToken, s.Tokens.ExpiresAt
	if r := s.Reports[flows.IDToken]; r != nil && r.Time.ExpiresAt != nil && (at.IsZero() || r.Time.ExpiresAt.Before(at)) {
		name, at = flows.IDToken, *r.Time.ExpiresAt
	}
	return name, at
}
