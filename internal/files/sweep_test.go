package files_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/files"
)

// lays puts so many files on the disk, two days old, and gives their hashes.
func (t *folder) lays(name string, n int) (hashes []string) {
	t.Helper()
	at := t.store.Now().Add(-48 * time.Hour)
	for i := range n {
		sum := sha256.Sum256([]byte(name + strconv.Itoa(i)))
		h := hex.EncodeToString(sum[:])
		path := t.at(h)
		err := os.MkdirAll(filepath.Dir(path), 0o700)
		if err == nil {
			err = os.WriteFile(path, []byte(name), 0o600)
		}
		if err == nil {
			err = os.Chtimes(path, at, at)
		}
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, h)
	}
	return hashes
}

func (t *folder) at(hash string) string { return filepath.Join(t.dir, "files", hash[:2], hash[2:]) }

// enters names bytes by rows.
func (t *folder) enters(tx *db.Tx, hashes ...string) error {
	for _, h := range hashes {
		if _, err := t.f.Again(tx, files.Document{SHA256: h, Size: 1, MediaType: "application/pdf", Name: "合同.pdf"}); err != nil {
			return err
		}
	}
	return nil
}

// meanwhile does something while somebody writes: their transaction begins before it and is committed after it.
func (t *folder) meanwhile(writes func(*db.Tx) error, do func(commit func())) {
	t.Helper()
	began, commit, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- t.store.Do(context.WithoutCancel(t.Context()), t.by, county, func(tx *db.Tx) error {
			err := writes(tx)
			close(began)
			<-commit
			return err
		})
	}()
	<-began
	committed := false
	end := func() {
		if !committed {
			committed = true
			close(commit)
		}
	}
	defer func() {
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	do(end)
}

// The hourly sweep looks through thousands of files while somebody writes, and neither waits for the other: where nothing is to be
// removed it writes nothing, and holds no lock.
func TestASweepHoldsNobodyUp(t *testing.T) {
	each(t, func(t *folder) {
		kept := t.lays("kept", 2000)
		if err := t.store.Do(t.Context(), t.by, county, func(tx *db.Tx) error { return t.enters(tx, kept...) }); err != nil {
			t.Fatal(err)
		}
		t.meanwhile(func(tx *db.Tx) error { return t.enters(tx, kept[0]) }, func(func()) {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			if n, err := t.f.Sweep(ctx, t.store); n != 0 || err != nil {
				t.Errorf("while somebody writes: %d removed, %v", n, err)
			}
		})
		lost := t.lays("lost", 3)
		if n, err := t.f.Sweep(t.Context(), t.store); n != len(lost) || err != nil {
			t.Errorf("%d removed, want %d: %v", n, len(lost), err)
		}
		if left := t.onDisk(); len(left) != len(kept) {
			t.Errorf("%d of %d are left", len(left), len(kept))
		}
		for _, h := range lost {
			if _, err := os.Lstat(t.at(h)); !os.IsNotExist(err) {
				t.Errorf("what no row names is there: %v", err)
			}
		}
	})
}

// What a row comes to name after the sweep asked for it, and before it would be removed, stays: it is asked for again.
func TestASweepAsksAgainBeforeItRemoves(t *testing.T) {
	each(t, func(t *folder) {
		late := t.lays("late", 1)
		swept := make(chan int, 1)
		sweep := func() {
			n, err := t.f.Sweep(t.Context(), t.store)
			if err != nil {
				t.Error(err)
			}
			swept <- n
		}
		if t.store.Dialect() == "sqlite" {
			t.namesBehindTheWriter(late, sweep, swept)
		} else {
			t.namesBehindTheFirstAsking(late, sweep)
		}
		if n := <-swept; n != 0 {
			t.Errorf("%d removed", n)
		}
		if _, err := os.Lstat(t.at(late[0])); err != nil {
			t.Error(err)
		}
	})
}

// namesBehindTheWriter names bytes while SQLite's one writer is at work: the sweep asks first without waiting, and then for the writer's place.
func (t *folder) namesBehindTheWriter(late []string, sweep func(), swept chan int) {
	t.Helper()
	t.meanwhile(func(tx *db.Tx) error { return t.enters(tx, late...) }, func(commit func()) {
		go sweep()
		select {
		case n := <-swept:
			t.Errorf("%d removed without waiting for who writes", n)
			swept <- n
		case <-time.After(300 * time.Millisecond):
		}
		commit()
	})
}

// namesBehindTheFirstAsking names bytes on PostgreSQL just after the sweep asked for them: whoever wants the table waits in the order in which they came,
// so that the first asking is before the naming, and the second behind it.
func (t *folder) namesBehindTheFirstAsking(late []string, sweep func()) {
	t.Helper()
	const lock = "LOCK TABLE documents IN ACCESS EXCLUSIVE MODE"
	pool, err := t.store.Pool()
	if err != nil {
		t.Fatal(err)
	}
	door, err := pool.BeginTx(t.Context(), nil)
	if err == nil {
		_, err = door.ExecContext(t.Context(), lock)
	}
	if err != nil {
		t.Fatal(err)
	}
	waiting := func(want int) {
		for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
			var n int
			err := pool.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&n)
			if err != nil || n == want {
				return
			}
		}
		t.Errorf("nobody waits as the %d.", want)
	}
	go sweep()
	waiting(1)
	named := make(chan error, 1)
	go func() {
		named <- t.store.Do(context.WithoutCancel(t.Context()), t.by, county, func(tx *db.Tx) error {
			if err := tx.Rows().Exec(lock).Error; err != nil {
				return err
			}
			return t.enters(tx, late...)
		})
	}()
	waiting(2)
	if err := door.Commit(); err != nil {
		t.Error(err)
	}
	if err := <-named; err != nil {
		t.Error(err)
	}
}

// A sweep that is told to end does so.
func TestASweepEndsWithItsProgram(t *testing.T) {
	each(t, func(t *folder) {
		t.lays("lost", 1)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if n, err := t.f.Sweep(ctx, t.store); n != 0 || err == nil || len(t.onDisk()) != 1 {
			t.Errorf("%d removed, %v", n, err)
		}
	})
}

// A program that was killed while it had a file in its hand, which another had just saved again, loses nothing: the next sweep puts it
// back, and takes nothing that a row names.
func TestAFileTakenAsideByWhoeverWasKilledIsPutBack(t *testing.T) {
	each(t, func(t *folder) {
		hashes := t.lays("gone", 3) // kept by a row; kept by nothing; saved again meanwhile
		if err := t.store.Do(t.Context(), t.by, county, func(tx *db.Tx) error { return t.enters(tx, hashes[0], hashes[2]) }); err != nil {
			t.Fatal(err)
		}
		for _, h := range hashes {
			if err := os.Rename(t.at(h), t.at(h)+".aside"); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(t.at(hashes[2]), []byte("gone"), 0o600); err != nil {
			t.Fatal(err)
		}
		for round := range 3 { // back in its place what no row names is swept like any other, a day after: its row may be about to come
			if n, err := t.f.Sweep(t.Context(), t.store); err != nil || (n == 1) != (round == 2) {
				t.Fatalf("round %d: %d swept, %v", round, n, err)
			}
			for i, h := range hashes {
				_, err := os.Stat(t.at(h))
				if there := err == nil; there != (i != 1 || round < 2) {
					t.Errorf("round %d: file %d is there: %v", round, i, there)
				}
				if _, err := os.Stat(t.at(h) + ".aside"); err == nil {
					t.Errorf("file %d lies aside", i)
				}
			}
			dbtest.ClockOf(t.store).Move(13 * time.Hour)
		}
	})
}

// What cannot be put back stops no other from being swept, and is told.
func TestWhatCannotBePutBackStopsNoSweep(t *testing.T) {
	each(t, func(t *folder) {
		t.lays("lost", 2)
		blocked := filepath.Join(t.dir, "files", "00", "a") // whose place is a folder
		if err := os.MkdirAll(filepath.Join(blocked, "b"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(blocked+".aside", nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if n, err := t.f.Sweep(t.Context(), t.store); n != 2 || err == nil {
			t.Errorf("%d swept, %v", n, err)
		}
	})
}
