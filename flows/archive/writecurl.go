package archive

import (
	"fmt"
	"io"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/safe"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// A run as a shell script: one curl command for each request. Everything that came from a provider stands in single quotes, so
// that it can't become part of a command; what is secret is a variable, named at the top. The variables are found by the masks: the
// request is masked first, and then each mask is a variable, so nothing can be forgotten that is masked elsewhere.

// maskPattern finds what secret.Mask writes.
var maskPattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`‹redacted: \d+ characters, sha256 [0-9a-f]{8}›`) })

// writeCurl writes the requests of runs. With reveal the variables have their values.
func writeCurl(w io.Writer, runs []*Run, reveal bool) error {
	var out strings.Builder
	out.WriteString("#!/bin/sh\n")
	for _, r := range runs {
		r.curl(&out, reveal)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func (r *Run) curl(out *strings.Builder, reveal bool) {
	started := r.Started()
	comment(out, "%s with %s, as the client %s", started.Title, started.Issuer, started.ClientID)
	comment(out, "%s", r.when())
	if note := r.browserNote(); note != "" {
		comment(out, "%s", strings.TrimPrefix(note, "; "))
	}
	names := r.variables()
	var commands strings.Builder
	used := make(map[string]bool)
	for _, e := range r.Exchanges() {
		commands.WriteString("\n")
		r.command(&commands, e, names, used)
	}
	first := true
	for _, v := range names.list {
		if !used[v.mask] {
			continue
		}
		if first {
			comment(out, "The secrets it takes. In an address they have to be percent-encoded.")
			first = false
		}
		if reveal && v.value != "" {
			fmt.Fprintf(out, "%s=%s\n", v.name, quote(v.value))
			continue
		}
		comment(out, "%s=  %s, %s", v.name, v.about, strings.Trim(v.mask, "‹›"))
	}
	out.WriteString(commands.String())
}

// when says when and where the run was made.
func (r *Run) when() string {
	text := "made " + r.Began().UTC().Format("2006-01-02 15:04:05 UTC")
	if r.Source != "" {
		text += ", read from " + r.Source
	}
	return text
}

// comment writes a line that the shell passes over.
func comment(out *strings.Builder, format string, args ...any) {
	out.WriteString("# " + safe.Text(fmt.Sprintf(format, args...)) + "\n")
}

// command writes the curl command of an exchange.
func (r *Run) command(out *strings.Builder, e flows.Exchange, names *variables, used map[string]bool) {
	x := r.shown(e, false)
	answer := "no answer"
	if x.Response != nil {
		answer = "answered " + flows.Reason(x.Response.Status)
	}
	comment(out, "%d. %s, step %s: %s", x.ID, orElse(x.Purpose, "request"), x.Step, answer)
	if note := editNote(x.Edits, x.AnswerEdits); note != "" {
		comment(out, "   %s", note)
	}
	if x.Request.Body.Truncated {
		comment(out, "   the body was longer than what was kept")
	}
	arg := func(text string) string { return names.quote(text, used) }
	parts := []string{"curl --globoff --include --request " + quote(x.Request.Method), "--url " + arg(x.Request.URL)} // an address may begin with a dash
	for _, h := range x.Request.Headers {
		switch strings.ToLower(h.Name) {
		case "content-length", "host", "accept-encoding", "connection": // curl makes its own
		default:
			if !strings.HasPrefix(h.Name, ":") { // of HTTP/2, as browsers list them
				parts = append(parts, "--header "+arg(h.Name+": "+h.Value))
			}
		}
	}
	parts = append(parts, names.body(x.Request, used)...)
	out.WriteString(strings.Join(parts, " \\\n  ") + "\n")
}

// body gives the arguments for a body. curl joins those of a form by itself, and encodes the values that are filled in.
func (v *variables) body(q record.Request, used map[string]bool) []string {
	text := string(q.Body.Data)
	if text == "" {
		return nil
	}
	if !strings.HasPrefix(strings.ToLower(record.Get(q.Headers, "Content-Type")), "application/x-www-form-urlencoded") {
		return []string{"--data-raw " + v.quote(text, used)}
	}
	var parts []string
	for pair := range strings.SplitSeq(text, "&") {
		name, value, _ := strings.Cut(pair, "=")
		plain := unescape(value)
		if maskPattern().MatchString(plain) {
			parts = append(parts, "--data-urlencode "+v.quote(name+"="+plain, used))
		} else {
			parts = append(parts, "--data-raw "+quote(pair))
		}
	}
	return parts
}

// quote makes one word of a text.
func quote(s string) string {
	return "'" + strings.ReplaceAll(strings.ReplaceAll(s, "\x00", ""), "'", `'\''`) + "'"
}

// variables are the secrets of a run by the masks that stand for them.
type variables struct {
	list   []variable
	byMask map[string]string // name
}

type variable struct{ mask, name, about, value string }

// quote makes one word of a masked text, with the variables in it.
func (v *variables) quote(text string, used map[string]bool) string {
	var out strings.Builder
	last := 0
	for _, at := range maskPattern().FindAllStringIndex(text, -1) {
		mask := text[at[0]:at[1]]
		if at[0] > last {
			out.WriteString(quote(text[last:at[0]]))
		}
		out.WriteString(`"$` + v.name(mask, "SECRET", "a secret", "") + `"`)
		used[mask] = true
		last = at[1]
	}
	if last < len(text) || out.Len() == 0 {
		out.WriteString(quote(text[last:]))
	}
	return out.String()
}

// name gives the variable of a mask, and makes one when there is none.
func (v *variables) name(mask, wish, about, value string) string {
	if name := v.byMask[mask]; name != "" {
		return name
	}
	taken := func(name string) bool {
		for _, other := range v.byMask {
			if other == name {
				return true
			}
		}
		return false
	}
	name := wish
	for n := 2; taken(name); n++ {
		name = fmt.Sprint(wish, "_", n)
	}
	v.byMask[mask] = name
	v.list = append(v.list, variable{mask, name, about, value})
	return name
}

// variables names the secrets of a run: by the variables that its steps told, by the parameters and headers they stood in.
func (r *Run) variables() *variables {
	v := &variables{byMask: make(map[string]string)}
	add := func(name, about, value string) {
		if value != "" {
			known := value
			if secret.Mask(value) == value {
				known = "" // the mask is all there is
			}
			v.name(secret.Mask(value), shellName(name), about, known)
		}
	}
	for _, e := range events[flows.Variable](r) {
		switch {
		case e.Secret && secret.IsParam(e.Name):
			add(e.Name, e.Name, e.Value)
		case e.Secret: // the file's own word for it: no variable is to be called PATH
			add("secret", e.Name, e.Value)
		}
	}
	for _, e := range r.Exchanges() {
		for _, h := range e.Request.Headers {
			scheme, credentials, ok := strings.Cut(h.Value, " ")
			switch {
			case strings.EqualFold(h.Name, "Authorization") && ok && strings.EqualFold(scheme, "Basic"):
				add("basic_credentials", "base64 of client_id:client_secret, both form-encoded first (RFC 6749 2.3.1)", credentials)
			case strings.EqualFold(h.Name, "Authorization") && ok:
				add("access_token", "the token sent as "+scheme, credentials)
			case secret.IsHeader(h.Name):
				add(h.Name, "the header "+h.Name, h.Value)
			}
		}
		if values, err := url.ParseQuery(string(e.Request.Body.Data)); err == nil && len(e.Request.Body.Data) > 0 && e.Request.Body.Data[0] != '{' {
			addParams(values, add)
		}
		if u, err := url.Parse(e.Request.URL); err == nil {
			addParams(u.Query(), add)
		}
	}
	return v
}

func addParams(values url.Values, add func(name, about, value string)) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, value := range values[name] {
			if secret.IsParam(name) {
				add(name, "the parameter "+name, value)
			}
		}
	}
}

// shellName makes a variable's name of a parameter's.
func shellName(name string) string {
	name = strings.Map(func(c rune) rune {
		switch {
		case 'a' <= c && c <= 'z':
			return c - 'a' + 'A'
		case 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
			return c
		}
		return '_'
	}, name)
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		return "SECRET"
	}
	if len(name) > 40 {
		name = name[:40]
	}
	return name
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
