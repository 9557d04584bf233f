package main

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/keep"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// keptRegistration is what a registered client is managed with, as it is kept beside a profile.
type keptRegistration struct {
	Issuer   string `json:"issuer"`
	ClientID string `json:"client_id"`
	URI      string `json:"registration_client_uri"`
	Token    string `json:"registration_access_token"`
}

// settle keeps a new client as a profile, or prints what can't be had again.
func (o *registerOptions) settle(ctx context.Context, sys *system, common *shared, k *keeper, s *flows.Session) error {
	r := s.Registration
	if o.profile == "" {
		if o.login.run.showSecrets || o.login.run.print != "" {
			return nil // it is on the screen already
		}
		return printOnce(sys, common, r)
	}
	p, path, lost, err := o.makeProfile(ctx, sys, k, s)
	if err != nil {
		return errors.Join(usage("", "%w", err), printOnce(sys, common, r))
	}
	k.from.notes.Note("Profile " + p.Name + " is in " + path + ": oidcscope login " + p.Name)
	if lost != nil {
		k.from.notes.Warn(lost.Error())
		if !r.Secret.IsZero() && p.ClientSecret == "" {
			k.from.notes.Note("The profile has no client secret: add client_secret = \"file:PATH\", or register with --keep-file FILE, which keeps it encrypted")
		}
		return printOnce(sys, common, r)
	}
	return nil
}

// makeProfile makes a profile of a new client, and keeps its secrets; lost is why one of them could not be.
func (o *registerOptions) makeProfile(ctx context.Context, sys *system, k *keeper, s *flows.Session) (p config.Profile, path string, lost, err error) {
	r := s.Registration
	p = config.Profile{Name: o.profile, Issuer: s.Config.Issuer, ClientID: r.ClientID, AuthMethod: string(s.Config.AuthMethod), Scopes: words(o.metadata.scopes)}
	if slices.Equal(o.metadata.grants, []string{"client_credentials"}) {
		p.Flow = "client-credentials"
	}
	if len(o.metadata.redirects) == 1 {
		p.RedirectURI = o.metadata.redirects[0]
	}
	if o.metadata.clientKey != "" {
		file, err := filepath.Abs(o.metadata.clientKey)
		if err != nil {
			return p, "", nil, err
		}
		p.ClientKey = file
	}
	lost = keepClient(ctx, k, &p, r)
	if path, err = config.Path(sys.getenv); err == nil {
		err = config.SaveProfile(path, p)
	}
	return p, path, lost, err
}

// keepClient keeps the client's secret, to which the profile then refers, and what it is managed with.
func keepClient(ctx context.Context, k *keeper, p *config.Profile, r *flows.Registration) error {
	var failed error
	if !r.Secret.IsZero() {
		if err := k.keepSecret(ctx, p.Name, r.Secret.Reveal()); err != nil {
			failed = err
		} else {
			p.ClientSecret = "keyring:"
		}
	}
	if r.URI == "" || r.Token.IsZero() {
		return failed
	}
	return errors.Join(failed, k.keepRegistration(ctx, p.Name, keptRegistration{p.Issuer, r.ClientID, r.URI, r.Token.Reveal()}))
}

func (k *keeper) keepRegistration(ctx context.Context, name string, r keptRegistration) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return k.exclusive(ctx, func() error { return k.store.Set(ctx, keep.RegistrationKind, name, string(text)) })
}

// printOnce prints what was given for this client alone, and never is again.
func printOnce(sys *system, common *shared, r *flows.Registration) error {
	sys.notes(common.noColor).Warn("what follows is shown this once, in the clear: put it where secrets belong")
	out := sys.answer(common.noColor)
	for _, row := range [][2]string{{"client_id", r.ClientID}, {"client_secret", r.Secret.Reveal()}, {"registration_client_uri", r.URI}, {"registration_access_token", r.Token.Reveal()}} {
		if row[1] != "" {
			out.Emphasis(row[0]+"  ", row[1]) // not wrapped: it will be copied
		}
	}
	return out.Err()
}

// managed is a client that is managed: which, and what was kept of it.
type managed struct {
	registerOptions
	uri, token string

	name string // of the profile; empty: uri and token were given
	kept keptRegistration
}

// command makes one of the commands that manage a client.
func (o *managed) command(sys *system, common *shared, use, short, long, example string, run func(context.Context, references, *flows.Session) (flows.Flow, error),
	after func(context.Context, *keeper, *flows.Session) error) *cobra.Command {
	cmd := &cobra.Command{
		Use: use + " [NAME]", Short: short, Long: long, Example: example, Args: atMostOne("the name of a profile"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				o.name = args[0]
			}
			return waiting(cmd.Context(), func(ctx context.Context) error {
				from := references{sys: sys, keys: &keyboard{sys: sys}, notes: sys.notes(common.noColor)}
				k := &keeper{sys: sys, from: from, flags: o.login.keep.place}
				from = k.knows()
				session, err := o.session(ctx, k)
				if err != nil {
					return err
				}
				flow, err := run(ctx, from, session)
				if err != nil {
					return err
				}
				session, err = o.login.follow(ctx, sys, common, flow, session.Config, from, newView(sys, common, &o.login.run, flow))
				if session != nil && session.Registration != nil { // also when the next step failed: the token may be a new one
					lost, unkept := o.renew(context.WithoutCancel(ctx), sys, k, session.Registration)
					if lost {
						k.from.notes.Warn(secretKeptNowhere + ": --show-secrets shows it")
					}
					err = errors.Join(unkept, err)
				}
				if err != nil {
					return err
				}
				return after(context.WithoutCancel(ctx), k, session)
			})
		},
	}
	o.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&o.uri, "registration-uri", "", "registration_client_uri, the `ADDRESS` of the registration")
	f.StringVar(&o.token, "registration-token", "", "registration_access_token, a `REF`")
	return cmd
}

// session makes the session that the flows over a registration work on.
func (o *managed) session(ctx context.Context, k *keeper) (*flows.Session, error) {
	if err := o.login.run.check(); err != nil {
		return nil, err
	}
	const hint = "oidcscope register ISSUER --save-profile NAME keeps them; or --registration-uri and --registration-token"
	switch {
	case o.uri != "" && o.name == "":
		token, err := k.from.secret(ctx, "registration access token", o.token)
		if err != nil {
			return nil, err
		}
		o.kept = keptRegistration{URI: o.uri, Token: token.Reveal()}
	case o.name != "" && o.uri == "" && o.token == "":
		store, err := k.open(ctx)
		if err != nil {
			return nil, err
		}
		text, err := store.Get(ctx, keep.RegistrationKind, o.name)
		switch {
		case errors.Is(err, keep.ErrNone):
			return nil, usage(hint, "%w", err)
		case err != nil:
			return nil, keepError(err)
		}
		if err := json.Unmarshal([]byte(text), &o.kept); err != nil {
			return nil, usage("", "registration %q can't be read: %w", o.name, err)
		}
	default:
		return nil, usage(hint, "want the name of a profile, or the registration's address and its token")
	}
	transport, err := o.login.transport.load()
	return &flows.Session{
		Config:       flows.Config{Issuer: o.kept.Issuer, ClientID: o.kept.ClientID, Transport: transport},
		Registration: &flows.Registration{ClientID: o.kept.ClientID, URI: o.kept.URI, Token: secret.New(o.kept.Token)},
	}, err
}

// renew keeps what the provider changed with its answer: a new token, after which the old one is used up, or a new secret.
func (o *managed) renew(ctx context.Context, sys *system, k *keeper, r *flows.Registration) (lost bool, err error) {
	if lost, err = o.renewSecret(ctx, sys, k, r); err != nil {
		return lost, err
	}
	if o.name == "" {
		if r.Token.Reveal() != o.kept.Token {
			k.from.notes.Warn("the provider gave a new registration access token, and the old one is used up: " + r.Token.Reveal())
		}
		return lost, nil
	}
	now := keptRegistration{o.kept.Issuer, r.ClientID, r.URI, r.Token.Reveal()}
	if now == o.kept {
		return lost, nil
	}
	o.kept = now
	return lost, keepError(k.keepRegistration(ctx, o.name, now))
}

const secretKeptNowhere = "the answer holds a client secret, perhaps a new one, and it is kept nowhere"

// renewSecret keeps the client secret of an answer where the profile has its secret. Elsewhere it is lost: it may be a new one,
// after which the old one no longer works (RFC 7592 2.1).
func (o *managed) renewSecret(ctx context.Context, sys *system, k *keeper, r *flows.Registration) (lost bool, err error) {
	if r.Secret.IsZero() {
		return false, nil
	}
	if settings, err := config.Load(sys.getenv); err == nil && o.name != "" {
		if p, err := settings.FindProfile(o.name); err == nil {
			if name, ok := p.KeyringName(); ok {
				if err := k.keepSecret(ctx, name, r.Secret.Reveal()); err != nil {
					return false, secretError(err)
				}
				return false, nil
			}
		}
	}
	return true, nil
}

func nothingAfter(context.Context, *keeper, *flows.Session) error { return nil }

func newRegisterShow(sys *system, common *shared) *cobra.Command {
	return new(managed).command(sys, common, "show", "Show how a client is registered now",
		"Asks the provider how the client is registered (RFC 7592 2.1).",
		"  oidcscope register show work\n  oidcscope register show --registration-uri https://idp.example/register/X --registration-token env:TOKEN",
		func(_ context.Context, _ references, s *flows.Session) (flows.Flow, error) {
			return flows.ReadRegistration(s), nil
		}, nothingAfter)
}

func newRegisterUpdate(sys *system, common *shared) *cobra.Command {
	var metadata metadataFlags
	cmd := new(managed).command(sys, common, "update", "Change how a client is registered",
		`Reads the registration, and sends it back whole with the changes (RFC 7592 2.2): an update takes
away what it leaves out. --set NAME=null takes a member away.`,
		"  oidcscope register update work --set client_name=Better --redirect-uri http://127.0.0.1/callback",
		func(ctx context.Context, from references, s *flows.Session) (flows.Flow, error) {
			changes, err := metadata.document(ctx, from)
			if err == nil && changes == nil {
				err = usage("--set client_name=Better, or --metadata FILE", "want something to change, got nothing")
			}
			return flows.UpdateRegistration(s, changes), err
		}, nothingAfter)
	metadata.register(cmd)
	return cmd
}

func newRegisterDelete(sys *system, common *shared) *cobra.Command {
	o := new(managed)
	return o.command(sys, common, "delete", "Delete a client that was registered",
		"Deletes the client at the provider (RFC 7592 2.3), and forgets its secret and its token.",
		"  oidcscope register delete work",
		func(_ context.Context, _ references, s *flows.Session) (flows.Flow, error) {
			return flows.DeleteRegistration(s), nil
		},
		func(ctx context.Context, k *keeper, _ *flows.Session) error {
			if o.name == "" {
				return nil
			}
			err := forgetRegistration(ctx, k, o.name)
			k.from.notes.Note("The client is gone; the profile " + o.name + " is still there: oidcscope profile rm " + o.name)
			return keepError(err)
		})
}

// forgetRegistration forgets what was kept of a client that is gone.
func forgetRegistration(ctx context.Context, k *keeper, name string) error {
	err := k.exclusive(ctx, func() error {
		err := k.store.Delete(ctx, keep.RegistrationKind, name)
		if _, inFile, placed := k.secrets(ctx); placed == nil && inFile {
			if kept := k.store.Delete(ctx, keep.SecretKind, name); !errors.Is(kept, keep.ErrNone) {
				err = errors.Join(err, kept)
			}
		}
		return err
	})
	var missing *keep.Missing
	if kept := keep.OpenKeyring(k.sys.ring).Delete(ctx, keep.SecretKind, name); !errors.Is(kept, keep.ErrNone) && !errors.As(kept, &missing) {
		err = errors.Join(err, kept)
	}
	return err
}
