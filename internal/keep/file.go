package keep

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"filippo.io/age"

	whole "github.com/oidcscope/oidcscope/internal/file"
)

// Key opens an encrypted file: a passphrase, or the text of an age identity file.
type Key struct {
	Passphrase string // at least one character
	Identity   string // lines AGE-SECRET-KEY-…, as age-keygen writes them
}

// workFactor is the logarithm of scrypt's cost: about a second and 256 MB, once for reading and once for writing. It is what the
// age tool uses too. A file that asks for more is refused: it would take the memory of the machine.
const workFactor = 18

// maxSealed bounds the file, in bytes.
const maxSealed = 8 << 20

// file keeps texts in one file encrypted with age, read when it is first needed. The terminal interface lists from one goroutine while
// another one keeps.
type file struct {
	path string
	ask  func(ctx context.Context, first bool) (Key, error)
	work int

	mu      sync.Mutex
	key     Key    // the zero Key until it was asked for
	sealed  []byte // what was read or written last, encrypted
	entries map[string]string
}

// content is the JSON inside.
type content struct {
	Version int               `json:"version"`
	Entries map[string]string `json:"entries"`
}

// OpenFile gives the store in the file at path, which is made by the first thing that is kept in it. The key is asked for when it is
// first needed: not by who reads a file that is not there. For a file that is going to be made, first is true.
func OpenFile(path string, ask func(ctx context.Context, first bool) (Key, error)) (*Store, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if target, err := filepath.EvalSymlinks(absolute); err == nil { // a link stays a link: what it points to is replaced
		absolute = target
	}
	return &Store{vault: &file{path: absolute, ask: ask, work: workFactor}, place: path, where: absolute}, nil
}

// ready asks for the key, and tries it on the file when there is one.
func (f *file) ready(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.load(ctx); err != nil {
		return err
	}
	if err := f.wantKey(ctx, len(f.sealed) == 0); err != nil {
		return err
	}
	return tryFolder(filepath.Dir(f.path))
}

// tryFolder finds out whether a file can be written in a folder.
func tryFolder(folder string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	probe, err := os.CreateTemp(folder, ".oidcscope-*")
	if err != nil {
		return err
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// wantKey asks for the key, once.
func (f *file) wantKey(ctx context.Context, first bool) error {
	if f.key != (Key{}) {
		return nil
	}
	key, err := f.ask(ctx, first)
	if err == nil && (key.Passphrase == "") == (key.Identity == "") {
		err = errors.New("want a passphrase or an identity for the encrypted file, exactly one")
	}
	if err == nil {
		f.key = key
	}
	return err
}

func (f *file) get(ctx context.Context, name string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.load(ctx); err != nil {
		return "", err
	}
	text, ok := f.entries[name]
	if !ok {
		return "", ErrNone
	}
	return text, nil
}

// change makes all edits, or none.
func (f *file) change(ctx context.Context, edits ...edit) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.load(ctx); err != nil {
		return err
	}
	for _, e := range edits {
		if _, ok := f.entries[e.name]; e.remove && !ok {
			return ErrNone
		}
	}
	for _, e := range edits {
		f.entries[e.name] = e.value
		if e.remove {
			delete(f.entries, e.name)
		}
	}
	return f.write(ctx)
}

// load reads the file, unless it is as it was. Decrypting takes a second.
func (f *file) load(ctx context.Context) error {
	sealed, err := readFile(f.path)
	if err != nil {
		return err
	}
	if f.entries != nil && bytes.Equal(sealed, f.sealed) {
		return nil
	}
	entries := make(map[string]string)
	if len(sealed) > 0 {
		if err := f.wantKey(ctx, false); err != nil {
			return err
		}
		if entries, err = bounded(ctx, func() (map[string]string, error) { return f.open(sealed) }); err != nil {
			return err
		}
	}
	f.sealed, f.entries = sealed, entries
	return nil
}

// readFile gives nothing for a file that is not there.
func readFile(path string) ([]byte, error) {
	r, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, maxSealed+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > maxSealed:
		return nil, fmt.Errorf("want at most %d bytes, the file is larger", maxSealed)
	case len(data) == 0:
		return nil, errors.New("the file is empty: it was cut off, or is not ours; name another one, or remove it")
	}
	return data, nil
}

// open decrypts and reads what is in the file.
func (f *file) open(sealed []byte) (map[string]string, error) {
	identities, err := f.identities()
	if err != nil {
		return nil, err
	}
	plain, err := age.Decrypt(bytes.NewReader(sealed), identities...)
	if err != nil {
		return nil, f.explain(sealed, err)
	}
	text, err := io.ReadAll(io.LimitReader(plain, maxSealed+1))
	if err != nil {
		return nil, fmt.Errorf("the file is damaged or was cut off: %w", err)
	}
	var c content
	if err := json.Unmarshal(text, &c); err != nil || len(text) > maxSealed {
		return nil, errors.New("the file can be decrypted, but was not written by this program")
	}
	if c.Version != version {
		return nil, fmt.Errorf("want a file of version %d, got %d: it was written by another version of this program", version, c.Version)
	}
	if c.Entries == nil {
		c.Entries = make(map[string]string)
	}
	return c.Entries, nil
}

// explain says why a file can't be opened.
func (f *file) explain(sealed []byte, err error) error {
	var none *age.NoIdentityMatchError
	switch {
	case bytes.HasPrefix(sealed, []byte("-----BEGIN AGE")):
		return errors.New("want a binary age file, got an armored one (age --armor)")
	case !bytes.HasPrefix(sealed, []byte("age-encryption.org/")):
		return errors.New("want a file encrypted with age, got something else; it is left as it is")
	case errors.As(err, &none) && f.key.Passphrase != "" && !bytes.Contains(sealed[:min(len(sealed), 200)], []byte("\n-> scrypt ")):
		return errors.New("the file is encrypted for an identity, not with a passphrase")
	case errors.As(err, &none) && f.key.Identity != "":
		return errors.New("the file is not encrypted for this identity")
	case errors.As(err, &none), errors.Is(err, age.ErrIncorrectIdentity), strings.Contains(err.Error(), "incorrect passphrase"):
		return errors.New("wrong passphrase")
	}
	return fmt.Errorf("the file can't be opened: %w", err)
}

func (f *file) identities() ([]age.Identity, error) {
	if f.key.Passphrase != "" {
		identity, err := age.NewScryptIdentity(f.key.Passphrase)
		if err != nil {
			return nil, err
		}
		identity.SetMaxWorkFactor(max(f.work, workFactor))
		return []age.Identity{identity}, nil
	}
	if strings.HasPrefix(f.key.Identity, "age-encryption.org/") {
		return nil, errors.New("the identity file is itself encrypted: give a plain one, or what decrypts it (cmd:age -d FILE)")
	}
	identities, err := age.ParseIdentities(strings.NewReader(f.key.Identity))
	if err != nil {
		return nil, fmt.Errorf("want an identity file as age-keygen writes it: %w", err)
	}
	return identities, nil
}

func (f *file) recipients() ([]age.Recipient, error) {
	if f.key.Passphrase != "" {
		recipient, err := age.NewScryptRecipient(f.key.Passphrase)
		if err != nil {
			return nil, err
		}
		recipient.SetWorkFactor(f.work)
		return []age.Recipient{recipient}, nil
	}
	identities, err := f.identities()
	if err != nil {
		return nil, err
	}
	var recipients []age.Recipient
	for _, i := range identities {
		switch i := i.(type) {
		case *age.X25519Identity:
			recipients = append(recipients, i.Recipient())
		case *age.HybridIdentity:
			recipients = append(recipients, i.Recipient())
		}
	}
	if len(recipients) == 0 {
		return nil, errors.New("want an identity that can also encrypt (AGE-SECRET-KEY-1…, AGE-SECRET-KEY-PQ-1…)")
	}
	return recipients, nil
}

// write encrypts everything anew and puts it in the file's place, readable by its owner alone.
func (f *file) write(ctx context.Context) error {
	if err := f.wantKey(ctx, len(f.sealed) == 0); err != nil {
		f.entries = nil
		return err
	}
	entries := f.entries // sealing may be left behind, and go on
	sealed, err := bounded(ctx, func() ([]byte, error) { return f.seal(entries) })
	if err != nil {
		f.entries = nil // what is in memory is not what is kept
		return err
	}
	if err := replace(f.path, sealed); err != nil {
		f.entries = nil
		return err
	}
	f.sealed = sealed
	return nil
}

func (f *file) seal(entries map[string]string) ([]byte, error) {
	text, err := json.Marshal(content{version, entries})
	if err != nil {
		return nil, err
	}
	recipients, err := f.recipients()
	if err != nil {
		return nil, err
	}
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, recipients...)
	if err != nil {
		return nil, err
	}
	if _, err = w.Write(text); err != nil {
		return nil, err
	}
	if err = w.Close(); err != nil {
		return nil, err
	}
	if sealed.Len() > maxSealed {
		return nil, fmt.Errorf("want at most %d bytes in all, this would be %d", maxSealed, sealed.Len())
	}
	return sealed.Bytes(), nil
}

func replace(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return whole.Write(path, true, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}
