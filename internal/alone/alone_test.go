package alone

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gofrs/flock"
)

// Who has a folder and stands still – a program that was halted – stops nobody for longer than they will wait.
func TestWhoStandsStillStopsNobodyForLong(t *testing.T) {
	dir := t.TempDir()
	other := flock.New(filepath.Join(dir, name))
	if err := other.Lock(); err != nil {
		t.Fatal(err)
	}
	f := &Folder{Path: dir, Log: slog.New(slog.DiscardHandler)}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := f.Do(ctx, func() error { t.Error("done beside another program"); return nil }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while another has it: %v", err)
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	done := false
	if err := f.Do(t.Context(), func() error { done = true; return nil }); err != nil || !done {
		t.Errorf("afterwards: %v, done %v", err, done)
	}
}

// But for the one who asks, the patience is ours.
func TestPatienceHasItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &Folder{Path: t.TempDir(), Log: slog.New(slog.DiscardHandler), lock: func(string) locker { return taken{} }}
		began := time.Now()
		if err := f.Do(context.WithoutCancel(t.Context()), func() error { return nil }); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != Patience {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
	})
}

// taken is a lock that is never free.
type taken struct{}

func (taken) TryLockContext(ctx context.Context, _ time.Duration) (bool, error) {
	<-ctx.Done()
	return false, ctx.Err()
}

func (taken) TryLock() (bool, error) { return false, nil }

func (taken) Close() error { return nil }

// failing is a lock that gives some errors, one after the other, and then is had.
type failing struct{ errs *[]error }

func (l failing) TryLockContext(context.Context, time.Duration) (bool, error) { return l.TryLock() }

func (l failing) TryLock() (bool, error) {
	if len(*l.errs) == 0 {
		return true, nil
	}
	err := (*l.errs)[0]
	*l.errs = (*l.errs)[1:]
	return false, err
}

func (failing) Close() error { return nil }

// A file system without locks stops nothing, and is told once; the lock of somebody else gives way; anything else is an error.
func TestWhereNothingCanBeLocked(t *testing.T) {
	var log bytes.Buffer
	for what, c := range map[string]struct {
		errs       []error
		done       bool
		told, lies int // how often the log says it, and whether the other's lock lies there still
	}{
		"no locks":               {[]error{&fs.PathError{Err: syscall.ENOLCK}, syscall.ENOLCK}, true, 1, 1},
		"not supported":          {[]error{syscall.EOPNOTSUPP, syscall.ENOTSUP}, true, 1, 1},
		"another's":              {[]error{&fs.PathError{Err: syscall.EACCES}, syscall.EACCES}, true, 0, 0},
		"another's, and again":   {[]error{syscall.EACCES, syscall.EACCES, syscall.EACCES}, false, 0, 0},
		"another's, and it went": {[]error{syscall.EACCES}, true, 0, 1},
		"the disk does not read": {[]error{syscall.EIO}, false, 0, 1},
	} {
		log.Reset()
		dir, errs := t.TempDir(), c.errs
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		f := &Folder{Path: dir, Log: slog.New(slog.NewTextHandler(&log, nil)), lock: func(string) locker { return failing{&errs} }}
		done := false
		if err := f.Do(t.Context(), func() error { done = true; return nil }); done != c.done || (err == nil) != c.done {
			t.Errorf("%s: done %v, %v", what, done, err)
		}
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != (c.lies == 1) {
			t.Errorf("%s: the lock that lay there: %v", what, err)
		}
		_ = f.Do(t.Context(), func() error { return nil })
		if n := strings.Count(log.String(), "cannot be locked"); n != c.told {
			t.Errorf("%s: told %d times", what, n)
		}
	}
}

// What is done gives its own error, and lets go of the folder.
func TestWhatIsDoneGivesItsError(t *testing.T) {
	f := &Folder{Path: filepath.Join(t.TempDir(), "new"), Log: slog.New(slog.DiscardHandler)}
	mine := errors.New("mine")
	for range 2 {
		if err := f.Do(t.Context(), func() error { return mine }); !errors.Is(err, mine) {
			t.Errorf("gave %v", err)
		}
	}
}

// Nor does somebody of the same program, who is at it.
func TestTheSameProgramIsWaitedForNoLonger(t *testing.T) {
	f := &Folder{Path: t.TempDir(), Log: slog.New(slog.DiscardHandler)}
	began, over, done := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		done <- f.Do(t.Context(), func() error { close(began); <-over; return nil })
	}()
	<-began
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := f.Do(ctx, func() error { t.Error("done beside another"); return nil }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while another is at it: %v", err)
	}
	close(over)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := f.Do(t.Context(), func() error { return nil }); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// theirs is a lock of the system, but that a file without permissions may not be opened, as it may not by anybody but root.
type theirs struct {
	*flock.Flock
	path string
}

func (l theirs) TryLock() (bool, error) {
	if i, err := os.Stat(l.path); err == nil && i.Mode().Perm() == 0 {
		runtime.Gosched() // whoever else is here sees it too
		return false, &fs.PathError{Op: "open", Path: l.path, Err: syscall.EACCES}
	}
	return l.Flock.TryLock()
}

func (l theirs) TryLockContext(ctx context.Context, again time.Duration) (bool, error) {
	for ctx.Err() == nil {
		if got, err := l.TryLock(); got || err != nil {
			return got, err
		}
		time.Sleep(again / 10)
	}
	return false, ctx.Err()
}

// Of several programs that all meet a dead program's lock, which none may open, none takes away what another has put in its place.
func TestManyMeetTheLockOfAnother(t *testing.T) {
	for range 50 {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0); err != nil {
			t.Fatal(err)
		}
		var in, met atomic.Int32
		var all sync.WaitGroup
		begin := make(chan struct{})
		for range 8 {
			all.Go(func() {
				f := &Folder{Path: dir, Log: slog.New(slog.DiscardHandler), lock: func(path string) locker { return theirs{flock.New(path), path} }}
				<-begin
				err := f.Do(t.Context(), func() error {
					if in.Add(1) > 1 {
						met.Add(1)
					}
					time.Sleep(100 * time.Microsecond)
					in.Add(-1)
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		close(begin)
		all.Wait()
		if met.Load() > 0 {
			t.Fatal("two worked in the folder at once")
		}
	}
}

// Whoever is told to stop while they wait says that, and blames nobody.
func TestWhoIsToldToStopSaysSo(t *testing.T) {
	dir := t.TempDir()
	other := flock.New(filepath.Join(dir, name))
	if err := other.Lock(); err != nil {
		t.Fatal(err)
	}
	f := &Folder{Path: dir, Log: slog.New(slog.DiscardHandler)}
	ctx, stop := context.WithCancel(t.Context())
	both := make(chan error, 2)
	for range 2 { // one waits for the other program, one for the first of this
		go func() { both <- f.Do(ctx, func() error { return nil }) }()
	}
	time.Sleep(20 * time.Millisecond)
	stop()
	for range 2 {
		if err := <-both; !errors.Is(err, context.Canceled) || !strings.HasPrefix(err.Error(), "stopped while waiting") {
			t.Errorf("said: %v", err)
		}
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
}
