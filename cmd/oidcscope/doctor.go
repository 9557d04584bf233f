package main

import (
	"context"
	"errors"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/doctor"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/tui"
)

// doctorOptions are the flags of doctor.
type doctorOptions struct {
	output    outputOptions
	format    string
	transport transportOptions

	jwks     string
	issuer   string
	profile  string
	passive  bool
	register bool
	watch    bool
	every    time.Duration
	token    string

	clientID    string
	redirectURI string
	scopes      []string
	authMethod  string
}

func newDoctor(sys *system, common *shared) *cobra.Command {
	var o doctorOptions
	cmd := &cobra.Command{
		Use:   "doctor [ISSUER|PROFILE|FILE|-]",
		Short: "Check a provider: discovery, keys, TLS, clocks, endpoints",
		Long: `Checks a provider without logging in: its discovery document, its keys, certificates and
clocks, and what its endpoints answer. No request holds a credential. Requests beyond the
public documents are harmless, are announced, and are left out with --passive.

With a FILE (a discovery document, or a key set) nothing is fetched at all; --jwks adds a
key set, --issuer the address that it was asked under. With --client-id, --redirect-uri,
--scope and --auth-method a client's configuration is checked against the provider.

Exit code 0: no error was found; 1: an error was found; 2: usage or input;
3: the provider could not be reached; 130: interrupted.`,
		Example: `  oidcscope doctor https://idp.example
  oidcscope doctor https://idp.example --passive --format markdown
  oidcscope doctor discovery.json --jwks keys.json --json
  oidcscope doctor https://idp.example --watch`,
		Args: atMostOne("one issuer or file"),
		RunE: func(cmd *cobra.Command, args []string) error { return runDoctor(cmd.Context(), sys, common, &o, args) },
	}
	o.output.register(cmd)
	o.transport.register(cmd)
	f := cmd.Flags()
	f.StringVar(&o.format, "format", "", "form of the answer: "+strings.Join(formats, ", "))
	f.StringVar(&o.jwks, "jwks", "", "`FILE` with the key set; nothing is fetched then")
	f.StringVar(&o.issuer, "issuer", "", "`ISSUER` that a document in a file was asked under")
	f.StringVar(&o.profile, "profile", "auto", "what the provider is for: auto, login, oauth (RFC 8414 alone), issuer-only (workload tokens)")
	f.BoolVar(&o.passive, "passive", false, "fetch the public documents and nothing else")
	f.BoolVar(&o.register, "probe-registration", false, "also ask the registration endpoint whether it takes anybody (registers nothing)")
	f.BoolVar(&o.watch, "watch", false, "check again and again, and tell what changed")
	f.DurationVar(&o.every, "every", time.Minute, "how long to wait between the checks of --watch")
	f.StringVar(&o.token, "token", "", "`FILE` with a token whose key and issuer are looked for")
	f.StringVar(&o.clientID, "client-id", "", "client whose configuration is checked too")
	f.StringVar(&o.redirectURI, "redirect-uri", "", "its redirect URI")
	f.StringArrayVar(&o.scopes, "scope", nil, "scopes that it asks for, separated by spaces (repeatable)")
	f.StringVar(&o.authMethod, "auth-method", "", "how it authenticates: none, client_secret_basic, private_key_jwt …")
	environment(sys, cmd, "ca-file")
	return cmd
}

func (o *doctorOptions) check() error {
	if err := o.output.check(); err != nil {
		return err
	}
	if err := checkFormat(&o.format, &o.output); err != nil {
		return err
	}
	switch o.profile {
	case "auto", string(doctor.Login), string(doctor.OAuth), string(doctor.IssuerOnly):
	default:
		hint := ""
		if near := config.Nearest(o.profile, []string{"auto", "login", "oauth", "issuer-only"}); near != "" {
			hint = "did you mean " + near + "?"
		}
		return usage(hint, "--profile: want auto, login, oauth or issuer-only, got %q", o.profile)
	}
	if o.every < time.Second {
		return usage("", "--every: want at least 1s, got %s", o.every)
	}
	if o.watch && o.format != "" && o.format != "plain" && o.format != "json" {
		return usage("", "--watch tells changes as text or JSON, not as %s", o.format)
	}
	return nil
}

func runDoctor(ctx context.Context, sys *system, common *shared, o *doctorOptions, args []string) error {
	if err := o.check(); err != nil {
		return err
	}
	cfg, err := o.config(ctx, sys, args)
	if err != nil {
		return err
	}
	if o.format == "" && !o.watch && o.output.interactive(sys) {
		return openInterface(ctx, sys, common, tui.Options{Doctor: &cfg, Transport: cfg.Transport})
	}
	notes := sys.notes(common.noColor)
	if cfg.Transport.InsecureSkipVerify {
		notes.Warn("certificates are not verified: whoever stands in between can answer for the provider")
	}
	told := false
	r, err := doctor.Run(ctx, cfg, func(e doctor.Event) {
		if _, ok := e.(doctor.Probing); ok && !told {
			told = true
			notes.Note("asking the endpoints too, without credentials (--passive leaves that out)")
		}
	})
	if err != nil {
		return err
	}
	if err := o.print(sys, common, r); err != nil {
		return err
	}
	if o.watch {
		return o.keepWatching(ctx, sys, common, cfg, r)
	}
	return doctorCode(r)
}

// doctorCode is the exit code of a report, without words: the answer has said it.
func doctorCode(r *doctor.Report) error {
	switch {
	case r.Unreachable != "":
		return withCode(exitUnreachable, nil)
	case r.Bad():
		return withCode(exitBad, nil)
	}
	return nil
}

// config makes the engine's configuration of the flags and the argument.
func (o *doctorOptions) config(ctx context.Context, sys *system, args []string) (doctor.Config, error) {
	cfg := doctor.Config{Issuer: o.issuer, Passive: o.passive, Register: o.register, Now: sys.now, Machine: machine(sys)}
	if o.profile != "auto" {
		cfg.Profile = doctor.Profile(o.profile)
	}
	var err error
	if cfg.Transport, err = o.transport.load(); err != nil {
		return cfg, err
	}
	if o.clientID != "" || o.redirectURI != "" || len(o.scopes) > 0 || o.authMethod != "" {
		cfg.Client = &doctor.Client{ID: o.clientID, RedirectURI: o.redirectURI, Scopes: strings.Fields(strings.Join(o.scopes, " ")),
			AuthMethod: flows.AuthMethod(o.authMethod), Public: o.authMethod == "none", Secret: strings.HasPrefix(o.authMethod, "client_secret_")}
	}
	if o.token != "" {
		text, err := readBounded(o.token, inspect.MaxToken)
		if err != nil {
			return cfg, usage("", "--token: %w", err)
		}
		cfg.Token = text
	}
	if o.jwks != "" {
		text, err := readBounded(o.jwks, maxKeys)
		if err != nil {
			return cfg, usage("", "--jwks: %w", err)
		}
		cfg.KeySet = []byte(text)
	}
	if err := o.target(ctx, sys, args, &cfg); err != nil {
		return cfg, err
	}
	return cfg, nil
}

// target takes the argument: an address to ask, or a file that holds a document or a key set.
func (o *doctorOptions) target(ctx context.Context, sys *system, args []string, cfg *doctor.Config) error {
	if len(args) == 0 {
		if cfg.KeySet != nil {
			return nil
		}
		if cfg.Issuer == "" {
			cfg.Issuer = sys.getenv("OIDCSCOPE_ISSUER")
		}
		if cfg.Issuer == "" {
			return usage("oidcscope doctor https://idp.example, or oidcscope doctor discovery.json", "want an issuer, a profile or a file, got none")
		}
		return nil
	}
	arg := args[0]
	if isAddress(arg) {
		if cfg.KeySet != nil {
			return usage("give the discovery document as a file too", "with --jwks nothing is fetched, so %q can't be asked", arg)
		}
		cfg.Issuer = arg
		return nil
	}
	var text string
	var err error
	if arg == "-" {
		text, err = readStdin(ctx, sys)
	} else if text, err = readBounded(arg, maxKeys); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			settings, err := config.Load(sys.getenv)
			if err != nil {
				return usage("", "there is no file %q, and the profiles can't be read: %w", arg, err)
			}
			if p, missing := settings.FindProfile(arg); missing == nil && p.Issuer != "" {
				cfg.Issuer = p.Issuer
				return nil
			}
			hint := "an issuer begins with https://"
			if strings.Contains(arg, ".") && !strings.ContainsAny(arg, `\ `) {
				hint = "did you mean https://" + arg + "?"
			}
			return usage(hint, "want an issuer or a file, there is no file %q", arg)
		}
		return usage("", "read the document: %w", err)
	}
	if err != nil {
		return err
	}
	if strings.TrimSpace(text) == "" {
		return usage("", "want a discovery document, %q is empty", arg)
	}
	if doctor.IsKeySet([]byte(text)) && cfg.KeySet == nil {
		cfg.KeySet = []byte(text)
		return nil
	}
	cfg.Document = []byte(text)
	return nil
}

// machine tells the doctor what it does not look for itself.
func machine(sys *system) doctor.Machine {
	m := doctor.Machine{TimeZone: sys.getenv("TZ")}
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"} {
		if sys.getenv(name) != "" {
			m.Proxy = name
			break
		}
	}
	_, err := os.Stat("/.dockerenv")
	m.Container = err == nil || sys.getenv("container") != "" || sys.getenv("KUBERNETES_SERVICE_HOST") != ""
	switch {
	case sys.getenv("SSH_CONNECTION") != "":
		m.Remote = "an SSH session"
	case sys.getenv("WSL_DISTRO_NAME") != "":
		m.Remote = "WSL"
	case m.Container:
		m.Remote = "a container"
	}
	return m
}

// print gives the answer in the form that was asked for.
func (o *doctorOptions) print(sys *system, common *shared, r *doctor.Report) error {
	switch o.format {
	case "json":
		return writeJSON(sys.stdout, r.JSON())
	case "", "plain":
		out := sys.answer(common.noColor)
		out.Doctor(r)
		return out.Err()
	}
	return writeReport(sys, o.format, r.Document(readBuild().Version))
}
