package main

import (
	"context"
	"errors"
	"slices"

	"github.com/oidcscope/oidcscope/cmd/oidcscope/internal/plain"
	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// runKept runs the flow over a session that was kept, and keeps what becomes of it.
func (o *sessionOptions) runKept(ctx context.Context, sys *system, common *shared, c sessionCommand, s *keptSession, args []string) error {
	cfg, err := o.login.config(ctx, s.kept.Issuer, s.keeper.from)
	if err != nil {
		return err
	}
	if c.configure != nil {
		c.configure(&cfg)
	}
	if err := s.restore(cfg); err != nil {
		return err
	}
	if c.renews {
		return o.refreshKept(ctx, sys, common, s)
	}
	if c.live {
		if err := o.makeReady(ctx, sys, common, s); err != nil {
			return err
		}
	}
	make := func(s *flows.Session) (flows.Flow, error) { return c.flow(s, args) }
	if c.kept != nil {
		make = func(s *flows.Session) (flows.Flow, error) { return c.kept(s), nil }
	}
	if c.after != nil { // another process must not refresh what is being ended
		held, err := s.hold(ctx)
		if err != nil {
			return err
		}
		defer held.Release()
	}
	flow, err := make(s.session)
	if err != nil {
		return err
	}
	result, err := o.login.follow(ctx, sys, common, flow, flows.Config{}, s.keeper.from, shownEnd{newView(sys, common, &o.login.run, flow)})
	if c.after != nil {
		err = c.after(context.WithoutCancel(ctx), s, result, err)
	}
	if err == nil && c.verdict != nil {
		err = c.verdict(result)
	}
	return told(err)
}

// makeReady sees to it that the access token can be used: by a refresh, or by a new login where that fails.
func (o *sessionOptions) makeReady(ctx context.Context, sys *system, common *shared, s *keptSession) error {
	err := s.ready(ctx, sys.now(), o.login.runRaw(ctx, sys, common, s.keeper.from))
	if !errors.Is(err, errEnded) {
		return told(err)
	}
	if nobody := o.login.nobody(sys, s.kept); nobody != nil {
		return nobody
	}
	flow, err := o.login.run.build(s.cfg)
	if err != nil {
		return err
	}
	return o.login.runAgain(ctx, sys, common, s, flow, loginFirst{newView(sys, common, &o.login.run, flow)})
}

// refreshKept refreshes a kept session in any case.
func (o *sessionOptions) refreshKept(ctx context.Context, sys *system, common *shared, s *keptSession) error {
	if err := wantToken(s.session, flows.RefreshToken); err != nil {
		return err
	}
	never := func(*flows.Session) bool { return false }
	return told(s.renew(ctx, never, func(flow flows.Flow) (*flows.Session, error) {
		return o.login.follow(ctx, sys, common, flow, flows.Config{}, s.keeper.from, shownEnd{newView(sys, common, &o.login.run, flow)})
	}))
}

// shownEnd is a view that gives its answer, and leaves the error as it is for what follows.
type shownEnd struct{ view }

func (v shownEnd) end(s *flows.Session, err error) error {
	shown := v.view.end(s, err)
	if err != nil {
		return err
	}
	return shown
}

// dropRevoked keeps a session without the tokens that were revoked, or forgets it when no other is left.
func dropRevoked(ctx context.Context, s *keptSession, result *flows.Session, failed error) error {
	if failed != nil || result == nil {
		return failed
	}
	left, good := withoutRevoked(result)
	if !good {
		return s.forget(ctx)
	}
	s.session = left
	return s.save(ctx)
}

// withoutRevoked is a session without the tokens that were revoked; good while it has one that can be used.
func withoutRevoked(s *flows.Session) (left *flows.Session, good bool) {
	c := *s
	if slices.Contains(c.Revoked, flows.RefreshToken) {
		c.Tokens.Refresh = secret.Text{}
	}
	if slices.Contains(c.Revoked, flows.AccessToken) {
		c.Tokens.Access = secret.Text{}
	}
	return &c, !c.Tokens.Access.IsZero() || !c.Tokens.Refresh.IsZero()
}

// endKept forgets a session after its logout, and says what could not be revoked. That the provider could not be reached, or refused,
// is no reason to keep the tokens of somebody who wants to be rid of them; a person who interrupts has changed their mind.
func endKept(ctx context.Context, s *keptSession, result *flows.Session, failed error) error {
	if result == nil {
		result = s.session // nothing was done
	}
	var problem *flows.Problem
	if errors.As(failed, &problem) && problem.Kind == flows.ProblemCanceled {
		if len(result.Revoked) == 0 {
			return failed
		}
		return errors.Join(dropRevoked(ctx, s, result, nil), failed)
	}
	left := tellUnrevoked(s.keeper.from.notes, result)
	if err := s.forget(ctx); err != nil {
		return err
	}
	text := "Session " + s.kept.Name + " is forgotten here"
	if failed != nil {
		text += ", though its logout failed"
	}
	s.keeper.from.notes.Note(text)
	if failed == nil && left {
		return withCode(exitBad, nil)
	}
	return failed
}

// tellUnrevoked says which tokens of a session that was ended are still good, and reports whether one of them should not be: the
// provider offers to revoke, and did not do it for what the session lives by.
func tellUnrevoked(notes *plain.Printer, s *flows.Session) (failed bool) {
	offered := s.Metadata == nil || s.Metadata.RevocationEndpoint != ""
	names := map[flows.TokenName]string{flows.RefreshToken: "refresh token", flows.AccessToken: "access token"}
	for _, which := range []flows.TokenName{flows.RefreshToken, flows.AccessToken} {
		switch {
		case s.Token(which).IsZero() || slices.Contains(s.Revoked, which):
			continue
		case !offered:
			notes.Warn("the " + names[which] + " stays good until it expires: the provider offers no revocation")
		default:
			notes.Warn("the " + names[which] + " was not revoked: whoever has it can use it until it expires")
			failed = failed || which == flows.RefreshToken || s.Tokens.Refresh.IsZero()
		}
	}
	return failed
}
