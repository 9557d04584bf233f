package home

import (
	"net/url"
	"path/filepath"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows/doctor"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// wellKnown are the ends of discovery addresses: OpenID Connect Discovery 4 and RFC 8414 3.
var wellKnown = [...]string{"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"}

// recognise says what to do with text that was pasted; nil when it looks like nothing that can be opened.
func recognise(text string) tea.Msg {
	text = strings.TrimSpace(text)
	if path := filePath(text); path != "" {
		return ui.OpenFile{Path: path}
	}
	if ui.DroppedFile(text) != "" {
		return ui.OpenToken{Raw: text}
	}
	if u, err := url.Parse(text); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" {
		q := u.Query()
		if u.Fragment != "" {
			if f, err := url.ParseQuery(u.Fragment); err == nil && (f.Has("id_token") || f.Has("access_token")) {
				return ui.OpenToken{Raw: text}
			}
		}
		if q.Has("state") && (q.Has("code") || q.Has("error")) {
			return ui.PasteAddress{URL: text}
		}
		return ui.OpenDoctor{Config: doctor.Config{Issuer: issuerOf(text)}}
	}
	if cfg, ok := document(text); ok {
		return ui.OpenDoctor{Config: cfg}
	}
	if looksLikeToken(text) {
		return ui.OpenToken{Raw: text}
	}
	return nil
}

// document reads a discovery document, or a key set; false for any other text. An answer with tokens in it is neither.
func document(text string) (doctor.Config, bool) {
	if !strings.HasPrefix(text, "{") {
		return doctor.Config{}, false
	}
	doc := inspect.ScanJSON(text)
	has := func(name string) bool { return doc.Root.Get(name) != nil }
	switch {
	case doc.Root == nil || has("access_token") || has("id_token"):
		return doctor.Config{}, false
	case has("issuer") && (has("authorization_endpoint") || has("token_endpoint") || has("jwks_uri")):
		return doctor.Config{Document: []byte(text)}, true
	case doc.Root.Get("keys") != nil && doc.Root.Get("keys").Kind == inspect.Array:
		return doctor.Config{KeySet: []byte(text)}, true
	default:
		return doctor.Config{}, false
	}
}

// filePath reads the name of a saved run or a capture, as terminals write one that was dropped on them: in quotes, with
// escaped spaces, or as an address. Empty for anything else.
func filePath(text string) string {
	if u, err := url.Parse(text); err == nil && u.Scheme == "file" {
		text = u.Path
	}
	unquoted := strings.Trim(text, `'"`)
	if unquoted == text && !strings.Contains(text, `:\`) {
		text = strings.ReplaceAll(text, `\ `, " ")
	} else {
		text = unquoted
	}
	if strings.ContainsAny(text, "\n{}") || strings.Contains(text, "://") || len(text) > 4096 {
		return ""
	}
	switch strings.ToLower(filepath.Ext(text)) {
	case ".json", ".jsonl", ".har":
		return text
	}
	return ""
}

// issuerOf takes the end of a discovery address away.
func issuerOf(address string) string {
	address = strings.TrimSpace(address)
	for _, end := range wellKnown {
		if before, _, ok := strings.Cut(address, end); ok {
			return before
		}
	}
	return address
}

// lookedThrough is how much of a text is searched for tokens, in bytes: the token screen reads all of it.
const lookedThrough = 64 << 10

// looksLikeToken is generous: the token screen says of anything what it is. Words with spaces between are no token, except in JSON, which
// a token may be in, and when there is a token among them: a curl command, a header, a line of a log.
func looksLikeToken(text string) bool {
	if strings.HasPrefix(text, "{") {
		return len(text) > 2
	}
	fields := strings.Fields(text)
	if len(fields) == 0 || len(text) < 16 {
		return false
	}
	if len(fields) == 1 || strings.HasPrefix(fields[0], "eyJ") {
		return true
	}
	for _, f := range inspect.FindTokens(text[:min(len(text), lookedThrough)]) {
		if k := f.Token.Kind; f.Where != "" || k != inspect.Unknown && k != inspect.Opaque {
			return true
		}
	}
	return false
}
