package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/keep"
)

// A kept session is found by its name, which stands where a profile's does, or by the issuer that it is with. Its client is made
// again from the flags by which it was made, completed by those that are given now; kept_renew.go refreshes it, kept_print.go
// prints from it, kept_login.go keeps the sessions of logins.

// keptSession is a session that an earlier command kept, taken up again.
type keptSession struct {
	keeper  *keeper
	kept    keep.Session
	cfg     flows.Config
	session *flows.Session
}

// findKept looks for the kept session that is meant: by --session, else by the name that stands where an issuer could, else by the
// name that the session of an issuer has by itself. It is nil when there is none, and when the flags ask for something else than was
// kept. What completes the flags is set in them.
func (o *loginOptions) findKept(ctx context.Context, k *keeper, flags *pflag.FlagSet, name string) (*keptSession, error) {
	explicit, issuer := o.keep.name != "", ""
	switch {
	case explicit:
		name = o.keep.name
	case strings.Contains(name, "://"):
		var err error
		if issuer, err = checkIssuer(name); err != nil {
			return nil, nil // what is wrong with it is said with the others
		}
		name = hostName(issuer)
	case name == "":
		name = hostName(o.endpoints.given().Place())
	}
	if o.keep.fresh || name == "" || strings.HasPrefix(name, "eyJ") {
		return nil, nil
	}
	kept, err := o.loadKept(ctx, k, name, explicit)
	switch {
	case kept == nil || err != nil:
		return nil, err
	case issuer != "" && issuer != kept.Issuer, !suits(flags, *kept):
		return nil, nil
	}
	if same, err := o.completeKept(k, flags, *kept); !same || err != nil {
		return nil, err
	}
	return &keptSession{keeper: k, kept: *kept}, nil
}

// loadKept reads a kept session; nil when there is none. A place that can't be read is a failure for who named the session, and
// a warning for who may never have kept one.
func (o *loginOptions) loadKept(ctx context.Context, k *keeper, name string, explicit bool) (*keep.Session, error) {
	store, err := k.open(ctx)
	if err != nil {
		return nil, err
	}
	kept, err := store.Load(ctx, name)
	var missing *keep.Missing
	var locked *keep.Locked
	switch {
	case err == nil:
		return &kept, nil
	case errors.Is(err, keep.ErrNone) && explicit && !o.keep.keep:
		return nil, usage("oidcscope session list; oidcscope login … --keep --session "+name, "%w", err)
	case errors.Is(err, keep.ErrNone), errors.As(err, &missing) && !explicit:
		return nil, nil
	case errors.As(err, &locked) && !explicit:
		k.from.notes.Warn("whether a session " + name + " is kept is not known: " + locked.Error())
		return nil, nil
	}
	return nil, keepError(err)
}

// neutralFlags don't change what a session is: how the client authenticates may have changed meanwhile.
var neutralFlags = []string{"client-secret", "auth-method", "client-key", "client-key-id", "client-key-alg", "assertion-audience",
	"decrypt-key", "cert", "key", "ca-file", "redirect-uri", "keep", "issuer"}

// suits reports whether the flags that were given ask for what the session is.
func suits(flags *pflag.FlagSet, kept keep.Session) bool {
	for _, name := range config.Flags() {
		f := flags.Lookup(name)
		if f == nil || !f.Changed || slices.Contains(neutralFlags, name) {
			continue
		}
		var given config.Profile
		if given.Set(name, flagValues(f)...) != nil {
			return false
		}
		if s := given.Settings(); len(s) == 1 && !slices.Equal(s[0].Values, kept.Settings[name]) {
			return false
		}
	}
	return true
}

// completeKept completes the flags: from the profile of the session's name, as its secret may have changed; then from what was kept.
// A profile that is about another client now is not the same any more.
func (o *loginOptions) completeKept(k *keeper, flags *pflag.FlagSet, kept keep.Session) (same bool, err error) {
	settings, err := config.Load(k.sys.getenv)
	if err != nil {
		return false, usage("", "%w", err)
	}
	if profile, err := settings.FindProfile(kept.Name); err == nil {
		if !sameClient(profile, kept) {
			k.from.notes.Warn(fmt.Sprintf("the kept session %s is left alone: it is with the client %s at %s, and the profile has changed", kept.Name, kept.ClientID, kept.Where()))
			return false, nil
		}
		name := kept.Name
		if err := o.takeProfile(k.sys, flags, &name); err != nil {
			return false, err
		}
	}
	secretGiven := flags.Changed("client-secret")
	var was config.Profile
	for name, values := range kept.Settings {
		if err := was.Set(name, values...); err != nil {
			return false, usage("", "session %q: %w", kept.Name, err)
		}
	}
	o.keptSecret = !secretGiven
	return true, completeFlags(flags, was)
}

// sameClient reports whether a profile is about the client of a kept session, at the same provider: by the issuer, or by the endpoints
// of one that has none.
func sameClient(profile config.Profile, kept keep.Session) bool {
	if profile.ClientID != kept.ClientID {
		return false
	}
	if kept.Issuer != "" || profile.Issuer != "" {
		issuer, err := checkIssuer(profile.Issuer)
		return err == nil && issuer == kept.Issuer
	}
	now := keep.Session{Settings: make(map[string][]string)}
	for _, s := range profile.Settings() {
		now.Settings[s.Flag] = s.Values
	}
	return maps.Equal(endpointsOf(now), endpointsOf(kept))
}

// restore makes the session, for the client that the flags describe.
func (s *keptSession) restore(cfg flows.Config) error {
	session, err := flows.Restore(s.kept.Data, cfg)
	if err != nil {
		return usage("oidcscope session forget "+s.kept.Name, "session %q: %w", s.kept.Name, err)
	}
	s.cfg, s.session = cfg, session
	return nil
}

// forget removes the session from where it is kept.
func (s *keptSession) forget(ctx context.Context) error {
	return keepError(s.keeper.exclusive(ctx, func() error { return s.keeper.store.Forget(ctx, s.kept.Name) }))
}

// keptForm is a session as it is kept.
func (k *keeper) keptForm(name, flow string, settings map[string][]string, s *flows.Session) (keep.Session, error) {
	data, err := s.Keep()
	kept := keep.Session{Settings: settings, Data: data, Summary: keep.Summary{Name: name, Issuer: s.Config.Issuer, ClientID: s.Config.ClientID, Flow: flow,
		Saved: k.sys.now().UTC().Truncate(time.Second), ExpiresAt: s.Tokens.ExpiresAt, Refresh: !s.Tokens.Refresh.IsZero()}}
	if kept.Issuer == "" {
		kept.Provider = s.Config.Endpoints.Place()
	}
	if s.Doubt != "" {
		kept.Trouble, kept.Why = keep.Unchecked, s.Doubt
	}
	return kept, err
}
