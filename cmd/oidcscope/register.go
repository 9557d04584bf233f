package main

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/config"
)

// registerOptions are the flags of dynamic client registration.
type registerOptions struct {
	login    loginOptions // its output, transport and where things are kept
	metadata metadataFlags
	initial  string
	profile  string
	replace  bool
}

// metadataFlags say what a client is registered with (RFC 7591 2).
type metadataFlags struct {
	file       string
	set        []string
	name       string
	redirects  []string
	grants     []string
	scopes     []string
	authMethod string
	clientKey  string
	statement  string
}

func (o *metadataFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.file, "metadata", "", "client metadata: a `FILE` with a JSON object")
	f.StringArrayVar(&o.set, "set", nil, "one member of it: `NAME=VALUE`, where VALUE is JSON or a text (repeatable)")
	f.StringVar(&o.name, "client-name", "", "`NAME` that the provider shows to people")
	f.StringArrayVar(&o.redirects, "redirect-uri", nil, "redirect `URI` (repeatable; default http://127.0.0.1/callback)")
	f.StringArrayVar(&o.grants, "grant-type", nil, "`GRANT` that the client uses (repeatable; default authorization_code, refresh_token)")
	f.StringArrayVar(&o.scopes, "scope", nil, "`SCOPES` that the client may ask for (repeatable)")
	f.StringVar(&o.authMethod, "auth-method", "", "`METHOD` by which the client will authenticate (default none)")
	f.StringVar(&o.clientKey, "client-key", "", "`FILE` with the client's private key (PEM, JWK); its public half is registered")
	f.StringVar(&o.statement, "software-statement", "", "signed statement about the software (RFC 7591 2.3), a `REF`")
}

func newRegister(sys *system, common *shared) *cobra.Command {
	return new(registerOptions).command(sys, common)
}

// command makes the command whose flags set the options.
func (o *registerOptions) command(sys *system, common *shared) *cobra.Command {
	cmd := &cobra.Command{
		Use: "register [ISSUER|PROFILE]", Short: "Register a client at a provider that lets clients register themselves",
		Long: `Registers a new client (RFC 7591, OpenID Connect Registration) and shows what the provider made
of what was asked: it may change or leave out any of it.

With --save-profile the client becomes a profile; its secret, and the token by which it is
managed, go into the system keyring, or into --keep-file, which login then needs too. Otherwise
they are printed, once. 'register show', 'update' and 'delete' go on with the client (RFC 7592).`,
		Example: `  oidcscope register https://idp.example --save-profile work
  oidcscope register https://idp.example --metadata client.json --initial-token env:TOKEN
  oidcscope register update work --set client_name=Better --set contacts=null
  oidcscope register delete work`,
		Args: atMostOne("one issuer or profile"),
		RunE: func(cmd *cobra.Command, args []string) error {
			issuer := sys.getenv("OIDCSCOPE_ISSUER")
			if len(args) > 0 {
				issuer = args[0]
			}
			return waiting(cmd.Context(), func(ctx context.Context) error { return o.run(ctx, sys, common, cmd.Flags(), issuer) })
		},
	}
	o.flags(cmd)
	o.metadata.register(cmd)
	f := cmd.Flags()
	f.StringVar(&o.initial, "initial-token", "", "initial access token that the provider may ask for, a `REF`")
	f.StringVar(&o.profile, "save-profile", "", "make a profile of the client, under this `NAME`")
	f.BoolVar(&o.replace, "replace", false, "replace the profile of that name")
	cmd.AddCommand(newRegisterShow(sys, common), newRegisterUpdate(sys, common), newRegisterDelete(sys, common))
	return cmd
}

// flags registers what every command about a registration has.
func (o *registerOptions) flags(cmd *cobra.Command) {
	o.login.run.register(cmd, "register")
	o.login.run.flow = "register"
	o.login.transport.register(cmd)
	o.login.keep.place.register(cmd)
	for _, name := range []string{"flow", "no-browser"} {
		cmd.Flags().Lookup(name).Hidden = true
	}
}

func (o *registerOptions) run(ctx context.Context, sys *system, common *shared, flags *pflag.FlagSet, issuer string) error {
	if err := o.login.run.check(); err != nil {
		return err
	}
	from := references{sys: sys, keys: &keyboard{sys: sys}, notes: sys.notes(common.noColor)}
	k := &keeper{sys: sys, from: from, flags: o.login.keep.place}
	from = k.knows()
	if err := o.login.takeProfile(sys, flags, &issuer); err != nil {
		return err
	}
	if err := o.checkDestination(ctx, sys, k); err != nil {
		return err
	}
	cfg, err := o.config(ctx, issuer, from)
	if err != nil {
		return err
	}
	flow := flows.Register(cfg)
	session, err := o.login.follow(ctx, sys, common, flow, cfg, from, newView(sys, common, &o.login.run, flow))
	if err != nil {
		return err
	}
	return o.settle(context.WithoutCancel(ctx), sys, common, k, session)
}

// config makes the engine's configuration of the flags.
func (o *registerOptions) config(ctx context.Context, issuer string, from references) (cfg flows.Config, err error) {
	if cfg.Issuer, err = checkIssuer(issuer); err != nil {
		return cfg, err
	}
	if err := checkAuthMethod(o.metadata.authMethod); err != nil {
		return cfg, err
	}
	if cfg.Transport, err = o.login.transport.load(); err != nil {
		return cfg, err
	}
	if cfg.Registration.InitialToken, err = from.secret(ctx, "initial access token", o.initial); err != nil {
		return cfg, err
	}
	cfg.Registration.Metadata, err = o.metadata.document(ctx, from)
	return cfg, err
}

// checkDestination finds out before the registration where its secrets can go: nobody can fetch them again.
func (o *registerOptions) checkDestination(ctx context.Context, sys *system, k *keeper) error {
	run := o.login.run
	if o.profile == "" {
		if (run.output.json || run.print != "") && !run.showSecrets {
			return usage("--save-profile NAME, or --show-secrets", "the client's secrets would be lost: they are printed once, or kept with a profile")
		}
		return nil
	}
	if err := o.checkName(sys); err != nil {
		return err
	}
	if store, inFile, err := k.secrets(ctx); err != nil {
		return err
	} else if inFile {
		return keepError(store.Ready(ctx)) // without a keyring they are printed once instead
	}
	return nil
}

// checkName wants a name that no profile has, unless it is to be replaced.
func (o *registerOptions) checkName(sys *system) error {
	if err := config.CheckName(o.profile); err != nil {
		return usage("", "--save-profile: %w", err)
	}
	settings, err := config.Load(sys.getenv)
	if err != nil {
		return usage("", "%w", err)
	}
	if _, err := settings.FindProfile(o.profile); err == nil && !o.replace {
		return usage("--replace replaces it", "--save-profile: want a new name, there is a profile %q", o.profile)
	}
	return nil
}

// document is what the client is registered with: the file, then the flags.
func (o *metadataFlags) document(ctx context.Context, from references) ([]byte, error) {
	all := make(map[string]any)
	if o.file != "" {
		text, err := readBounded(o.file, maxDocument)
		if err != nil {
			return nil, usage("", "--metadata: %w", err)
		}
		if err := json.Unmarshal([]byte(text), &all); err != nil || all == nil {
			return nil, usage("RFC 7591 2 lists the members", "--metadata: want a JSON object, %s has none", o.file)
		}
	}
	if len(o.grants) > 0 && !slices.Contains(o.grants, "authorization_code") && !slices.Contains(o.grants, "implicit") {
		all["response_types"], all["redirect_uris"] = []string{}, []string{} // no browser comes back (RFC 7591 2.1)
	}
	for name, list := range map[string][]string{"redirect_uris": o.redirects, "grant_types": o.grants} {
		if len(list) > 0 {
			all[name] = list
		}
	}
	for name, text := range map[string]string{"client_name": o.name, "scope": strings.Join(words(o.scopes), " "), "token_endpoint_auth_method": o.authMethod} {
		if text != "" {
			all[name] = text
		}
	}
	if o.statement != "" {
		statement, err := from.secret(ctx, "software statement", o.statement)
		if err != nil {
			return nil, err
		}
		all["software_statement"] = statement.Reveal()
	}
	if err := o.publicKeys(all); err != nil {
		return nil, err
	}
	for _, member := range o.set {
		name, value, ok := strings.Cut(member, "=")
		if !ok || name == "" {
			return nil, usage("for example --set client_name=Better", "--set: want NAME=VALUE, got %q", member)
		}
		all[name] = value
		if json.Valid([]byte(value)) {
			all[name] = json.RawMessage(value)
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	return json.Marshal(all)
}

// publicKeys registers the public half of the client's key.
func (o *metadataFlags) publicKeys(all map[string]any) error {
	if o.clientKey == "" {
		return nil
	}
	text, err := readBounded(o.clientKey, maxClientKey)
	if err != nil {
		return usage("", "--client-key: %w", err)
	}
	set := inspect.ParseKeySet([]byte(text), "client", "")
	public, _, err := keysText(set.Keys, "jwks", false)
	if err != nil || len(set.Keys) == 0 {
		return usage("oidcscope keys make rsa --out key.json makes one", "--client-key: want a private key as PEM or JWK")
	}
	all["jwks"] = json.RawMessage(public)
	return nil
}
