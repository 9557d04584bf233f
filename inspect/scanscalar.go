package inspect

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

func (s *scanner) space() {
	for s.pos < len(s.text) {
		switch s.text[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

func (s *scanner) literal(word string) bool {
	rest := s.text[s.pos:]
	if strings.HasPrefix(rest, word) {
		s.pos += len(word)
		return true
	}
	for i := range len(word) {
		if i >= len(rest) || rest[i] != word[i] {
			s.pos += i
			s.failAt("the literal " + word)
			break
		}
	}
	return false
}

// number reads a number by the grammar of RFC 8259 6 and leaves its text alone.
func (s *scanner) number() bool {
	if s.text[s.pos] == '-' {
		s.pos++
	}
	switch {
	case s.pos < len(s.text) && s.text[s.pos] == '0':
		s.pos++
	case !s.digits():
		s.failAt("a JSON value")
		return false
	}
	if s.pos < len(s.text) && s.text[s.pos] == '.' {
		s.pos++
		if !s.digits() {
			s.failAt("a digit after the decimal point")
			return false
		}
	}
	if s.pos < len(s.text) && s.text[s.pos]|0x20 == 'e' {
		s.pos++
		if s.pos < len(s.text) && (s.text[s.pos] == '+' || s.text[s.pos] == '-') {
			s.pos++
		}
		if !s.digits() {
			s.failAt("a digit of the exponent")
			return false
		}
	}
	return true
}

// digits skips digits and reports whether there was one.
func (s *scanner) digits() bool {
	start := s.pos
	for s.pos < len(s.text) && s.text[s.pos]-'0' <= 9 {
		s.pos++
	}
	return s.pos > start
}

// str reads a string. Without escapes, the usual case, it is a piece of the text and costs nothing.
func (s *scanner) str() (string, bool) {
	s.pos++
	start := s.pos
	for s.pos < len(s.text) {
		switch c := s.text[s.pos]; {
		case c == '"':
			s.pos++
			return s.text[start : s.pos-1], true
		case c == '\\':
			return s.escaped(start)
		case c < 0x20:
			s.failAt("an escape instead of a control character")
			return "", false
		default:
			s.pos++
		}
	}
	s.failAt("the closing quote")
	return "", false
}

// escaped goes on from the first escape of a string that began at start.
func (s *scanner) escaped(start int) (string, bool) {
	var b strings.Builder
	b.WriteString(s.text[start:s.pos])
	for s.pos < len(s.text) {
		switch c := s.text[s.pos]; {
		case c == '"':
			s.pos++
			return b.String(), true
		case c == '\\':
			if !s.escape(&b) {
				return "", false
			}
		case c < 0x20:
			s.failAt("an escape instead of a control character")
			return "", false
		default:
			b.WriteByte(c)
			s.pos++
		}
	}
	s.failAt("the closing quote")
	return "", false
}

func (s *scanner) escape(b *strings.Builder) bool {
	s.pos++
	if s.pos >= len(s.text) {
		s.failAt("an escape")
		return false
	}
	const from, to = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	c := s.text[s.pos]
	if i := strings.IndexByte(from, c); i >= 0 {
		b.WriteByte(to[i])
		s.pos++
		return true
	}
	if c != 'u' {
		s.failAt("an escape")
		return false
	}
	at := s.pos - 1
	s.pos++
	unit, ok := s.hex4()
	if !ok {
		return false
	}
	if !utf16.IsSurrogate(unit) {
		b.WriteRune(unit)
		return true
	}
	if strings.HasPrefix(s.text[s.pos:], `\u`) {
		mark := s.pos
		s.pos += 2
		low, ok := s.hex4()
		if !ok {
			return false
		}
		if pair := utf16.DecodeRune(unit, low); pair != utf8.RuneError {
			b.WriteRune(pair)
			return true
		}
		s.pos = mark // the second one is read for itself
	}
	s.peculiar(FaultSurrogate, at, "the escape %s is half of a surrogate pair", s.text[at:at+6])
	b.WriteRune(utf8.RuneError)
	return true
}

func (s *scanner) hex4() (rune, bool) {
	var r rune
	for range 4 {
		if s.pos >= len(s.text) {
			s.failAt("four hexadecimal digits")
			return 0, false
		}
		c := s.text[s.pos]
		switch {
		case c-'0' <= 9:
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			s.failAt("four hexadecimal digits")
			return 0, false
		}
		s.pos++
	}
	return r, true
}
