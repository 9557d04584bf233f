package keep

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"filippo.io/age"
)

// quick opens a file whose passphrase is cheap to try.
func quick(t *testing.T, path string, key Key) *Store {
	t.Helper()
	store, err := OpenFile(path, func(context.Context, bool) (Key, error) { return key, nil })
	if err != nil {
		t.Fatal(err)
	}
	store.vault.(*file).work = 4
	return store
}

func identity(t *testing.T) Key {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return Key{Identity: "# made for a test\n" + id.String() + "\n"}
}

func TestFileRoundTrip(t *testing.T) {
	hybrid, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]Key{"passphrase": {Passphrase: "correct horse"}, "identity": identity(t), "hybrid identity": {Identity: hybrid.String()}} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "deep", "sessions.age")
			if err := quick(t, path, key).Set(t.Context(), SecretKind, "work", "tell-tale"); err != nil {
				t.Fatal(err)
			}
			got, err := quick(t, path, key).Get(t.Context(), SecretKind, "work")
			if err != nil || got != "tell-tale" {
				t.Fatalf("got %q, %v", got, err)
			}
			data, err := os.ReadFile(path)
			if err != nil || bytes.Contains(data, []byte("tell-tale")) || !bytes.HasPrefix(data, []byte("age-encryption.org/v1\n")) {
				t.Errorf("want an age file, got %.40q, %v", data, err)
			}
			info, err := os.Stat(path)
			if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
				t.Errorf("mode %v, %v", info.Mode(), err)
			}
			if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".oidcscope-*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// The interface lists while it keeps, from two goroutines.
func TestFileIsForSeveralGoroutines(t *testing.T) {
	path, key := filepath.Join(t.TempDir(), "sessions.age"), identity(t)
	store := quick(t, path, key)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			if err := store.Set(t.Context(), SecretKind, fmt.Sprint("name-", i), "kept"); err != nil {
				t.Error(err)
			}
		})
		all.Go(func() {
			if _, err := store.Sessions(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	again := quick(t, path, key)
	for i := range 8 {
		if got, err := again.Get(t.Context(), SecretKind, fmt.Sprint("name-", i)); err != nil || got != "kept" {
			t.Errorf("name-%d: %q, %v", i, got, err)
		}
	}
}

// Two invocations that write one after the other don't lose each other's entries.
func TestFileSeesWhatOthersWrote(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.age")
	a, b := quick(t, path, Key{Passphrase: "p"}), quick(t, path, Key{Passphrase: "p"})
	for _, step := range []struct {
		store *Store
		name  string
	}{{a, "one"}, {b, "two"}, {a, "three"}} {
		if err := step.store.Set(t.Context(), SecretKind, step.name, "x"); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"one", "two", "three"} {
		if _, err := b.Get(t.Context(), SecretKind, name); err != nil {
			t.Error(err)
		}
	}
}

// A passphrase is asked for when it is needed, and once.
func TestFileAsksForItsKeyLate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.age")
	asked, first := 0, false
	open := func() *Store {
		asked = 0
		store, err := OpenFile(path, func(_ context.Context, f bool) (Key, error) {
			asked, first = asked+1, f
			return Key{Passphrase: "p"}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		store.vault.(*file).work = 4
		return store
	}
	store := open()
	if list, err := store.Sessions(t.Context()); err != nil || len(list) != 0 || asked != 0 {
		t.Errorf("of a file that is not there: %v, %v, asked %d times", list, err, asked)
	}
	if err := store.Ready(t.Context()); err != nil || asked != 1 || !first {
		t.Errorf("before a login: %v, asked %d times, first %v", err, asked, first)
	}
	if err := store.Save(t.Context(), sample("work", 10)); err != nil || asked != 1 {
		t.Errorf("%v, asked %d times", err, asked)
	}
	store = open()
	if _, err := store.Load(t.Context(), "work"); err != nil || asked != 1 || first {
		t.Errorf("%v, asked %d times, first %v", err, asked, first)
	}
}

func TestFileRefuses(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	sealed := func(key Key) []byte {
		path := filepath.Join(dir, "made")
		defer os.Remove(path)
		if err := quick(t, path, key).Set(t.Context(), SecretKind, "work", strings.Repeat("secret", 40_000)); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	foreign := func(text string) []byte {
		recipient, err := age.NewScryptRecipient("p")
		if err != nil {
			t.Fatal(err)
		}
		recipient.SetWorkFactor(4)
		var b bytes.Buffer
		w, err := age.Encrypt(&b, recipient)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err = errors.Join(err, w.Close()); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	withPassphrase, mine := sealed(Key{Passphrase: "p"}), identity(t)
	withIdentity := sealed(mine)
	greedy := bytes.Replace(withPassphrase, []byte(" 4\n"), []byte(" 30\n"), 1)
	damaged := bytes.Clone(withPassphrase)
	damaged[len(damaged)-1000] ^= 1
	for name, tt := range map[string]struct {
		data []byte
		key  Key
		want string
	}{
		"wrong passphrase":    {withPassphrase, Key{Passphrase: "q"}, "wrong passphrase"},
		"wrong identity":      {withIdentity, identity(t), "not encrypted for this identity"},
		"passphrase for key":  {withIdentity, Key{Passphrase: "p"}, "for an identity, not with a passphrase"},
		"key for passphrase":  {withPassphrase, mine, "not encrypted for this identity"},
		"no identity":         {withIdentity, Key{Identity: "hello"}, "age-keygen"},
		"encrypted identity":  {withIdentity, Key{Identity: "age-encryption.org/v1\n"}, "itself encrypted"},
		"cut in the content":  {withPassphrase[:len(withPassphrase)-70_000], Key{Passphrase: "p"}, "damaged or was cut off"},
		"cut in the header":   {withPassphrase[:60], Key{Passphrase: "p"}, "can't be opened"},
		"damaged":             {damaged, Key{Passphrase: "p"}, "damaged or was cut off"},
		"empty":               {nil, Key{Passphrase: "p"}, "empty"},
		"something else":      {[]byte("theme = \"dark\"\n"), Key{Passphrase: "p"}, "left as it is"},
		"armored":             {[]byte("-----BEGIN AGE ENCRYPTED FILE-----\n"), Key{Passphrase: "p"}, "armored"},
		"too much work":       {greedy, Key{Passphrase: "p"}, "can't be opened"},
		"too large":           {bytes.Repeat([]byte("a"), maxSealed+1), Key{Passphrase: "p"}, "larger"},
		"not our content":     {foreign("[1,2]"), Key{Passphrase: "p"}, "not written by this program"},
		"content of tomorrow": {foreign(`{"version":9}`), Key{Passphrase: "p"}, "another version"},
	} {
		t.Run(name, func(t *testing.T) {
			path := write("f", tt.data)
			store := quick(t, path, tt.key)
			_, err := store.Get(t.Context(), SecretKind, "work")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if err := store.Set(t.Context(), SecretKind, "new", "x"); err == nil {
				t.Error("a file that can't be read was written over")
			}
			if now, _ := os.ReadFile(path); !bytes.Equal(now, tt.data) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestFileWantsOneKey(t *testing.T) {
	for _, key := range []Key{{}, {Passphrase: "p", Identity: "i"}} {
		if err := quick(t, filepath.Join(t.TempDir(), "x"), key).Set(t.Context(), SecretKind, "a", "x"); err == nil {
			t.Errorf("%d, %d: no error", len(key.Passphrase), len(key.Identity))
		}
	}
}

func TestFileKeepsALink(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target.age"), filepath.Join(dir, "link.age")
	if err := quick(t, target, Key{Passphrase: "p"}).Set(t.Context(), SecretKind, "a", "x"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Skip(err)
	}
	if err := quick(t, link, Key{Passphrase: "p"}).Set(t.Context(), SecretKind, "b", "y"); err != nil {
		t.Fatal(err)
	}
	if _, err := quick(t, target, Key{Passphrase: "p"}).Get(t.Context(), SecretKind, "b"); err != nil {
		t.Error(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link was replaced")
	}
}

// Before a login it is found out whether its session could be kept.
func TestFileIsTriedBeforeALogin(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "plain"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := quick(t, filepath.Join(dir, "plain", "s.age"), Key{Passphrase: "p"}).Ready(t.Context()); err == nil {
		t.Error("a file in what is no folder was called ready")
	}
	if err := quick(t, filepath.Join(dir, "deep", "s.age"), Key{Passphrase: "p"}).Ready(t.Context()); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(filepath.Join(dir, "deep")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
