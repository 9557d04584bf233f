package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/cmd/oidcscope/internal/plain"
	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/probe"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// probeOptions are the flags of probe: a login's, a second client, and which probes to make.
type probeOptions struct {
	login  loginOptions
	format string
	yes    bool
	list   bool
	only   []string
	skip   []string

	otherID, otherSecret, otherMethod, otherKey string
}

func newProbe(sys *system, common *shared) *cobra.Command {
	return new(probeOptions).command(sys, common)
}

// command makes the command whose flags set the options.
func (o *probeOptions) command(sys *system, common *shared) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "probe [ISSUER|PROFILE]",
		Short: "Try on your own provider what it must refuse",
		Long: `Makes careful attempts that a provider has to refuse: a code used twice, a wrong
verifier, a redirect URI that differs by a slash, a refresh token used again, a DPoP
proof sent twice, a logout to an address of nobody's. Nothing is tried more than once.

It asks before it begins, and works only with a client that you name, by --client-id or in
a profile. Many attempts need a code of their own: the browser is opened for each; after the
first login that takes a click at most. While the browser is out, s and enter leaves the
attempt out, e and enter says that the browser shows an error page. The tokens that come
of it are revoked at the end.

With --other-client-id a second client of yours tries to use what belongs to the first.
Without a terminal, --yes says that it may begin.

Exit code 0: no attempt succeeded that is an error; 1: one did; 2: usage or input;
3: the provider could not be reached; 130: interrupted.`,
		Example: `  oidcscope probe https://idp.example --client-id test-app
  oidcscope probe test --other-client-id test-app-2 --other-client-secret env:SECOND
  oidcscope probe test --only code-twice,code-twice-revokes
  oidcscope probe test --yes --format junit > probes.xml
  oidcscope probe --list`,
		Args: atMostOne("one issuer or profile"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.list {
				return o.printList(sys, common)
			}
			issuer := sys.getenv("OIDCSCOPE_ISSUER")
			if len(args) > 0 {
				issuer = args[0]
			}
			if err := o.login.takeProfile(sys, cmd.Flags(), &issuer); err != nil {
				return err
			}
			return waiting(cmd.Context(), func(ctx context.Context) error { return runProbe(ctx, sys, common, o, issuer) })
		},
	}
	o.register(cmd)
	// The client id is not taken from the environment: who is tested is named, not left over.
	environment(sys, cmd, "client-secret", "auth-method", "scope", "redirect-uri", "ca-file", "login-timeout", "client-key", "cert", "key")
	return cmd
}

func (o *probeOptions) register(cmd *cobra.Command) {
	o.login.run.output.register(cmd)
	o.login.transport.register(cmd)
	o.login.client.register(cmd)
	o.login.request.registerForms(cmd)
	f := cmd.Flags()
	f.StringVar(&o.login.clientID, "client-id", "", "client `ID` to test with, as registered with the provider")
	f.StringVar(&o.login.clientSecret, "client-secret", "", "where its secret is, a `REF`: env:NAME, file:PATH, cmd:COMMAND or -")
	f.StringVar(&o.login.authMethod, "auth-method", "", "`METHOD` by which it authenticates (default: what it has and the provider offers)")
	f.StringArrayVar(&o.login.scopes, "scope", nil, "`SCOPES` to ask for (default openid profile email, offline_access where it is announced)")
	f.StringVar(&o.login.redirectURI, "redirect-uri", "", "redirect `URI` on this machine (default http://127.0.0.1/callback, any free port)")
	f.StringArrayVar(&o.login.params, "param", nil, "further parameter of the authorization request: `NAME=VALUE` (repeatable)")
	f.BoolVar(&o.login.paste, "paste", false, "do not listen for the browser: read the addresses that it ended on from standard input")
	f.DurationVar(&o.login.userTimeout, "login-timeout", 0, "how long to wait for the browser each time (default 3m0s)")
	f.BoolVar(&o.login.run.noBrowser, "no-browser", false, "print the addresses instead of opening the browser")
	f.StringVar(&o.otherID, "other-client-id", "", "second client `ID` of yours, for attempts with what belongs to another client")
	f.StringVar(&o.otherSecret, "other-client-secret", "", "where its secret is, a `REF`")
	f.StringVar(&o.otherMethod, "other-auth-method", "", "`METHOD` by which it authenticates")
	f.StringVar(&o.otherKey, "other-client-key", "", "`FILE` with its private key")
	f.StringSliceVar(&o.only, "only", nil, "make these `PROBES` only: ids or names, separated by commas")
	f.StringSliceVar(&o.skip, "skip", nil, "leave these `PROBES` out")
	f.BoolVar(&o.list, "list", false, "list the probes and make none")
	f.BoolVar(&o.yes, "yes", false, "do not ask before it begins")
	f.StringVar(&o.format, "format", "", "form of the answer: "+strings.Join(formats, ", "))
}

func (o *probeOptions) check() error {
	if err := o.login.run.output.check(); err != nil {
		return err
	}
	return checkFormat(&o.format, &o.login.run.output)
}

// selection checks the names of probes and gives the plan.
func (o *probeOptions) selection(cfg probe.Config) (probe.Plan, error) {
	cfg.Only, cfg.Skip = o.only, o.skip
	for flag, names := range map[string][]string{"--only": o.only, "--skip": o.skip} {
		for _, name := range names {
			if _, ok := probe.Find(name); !ok {
				return probe.Plan{}, usage(nearestProbe(name), "%s: want the id or name of a probe, got %q", flag, name)
			}
		}
	}
	plan, err := probe.Select(cfg)
	if err == nil && len(plan.Probes) == 0 {
		err = usage("", "want probes to make, --only and --skip leave none")
	}
	return plan, err
}

func nearestProbe(name string) string {
	var known []string
	for _, p := range probe.Probes() {
		known = append(known, p.Slug, p.ID)
	}
	if near := config.Nearest(name, known); near != "" {
		return "did you mean " + near + "?"
	}
	return "oidcscope probe --list"
}

// listedProbe is a probe in probe --list --json.
type listedProbe struct {
	ID       string       `json:"id"`
	Slug     string       `json:"slug"`
	Title    string       `json:"title"`
	Severity string       `json:"severity"`
	Does     string       `json:"does"`
	Expected string       `json:"expected"`
	Fix      string       `json:"fix"`
	Refs     []string     `json:"refs"`
	Login    string       `json:"login,omitempty"` // always or if_open; absent: it needs none
	Needs    []probe.Need `json:"needs,omitempty"`
}

func (o *probeOptions) printList(sys *system, common *shared) error {
	if err := o.check(); err != nil {
		return err
	}
	plan, err := o.selection(probe.Config{})
	if err != nil {
		return err
	}
	if o.format != "json" {
		out := sys.answer(common.noColor)
		out.ProbeList(plan)
		return out.Err()
	}
	list := []listedProbe{}
	for _, p := range plan.Probes {
		l := listedProbe{ID: p.ID, Slug: p.Slug, Title: p.Title, Severity: p.Severity.String(), Does: p.Does, Expected: p.Expects, Fix: p.Fix, Needs: p.Needs}
		for _, ref := range p.Refs {
			l.Refs = append(l.Refs, ref.String())
		}
		switch {
		case p.IfOpen:
			l.Login = "if_open"
		case p.Visit != "":
			l.Login = "always"
		}
		list = append(list, l)
	}
	return writeJSON(sys.stdout, list)
}

func runProbe(ctx context.Context, sys *system, common *shared, o *probeOptions, issuer string) error {
	if err := o.check(); err != nil {
		return err
	}
	notes := sys.notes(common.noColor)
	from := references{sys: sys, keys: &keyboard{sys: sys, stdin: o.login.paste}, notes: notes}
	cfg, err := o.config(ctx, issuer, from)
	if err != nil {
		return err
	}
	plan, err := o.selection(cfg)
	if err != nil {
		return err
	}
	if cfg.Client.Transport.InsecureSkipVerify {
		notes.Warn("certificates are not verified: whoever stands in between can answer for the provider")
	}
	if err := o.ask(ctx, from.keys, notes, cfg, plan); err != nil {
		return err
	}
	out := sys.answer(common.noColor)
	report, err := o.follow(ctx, sys, from, cfg, plan, out)
	if err != nil {
		return err
	}
	if err := o.print(sys, out, report); err != nil {
		return err
	}
	switch {
	case report.Interrupted:
		return withCode(exitInterrupted, nil)
	case report.Unreachable != "":
		return withCode(exitUnreachable, nil)
	case report.Bad() || report.Refused != "":
		return withCode(exitBad, nil)
	}
	return nil
}

// config makes the engine's configuration of the flags.
func (o *probeOptions) config(ctx context.Context, issuer string, from references) (probe.Config, error) {
	cfg := probe.Config{Only: o.only, Skip: o.skip}
	var err error
	if cfg.Client, err = o.login.config(ctx, issuer, from); err != nil {
		return cfg, err
	}
	if o.otherID == "" {
		if o.otherSecret != "" || o.otherMethod != "" || o.otherKey != "" {
			return cfg, usage("--other-client-id", "want the id of the second client, got none")
		}
		return cfg, nil
	}
	if o.otherID == cfg.Client.ClientID {
		return cfg, usage("", "--other-client-id: want another client than %q", o.otherID)
	}
	other, err := o.other(ctx, from)
	cfg.Other = other
	return cfg, err
}

// other is the second client, which shares with the first only the provider and the way there.
func (o *probeOptions) other(ctx context.Context, from references) (*probe.Other, error) {
	if err := checkAuthMethod(o.otherMethod); err != nil {
		return nil, err
	}
	password, err := from.secret(ctx, "secret of the second client", o.otherSecret)
	if err != nil {
		return nil, err
	}
	var key secret.Text
	if o.otherKey != "" {
		text, err := readBounded(o.otherKey, maxClientKey)
		if err != nil {
			return nil, usage("", "--other-client-key: %w", err)
		}
		key = secret.New(text)
	}
	return &probe.Other{ID: o.otherID, Config: func(c *flows.Config) {
		c.ClientID, c.ClientSecret, c.AuthMethod = o.otherID, password, flows.AuthMethod(o.otherMethod)
		c.ClientKey, c.ClientKeyID, c.ClientKeyAlg = key, "", ""
		c.Transport.ClientCertPEM, c.Transport.ClientCertKeyPEM = nil, secret.Text{}
	}}, nil
}

// ask says what will be done, and has the person agree.
func (o *probeOptions) ask(ctx context.Context, keys *keyboard, notes *plain.Printer, cfg probe.Config, plan probe.Plan) error {
	if o.yes {
		return nil
	}
	if o.login.paste || !keys.available() {
		return usage("--yes says that it may begin", "want somebody to ask before it begins, there is no terminal")
	}
	other := ""
	if cfg.Other != nil {
		other = cfg.Other.ID
	}
	notes.ProbePlan(cfg.Client.Issuer, cfg.Client.ClientID, other, plan)
	for {
		notes.Note("")
		notes.Note("Begin? y begins, l lists the probes, anything else leaves it at that.")
		answer, err := keys.line(ctx)
		if err != nil {
			return err
		}
		switch strings.ToLower(answer) {
		case "y", "yes":
			notes.Note("")
			return nil
		case "l":
			notes.ProbeList(plan)
		default:
			notes.Note("Nothing was tried.")
			return withCode(exitInterrupted, nil)
		}
	}
}

// follow makes the probes, with the person in front of the terminal, and prints results as they come where that is the form.
func (o *probeOptions) follow(ctx context.Context, sys *system, from references, cfg probe.Config, plan probe.Plan, out *plain.Printer) (*probe.Report, error) {
	runCtx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	beside := &background{cancel: cancel}
	v := newVisits(runCtx, sys, from, &o.login, beside)
	cfg.Client.Pasted, cfg.Say = v.ended, v.say
	report, err := probe.Run(runCtx, cfg, func(e probe.Event) {
		switch e := e.(type) {
		case probe.Began:
			if o.streams() {
				out.ProbeBegin(e.Issuer, e.ClientID, len(e.Plan.Probes))
			}
		case probe.Opening:
			v.announce(e, plan)
		case probe.Engine:
			v.event(e.Event)
		case probe.Tried:
			if o.streams() {
				out.ProbeOutcome(&e.Outcome)
			}
		}
	})
	cause := context.Cause(runCtx)
	cancel(nil)
	beside.wait.Wait()
	if err == nil && ctx.Err() == nil && cause != nil {
		err = cause // what was to be typed did not come
	}
	return report, err
}
