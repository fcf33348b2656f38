// Package alone lets one program at a time work in a folder that several may share, on one machine or, where the file system carries
// locks, on several.
package alone

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/gofrs/flock"

	"fengqiao/internal/owner"
)

const (
	// Patience is how long one waits for another program at most.
	Patience = 10 * time.Second

	again = 10 * time.Millisecond
	name  = ".lock"
)

// Folder is one that several programs may share. It is made when it is first worked in, for the owner of the one above only.
type Folder struct {
	Path string
	Log  *slog.Logger

	told sync.Once
	mu   sync.Mutex
	lock func(path string) locker // nil: the system's
}

// locker is a lock of the system.
type locker interface {
	TryLock() (bool, error)
	TryLockContext(ctx context.Context, again time.Duration) (bool, error)
	Close() error
}

func ofSystem(path string) locker { return flock.New(path, flock.SetPermissions(0o600)) }

// Do does something while nobody else does, in this program or another. It gives up after Patience, or when ctx ends: somebody who has
// the folder and stands still stops nobody for longer. Where the file system knows no locks, the log says so once and other programs
// are not kept out.
func (f *Folder) Do(ctx context.Context, do func() error) error {
	waiting, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	for !f.mu.TryLock() {
		select {
		case <-waiting.Done():
			return f.missed("this program", waiting.Err())
		case <-time.After(again):
		}
	}
	defer f.mu.Unlock()
	if err := errors.Join(owner.Folder(f.Path), owner.Begin(filepath.Join(f.Path, name))); err != nil {
		return err
	}
	lock, err := f.take(waiting)
	switch {
	case unknown(err):
		f.told.Do(func() {
			f.Log.WarnContext(ctx, "this folder cannot be locked: let no other program share it", "folder", f.Path, "err", err)
		})
		return do()
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return f.missed("another program", err)
	case err != nil:
		return fmt.Errorf("the folder %s cannot be locked: %w", f.Path, err)
	}
	defer func() {
		if err := lock.Close(); err != nil { // what was done is done
			f.Log.WarnContext(ctx, "a lock was not let go of", "folder", f.Path, "err", err)
		}
	}()
	return do()
}

// missed says why the folder was not had: who waited was told to stop, or somebody had it for too long.
func (f *Folder) missed(who string, err error) error {
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("stopped while waiting for the folder %s: %w", f.Path, err)
	}
	return fmt.Errorf("%s has the folder %s: %w", who, f.Path, err)
}

// take waits for the lock. One that somebody else made, and that may not be opened, gives way to one of our own: the folder is ours.
func (f *Folder) take(ctx context.Context) (locker, error) {
	path, of := filepath.Join(f.Path, name), f.lock
	if of == nil {
		of = ofSystem
	}
	lock := of(path)
	_, err := lock.TryLockContext(ctx, again)
	if errors.Is(err, fs.ErrPermission) {
		if gone := f.clear(ctx, lock, path); gone != nil {
			return lock, errors.Join(err, gone)
		}
		_, err = lock.TryLockContext(ctx, again)
	}
	return lock, err
}

// clear removes a lock that may not be opened. Of several programs that met it one does so at a time, under a lock of the folder itself,
// and asks again first: what lies there by then may be the lock of the one before, who works. A folder that cannot be locked itself, as
// on NFS, is cleared without.
func (f *Folder) clear(ctx context.Context, lock locker, path string) error {
	one := flock.New(f.Path, flock.SetFlag(os.O_RDONLY))
	defer one.Close() // which frees it
	if _, err := one.TryLockContext(ctx, again); err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	if _, err := lock.TryLock(); !errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// unknown tells whether an error says that the file system has no locks.
func unknown(err error) bool {
	return errors.Is(err, syscall.ENOLCK) || errors.Is(err, syscall.ENOTSUP) || errors.Is(err, syscall.EOPNOTSUPP) || errors.Is(err, syscall.ENOSYS)
}
