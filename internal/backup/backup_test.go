package backup_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/app"
	"fengqiao/internal/backup"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/fault"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
	"fengqiao/migrations"
)

// options are those of a town's installation.
func options(town *housetest.Town) backup.Options {
	o := town.App.Backup()
	o.Database = dbtest.AddressOf(town.Store)
	return o
}

// empty is a place of the same kind with nothing in it, and the town's keys beside it.
func empty(t *testing.T, town *housetest.Town) app.Options {
	t.Helper()
	o := app.Options{Data: t.TempDir(), Now: town.Clock.Now, Random: rand.Reader, AnyUse: true, SecondFactor: app.FactorOffered}
	for _, keys := range []string{"keys", "caucus-keys", "receipt-keys"} {
		b, err := os.ReadFile(filepath.Join(town.App.Data, keys))
		if err == nil {
			err = os.WriteFile(filepath.Join(o.Data, keys), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	o.Database = dbtest.Bare(t, town.Store.Dialect())
	return o
}

// filing files cases until it is told to stop, and gives those that were acknowledged.
func filing(town *housetest.Town, stop <-chan struct{}) *sync.WaitGroup {
	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				town.As(town.Su).Files()
				time.Sleep(10 * time.Millisecond) // however long the backup takes: who files without end is slowed
			}
		}
	})
	return &wait
}

// A backup that is taken while people work, put back on an empty machine, is the installation: everything that was acknowledged
// before, with its files, its record and its ways in.
func TestT18_ABackupIsABackup(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := su.Files()
		town.As(town.Su).SendAny("POST", "/cases/"+c.ID+"/attachments", housetest.File{Name: "漏水.png", Content: housetest.Pixel}).Is(201)
		su.Sees(c)
		su.Met(c, town.Su)
		before := su.Get("/cases/" + c.ID).Is(200)
		stop := make(chan struct{})
		work := filing(town, stop)
		folder := t.TempDir()
		path, m, err := backup.Take(t.Context(), options(town), folder)
		close(stop)
		work.Wait()
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Files) != 1 || m.Tables["dispute_cases"] < 1 {
			t.Errorf("it holds %d files and %d cases", len(m.Files), m.Tables["dispute_cases"])
		}
		if left, _ := filepath.Glob(filepath.Join(folder, ".taking-*")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
		reads(t, path)
		to := empty(t, town)
		if _, err := app.Restore(t.Context(), to, path, false); err != nil {
			t.Fatal(err)
		}
		restored(t, town, to, c, before)
	})
}

// reads opens a backup as whoever found it could: what is sealed in the database is sealed in it.
func reads(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all := bytes.Join(housetest.Unpacked(b), nil)
	for text, want := range map[string]bool{"11010519491231002X": false, "13800138000": false, "天花板发霉": false, "少林社区 1 号 201": false, "林秀英": true, "楼上漏水": true} {
		if bytes.Contains(all, []byte(text)) != want {
			t.Errorf("%s stands in the backup: %t, want %t", text, !want, want)
		}
	}
}

// restored opens what was put back: the record holds, a password opens, the case and its file are what they were.
func restored(t *testing.T, town *housetest.Town, to app.Options, c *housetest.Case, before housetest.Answer) {
	t.Helper()
	a, err := app.New(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	found, err := a.Verify(t.Context())
	if err != nil || len(found.Breaks) > 0 || found.Cases == 0 {
		t.Fatalf("the record of %d cases: %v, %v", found.Cases, found.Breaks, err)
	}
	again := town.Elsewhere(a, town.Su)
	after := again.Get("/cases/" + c.ID).Is(200)
	if !bytes.Equal(after.Body, before.Body) {
		t.Errorf("the case reads otherwise:\n%s\n%s", before.Body, after.Body)
	}
	file := "/cases/" + c.ID + "/attachments/" + after.Text("attachments.0.id")
	if got, want := again.Get(file).Is(200), town.As(town.Su).Get(file).Is(200); !bytes.Equal(got.Body, want.Body) || len(want.Body) == 0 {
		t.Error("the file is not what it was")
	}
	again.Files() // and work goes on
}

// Where a standby took over, the first server of the address is gone: the backup is of the one that is written to.
func TestABackupIsOfTheServerThatIsWrittenTo(t *testing.T) {
	if !slices.Contains(dbtest.Dialects(), "postgres") {
		return // a SQLite file has no standby
	}
	town := housetest.New(t, dbtest.Only(t, "postgres"))
	town.As(town.Su).Files()
	o := options(town)
	u, err := url.Parse(o.Database)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if q.Set("target_session_attrs", "read-write"); u.Host == "" {
		q.Set("host", t.TempDir()+","+q.Get("host"))
	} else {
		u.Host = "127.0.0.1:1," + u.Host
	}
	u.RawQuery = q.Encode()
	o.Database = u.String()
	if _, m, err := backup.Take(t.Context(), o, t.TempDir()); err != nil || m.Tables["dispute_cases"] != 1 {
		t.Errorf("%d cases, %v", m.Tables["dispute_cases"], err)
	}
}

// Wherever a byte is cut, added or changed, nothing is put back.
func TestT18_ADamagedBackupIsRefused(t *testing.T) {
	town := housetest.New(t, dbtest.Only(t, "sqlite"))
	c := town.As(town.Su).Files()
	town.As(town.Su).SendAny("POST", "/cases/"+c.ID+"/attachments", housetest.File{Name: "漏水.png", Content: housetest.Pixel}).Is(201)
	path, _, err := backup.Take(t.Context(), options(town), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	n := len(whole)
	for name, bytes := range map[string][]byte{"cut by one": whole[:n-1], "half": whole[:n/2], "nothing": {}, "a changed byte": changed(whole, n/3), "near the end": changed(whole, n-12), "more behind": append(changed(whole, -1), 'x')} {
		bad := filepath.Join(t.TempDir(), "bad")
		if err := os.WriteFile(bad, bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		to := empty(t, town)
		if _, err := app.Restore(t.Context(), to, bad, false); !fault.Is(err, fault.Conflict) {
			t.Errorf("%s: %v", name, err)
		}
		if left := inside(t, to); len(left) > 0 {
			t.Errorf("%s: something was written: %v", name, left)
		}
	}
	if _, err := backup.Check(t.Context(), path); err != nil {
		t.Errorf("the whole one: %v", err)
	}
}

func changed(b []byte, at int) []byte {
	out := bytes.Clone(b)
	if at >= 0 {
		out[at] ^= 1
	}
	return out
}

// inside is what lies where a backup was to be put back, but for keys.
func inside(t *testing.T, to app.Options) (out []string) {
	t.Helper()
	for _, dir := range []string{to.Data, filepath.Dir(strings.TrimPrefix(to.Database, "sqlite:"))} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), "keys") {
				out = append(out, e.Name())
			}
		}
	}
	return out
}

// A backup is put back where nothing is, with the keys of its time.
func TestT18_ABackupGoesWhereNothingIs(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(town.Su).Files()
		town.As(town.Su).SendAny("POST", "/cases/"+c.ID+"/attachments", housetest.File{Name: "漏水.png", Content: housetest.Pixel}).Is(201)
		path, _, err := backup.Take(t.Context(), options(town), t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		used := options(town)
		used.Data = t.TempDir()
		if _, err := backup.Restore(t.Context(), used, path); !isFault(err, "database") {
			t.Errorf("into a database with rows: %v", err)
		}
		to := empty(t, town)
		if err := os.MkdirAll(filepath.Join(to.Data, "files", "ab"), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := app.Restore(t.Context(), to, path, false); !isFault(err, "files") {
			t.Errorf("into a folder with files: %v", err)
		}
		to = empty(t, town)
		if err := os.Remove(filepath.Join(to.Data, "keys")); err != nil {
			t.Fatal(err)
		}
		if _, err := app.Restore(t.Context(), to, path, false); err == nil || !strings.Contains(err.Error(), "--without-keys") {
			t.Errorf("without keys: %v", err)
		}
		if _, _, err := vault.OpenKeyring(filepath.Join(to.Data, "keys"), "", true, rand.Reader); err != nil {
			t.Fatal(err)
		}
		if _, err := app.Restore(t.Context(), to, path, false); !isFault(err, "keys") {
			t.Errorf("with other keys: %v", err)
		}
		if _, err := app.Restore(t.Context(), to, path, true); err != nil {
			t.Errorf("without asking for keys: %v", err)
		}
	})
}

func isFault(err error, code string) bool { return err != nil && fault.Of(err).Code == code }

// A backup that could not be whole is none: a file that is gone, or is not what it was, is said by its name.
func TestABackupOfALostFileIsRefused(t *testing.T) {
	town := housetest.New(t, dbtest.Only(t, "sqlite"))
	c := town.As(town.Su).Files()
	town.As(town.Su).SendAny("POST", "/cases/"+c.ID+"/attachments", housetest.File{Name: "漏水.png", Content: housetest.Pixel}).Is(201)
	kept, _ := filepath.Glob(filepath.Join(town.App.Data, "files", "??", "*"))
	if len(kept) != 1 {
		t.Fatalf("files: %v", kept)
	}
	folder := t.TempDir()
	for name, spoil := range map[string]func() error{
		"changed": func() error { return os.WriteFile(kept[0], []byte("something else"), 0o600) },
		"gone":    func() error { return os.Remove(kept[0]) },
	} {
		if name == "gone" {
			_ = os.WriteFile(kept[0], nil, 0o600)
		}
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		if _, _, err := backup.Take(t.Context(), options(town), folder); err == nil || !strings.Contains(err.Error(), filepath.Base(kept[0])) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left, _ := os.ReadDir(folder); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// Every log that is only added to is so after it was put back, as it was before; and nobody is signed in who was.
func TestTheRecordIsGuardedAfterARestore(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		su.Sees(su.Files())
		town.Clock.Move(24 * time.Hour)
		if n, err := town.App.Seals.Sweep(t.Context()); n == 0 || err != nil {
			t.Fatal(n, err)
		}
		path, m, err := backup.Take(t.Context(), options(town), t.TempDir())
		if err != nil || m.Tables["sessions"] == 0 {
			t.Fatal(m.Tables["sessions"], err)
		}
		to := empty(t, town)
		if _, err := app.Restore(t.Context(), to, path, false); err != nil {
			t.Fatal(err)
		}
		if before, after := guards(t, dbtest.AddressOf(town.Store)), guards(t, to.Database); before != after || before == "" {
			t.Errorf("guards were %q and are %q", before, after)
		}
		pool := poolOf(t, to.Database)
		logs := []string{"account_events", "case_reads", "journal", "record_seals"}
		for _, log := range logs {
			var n int
			if err := pool.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+log).Scan(&n); err != nil || n == 0 {
				t.Errorf("%s has %d lines: %v", log, n, err)
			}
		}
		var signedIn int
		if err := pool.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM sessions").Scan(&signedIn); err != nil || signedIn > 0 {
			t.Errorf("%d are still signed in: %v", signedIn, err)
		}
		conn, refused := ordinary(t, pool, town.Store.Dialect(), logs)
		for _, log := range logs {
			for _, change := range []string{"UPDATE " + log + " SET county_code = county_code", "DELETE FROM " + log} {
				if _, err := conn.ExecContext(t.Context(), change); err == nil || !strings.Contains(err.Error(), refused) {
					t.Errorf("%s: %v", change, err)
				}
			}
		}
	})
}

// The list that a restore goes by is that of the migrations, on both engines.
func TestTheLogsAreThoseOfTheMigrations(t *testing.T) {
	for engine, shows := range map[string]string{"postgres": `(?i)REVOKE UPDATE, DELETE, TRUNCATE ON (\w+) FROM CURRENT_USER`, "sqlite": `(?is)CREATE TRIGGER \w+ BEFORE DELETE ON (\w+)\s+BEGIN\s+SELECT RAISE`} {
		steps, err := migrations.FS.ReadDir(engine)
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for _, step := range steps {
			text, err := migrations.FS.ReadFile(engine + "/" + step.Name())
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range regexp.MustCompile(shows).FindAllStringSubmatch(string(text), -1) {
				found = append(found, m[1])
			}
			if n := strings.Count(strings.ToUpper(string(text)), "REVOKE "); engine == "postgres" && n != len(regexp.MustCompile(shows).FindAllString(string(text), -1)) {
				t.Errorf("%s takes something away in another way", step.Name())
			}
		}
		slices.Sort(found)
		if found = slices.Compact(found); !slices.Equal(found, backup.AppendOnly()) {
			t.Errorf("%s: %v, and a restore goes by %v", engine, found, backup.AppendOnly())
		}
	}
}

// A dossier may be destroyed while a backup is written: its file is left out, and the backup is whole.
func TestAFileDestroyedMeanwhileIsLeftOut(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(town.Su).Files()
		town.As(town.Su).SendAny("POST", "/cases/"+c.ID+"/attachments", housetest.File{Name: "漏水.png", Content: housetest.Pixel}).Is(201)
		kept, _ := filepath.Glob(filepath.Join(town.App.Data, "files", "??", "*"))
		if len(kept) != 1 {
			t.Fatalf("files: %v", kept)
		}
		gone := filepath.Base(filepath.Dir(kept[0])) + filepath.Base(kept[0])
		o := options(town)
		pool := poolOf(t, o.Database)
		o.Copied = func() {
			if _, err := pool.ExecContext(t.Context(), "DELETE FROM case_attachments; DELETE FROM documents WHERE sha256 = '"+gone+"'"); err != nil {
				t.Error(err)
			}
			if err := os.Remove(kept[0]); err != nil {
				t.Error(err)
			}
		}
		path, m, err := backup.Take(t.Context(), o, t.TempDir())
		if err != nil || len(m.Files) != 0 || !slices.Equal(m.Gone, []string{gone}) {
			t.Fatalf("%d files, gone %v: %v", len(m.Files), m.Gone, err)
		}
		if _, err := app.Restore(t.Context(), empty(t, town), path, false); err != nil {
			t.Errorf("put back: %v", err)
		}
		if at, noted := backup.LastTaken(o.Data); !noted || !at.Equal(m.TakenAt) {
			t.Errorf("noted: %s", at)
		}
	})
}

// ordinary is a connection of whoever owns the logs and is no superuser, whom privileges do not bind; and what a refusal says.
func ordinary(t *testing.T, pool *sql.DB, dialect string, logs []string) (conn *sql.Conn, refused string) {
	t.Helper()
	conn, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if dialect == "sqlite" {
		return conn, "append-only"
	}
	role := "owner_" + strings.ToLower(rand.Text())
	steps := "CREATE ROLE " + role + "; GRANT USAGE ON SCHEMA public TO " + role
	for _, log := range logs {
		steps += "; ALTER TABLE " + log + " OWNER TO " + role
	}
	if _, err := conn.ExecContext(t.Context(), steps+"; SET ROLE "+role); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := pool.ExecContext(context.Background(), "DROP OWNED BY "+role+" CASCADE; DROP ROLE "+role); err != nil {
			t.Error(err)
		}
	})
	return conn, "permission denied for table"
}

func poolOf(t *testing.T, address string) *sql.DB {
	t.Helper()
	s, err := db.Open(db.Options{URL: address, Now: time.Now, IDs: ident.NewMaker(rand.Reader)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	pool, err := s.Pool()
	if err != nil {
		t.Fatal(err)
	}
	return pool
}

// guards are what keeps the logs from being changed: triggers, or privileges.
func guards(t *testing.T, address string) (out string) {
	t.Helper()
	query := "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name)"
	if !strings.HasPrefix(address, "sqlite:") {
		query = `SELECT string_agg(relname || CAST(relacl AS text) || COALESCE((SELECT string_agg(attname || CAST(attacl AS text), ';' ORDER BY attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND attacl IS NOT NULL), ''), ' ' ORDER BY relname)
			FROM pg_class c WHERE relkind = 'r' AND relacl IS NOT NULL AND relnamespace = CAST('public' AS regnamespace)`
	}
	if err := poolOf(t, address).QueryRowContext(t.Context(), query).Scan(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// What an address says beside server and name is heeded: a schema of its own, with another installation's tables beside it.
func TestABackupHeedsTheWholeAddress(t *testing.T) {
	if !slices.Contains(dbtest.Dialects(), "postgres") {
		return // a SQLite file has no schemas
	}
	town := housetest.New(t, dbtest.Only(t, "postgres"))
	here := func(address string) string {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		q.Set("search_path", "ours")
		q.Set("jit", "on")
		q.Set("channel_binding", "prefer")
		u.RawQuery = q.Encode()
		return u.String()
	}
	o := options(town)
	if _, err := poolOf(t, o.Database).ExecContext(t.Context(), "ALTER SCHEMA public RENAME TO ours; CREATE SCHEMA public; CREATE TABLE public.beside (n int)"); err != nil {
		t.Fatal(err)
	}
	o.Database = here(o.Database)
	path, m, err := backup.Take(t.Context(), o, t.TempDir())
	if err != nil || m.Tables["persons"] == 0 {
		t.Fatal(m.Tables["persons"], err)
	}
	to := empty(t, town)
	if _, err := poolOf(t, to.Database).ExecContext(t.Context(), "CREATE SCHEMA ours"); err != nil {
		t.Fatal(err)
	}
	bare := poolOf(t, to.Database)
	to.Database = here(to.Database)
	if _, err := app.Restore(t.Context(), to, path, false); err != nil {
		t.Fatal(err)
	}
	var n, beside int
	if err := bare.QueryRowContext(t.Context(), "SELECT (SELECT COUNT(*) FROM ours.persons), (SELECT COUNT(*) FROM pg_tables WHERE tablename = 'beside')").Scan(&n, &beside); err != nil || int64(n) != m.Tables["persons"] || beside != 0 {
		t.Errorf("%d persons, %d tables of others: %v", n, beside, err)
	}
}

func TestTheOldestBackupsGo(t *testing.T) {
	folder := t.TempDir()
	for _, day := range []string{"20260101", "20260103", "20260102"} {
		if err := os.WriteFile(filepath.Join(folder, "fengqiao-"+day+"-020000"+backup.Ending), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "something else"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	removed, err := backup.Keep(folder, 2, time.Now())
	if err != nil || len(removed) != 1 || !strings.Contains(removed[0], "20260101") {
		t.Errorf("removed %v: %v", removed, err)
	}
	if removed, err = backup.Keep(folder, 0, time.Now()); err != nil || len(removed) > 0 {
		t.Errorf("without a number: removed %v: %v", removed, err)
	}
}

// leaves is what a backup that was killed left behind, so long ago: a copy of the database, in the clear. Its folder is as old as it
// was begun, what lies in it as old as it was written.
func leaves(t *testing.T, folder, name string, begun, written time.Time) string {
	t.Helper()
	work := filepath.Join(folder, name)
	err := os.Mkdir(work, 0o700)
	if err == nil {
		err = os.WriteFile(filepath.Join(work, "database"), []byte("names"), 0o600)
	}
	if err == nil {
		err = errors.Join(os.Chtimes(filepath.Join(work, "database"), written, written), os.Chtimes(work, begun, begun))
	}
	if err != nil {
		t.Fatal(err)
	}
	return work
}

// What a killed restore left in the data folder goes with the next backup, or the next restore; not while it may still be written.
func TestWhatAKilledRestoreLeftGoes(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		now, day := town.Clock.Now(), 24*time.Hour
		o := options(town)
		path, _, err := backup.Take(t.Context(), o, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		to := empty(t, town)
		for data, does := range map[string]func() error{
			o.Data:  func() error { _, _, err := backup.Take(t.Context(), o, t.TempDir()); return err },
			to.Data: func() error { _, err := app.Restore(t.Context(), to, path, false); return err },
		} {
			what := map[bool]string{true: "a backup", false: "a restore"}[data == o.Data]
			old, young := leaves(t, data, ".restoring-x", now.Add(-2*day), now.Add(-day-time.Minute)), leaves(t, data, ".restoring-y", now.Add(-2*day), now.Add(-time.Minute))
			if err := does(); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			if _, err := os.Lstat(old); !os.IsNotExist(err) {
				t.Errorf("%s: what an old one left is there: %v", what, err)
			}
			if _, err := os.Lstat(filepath.Join(young, "database")); err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

// The next backup removes what a killed one left, and so does the keeping of some; nothing goes that may still be written.
func TestWhatAKilledBackupLeftGoes(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		now, day, folder := town.Clock.Now(), 24*time.Hour, t.TempDir()
		take := func() {
			if _, _, err := backup.Take(t.Context(), options(town), folder); err != nil {
				t.Fatal(err)
			}
		}
		keep := func() {
			if removed, err := backup.Keep(folder, 1, now); err != nil || len(removed) != 1 || filepath.Base(removed[0]) != ".taking-x" {
				t.Errorf("removed %v: %v", removed, err)
			}
		}
		for what, does := range map[string]func(){"the next backup": take, "the keeping of one": keep} {
			old := leaves(t, folder, ".taking-x", now.Add(-2*day), now.Add(-day-time.Minute))
			long, young := leaves(t, folder, ".taking-y", now.Add(-2*day), now.Add(-time.Minute)), leaves(t, folder, ".taking-z", now.Add(-day+time.Minute), now.Add(-day+time.Minute))
			other := leaves(t, folder, "taking-x", now.Add(-2*day), now.Add(-2*day))
			does()
			if _, err := os.Lstat(old); !os.IsNotExist(err) {
				t.Errorf("%s: what an old one left is there: %v", what, err)
			}
			for _, path := range []string{long, young, other} {
				if _, err := os.Lstat(filepath.Join(path, "database")); err != nil {
					t.Errorf("%s: %v", what, err)
				}
				if err := os.RemoveAll(path); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
