package keep

import (
	"errors"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zalando/go-keyring"
)

// smallRing is a keyring whose entries are as small as the smallest of the systems'.
type smallRing struct {
	mu      sync.Mutex
	entries map[string]string
	fail    func(user string) error // on Set
	got     func(user string)       // before Get
}

func (r *smallRing) Get(_, user string) (string, error) {
	if r.got != nil {
		r.got(user)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	text, ok := r.entries[user]
	if !ok {
		return "", ErrNone
	}
	return text, nil
}

func (r *smallRing) Set(_, user, secret string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(secret) > 2560 {
		return errors.New("too big")
	}
	if r.fail != nil {
		if err := r.fail(user); err != nil {
			return err
		}
	}
	r.entries[user] = secret
	return nil
}

func (r *smallRing) Delete(_, user string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.entries[user]; !ok {
		return ErrNone
	}
	delete(r.entries, user)
	return nil
}

func newRing() *smallRing { return &smallRing{entries: make(map[string]string)} }

func sample(name string, size int) Session {
	return Session{
		Summary:  Summary{Name: name, Issuer: "https://idp.example", ClientID: "cli", Saved: time.Unix(1700000000, 0).UTC(), Refresh: true},
		Settings: map[string][]string{"client-id": {"cli"}},
		Data:     []byte(`"` + strings.Repeat("t", size) + `"`),
	}
}

func TestSessions(t *testing.T) {
	for name, store := range map[string]*Store{"keyring": OpenKeyring(newRing()), "file": quick(t, t.TempDir()+"/s.age", Key{Passphrase: "p"})} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			if _, err := store.Load(ctx, "work"); !errors.Is(err, ErrNone) {
				t.Fatalf("load before save: %v", err)
			}
			for _, s := range []Session{sample("work", 10), sample("home", 30_000), sample("work", 7_000)} {
				if err := store.Save(ctx, s); err != nil {
					t.Fatal(err)
				}
			}
			got, err := store.Load(ctx, "work")
			if err != nil || len(got.Data) != 7_002 || got.Settings["client-id"][0] != "cli" || !got.Refresh || got.Name != "work" {
				t.Errorf("got %d bytes, %+v, %v", len(got.Data), got.Summary, err)
			}
			list, err := store.Sessions(ctx)
			if err != nil || len(list) != 2 || list[0].Name != "home" || list[1].Name != "work" {
				t.Errorf("got %+v, %v", list, err)
			}
			if err := store.Forget(ctx, "work"); err != nil {
				t.Error(err)
			}
			if err := store.Forget(ctx, "work"); !errors.Is(err, ErrNone) {
				t.Errorf("forgotten twice: %v", err)
			}
			if list, _ := store.Sessions(ctx); len(list) != 1 {
				t.Errorf("got %+v", list)
			}
		})
	}
}

// What a refresh brought gives way to a login or a logout meanwhile.
func TestReplace(t *testing.T) {
	store, ctx := OpenKeyring(newRing()), t.Context()
	before := sample("work", 5_000)
	if err := store.Replace(ctx, before, sample("work", 10)); !errors.Is(err, ErrNone) {
		t.Errorf("of a session that was forgotten: %v", err)
	}
	if err := store.Save(ctx, before); err != nil {
		t.Fatal(err)
	}
	if err := store.Replace(ctx, before, sample("work", 10)); err != nil {
		t.Fatal(err)
	}
	if err := store.Replace(ctx, before, sample("work", 20)); !errors.Is(err, ErrChanged) {
		t.Errorf("of a session that was changed: %v", err)
	}
	if now, err := store.Load(ctx, "work"); err != nil || len(now.Data) != 12 {
		t.Errorf("%d bytes, %v", len(now.Data), err)
	}
}

// Who reads while somebody else writes gets the old text or the new one, though the parts of the old one are swept.
func TestPartsAreReadWhileTheyChange(t *testing.T) {
	ring := newRing()
	p := parts{ring}
	text := func(i int) string { return strings.Repeat(string(rune('a'+i%26)), 6_000+i) }
	if err := p.set(t.Context(), "a", text(0)); err != nil {
		t.Fatal(err)
	}
	writes := 0
	ring.got = func(user string) { // just before the first part is read
		if strings.HasSuffix(user, "/0") && writes < 2 {
			writes++
			if err := p.set(t.Context(), "a", text(writes)); err != nil {
				t.Error(err)
			}
		}
	}
	if got, err := p.get(t.Context(), "a"); err != nil || got != text(2) {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
	ring.got = nil
	delete(ring.entries, anyPart(ring.entries))
	if _, err := p.get(t.Context(), "a"); err == nil || errors.Is(err, ErrNone) {
		t.Errorf("a part is gone: got %v, want an error that is not that nothing is kept", err)
	}
}

func TestPartsLeaveNothingBehind(t *testing.T) {
	ring := newRing()
	p := parts{ring}
	for _, size := range []int{0, 10, maxPart - 1, maxPart, 3 * maxPart, 50_000, 5} {
		want := strings.Repeat("x", size)
		if err := p.set(t.Context(), "a", want); err != nil {
			t.Fatal(err)
		}
		if got, err := p.get(t.Context(), "a"); err != nil || got != want {
			t.Fatalf("%d bytes: got %d, %v", size, len(got), err)
		}
	}
	if len(ring.entries) != 1 {
		t.Errorf("old parts stayed: %d entries", len(ring.entries))
	}
	if err := p.set(t.Context(), "a", strings.Repeat("x", 9_000)); err != nil {
		t.Fatal(err)
	}
	if err := p.delete(t.Context(), "a"); err != nil || len(ring.entries) != 0 {
		t.Errorf("after delete: %v, %d entries", err, len(ring.entries))
	}
}

// A write that fails half way leaves the old text, whole.
func TestPartsAreReplacedAtOnce(t *testing.T) {
	ring := newRing()
	p := parts{ring}
	old := strings.Repeat("o", 6_000)
	if err := p.set(t.Context(), "a", old); err != nil {
		t.Fatal(err)
	}
	for _, breaks := range []string{"/1", "a"} {
		ring.fail = func(user string) error {
			if strings.HasSuffix(user, breaks) {
				return errors.New("full")
			}
			return nil
		}
		if err := p.set(t.Context(), "a", strings.Repeat("n", 6_000)); err == nil {
			t.Fatal("no error")
		}
		if got, err := p.get(t.Context(), "a"); err != nil || got != old {
			t.Errorf("fails at %q: got %.10s…, %v", breaks, got, err)
		}
		if len(ring.entries) != 4 {
			t.Errorf("fails at %q: %d entries stayed, want the old 4", breaks, len(ring.entries))
		}
	}
}

func TestPartsRefuseWhatIsNotOurs(t *testing.T) {
	whole := newRing()
	if err := (parts{whole}).set(t.Context(), "a", strings.Repeat("x", 6_000)); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(map[string]string){
		"foreign":    func(e map[string]string) { e["a"] = "hello" },
		"too many":   func(e map[string]string) { e["a"] = ">999999999:5:id:sum" },
		"negative":   func(e map[string]string) { e["a"] = ">-1:-5:id:sum" },
		"part gone":  func(e map[string]string) { delete(e, anyPart(e)) },
		"part other": func(e map[string]string) { e[anyPart(e)] = strings.Repeat("y", maxPart) },
		"part large": func(e map[string]string) { e[anyPart(e)] = strings.Repeat("y", 10*maxPart) },
	} {
		entries := maps.Clone(whole.entries)
		spoil(entries)
		if got, err := (parts{&smallRing{entries: entries}}).get(t.Context(), "a"); err == nil {
			t.Errorf("%s: got %d bytes", name, len(got))
		}
	}
}

func anyPart(entries map[string]string) string {
	for name := range entries {
		if strings.HasSuffix(name, "/0") {
			return name
		}
	}
	return ""
}

func TestNames(t *testing.T) {
	store := OpenKeyring(newRing())
	for name, good := range map[string]bool{"work": true, "idp.example": true, "a_b-1": true, "": false, "a/b": false, "-x": false, "a:b": false, "ä": false, strings.Repeat("a", 81): false} {
		if err := store.Set(t.Context(), SecretKind, name, "x"); (err == nil) != good {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestDecode(t *testing.T) {
	for text, want := range map[string]string{
		`{"version":1,"name":"a","data":{}}`: "", `{"version":2}`: "another version", `{}`: "another version", `[]`: "can't be read", ``: "can't be read",
	} {
		_, err := decode(text)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestSystemRing(t *testing.T) {
	nobody := System(func(string) string { return "" })
	bus := System(func(name string) string {
		return map[string]string{"DBUS_SESSION_BUS_ADDRESS": "unix:path=/none"}[name]
	})
	keyring.MockInit()
	if err := bus.Set(service, "a", "b"); err != nil {
		t.Fatal(err)
	}
	if got, err := bus.Get(service, "a"); err != nil || got != "b" {
		t.Errorf("got %q, %v", got, err)
	}
	if err := bus.Delete(service, "a"); err != nil {
		t.Error(err)
	}
	if _, err := bus.Get(service, "a"); !errors.Is(err, ErrNone) {
		t.Errorf("got %v", err)
	}
	for said, want := range map[string]string{
		"The name org.freedesktop.secrets was not provided by any .service files":        "gnome-keyring, KWallet or KeePassXC",
		"Object does not exist at path “/org/freedesktop/secrets/collection/login”":      "no collection",
		"failed to unlock correct collection '/org/freedesktop/secrets/aliases/default'": "no collection",
		"Message recipient disconnected from message bus without replying":               "went away",
		"dial unix /none: connect: no such file or directory":                            "does not answer",
	} {
		keyring.MockInitWithError(errors.New(said))
		_, err := bus.Get(service, "a")
		var missing *Missing
		if !errors.As(err, &missing) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", said, err, want)
		}
	}
	keyring.MockInitWithError(errors.New("failed to unlock correct collection '/org/freedesktop/secrets/collection/login'"))
	var locked *Locked
	if _, err := bus.Get(service, "a"); !errors.As(err, &locked) {
		t.Errorf("a keyring that was not unlocked: %v", err)
	}
	keyring.MockInit()
	if err := nobody.(system).missing(); err != nil && !strings.Contains(err.Error(), "no session bus") {
		t.Errorf("got %v", err)
	}
}

// The library for the keyring does not expect that the bus goes away under it.
func TestAKeyringThatBreaks(t *testing.T) {
	_, err := bounded(t.Context(), func() (string, error) {
		var signal *struct{ Name string }
		return signal.Name, nil
	})
	if err == nil || !strings.Contains(err.Error(), "went away") {
		t.Errorf("got %v", err)
	}
}
