package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/internal/docgen"
	"github.com/oidcscope/oidcscope/tui"
)

//go:generate go test -run ^TestGeneratedPages$ -update .

var update = flag.Bool("update", false, "write the generated pages of docs/")

func TestGeneratedPages(t *testing.T) {
	root := newRoot(newSystem(), nil)
	pages := map[string]string{"cli.md": docgen.CLI(root), "keys.md": docgen.Keys(), "flows.md": docgen.Flows(), "faults.md": docgen.Faults(), "errors.md": docgen.Errors(), "providers.md": docgen.Providers(),
		"checks.md": docgen.Checks(), "claims.md": docgen.Claims(), "probes.md": docgen.Probes(),
		"interface.md": docgen.Interface(root, tui.Fields())}
	for name, page := range pages {
		path := filepath.Join("..", "..", "docs", name)
		if *update {
			if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		have, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(have, []byte(page)) {
			t.Errorf("docs/%s is not what the program says now: run go generate ./... and commit the page", name)
		}
	}
}

// A flag that the interface has no place for fails here: give it a field in the form, or say in internal/docgen/interface.go where it is or why
// it has none. A field that no flag is called like is a mistake too, as it could not reach the command.
func TestEveryFlagHasItsPlaceInTheInterface(t *testing.T) {
	root, fields := newRoot(newSystem(), nil), tui.Fields()
	for _, s := range docgen.Surfaces(root, fields) {
		if s.Place == "" {
			t.Errorf("oidcscope %s --%s has no place in the interface", s.Command, s.Flag)
		}
	}
	named := map[string][]string{"login": {"issuer", "profile"}, "register": {"issuer"}, "register update": {"issuer"}, "probe": {"target"}, "call": {"url"}}
	for command, ids := range fields {
		cmd, _, err := root.Find(strings.Fields(command))
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			flag := strings.TrimRight(id, "0123456789")
			if cmd.Flags().Lookup(flag) == nil && !slices.Contains(named[command], id) && command != "register update" {
				t.Errorf("the form of %s has a field %s, and the command no such flag", command, id)
			}
		}
	}
}
