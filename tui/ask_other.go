//go:build !unix

package tui

import (
	"os"
	"time"
)

// canAsk is false: the Windows console has no such question that all its versions answer.
func canAsk(func(string) string) bool { return false }

func ask(*os.File, time.Duration) (*answers, []byte) { return &answers{}, nil }
