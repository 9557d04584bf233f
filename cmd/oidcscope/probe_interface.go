package main

import (
	"context"
	"errors"

	"github.com/oidcscope/oidcscope/flows/probe"
	"github.com/oidcscope/oidcscope/tui"
)

// interfaceProbes lets the terminal interface probe with a client that the command line could name.
func interfaceProbes(sys *system, from references) tui.Probes {
	return tui.Probes{Prepare: func(ctx context.Context, target string, given map[string][]string) (probe.Config, error) {
		o := new(probeOptions)
		flags := o.command(sys, new(shared)).Flags()
		if err := setFlags(flags, given); err != nil {
			return probe.Config{}, err
		}
		if err := o.login.takeProfile(sys, flags, &target); err != nil {
			return probe.Config{}, err
		}
		if o.login.clientSecret == "-" {
			return probe.Config{}, errors.New("the secret can't be asked for here: type it into its field")
		}
		cfg, err := o.config(ctx, target, from)
		if err == nil {
			_, err = o.selection(cfg)
		}
		return cfg, err
	}}
}
