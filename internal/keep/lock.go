package keep

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// Lock keeps other processes of this user from changing the same thing. It is a file in the runtime folder, locked by the operating
// system, which lets go of it also when the process dies.
type Lock struct{ path string }

// Lock gives the lock of a store, for changes of what it holds. They take no longer than the store does: nobody asks a provider
// anything meanwhile.
func (s *Store) Lock(getenv func(string) string) Lock { return s.lockOf(getenv, "") }

// SessionLock gives the lock of one session, for those who refresh or end it at the provider. Take it before the store's own.
func (s *Store) SessionLock(getenv func(string) string, name string) Lock {
	return s.lockOf(getenv, "\n"+name)
}

// lockOf names the lock's file after the store, and after what of it is meant.
func (s *Store) lockOf(getenv func(string) string, what string) Lock {
	sum := sha256.Sum256([]byte(s.where + what))
	return Lock{filepath.Join(runtimeFolder(getenv), hex.EncodeToString(sum[:8])+".lock")}
}

// runtimeFolder is where this user's locks lie: $XDG_RUNTIME_DIR, or where that usually points to, as a process that cron started is
// not told of it and has to see the locks of the others. Else it is in the folder for temporary files.
func runtimeFolder(getenv func(string) string) string {
	if dir := getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "oidcscope")
	}
	if dir := userRuntime(); dir != "" {
		return filepath.Join(dir, "oidcscope")
	}
	return filepath.Join(os.TempDir(), fmt.Sprintf("oidcscope-%d", os.Getuid()))
}

// userRuntime is the folder that the system makes for a user who is logged in; empty where there is none.
func userRuntime() string {
	dir := filepath.Join("/run/user", strconv.Itoa(os.Getuid()))
	if info, err := os.Lstat(dir); err != nil || !info.IsDir() || !ours(info) {
		return ""
	}
	return dir
}

// errBusy says that another process holds the lock.
var errBusy = errors.New("another process is changing it")

// Do runs work while no other process runs its own, and waits for the others until ctx ends.
func (l Lock) Do(ctx context.Context, work func() error) error {
	held, err := l.Take(ctx)
	if err != nil {
		return err
	}
	defer held.Release()
	return work()
}

// Held is a lock that this process has.
type Held struct {
	// Interrupted says that a process died in what it had announced with Begin.
	Interrupted bool

	file *os.File
}

// Take waits for the lock until ctx ends. Who has it releases it.
func (l Lock) Take(ctx context.Context) (*Held, error) {
	f, err := l.open()
	if err != nil {
		return nil, fmt.Errorf("lock what is kept: %w", err)
	}
	again := time.NewTicker(30 * time.Millisecond)
	defer again.Stop()
	for {
		err := tryLock(f)
		if err == nil {
			info, err := f.Stat()
			return &Held{file: f, Interrupted: err == nil && info.Size() > 0}, nil
		}
		if !errors.Is(err, errBusy) {
			f.Close()
			return nil, fmt.Errorf("lock what is kept: %w", err)
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			f.Close()
			return nil, context.Cause(ctx)
		}
	}
}

// Begin announces what can't be done twice: if this process dies before it releases the lock, the next one finds it Interrupted. A mark
// that can't be written is missed by nobody else.
func (h *Held) Begin() {
	h.file.WriteAt([]byte("begun\n"), 0)
}

// Release lets the others in. It may be called on nil, and twice.
func (h *Held) Release() {
	if h == nil || h.file == nil {
		return
	}
	h.file.Truncate(0)
	h.file.Close()
	h.file = nil
}

// open opens the file in a folder that nobody else can write to: in a folder for everybody somebody else could have made it.
func (l Lock) open() (*os.File, error) {
	folder := filepath.Dir(l.path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	info, err := os.Lstat(folder)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() || !ours(info) {
		return nil, fmt.Errorf("want the folder %s to be this user's alone, it is not: remove it, or set XDG_RUNTIME_DIR", folder)
	}
	return os.OpenFile(l.path, os.O_RDWR|os.O_CREATE, 0o600)
}
