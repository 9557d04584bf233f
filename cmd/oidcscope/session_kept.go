package main

import (
	"context"
	"errors"
	"slices"

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
	flow, err := make(s.session)
	if err != nil {
		return err
	}
	result, err := o.login.follow(ctx, sys, common, flow, flows.Config{}, s.keeper.from, newView(sys, common, &o.login.run, flow))
	if err == nil && c.after != nil {
		err = c.after(context.WithoutCancel(ctx), s, result)
	}
	if err == nil && c.verdict != nil {
		err = c.verdict(result)
	}
	return err
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
	return s.renew(ctx, never, func(flow flows.Flow) (*flows.Session, error) {
		return o.login.follow(ctx, sys, common, flow, flows.Config{}, s.keeper.from, newView(sys, common, &o.login.run, flow))
	})
}

// dropRevoked keeps a session without the tokens that were revoked, or forgets it when no other is left.
func dropRevoked(ctx context.Context, s *keptSession, result *flows.Session) error {
	left, good := withoutRevoked(result)
	if !good {
		return s.forget(ctx)
	}
	s.session = left
	return s.keeper.exclusive(ctx, func() error { return s.save(ctx) })
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

// endKept forgets a session after its logout, and says what could not be revoked.
func endKept(ctx context.Context, s *keptSession, result *flows.Session) error {
	notes := s.keeper.from.notes
	for _, t := range []struct {
		which flows.TokenName
		name  string
	}{{flows.RefreshToken, "refresh token"}, {flows.AccessToken, "access token"}} {
		if !result.Token(t.which).IsZero() && !slices.Contains(result.Revoked, t.which) {
			notes.Warn("the " + t.name + " could not be revoked: whoever has it can use it until it expires")
		}
	}
	if err := s.forget(ctx); err != nil {
		return err
	}
	notes.Note("Session " + s.kept.Name + " is forgotten here")
	return nil
}
