package diagnose

import "strings"

// fill puts facts into a text: {name|words} becomes the fact of that name, or the words when it is not known. complete is
// false when a fact without words is missing.
func fill(text string, facts map[string]string) (filled string, complete bool) {
	var b strings.Builder
	complete = true
	for {
		before, rest, more := strings.Cut(text, "{")
		b.WriteString(before)
		if !more {
			return b.String(), complete
		}
		inner, after, _ := strings.Cut(rest, "}")
		name, words, hasWords := strings.Cut(inner, "|")
		switch value := facts[name]; {
		case value != "":
			b.WriteString(value)
		case hasWords:
			b.WriteString(words)
		default:
			complete = false
		}
		text = after
	}
}
