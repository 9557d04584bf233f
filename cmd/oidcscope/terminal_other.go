//go:build !unix

package main

import "os"

// openTerminal opens the console.
func openTerminal() (*os.File, error) { return os.OpenFile("CONIN$", os.O_RDWR, 0) }
