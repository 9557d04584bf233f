package main

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/oidcscope/oidcscope/cmd/oidcscope/internal/plain"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/tui"
)

// interfaceProfiles gives the terminal interface the profiles, and the same way from a profile to a login as login PROFILE has.
func interfaceProfiles(sys *system, settings config.Config) tui.Profiles {
	return tui.Profiles{
		List: settings.Profiles,
		Resolve: func(ctx context.Context, p config.Profile, once map[string]string) (tui.Resolved, error) {
			return resolveProfile(ctx, sys, p, once)
		},
		Save: func(p config.Profile) ([]config.Profile, error) {
			path, err := config.Path(sys.getenv)
			if err != nil {
				return nil, err
			}
			if _, missing := settings.FindProfile(p.Name); missing != nil { // its paths were typed here, and the file lies elsewhere
				here, err := os.Getwd()
				if err != nil {
					return nil, err
				}
				p = p.At(here)
			}
			if err := config.SaveProfile(path, p); err != nil {
				return nil, err
			}
			settings, err = config.Load(sys.getenv)
			return settings.Profiles, err
		},
	}
}

// silent is where notes go while the interface has the terminal.
func silent() *plain.Printer { return plain.New(io.Discard, 0, false) }

// resolveProfile makes a login of a profile and of flags of login that are given once, which go before it; the environment has no say.
// Nothing may be printed and nobody asked: the interface has the terminal.
func resolveProfile(ctx context.Context, sys *system, p config.Profile, once map[string]string) (login tui.Resolved, err error) {
	var o loginOptions
	flags := o.command(sys, new(shared)).Flags()
	given := map[string][]string{}
	for name, value := range once {
		given[name] = []string{value}
	}
	if err := setFlags(flags, given); err != nil {
		return login, err
	}
	if p.ClientSecret == "-" && once["client-secret"] == "" {
		return login, errors.New("the secret can't be asked for here: oidcscope login " + p.Name + " does")
	}
	if err := completeFlags(flags, p.Resolved()); err != nil {
		return login, err
	}
	if err := o.run.check(); err != nil {
		return login, err
	}
	k := &keeper{sys: sys, quiet: true, from: references{sys: sys, keys: &keyboard{sys: sys}, notes: silent()}}
	from := k.knows()
	login.Flow, login.NoBrowser = o.run.flow, o.run.noBrowser
	if login.Config, err = o.config(ctx, p.Issuer, from); err == nil {
		login.RefreshToken, err = from.secret(ctx, "refresh token", o.refresh)
	}
	return login, err
}
