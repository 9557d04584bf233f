package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/keep"
)

// A refresh token that is rotated works once (RFC 9700 4.14), and a provider that sees it twice ends the session. So whoever refreshes
// a kept session holds its lock, reads it again first, and keeps what came whatever else went wrong.

// maxLeeway is how long an access token has to live on to be worth using; one that lives shortly a quarter of its life.
const maxLeeway = 30 * time.Second

func leewayOf(s *flows.Session) time.Duration {
	if lives := s.Tokens.ExpiresAt.Sub(s.At); !s.Tokens.ExpiresAt.IsZero() && lives > 0 {
		return min(maxLeeway, lives/4)
	}
	return maxLeeway
}

// errEnded says that a kept session can't be used any more.
var errEnded = errors.New("the session has ended")

// runFlowRaw runs a flow over a session, shown to the person, and gives the engine's own error.
type runFlowRaw func(flows.Flow) (*flows.Session, error)

// ready gives the session with an access token that can be used, refreshed when it has to be; errEnded when it can't be had.
func (s *keptSession) ready(ctx context.Context, now time.Time, run runFlowRaw) error {
	fresh := func(session *flows.Session) bool { return session.Fresh(now, leewayOf(session)) }
	if fresh(s.session) {
		return nil
	}
	if s.session.Tokens.Refresh.IsZero() {
		return errEnded
	}
	err := s.renew(ctx, fresh, run)
	if flows.RefusedGrant(err) {
		return fmt.Errorf("%w: %w", errEnded, err)
	}
	return err
}

// renew refreshes the session and keeps the new one, while no other process does. What another process has kept meanwhile is read
// first, and may be enough. Other sessions don't wait for it.
func (s *keptSession) renew(ctx context.Context, enough func(*flows.Session) bool, run runFlowRaw) error {
	held, err := s.hold(ctx)
	if err != nil {
		return err
	}
	defer held.Release()
	if enough(s.session) {
		return nil
	}
	held.Begin()
	session, err := run(flows.Refresh(s.session))
	return s.refreshed(context.WithoutCancel(ctx), held.Interrupted, session, err)
}

// hold waits until no other process refreshes or ends the session, and reads it again.
func (s *keptSession) hold(ctx context.Context) (*keep.Held, error) {
	held, err := s.keeper.hold(ctx, s.kept.Name)
	if err != nil {
		return nil, err
	}
	kept, err := s.keeper.store.Load(ctx, s.kept.Name)
	if err == nil {
		s.kept = kept
		err = s.restore(s.cfg)
	}
	if err != nil {
		held.Release()
		return nil, keepError(err)
	}
	return held, nil
}

// refreshed keeps what a refresh left: also when it failed, as the refresh token before it may be used up.
func (s *keptSession) refreshed(ctx context.Context, interrupted bool, session *flows.Session, failed error) error {
	notes := s.keeper.from.notes
	switch {
	case failed == nil:
		s.session = session
		if err := s.save(ctx); err != nil {
			return usage("oidcscope login "+s.kept.Name+" --fresh --keep", "the session was refreshed, but what came could not be kept, and the refresh token before may be used up: %w", err)
		}
		return nil
	case session != nil && session.Doubt != "":
		s.session = session
		said := "the session " + s.kept.Name + " is kept with its new refresh token, and its access token is not used: " + session.Doubt
		if err := s.save(ctx); err != nil {
			said = "the new refresh token of the session " + s.kept.Name + " could not be kept: " + err.Error()
		}
		notes.Warn(said)
		return failed
	case flows.RefusedGrant(failed):
		why := "the provider took the refresh token no more"
		if interrupted {
			why += "; an earlier refresh was cut off here, and may have used it up"
			notes.Warn("an earlier refresh of the session " + s.kept.Name + " was cut off, and may have used up its refresh token")
		}
		if err := s.mark(ctx, keep.Refused, why); err != nil {
			notes.Warn("that the session " + s.kept.Name + " has ended could not be noted: " + err.Error())
		}
	}
	return failed
}

// save keeps the session as it is now, in place of the one that was read. One that was logged in anew, or forgotten, meanwhile stays
// so. Call it while the session is held.
func (s *keptSession) save(ctx context.Context) error {
	kept, err := s.keeper.keptForm(s.kept.Name, s.kept.Flow, s.kept.Settings, s.session)
	if err != nil {
		return keepError(err)
	}
	return s.replace(ctx, kept)
}

// mark notes in the list what is wrong with the session, for those who look there.
func (s *keptSession) mark(ctx context.Context, trouble, why string) error {
	kept := s.kept
	kept.Trouble, kept.Why = trouble, why
	return s.replace(ctx, kept)
}

func (s *keptSession) replace(ctx context.Context, kept keep.Session) error {
	err := s.keeper.exclusive(ctx, func() error { return s.keeper.store.Replace(ctx, s.kept, kept) })
	if errors.Is(err, keep.ErrNone) || errors.Is(err, keep.ErrChanged) {
		s.keeper.from.notes.Warn("what came of the session " + s.kept.Name + " is not kept: it was forgotten, or logged in anew, meanwhile")
		return nil
	}
	if err == nil {
		s.kept = kept
	}
	return keepError(err)
}
