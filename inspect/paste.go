package inspect

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Tokens arrive from logs, mails and terminals: with a header name in front, in quotes, broken over lines. All of that is
// removed before decoding, told in [Token.Trims], and every offset can be mapped back to the paste.

// TrimKind says what a [Trim] removed.
type TrimKind string

const (
	TrimPrefix    TrimKind = "prefix"     // "Bearer ", "Authorization:", "id_token="
	TrimQuote     TrimKind = "quote"      // any quotation mark around the token
	TrimSeparator TrimKind = "separator"  // a comma or semicolon after it
	TrimBlank     TrimKind = "blank"      // blanks and tabs
	TrimLineBreak TrimKind = "line break" // CR, LF, and the rarer ones
	TrimAround    TrimKind = "around"     // the text that a token was found in
	TrimInvisible TrimKind = "invisible"  // zero-width characters and byte order marks
)

// Trim is something that was removed from the paste.
type Trim struct {
	Kind   TrimKind
	Offset int    // in the paste, bytes
	Text   string // what stood there
}

// run maps offsets of the token from at on to the paste.
type run struct{ at, pasted int }

// PastedOffset gives the place in [Token.Pasted] of an offset in [Token.Raw].
func (t *Token) PastedOffset(offset int) int {
	for i := len(t.runs) - 1; i >= 0; i-- {
		if r := t.runs[i]; r.at <= offset {
			return r.pasted + offset - r.at
		}
	}
	return offset
}

// trim sets Raw and the offset map from the paste: what stands around the token is cut off.
func (t *Token) trim() paste {
	p := paste{text: t.Pasted, lo: 0, hi: len(t.Pasted)}
	for range 8 { // `-H "Authorization: Bearer …"` needs four; the bound is against nested quotes without end
		lo, hi := p.lo, p.hi
		p.blanks()
		p.prefix()
		p.wrapping()
		if lo == p.lo && hi == p.hi {
			break
		}
	}
	t.Raw = p.text[p.lo:p.hi]
	if p.lo > 0 {
		t.runs = []run{{0, p.lo}}
	}
	return p
}

type paste struct {
	text   string
	lo, hi int
	trims  []Trim
}

func (p *paste) cutFront(kind TrimKind, n int) {
	p.trims = append(p.trims, Trim{kind, p.lo, p.text[p.lo : p.lo+n]})
	p.lo += n
}

func (p *paste) cutBack(kind TrimKind, n int) {
	p.hi -= n
	p.trims = append(p.trims, Trim{kind, p.hi, p.text[p.hi : p.hi+n]})
}

func (p *paste) blanks() {
	for p.lo < p.hi {
		r, n := utf8.DecodeRuneInString(p.text[p.lo:p.hi])
		kind := blankKind(r)
		if kind == "" {
			break
		}
		p.cutFront(kind, n)
	}
	for p.lo < p.hi {
		r, n := utf8.DecodeLastRuneInString(p.text[p.lo:p.hi])
		kind := blankKind(r)
		if kind == "" {
			break
		}
		p.cutBack(kind, n)
	}
}

func blankKind(r rune) TrimKind {
	switch {
	case r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029:
		return TrimLineBreak
	case r == 0xfeff || r >= 0x200b && r <= 0x200f || r >= 0x2060 && r <= 0x2064 || r == 0xad:
		return TrimInvisible
	case r == ' ' || r == '\t' || r > 0x7f && unicode.IsSpace(r):
		return TrimBlank
	}
	return ""
}

// prefix removes one header name, authentication scheme or parameter name.
func (p *paste) prefix() {
	rest := p.text[p.lo:p.hi]
	if strings.HasPrefix(rest, "ey") {
		return // already a token
	}
	word := 0
	for word < len(rest) && word < 24 && (rest[word]|0x20 >= 'a' && rest[word]|0x20 <= 'z' || rest[word] == '_' || rest[word] == '-') {
		word++
	}
	if word == 0 || word == len(rest) {
		return
	}
	switch strings.ToLower(rest[:word]) {
	case "bearer":
		if rest[word] == ' ' || rest[word] == '\t' {
			p.cutFront(TrimPrefix, word+1)
		}
	case "dpop":
		if strings.IndexByte(" \t:", rest[word]) >= 0 {
			p.cutFront(TrimPrefix, word+1)
		}
	case "authorization", "proxy-authorization":
		if rest[word] == ':' {
			p.cutFront(TrimPrefix, word+1)
		}
	case "-h", "--header":
		if strings.IndexByte(" \t=", rest[word]) >= 0 {
			p.cutFront(TrimPrefix, word+1)
		}
	case "id_token", "access_token", "refresh_token", "token", "assertion", "client_assertion", "logout_token", "id_token_hint":
		after := strings.TrimLeft(rest[word:], `"' `)
		if after != "" && (after[0] == '=' || after[0] == ':') {
			p.cutFront(TrimPrefix, len(rest)-len(after)+1)
		}
	}
}

const quotes = "\"'`“”„‘’«»"

// wrapping removes quotation marks on either side and a separator at the end.
func (p *paste) wrapping() {
	if p.lo < p.hi {
		if r, n := utf8.DecodeRuneInString(p.text[p.lo:p.hi]); strings.ContainsRune(quotes, r) {
			p.cutFront(TrimQuote, n)
		}
	}
	if p.lo < p.hi {
		r, n := utf8.DecodeLastRuneInString(p.text[p.lo:p.hi])
		switch {
		case strings.ContainsRune(quotes, r):
			p.cutBack(TrimQuote, n)
		case r == ',' || r == ';':
			p.cutBack(TrimSeparator, n)
		}
	}
}

// mayJoin reports whether blanks inside belong to the paste and not to the token: in base64url and PASETO they can't be
// meant. A payload that is not encoded (RFC 7797) keeps its blanks.
func mayJoin(text string) bool {
	clean := true
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c >= 0x7f {
			clean = false
			break
		}
	}
	if clean || len(text) < 3 {
		return false
	}
	if text[0] == 'v' && text[2] == '.' {
		return true
	}
	if text[0] != 'e' || text[1] != 'y' && text[1] != 'w' {
		return false
	}
	head, _, _ := strings.Cut(text, ".")
	header := ScanJSON(string(repairBase64(head))).Root
	return !header.Get("b64").IsFalse()
}

// join removes every blank inside the token.
func (t *Token) join(p *paste) {
	var b strings.Builder
	b.Grow(len(t.Raw))
	last := 0
	for i := 0; i < len(t.Raw); {
		r, n := utf8.DecodeRuneInString(t.Raw[i:])
		kind := blankKind(r)
		if kind == "" {
			i += n
			continue
		}
		if last < i {
			t.runs = append(t.runs, run{b.Len(), p.lo + last})
			b.WriteString(t.Raw[last:i])
		}
		p.trims = append(p.trims, Trim{kind, p.lo + i, t.Raw[i : i+n]})
		i += n
		last = i
	}
	if last == 0 {
		return
	}
	t.runs = append(t.runs, run{b.Len(), p.lo + last})
	b.WriteString(t.Raw[last:])
	t.Raw = b.String()
}

// inWords lists what was removed. A single final line break comes with every pipe and is not worth a word.
func (p *paste) inWords() string {
	if len(p.trims) == 0 {
		return ""
	}
	if after := p.text[p.hi:]; p.lo == 0 && (after == "\n" || after == "\r\n") && len(p.trims) == len(after) {
		return ""
	}
	var words []string
	count := map[TrimKind]int{}
	for _, t := range p.trims {
		if t.Kind == TrimPrefix {
			words = append(words, fmt.Sprintf("%q", strings.TrimSpace(t.Text)))
			continue
		}
		count[t.Kind]++
	}
	for _, kind := range []TrimKind{TrimQuote, TrimSeparator, TrimBlank, TrimLineBreak, TrimInvisible} {
		switch n := count[kind]; {
		case n == 1:
			words = append(words, "1 "+kind.one())
		case n > 1:
			words = append(words, fmt.Sprintf("%d %ss", n, kind.one()))
		}
	}
	return strings.Join(words, ", ")
}

func (k TrimKind) one() string {
	switch k {
	case TrimQuote:
		return "quotation mark"
	case TrimInvisible:
		return "invisible character"
	}
	return string(k)
}
