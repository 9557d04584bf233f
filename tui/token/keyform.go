package token

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/tui/token/draw"
	"github.com/oidcscope/oidcscope/tui/token/form"
	"github.com/oidcscope/oidcscope/tui/ui"
)

// A token that a person opened is checked with what they give: the issuer, whose keys are found by discovery; a key set; a key; a shared
// secret; for an encrypted token the private key or the password; for a detached one its payload.

// fetchLimit is how long discovery and the key set may take together.
const fetchLimit = 20 * time.Second

// maxKeyFile bounds a file of keys, in bytes.
const maxKeyFile = 4 << 20

// keysForm asks for keys.
type keysForm struct {
	*form.Form
	c      *ui.Common
	sub    *subject
	number int
	cancel context.CancelFunc
}

// keysGiven is what became of the keys that were asked for.
type keysGiven struct {
	number int
	sub    *subject
	after  *subject // judged with them
	err    error
}

// For makes it a message for this screen.
func (keysGiven) For() ui.Name { return ui.Token }

// cantGiveKeys says why the token in front takes no other keys; empty when it does.
func (s *Screen) cantGiveKeys() string {
	switch sub := s.tab(); {
	case sub == nil:
		return "there is no token"
	case sub.which != pasted:
		return "the session's tokens are judged by what the login knows; paste one to try other keys"
	case sub.report.Encryption == nil && !signed(sub.report):
		return "there is no signature in it that a key could check"
	default:
		return ""
	}
}

// askKeys asks for what a token can be checked, or opened, with.
func (s *Screen) askKeys() tea.Cmd {
	sub := s.tab()
	if why := s.cantGiveKeys(); why != "" {
		return ui.Send(ui.Notify{Text: why})
	}
	title, intro := "Keys to check it with", "One of them is enough; of several each is tried. Keys in the token itself (jwk, jku, x5u) are never trusted."
	fields := []form.Field{
		{ID: "issuer", Label: "Issuer", Hint: "its address: the keys are found by discovery, and the token has to name this issuer"},
		{ID: "jwks", Label: "Key set", Path: true, Hint: "address or file of a key set (JWKS, RFC 7517 5); tab completes a path"},
		{ID: "key", Label: "Key file", Path: true, Hint: "PEM (public key, private key, certificate) or JWK; tab completes"},
		{ID: "secret", Label: "Shared secret", Mask: true, Hint: "for HS256 and its kin, as it is written; @file takes it from a file"},
	}
	if sub.report.Encryption != nil {
		title, intro = "Keys to open it with", "The private key or secret of the receiver opens it; the others check the token inside."
		fields = append([]form.Field{
			{ID: "open", Label: "Private key", Path: true, Hint: "file of the receiver's key: PEM, JWK or key set; tab completes"},
			{ID: "password", Label: "Password", Mask: true, Hint: "for PBES2 (RFC 7518 4.8)"},
		}, fields...)
	}
	if sub.report.Detached || sub.token().Part("payload") != nil && sub.token().Part("payload").Text == "" {
		fields = append(fields, form.Field{ID: "payload", Label: "Payload", Path: true, Hint: "file with the payload that is not in the token (RFC 7515 F), byte for byte"})
	}
	f := &keysForm{Form: form.New(s.c.Theme, title, intro, "check", fields), c: s.c, sub: sub}
	if iss, _ := sub.token().Payload.Get("iss").Text(); strings.HasPrefix(iss, "https://") && sub.keys == nil {
		f.Set("issuer", iss)
	}
	s.invite(f)
	return nil
}

func (f *keysForm) Press(k tea.KeyMsg) (tea.Cmd, bool) { return f.answer(f.Key(k)) }

func (f *keysForm) Click(x, y int) (tea.Cmd, bool) { return f.answer(f.Form.Click(x, y)) }

func (f *keysForm) Typing() bool      { return true }
func (f *keysForm) Copies() []ui.Copy { return nil }
func (f *keysForm) Name() string      { return "keys" }
func (f *keysForm) Changed()          {}

func (f *keysForm) answer(a form.Answer) (tea.Cmd, bool) {
	switch a {
	case form.Left:
		return nil, true
	case form.Sent:
		return f.send(), false
	}
	return nil, false
}

// stop ends what is under way.
func (f *keysForm) stop() {
	f.number++
	if f.cancel != nil {
		f.cancel()
	}
}

// send gets the keys and judges the token with them.
func (f *keysForm) send() tea.Cmd {
	given := f.Values()
	if strings.Join(values(given), "") == "" {
		f.Fail("nothing was given")
		return nil
	}
	f.stop()
	ctx, cancel := context.WithTimeout(f.c.Context, fetchLimit)
	f.cancel = cancel
	f.Busy("getting the keys…")
	number, sub, transport := f.number, f.sub, f.c.Transport
	return func() tea.Msg {
		defer cancel()
		after, err := withKeys(ctx, sub, given, transport)
		return keysGiven{number, sub, after, err}
	}
}

func values(m map[string]string) []string {
	list := make([]string, 0, len(m))
	for _, v := range m {
		list = append(list, strings.TrimSpace(v))
	}
	return list
}

// withKeys is the token judged anew, with what was given.
func withKeys(ctx context.Context, sub *subject, given map[string]string, t flows.Transport) (*subject, error) {
	after := *sub
	keys, err := gather(ctx, given, t)
	if err != nil {
		return nil, err
	}
	if keys != nil {
		after.keys = keys
	}
	if iss := given["issuer"]; iss != "" {
		after.ctx.Issuer = iss
	}
	if path := given["open"]; path != "" {
		if after.ctx.DecryptKeys, err = keysFrom(path, "key"); err != nil {
			return nil, err
		}
	}
	if password := given["password"]; password != "" {
		after.ctx.Password = []byte(password)
	}
	if path := given["payload"]; path != "" {
		payload, err := readFile(path, inspect.MaxToken)
		if err != nil {
			return nil, err
		}
		after.ctx.Payload = []byte(payload)
	}
	after.judge()
	return &after, nil
}

// gather gets the keys of all sources that were named; nil when none was.
func gather(ctx context.Context, given map[string]string, t flows.Transport) (*inspect.KeySet, error) {
	var sets []*inspect.KeySet
	for _, source := range []struct {
		name string
		get  func(value string) (*inspect.KeySet, error)
	}{
		{"key", func(path string) (*inspect.KeySet, error) { return keysFrom(path, "key") }},
		{"secret", secretFrom},
		{"jwks", func(where string) (*inspect.KeySet, error) {
			if strings.HasPrefix(where, "https://") || strings.HasPrefix(where, "http://") {
				return flows.FetchKeys(ctx, t, where)
			}
			return keysFrom(where, "jwks")
		}},
		{"issuer", func(issuer string) (*inspect.KeySet, error) { return keysOf(ctx, issuer, t) }},
	} {
		if given[source.name] == "" {
			continue
		}
		set, err := source.get(given[source.name])
		if err != nil {
			return nil, err
		}
		sets = append(sets, set)
	}
	return inspect.JoinKeySets(sets...), nil
}

// keysOf finds an issuer's keys by discovery.
func keysOf(ctx context.Context, issuer string, t flows.Transport) (*inspect.KeySet, error) {
	m, err := flows.Discover(ctx, flows.Config{Issuer: issuer, Transport: t})
	if err != nil {
		return nil, err
	}
	if m.JWKSURI == "" {
		return nil, errors.New("wanted jwks_uri in the discovery document, there is none: the provider publishes no keys")
	}
	set, err := flows.FetchKeys(ctx, t, m.JWKSURI)
	if err == nil {
		set.Source = "discovery"
		for i := range set.Keys {
			set.Keys[i].Source = set.Source
		}
	}
	return set, err
}

func keysFrom(path, source string) (*inspect.KeySet, error) {
	text, err := readFile(path, maxKeyFile)
	if err != nil {
		return nil, err
	}
	set := inspect.ParseKeySet([]byte(text), source, path)
	if len(set.Keys) > 0 {
		return set, nil
	}
	reason := "it holds no key"
	if len(set.Faults) > 0 {
		reason = set.Faults[0].Message
	}
	return nil, fmt.Errorf("wanted a key set, a JWK or PEM, got %q: %s", path, reason)
}

// secretFrom takes a secret as it is written, or from a file, whose last line break is no part of it.
func secretFrom(value string) (*inspect.KeySet, error) {
	if path, isFile := strings.CutPrefix(value, "@"); isFile {
		text, err := readFile(path, maxKeyFile)
		if err != nil {
			return nil, err
		}
		value = strings.TrimRight(text, "\r\n")
	}
	set := inspect.SecretKeySet([]byte(value))
	if set.Keys[0].Err != "" {
		return nil, errors.New(set.Keys[0].Err)
	}
	return set, nil
}

// judged takes what became of the keys.
func (s *Screen) judged(m keysGiven) tea.Cmd {
	f, ok := s.guest.(*keysForm)
	if !ok || f.number != m.number {
		return nil
	}
	if m.err != nil {
		f.Fail(m.err.Error())
		return nil
	}
	for i, sub := range s.pasted {
		if sub == m.sub {
			s.pasted[i] = m.after
		}
	}
	s.guest = nil
	s.nameTabs()
	return ui.Send(ui.Notify{Text: outcome(s.c.Theme, m.after.report), Kind: ui.NoteInfo})
}

// outcome says in a line how the token stands now.
func outcome(theme *ui.Theme, r *inspect.Report) string {
	word, _ := draw.Verdict(theme, r.Signature.Status)
	text := "signature: " + word
	if r.Signature.Reason != "" {
		text += ", " + r.Signature.Reason
	}
	if e := r.Encryption; e != nil && e.Status != inspect.Opened {
		return "not opened: " + e.Reason
	}
	return text
}
