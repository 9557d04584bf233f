package config

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// The file belongs to the person: a program that writes it must not rearrange it. So profiles are changed in the text, line by
// line, and the new text is read again before it is kept: it must hold exactly what was meant, and everything else as before.

// withProfile gives the text with a profile put in place of the one of its name, or at the end.
func withProfile(text string, p Profile) (string, error) {
	var before Config
	if err := before.parse(text); err != nil {
		return "", err
	}
	lines := splitLines(text)
	from, to, found := block(lines, p.Name)
	_, err := before.FindProfile(p.Name)
	switch exists := err == nil; {
	case exists && !found:
		return "", errOtherForm(p.Name)
	case found:
		lines = slices.Concat(lines[:from], rewritten(lines[from:to], p), lines[to:])
	default:
		if len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1]) != "" {
			lines = append(lines, "")
		}
		lines = append(lines, rewritten([]string{"[profile." + p.Name + "]"}, p)...)
	}
	want := slices.Clone(before.Profiles)
	if i := slices.IndexFunc(want, func(q Profile) bool { return q.Name == p.Name }); i >= 0 {
		want[i] = p
	} else {
		want = append(want, p)
	}
	return confirmed(joinLines(lines), before, want)
}

// withoutProfile gives the text without a profile.
func withoutProfile(text, name string) (string, error) {
	var before Config
	if err := before.parse(text); err != nil {
		return "", err
	}
	if _, err := before.FindProfile(name); err != nil {
		return "", err
	}
	lines := splitLines(text)
	from, to, found := block(lines, name)
	if !found {
		return "", errOtherForm(name)
	}
	for from > 0 && strings.HasPrefix(strings.TrimSpace(lines[from-1]), "#") { // what stands right above is about it
		from--
	}
	lines = slices.Concat(lines[:from], lines[to:])
	want := slices.DeleteFunc(slices.Clone(before.Profiles), func(q Profile) bool { return q.Name == name })
	return confirmed(joinLines(lines), before, want)
}

// confirmed makes sure that a new text says what was meant.
func confirmed(text string, before Config, want []Profile) (string, error) {
	after := before
	if err := after.parse(text); err != nil {
		return "", fmt.Errorf("the file would not be readable any more: %w", err)
	}
	same := slices.EqualFunc(after.Profiles, want, func(a, b Profile) bool {
		return a.Name == b.Name && reflect.DeepEqual(a.Settings(), b.Settings())
	})
	if !same || after.Theme != before.Theme || after.Mouse != before.Mouse || after.ReducedMotion != before.ReducedMotion {
		return "", errors.New("the file is written in a way that can't be changed line by line: oidcscope profile edit opens it")
	}
	return text, nil
}

func errOtherForm(name string) error {
	return fmt.Errorf("profile %q is not written as a table [profile.%s]: oidcscope profile edit opens the file", name, name)
}

func splitLines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(strings.ReplaceAll(text, "\r\n", "\n"), "\n"), "\n")
}

func joinLines(lines []string) string {
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1]) == "" {
		lines = lines[:len(lines)-1]
	}
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

// block finds the lines of a profile: from its header to the next header that is not of a table inside it. Blank lines and
// comments before that header belong to what follows.
func block(lines []string, name string) (from, to int, found bool) {
	from, inside := -1, 0
	for i, line := range lines {
		table, isHeader := header(line)
		if inside = inside + depth(line); isHeader && inside == 0 {
			mine := slices.Equal(table, []string{"profile", name})
			switch {
			case mine && from < 0:
				from = i
			case from >= 0 && (len(table) < 3 || table[0] != "profile" || table[1] != name):
				return from, ownEnd(lines, from, i), true
			}
		}
	}
	if from < 0 {
		return 0, 0, false
	}
	return from, ownEnd(lines, from, len(lines)), true
}

func ownEnd(lines []string, from, to int) int {
	if to == len(lines) {
		return to
	}
	for to > from+1 {
		if line := strings.TrimSpace(lines[to-1]); line != "" && !strings.HasPrefix(line, "#") {
			break
		}
		to--
	}
	return to
}

// header reads a table's header; keys in quotes are unquoted.
func header(line string) ([]string, bool) {
	line = strings.TrimSpace(line)
	if !strings.HasPrefix(line, "[") || strings.HasPrefix(line, "[[") {
		return nil, false
	}
	end := strings.IndexByte(line, ']')
	rest := ""
	if end > 0 {
		rest = strings.TrimSpace(line[end+1:])
	}
	if end < 0 || rest != "" && rest[0] != '#' {
		return nil, false
	}
	parts := strings.Split(line[1:end], ".")
	for i := range parts {
		parts[i] = strings.Trim(strings.TrimSpace(parts[i]), `"'`)
	}
	return parts, true
}

// depth is by how much a line opens more brackets of values than it closes.
func depth(line string) int {
	_, value, isPair := strings.Cut(line, "=")
	if _, isHeader := header(line); isHeader && !isPair {
		return 0
	}
	if !isPair {
		value = line
	}
	open := 0
	for _, c := range unquoted(value) {
		switch c {
		case '#':
			return open
		case '[', '{':
			open++
		case ']', '}':
			open--
		}
	}
	return open
}

// unquoted gives the bytes of a line, with their places, that are outside of its strings.
func unquoted(line string) iter.Seq2[int, byte] {
	return func(yield func(int, byte) bool) {
		quote := byte(0)
		for i := 0; i < len(line); i++ {
			switch c := line[i]; {
			case quote == '"' && c == '\\':
				i++
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			case !yield(i, c):
				return
			}
		}
	}
}

// rewritten gives the lines of a profile with its new values. Lines whose value did not change stay as they are, comments stay
// where they are, and new keys follow the last one. A table of parameters that changed becomes one line.
func rewritten(lines []string, p Profile) []string {
	had, now := map[string]Setting{}, byKey(p)
	var old Config
	if old.parse(joinLines(slices.Clone(lines))) == nil && len(old.Profiles) == 1 {
		had = byKey(old.Profiles[0])
	}
	own := len(lines)
	for i, line := range lines[1:] {
		if _, isHeader := header(line); isHeader {
			own = i + 1
			break
		}
	}
	tables := lines[own:]
	if own < len(lines) {
		if same(now["params"], had["params"]) {
			delete(now, "params")
		} else {
			tables = nil
		}
	}
	out, last := []string{lines[0]}, 1 // last: after the last line with a value
	for i := 1; i < own; {
		end := valueEnd(lines[:own], i)
		key := keyOf(lines[i])
		setting, set := now[key]
		switch {
		case key == "", set && same(setting, had[key]):
			out = append(out, lines[i:end]...)
		case set:
			out = append(out, written(setting)+comment(lines[end-1]))
		}
		if key != "" {
			last = len(out)
			delete(now, key)
		}
		i = end
	}
	for _, key := range ProfileKeys() {
		if s, missing := now[key]; missing {
			out = slices.Insert(out, last, written(s))
			last++
		}
	}
	return append(out, tables...)
}

func byKey(p Profile) map[string]Setting {
	settings := map[string]Setting{}
	for _, s := range p.Settings() {
		settings[s.Key] = s
	}
	return settings
}

func same(a, b Setting) bool { return slices.Equal(a.Values, b.Values) }

// valueEnd is the line after the value that begins in line i.
func valueEnd(lines []string, i int) int {
	end := i + 1
	for open := depth(lines[i]); open > 0 && end < len(lines); end++ {
		open += depth(lines[end])
	}
	return end
}

// keyOf is the key of a line, "" when it has none.
func keyOf(line string) string {
	name, _, isPair := strings.Cut(line, "=")
	name = strings.Trim(strings.TrimSpace(name), `"'`)
	if !isPair || name == "" || strings.HasPrefix(name, "#") {
		return ""
	}
	first, _, _ := strings.Cut(name, ".") // params.prompt = "login"
	return strings.TrimSpace(first)
}

// comment is the comment at the end of a line, with the blank before it.
func comment(line string) string {
	for i, c := range unquoted(line) {
		if c == '#' {
			return " " + line[i:]
		}
	}
	return ""
}

// written writes a setting as TOML.
func written(s Setting) string {
	var value string
	switch s.Kind {
	case KindTable:
		pairs := map[string]string{}
		for _, v := range s.Values {
			name, text, _ := strings.Cut(v, "=")
			pairs[name] = text
		}
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(pairs)) {
			parts = append(parts, quoted(name)+" = "+quoted(pairs[name]))
		}
		value = "{ " + strings.Join(parts, ", ") + " }"
	case KindList:
		parts := make([]string, len(s.Values))
		for i, v := range s.Values {
			parts[i] = quoted(v)
		}
		value = "[" + strings.Join(parts, ", ") + "]"
	case KindBool:
		value = s.Values[0]
	default:
		value = quoted(s.Values[0])
	}
	return s.Key + " = " + value
}

// quoted writes a basic string of TOML. What can't be printed is escaped by its number.
func quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f || !strconv.IsPrint(r):
			fmt.Fprintf(&b, `\U%08X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
