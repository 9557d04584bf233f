package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/browser"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/keep"
)

// wantKeeping finds out before a login whether its session could be kept. A profile that asks for it on a machine that can't is no
// reason not to log in.
func (o *loginOptions) wantKeeping(ctx context.Context, k *keeper, typed bool) error {
	if !o.keep.keep {
		return nil
	}
	store, err := k.open(ctx)
	if err == nil {
		err = store.Ready(ctx)
	}
	var missing *keep.Missing
	if errors.As(err, &missing) && !typed {
		k.from.notes.Warn("the session will not be kept: " + err.Error())
		o.keep.keep = false
		return nil
	}
	return keepError(err)
}

// keepSession keeps the session of a login, when that was asked for.
func (o *loginOptions) keepSession(ctx context.Context, k *keeper, flags *pflag.FlagSet, session *flows.Session) error {
	if !o.keep.keep || session == nil {
		return nil
	}
	name := o.keptName(session.Config)
	settings, err := settingsOf(flags)
	if err != nil {
		return err
	}
	kept, err := k.keptForm(name, o.run.flow, settings, session)
	if err == nil {
		err = k.exclusive(ctx, func() error { return k.store.Save(context.WithoutCancel(ctx), kept) })
	}
	if err != nil {
		return keepError(err)
	}
	k.from.notes.Note(fmt.Sprintf("Session %s is kept in %s; oidcscope logout %s ends it", name, k.store.Place(), name))
	return nil
}

// keptName is the name under which a session is kept: the one that was given, that of the profile or of the known provider, or
// one made of where the provider is.
func (o *loginOptions) keptName(cfg flows.Config) string {
	switch {
	case o.keep.name != "":
		return o.keep.name
	case o.profile != "":
		return o.profile
	case o.preset != "":
		return o.preset
	}
	return hostName(cmp.Or(cfg.Issuer, cfg.Endpoints.Place()))
}

// settingsOf gives the flags that describe the client, so that it can be made again.
func settingsOf(flags *pflag.FlagSet) (map[string][]string, error) {
	var p config.Profile
	if err := takeFlags(&p, flags); err != nil {
		return nil, err
	}
	return settingsOfProfile(p), nil
}

func settingsOfProfile(p config.Profile) map[string][]string {
	settings := make(map[string][]string)
	for _, s := range p.Settings() {
		if s.Flag != "keep" && s.Flag != "issuer" {
			settings[s.Flag] = s.Values
		}
	}
	return settings
}

// logInAgain makes a new login in place of the kept session.
func (o *loginOptions) logInAgain(ctx context.Context, sys *system, common *shared, s *keptSession) error {
	flow, err := o.run.build(s.cfg)
	if err != nil {
		return err
	}
	return o.runAgain(ctx, sys, common, s, flow, newView(sys, common, &o.run, flow))
}

// runAgain runs a login, and keeps its session in place of the one before.
func (o *loginOptions) runAgain(ctx context.Context, sys *system, common *shared, s *keptSession, flow flows.Flow, v view) error {
	session, err := o.follow(ctx, sys, common, flow, s.cfg, s.keeper.from, v)
	if err != nil {
		return err
	}
	s.session = session
	kept, err := s.keeper.keptForm(s.kept.Name, s.kept.Flow, s.kept.Settings, session)
	if err != nil {
		return keepError(err)
	}
	s.kept = kept
	return keepError(s.keeper.exclusive(ctx, func() error { return s.keeper.store.Save(context.WithoutCancel(ctx), kept) }))
}

// nobody says that a login can't be made, as nobody is there who could see or do it; nil when somebody is.
func (o *loginOptions) nobody(sys *system, kept keep.Session) error {
	switch o.run.flow {
	case "client-credentials", "jwt-bearer", "token-exchange", "password":
		return nil
	}
	if sys.stderrTerminal || !o.run.noBrowser && browser.Available() {
		return nil
	}
	return &failure{code: exitBad, hint: "at a terminal: oidcscope login " + kept.Name + " --keep",
		err: fmt.Errorf("the kept session %q has ended and can't be refreshed, and nobody is here to log in", kept.Name)}
}
