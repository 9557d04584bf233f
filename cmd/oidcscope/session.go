package main

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/oidcscope/oidcscope/flows"
)

// The commands of this family work on the tokens of a login. The tokens are given, or come from a session that was kept, or a login
// is made first, in the same invocation.

// sessionOptions are the flags of these commands: those of a login, and the tokens that take its place.
type sessionOptions struct {
	login                    loginOptions
	access, refresh, idToken string
}

// sessionCommand is what distinguishes one command from another.
type sessionCommand struct {
	use, short, long, example string
	args                      cobra.PositionalArgs
	issuer                    func(args []string) string // of the arguments; nil: the first is the issuer
	bare                      bool                       // needs neither issuer nor client when a token is given
	anonymous                 bool                       // needs no client when a token is given
	live                      bool                       // needs an access token that can be used
	renews                    bool                       // is the refresh of a session
	flags                     func(*cobra.Command)
	configure                 func(*flows.Config) // by those flags; may be nil
	flow                      func(s *flows.Session, args []string) (flows.Flow, error)
	verdict                   func(*flows.Session) error // of the answer; nil: an answer is good

	kept  func(*flows.Session) flows.Flow                                                      // the flow over a kept session, where it is another
	after func(ctx context.Context, s *keptSession, result *flows.Session, failed error) error // what becomes of the kept session after the run
}

func newSessionCommand(sys *system, common *shared, c sessionCommand) *cobra.Command {
	var o sessionOptions
	cmd := &cobra.Command{
		Use: c.use, Short: c.short, Long: c.long + tokensGiven, Example: c.example, Args: c.args,
		RunE: func(cmd *cobra.Command, args []string) error {
			issuer := sys.getenv("OIDCSCOPE_ISSUER")
			if c.issuer != nil {
				if given := c.issuer(args); given != "" {
					issuer = given
				}
			} else if len(args) > 0 {
				issuer = args[0]
			}
			return waiting(cmd.Context(), func(ctx context.Context) error { return o.run(ctx, sys, common, c, cmd.Flags(), issuer, args) })
		},
	}
	o.login.register(cmd)
	f := cmd.Flags()
	f.VisitAll(func(f *pflag.Flag) { f.Hidden = !slices.Contains(sessionFlags, f.Name) })
	f.StringVar(&o.access, "access-token", "", "access token, a `REF` as of --client-secret; no login is made then")
	f.StringVar(&o.refresh, "refresh-token", "", "refresh token, a `REF`; no login is made then")
	f.StringVar(&o.idToken, "id-token", "", "ID token, a `REF`; no login is made then")
	if c.flags != nil {
		c.flags(cmd)
	}
	o.login.environment(sys, cmd)
	return cmd
}

// sessionFlags are the flags of a login that the help of these commands shows; the others work too.
var sessionFlags = []string{"plain", "json", "print", "show-secrets", "save", "force", "step", "break", "no-browser", "flow", "client-id", "client-secret", "auth-method", "client-key", "decrypt-key", "cert", "key",
	"scope", "param", "dpop", "ca-file", "timeout", "session", "keep-file", "keep-identity", "passphrase-ref"}

const tokensGiven = `

The tokens are given as references (env:NAME, file:PATH, cmd:COMMAND, - to be asked), or
come from a session that 'oidcscope login --keep' kept under the profile's or another name,
or a login is made first, with all the flags of 'oidcscope login'.
A token that is bound to a key (DPoP) works with its session only.`

// run makes the session and runs the flow over it.
func (o *sessionOptions) run(ctx context.Context, sys *system, common *shared, c sessionCommand, flags *pflag.FlagSet, issuer string, args []string) error {
	if err := o.login.run.check(); err != nil {
		return err
	}
	keys := &keyboard{sys: sys, stdin: o.login.paste}
	from := references{sys: sys, keys: keys, notes: sys.notes(common.noColor)}
	var tokens flows.Tokens
	if err := from.all(ctx, []reference{{"access token", o.access, &tokens.Access}, {"refresh token", o.refresh, &tokens.Refresh}, {"ID token", o.idToken, &tokens.ID}}); err != nil {
		return err
	}
	given := !tokens.Access.IsZero() || !tokens.Refresh.IsZero() || !tokens.ID.IsZero()
	k := &keeper{sys: sys, from: from, flags: o.login.keep.place}
	from = k.knows()
	if !given {
		kept, err := o.login.findKept(ctx, k, flags, issuer)
		if err != nil {
			return err
		}
		if kept != nil {
			return o.runKept(ctx, sys, common, c, kept, args)
		}
	}
	if err := o.login.takeProfile(sys, flags, &issuer); err != nil {
		var unknown *failure
		if _, missing := findProfile(sys, issuer); !given && missing != nil && errors.As(err, &unknown) && unknown.err != nil {
			return usage(unknown.hint, "no session %q is kept: %w", issuer, unknown.err)
		}
		return err
	}
	o.login.noIssuer, o.login.noClient = given && c.bare, given && (c.bare || c.anonymous)
	cfg, err := o.login.config(ctx, issuer, from)
	if err != nil {
		return err
	}
	if c.configure != nil {
		c.configure(&cfg)
	}
	session := &flows.Session{Config: cfg, Tokens: tokens}
	if !given {
		login, err := o.login.run.build(cfg)
		if err != nil {
			return err
		}
		if err := o.login.wantKeeping(ctx, k, true); err != nil {
			return err
		}
		if later, err := c.flow(session, args); err == nil { // what is wrong with it is said when its turn comes
			o.login.run.beside = later
		}
		if session, err = o.login.follow(ctx, sys, common, login, cfg, from, loginFirst{newView(sys, common, &o.login.run, login)}); err != nil {
			return err
		}
		if err := o.login.keepSession(ctx, k, flags, session); err != nil {
			return err
		}
		cfg, o.login.run.beside = flows.Config{}, login // the session knows
	}
	flow, err := c.flow(session, args)
	if err != nil {
		return err
	}
	session, err = o.login.follow(ctx, sys, common, flow, cfg, from, newView(sys, common, &o.login.run, flow))
	if err == nil && c.verdict != nil {
		err = c.verdict(session)
	}
	return err
}
