// Package jsonout writes JSON by appending to bytes: [String] for text that may hold anything, [Raw] for JSON that came from
// elsewhere and keeps its member order, number text and duplicates. What it writes stands on one line and is safe to print:
// characters that a terminal would act on, or not show, become \u escapes, and mean the same.
//
// It is there because encoding/json is slow where a million lines are written, sorts what has an order, and because nothing may
// be written through a JOSE library (GHSA-4cf7-xm37-g63h: names unescaped).
package jsonout

import (
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// String appends s as a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD.
func String[S ~string | ~[]byte](dst []byte, s S) []byte {
	return append(inside(append(dst, '"'), string(s)), '"')
}

// inside appends the text of a JSON string. Runs of plain characters are copied in one piece.
func inside(dst []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c < 0x7f && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = append(dst, s[start:i]...)
		r, n := utf8.DecodeRuneInString(s[i:])
		dst = escaped(dst, r, s[i:i+n])
		i += n
		start = i
	}
	return append(dst, s[start:]...)
}

// escaped appends one character of a string, as it is when it can be shown.
func escaped(dst []byte, r rune, text string) []byte {
	switch {
	case r == '"' || r == '\\':
		return append(dst, '\\', byte(r))
	case r == '\n':
		return append(dst, '\\', 'n')
	case r == '\t':
		return append(dst, '\\', 't')
	case r == '\r':
		return append(dst, '\\', 'r')
	case r == utf8.RuneError && len(text) == 1: // not UTF-8
		return append(dst, "\ufffd"...)
	case r >= utf8.RuneSelf && unicode.IsPrint(r):
		return append(dst, text...)
	}
	for _, unit := range utf16.AppendRune(nil, r) {
		const hex = "0123456789abcdef"
		dst = append(dst, '\\', 'u', hex[unit>>12], hex[unit>>8&15], hex[unit>>4&15], hex[unit&15])
	}
	return dst
}

// Raw appends a JSON text as it was written, without the white space between its parts. The text has to be JSON: what is not
// comes out as it came in, only that it can't break the line.
func Raw(dst []byte, text string) []byte {
	start, inString := 0, false
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '"':
			inString = !inString
			i++
		case c == '\\' && inString && i+1 < len(text) && text[i+1] < 0x7f && text[i+1] >= 0x20:
			i += 2
		case c > ' ' && c < 0x7f, c == ' ' && inString:
			i++
		default:
			dst = append(dst, text[start:i]...)
			r, n := utf8.DecodeRuneInString(text[i:])
			if inString || c >= 0x7f {
				dst = escaped(dst, r, text[i:i+n])
			}
			i += n
			start = i
		}
	}
	return append(dst, text[start:]...)
}
