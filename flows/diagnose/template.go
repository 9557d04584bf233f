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

// fillAll fills the texts and leaves out those of which nothing is left: what they would say holds only where a fact is known.
func fillAll(texts []string, facts map[string]string) []string {
	filled := make([]string, 0, len(texts))
	for _, t := range texts {
		if text, _ := fill(t, facts); text != "" {
			filled = append(filled, text)
		}
	}
	return filled
}
