package seal_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"fengqiao/internal/fault"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/seal"

	"github.com/gofrs/flock"
)

// Whoever holds the database and no key rewrites a day and takes the seals away that would tell: all of them, the last one, or
// those from that day on. It is told, and nothing is sealed over it.
func TestT9_SealsAreNotTakenAwayUnseen(t *testing.T) {
	for name, gone := range map[string]struct {
		day  int
		from string
		held string
	}{"all seals": {0, "number >= 1", none}, "the last seal": {3, "number = 2", dayBefore}, "from the forged day on": {3, "number >= 2", dayBefore}, "the whole record with them": {-1, "number >= 1", none}} {
		t.Run(name, func(t *testing.T) {
			housetest.Each(t, func(t *testing.T, town *housetest.Town) {
				cases := sealed(t, town)
				unlock(t, town)
				if gone.day >= 0 {
					rewrite(t, town, cases[gone.day])
				} else {
					exec(t, town, "DELETE FROM journal WHERE county_code = '350503'")
				}
				exec(t, town, "DELETE FROM record_seals WHERE county_code = '350503' AND "+gone.from)
				toldAndNotSealed(t, town, gone.held)
			})
		})
	}
}

// The days of the two seals that sealed makes, as the page shows them; and its words where nothing is sealed.
const lastDay, dayBefore, none = "2026-03-07", "2026-03-06", "该地没有有效的封存"

// toldAndNotSealed asks how far the page says that the record is sealed, too.
func toldAndNotSealed(t *testing.T, town *housetest.Town, held string) {
	t.Helper()
	if _, seals := look(t, town); len(seals) == 0 || !strings.Contains(seals[0].What, "kept beside the keys") {
		t.Errorf("not told: %v", seals)
	}
	town.Clock.Move(48 * time.Hour)
	n, err := town.App.Seals.Sweep(t.Context())
	if why := (*seal.Refused)(nil); n != 0 || !errors.As(err, &why) || why.County != "350503" || town.App.Seals.Refused() != 1 {
		t.Errorf("sealed %d over it, %d counties refused: %v", n, town.App.Seals.Refused(), err)
	}
	if _, seals := look(t, town); len(seals) == 0 {
		t.Error("not told afterwards")
	}
	for _, who := range []*housetest.Person{town.Audit, town.County} {
		if got := town.Again(who).Page(http.MethodGet, "/seals", nil).Is(http.StatusOK); !got.Holds("丰泽区的记录已停止封存") || !got.Holds(held) {
			t.Errorf("%s is not told, or not %s", who.Login, held)
		}
	}
}

// headOf is the file of a county's last seal.
func headOf(town *housetest.Town) string {
	return filepath.Join(town.App.Data, "seal-heads", "350503")
}

// An older backup lacks seals that were made: nothing is sealed until an operator says why. That stands in the record, which holds.
func TestAnOlderBackupIsAcceptedWithAReason(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		sealed(t, town)
		if _, err := town.App.Seals.Accept(t.Context(), "备份"); !fault.Is(err, fault.Conflict) {
			t.Errorf("nothing was missing: %v", err)
		}
		unlock(t, town)
		exec(t, town, "DELETE FROM record_seals WHERE county_code = '350503' AND number = 2")
		for _, reason := range []string{"", " \n", strings.Repeat("长", 501)} {
			if _, err := town.App.Seals.Accept(t.Context(), reason); !fault.Is(err, fault.Invalid) {
				t.Errorf("the reason %.9q: %v", reason, err)
			}
		}
		town.Clock.Move(48 * time.Hour)
		if _, err := town.App.Seals.Sweep(t.Context()); err == nil || !strings.Contains(err.Error(), "the last one of the database is 1") {
			t.Errorf("before anybody accepted: %v", err)
		}
		if got := town.Again(town.Audit).Page(http.MethodGet, "/seals", nil).Is(http.StatusOK); !got.Holds("目前封存到 " + dayBefore) {
			t.Errorf("not told how far it is sealed: %s", got.Body)
		}
		got, err := town.App.Seals.Accept(t.Context(), "磁盘损坏，恢复了前一天的备份")
		if err != nil || len(got) != 1 || got[0].HadNumber != 2 || got[0].Number != 1 {
			t.Fatalf("accepted %v: %v", got, err)
		}
		if n, err := town.App.Seals.Sweep(t.Context()); n != 1 || err != nil || town.App.Seals.Refused() != 0 {
			t.Errorf("afterwards sealed %d: %v", n, err)
		}
		if chains, seals := look(t, town); chains > 0 || len(seals) > 0 {
			t.Errorf("afterwards: %d chains and %v", chains, seals)
		}
		if got := town.Again(town.Audit).Page(http.MethodGet, "/seals", nil).Is(http.StatusOK); got.Holds("停止封存") {
			t.Error("the page tells of it still")
		}
		if all, err := town.App.Seals.Accepted(t.Context()); err != nil || len(all) != 1 || all[0].ID != got[0].ID {
			t.Errorf("it is kept as %v: %v", all, err)
		}
	})
}

// What is kept beside the keys is signed. Without it, as at the first start of a version that keeps it, the database's seals are taken
// where they hold, and not where they do not.
func TestTheLastSealBesideTheKeys(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		sealed(t, town)
		kept, err := os.ReadFile(headOf(town))
		if err != nil {
			t.Fatal(err)
		}
		spoil := func(text string) {
			t.Helper()
			if err := os.WriteFile(headOf(town), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for _, text := range []string{"", "{}", strings.Replace(string(kept), `"number":2`, `"number":1`, 1), strings.Replace(string(kept), "350503", "350502", 1)} {
			spoil(text)
			toldAndNotSealed(t, town, lastDay)
		}
		if err := os.Remove(headOf(town)); err != nil {
			t.Fatal(err)
		}
		unlock(t, town)
		keep(t, town)
		exec(t, town, "UPDATE record_seals SET digest = prev_hash WHERE county_code = '350503' AND number = 1")
		if n, err := town.App.Seals.Sweep(t.Context()); n != 0 || err == nil {
			t.Errorf("over a seal that does not hold: %d, %v", n, err)
		}
		putBack(t, town)
		if n, err := town.App.Seals.Sweep(t.Context()); n != 1 || err != nil {
			t.Errorf("over seals that hold: %d, %v", n, err)
		}
		if _, seals := look(t, town); len(seals) > 0 {
			t.Errorf("in the end: %v", seals)
		}
	})
}

// Programs with folders of their own each follow the other's seals; one that was away catches up, and is not told off.
func TestTwoFoldersFollowOneAnother(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		sealed(t, town)
		other := seal.New(seal.Options{Store: town.Store, Signer: town.App.Signer, Folder: t.TempDir(), Log: slog.New(slog.DiscardHandler)})
		for day := range 6 {
			town.As(town.Su).Files()
			town.Clock.Move(24 * time.Hour)
			town.SignInAgain()
			first, then := other, town.App.Seals
			if day%2 == 0 {
				first, then = then, first
			}
			if n, err := first.Sweep(t.Context()); n != 1 || err != nil {
				t.Errorf("day %d: sealed %d, %v", day, n, err)
			}
			if n, err := then.Sweep(t.Context()); n != 0 || err != nil {
				t.Errorf("day %d, the other: sealed %d, %v", day, n, err)
			}
		}
		unlock(t, town)
		exec(t, town, "DELETE FROM record_seals WHERE county_code = '350503' AND number = 8")
		for _, each := range []*seal.Service{other, town.App.Seals} {
			if n, err := each.Sweep(t.Context()); n != 0 || err == nil {
				t.Errorf("over one that is gone: sealed %d, %v", n, err)
			}
		}
	})
}

// Programs that share a folder look at what is kept and write in its place one after the other: none puts an older one back.
func TestOneProgramAtATimeKeepsTheNewestSeal(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		sealed(t, town)
		folder := t.TempDir()
		other := flock.New(filepath.Join(folder, ".lock"))
		if err := other.Lock(); err != nil {
			t.Fatal(err)
		}
		one := seal.New(seal.Options{Store: town.Store, Signer: town.App.Signer, Folder: folder, Log: slog.New(slog.DiscardHandler)})
		done := make(chan error, 1)
		go func() {
			_, err := one.Sweep(context.WithoutCancel(t.Context()))
			done <- err
		}()
		select {
		case err := <-done:
			t.Errorf("kept although another program was writing: %v", err)
			done <- err
		case <-time.After(500 * time.Millisecond):
		}
		if err := other.Close(); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(filepath.Join(folder, "350503")); err != nil {
			t.Error(err)
		}
	})
}

// Where another program has the folder and stands still, a sweep waits for it once and not county by county: all are sealed before, and
// what could not be kept is kept by the next sweep.
func TestASweepWaitsForTheFolderOnce(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		threeCounties(town)
		folder := t.TempDir()
		other := flock.New(filepath.Join(folder, ".lock"))
		if err := other.Lock(); err != nil {
			t.Fatal(err)
		}
		one := seal.New(seal.Options{Store: town.Store, Signer: town.App.Signer, Folder: folder, Log: slog.New(slog.DiscardHandler)})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			n, err := one.Sweep(ctx)
			if n != 3 {
				t.Errorf("sealed %d counties", n)
			}
			done <- err
		}()
		for late := time.Now().Add(8 * time.Second); seals(t, town) < 3; time.Sleep(10 * time.Millisecond) { // less than anybody waits for a folder
			if time.Now().After(late) {
				t.Errorf("%d counties are sealed while another program has the folder", seals(t, town))
				break
			}
		}
		stop()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("without the folder: %v", err)
		}
		if err := other.Close(); err != nil {
			t.Fatal(err)
		}
		if n, err := one.Sweep(t.Context()); n != 0 || err != nil {
			t.Errorf("afterwards: sealed %d, %v", n, err)
		}
		for _, county := range []string{"350502", "350503", "350527"} {
			if _, err := os.Stat(filepath.Join(folder, county)); err != nil {
				t.Error(err)
			}
		}
	})
}

// A sweep that is told to stop after a county has kept beside the keys what it sealed until then.
func TestAStoppedSweepKeepsWhatItSealed(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		threeCounties(town)
		folder := t.TempDir()
		one := seal.New(seal.Options{Store: town.Store, Signer: town.App.Signer, Folder: folder, Log: slog.New(slog.DiscardHandler)})
		ctx, stop := context.WithCancel(t.Context())
		n, err := one.Sweep(&stopping{ctx, func() {
			if seals(t, town) > 0 {
				stop()
			}
		}})
		kept, bad := os.ReadDir(folder)
		kept = slices.DeleteFunc(kept, func(e os.DirEntry) bool { return len(e.Name()) != 6 })
		if n != 1 || !errors.Is(err, context.Canceled) || bad != nil || len(kept) != 1 {
			t.Errorf("sealed %d, %v; kept %v, %v", n, err, kept, bad)
		}
		if n, err := one.Sweep(t.Context()); n != 2 || err != nil {
			t.Errorf("afterwards: sealed %d, %v", n, err)
		}
	})
}

// stopping is a context that looks, whenever it is asked, whether it is time to stop.
type stopping struct {
	context.Context
	look func()
}

// Err is that of the context, after a look.
func (s *stopping) Err() error {
	s.look()
	return s.Context.Err()
}

// threeCounties files in three counties, and lets the day go by.
func threeCounties(town *housetest.Town) {
	for _, at := range []ident.Area{housetest.Shaolin, housetest.Faraway, "350527000000"} {
		town.As(nil).Files(housetest.M{"area_code": string(at)})
	}
	town.Clock.Move(24 * time.Hour)
}

// seals is how many there are.
func seals(t *testing.T, town *housetest.Town) (n int) {
	t.Helper()
	pool, err := town.Store.Pool()
	if err == nil {
		err = pool.QueryRowContext(context.WithoutCancel(t.Context()), "SELECT count(*) FROM record_seals").Scan(&n)
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Entries of a day that should have been sealed long ago are told, although no seal says so: nobody has kept one.
func TestT9_EntriesThatNoSealHoldsAreTold(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.As(town.Su).Files() // at ten in the morning
		for _, step := range []struct {
			hours float64
			told  bool
		}{{14.1, false}, {24, false}, {0.2, true}} {
			town.Clock.Move(time.Duration(step.hours * float64(time.Hour)))
			_, seals := look(t, town)
			if told := len(seals) == 1 && strings.Contains(seals[0].What, "1 entries until 2026-03-06 are held by no seal"); told != step.told || len(seals) > 1 {
				t.Errorf("at %s: %v", town.Clock.Now(), seals)
			}
		}
		if n, err := town.App.Seals.Sweep(t.Context()); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		if _, seals := look(t, town); len(seals) > 0 {
			t.Errorf("sealed: %v", seals)
		}
	})
}

// An operator who seals as root leaves the last seals to whoever has the data folder: the program itself could not read them otherwise.
func TestLastSealsBelongToWhoeverHasTheFolder(t *testing.T) {
	if os.Getuid() != 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("CI runs as root, or this is asked nowhere")
		}
		t.Skip("only root may give files away")
	}
	const service = 54321
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		sealed(t, town)
		data := t.TempDir()
		if err := os.Chown(data, service, service); err != nil {
			t.Fatal(err)
		}
		folder := filepath.Join(data, "seal-heads")
		one := seal.New(seal.Options{Store: town.Store, Signer: town.App.Signer, Folder: folder, Log: slog.New(slog.DiscardHandler)})
		for range 2 { // made, and replaced
			town.As(town.Su).Files()
			town.Clock.Move(24 * time.Hour)
			town.SignInAgain()
			if n, err := one.Sweep(t.Context()); n != 1 || err != nil {
				t.Fatalf("sealed %d, %v", n, err)
			}
			for _, name := range []string{"", ".lock", "350503"} {
				info, err := os.Stat(filepath.Join(folder, name))
				if err != nil {
					t.Fatal(err)
				}
				if is := info.Sys().(*syscall.Stat_t); is.Uid != service || is.Gid != service {
					t.Errorf("seal-heads/%s belongs to %d:%d", name, is.Uid, is.Gid)
				}
			}
		}
	})
}
