package keep

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"
)

func lockIn(t *testing.T, dir string) Lock {
	t.Helper()
	return OpenKeyring(newRing()).Lock(func(name string) string { return map[string]string{"XDG_RUNTIME_DIR": dir}[name] })
}

func TestLockLetsOneIn(t *testing.T) {
	lock := lockIn(t, t.TempDir())
	inside, most := 0, 0
	var mu sync.Mutex
	count := func(by int) {
		mu.Lock()
		defer mu.Unlock()
		inside += by
		most = max(most, inside)
	}
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			if err := lock.Do(t.Context(), func() error { count(1); time.Sleep(time.Millisecond); count(-1); return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most != 1 {
		t.Errorf("%d were inside at once", most)
	}
}

func TestLockEndsWithItsContext(t *testing.T) {
	lock := lockIn(t, t.TempDir())
	err := lock.Do(t.Context(), func() error {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		return lock.Do(ctx, func() error { return nil })
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestLockRefusesAFolderOfOthers(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("folders have no modes")
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "oidcscope"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "oidcscope"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := lockIn(t, dir).Do(t.Context(), func() error { return nil }); err == nil {
		t.Error("a folder that everybody can write to was used")
	}
}

// Who comes after a process that died in the middle is told; who comes after one that did not is not.
func TestLockKnowsAnInterruption(t *testing.T) {
	lock := lockIn(t, t.TempDir())
	take := func() *Held {
		held, err := lock.Take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return held
	}
	good := take()
	good.Begin()
	good.Release()
	dies := take()
	if dies.Interrupted {
		t.Error("a lock that was released counts as interrupted")
	}
	dies.Begin()
	dies.file.Close() // as the system does it for a process that was killed
	after := take()
	if !after.Interrupted {
		t.Error("that a process died in the middle was not noticed")
	}
	after.Release()
	if last := take(); last.Interrupted {
		t.Error("the interruption was told twice")
	} else {
		last.Release()
		last.Release()
	}
}

func TestSessionsHaveLocksOfTheirOwn(t *testing.T) {
	store, dir := OpenKeyring(newRing()), t.TempDir()
	getenv := func(string) string { return dir }
	a, err := store.SessionLock(getenv, "a").Take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Release()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	nothing := func() error { return nil }
	if err := errors.Join(store.SessionLock(getenv, "b").Do(ctx, nothing), store.Lock(getenv).Do(ctx, nothing)); err != nil {
		t.Errorf("another session, and the store, waited: %v", err)
	}
}
