package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/internal/version"
)

// buildFacts is the answer of version --json.
type buildFacts struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Modified bool   `json:"modified,omitempty"` // built from a tree with changes
	Date     string `json:"date,omitempty"`     // of the commit, RFC 3339
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func newVersion(sys *system, _ *shared) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  noArguments,
		RunE:  func(*cobra.Command, []string) error { return runVersion(sys, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

func runVersion(sys *system, asJSON bool) error {
	b := readBuild()
	if asJSON {
		return writeJSON(sys.stdout, b)
	}
	commit := ""
	if b.Commit != "" {
		commit = ", commit " + b.Commit[:min(12, len(b.Commit))]
		if b.Modified {
			commit += " with changes"
		}
	}
	_, err := fmt.Fprintf(sys.stdout, "oidcscope %s (%s, %s%s)\n", b.Version, b.Go, b.Platform, commit)
	return err
}

func readBuild() buildFacts {
	b := buildFacts{Version: version.Text(), Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.Date = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}

// noArguments refuses arguments with the command's usage line as a hint.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("usage: "+cmd.UseLine(), "%s takes no arguments, got %q", cmd.Name(), args[0])
	}
	return nil
}
