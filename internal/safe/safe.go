// Package safe makes untrusted text printable. Everything that comes from a token, a provider, a file or the network
// passes [Text] (one line) or [Block] (several lines) before it reaches a terminal.
package safe
