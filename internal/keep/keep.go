// Package keep keeps sessions and secrets from one invocation to the next: encrypted, and only when somebody asked for it.
//
// There are two places. [OpenKeyring] gives the keyring of the system, which opens with the person's login and is the one to use
// where there is a desktop. [OpenFile] gives a file encrypted with age, for machines without one: a server, a container, an SSH
// session. Both are a [Store] of named texts, so that everything above them is the same. Nothing is ever written unencrypted, and
// what can't be kept is an error that says what is missing and what to do instead, never a silent plain file.
//
// A [Session] is kept under its name, and so are client secrets that a profile names as keyring:NAME. What the session holds is for
// the engine to say (package flows); here it is bytes.
//
// There are two locks. That of the store is held while something is written, and never while a provider is asked. That of one session
// ([Store.SessionLock]) is held by who refreshes or ends it at the provider: two that refresh at once would use up each other's
// refresh token. Who has it reads the session again, and writes with [Store.Replace], which gives way to a login or a logout meanwhile.
package keep

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ErrNone is returned for what is not kept.
var ErrNone = errors.New("nothing is kept under this name")

// ErrChanged is returned for a session that is not the one any more that was to be replaced.
var ErrChanged = errors.New("another process has changed it meanwhile")

// Kind says what a text is. It is a part of the entry's name.
type Kind string

const (
	SessionKind      Kind = "session"
	SecretKind       Kind = "secret"       // client secrets, by the name of keyring:NAME
	RegistrationKind Kind = "registration" // what a registered client is managed with (RFC 7592)
)

// vault is a place that keeps texts by name. get, and an edit that removes, return ErrNone for a name that is not there. Several edits
// go together where that costs less.
type vault interface {
	get(ctx context.Context, name string) (string, error)
	change(ctx context.Context, edits ...edit) error
	ready(ctx context.Context) error
}

// edit puts a text under a name, or removes what is there.
type edit struct {
	name, value string
	remove      bool
}

// Store keeps texts by kind and name.
type Store struct {
	vault vault
	place string // for messages: "the system keyring", the path of the file
	where string // what the lock is named after
}

// Place says where things are kept, for people.
func (s *Store) Place() string { return s.place }

// about says what an error is about; that there is no keyring, or a locked one, says it all.
func (s *Store) about(err error, format string, args ...any) error {
	var missing *Missing
	var locked *Locked
	if errors.As(err, &missing) || errors.As(err, &locked) {
		return err
	}
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), err)
}

// Ready finds out whether something could be kept: before a login, as its session can't be made again afterwards.
func (s *Store) Ready(ctx context.Context) error {
	if err := s.vault.ready(ctx); err != nil {
		return s.about(err, "keep something in %s", s.place)
	}
	return nil
}

// maxText bounds one text, in bytes. Tokens with hundreds of groups are some 100 KB.
const maxText = 1 << 20

// Get gives a text, or ErrNone.
func (s *Store) Get(ctx context.Context, kind Kind, name string) (string, error) {
	text, err := s.vault.get(ctx, entry(kind, name))
	if err != nil {
		return "", s.about(err, "%s %q in %s", kind, name, s.place)
	}
	return text, nil
}

// Set keeps a text in place of the one of its name.
func (s *Store) Set(ctx context.Context, kind Kind, name, text string) error {
	return s.set(ctx, kind, name, text)
}

// set is Set with further edits.
func (s *Store) set(ctx context.Context, kind Kind, name, text string, more ...edit) error {
	if err := checkName(name); err != nil {
		return err
	}
	if len(text) > maxText {
		return fmt.Errorf("%s %q: want at most %d bytes, got %d", kind, name, maxText, len(text))
	}
	if err := s.vault.change(ctx, append([]edit{{name: entry(kind, name), value: text}}, more...)...); err != nil {
		return s.about(err, "keep %s %q in %s", kind, name, s.place)
	}
	return nil
}

// Delete forgets a text, or says ErrNone.
func (s *Store) Delete(ctx context.Context, kind Kind, name string) error {
	return s.remove(ctx, kind, name)
}

// remove is Delete with further edits.
func (s *Store) remove(ctx context.Context, kind Kind, name string, more ...edit) error {
	if err := s.vault.change(ctx, append([]edit{{name: entry(kind, name), remove: true}}, more...)...); err != nil {
		return s.about(err, "%s %q in %s", kind, name, s.place)
	}
	return nil
}

func entry(kind Kind, name string) string { return string(kind) + ":" + name }

// checkName refuses what could be taken for another entry's name, or can't be typed.
func checkName(name string) error {
	if name == "" || len(name) > 80 || strings.HasPrefix(name, "-") || strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
	}) {
		return fmt.Errorf("want a name of letters, digits, -, _ and . to keep it under, got %q", name)
	}
	return nil
}

// Session is a kept session. What can be shown of it without a secret stands beside the session itself.
type Session struct {
	Summary
	Settings map[string][]string `json:"settings,omitempty"` // flags of login, by which its client is made again
	Data     json.RawMessage     `json:"data"`               // the session as package flows wrote it: holds tokens
}

// Summary is what can be shown of a kept session.
type Summary struct {
	Name      string    `json:"name"`
	Issuer    string    `json:"issuer"`             // empty for a provider without a discovery document
	Provider  string    `json:"provider,omitempty"` // where such a provider is: the address of its host
	ClientID  string    `json:"client_id"`
	Flow      string    `json:"flow,omitempty"`
	Saved     time.Time `json:"saved"`
	ExpiresAt time.Time `json:"expires_at,omitzero"` // of the access token; zero: the provider did not say
	Refresh   bool      `json:"refresh,omitempty"`   // there is a refresh token

	// Trouble is why the session can't be used as it is, as far as was found out: "refused" (the provider took the refresh token no
	// more) or "unchecked" (what the last refresh brought did not pass, or was not checked). Empty: none is known.
	Trouble string `json:"trouble,omitempty"`
	Why     string `json:"trouble_why,omitempty"` // in words, without secrets
}

// The troubles of a session.
const (
	Refused   = "refused"
	Unchecked = "unchecked"
)

// Where is the provider: its issuer, or the address of one that has none.
func (s Summary) Where() string {
	if s.Issuer != "" {
		return s.Issuer
	}
	return s.Provider
}

// version is that of the form in which a session is kept. A newer one is refused, an older one is read.
const version = 1

// keptForm is a session as it is written.
type keptForm struct {
	Version int `json:"version"`
	Session
}

// index lists the sessions: no keyring can be asked for all entries of a program.
const index = "index"

var errDamaged = errors.New("it is damaged")

// Sessions lists what is kept, by name.
func (s *Store) Sessions(ctx context.Context) ([]Summary, error) {
	text, err := s.vault.get(ctx, index)
	switch {
	case errors.Is(err, ErrNone):
		return nil, nil
	case err != nil:
		return nil, s.about(err, "the sessions in %s", s.place)
	}
	var list []Summary
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("the list of sessions in %s can't be read: %w: %w", s.place, errDamaged, err)
	}
	return list, nil
}

// Load gives a kept session, or ErrNone.
func (s *Store) Load(ctx context.Context, name string) (Session, error) {
	text, err := s.Get(ctx, SessionKind, name)
	if err != nil {
		return Session{}, err
	}
	kept, err := decode(text)
	if err != nil {
		return Session{}, fmt.Errorf("session %q in %s: %w", name, s.place, err)
	}
	kept.Name = name
	return kept, nil
}

func decode(text string) (Session, error) {
	var form keptForm
	if err := json.Unmarshal([]byte(text), &form); err != nil {
		return Session{}, fmt.Errorf("can't be read: %w", err)
	}
	if form.Version < 1 || form.Version > version {
		return Session{}, fmt.Errorf("want a session of version %d, got %d: it was kept by another version of this program", version, form.Version)
	}
	return form.Session, nil
}

// Save keeps a session in place of the one of its name. Call it inside [Lock.Do].
func (s *Store) Save(ctx context.Context, session Session) error {
	text, err := json.Marshal(keptForm{version, session})
	if err != nil {
		return err
	}
	list, err := s.listed(ctx, session.Name, &session.Summary)
	if err != nil {
		return err
	}
	return s.set(ctx, SessionKind, session.Name, string(text), list)
}

// Replace keeps a session in place of before, of the same name. It says ErrNone when that was forgotten meanwhile, and ErrChanged when
// another one is there. Call it inside [Lock.Do].
func (s *Store) Replace(ctx context.Context, before, after Session) error {
	now, err := s.Load(ctx, before.Name)
	if err != nil {
		return err
	}
	if !bytes.Equal(now.Data, before.Data) {
		return fmt.Errorf("session %q in %s: %w", before.Name, s.place, ErrChanged)
	}
	return s.Save(ctx, after)
}

// Forget removes a session, or says ErrNone. Call it inside [Lock.Do].
func (s *Store) Forget(ctx context.Context, name string) error {
	list, err := s.listed(ctx, name, nil)
	if err != nil {
		return err
	}
	return s.remove(ctx, SessionKind, name, list)
}

// listed is the edit that puts one session into the list, or takes it out. A list that is damaged is begun anew; one that could not be
// had stays, so that a keyring which fails once does not lose what it holds.
func (s *Store) listed(ctx context.Context, name string, summary *Summary) (edit, error) {
	list, err := s.Sessions(ctx)
	if err != nil && !errors.Is(err, errDamaged) {
		return edit{}, err
	}
	list = slices.DeleteFunc(list, func(l Summary) bool { return l.Name == name })
	if summary != nil {
		list = append(list, *summary)
	}
	slices.SortFunc(list, func(a, b Summary) int { return strings.Compare(a.Name, b.Name) })
	text, err := json.Marshal(list)
	return edit{name: index, value: string(text)}, err
}
