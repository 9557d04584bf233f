//go:build !unix

package browser

import "os/exec"

// detach has nothing to do where ctrl+c does not reach other programs' windows.
func detach(*exec.Cmd) {}
