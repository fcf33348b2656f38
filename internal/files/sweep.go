package files

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
)

const unclaimed = 24 * time.Hour

// Sweep removes files older than a day that no row names, in any county: their transactions failed. It tells how many. It looks at the
// folder outside any transaction and asks for the rows of many files at once, reading, so that nobody's writing waits for it; only what no
// row names is then asked for again, one by one, in a short transaction that removes it.
func (f *Files) Sweep(ctx context.Context, store *db.Store) (removed int, err error) {
	var old []string
	var bad error // of what could not be put back
	sweep := func() error {
		n, err := f.sweepUnnamed(ctx, store, old)
		removed, old = removed+n, old[:0]
		return err
	}
	err = filepath.WalkDir(f.dir, func(path string, e fs.DirEntry, err error) error {
		var info fs.FileInfo
		if err == nil && !e.IsDir() {
			info, err = e.Info()
		}
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // nothing was ever kept, or a file went while this looked
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case filepath.Ext(path) == aside:
			bad = errors.Join(bad, putBack(path, store.Now())) // and the others are swept all the same
			return nil
		case info != nil && store.Now().Sub(info.ModTime()) >= unclaimed:
			old = append(old, path)
		}
		if len(old) < atOnce {
			return nil
		}
		return sweep()
	})
	if err != nil {
		return removed, errors.Join(err, bad)
	}
	err = sweep()
	return removed, errors.Join(err, bad)
}

// sweepUnnamed removes those of some files that no row names.
func (f *Files) sweepUnnamed(ctx context.Context, store *db.Store, paths []string) (removed int, err error) {
	if len(paths) == 0 {
		return 0, nil
	}
	hashes := make([]string, len(paths))
	for i, path := range paths {
		hashes[i] = hashAt(path)
	}
	known, err := db.Look(ctx, store, actor.System, func(tx *db.Tx) (map[string]bool, error) { return named(tx, hashes) })
	if err != nil {
		return 0, err
	}
	for i, path := range paths {
		if known[hashes[i]] {
			continue
		}
		var gone bool
		err := store.Do(ctx, actor.System, "", func(tx *db.Tx) (err error) { gone, err = f.sweep(tx, path); return err })
		if err != nil {
			return removed, err
		}
		if gone {
			removed++
		}
	}
	return removed, nil
}

// hashAt is the hash under which the file of a path would lie.
func hashAt(path string) string { return filepath.Base(filepath.Dir(path)) + filepath.Base(path) }

// SweepThese is Sweep for the files of some documents that were removed, by their hashes.
func (f *Files) SweepThese(tx *db.Tx, hashes []string) (err error) {
	for _, h := range hashes {
		_, bad := f.sweep(tx, f.place(h))
		err = errors.Join(err, bad)
	}
	return err
}

// sweep looks at one file again, at whatever may have been saved meanwhile: how old it is, and whether a row names it now.
func (f *Files) sweep(tx *db.Tx, path string) (bool, error) {
	f.sweeping.Lock()
	defer f.sweeping.Unlock()
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil || tx.Now.Sub(info.ModTime()) < unclaimed {
		return false, err
	}
	if named, err := isNamed(tx, hashAt(path)); err != nil || named {
		return false, err
	}
	return takeOut(tx, path)
}

// aside ends the name of a file that a sweep has in its hand.
const aside = ".aside"

// takeOut removes a file, unless another program has just saved the same one in its place: then it is put back. Whoever is killed in
// between leaves it beside its place, and the next sweep puts it back (putBack).
func takeOut(tx *db.Tx, path string) (bool, error) {
	err := os.Rename(path, path+aside)
	if errors.Is(err, fs.ErrNotExist) { // another program was quicker
		return false, nil
	}
	if err != nil {
		return false, err
	}
	info, err := os.Stat(path + aside)
	switch {
	case errors.Is(err, fs.ErrNotExist): // another program's sweep took it for a leftover and put it back
		return false, nil
	case err != nil:
		return false, err
	case tx.Now.Sub(info.ModTime()) < unclaimed:
		return false, putBack(path+aside, tx.Now)
	}
	if err := os.Remove(path + aside); !errors.Is(err, fs.ErrNotExist) {
		return err == nil, err
	}
	return false, nil // put back by another program's sweep
}

// putBack puts a file that was taken aside in its place again as if it had been saved now: the row that names it may not be committed
// yet. It takes the place of the same bytes that were saved there meanwhile: to remove it instead might remove what another program has
// just taken aside under this name.
func putBack(path string, now time.Time) error {
	err := os.Chtimes(path, now, now)
	if err == nil {
		err = os.Rename(path, strings.TrimSuffix(path, aside))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil // another program was quicker
	}
	return err
}
