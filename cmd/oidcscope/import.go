package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/flows/archive/capture"
	"github.com/oidcscope/oidcscope/flows/archive/har"
)

// newImport is import har by a shorter name, until there is another kind of file.
func newImport(sys *system, common *shared) *cobra.Command {
	var o recordOptions
	cmd := &cobra.Command{
		Use:     "import [FILE]",
		Short:   "Look into what other programs captured",
		Long:    "Looks into what other programs captured. A FILE is an HTTP archive (HAR): see 'oidcscope import har'.",
		Example: "  oidcscope import login.har",
		Args:    atMostOne("one HAR file, or -"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return waiting(cmd.Context(), func(ctx context.Context) error { return runImportHAR(ctx, sys, common, &o, args[0]) })
		},
	}
	o.register(cmd, "login", "logins in the archive")
	cmd.AddCommand(newImportHAR(sys, common))
	return cmd
}

func newImportHAR(sys *system, common *shared) *cobra.Command {
	var o recordOptions
	cmd := &cobra.Command{
		Use:   "har FILE",
		Short: "Rebuild the logins that a browser captured",
		Long: `Reads an HTTP archive (HAR), finds the OAuth and OpenID Connect exchanges among the
hundreds of others, and shows each login step by step, as if it had been made here: the
requests, where each value came from, the tokens, and why it failed if it did. State,
nonce, PKCE, issuer and signatures are checked as far as the capture holds what that
takes; the rest is said to be missing from it. Nothing is sent.

In Chrome, Edge, Firefox and Safari: developer tools, Network, "preserve log" on, log in,
then save all as HAR. Chrome leaves cookies and credentials out unless told otherwise.
Playwright's zip files, bodies beside the archive, gzip and UTF-16 are read as well, and so
are Charles, Fiddler and mitmproxy's archives; of a file that was cut off, what there is.

A HAR holds secrets. What is shown and saved here is masked, unless --show-secrets.

Exit code 0: all logins that are shown ended well; 1: one failed; 2: usage, no HAR, or
nothing to be found in it.`,
		Example: `  oidcscope import har login.har
  oidcscope import har login.har --plain
  oidcscope import har login.har --login 2 --save login.json
  oidcscope import har login.har --export markdown -o issue.md`,
		Args: exactlyOne("one HAR file, or -"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return waiting(cmd.Context(), func(ctx context.Context) error { return runImportHAR(ctx, sys, common, &o, args[0]) })
		},
	}
	o.register(cmd, "login", "logins in the archive")
	return cmd
}

func runImportHAR(ctx context.Context, sys *system, common *shared, o *recordOptions, path string) error {
	if err := o.check(); err != nil {
		return err
	}
	f, source, err := openRecord(sys, path)
	if err != nil {
		return err
	}
	defer f.Close()
	options := har.Options{Keep: capture.Keep}
	if path != "-" {
		options.Files = os.DirFS(filepath.Dir(path)) // Playwright puts bodies beside the archive
	}
	log, err := har.Read(f, options)
	if errors.Is(err, har.ErrNone) {
		return usage("", "%s: %w", source, err)
	}
	if err != nil {
		return err
	}
	found := capture.Find(log, source)
	if len(found.Runs) == 0 {
		return usage("save the archive with \"preserve log\" on, from before the login to its end",
			"%s: there is no OAuth or OpenID Connect exchange among its %d requests", source, found.Seen)
	}
	note := fmt.Sprintf("Rebuilt from %s: nothing is sent.", source)
	if n := len(found.Runs); n > 1 && o.number == 0 {
		note += fmt.Sprintf(" There are %d runs in it; --login N shows one:", n)
		for i, r := range found.Runs {
			note += fmt.Sprintf("\n  %d  %s", i+1, r.Line())
		}
	}
	return o.show(ctx, sys, common, records{found.Runs, found.Warnings, note})
}
