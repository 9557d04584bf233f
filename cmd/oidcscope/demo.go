package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/practice"
	"github.com/oidcscope/oidcscope/tui"
)

// demoOptions are the flags of demo: which provider to start, and which login to make.
type demoOptions struct {
	run           runOptions
	serve         bool
	addr          string
	client        string
	fault         string
	flowGiven     bool // --flow was
	tokenLifetime time.Duration
}

func newDemo(sys *system, common *shared) *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Practice: a provider on this machine, and a login to it",
		Long: `Starts a practice provider on this machine's loopback address and logs in to it, one
visible step at a time. It keeps everything in memory and makes new keys each time.

Without a terminal, and with --plain, --json or --print, the program plays the person's
part too and runs to the end by itself. With --serve only the provider runs, for you and
other clients to log in to.

With --fault the provider makes one mistake on purpose, as real ones do: see what it looks
like from here. --fault list tells them all.`,
		Example: `  oidcscope demo
  oidcscope demo --flow device
  oidcscope demo --fault id-expired
  oidcscope demo --plain | less -R
  oidcscope demo --serve --addr 127.0.0.1:9000`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.flowGiven = cmd.Flags().Changed("flow")
			return waiting(cmd.Context(), func(ctx context.Context) error { return runDemo(ctx, sys, common, &o) })
		},
	}
	o.run.register(cmd, "pkce", "device")
	f := cmd.Flags()
	f.BoolVar(&o.serve, "serve", false, "only serve the practice provider, until ctrl+c")
	f.StringVar(&o.addr, "addr", "", "loopback `ADDRESS` to serve on (default 127.0.0.1, any free port)")
	f.StringVar(&o.client, "client", "", "registered `CLIENT` to log in as (default the public client; --serve lists them)")
	f.StringVar(&o.fault, "fault", "", "let the provider misbehave: `NAME` of a fault, or list")
	f.DurationVar(&o.tokenLifetime, "token-lifetime", 0, "how long ID and access tokens live (default 5m0s)")
	return cmd
}

func runDemo(ctx context.Context, sys *system, common *shared, o *demoOptions) error {
	if err := o.run.check(); err != nil {
		return err
	}
	if o.fault == allFaults && !o.run.interactive(sys) {
		return listFaults(sys, common, o.run.output.json)
	}
	fault, err := o.chooseFault()
	if err != nil {
		return err
	}
	settings := practice.Options{Addr: o.addr, TokenLifetime: o.tokenLifetime}
	if fault != nil {
		settings.Fault = fault.Name
	}
	if o.serve {
		return serve(ctx, sys, common, o, settings)
	}
	if o.run.interactive(sys) {
		options := tui.Options{PracticeClient: o.client, PracticeOptions: settings,
			NoBrowser: o.run.noBrowser, Step: o.run.step, Reveal: o.run.showSecrets}
		if options.Faults = o.fault == allFaults; !options.Faults {
			options.Practice = o.run.flow
		}
		return openInterface(ctx, sys, common, options)
	}
	settings.DeviceInterval = time.Second // nobody types here
	provider, err := start(ctx, settings)
	if err != nil {
		return err
	}
	defer provider.Close()
	cfg, err := provider.Config(o.client)
	if err != nil {
		return usage("oidcscope demo --serve lists them", "--client: %w", err)
	}
	runCtx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	beside := &background{cancel: cancel}
	if o.run.step {
		who := &user{sys: sys, notes: sys.notes(common.noColor), keys: &keyboard{sys: sys}}
		if !who.keys.available() {
			return errStepNeedsPerson
		}
		cfg.Gate = who.gate
	}
	who := &helper{ctx: runCtx, background: beside, approve: provider.ApproveDevice,
		logIn: func(ctx context.Context, address string) error {
			_, err := provider.LogIn(ctx, address)
			return err
		}}
	if fault != nil {
		return runFault(ctx, sys, common, &o.run, fault, cfg, who, beside)
	}
	return runFlow(runCtx, sys, common, &o.run, cfg, who.event, beside)
}

// start starts the practice provider; that it can't is the address's fault.
func start(ctx context.Context, settings practice.Options) (*practice.Provider, error) {
	provider, err := practice.Start(ctx, settings)
	if err != nil {
		return nil, usage("--addr 127.0.0.1:0 takes any free port", "%w", err)
	}
	return provider, nil
}

// serve serves the practice provider until ctx ends.
func serve(ctx context.Context, sys *system, common *shared, o *demoOptions, settings practice.Options) error {
	provider, err := start(ctx, settings)
	if err != nil {
		return err
	}
	defer provider.Close()
	if o.run.output.json {
		err = announceJSON(sys, provider)
	} else {
		err = announce(sys, common, provider)
	}
	if err != nil {
		return err
	}
	<-ctx.Done()
	return context.Cause(ctx)
}

// served is the answer of demo --serve --json, on one line.
type served struct {
	Issuer  string         `json:"issuer"`
	Clients []servedClient `json:"clients"`
}

type servedClient struct {
	ClientID     string   `json:"client_id"`
	ClientSecret string   `json:"client_secret,omitempty"` // made for this run, good for nothing else
	AuthMethod   string   `json:"token_endpoint_auth_method"`
	Scopes       []string `json:"scopes"`
}

func announceJSON(sys *system, provider *practice.Provider) error {
	answer := served{Issuer: provider.Issuer()}
	for _, c := range provider.Clients() {
		answer.Clients = append(answer.Clients, servedClient{c.ID, c.Secret.Reveal(), c.Method, c.Scopes})
	}
	return writeJSON(sys.stdout, answer)
}

func announce(sys *system, common *shared, provider *practice.Provider) error {
	out := sys.answer(common.noColor)
	clients := provider.Clients()
	rows := make([][2]string, 0, 2*len(clients))
	for _, c := range clients {
		method := c.Method
		if method == string(flows.AuthNone) {
			method = "public client, no secret"
		}
		rows = append(rows, [2]string{c.ID, method})
		if !c.Secret.IsZero() {
			rows = append(rows, [2]string{"", "secret " + c.Secret.Reveal()})
		}
	}
	out.Emphasis("Practice provider  ", provider.Issuer())
	out.Table("Clients", rows)
	out.Table("Try", [][2]string{
		{"login", "oidcscope login " + provider.Issuer() + " --client-id " + clients[0].ID},
		{"probe", "oidcscope probe " + provider.Issuer() + " --client-id practice-strict"},
		{"discovery", provider.Issuer() + "/.well-known/openid-configuration"},
	})
	out.Note("")
	out.Note("It keeps everything in memory. ctrl+c stops it.")
	return out.Err()
}
