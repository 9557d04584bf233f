package walk

import (
	"bytes"
	"fmt"
	"math/bits"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// whatChanged says what the changed characters mean: which claim says something else now, or what can't be read any longer.
func (m *Model) whatChanged() string {
	before, after := m.first.Token, m.now.Token
	names := [3]string{"header", "payload", "signature"}
	for p, name := range names {
		if m.text.parts[p] == m.text.first[p] {
			continue
		}
		was, is := before.Part(name), after.Part(name)
		switch {
		case is == nil || was == nil:
			return "the " + name + " can't be read any longer"
		case bytes.Equal(was.Bytes, is.Bytes):
			return "the " + name + " decodes to the same bytes, but its text is another, and the text is what counts (RFC 7515 5.2)"
		case p == 2:
			return fmt.Sprintf("byte %d of the signature is another", firstDifference(was.Bytes, is.Bytes)+1)
		}
		if f := after.Unreadable(); f != nil {
			return fmt.Sprintf("the %s can't be read any longer: %s", safe.Short(f.In, 20), safe.Short(f.Message, 80))
		}
		if before.Payload != nil && after.Payload == nil {
			return "the payload is no longer JSON: it can't be read any longer"
		}
		if said := difference(inspect.Diff(before, after)); said != "" {
			return said
		}
		return fmt.Sprintf("byte %d of the %s is another", firstDifference(was.Bytes, is.Bytes)+1, name)
	}
	return ""
}

// difference says the first change of header or claims.
func difference(d inspect.Difference) string {
	for _, c := range d.Changes {
		value := func(v *inspect.Value) string { return safe.Short(v.Raw, 40) }
		name := safe.Short(c.In+"."+c.Path, 60)
		switch {
		case c.In == "signature":
		case c.Before == nil:
			return name + " is there now: " + value(c.After)
		case c.After == nil:
			return name + " is gone"
		default:
			return name + ": " + value(c.Before) + " → " + value(c.After)
		}
	}
	return ""
}

func firstDifference(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

// digestChange says how many bits of the digest a change has turned: about half of them, whatever was changed.
func (m *Model) digestChange() string {
	if m.now == m.first || m.first.Anatomy == nil || m.now.Anatomy == nil {
		return ""
	}
	a, b := m.first.Anatomy.Digest, m.now.Anatomy.Digest
	if len(a) == 0 || len(a) != len(b) {
		return ""
	}
	n := 0
	for i := range a {
		n += bits.OnesCount8(a[i] ^ b[i])
	}
	if n == 0 {
		return "The digest is as before: what was changed is not signed."
	}
	return fmt.Sprintf("%d of %d bits differ from those before the change.", n, 8*len(a))
}
