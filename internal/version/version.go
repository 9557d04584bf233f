// Package version knows which version of the program this is.
package version

import (
	"runtime/debug"
	"strings"
)

// Release is set by the release build (-ldflags -X); other builds take the module's version.
var Release string

// Text is the version: "1.2.3", "(devel)" of a build from a working tree.
func Text() string {
	if Release != "" {
		return Release
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// UserAgent names the program and its version in requests (RFC 9110 10.1.5), so that somebody who reads a provider's log knows who
// asked.
func UserAgent() string {
	token := strings.Map(func(r rune) rune { // RFC 9110 5.6.2; a comment's brackets are none of it
		if strings.ContainsRune("()<>@,;:\\\"/[]?={} \t", r) || r < '!' || r > '~' {
			return -1
		}
		return r
	}, strings.TrimPrefix(Text(), "v"))
	return "oidcscope/" + token
}
