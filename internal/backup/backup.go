// Package backup writes everything that an installation keeps, but for its keys, into one file while the program runs, and puts it
// back on an empty machine. What is put back is compared with what was written: rows of every table, the record's hashes, each
// file's bytes.
package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/owner"
	"fengqiao/internal/vault"
)

// Options say what is backed up, or where it is put back.
type Options struct {
	Database string // sqlite:PATH or postgres://…
	Data     string // the folder of files
	Version  string // of the program
	Now      func() time.Time
	Random   io.Reader
	Vault    *vault.Vault  // nil: keys are not at hand
	Caucus   *vault.Caucus // the same
	Copied   func()        // told when the database is copied and the files are still to be read; nil: nobody
}

// Manifest says what a backup holds. It is the last thing in the file: a file that was cut off has none.
type Manifest struct {
	Format   int              `json:"format"`
	Program  string           `json:"program"`
	Engine   string           `json:"engine"` // sqlite or postgres
	TakenAt  time.Time        `json:"taken_at"`
	Schema   int64            `json:"schema"` // the last migration
	Tables   map[string]int64 `json:"tables"` // rows of each
	Record   string           `json:"record"` // digest of the record's hashes in their order
	Database Part             `json:"database"`
	Files    []Part           `json:"files"`
	Gone     []string         `json:"gone,omitempty"` // hashes of files that were destroyed while it was written
	Proof    Proof            `json:"proof"`
}

// Part is one piece of a backup.
type Part struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Proof is a word sealed with each ring: only the installation's own keys open it.
type Proof struct {
	ID     ident.ID `json:"id"`
	Vault  []byte   `json:"vault"`
	Note   []byte   `json:"note"`
	Opened []byte   `json:"wrapped"`
}

const (
	format       = 1
	manifestName = "manifest.json"
	databaseName = "database"
	word         = "枫桥"
)

// Ending is how the files of backups end.
const Ending = ".fengqiao-backup"

// Bytes is how much the files of a backup have.
func (m Manifest) Bytes() (n int64) {
	for _, f := range m.Files {
		n += f.Size
	}
	return n
}

// Rows is how many rows of all tables it has.
func (m Manifest) Rows() (n int64) {
	for _, rows := range m.Tables {
		n += rows
	}
	return n
}

// Take writes a backup into a folder, which is made where it is missing, and gives its path. The program may go on working
// meanwhile: the backup shows one moment.
func Take(ctx context.Context, o Options, folder string) (path string, m Manifest, err error) {
	if err := owner.Folder(folder); err != nil {
		return "", m, fmt.Errorf("folder of backups: %w", err)
	}
	_, left := sweep(filepath.Join(folder, unfinished), o.Now())
	_, undone := sweep(filepath.Join(o.Data, restoring), o.Now())
	left = errors.Join(left, undone) // first: it makes room; that it cannot be done holds up no backup
	work, err := owner.Temp(folder, unfinished)
	if err != nil {
		return "", m, fmt.Errorf("folder of backups: %w", err)
	}
	defer os.RemoveAll(work) // what is left is named as unfinished
	now := o.Now().UTC().Truncate(time.Second)
	m = Manifest{Format: format, Program: o.Version, TakenAt: now, Proof: o.prove()}
	dump := filepath.Join(work, databaseName)
	found, err := o.copyDatabase(ctx, dump)
	if err != nil {
		return "", m, err
	}
	if o.Copied != nil {
		o.Copied()
	}
	m.Engine, m.Schema, m.Tables, m.Record = found.engine, found.schema, found.tables, found.record
	whole := filepath.Join(work, "whole")
	if err := pack(ctx, whole, dump, filepath.Join(o.Data, "files"), found.files, &m, o.named); err != nil {
		return "", m, err
	}
	path = filepath.Join(folder, "fengqiao-"+now.Format("20060102-150405")+Ending)
	if _, err := os.Lstat(path); err == nil {
		return "", m, fmt.Errorf("%s is there already", path)
	}
	if err := os.Rename(whole, path); err != nil {
		return "", m, err
	}
	return path, m, errors.Join(syncFolder(folder), o.note(now), left)
}

const lastTaken = "last-backup" // in the data folder, where the server finds it

// note keeps when the last backup was taken.
func (o Options) note(at time.Time) error {
	to := filepath.Join(o.Data, lastTaken)
	f, err := os.CreateTemp(o.Data, lastTaken+".*") // by a name that nobody can have put there: root works in the folder of another
	if err != nil {
		return err
	}
	_, err = f.WriteString(at.Format(time.RFC3339) + "\n")
	if err = errors.Join(err, owner.Leave(f, to), f.Close()); err == nil {
		err = os.Rename(f.Name(), to)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// LastTaken is when the last backup of a data folder was taken; false where none is noted.
func LastTaken(data string) (time.Time, bool) {
	text, err := os.ReadFile(filepath.Join(data, lastTaken))
	if err != nil {
		return time.Time{}, false
	}
	at, err := time.Parse(time.RFC3339, strings.TrimSpace(string(text)))
	return at, err == nil
}

// prove seals the word, where keys are at hand.
func (o Options) prove() (p Proof) {
	if o.Vault == nil || o.Caucus == nil {
		return p
	}
	p.ID = ident.NewMaker(o.Random).New("350500", o.Now())
	p.Vault = o.Vault.Seal(proofOf(p.ID), word)
	p.Opened, p.Note = o.Caucus.Seal(p.ID, word)
	return p
}

func proofOf(id ident.ID) vault.Place {
	return vault.Place{Table: "backup", Column: "proof", Row: id}
}

// opens tells whether the keys at hand are those of the backup.
func (o Options) opens(p Proof) error {
	if p.ID.IsZero() {
		return nil
	}
	got, err := o.Vault.Open(proofOf(p.ID), p.Vault)
	if err != nil || got != word {
		return fault.New(fault.Conflict, "keys", "数据目录里的 keys 不是这份备份的密钥。请把备份时的密钥文件放回去再恢复。",
			"The file keys in the data folder is not the one of this backup. Put the keys of that time back, then restore.")
	}
	if got, err = o.Caucus.Open(p.ID, p.Opened, p.Note); err != nil || got != word {
		return fault.New(fault.Conflict, "caucus_keys", "数据目录里的 caucus-keys 不是这份备份的密钥。请把备份时的密钥文件放回去再恢复。",
			"The file caucus-keys in the data folder is not the one of this backup. Put the keys of that time back, then restore.")
	}
	return nil
}

// Restore puts a backup back where nothing is: into a database without tables, or a SQLite file that is not there, and a data
// folder without files. The whole file is checked before anything is written; what was put back is compared with the manifest.
// Without the keys of that time (o.Vault nil) it asks for none: the sealed values stay unreadable until they are put back.
func Restore(ctx context.Context, o Options, path string) (m Manifest, err error) {
	if m, err = Check(ctx, path); err != nil {
		return m, err
	}
	if o.Vault != nil {
		if err := o.opens(m.Proof); err != nil {
			return m, err
		}
	}
	if engine := engineOf(o.Database); engine != m.Engine {
		return m, fault.New(fault.Conflict, "engine", "备份来自 %s，要恢复到同一种数据库。", "This is a backup of %s: restore it into the same kind of database.", m.Engine)
	}
	files := filepath.Join(o.Data, "files")
	if err := errors.Join(isEmptyFolder(files), o.isEmpty(ctx)); err != nil {
		return m, err
	}
	if err := owner.Folder(o.Data); err != nil {
		return m, err
	}
	_, _ = sweep(filepath.Join(o.Data, restoring), o.Now()) // it makes room; the next backup tells what could not be removed
	work, err := owner.Temp(o.Data, restoring)
	if err != nil {
		return m, err
	}
	defer os.RemoveAll(work) // what is left is named as unfinished
	if err := unpack(ctx, path, work); err != nil {
		return m, err
	}
	if err := o.putDatabase(ctx, filepath.Join(work, databaseName)); err != nil {
		return m, err
	}
	if err := os.Rename(filepath.Join(work, "files"), files); err != nil && !errors.Is(err, os.ErrNotExist) {
		return m, err
	}
	if err := syncFolder(o.Data); err != nil {
		return m, err
	}
	return m, o.compare(ctx, m)
}

func isEmptyFolder(path string) error {
	entries, err := os.ReadDir(path)
	if errors.Is(err, os.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "files", "%s 里已经有文件。请恢复到空的目录。", "There are files in %s already: restore into an empty folder.", path)
}

// Keep removes the oldest backups of a folder beyond so many, by the moment in their names, and what killed ones left. It gives what
// it removed.
func Keep(folder string, n int, now time.Time) (removed []string, err error) {
	if n <= 0 {
		return nil, nil
	}
	all, err := filepath.Glob(filepath.Join(folder, "fengqiao-*"+Ending))
	if err != nil {
		return nil, err
	}
	slices.Sort(all)
	for _, old := range all[:max(0, len(all)-n)] {
		bad := os.Remove(old)
		if bad == nil {
			removed = append(removed, old)
		}
		err = errors.Join(err, bad)
	}
	left, bad := sweep(filepath.Join(folder, unfinished), now)
	return append(removed, left...), errors.Join(err, bad)
}

const (
	unfinished = ".taking-"    // begins the name of a backup that is being written
	restoring  = ".restoring-" // and of one that is being put back
	abandoned  = 24 * time.Hour
)

// sweep removes what killed backups and restores left, by how its path begins: the database lies in it in the clear. Where something was
// written within a day one may still be at it.
func sweep(begins string, now time.Time) (removed []string, err error) {
	all, err := filepath.Glob(begins + "*")
	for _, work := range all {
		last, bad := lastWritten(work)
		if bad == nil && now.Sub(last) > abandoned {
			if bad = os.RemoveAll(work); bad == nil {
				removed = append(removed, work)
			}
		}
		if !errors.Is(bad, fs.ErrNotExist) { // its own backup removed it, or another did
			err = errors.Join(err, bad)
		}
	}
	return removed, err
}

// lastWritten is when something within a folder was last written.
func lastWritten(folder string) (last time.Time, err error) {
	err = filepath.WalkDir(folder, func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil && info.ModTime().After(last) {
			last = info.ModTime()
		}
		return err
	})
	return last, err
}

func engineOf(url string) string {
	if strings.HasPrefix(url, "sqlite:") {
		return "sqlite"
	}
	return "postgres"
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
