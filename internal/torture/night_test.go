package torture

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/app"
	"fengqiao/internal/casework"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
)

// What the program does by night, and the lists of destruction that it carries out, wait for hours and years. The clock of a real program
// cannot be moved: here a process of its own is these tests begun again, which puts the program together by a clock that it is told, and does
// those three chores at once, as the program does.
const nightly = "FENGQIAO_TORTURE_NIGHT"

// order is what such a process is told.
type order struct {
	Database, Data string
	At             time.Time // when it begins, by its clock
}

// did is what it says in the end that it did.
type did struct {
	Flags, Months, Dossiers int
	Failed                  []string
}

// byNight is such a process.
func byNight(told string) int {
	var o order
	if err := json.Unmarshal([]byte(told), &o); err != nil {
		panic(err)
	}
	ctx, began := context.Background(), time.Now()
	a, err := app.New(ctx, app.Options{Database: o.Database, Data: o.Data, Now: func() time.Time { return o.At.Add(time.Since(began)) },
		SecondFactor: app.FactorOffered, Version: "test", Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		panic(err)
	}
	var out did
	var bad [3]error
	var all sync.WaitGroup
	all.Go(func() { out.Flags, bad[0] = a.Flags.Sweep(ctx) })
	all.Go(func() { out.Months, bad[1] = a.Rollup.Check(ctx) })
	all.Go(func() { out.Dossiers, bad[2] = a.Disposal.CarryOut(ctx) })
	all.Wait()
	for _, err := range append(bad[:], a.Close()) {
		if err != nil {
			out.Failed = append(out.Failed, err.Error())
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		panic(err)
	}
	return 0
}

// worker is such a process from outside.
type worker struct {
	*exec.Cmd
	says, logs bytes.Buffer
}

func (d *dark) begins() *worker {
	d.Helper()
	told, err := json.Marshal(order{d.database, d.data, d.at})
	d.must(err)
	self, err := os.Executable()
	d.must(err)
	w := &worker{Cmd: exec.CommandContext(d.Context(), self)} // which ends with the test
	w.Env, w.Stdout, w.Stderr = append(os.Environ(), nightly+"="+string(told)), &w.says, &w.logs
	d.must(w.Start())
	d.Cleanup(func() {
		if w.ProcessState == nil { // the test failed before
			_ = w.Wait()
		}
		if d.Failed() {
			d.Logf("%s said:\n%s%s", w, &w.says, &w.logs)
		}
	})
	return w
}

// ends waits for its end.
func (d *dark) ends(w *worker) (out did) {
	d.Helper()
	if err := errors.Join(w.Wait(), json.Unmarshal(w.says.Bytes(), &out)); err != nil {
		d.Fatal(err)
	}
	for _, f := range out.Failed {
		d.Error(f)
	}
	return out
}

// Two processes that begin what is done by night, and a list of destruction, at the same moment do each thing once: both stand before what they
// would write, and are let go together.
func TestTwoProgramsByNightDoEachThingOnce(t *testing.T) {
	d := nightFalls(t)
	free := d.hold("LOCK TABLE anomaly_flags, rolled_months, dispute_cases IN SHARE MODE")
	workers := []*worker{d.begins(), d.begins()}
	d.within(soon, "both stand before what they would write", func() bool { return d.waiting() >= 6 })
	began := time.Now()
	free()
	one, two := d.ends(workers[0]), d.ends(workers[1])
	took := time.Since(began)
	if one.Flags+two.Flags != flags || one.Months+two.Months != wrongMonths || one.Dossiers+two.Dossiers != dossiers {
		t.Errorf("%+v and %+v", one, two)
	}
	if n := d.mended(workers...); n != wrongMonths {
		t.Errorf("%d months mended", n)
	}
	d.onceEach()
	figures.add("Two programs by night", "%d flags raised, %d wrong months mended, %d dossiers of a list destroyed with their files, once each, after %s", flags, wrongMonths, dossiers, took.Round(10*time.Millisecond))
}

// One that is killed in the middle of a batch of cases, of a month and of a dossier leaves nothing half done: the other does the rest, once.
func TestTwoProgramsByNightAndOneIsKilledInTheMiddle(t *testing.T) {
	d := nightFalls(t)
	free := d.hold("SELECT pg_advisory_xact_lock(4711)",
		"SELECT 1 FROM case_months WHERE n > 1000 AND month = (SELECT DISTINCT month FROM case_months WHERE n > 1000 ORDER BY month OFFSET 2 LIMIT 1) FOR UPDATE",
		"SELECT 1 FROM case_parties WHERE case_id = (SELECT case_id FROM disposal_lines ORDER BY place OFFSET 2 LIMIT 1) FOR UPDATE")
	one := d.begins()
	d.within(soon, "all three chores of it stand in the middle", func() bool { return d.waiting() >= 3 })
	two := d.begins()
	d.within(soon, "the other stands behind it", func() bool { return d.waiting() >= 6 })
	_ = one.Process.Kill()
	_ = one.Wait() // it was killed
	middle := done{flags: flags - 3, wrong: wrongMonths - 2, destroyed: 2}
	if got := d.done(); got != middle {
		t.Errorf("it was killed when %+v was done, want %+v", got, middle)
	}
	d.nothingHalf()
	began := time.Now()
	free()
	rest := d.ends(two)
	took := time.Since(began)
	if rest.Flags != flags-middle.flags || rest.Months != middle.wrong || rest.Dossiers != dossiers-middle.destroyed {
		t.Errorf("the other did %+v", rest)
	}
	if n := d.mended(one, two); n != wrongMonths {
		t.Errorf("%d months mended", n)
	}
	d.onceEach()
	figures.add("Two programs by night, one killed", "in the middle of a batch of cases, of a month and of a dossier; the other did the rest after %s: %+v, once each, nothing half done", took.Round(10*time.Millisecond), rest)
}

// One that is killed at whatever moment of it leaves nothing half done either; a file that lost its dossier just then goes by the hour's sweep.
func TestTwoProgramsByNightAndOneIsKilledAtAnyMoment(t *testing.T) {
	kills, left, did := rounds(1, 40), 0, done{}
	for n := range kills {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			d := nightFalls(t)
			free := d.hold("LOCK TABLE anomaly_flags, rolled_months, dispute_cases IN SHARE MODE")
			one, two := d.begins(), d.begins()
			d.within(soon, "both stand before what they would write", func() bool { return d.waiting() >= 6 })
			free()
			time.Sleep(drawn(400 * time.Millisecond))
			_ = one.Process.Kill()
			_ = one.Wait() // it was killed
			got := d.done()
			did.flags, did.wrong, did.destroyed = did.flags+got.flags, did.wrong+got.wrong, did.destroyed+got.destroyed
			d.ends(two)
			d.town.Clock.Set(d.at.Add(time.Minute))
			swept, err := d.town.App.Files.Sweep(t.Context(), d.town.Store)
			d.must(err)
			left += swept
			if n := d.mended(one, two); n < wrongMonths-1 { // what was mended last may not have been told
				t.Errorf("%d months mended", n)
			}
			d.onceEach()
		})
	}
	figures.add("Two programs by night, one killed at any moment", "%d kills, when %d of %d flags were raised, %d of %d months were still wrong and %d of %d dossiers were destroyed; the other did the rest, nothing twice, nothing half done; %d files went by the hour's sweep",
		kills, did.flags, kills*flags, did.wrong, kills*wrongMonths, did.destroyed, kills*dossiers, left)
}

const (
	flags       = 9 // of three people with one telephone, three times
	wrongMonths = 6
	dossiers    = 5
)

// dark is a town over which night falls.
type dark struct {
	*house
	town *housetest.Town
	at   time.Time // by the clock of whoever works then
	list string    // of destruction, where it stands
	kept string    // a file that one of the dossiers has, and a case that stays
}

// nightFalls makes a town in which people of different names gave one telephone in two counties, of one those first and those last of more
// cases than are looked through at once; months that were added up wrongly; and a list of dossiers that is approved, two of which have the same
// picture, and one the picture of a case that stays.
func nightFalls(t *testing.T) *dark {
	t.Helper()
	store := dbtest.Only(t, "postgres")
	town := housetest.New(t, store)
	d := &dark{town: town, at: time.Date(2026, 3, 7, 18, 0, 0, 0, time.UTC), // Sunday, two in the morning in China
		house: &house{T: t, engine: "postgres", database: dbtest.AddressOf(store), data: town.App.Data}}
	d.rows = pool(t, "postgres", d.database)

	first := town.As(town.Su).Alike("13900001234")
	town.As(town.Su).SendAny("POST", "/cases/"+first[0].ID+"/attachments", housetest.File{Name: "照片.png", Content: housetest.Dot(1)}).Is(201)
	town.As(town.FarMediator).Alike("13900001234", housetest.M{"area_code": string(housetest.Faraway)})
	town.Later(time.Minute) // ids go by the clock
	town.InFengze(func(past *housetest.Past) {
		for n := range 50 {
			on := town.Today().FirstOfMonth().PlusMonths(-1 - n%wrongMonths).Plus(n / wrongMonths)
			past.Dispute(town.Home.ID, on, on.Plus(8), casework.WrittenAgreement, func(h *casework.Head) { h.Version = 0 })
		}
	})
	town.Later(time.Minute)
	last := town.As(town.Su).Alike("13900005678")
	var all []*housetest.Case
	for n, grey := range []byte{3, 1, 2, 4, 2} {
		town.Later(time.Minute)
		other := housetest.M{"kind": "person", "name": "陈" + string('一'+rune(n)), "phone": nil, "phone_reason": "不知道"} // the same two again and again would be flagged
		all = append(all, town.Archived("2026-03-01", housetest.Dot(grey), housetest.M{"respondents": []housetest.M{other}}))
	}
	d.list = town.Approved(all...)
	d.kept = d.one("SELECT sha256 FROM documents d JOIN case_attachments a ON a.document_id = d.id WHERE a.case_id = '" + first[0].ID + "'")
	if _, err := town.App.Rollup.Roll(t.Context()); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(last, func(a, b *housetest.Case) int { return strings.Compare(a.ID, b.ID) })
	for _, statement := range []string{"UPDATE case_months SET n = n + 1000 WHERE basis = 'closed' AND dim = ''",
		"CREATE FUNCTION stands() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock_shared(4711); RETURN NEW; END'",
		"CREATE TRIGGER stands BEFORE INSERT ON anomaly_flags FOR EACH ROW WHEN (NEW.case_id = '" + last[1].ID + "') EXECUTE FUNCTION stands()"} {
		if _, err := d.rows.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	if got := d.done(); got != (done{wrong: wrongMonths}) {
		t.Fatalf("%+v is done before", got)
	}
	return d
}

// done is what is done, or still wrong, to whoever looks from outside.
type done struct{ flags, wrong, destroyed int }

func (d *dark) done() done {
	d.Helper()
	return done{flags: d.count("SELECT count(*) FROM anomaly_flags"), wrong: d.count("SELECT count(DISTINCT month) FROM case_months WHERE n > 1000"),
		destroyed: d.count("SELECT count(*) FROM disposal_lines WHERE state = 'destroyed'")}
}

// nothingHalf wants no dossier half destroyed, no flag without its entry, and exactly those files that rows name.
func (d *dark) nothingHalf() {
	d.Helper()
	const words = "EXISTS (SELECT 1 FROM journal j WHERE j.case_id = c.id AND j.words_sealed IS NOT NULL)"
	const names = "EXISTS (SELECT 1 FROM case_parties p WHERE p.case_id = c.id AND (p.name <> '' OR p.phone_sealed IS NOT NULL))"
	const pictures = "EXISTS (SELECT 1 FROM case_attachments a WHERE a.case_id = c.id)"
	const entries = "(SELECT count(*) FROM journal j WHERE j.case_id = c.id AND j.event = 'destroy')"
	for what, query := range map[string]string{
		"a dossier that is half destroyed": "SELECT 1 FROM disposal_lines l JOIN dispute_cases c ON c.id = l.case_id WHERE NOT (" +
			"l.state = 'waiting' AND c.destroyed_at IS NULL AND c.facts_sealed IS NOT NULL AND " + words + " AND " + names + " AND " + pictures + " AND " + entries + " = 0 OR " +
			"l.state = 'destroyed' AND c.destroyed_at IS NOT NULL AND c.facts_sealed IS NULL AND NOT " + words + " AND NOT " + names + " AND NOT " + pictures + " AND " + entries + " = 1)",
		"a flag without its entry":      "SELECT 1 FROM anomaly_flags f WHERE (SELECT count(*) FROM journal j WHERE j.case_id = f.id) <> 1",
		"an entry without its flag":     "SELECT 1 FROM journal j WHERE j.event = 'anomaly_found' AND NOT EXISTS (SELECT 1 FROM anomaly_flags f WHERE f.id = j.case_id)",
		"something flagged twice":       "SELECT 1 FROM anomaly_flags GROUP BY case_id, rule HAVING count(*) > 1",
		"a month that stands twice":     "SELECT 1 FROM case_months WHERE dim = '' GROUP BY county_code, month, basis, unit, code HAVING count(*) > 1",
		"a county looked through twice": "SELECT 1 FROM anomaly_looks GROUP BY county_code HAVING count(*) > 1",
	} {
		if n := d.count("SELECT count(*) FROM (" + query + ") q"); n > 0 {
			d.Errorf("%s: %d", what, n)
		}
	}
	named, there := map[string]bool{}, map[string]bool{}
	for _, p := range d.pairs("SELECT sha256, '' FROM documents") {
		named[p[0]] = true
	}
	d.must(filepath.WalkDir(filepath.Join(d.data, "files"), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			there[filepath.Base(filepath.Dir(path))+e.Name()] = true
		}
		return err
	}))
	if !there[d.kept] || fmt.Sprint(named) != fmt.Sprint(there) {
		d.Errorf("rows name %v, and there are %v", named, there)
	}
}

// onceEach holds what was done in the end against what there was to do.
func (d *dark) onceEach() {
	d.Helper()
	d.nothingHalf()
	if got := d.done(); got != (done{flags: flags, destroyed: dossiers}) {
		d.Errorf("%+v is done", got)
	}
	d.town.Clock.Set(d.at.Add(time.Minute))
	d.town.SignInAgain()
	list := d.town.As(d.town.County).Get(d.list).Is(200)
	if list.Text("state") != "done" || list.Text("destroyed") != strconv.Itoa(dossiers) || list.Text("stopped") != "0" || list.Text("version") != "3" {
		d.Errorf("%s", list.Body)
	}
	if n := d.count("SELECT count(*) FROM journal WHERE event = 'disposal_done'"); n != 1 {
		d.Errorf("the list was closed %d times", n)
	}
	if _, err := d.town.App.Seals.Sweep(d.Context()); err != nil {
		d.Error(err)
	}
	if found, err := d.town.App.Verify(d.Context()); err != nil || len(found.All()) > 0 || found.Months.Months < wrongMonths {
		d.Errorf("%v, %v", found.All(), err)
	}
}

// mended is how many months the processes say that they mended, each once; whatever else they complain of is wrong.
func (d *dark) mended(all ...*worker) int {
	d.Helper()
	times := map[string]int{}
	for _, w := range all {
		for line := range strings.Lines(w.logs.String()) {
			if _, month, is := strings.Cut(line, "is mended"); is {
				times[month]++
			} else if strings.Contains(line, `msg="slow statement"`) { // which was held up from here
				continue
			} else if strings.Contains(line, "level=ERROR") || strings.Contains(line, "level=WARN") {
				d.Error(line)
			}
		}
	}
	for month, n := range times {
		if n > 1 {
			d.Errorf("mended %d times: %s", n, month)
		}
	}
	return len(times)
}
