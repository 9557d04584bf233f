//go:build unix

package browser

import (
	"os/exec"
	"syscall"
)

// detach puts the browser in a process group of its own, so that ctrl+c in our terminal does not close it.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
