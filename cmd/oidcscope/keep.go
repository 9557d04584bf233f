package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/internal/config"
	"github.com/oidcscope/oidcscope/internal/keep"
)

// keepFlags say whether a session is kept after the program has ended, and where.
type keepFlags struct {
	keep  bool
	fresh bool
	name  string
	place placeFlags
}

// placeFlags name the encrypted file that takes the place of the system keyring.
type placeFlags struct {
	file, identity, passphrase string
}

func (o *keepFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&o.keep, "keep", false, "keep the session for later commands, in the system keyring or in --keep-file")
	f.StringVar(&o.name, "session", "", "`NAME` of the kept session (default that of the profile, or the provider's host)")
	f.BoolVar(&o.fresh, "fresh", false, "log in anew, also when a session is kept")
	o.place.register(cmd)
}

func (o *placeFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.file, "keep-file", "", "`FILE` to keep sessions in, encrypted with age, instead of the system keyring")
	f.StringVar(&o.identity, "keep-identity", "", "age identity `FILE` that opens --keep-file (default: a passphrase does)")
	f.StringVar(&o.passphrase, "passphrase-ref", "", "passphrase of --keep-file, a `REF`: env:NAME, file:PATH, cmd:COMMAND (default: you are asked)")
}

// keeper opens the place where sessions are kept, when it is first needed.
type keeper struct {
	sys   *system
	from  references
	flags placeFlags
	quiet bool // nobody can be asked: the terminal interface has the terminal

	mu    sync.Mutex // the interface opens from several goroutines
	store *keep.Store
}

// knows gives references that find secrets in the keeper's file too.
func (k *keeper) knows() references {
	k.from.kept = k
	return k.from
}

// place is where sessions are kept: as the flags say, else as the configuration says. An empty file is the system keyring.
func (k *keeper) place() (config.Keep, error) {
	if k.flags.file != "" {
		return config.Keep{File: k.flags.file, Identity: k.flags.identity, Passphrase: k.flags.passphrase}, nil
	}
	settings, err := config.Load(k.sys.getenv)
	if err != nil {
		return config.Keep{}, usage("", "%w", err)
	}
	place := settings.Keep
	if place.File == "" && (k.flags.identity != "" || k.flags.passphrase != "" || place.Identity != "" || place.Passphrase != "") {
		return place, usage("--keep-file sessions.age", "an identity or a passphrase opens an encrypted file, and none is named")
	}
	if k.flags.identity != "" {
		place.Identity, place.Passphrase = k.flags.identity, ""
	}
	if k.flags.passphrase != "" {
		place.Identity, place.Passphrase = "", k.flags.passphrase
	}
	return place, nil
}

// open gives the store. With an encrypted file it may ask for the passphrase.
func (k *keeper) open(ctx context.Context) (*keep.Store, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.store != nil {
		return k.store, nil
	}
	place, err := k.place()
	if err != nil {
		return nil, err
	}
	if place.File == "" {
		k.store = keep.OpenKeyring(&slowRing{ring: k.sys.ring, say: func() { k.from.notes.Note("Waiting for the system keyring: it may ask to be unlocked …") }})
		return k.store, nil
	}
	if err := checkPassphrase(place); err != nil {
		return nil, err
	}
	k.store, err = keep.OpenFile(place.File, func(ctx context.Context, first bool) (keep.Key, error) { return k.key(ctx, place, first) })
	if err != nil {
		return nil, usage("", "--keep-file: %w", err)
	}
	return k.store, nil
}

// slowRing is a keyring that says so once, when it takes its time: it may ask the person something on a screen that is not this one.
type slowRing struct {
	ring keep.Ring
	say  func()
	once sync.Once
}

// ringIsSlow is after how long that is said.
const ringIsSlow = 2 * time.Second

func (r *slowRing) waiting() *time.Timer {
	return time.AfterFunc(ringIsSlow, func() { r.once.Do(r.say) })
}

func (r *slowRing) Get(service, user string) (string, error) {
	defer r.waiting().Stop()
	return r.ring.Get(service, user)
}

func (r *slowRing) Set(service, user, secret string) error {
	defer r.waiting().Stop()
	return r.ring.Set(service, user, secret)
}

func (r *slowRing) Delete(service, user string) error {
	defer r.waiting().Stop()
	return r.ring.Delete(service, user)
}

// checkPassphrase refuses a passphrase that stands on the command line, before anything needs it.
func checkPassphrase(place config.Keep) error {
	if place.Identity == "" && place.Passphrase != "" && !config.IsReference(place.Passphrase) {
		return usage("--passphrase-ref env:NAME, file:PATH or cmd:COMMAND", "--passphrase-ref: want a reference, got a bare passphrase")
	}
	return nil
}

// key gets what opens the encrypted file; first says that the file is going to be made.
func (k *keeper) key(ctx context.Context, place config.Keep, first bool) (keep.Key, error) {
	if place.Identity != "" {
		text, err := readBounded(place.Identity, maxClientKey)
		if err != nil {
			return keep.Key{}, usage("age-keygen -o "+place.Identity+" makes one", "--keep-identity: %w", err)
		}
		return keep.Key{Identity: text}, nil
	}
	if place.Passphrase != "" {
		from := k.from
		from.kept = nil // what opens the file is not in it
		text, err := from.secret(ctx, "passphrase of "+place.File, place.Passphrase)
		return keep.Key{Passphrase: text.Reveal()}, err
	}
	text, err := k.askPassphrase(ctx, place.File, first)
	return keep.Key{Passphrase: text}, err
}

// askPassphrase asks on the terminal, twice for a file that is going to be made.
func (k *keeper) askPassphrase(ctx context.Context, path string, first bool) (string, error) {
	if k.quiet {
		return "", fmt.Errorf("the sessions in %s are locked, and the passphrase can't be asked for here: name it with passphrase_ref, or use keep_identity", path)
	}
	hint := "--passphrase-ref env:NAME, file:PATH or cmd:COMMAND, or --keep-identity FILE"
	text, err := k.ask(ctx, "passphrase of "+path)
	if err != nil {
		return "", usage(hint, "the passphrase of %s: %w", path, err)
	}
	if text == "" {
		return "", usage(hint, "want a passphrase for %s, got an empty one", path)
	}
	if !first {
		return text, nil
	}
	again, err := k.ask(ctx, "the same again, as "+path+" will be made")
	if err == nil && again != text {
		err = errors.New("the two differ")
	}
	if err != nil {
		return "", usage("", "the passphrase of %s: %w", path, err)
	}
	return text, nil
}

// ask asks for a secret without echo, on the terminal also when standard input is a pipe.
func (k *keeper) ask(ctx context.Context, what string) (string, error) {
	terminal := os.Stdin
	if !k.sys.stdinTerminal {
		if !k.sys.stderrTerminal {
			return "", errNoKeyboard
		}
		tty, err := k.sys.openTerminal()
		if err != nil {
			return "", errNoKeyboard
		}
		defer tty.Close()
		terminal = tty
	}
	k.from.notes.Note(what + ":")
	return k.sys.readPassword(ctx, terminal)
}

// exclusive runs what changes the store while no other process does.
func (k *keeper) exclusive(ctx context.Context, work func() error) error {
	store, err := k.open(ctx)
	if err != nil {
		return err
	}
	return store.Lock(k.sys.getenv).Do(ctx, work)
}

// waitsForOthers is how long a command waits for another process that has the same session, and saysThatItWaits when it says so.
const waitsForOthers, saysThatItWaits = 2 * time.Minute, time.Second

// hold waits until no other process refreshes or ends the session of a name.
func (k *keeper) hold(ctx context.Context, name string) (*keep.Held, error) {
	store, err := k.open(ctx)
	if err != nil {
		return nil, err
	}
	lock := store.SessionLock(k.sys.getenv, name)
	take := func(within time.Duration) (*keep.Held, error) {
		ctx, cancel := context.WithTimeoutCause(ctx, within, errStillHeld)
		defer cancel()
		return lock.Take(ctx)
	}
	held, err := take(saysThatItWaits)
	if errors.Is(err, errStillHeld) {
		k.from.notes.Note("Waiting for another oidcscope, which is busy with the session " + name + " …")
		held, err = take(waitsForOthers)
	}
	if errors.Is(err, errStillHeld) {
		return nil, withCode(exitBad, fmt.Errorf("the session %q: %w", name, err))
	}
	return held, err
}

var errStillHeld = errors.New("another oidcscope is busy with it: wait for its end, or end it")

// keepError makes an error of the store one of the command line. Without a keyring it says what to do instead.
func keepError(err error) error {
	var missing *keep.Missing
	var locked *keep.Locked
	var known *failure
	switch {
	case err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &locked):
		return usage("unlock it in the desktop's password manager, or --keep-file sessions.age keeps sessions in an encrypted file instead", "%w", locked)
	case errors.As(err, &missing):
		return usage("--keep-file sessions.age keeps sessions in an encrypted file instead (keep_file in config.toml)", "%w", err)
	}
	return usage("", "%w", err)
}

// secrets gives the store of client secrets, and whether it is the encrypted file that takes the place of the keyring.
func (k *keeper) secrets(ctx context.Context) (store *keep.Store, inFile bool, err error) {
	place, err := k.place()
	if err != nil {
		return nil, false, err
	}
	store, err = k.open(ctx)
	return store, place.File != "", err
}

// keepSecret keeps a client secret under the name of keyring:NAME.
func (k *keeper) keepSecret(ctx context.Context, name, text string) error {
	return k.exclusive(ctx, func() error { return k.store.Set(ctx, keep.SecretKind, name, text) })
}

// keptSecret gives the client secret that keyring:NAME refers to: of the encrypted file, when there is one, else of the system keyring,
// where it may have been before there was a file.
func (r references) keptSecret(ctx context.Context, name string) (string, error) {
	if r.kept != nil {
		store, inFile, err := r.kept.secrets(ctx)
		if err != nil {
			return "", err
		}
		if inFile {
			text, err := store.Get(ctx, keep.SecretKind, name)
			if !errors.Is(err, keep.ErrNone) {
				return text, err
			}
		}
	}
	text, err := keep.OpenKeyring(r.sys.ring).Get(ctx, keep.SecretKind, name)
	var missing *keep.Missing
	switch {
	case errors.Is(err, keep.ErrNone):
		return "", fmt.Errorf("the system keyring has no secret %q yet; oidcscope profile secret %s puts it there, and --keep-file FILE looks in a file", name, name)
	case errors.As(err, &missing):
		return "", fmt.Errorf("keyring:%s: %w; --keep-file FILE looks in the encrypted file where register kept it; or use env:NAME, file:PATH or cmd:COMMAND instead", name, err)
	}
	return text, err
}

// hostName makes a name of an issuer, for a session that has none: "idp.example", "127.0.0.1-8080", "idp.example-realms-a".
func hostName(issuer string) string {
	u, err := url.Parse(issuer)
	if err != nil {
		return ""
	}
	name := strings.Map(func(r rune) rune {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.' && r != '-' {
			return '-'
		}
		return r
	}, strings.Trim(u.Host+u.Path, "/[]"))
	return name[:min(len(name), 80)]
}
