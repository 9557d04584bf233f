package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/oidcscope/oidcscope/internal/docgen"
)

//go:generate go test -run ^TestGeneratedPages$ -update .

var update = flag.Bool("update", false, "write the generated pages of docs/")

func TestGeneratedPages(t *testing.T) {
	root := newRoot(newSystem(), nil)
	pages := map[string]string{"cli.md": docgen.CLI(root), "keys.md": docgen.Keys(), "flows.md": docgen.Flows(), "faults.md": docgen.Faults(), "errors.md": docgen.Errors(), "providers.md": docgen.Providers(),
		"checks.md": docgen.Checks(), "claims.md": docgen.Claims(), "probes.md": docgen.Probes()}
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
