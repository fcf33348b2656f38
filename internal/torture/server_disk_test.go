package torture

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"fengqiao/internal/db/dbtest/cluster"
)

const (
	dataDisk = 160      // megabytes: a cluster takes forty by itself, and the town as many
	logDisk  = 64       // of the write-ahead log
	pages    = 64 << 10 // what is left of a disk that is filled: less than a piece of the log
	refusals = 8        // after which a disk is taken for full
)

// The disk of PostgreSQL's data without room refuses who writes, in words, and answers who reads. Without room for its write-ahead
// log PostgreSQL itself falls, and again whenever it tries to get up, or ends; what comes meanwhile is answered 503. Either way nothing
// acknowledged is lost, and once there is room and PostgreSQL runs filing goes on within five seconds, without the program being told.
func TestT3_AFullDiskOfPostgreSQLLosesNothing(t *testing.T) {
	f := onDisks(t, func(folder string) error {
		mount(t, folder, map[string]int{"data": dataDisk, "wal": logDisk}[filepath.Base(folder)])
		return nil
	})
	for range rounds(1, 10) {
		f.data()
		f.log()
	}
	figures.add("T3 PostgreSQL's own disk full", "%d times no room for its data, %d times none for its log, %s; reading went on where it stood", rounds(1, 10), rounds(1, 10), f.lostNothing(2))
}

// One disk for both: whichever of the two first has no room, nothing acknowledged is lost, nobody waits for longer than elsewhere, and
// filing goes on once there is room and PostgreSQL runs.
func TestT3_OneFullDiskForAllOfPostgreSQLLosesNothing(t *testing.T) {
	disk := t.TempDir()
	mount(t, disk, dataDisk+logDisk)
	f := onDisks(t, func(folder string) error {
		part := filepath.Join(disk, filepath.Base(folder))
		t.Cleanup(func() { _ = syscall.Unmount(folder, syscall.MNT_DETACH) })
		return errors.Join(os.Mkdir(part, 0o700), syscall.Mount(part, folder, "", syscall.MS_BIND, ""))
	})
	for range rounds(1, 10) {
		f.all()
	}
	figures.add("T3 PostgreSQL's only disk full", "%d times no room for its data and its log, %s", rounds(1, 10), f.lostNothing(1))
}

// onDisks is a house on a PostgreSQL whose data and log lie where disk puts them.
func onDisks(t *testing.T, disk func(folder string) error) *full {
	t.Helper()
	server := anyCluster(t, func() (*cluster.Server, error) {
		return cluster.NewOn(t.Context(), disk, append([]string{"max_wal_size=1GB", "min_wal_size=2MB", "wal_recycle=off", "checkpoint_timeout=1h"}, durable...)...)
	})
	f := &full{house: newHouse(t, "postgres", fresh(t, server.Address), t.TempDir()), server: server}
	f.b = f.newBook()
	if err := f.fileOne(f.b); err != nil {
		t.Fatal(err)
	}
	f.asks = f.everything(f.b.filings[1].id)
	for _, a := range f.asks { // what is read is made ready
		a.send()
	}
	return f
}

// lostNothing compares what was acknowledged with what is there, and says how it went; a round fills so many disks.
func (f *full) lostNothing(disks int) string {
	f.Helper()
	found := f.compare(f.b)
	failed := outside(f.T, f.b, f.windows)
	f.command("", "verify")
	if found.acknowledged < 10*disks*rounds(1, 10) || failed < disks*refusals*rounds(1, 10) {
		f.Errorf("too little happened to show anything: %+v, %d failures", found, failed)
	}
	return fmt.Sprintf("under %d filings a second; it fell %d times and had to be started %d times; %d acknowledged: 0 lost, 0 doubled; %d answered 503, all in its windows; %d could not be told, of which %d were kept; filing again after %s at most",
		steadily, f.fell(), f.started, found.acknowledged, failed, found.unanswered, found.kept, f.slowest.Round(time.Millisecond))
}

// full is a house on a PostgreSQL whose disks are filled.
type full struct {
	*house
	server  *cluster.Server
	b       *book
	asks    []request
	windows []span
	slowest time.Duration
	started int // times that PostgreSQL had ended by itself
}

// data fills the disk of the data: PostgreSQL stands, and refuses what needs room.
func (f *full) data() {
	f.Helper()
	before := f.fell()
	f.filled("data", func() {
		f.refused(refusals)
		for _, a := range f.asks {
			got := a.send()
			reads := a.reads || a.what == "whether it is ready"
			if reads && (got.status != 200 || got.took > 2*time.Second) || got.status != 503 && got.status != a.fine {
				f.Errorf("%s without room for data: %d after %s %v %.300s", a.what, got.status, got.took, got.err, got.body)
			}
		}
	})
	if n := f.fell() - before; n > 0 || !f.server.Runs() {
		f.Errorf("without room for data it fell %d times", n)
	}
}

// log fills the disk of the log, which is kept there for a standby that does not come for it.
func (f *full) log() {
	f.Helper()
	before := f.fell()
	f.does("SELECT pg_create_physical_replication_slot('away', true)")
	f.filled("wal", func() {
		f.within(patience, "PostgreSQL falls and cannot get up", func() bool { return f.fell() > before+1 || !f.server.Runs() })
		f.refused(refusals)
		f.answersAll("there is no room for the log")
	})
	f.does("SELECT pg_drop_replication_slot('away')")
	f.does("CHECKPOINT") // which lets go of what was kept
}

// all fills the disk of both: PostgreSQL stands and refuses what needs room for data, and falls once its log needs another piece.
// Whoever asks is answered either way.
func (f *full) all() {
	f.Helper()
	before := f.fell()
	f.filled("data", func() {
		f.refused(refusals)
		f.answersAll("the disk is full")
		_, err := f.rows.ExecContext(f.Context(), "SELECT pg_switch_wal()")
		f.within(patience, "PostgreSQL falls", func() bool { return f.fell() > before || !f.server.Runs() })
		f.refused(refusals)
		f.answersAll(fmt.Sprint("it has fallen: ", err))
	})
}

// answersAll asks for everything while PostgreSQL may stand at this moment or not.
func (f *full) answersAll(when string) {
	f.Helper()
	for _, a := range f.asks {
		if got := a.send(); got.status != 503 && got.status != a.fine || got.took > cut+margin {
			f.Errorf("%s when %s: %d after %s %v %.300s", a.what, when, got.status, got.took, got.err, got.body)
		}
	}
}

func (f *full) does(statement string) {
	f.Helper()
	if _, err := f.rows.ExecContext(f.Context(), statement); err != nil {
		f.Fatalf("%s: %v", statement, err)
	}
}

// filled has people file while a disk is full, and goes on until a filing was acknowledged afterwards.
func (f *full) filled(disk string, then func()) {
	f.Helper()
	ctx, stop := context.WithCancel(f.Context())
	wait := f.load(ctx, f.b, 8, steadily)
	f.busy(f.b, 10, 0)
	began := time.Now()
	ballast := f.fill(filepath.Join(f.server.Folder, disk), pages)
	then()
	f.must(os.Remove(ballast))
	if !f.server.Runs() {
		f.started++
	}
	f.must(f.server.Again(f.Context()))
	answers := time.Now()
	back, _ := f.filesAgain(f.b, answers)
	f.windows = append(f.windows, span{began, answers.Add(max(back.Sub(answers), stale)), 0})
	f.slowest = max(f.slowest, back.Sub(answers))
	stop()
	wait()
}

// refused waits until so many more requests were refused.
func (f *full) refused(more int) {
	f.Helper()
	count := func() (n int) {
		f.b.mu.Lock()
		defer f.b.mu.Unlock()
		for _, s := range f.b.spans {
			if s.status == 503 {
				n++
			}
		}
		return n
	}
	before := count()
	f.within(patience, "the disk is full", func() bool { return count() >= before+more })
}

// fell is how often PostgreSQL fell by itself, as its log says.
func (f *full) fell() int { return f.server.Said("PANIC:") }
