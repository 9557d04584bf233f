package main

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/tui"
)

// loginOptions are the flags of login: the client, and what it asks for.
type loginOptions struct {
	run       runOptions
	transport transportOptions
	request   requestFlags
	client    clientFlags
	grant     grantFlags
	endpoints endpointFlags
	keep      keepFlags
	refresh   string // reference to the token of --flow refresh

	noIssuer, noClient bool // what is not needed this time

	clientID     string
	clientSecret string
	authMethod   string
	scopes       []string
	redirectURI  string
	responseMode string
	audience     string
	params       []string
	paste        bool
	userTimeout  time.Duration

	preset     string // the name of the known provider that completed the flags; empty: none
	profile    string // the name of the profile that completed the flags; empty: none
	bareSecret string // the warning about a secret that stands bare in the profile; empty: it does not
	keptSecret bool   // the secret comes from a kept session
}

func newLogin(sys *system, common *shared) *cobra.Command {
	return new(loginOptions).command(sys, common)
}

// command makes the command whose flags set the options.
func (o *loginOptions) command(sys *system, common *shared) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "login [ISSUER|PROFILE|PROVIDER]",
		Short: "Log in to a provider and watch every step",
		Long: `Runs a login against a real provider, step by step, and takes the tokens apart.

ISSUER is the provider's issuer address, such as https://idp.example; the environment
variable OIDCSCOPE_ISSUER stands in for it. PROFILE is one of 'oidcscope profile list';
flags and variables go before what it says. PROVIDER is the name of a known one, such as
github or google; a provider without a discovery document is given by its endpoints
(--authorization-endpoint, --token-endpoint, …). Register http://127.0.0.1/callback as a
redirect URI with the provider, with any port, or name a fixed one with --redirect-uri.

The client secret is a reference, so that it need not stand on the command line:
env:NAME, file:PATH, cmd:COMMAND, keyring:NAME, or - to be asked (or to read it from
standard input).

With --keep the session outlives the program, in the system keyring or an encrypted file:
'oidcscope userinfo NAME' and its kin go on with it, and 'oidcscope login NAME --print
access_token' uses it, refreshes it when it has to, and logs in only when that fails.
Without --keep nothing is kept.

Exit code 0: logged in; 1: refused, or a check failed; 2: usage or input;
3: the provider could not be reached; 130: interrupted.`,
		Example: `  oidcscope login https://idp.example --client-id my-app
  oidcscope login https://idp.example --client-id cli --flow device
  oidcscope login https://idp.example --client-id web --client-secret env:SECRET \
    --redirect-uri http://localhost:8080/callback --scope "openid email"
  oidcscope login github --client-id Iv1.0123 --flow device
  oidcscope login work --keep
  TOKEN=$(oidcscope login https://idp.example --client-id my-app --print access_token)`,
		Args: atMostOne("one issuer or profile"),
		RunE: func(cmd *cobra.Command, args []string) error {
			issuer := sys.getenv("OIDCSCOPE_ISSUER")
			if len(args) > 0 {
				issuer = args[0]
			}
			return waiting(cmd.Context(), func(ctx context.Context) error { return runLogin(ctx, sys, common, o, cmd.Flags(), issuer) })
		},
	}
	o.register(cmd)
	cmd.Flags().StringVar(&o.refresh, "refresh-token", "", "refresh token, a `REF` as of --client-secret, for --flow refresh")
	o.environment(sys, cmd)
	return cmd
}

// register registers the flags that say who the client is and how it logs in.
func (o *loginOptions) register(cmd *cobra.Command) {
	o.run.register(cmd, append(loginIDs(), refreshFlow)...)
	o.transport.register(cmd)
	o.request.register(cmd)
	o.client.register(cmd)
	o.grant.register(cmd)
	o.endpoints.register(cmd)
	o.keep.register(cmd)
	f := cmd.Flags()
	f.StringVar(&o.clientID, "client-id", "", "client `ID`, as registered with the provider")
	f.StringVar(&o.clientSecret, "client-secret", "", "where the client secret is, a `REF`: env:NAME, file:PATH, cmd:COMMAND, keyring:NAME or -")
	f.StringVar(&o.authMethod, "auth-method", "", "`METHOD` by which the client authenticates: none, client_secret_basic, client_secret_post,\nclient_secret_jwt, private_key_jwt, tls_client_auth or self_signed_tls_client_auth\n(default: what the client has and the provider offers)")
	f.StringArrayVar(&o.scopes, "scope", nil, "`SCOPES` to ask for, separated by spaces (repeatable; default openid profile email)")
	f.StringVar(&o.redirectURI, "redirect-uri", "", "redirect `URI` on this machine (default http://127.0.0.1/callback, any free port)")
	f.StringVar(&o.responseMode, "response-mode", "", "`MODE` in which the answer comes back: query, fragment, form_post; jwt, query.jwt,\nfragment.jwt or form_post.jwt for a signed one")
	f.StringVar(&o.audience, "audience", "", "`AUDIENCE` parameter, as some providers want it")
	f.StringArrayVar(&o.params, "param", nil, "further parameter of the authorization request: `NAME=VALUE` (repeatable)")
	f.BoolVar(&o.paste, "paste", false, "do not listen for the browser: read the address that it ended on from standard input")
	f.DurationVar(&o.userTimeout, "login-timeout", 0, "how long to wait for the person (default 5m0s; --flow device and ciba as\nlong as the provider says)")
}

func (o *loginOptions) environment(sys *system, cmd *cobra.Command) {
	environment(sys, cmd, "client-id", "client-secret", "auth-method", "scope", "flow", "redirect-uri", "audience", "ca-file", "login-timeout",
		"client-key", "cert", "key", "keep-file", "keep-identity", "passphrase-ref")
}

func runLogin(ctx context.Context, sys *system, common *shared, o *loginOptions, flags *pflag.FlagSet, issuer string) error {
	if err := o.run.check(); err != nil {
		return err
	}
	from := references{sys: sys, keys: &keyboard{sys: sys, stdin: o.paste}, notes: sys.notes(common.noColor)}
	k := &keeper{sys: sys, from: from, flags: o.keep.place}
	from = k.knows()
	typed := o.keep.keep
	if o.run.print != "" {
		done, err := o.printKept(ctx, sys, common, k, flags, issuer)
		if done || err != nil {
			return err
		}
	}
	if err := o.takeProfile(sys, flags, &issuer); err != nil {
		return err
	}
	cfg, err := o.config(ctx, issuer, from)
	if err != nil {
		return err
	}
	if o.run.flow == refreshFlow {
		return runRefreshGiven(ctx, sys, common, o, cfg, from)
	}
	if err := o.wantKeeping(ctx, k, typed); err != nil {
		return err
	}
	if o.run.interactive(sys) {
		flow, err := o.run.build(cfg)
		if err == nil {
			err = o.run.checkBreaks(flow)
		}
		if err != nil {
			return err
		}
		keepAs, sessions := o.interfaceKeeping(sys, k, cfg)
		made := config.Profile{Name: o.profile}
		if err := takeFlags(&made, flags); err != nil {
			return err
		}
		return o.run.open(ctx, sys, common, tui.Options{
			Login: &tui.Login{Flow: o.run.flow, Config: cfg, KeepAs: keepAs, Profile: &made}, Sessions: sessions,
			NoBrowser: o.run.noBrowser, Step: o.run.step, Breaks: o.run.breaks, Reveal: o.run.showSecrets,
		})
	}
	return o.logInAndKeep(ctx, sys, common, cfg, from, k, flags)
}

// logInAndKeep runs the login, and keeps its session when that was asked for.
func (o *loginOptions) logInAndKeep(ctx context.Context, sys *system, common *shared, cfg flows.Config, from references, k *keeper, flags *pflag.FlagSet) error {
	flow, err := o.run.build(cfg)
	if err != nil {
		return err
	}
	session, err := o.follow(ctx, sys, common, flow, cfg, from, newView(sys, common, &o.run, flow))
	if err == nil {
		err = o.keepSession(ctx, k, flags, session)
	}
	return err
}

// refreshFlow is the flow of --flow that begins with a token instead of a login.
const refreshFlow = "refresh"

func runRefreshGiven(ctx context.Context, sys *system, common *shared, o *loginOptions, cfg flows.Config, from references) error {
	token, err := from.secret(ctx, "refresh token", o.refresh)
	if err != nil {
		return err
	}
	session := &flows.Session{Config: cfg, Tokens: flows.Tokens{Refresh: token}}
	if err := wantToken(session, flows.RefreshToken); err != nil {
		return err
	}
	flow := flows.Refresh(session)
	_, err = o.follow(ctx, sys, common, flow, cfg, from, newView(sys, common, &o.run, flow))
	return err
}

// follow runs a flow with the person in front of the terminal.
func (o *loginOptions) follow(ctx context.Context, sys *system, common *shared, flow flows.Flow, cfg flows.Config, from references, v view) (*flows.Session, error) {
	runCtx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	beside := &background{cancel: cancel}
	pasted := make(chan string)
	who := &user{sys: sys, notes: from.notes, keys: from.keys, noBrowser: o.run.noBrowser, pasteOnly: o.paste, reveal: o.run.showSecrets, pasted: pasted, ctx: runCtx, background: beside}
	cfg.Pasted = pasted
	step, err := o.run.debugger(&cfg, flow, from.notes, from.keys)
	if err != nil {
		return nil, err
	}
	if step != nil {
		step.before = who.quiet
	}
	return runOne(runCtx, o.run.saved(v, from.notes), flow, cfg, func(e flows.Event) {
		step.event(e)
		who.event(e)
	}, beside)
}

// config makes the engine's configuration of the flags.
func (o *loginOptions) config(ctx context.Context, issuer string, from references) (flows.Config, error) {
	cfg := flows.Config{
		ClientID: o.clientID, AuthMethod: flows.AuthMethod(o.authMethod), RedirectURI: o.redirectURI,
		ResponseMode: o.responseMode, Paste: o.paste, UserTimeout: o.userTimeout,
	}
	var err error
	cfg.Endpoints = o.endpoints.given()
	if issuer != "" || !o.noIssuer && len(cfg.Endpoints) == 0 {
		if cfg.Issuer, err = checkIssuer(issuer); err != nil {
			return cfg, err
		}
	}
	if cfg.ClientID == "" && !o.noClient {
		return cfg, usage("--client-id my-app, or OIDCSCOPE_CLIENT_ID", "want a client id, got none")
	}
	if err := checkAuthMethod(o.authMethod); err != nil {
		return cfg, err
	}
	for _, s := range o.scopes {
		cfg.Scopes = append(cfg.Scopes, strings.Fields(s)...)
	}
	if cfg.Extra, err = o.extra(); err != nil {
		return cfg, err
	}
	if cfg.Transport, err = o.transport.load(); err != nil {
		return cfg, err
	}
	if err = o.client.apply(&cfg); err != nil {
		return cfg, err
	}
	if cfg.Request, err = o.request.options(); err != nil {
		return cfg, err
	}
	bare := from
	bare.bare, bare.quiet = o.bareSecret, o.keptSecret
	if cfg.ClientSecret, err = bare.secret(ctx, "client secret", o.clientSecret); err != nil {
		return cfg, err
	}
	if wantsSecret := []flows.AuthMethod{flows.AuthBasic, flows.AuthPost, flows.AuthSecretJWT}; cfg.ClientSecret.IsZero() && slices.Contains(wantsSecret, cfg.AuthMethod) {
		return cfg, usage("--client-secret env:NAME, file:PATH, cmd:COMMAND or - (client_secret in a profile)", "want a client secret for %s, got none", o.authMethod)
	}
	cfg.Grant, err = o.grant.input(ctx, from)
	return cfg, err
}

func checkAuthMethod(method string) error {
	var known []string
	for _, m := range flows.AuthMethods() {
		known = append(known, string(m))
	}
	if method == "" || slices.Contains(known, method) {
		return nil
	}
	return usage("", "--auth-method: want %s, got %q", oneOf(known), method)
}

// extra collects the parameters that the engine does not make itself.
func (o *loginOptions) extra() (url.Values, error) {
	extra := url.Values{}
	for _, p := range o.params {
		name, value, ok := strings.Cut(p, "=")
		if !ok || name == "" {
			return nil, usage("for example --param prompt=consent", "--param: want NAME=VALUE, got %q", p)
		}
		extra.Add(name, value)
	}
	if o.audience != "" {
		extra.Set("audience", o.audience)
	}
	return extra, nil
}

// checkIssuer refuses what can't be an issuer, with what was probably meant. People paste the discovery document's address.
func checkIssuer(issuer string) (string, error) {
	if issuer == "" {
		return "", usage("oidcscope login https://idp.example --client-id my-app; or try oidcscope demo", "want an issuer, got none")
	}
	if strings.HasPrefix(issuer, "eyJ") {
		return "", usage("oidcscope inspect TOKEN takes it apart", "want an issuer, got what looks like a token")
	}
	u, err := url.Parse(issuer)
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "":
		hint := ""
		if host, _, _ := strings.Cut(issuer, "/"); strings.Contains(host, ".") && !strings.Contains(issuer, "://") {
			hint = "did you mean https://" + issuer + "?"
		}
		return "", usage(hint, "want an issuer address such as https://idp.example, got %q", safe.Short(issuer, 80))
	case u.RawQuery != "" || u.Fragment != "":
		return "", usage("OpenID Connect Discovery 2: an issuer has neither", "want an issuer without query and fragment, got %q", safe.Short(issuer, 80))
	}
	for _, suffix := range []string{"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"} {
		issuer = strings.TrimSuffix(issuer, suffix)
	}
	return issuer, nil
}
