package diagnose

import (
	"net/url"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// secretsIn remembers what a text holds under the names of secrets, as code=…, "access_token":"…" or Authorization: Bearer …,
// and everything that looks like a JWT. A log line has no grammar, so this goes by names and separators alone.
func secretsIn(text string) *secret.Set {
	set := new(secret.Set)
	for i := 0; i < len(text); {
		if !isNameByte(text[i]) {
			i++
			continue
		}
		end := i
		for end < len(text) && (isNameByte(text[end]) || text[end] == '-') {
			end++
		}
		if name := text[i:end]; secret.IsParam(name) || secret.IsHeader(name) {
			addValue(set, name, text[end:])
		}
		if strings.HasPrefix(text[i:end], "eyJ") {
			set.Add(token(text[i:]))
		}
		i = end
	}
	return set
}

// addValue remembers what stands after a name.
func addValue(set *secret.Set, name, rest string) {
	trimmed := strings.TrimLeft(rest, `"'\ `)
	quoted := strings.ContainsAny(rest[:len(rest)-len(trimmed)], `"'`)
	switch {
	case strings.HasPrefix(trimmed, "="):
		trimmed = trimmed[1:]
	case len(trimmed) >= 3 && strings.EqualFold(trimmed[:3], "%3D"):
		trimmed = trimmed[3:]
	case strings.HasPrefix(trimmed, ":") && (secret.IsMember(name) || secret.IsHeader(name)):
		trimmed = trimmed[1:]
		// Outside of JSON "token: expired" is prose; a secret is longer and has no blanks, which token() sees to.
		if value := token(strings.TrimLeft(trimmed, " ")); !quoted && !secret.IsHeader(name) && len(value) < 16 {
			return
		}
	default:
		return
	}
	trimmed = strings.TrimLeft(trimmed, `"'\ `)
	for _, scheme := range []string{"Bearer ", "Basic ", "DPoP "} {
		if len(trimmed) > len(scheme) && strings.EqualFold(trimmed[:len(scheme)], scheme) {
			trimmed = trimmed[len(scheme):]
		}
	}
	value := token(trimmed)
	set.Add(value)
	if plain, err := url.QueryUnescape(value); err == nil {
		set.Add(plain)
	}
	if plain, err := url.PathUnescape(value); err == nil {
		set.Add(plain)
	}
}

// token gives a text up to what can't be part of a value.
func token(text string) string {
	if end := strings.IndexAny(text, " \t\r\n&\"'<>,;{}[]\\#"); end >= 0 {
		return text[:end]
	}
	return text
}

func scrubDiagnosis(d *flows.Diagnosis, secrets *secret.Set) {
	d.Summary = secrets.Scrub(d.Summary)
	for i := range d.Causes {
		d.Causes[i] = secrets.Scrub(d.Causes[i])
	}
	for i := range d.Fixes {
		d.Fixes[i].Text, d.Fixes[i].Value = secrets.Scrub(d.Fixes[i].Text), secrets.Scrub(d.Fixes[i].Value)
	}
	for i := range d.Checked {
		d.Checked[i] = secrets.Scrub(d.Checked[i])
	}
}

func scrubError(e *flows.OAuthError, secrets *secret.Set) {
	for _, text := range []*string{&e.Code, &e.Description, &e.URI, &e.SubCode, &e.Hint, &e.TraceID} {
		*text = secrets.Scrub(*text)
	}
}
