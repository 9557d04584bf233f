package keep

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Lock keeps other processes of this user from changing what is kept. It is an empty file in the runtime folder, locked by the
// operating system, which lets go of it also when the process dies.
type Lock struct{ path string }

// Lock gives the lock of a store. The file lies in $XDG_RUNTIME_DIR, or in the folder for temporary files.
func (s *Store) Lock(getenv func(string) string) Lock {
	folder := filepath.Join(os.TempDir(), fmt.Sprintf("oidcscope-%d", os.Getuid()))
	if dir := getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		folder = filepath.Join(dir, "oidcscope")
	}
	sum := sha256.Sum256([]byte(s.where))
	return Lock{filepath.Join(folder, hex.EncodeToString(sum[:8])+".lock")}
}

// errBusy says that another process holds the lock.
var errBusy = errors.New("another process is changing it")

// Do runs work while no other process runs its own, and waits for the others until ctx ends.
func (l Lock) Do(ctx context.Context, work func() error) error {
	f, err := l.open()
	if err != nil {
		return fmt.Errorf("lock what is kept: %w", err)
	}
	defer f.Close()
	again := time.NewTicker(30 * time.Millisecond)
	defer again.Stop()
	for {
		err := tryLock(f)
		if err == nil {
			break
		}
		if !errors.Is(err, errBusy) {
			return fmt.Errorf("lock what is kept: %w", err)
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return work()
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
