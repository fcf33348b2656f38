//go:build unix

package seal_test

import (
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
)

// full does something while no file of this process may hold more than a few bytes, as on a disk that is full; whatever may be begun.
func full(t *testing.T, do func()) {
	t.Helper()
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var was syscall.Rlimit
	err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was)
	if err == nil {
		err = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 10, Max: was.Max})
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
			t.Fatal(err)
		}
	}()
	do()
}

// A last seal that the disk does not take whole takes the place of none, and no acceptance is entered for one. PostgreSQL writes its files
// in another process; this test runs beside no other.
func TestT9_ADiskThatIsFullTakesNoLastSealAway(t *testing.T) {
	town := housetest.New(t, dbtest.Only(t, "postgres"))
	sealed(t, town)
	kept, err := os.ReadFile(headOf(town))
	if err != nil {
		t.Fatal(err)
	}
	stays := func(what string, err error) {
		t.Helper()
		now, read := os.ReadFile(headOf(town))
		if err == nil || read != nil || string(now) != string(kept) {
			t.Errorf("%s: %v; kept is %q, %v", what, err, now, read)
		}
	}
	town.Clock.Move(24 * time.Hour)
	full(t, func() { _, err = town.App.Seals.Sweep(t.Context()) })
	stays("a sweep", err)
	if _, err := town.App.Seals.Sweep(t.Context()); err != nil {
		t.Errorf("once there is room: %v", err)
	}
	if kept, err = os.ReadFile(headOf(town)); err != nil {
		t.Fatal(err)
	}
	unlock(t, town)
	exec(t, town, "DELETE FROM record_seals WHERE county_code = '350503' AND number = 3")
	full(t, func() { _, err = town.App.Seals.Accept(t.Context(), "恢复了前一天的备份") })
	stays("an acceptance", err)
	if all, err := town.App.Seals.Accepted(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("entered without its head: %v, %v", all, err)
	}
	if got, err := town.App.Seals.Accept(t.Context(), "恢复了前一天的备份"); err != nil || len(got) != 1 {
		t.Errorf("once there is room: %v, %v", got, err)
	}
}
