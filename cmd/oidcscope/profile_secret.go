package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/keep"
)

func newProfileSecret(sys *system, common *shared) *cobra.Command {
	var remove bool
	cmd := &cobra.Command{
		Use: "secret NAME", Short: "Put the client secret of a profile into the system keyring",
		Long: `Asks for the client secret, without showing it, and puts it into the system keyring under
the name that the profile refers to; the profile then says client_secret = "keyring:". When
standard input is no terminal the secret is its first line.`,
		Example: `  oidcscope profile secret work
  pass show idp/work | oidcscope profile secret work`,
		Args: oneProfile,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := findProfile(sys, args[0])
			if err != nil {
				return err
			}
			return waiting(cmd.Context(), func(ctx context.Context) error {
				if remove {
					return removeSecret(ctx, sys, common, p)
				}
				if _, ok := p.KeyringName(); !ok {
					p.ClientSecret = "keyring:"
				}
				if err := putSecret(ctx, sys, common, p); err != nil {
					return err
				}
				path, err := config.Path(sys.getenv)
				if err == nil {
					err = config.SaveProfile(path, p)
				}
				if err != nil {
					return usage("", "%w", err)
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&remove, "rm", false, "remove the secret from the keyring instead")
	return cmd
}

// putSecret asks for the secret of a profile that refers to the keyring, and puts it there.
func putSecret(ctx context.Context, sys *system, common *shared, p config.Profile) error {
	name, _ := p.KeyringName()
	store := keep.OpenKeyring(sys.ring)
	if _, err := store.Sessions(ctx); err != nil { // nobody should type a secret for nothing
		return secretError(err)
	}
	notes := sys.notes(common.noColor)
	keys := &keyboard{sys: sys}
	text, err := keys.secret(ctx, "client secret of "+p.Name+", for the system keyring", notes.Note)
	if err != nil {
		return usage("echo SECRET | oidcscope profile secret "+p.Name, "the client secret: %w", err)
	}
	if text == "" {
		return usage("", "want a client secret, got an empty one")
	}
	if err := store.Set(ctx, keep.SecretKind, name, text); err != nil {
		return secretError(err)
	}
	notes.Note("The secret is in the system keyring as " + name)
	return notes.Err()
}

// removeSecret removes the secret of a profile from the keyring.
func removeSecret(ctx context.Context, sys *system, common *shared, p config.Profile) error {
	name, ok := p.KeyringName()
	if !ok {
		return usage("", "the secret of profile %q is not in the keyring", p.Name)
	}
	if err := keep.OpenKeyring(sys.ring).Delete(ctx, keep.SecretKind, name); err != nil {
		return secretError(err)
	}
	notes := sys.notes(common.noColor)
	notes.Note("The secret " + name + " is gone from the system keyring")
	return notes.Err()
}

func secretError(err error) error {
	var missing *keep.Missing
	if errors.As(err, &missing) {
		return usage(`client_secret can be env:NAME, file:PATH or cmd:COMMAND instead (cmd:pass show idp/work)`, "%w", err)
	}
	return usage("", "%w", err)
}

// missingSecret reports whether a profile refers to an entry of the keyring that can't be had.
func missingSecret(ctx context.Context, sys *system, p config.Profile) bool {
	name, ok := p.KeyringName()
	if !ok {
		return false
	}
	_, err := keep.OpenKeyring(sys.ring).Get(ctx, keep.SecretKind, name)
	return err != nil
}
