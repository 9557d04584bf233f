package main

import (
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdWrap writes pasted.txt: a text with the token of token.jwt in the place of TOKEN.
func cmdWrap(ts *testscript.TestScript, _ bool, args []string) {
	token := strings.TrimSpace(ts.ReadFile("token.jwt"))
	ts.Check(os.WriteFile(ts.MkAbs("pasted.txt"), []byte(strings.ReplaceAll(args[0], "TOKEN", token)), 0o600))
}
