package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/tui"
)

// interfaceRegistrations lets the terminal interface register clients and manage them as register and its subcommands do.
func interfaceRegistrations(sys *system, k *keeper) tui.Registrations {
	return tui.Registrations{
		Prepare: func(ctx context.Context, issuer string, given map[string][]string) (flows.Config, error) {
			o, err := registrationOf(sys, given)
			if err == nil && o.profile != "" {
				err = o.checkName(sys)
			}
			if err != nil {
				return flows.Config{}, err
			}
			return o.config(ctx, issuer, k.from)
		},
		Settle: func(ctx context.Context, given map[string][]string, s *flows.Session) ([]config.Profile, string, error) {
			o, err := registrationOf(sys, given)
			switch {
			case err != nil || s.Registration == nil:
				return nil, "", err
			case o.profile == "":
				return nil, "the client is kept nowhere: its secret and token are under Variables, s shows them", nil
			}
			p, _, lost, err := o.makeProfile(ctx, sys, k, s)
			if err = errors.Join(lost, err); err != nil {
				err = fmt.Errorf("not all of the client could be kept, it is under Variables: %w", err)
			}
			settings, unread := config.Load(sys.getenv)
			return settings.Profiles, "the client is the profile " + p.Name + ": oidcscope login " + p.Name, errors.Join(err, unread)
		},
		Open: func(ctx context.Context, name string) (*flows.Session, error) {
			return managedOf(sys, name).session(ctx, k)
		},
		Changes: func(ctx context.Context, given map[string][]string) ([]byte, error) {
			o, err := registrationOf(sys, given)
			if err != nil {
				return nil, err
			}
			return o.metadata.document(ctx, k.from)
		},
		Renew: func(ctx context.Context, name string, s *flows.Session) (string, error) {
			switch {
			case name == "":
				return "", nil
			case s.Registration == nil:
				return "the client is gone; the profile " + name + " is still there", keepError(forgetRegistration(ctx, k, name))
			}
			o := managedOf(sys, name)
			if _, err := o.session(ctx, k); err != nil {
				return "", err
			}
			lost, err := o.renew(ctx, sys, k, s.Registration)
			if lost {
				return secretKeptNowhere + ": it is under Variables, s shows it", err
			}
			return "", err
		},
	}
}

// registrationOf reads flags of register, as the interface's form gives them.
func registrationOf(sys *system, given map[string][]string) (*registerOptions, error) {
	o := new(registerOptions)
	return o, setFlags(o.command(sys, new(shared)).Flags(), given)
}

// managedOf is a client of which something was kept.
func managedOf(sys *system, name string) *managed {
	o := &managed{name: name}
	o.command(sys, new(shared), "show", "", "", "", nil, nothingAfter) // for the defaults of its flags
	return o
}

// setFlags gives flags the values that a form has for them.
func setFlags(flags *pflag.FlagSet, given map[string][]string) error {
	for name, values := range given {
		for _, value := range values {
			if strings.TrimSpace(value) == "-" {
				return fmt.Errorf("--%s can't be asked for here: type it into its field", name)
			}
			if err := flags.Set(name, value); err != nil {
				return fmt.Errorf("--%s: %w", name, err)
			}
		}
	}
	return nil
}
