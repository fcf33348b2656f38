package torture

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"fengqiao/internal/db/dbtest"
)

// A disk without room refuses who writes, in words, and answers who reads; what was acknowledged stays, no document lacks its
// bytes, and once there is room everything goes on.
func TestT3_AFullDiskRefusesAndLosesNothing(t *testing.T) {
	for _, engine := range dbtest.Dialects() {
		t.Run(engine, func(t *testing.T) {
			if !long() {
				t.Parallel()
			}
			disk := smallDisk(t)
			database := dbtest.URL(t, engine) // PostgreSQL's own lies elsewhere: here the files have no room
			if engine == "sqlite" {
				database = "sqlite:" + filepath.Join(disk, "fengqiao.db")
			}
			h := newHouse(t, engine, database, filepath.Join(disk, "data"))
			b := h.newBook()
			if err := h.fileOne(b); err != nil {
				t.Fatal(err)
			}
			asks := h.everything(b.filings[1].id)
			for _, a := range asks { // what is read is made ready
				a.send()
			}
			refusals := 0
			for range rounds(2, 20) {
				full := h.fill(disk, 300<<10)
				refusals += h.refuses(b, asks)
				if err := os.Remove(full); err != nil {
					t.Fatal(err)
				}
				h.within(cut, "a filing and a photograph once there is room", func() bool {
					return h.fileOne(b) == nil && learnt(b) == acknowledged && h.photographed(b)
				})
				h.whole()
			}
			f := h.compare(b)
			h.command("", "verify")
			figures.add("T3 a full disk, "+engine, "%d times; %d refused with 503, 0 acknowledged and lost of %d; reading went on", rounds(2, 20), refusals, f.acknowledged)
		})
	}
}

// refuses sends what writes until it was refused a few times, and what reads beside it.
func (h *house) refuses(b *book, asks []request) (refusals int) {
	h.Helper()
	for n := 0; refusals < 8; n++ {
		if n > 2000 {
			h.Fatal("the disk never is full")
		}
		was := int(b.next.Load()) + 1
		var err error
		if h.engine == "sqlite" {
			err = h.fileOne(b)
		} else if a := h.ask(nil, "POST", "/api/v1/cases/"+b.filings[1].id+"/attachments", h.resident, "", heavy(n), english...); a.status == 503 {
			refusals++
		} else if a.status != 201 {
			err = fmt.Errorf("photograph: %d %s", a.status, a.body)
		}
		if err != nil {
			h.Fatal(err)
		}
		if h.engine == "sqlite" && b.filings[was].told != acknowledged {
			refusals++
		}
	}
	for _, s := range b.spans {
		if s.status != 201 && s.status != 503 {
			h.Errorf("a filing on a full disk: %d", s.status)
		}
	}
	for _, a := range asks {
		if got := a.send(); a.reads && (got.status != 200 || got.took > 2*time.Second) {
			h.Errorf("%s on a full disk: %d after %s %.300s", a.what, got.status, got.took, got.body)
		}
	}
	return refusals
}

func (h *house) photographed(b *book) bool {
	a := h.ask(nil, "POST", "/api/v1/cases/"+b.filings[1].id+"/attachments", h.resident, "", photo(int(b.next.Add(1_000_000))), english...)
	b.next.Add(-1_000_000)
	return a.status == 201
}

// smallDisk is a disk of a few megabytes.
func smallDisk(t *testing.T) string {
	t.Helper()
	at := t.TempDir()
	mount(t, at, 48)
	return at
}

// mount puts a disk of some megabytes into a folder. Only root may; with CI=true it must be.
func mount(t *testing.T, at string, megabytes int) {
	t.Helper()
	err := syscall.Mount("tmpfs", at, "tmpfs", 0, fmt.Sprintf("size=%dm,mode=0700", megabytes))
	if err != nil && (os.Getenv("CI") != "true" || os.Getuid() != 0) {
		t.Skipf("no small disk can be mounted here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(at, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
}

// fill takes what room there is, but for a little.
func (h *house) fill(disk string, left int64) (path string) {
	h.Helper()
	path = filepath.Join(disk, "ballast")
	f, err := os.Create(path)
	if err != nil {
		h.Fatal(err)
	}
	defer f.Close()
	for range 100 {
		var s syscall.Statfs_t
		if err := syscall.Statfs(disk, &s); err != nil {
			h.Fatal(err)
		}
		free := int64(s.Bavail)*s.Bsize - left
		if free <= 0 {
			return path
		}
		if err = syscall.Fallocate(int(f.Fd()), 0, 0, free); err == nil {
			return path
		}
		if !errors.Is(err, syscall.ENOSPC) { // else somebody took some of it in the meantime
			break
		}
	}
	h.Fatal(err)
	return path
}
