package main

import (
	"context"
	"errors"
	"io"

	"github.com/oidcscope/oidcscope/cmd/oidcscope/internal/plain"
	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/secret"
	"github.com/oidcscope/oidcscope/tui"
)

// interfaceProfiles gives the terminal interface the profiles, and the same way from a profile to a login as login PROFILE has.
func interfaceProfiles(sys *system, settings config.Config) tui.Profiles {
	return tui.Profiles{
		List: settings.Profiles,
		Resolve: func(ctx context.Context, p config.Profile) (string, flows.Config, error) {
			return resolveProfile(ctx, sys, p)
		},
		Secret: func(ctx context.Context, what, reference string) (secret.Text, error) {
			if reference == "-" {
				return secret.Text{}, errors.New("the " + what + " can't be asked for here: type it into its field")
			}
			return references{sys: sys, keys: &keyboard{sys: sys}, notes: silent()}.secret(ctx, what, reference)
		},
		Save: func(p config.Profile) ([]config.Profile, error) {
			path, err := config.Path(sys.getenv)
			if err == nil {
				err = config.SaveProfile(path, p)
			}
			if err != nil {
				return nil, err
			}
			now, err := config.Load(sys.getenv)
			return now.Profiles, err
		},
	}
}

// silent is where notes go while the interface has the terminal.
func silent() *plain.Printer { return plain.New(io.Discard, 0, false) }

// resolveProfile makes a login of a profile alone, without flags and environment. Nothing may be printed and nobody asked: the
// interface has the terminal.
func resolveProfile(ctx context.Context, sys *system, p config.Profile) (string, flows.Config, error) {
	if p.ClientSecret == "-" {
		return "", flows.Config{}, errors.New("the secret can't be asked for here: oidcscope login " + p.Name + " does")
	}
	var o loginOptions
	cmd := o.command(sys, new(shared))
	if err := completeFlags(cmd.Flags(), p.Resolved()); err != nil {
		return "", flows.Config{}, err
	}
	if err := o.run.check(); err != nil {
		return "", flows.Config{}, err
	}
	cfg, err := o.config(ctx, p.Issuer, references{sys: sys, keys: &keyboard{sys: sys}, notes: silent()})
	return o.run.flow, cfg, err
}
