package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/cmd/oidcscope/internal/plain"
	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/keep"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// sessionsOptions are the flags that all session commands have.
type sessionsOptions struct {
	place placeFlags
	json  bool
}

func newSessions(sys *system, common *shared) *cobra.Command {
	var o sessionsOptions
	cmd := &cobra.Command{
		Use: "session", Aliases: []string{"sessions"}, Short: "List, show and forget kept sessions",
		Long: `A session is kept only when 'oidcscope login --keep' was asked to, or a profile has keep =
true: in the system keyring (service "oidcscope"), or in a file encrypted with age
(--keep-file, or keep_file in config.toml) on machines without a keyring.

A profile's name, or the session's own, is then enough for userinfo, introspect, refresh,
revoke, logout, call --session NAME and login NAME --print FIELD.`,
		Example: `  oidcscope login work --keep
  oidcscope session list
  oidcscope call https://api.example/orders --session work
  oidcscope logout work`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newSessionList(sys, common, &o), newSessionShow(sys, common, &o), newSessionForget(sys, common, &o))
	for _, c := range cmd.Commands() {
		o.place.register(c)
		environment(sys, c, "keep-file", "keep-identity", "passphrase-ref")
	}
	return cmd
}

func (o *sessionsOptions) keeper(sys *system, common *shared) *keeper {
	return &keeper{sys: sys, flags: o.place, from: references{sys: sys, keys: &keyboard{sys: sys}, notes: sys.notes(common.noColor)}}
}

func newSessionList(sys *system, common *shared, o *sessionsOptions) *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "List the kept sessions", Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return waiting(cmd.Context(), func(ctx context.Context) error {
				store, err := o.keeper(sys, common).open(ctx)
				if err != nil {
					return err
				}
				list, err := store.Sessions(ctx)
				if err != nil {
					return keepError(err)
				}
				if o.json {
					if list == nil {
						list = []keep.Summary{}
					}
					return writeJSON(sys.stdout, list)
				}
				if len(list) == 0 {
					sys.notes(common.noColor).Note("No session is kept in " + store.Place() + ": oidcscope login NAME --keep")
					return nil
				}
				return printSessions(sys.answer(common.noColor), list, sys.now())
			})
		},
	}
	cmd.Flags().BoolVar(&o.json, "json", false, "JSON, for programs")
	return cmd
}

func printSessions(out *plain.Printer, list []keep.Summary, now time.Time) error {
	var rows [][2]string
	for _, s := range list {
		rows = append(rows, [2]string{s.Name, s.Where() + " · client " + s.ClientID}, [2]string{"", lifeLeft(s, now)})
		if s.Trouble != "" {
			rows = append(rows, [2]string{"", troubleOf(s)})
		}
	}
	out.Table("Kept sessions", rows)
	return out.Err()
}

// lifeLeft says in words how long a kept session can be used.
func lifeLeft(s keep.Summary, now time.Time) string {
	left, text := s.ExpiresAt.Sub(now), ""
	switch {
	case s.ExpiresAt.IsZero():
		text = "no expiry known"
	case left > 0:
		text = "access token expires in " + shortTime(left)
	default:
		text = "access token expired " + shortTime(-left) + " ago"
	}
	if s.Refresh && s.Trouble != keep.Refused {
		text += ", can be refreshed"
	}
	return text
}

// troubleOf says what is wrong with a kept session, as far as was found out when it was last used.
func troubleOf(s keep.Summary) string {
	what := "not to be used before a refresh that passes its checks"
	if s.Trouble == keep.Refused {
		what = "ended: it needs a new login"
	}
	if s.Why == "" {
		return what
	}
	return what + " (" + s.Why + ")"
}

// shortTime writes a length of time with its largest unit: "4 min", "3 days".
func shortTime(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

func newSessionShow(sys *system, common *shared, o *sessionsOptions) *cobra.Command {
	var reveal bool
	cmd := &cobra.Command{
		Use: "show NAME", Short: "Show what is kept of a session",
		Long: `Shows what is kept of a session, its tokens masked. Nothing is asked of the provider, so
signatures are not checked; 'oidcscope login NAME --print id_token | oidcscope inspect
--issuer URL --discover' does.`,
		Args: exactlyOne("the name of a session"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return waiting(cmd.Context(), func(ctx context.Context) error {
				store, err := o.keeper(sys, common).open(ctx)
				if err != nil {
					return err
				}
				kept, err := store.Load(ctx, args[0])
				if err != nil {
					return keepError(err)
				}
				session, err := flows.Restore(kept.Data, flows.Config{Issuer: kept.Issuer, Endpoints: endpointsOf(kept), ClientID: kept.ClientID, Now: sys.now})
				if err != nil {
					return usage("oidcscope session forget "+args[0], "session %q: %w", args[0], err)
				}
				if o.json {
					return writeJSON(sys.stdout, sessionForm(kept, session, store.Place(), reveal))
				}
				return printSession(sys.answer(common.noColor), kept, session, store.Place(), sys.now(), reveal)
			})
		},
	}
	cmd.Flags().BoolVar(&o.json, "json", false, "JSON, for programs")
	cmd.Flags().BoolVar(&reveal, "show-secrets", false, "do not mask the tokens")
	return cmd
}

// sessionJSON is the answer of session show --json.
type sessionJSON struct {
	keep.Summary
	Place     string                  `json:"place"`
	Scope     string                  `json:"scope,omitempty"`
	TokenType string                  `json:"token_type,omitempty"`
	Subject   string                  `json:"sub,omitempty"`
	Tokens    map[flows.TokenName]any `json:"tokens"`
}

func sessionForm(kept keep.Session, s *flows.Session, place string, reveal bool) sessionJSON {
	form := sessionJSON{Summary: kept.Summary, Place: place, Scope: s.Tokens.Scope, TokenType: s.Tokens.TokenType, Subject: subjectOf(s), Tokens: make(map[flows.TokenName]any)}
	for _, which := range keptTokens {
		switch token := s.Token(which); {
		case token.IsZero():
		case reveal:
			form.Tokens[which] = token.Reveal()
		default:
			form.Tokens[which] = secret.Redact(token.Reveal())
		}
	}
	return form
}

var keptTokens = []flows.TokenName{flows.IDToken, flows.AccessToken, flows.RefreshToken}

func printSession(out *plain.Printer, kept keep.Session, s *flows.Session, place string, now time.Time, reveal bool) error {
	rows := [][2]string{{"issuer", kept.Issuer}, {"client", kept.ClientID}}
	if kept.Issuer == "" {
		rows[0] = [2]string{"provider", kept.Provider + ", without an issuer"}
	}
	add := func(name, value string) {
		if value != "" {
			rows = append(rows, [2]string{name, value})
		}
	}
	add("person", subjectOf(s))
	add("flow", kept.Flow)
	add("scope", s.Tokens.Scope)
	add("token type", s.Tokens.TokenType)
	add("life", lifeLeft(kept.Summary, now))
	if kept.Trouble != "" {
		add("trouble", troubleOf(kept.Summary))
	}
	add("kept", kept.Saved.Local().Format("2006-01-02 15:04:05")+" in "+place)
	for _, which := range keptTokens {
		token := s.Token(which)
		text := token.String()
		if reveal {
			text = token.Reveal()
		}
		add(string(which), text)
	}
	out.Table("Session "+kept.Name, rows)
	return out.Err()
}

// subjectOf is sub of the kept ID token, which nobody has checked now.
func subjectOf(s *flows.Session) string {
	r := s.Reports[flows.IDToken]
	if r == nil {
		return ""
	}
	sub, err := pick(r.Payload, []string{"sub"}, "")
	if err != nil {
		return ""
	}
	return sub
}

func newSessionForget(sys *system, common *shared, o *sessionsOptions) *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use: "forget NAME…", Aliases: []string{"rm"}, Short: "Forget kept sessions, without telling the provider",
		Long: `Forgets kept sessions. The provider is not told, so that the tokens stay good until they
expire; 'oidcscope logout NAME' revokes them first.`,
		Args: func(_ *cobra.Command, args []string) error {
			if (len(args) == 0) == !all {
				return usage("oidcscope session list", "want the names of sessions, or --all")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return waiting(cmd.Context(), func(ctx context.Context) error {
				return forgetSessions(ctx, o.keeper(sys, common), args, all)
			})
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "all of them")
	return cmd
}

func forgetSessions(ctx context.Context, k *keeper, names []string, all bool) error {
	return keepError(k.exclusive(ctx, func() error {
		if all {
			list, err := k.store.Sessions(ctx)
			if err != nil {
				return err
			}
			for _, s := range list {
				names = append(names, s.Name)
			}
		}
		for _, name := range names {
			if err := k.store.Forget(ctx, name); err != nil {
				return err
			}
			k.from.notes.Note("Session " + name + " is forgotten here; its tokens stay good until they expire")
		}
		return nil
	}))
}
