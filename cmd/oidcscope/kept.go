package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/browser"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/keep"
)

// keptSession is a session that an earlier command kept, taken up again. Its name stands where a profile's does.
type keptSession struct {
	keeper  *keeper
	kept    keep.Session
	cfg     flows.Config
	session *flows.Session
}

// leeway is how long an access token has to live on to be worth using.
const leeway = 30 * time.Second

// errEnded says that a kept session can't be used any more.
var errEnded = errors.New("the session has ended")

// findKept looks for the kept session that is meant: by --session, else by the name that stands where an issuer could. It is nil when
// there is none, and when the flags ask for something else than was kept. What completes the flags is set in them.
func (o *loginOptions) findKept(ctx context.Context, k *keeper, flags *pflag.FlagSet, name string) (*keptSession, error) {
	explicit := o.keep.name != ""
	if explicit {
		name = o.keep.name
	}
	if o.keep.fresh || name == "" || strings.Contains(name, "://") || strings.HasPrefix(name, "eyJ") {
		return nil, nil
	}
	store, err := k.open(ctx)
	if err != nil {
		return nil, err
	}
	kept, err := store.Load(ctx, name)
	var missing *keep.Missing
	switch {
	case errors.Is(err, keep.ErrNone) && explicit && !o.keep.keep:
		return nil, usage("oidcscope session list; oidcscope login … --keep --session "+name, "%w", err)
	case errors.Is(err, keep.ErrNone), errors.As(err, &missing) && !explicit:
		return nil, nil
	case err != nil:
		return nil, keepError(err)
	case !suits(flags, kept):
		return nil, nil
	}
	s := &keptSession{keeper: k, kept: kept}
	if same, err := o.completeKept(k, flags, kept); !same || err != nil {
		return nil, err
	}
	return s, nil
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
		if issuer, err := checkIssuer(profile.Issuer); err != nil || issuer != kept.Issuer || profile.ClientID != kept.ClientID {
			k.from.notes.Warn(fmt.Sprintf("the kept session %s is left alone: it is with the client %s at %s, and the profile has changed", kept.Name, kept.ClientID, kept.Issuer))
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

// restore makes the session, for the client that the flags describe.
func (s *keptSession) restore(cfg flows.Config) error {
	session, err := flows.Restore(s.kept.Data, cfg)
	if err != nil {
		return usage("oidcscope session forget "+s.kept.Name, "session %q: %w", s.kept.Name, err)
	}
	s.cfg, s.session = cfg, session
	return nil
}

// runFlowRaw runs a flow over a session, shown to the person, and gives the engine's own error.
type runFlowRaw func(flows.Flow) (*flows.Session, error)

// ready gives the session with an access token that can be used, refreshed when it has to be; errEnded when it can't be had.
func (s *keptSession) ready(ctx context.Context, now time.Time, run runFlowRaw) error {
	if s.session.Fresh(now, leeway) {
		return nil
	}
	if s.session.Tokens.Refresh.IsZero() {
		return errEnded
	}
	err := s.renew(ctx, func(session *flows.Session) bool { return session.Fresh(now, leeway) }, run)
	var problem *flows.Problem
	if errors.As(err, &problem) && problem.Kind == flows.ProblemRefused {
		return fmt.Errorf("%w: %w", errEnded, err)
	}
	return err
}

// renew refreshes the session and keeps the new one, while no other process does: a rotated refresh token works once. What another
// process has kept meanwhile is read first, and may be enough.
func (s *keptSession) renew(ctx context.Context, enough func(*flows.Session) bool, run runFlowRaw) error {
	return s.keeper.exclusive(ctx, func() error {
		kept, err := s.keeper.store.Load(ctx, s.kept.Name)
		if err != nil {
			return keepError(err)
		}
		s.kept = kept
		if err := s.restore(s.cfg); err != nil || enough(s.session) {
			return err
		}
		session, err := run(flows.Refresh(s.session))
		if err != nil {
			return err
		}
		s.session = session
		return s.save(context.WithoutCancel(ctx)) // the old refresh token may be used up
	})
}

// save keeps the session as it is now. Call it inside of exclusive.
func (s *keptSession) save(ctx context.Context) error {
	kept, err := keptForm(s.kept.Name, s.kept.Flow, s.kept.Settings, s.keeper.sys.now(), s.session)
	if err == nil {
		err = s.keeper.store.Save(ctx, kept)
	}
	return keepError(err)
}

// forget removes the session from where it is kept.
func (s *keptSession) forget(ctx context.Context) error {
	return keepError(s.keeper.exclusive(ctx, func() error { return s.keeper.store.Forget(ctx, s.kept.Name) }))
}

// keptForm is a session as it is kept.
func keptForm(name, flow string, settings map[string][]string, now time.Time, s *flows.Session) (keep.Session, error) {
	data, err := s.Keep()
	return keep.Session{Settings: settings, Data: data, Summary: keep.Summary{Name: name, Issuer: s.Config.Issuer, ClientID: s.Config.ClientID, Flow: flow,
		Saved: now.UTC().Truncate(time.Second), ExpiresAt: s.Tokens.ExpiresAt, Refresh: !s.Tokens.Refresh.IsZero()}}, err
}

// wantKeeping finds out before a login whether its session could be kept. A profile that asks for it on a machine that can't is no
// reason not to log in.
func (o *loginOptions) wantKeeping(ctx context.Context, k *keeper, typed bool) error {
	if !o.keep.keep {
		return nil
	}
	store, err := k.open(ctx)
	if err == nil {
		_, err = store.Sessions(ctx)
	}
	var missing *keep.Missing
	if errors.As(err, &missing) && !typed {
		k.from.notes.Warn("the session will not be kept: " + err.Error())
		o.keep.keep = false
		return nil
	}
	return keepError(err)
}

// keepSession keeps the session of a login, when that was asked for.
func (o *loginOptions) keepSession(ctx context.Context, k *keeper, flags *pflag.FlagSet, session *flows.Session) error {
	if !o.keep.keep || session == nil {
		return nil
	}
	name := o.keptName(session.Config.Issuer)
	settings, err := settingsOf(flags)
	if err != nil {
		return err
	}
	kept, err := keptForm(name, o.run.flow, settings, k.sys.now(), session)
	if err == nil {
		err = k.exclusive(ctx, func() error { return k.store.Save(context.WithoutCancel(ctx), kept) })
	}
	if err != nil {
		return keepError(err)
	}
	k.from.notes.Note(fmt.Sprintf("Session %s is kept in %s; oidcscope logout %s ends it", name, k.store.Place(), name))
	return nil
}

// keptName is the name under which a session is kept.
func (o *loginOptions) keptName(issuer string) string {
	switch {
	case o.keep.name != "":
		return o.keep.name
	case o.profile != "":
		return o.profile
	}
	return hostName(issuer)
}

// settingsOf gives the flags that describe the client, so that it can be made again.
func settingsOf(flags *pflag.FlagSet) (map[string][]string, error) {
	var p config.Profile
	if err := takeFlags(&p, flags); err != nil {
		return nil, err
	}
	settings := make(map[string][]string)
	for _, s := range p.Settings() {
		if s.Flag != "keep" && s.Flag != "issuer" {
			settings[s.Flag] = s.Values
		}
	}
	return settings, nil
}

// printKept answers --print from a kept session. Not done means that somebody has to log in; the new session is then kept again.
func (o *loginOptions) printKept(ctx context.Context, sys *system, common *shared, k *keeper, flags *pflag.FlagSet, issuer string) (done bool, err error) {
	s, err := o.findKept(ctx, k, flags, issuer)
	if s == nil || err != nil {
		return false, err
	}
	cfg, err := o.config(ctx, s.kept.Issuer, k.from)
	if err == nil {
		err = s.restore(cfg)
	}
	if err != nil {
		return true, err
	}
	switch err := s.ready(ctx, sys.now(), o.runRaw(ctx, sys, common, k.from)); {
	case errors.Is(err, errEnded):
		if nobody := o.nobody(sys, s.kept); nobody != nil {
			return true, nobody
		}
		return true, o.logInAgain(ctx, sys, common, s)
	case err != nil:
		return true, told(err)
	}
	return true, o.printFrom(ctx, sys, common, s, k.from)
}

// logInAgain makes a new login in place of the kept session.
func (o *loginOptions) logInAgain(ctx context.Context, sys *system, common *shared, s *keptSession) error {
	flow, err := o.run.build(s.cfg)
	if err != nil {
		return err
	}
	return o.runAgain(ctx, sys, common, s, flow, newView(sys, common, &o.run, flow))
}

// runAgain runs a login, and keeps its session in place of the one before.
func (o *loginOptions) runAgain(ctx context.Context, sys *system, common *shared, s *keptSession, flow flows.Flow, v view) error {
	session, err := o.follow(ctx, sys, common, flow, s.cfg, s.keeper.from, v)
	if err != nil {
		return err
	}
	s.session = session
	return s.keeper.exclusive(ctx, func() error { return s.save(context.WithoutCancel(ctx)) })
}

// printFrom prints a field of a session that is ready. What userinfo says is not kept: it is asked for.
func (o *loginOptions) printFrom(ctx context.Context, sys *system, common *shared, s *keptSession, from references) error {
	if token, _, _ := strings.Cut(o.run.print, "."); token == string(flows.UserInfo) {
		flow := flows.FetchUserInfo(s.session)
		_, err := o.follow(ctx, sys, common, flow, flows.Config{}, from, newView(sys, common, &o.run, flow))
		return err
	}
	now := *s.session
	now.At = sys.now() // expires_in is what is left
	return (&valueView{out: sys.stdout, field: o.run.print}).end(&now, nil)
}

// runRaw runs flows over a session whose own words are for the person, and whose error is for us.
func (o *loginOptions) runRaw(ctx context.Context, sys *system, common *shared, from references) runFlowRaw {
	return func(flow flows.Flow) (*flows.Session, error) {
		return o.follow(ctx, sys, common, flow, flows.Config{}, from, rawEnd{newView(sys, common, &o.run, flow)})
	}
}

// rawEnd is a view that leaves the answer to what follows, and the error as it is.
type rawEnd struct{ view }

func (rawEnd) end(_ *flows.Session, err error) error { return err }

// nobody says that a login can't be made, as nobody is there who could see or do it; nil when somebody is.
func (o *loginOptions) nobody(sys *system, kept keep.Session) error {
	switch o.run.flow {
	case "client-credentials", "jwt-bearer", "token-exchange", "password":
		return nil
	}
	if sys.stderrTerminal || !o.run.noBrowser && browser.Available() {
		return nil
	}
	return &failure{code: exitBad, hint: "at a terminal: oidcscope login " + kept.Name + " --keep",
		err: fmt.Errorf("the kept session %q has ended and can't be refreshed, and nobody is here to log in", kept.Name)}
}
