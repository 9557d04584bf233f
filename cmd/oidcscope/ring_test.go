package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/oidcscope/oidcscope/internal/keep"
)

// storyMain is main with a keyring that stories can look into: the file STORY_KEYRING. Without it there is none, as on a server.
func storyMain() { os.Exit(run(storySystem(), os.Args[1:])) }

func storySystem() *system {
	sys := newSystem()
	sys.ring = noRing{}
	if path := os.Getenv("STORY_KEYRING"); path != "" {
		sys.ring = fileRing(path)
	}
	return sys
}

// noRing is the keyring of a machine that has none.
type noRing struct{}

var errNoBus = &keep.Missing{Why: "there is no session bus"}

func (noRing) Get(string, string) (string, error) { return "", errNoBus }
func (noRing) Set(string, string, string) error   { return errNoBus }
func (noRing) Delete(string, string) error        { return errNoBus }

// fileRing is a keyring in a JSON file, with the small entries of a real one.
type fileRing string

func (r fileRing) load() (map[string]string, error) {
	entries := make(map[string]string)
	data, err := os.ReadFile(string(r))
	if errors.Is(err, fs.ErrNotExist) {
		return entries, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &entries)
	}
	return entries, err
}

func (r fileRing) change(how func(map[string]string)) error {
	entries, err := r.load()
	if err != nil {
		return err
	}
	how(entries)
	data, err := json.Marshal(entries)
	if err == nil {
		err = os.WriteFile(string(r)+".new", data, 0o600)
	}
	if err == nil {
		err = os.Rename(string(r)+".new", string(r))
	}
	return err
}

func (r fileRing) Get(service, user string) (string, error) {
	entries, err := r.load()
	if err != nil {
		return "", err
	}
	text, ok := entries[service+" "+user]
	if !ok {
		return "", keep.ErrNone
	}
	return text, nil
}

func (r fileRing) Set(service, user, secret string) error {
	if len(secret) > 2560 {
		return errors.New("data passed to Set was too big")
	}
	return r.change(func(entries map[string]string) { entries[service+" "+user] = secret })
}

func (r fileRing) Delete(service, user string) error {
	if _, err := r.Get(service, user); err != nil {
		return err
	}
	return r.change(func(entries map[string]string) { delete(entries, service+" "+user) })
}

// expireMain is a helper program: expire NAME lets the access token of a kept session have expired; expire NAME refresh spoils its
// refresh token too.
func expireMain() {
	ctx := context.Background()
	store := keep.OpenKeyring(fileRing(os.Getenv("STORY_KEYRING")))
	kept, err := store.Load(ctx, os.Args[1])
	fail(err)
	var session map[string]any
	fail(json.Unmarshal(kept.Data, &session))
	tokens := session["tokens"].(map[string]any)
	kept.ExpiresAt = time.Now().Add(-time.Hour).UTC()
	tokens["expires_at"] = kept.ExpiresAt
	if len(os.Args) > 2 {
		tokens["refresh_token"] = "used-up-0123456789"
	}
	kept.Data, err = json.Marshal(session)
	fail(err)
	fail(store.Save(ctx, kept))
}

// holdMain is a helper program: hold NAME is busy with a kept session, as one that refreshes it, and makes the file "held" when it is.
// It ends a while after there is a file "enough". hold NAME die dies of it.
func holdMain() {
	store := keep.OpenKeyring(fileRing(os.Getenv("STORY_KEYRING")))
	held, err := store.SessionLock(os.Getenv, os.Args[1]).Take(context.Background())
	fail(err)
	held.Begin()
	fail(os.WriteFile("held", nil, 0o600))
	if len(os.Args) > 2 {
		os.Exit(1)
	}
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat("enough"); err == nil {
			break
		}
	}
	time.Sleep(2500 * time.Millisecond) // longer than it takes until who waits says so
	held.Release()
}
