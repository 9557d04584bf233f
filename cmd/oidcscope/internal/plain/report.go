package plain

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// Report prints a token taken apart: what it is, whether its signature holds, how long it lives, what it says, what the
// specification's checklist says, and what is wrong with it.
func (p *Printer) Report(title string, r *inspect.Report) {
	p.ends(0, safe.Text(title), p.bold, form(r), p.dim)
	if r.Token != nil && r.Token.Removed != "" {
		p.verdict(markCare, p.care, "cleaned", r.Token.Removed)
	}
	p.body(r)
	p.findings(r.Findings)
}

func (p *Printer) body(r *inspect.Report) {
	p.fault(r)
	p.encryption(r)
	if r.Encryption == nil || r.Token.Opened && r.Inner == nil {
		p.signature(r)
	}
	p.signatures(r)
	p.facts(r)
	if r.Inner == nil {
		p.times(r)
	}
	p.claims("Header", r.Headers)
	p.claims("Claims", r.Claims)
	p.disclosures(r)
	if r.Inner == nil {
		p.payloadBytes(r)
	}
	p.checklist(r.Checklist)
	p.inner(r)
}

// form says in what form the token is written.
func form(r *inspect.Report) string {
	return fmt.Sprintf("%s · %s", r.Kind, size(int64(r.Size)))
}

// Title names a token by its type.
func Title(r *inspect.Report) string {
	switch r.Type {
	case "":
		return "Token"
	case "id_token":
		return "ID token"
	case "access_token", "at_jwt":
		return "Access token"
	case "refresh_token":
		return "Refresh token"
	case "userinfo":
		return "UserInfo"
	case "jwt", "jws", "set":
		return strings.ToUpper(r.Type)
	case "dpop":
		return "DPoP proof"
	case "sd_jwt":
		return "SD-JWT"
	case "kb_jwt":
		return "Key binding JWT"
	case "jarm":
		return "JARM answer"
	default:
		name := strings.ReplaceAll(r.Type, "_", " ")
		return strings.ToUpper(name[:1]) + name[1:]
	}
}

// verdictColumn is where the reason of a verdict starts, in cells.
const verdictColumn = 18

// verdict prints one verdict: mark, word, and why in a column of its own.
func (p *Printer) verdict(mark string, paint func(string) string, word, detail string) {
	const column = verdictColumn
	lines := wrap(safe.Text(detail), p.width-column)
	p.line(" " + paint(mark+" "+pad(word, column-3)) + lines[0])
	for _, l := range lines[1:] {
		p.line(strings.Repeat(" ", column) + l)
	}
}

func (p *Printer) fault(r *inspect.Report) {
	if r.Error == nil {
		return
	}
	p.verdict(markBad, p.bad, "malformed", fmt.Sprintf("%s, byte %d: %s", r.Error.In, r.Error.Offset, r.Error.Message))
}

func (p *Printer) signature(r *inspect.Report) {
	v := r.Signature
	switch v.Status {
	case inspect.Verified:
		p.verdict(markGood, p.good, "verified", keyText(v))
	case inspect.Invalid:
		p.verdict(markBad, p.bad, "invalid", orElse(v.Reason, "the signature does not match"))
		p.attempts(v.Attempts)
	case inspect.Refused:
		p.verdict(markBad, p.bad, "refused", v.Reason)
	case inspect.Unsecured:
		p.verdict(markBad, p.bad, "not signed", orElse(v.Reason, "alg is none: anyone can have written this"))
	case inspect.Unsupported:
		p.verdict(markUnknown, p.care, "not verified", v.Reason)
	case inspect.Unverified:
		p.verdict(markUnknown, p.care, "not verified", orElse(v.Reason, "no key to verify the signature with"))
		p.attempts(v.Attempts)
	}
}

// keyText says which key verified a signature, and where it came from.
func keyText(v inspect.Verdict) string {
	parts := []string{v.Alg}
	if k := v.Key; k != nil {
		kind := k.KTY
		if k.Crv != "" {
			kind += " " + k.Crv
		} else if k.Bits > 0 {
			kind += fmt.Sprintf(" %d", k.Bits)
		}
		if k.KID != "" {
			parts = append(parts, "key "+k.KID)
		}
		parts = append(parts, kind)
	}
	switch v.KeySource {
	case "discovery":
		parts = append(parts, "from the provider's key set")
	case "jwks":
		parts = append(parts, "from the key set")
	case "secret":
		parts = append(parts, "the shared secret")
	case "":
	default:
		parts = append(parts, "from "+v.KeySource)
	}
	return strings.Join(parts, ", ")
}

// maxAttempts bounds the list of keys that did not verify.
const maxAttempts = 8

func (p *Printer) attempts(attempts []inspect.Attempt) {
	for i, a := range attempts {
		if i == maxAttempts {
			p.under(verdictColumn, p.dim, fmt.Sprintf("and %d more keys", len(attempts)-i))
			return
		}
		name := fmt.Sprintf("key %d", i+1)
		switch {
		case a.Key == nil:
		case a.Key.KID != "":
			name = "key " + safe.Short(a.Key.KID, 40)
		case a.Key.KTY != "":
			name += " (" + safe.Short(a.Key.Name(), 40) + ")"
		}
		p.under(verdictColumn, p.dim, name+": "+a.Reason)
	}
}

func (p *Printer) times(r *inspect.Report) {
	t := r.Time
	until := func(at *time.Time) string { return at.UTC().Format("2006-01-02 15:04:05 UTC") }
	switch t.Status {
	case inspect.TimeValid:
		p.verdict(markGood, p.good, "in its time", fmt.Sprintf("expires in %s, at %s", span(t.ExpiresAt.Sub(t.At)), until(t.ExpiresAt)))
	case inspect.TimeExpired:
		p.verdict(markBad, p.bad, "expired", fmt.Sprintf("%s ago, at %s", span(t.At.Sub(*t.ExpiresAt)), until(t.ExpiresAt)))
	case inspect.TimeNotYetValid:
		if t.NotBefore != nil {
			p.verdict(markBad, p.bad, "not yet valid", fmt.Sprintf("valid in %s, from %s", span(t.NotBefore.Sub(t.At)), until(t.NotBefore)))
		} else {
			p.verdict(markBad, p.bad, "not yet valid", "its times lie in the future")
		}
	case inspect.TimeNoExpiry:
		if r.Payload != nil {
			p.verdict(markCare, p.care, "no expiry", "the token does not say when it ends (no exp)")
		}
	case inspect.TimeMalformed:
		p.verdict(markBad, p.bad, "bad times", "exp, nbf or iat is not a number of seconds")
	}
}

// maxLabel is the widest label that others are aligned to, in cells.
const maxLabel = 18

func (p *Printer) claims(title string, claims []inspect.Claim) {
	if len(claims) == 0 {
		return
	}
	p.section(title)
	names := make([]string, len(claims))
	for i, c := range claims {
		names[i] = safe.Short(c.Name, 60)
	}
	column := labelColumn(names)
	for i, c := range claims {
		p.row(column, names[i], value(c))
		if about := about(c); about != "" {
			p.under(column, p.dim, about)
		}
	}
}

func labelColumn(names []string) int {
	widest := 0
	for _, n := range names {
		if w := width(n); w <= maxLabel {
			widest = max(widest, w)
		}
	}
	return 3 + widest + 2
}

// row prints a label and its value; a long value is wrapped under itself.
func (p *Printer) row(column int, name, value string) {
	lines := wrap(safe.Text(value), p.width-column)
	if width(name) > column-5 {
		p.line("   " + p.accent(name))
		lines = append([]string{""}, lines...)
	} else {
		p.line("   " + p.accent(pad(name, column-5)) + "  " + lines[0])
	}
	for _, l := range lines[1:] {
		p.line(strings.Repeat(" ", column) + l)
	}
}

// value is a claim's value as JSON on one line, a string without its quotes, with its reading in words behind it.
func value(c inspect.Claim) string {
	text := compact(c.Value)
	var s string
	if len(c.Value) > 0 && c.Value[0] == '"' && json.Unmarshal(c.Value, &s) == nil {
		text = s
	}
	if c.Text != "" && c.Text != text {
		text += "   " + c.Text
	}
	return text
}

func compact(raw json.RawMessage) string {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return string(raw)
	}
	return b.String()
}

func about(c inspect.Claim) string {
	if c.Meaning == "" || c.Source == "" {
		return c.Meaning
	}
	return c.Meaning + " · " + c.Source
}

// maxPayload bounds how much of a payload that is no JSON is shown, in characters.
const maxPayload = 400

func (p *Printer) payloadBytes(r *inspect.Report) {
	if r.Payload != nil || r.Token == nil || len(r.Token.Bytes) == 0 {
		return
	}
	p.section("Payload (no JSON object)")
	p.under(3, asIs, safe.Short(string(r.Token.Bytes), maxPayload))
}

// section opens a part of a report.
func (p *Printer) section(title string) {
	p.blank()
	p.line(" " + p.bold(safe.Text(title)))
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func joinNonEmpty(separator, a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + separator + b
}

// Table prints a section of labels and values.
func (p *Printer) Table(title string, rows [][2]string) {
	p.section(title)
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = safe.Short(r[0], 60)
	}
	column := labelColumn(names)
	for i, r := range rows {
		p.row(column, names[i], r[1])
	}
}
