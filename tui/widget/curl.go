package widget

import (
	"strings"

	"github.com/oidcscope/oidcscope/flows/record"
)

// Curl writes a request as a command for a POSIX shell. Everything is in single quotes: what a provider put into an address
// must not become part of the command. Secrets are the caller's to mask.
func Curl(method, address string, headers []record.Header, body string) string {
	parts := []string{"curl", "-X", shellQuote(method), shellQuote(address)}
	for _, h := range headers {
		switch strings.ToLower(h.Name) {
		case "content-length", "host", "accept-encoding": // curl makes its own
		default:
			parts = append(parts, "-H", shellQuote(h.Name+": "+h.Value))
		}
	}
	if body != "" {
		parts = append(parts, "--data-raw", shellQuote(body))
	}
	return strings.Join(parts, " ")
}

func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
