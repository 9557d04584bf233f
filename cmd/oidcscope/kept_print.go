package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/pflag"

	"github.com/oidcscope/oidcscope/flows"
)

// printKept answers --print from a kept session. Not done means that somebody has to log in; the new session is then kept again.
func (o *loginOptions) printKept(ctx context.Context, sys *system, common *shared, k *keeper, flags *pflag.FlagSet, issuer string) (done bool, err error) {
	s, err := o.findKept(ctx, k, flags, issuer)
	if s == nil || err != nil {
		return false, err
	}
	cfg, err := o.config(ctx, s.kept.Issuer, k.from)
	if err == nil {
		err = s.restore(cfg)
	}
	if err != nil {
		return true, err
	}
	switch err := s.ready(ctx, sys.now(), o.runRaw(ctx, sys, common, k.from)); {
	case errors.Is(err, errEnded):
		if nobody := o.nobody(sys, s.kept); nobody != nil {
			return true, nobody
		}
		return true, o.logInAgain(ctx, sys, common, s)
	case err != nil:
		return true, told(err)
	}
	return true, o.printFrom(ctx, sys, common, s, k.from)
}

// printFrom prints a field of a session that is ready. What userinfo says is not kept: it is asked for.
func (o *loginOptions) printFrom(ctx context.Context, sys *system, common *shared, s *keptSession, from references) error {
	if token, _, _ := strings.Cut(o.run.print, "."); token == string(flows.UserInfo) {
		flow := flows.FetchUserInfo(s.session)
		_, err := o.follow(ctx, sys, common, flow, flows.Config{}, from, newView(sys, common, &o.run, flow))
		return err
	}
	now := *s.session
	now.At = sys.now() // expires_in is what is left
	return (&valueView{out: sys.stdout, field: o.run.print}).end(&now, nil)
}

// runRaw runs flows over a session whose own words are for the person, and whose error is for us.
func (o *loginOptions) runRaw(ctx context.Context, sys *system, common *shared, from references) runFlowRaw {
	return func(flow flows.Flow) (*flows.Session, error) {
		return o.follow(ctx, sys, common, flow, flows.Config{}, from, rawEnd{newView(sys, common, &o.run, flow)})
	}
}

// rawEnd is a view that leaves the answer to what follows, and the error as it is.
type rawEnd struct{ view }

func (rawEnd) end(_ *flows.Session, err error) error { return err }
