package keep

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/zalando/go-keyring"
)

// Ring is a keyring of the system. Get and Delete return [ErrNone] for an entry that is not there.
type Ring interface {
	Get(service, user string) (string, error)
	Set(service, user, secret string) error
	Delete(service, user string) error
}

// service is the name under which the system's own tools show our entries.
const service = "oidcscope"

// Missing is the error of a system without a keyring that could be used.
type Missing struct {
	Why string // "there is no session bus …"
	Err error  // what the system said; may be nil
}

func (m *Missing) Error() string {
	text := "no system keyring: " + m.Why
	if m.Err != nil {
		text += " (" + m.Err.Error() + ")"
	}
	return text
}

func (m *Missing) Unwrap() error { return m.Err }

// Locked is the error of a keyring that is there, and was not unlocked.
type Locked struct{ Err error }

func (l *Locked) Error() string {
	return "the system keyring is locked, and was not unlocked"
}

func (l *Locked) Unwrap() error { return l.Err }

// OpenKeyring gives the store in a keyring of the system, such as [System].
func OpenKeyring(ring Ring) *Store {
	return &Store{vault: parts{ring}, place: "the system keyring", where: "keyring"}
}

// System is the keyring of this system: Keychain, Credential Manager, or what answers to the Secret Service on the session bus.
func System(getenv func(string) string) Ring { return system{getenv} }

type system struct{ getenv func(string) string }

func (s system) Get(service, user string) (string, error) {
	if err := s.missing(); err != nil {
		return "", err
	}
	text, err := keyring.Get(service, user)
	return text, s.explain(err)
}

func (s system) Set(service, user, secret string) error {
	if err := s.missing(); err != nil {
		return err
	}
	return s.explain(keyring.Set(service, user, secret))
}

func (s system) Delete(service, user string) error {
	if err := s.missing(); err != nil {
		return err
	}
	return s.explain(keyring.Delete(service, user))
}

// missing looks for the session bus before the library does: without one it would start a bus of its own (dbus-launch), which stays
// behind and has no keyring on it.
func (s system) missing() error {
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" || s.getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return nil
	}
	for _, name := range []string{"bus", "dbus-session"} {
		if _, err := os.Stat(filepath.Join("/run/user", strconv.Itoa(os.Getuid()), name)); err == nil {
			return nil
		}
	}
	return &Missing{Why: "there is no session bus (DBUS_SESSION_BUS_ADDRESS is not set), as on servers, in containers and over SSH"}
}

// explain tells apart what a keyring says. The library hands through what the bus or the tool said.
func (s system) explain(err error) error {
	if err == nil || errors.Is(err, keyring.ErrNotFound) {
		if err != nil {
			err = ErrNone
		}
		return err
	}
	text := err.Error()
	switch {
	case errors.Is(err, keyring.ErrUnsupportedPlatform):
		return &Missing{Why: "this program has none for " + runtime.GOOS}
	case strings.Contains(text, "org.freedesktop.secrets"):
		return &Missing{Why: "nothing on the session bus keeps secrets; install or start gnome-keyring, KWallet or KeePassXC", Err: err}
	case strings.Contains(text, "unlock") && strings.Contains(text, "/collection/"):
		return &Locked{Err: err}
	case strings.Contains(text, "/collection/"), strings.Contains(text, "/aliases/default"): // which is what the library falls back on
		return &Missing{Why: "it has no collection to keep secrets in, or one that is locked; open the desktop's password manager once", Err: err}
	case strings.Contains(text, "disconnected from message bus"):
		return &Missing{Why: "what keeps secrets on the session bus went away", Err: err}
	case strings.HasPrefix(text, "dial ") || strings.Contains(text, "dbus"):
		return &Missing{Why: "the session bus does not answer", Err: err}
	case runtime.GOOS == "darwin" && strings.HasPrefix(text, "exit status"):
		return fmt.Errorf("the keychain refused (%w); over SSH it has to be opened first: security unlock-keychain", err)
	}
	return err
}

// patience bounds one answer of a keyring. It may ask the person to unlock it.
const patience = 2 * time.Minute

// bounded runs what can't be interrupted, and leaves it behind when ctx ends.
func bounded[T any](ctx context.Context, work func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			if p := recover(); p != nil { // the library takes it for granted that the bus stays while it waits for a prompt
				r.err = fmt.Errorf("the keyring went away, or answered what can't be understood (%v)", p)
			}
			done <- r
		}()
		r.value, r.err = work()
	}()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	var none T
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		return none, context.Cause(ctx)
	case <-timer.C:
		return none, fmt.Errorf("want an answer within %s, none came: is it asking to be unlocked?", patience)
	}
}
