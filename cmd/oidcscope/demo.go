package main

import (
	"context"
	"strings"
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
	mutualTLS     bool
	notifyURI     string
	writeKeys     string // a folder
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
	f.BoolVar(&o.mutualTLS, "mtls", false, "serve the endpoints that clients call at https too, with mutual TLS (RFC 8705)")
	f.StringVar(&o.notifyURI, "notify-uri", "", "`URI` on this machine where the client practice-ping listens (CIBA in ping mode)")
	f.StringVar(&o.writeKeys, "write-keys", "", "with --serve: `FOLDER` to write the clients' keys and certificates to; else they stay in memory")
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
	settings := practice.Options{Addr: o.addr, TokenLifetime: o.tokenLifetime, NotifyURI: o.notifyURI,
		MutualTLS: o.mutualTLS || strings.HasPrefix(o.client, "practice-tls") || strings.HasPrefix(o.client, "practice-self-signed")}
	if fault != nil {
		settings.Fault = fault.Name
	}
	if o.serve {
		return serve(ctx, sys, common, o, settings)
	}
	if o.run.interactive(sys) {
		flow, err := o.run.build(flows.Config{})
		if err == nil {
			err = o.run.checkBreaks(flow)
		}
		if err != nil {
			return err
		}
		options := tui.Options{PracticeClient: o.client, PracticeOptions: settings,
			NoBrowser: o.run.noBrowser, Step: o.run.step, Breaks: o.run.breaks, Reveal: o.run.showSecrets}
		if options.Faults = o.fault == allFaults; !options.Faults {
			options.Practice = o.run.flow
		}
		return o.run.open(ctx, sys, common, options)
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
	flow, err := o.run.build(cfg)
	if err != nil {
		return err
	}
	step, err := o.run.debugger(&cfg, flow, sys.notes(common.noColor), &keyboard{sys: sys})
	if err != nil {
		return err
	}
	who := &helper{ctx: runCtx, background: beside, step: step, approve: provider.ApproveDevice,
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
