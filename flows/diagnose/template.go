package diagnose

import "strings"

// fill puts facts into a text: {name|words} becomes the fact of that name, or the words when it is not known. complete is
// false when a fact without words is missing.
func fill(text string, facts map[string]string) (filled string, complete bool) {
	return fillWith(text, facts, func(_, value string) string { return value })
}

// fillValue fills what the person is to enter. What a provider said may become part of a command that is pasted into a shell: it
// stays one word there, and nothing in it runs.
func fillValue(text string, facts map[string]string) (filled string, complete bool) {
	if !isCommand(text) {
		return fill(text, facts)
	}
	option := false
	filled, complete = fillWith(text, facts, func(before, value string) string {
		option = option || strings.HasPrefix(value, "-") // which the command would take for one of its own
		if strings.Count(before, `"`)%2 == 1 {           // the row's own quotes are around it
			return strings.Map(func(r rune) rune {
				if strings.ContainsRune("$`!\\\"", r) {
					return -1
				}
				return r
			}, value)
		}
		return shellWord(value)
	})
	return filled, complete && !option
}

// isCommand recognises a command or flags among the values of fixes.
func isCommand(text string) bool {
	for _, begin := range []string{"oidcscope ", "curl ", "kubectl ", "--"} {
		if strings.HasPrefix(text, begin) {
			return true
		}
	}
	return false
}

// shellWord gives a text as one word of a shell, quoted only where that is needed.
func shellWord(text string) string {
	if strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~:/=%@+,-") == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// fillWith fills a text; put says how a fact is written, knowing what stands before it.
func fillWith(text string, facts map[string]string, put func(before, value string) string) (filled string, complete bool) {
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
			b.WriteString(put(b.String(), value))
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
