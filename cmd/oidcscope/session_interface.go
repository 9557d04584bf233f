package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/keep"
	"github.com/oidcscope/oidcscope/tui"
)

// interfaceKeeping gives the interface the kept sessions, and the name under which the session of its first login is kept.
func (o *loginOptions) interfaceKeeping(sys *system, k *keeper, cfg flows.Config) (keepAs string, sessions tui.Sessions) {
	k.quiet, k.from.notes = true, silent()
	if o.keep.keep {
		keepAs = o.keptName(cfg)
	}
	return keepAs, interfaceSessions(sys, k)
}

// interfaceSessions gives the terminal interface the kept sessions.
func interfaceSessions(sys *system, k *keeper) tui.Sessions {
	return tui.Sessions{
		List: func(ctx context.Context) ([]keep.Summary, error) {
			store, err := k.open(ctx)
			if err != nil {
				return nil, err
			}
			list, err := store.Sessions(ctx)
			var missing *keep.Missing
			if errors.As(err, &missing) {
				err = fmt.Errorf("%w; keep_file in config.toml names an encrypted file to keep them in instead", err)
			}
			return list, err
		},
		Open: func(ctx context.Context, name string) (*flows.Session, error) {
			s, err := openKept(ctx, sys, k, name)
			if err != nil {
				return nil, err
			}
			return s.session, nil
		},
		Hold: func(ctx context.Context, name string) (*tui.Held, error) { return holdKept(ctx, sys, k, name) },
		Forget: func(ctx context.Context, name string) error {
			return k.exclusive(ctx, func() error { return k.store.Forget(ctx, name) })
		},
		Keep: func(ctx context.Context, name string, s *flows.Session, from *config.Profile) (string, error) {
			err := k.exclusive(ctx, func() (err error) {
				name, err = keepFromInterface(ctx, k, name, s, from)
				return err
			})
			return name, err
		},
	}
}

// openKept takes up a kept session as a command would, without flags.
func openKept(ctx context.Context, sys *system, k *keeper, name string) (*keptSession, error) {
	var o loginOptions
	flags := o.command(sys, new(shared)).Flags()
	o.keep.name = name
	s, err := o.findKept(ctx, k, flags, name)
	if err == nil && s == nil {
		err = fmt.Errorf("the kept session %s is with another client than the profile of its name", name)
	}
	if err == nil && o.clientSecret == "-" {
		err = fmt.Errorf("the client secret of %s can't be asked for here: oidcscope login %s --session %s does", name, cmp.Or(s.kept.Issuer, name), name)
	}
	if err != nil {
		return nil, err
	}
	cfg, err := o.config(ctx, s.kept.Issuer, k.from)
	if err == nil {
		err = s.restore(cfg)
	}
	return s, err
}

// holdKept takes up a kept session that the interface is going to refresh or end, and keeps other processes from doing it too.
func holdKept(ctx context.Context, sys *system, k *keeper, name string) (*tui.Held, error) {
	s, err := openKept(ctx, sys, k, name)
	if err != nil {
		return nil, err
	}
	held, err := s.hold(ctx)
	if err != nil {
		return nil, err
	}
	return &tui.Held{Session: s.session, Begin: held.Begin, Release: held.Release,
		Keep: func(ctx context.Context, session *flows.Session, failed error) error {
			err := s.refreshed(ctx, held.Interrupted, session, failed)
			if failed != nil && errors.Is(err, failed) {
				return nil // the screen has told it
			}
			return err
		}}, nil
}

// keepFromInterface keeps a session: with what its client was made of, else as the session of its name was, else with what is known of
// its client.
func keepFromInterface(ctx context.Context, k *keeper, name string, s *flows.Session, from *config.Profile) (string, error) {
	if name == "" {
		base := hostName(cmp.Or(s.Config.Issuer, s.Config.Endpoints.Place()))
		if from != nil && from.Name != "" {
			base = from.Name
		}
		var err error
		if name, err = freeName(ctx, k, base); err != nil {
			return "", err
		}
	}
	left, good := withoutRevoked(s)
	if !good {
		if err := k.store.Forget(ctx, name); err != nil && !errors.Is(err, keep.ErrNone) {
			return name, err
		}
		return "", nil
	}
	flow, made, err := k.clientOf(ctx, name, s.Config, from)
	if err != nil {
		return "", err
	}
	kept, err := k.keptForm(name, flow, made, left)
	if err == nil {
		err = k.store.Save(ctx, kept)
	}
	return name, err
}

// clientOf gives the flow and the flags by which the client of a session is made again.
func (k *keeper) clientOf(ctx context.Context, name string, cfg flows.Config, from *config.Profile) (flow string, made map[string][]string, err error) {
	settings, err := config.Load(k.sys.getenv)
	if err != nil {
		return "", nil, usage("", "%w", err)
	}
	if from != nil {
		here, err := os.Getwd()
		made = settingsOfProfile(from.Resolved().At(here))
		withSecret(made, cfg, settings, name)
		return from.Flow, made, err
	}
	before, err := k.store.Load(ctx, name)
	switch {
	case err == nil && before.Issuer == cfg.Issuer && before.ClientID == cfg.ClientID:
		return before.Flow, before.Settings, nil
	case err != nil && !errors.Is(err, keep.ErrNone):
		return "", nil, err
	}
	made = settingsOfConfig(cfg)
	withSecret(made, cfg, settings, name)
	return "", made, nil
}

// freeName gives a name that no kept session has.
func freeName(ctx context.Context, k *keeper, base string) (string, error) {
	list, err := k.store.Sessions(ctx)
	for n, name := 2, base; ; n++ {
		if !slices.ContainsFunc(list, func(s keep.Summary) bool { return s.Name == name }) {
			return name, err
		}
		name = fmt.Sprintf("%s-%d", base, n)
	}
}

// settingsOfConfig describes a client of which nothing else is known.
func settingsOfConfig(cfg flows.Config) map[string][]string {
	made := map[string][]string{"client-id": {cfg.ClientID}}
	for flag, text := range map[string]string{"auth-method": string(cfg.AuthMethod), "redirect-uri": cfg.RedirectURI, "scope": strings.Join(cfg.Scopes, " "), "ca-file": cfg.Transport.CAFile} {
		if text != "" {
			made[flag] = []string{text}
		}
	}
	for name, address := range cfg.Endpoints {
		made[endpointFlag(name)] = []string{address}
	}
	if cfg.Request.DPoP {
		made["dpop"] = []string{"true"}
	}
	return made
}

// withSecret lets a secret that nothing refers to go along, encrypted as the tokens are, unless the profile of the session's name has it.
func withSecret(made map[string][]string, cfg flows.Config, settings config.Config, name string) {
	if _, err := settings.FindProfile(name); err != nil && !cfg.ClientSecret.IsZero() && made["client-secret"] == nil {
		made["client-secret"] = []string{cfg.ClientSecret.Reveal()}
	}
}
