package diagnose

import "strings"

// A pattern is what a rule looks for in the words of an answer, in lower case: text with * for anything, and {name} for
// a value that is kept as a fact. "the method '{sent_method}' was requested" finds the method. The parts of a pattern have to
// follow each other within [maxGap] bytes, so that a pattern never joins the beginning of a page with its end.
type pattern string

const maxGap = 400

// maxCapture bounds a value that is kept of an answer, in bytes.
const maxCapture = 300

// words are an answer's words in a form that patterns can be looked for in: one line, one kind of quotes, and beside the
// original a copy in lower case with the same offsets.
type words struct{ text, lower string }

// newWords joins texts. Quotes of every kind become ', because servers differ in them between versions.
func newWords(texts ...string) words {
	quotes := strings.NewReplacer(`\"`, "'", `"`, "'", "`", "'", "“", "'", "”", "'", "‘", "'", "’", "'", "\u00a0", " ")
	text := quotes.Replace(strings.ToValidUTF8(strings.Join(texts, " \n"), "?"))
	text = strings.Join(strings.Fields(text), " ")
	return words{text, asciiLower(text)}
}

// asciiLower lowers A to Z only, so that offsets stay those of the original.
func asciiLower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// piece is a literal, and what stands before it: nothing, anything, or a value with a name.
type piece struct {
	gap     bool
	name    string
	literal string
}

func (p pattern) pieces() []piece {
	var all []piece
	next := piece{}
	for rest := string(p); rest != ""; {
		i := strings.IndexAny(rest, "*{")
		if i < 0 {
			next.literal = rest
			return append(all, next)
		}
		next.literal = rest[:i]
		if next.literal != "" || next.gap {
			all = append(all, next)
		}
		if rest[i] == '*' {
			next, rest = piece{gap: true}, rest[i+1:]
			continue
		}
		name, after, _ := strings.Cut(rest[i+1:], "}")
		next, rest = piece{gap: true, name: name}, after
	}
	return append(all, next)
}

// match looks for the pattern. found holds the values with names.
func (p pattern) match(w words) (found map[string]string, ok bool) {
	pieces := p.pieces()
	if len(pieces) == 0 || pieces[0].literal == "" {
		return nil, false
	}
	for from := 0; ; {
		i := strings.Index(w.lower[from:], pieces[0].literal)
		if i < 0 {
			return nil, false
		}
		from += i + len(pieces[0].literal)
		if found, ok := follow(w, from, pieces[1:]); ok {
			return found, true
		}
	}
}

// follow matches the pieces after the first one.
func follow(w words, at int, pieces []piece) (map[string]string, bool) {
	found := make(map[string]string)
	for _, p := range pieces {
		rest := w.lower[at:min(len(w.lower), at+maxGap)]
		end := 0
		switch {
		case p.literal == "" && p.name == "": // a * at the end
		case p.literal == "":
			end = valueEnd(rest)
		default:
			if end = strings.Index(rest, p.literal); end < 0 {
				return nil, false
			}
		}
		if p.name != "" {
			found[p.name] = strings.TrimSpace(w.text[at : at+min(end, maxCapture)])
		}
		at += end + len(p.literal)
	}
	return found, true
}

// valueEnd is where a value at the end of a pattern ends: at a quote or a blank, without the sentence's punctuation.
func valueEnd(s string) int {
	end := strings.IndexAny(s, " '<>")
	if end < 0 {
		end = len(s)
	}
	return len(strings.TrimRight(s[:end], ".,;:!?)]"))
}
