package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Verified is what a look at all files found.
type Verified struct {
	Documents int // rows
	Files     int // on the disk, of rows
	Waiting   int // files without a row that are younger than a day: the next sweeps take them
	Breaks    []Break
}

// Break is a document or a file that is not as it should be.
type Break struct {
	Document ident.ID // of a row
	File     string   // its name below the folder of files
	What     string   // for operators
}

// Verify reads the bytes of every document and compares them with its row, and looks for files that no row names. It holds no
// more than a batch at a time, and no transaction while it reads files.
func (f *Files) Verify(ctx context.Context, store *db.Store) (out Verified, err error) {
	var last Document
	hash, found := "", bytesOf{}
	for more := true; more; {
		rows, err := db.Look(ctx, store, actor.System, func(tx *db.Tx) ([]Document, error) { return documentsAfter(tx, last, atOnce) })
		if err != nil {
			return out, err
		}
		for _, d := range rows {
			if d.SHA256 != hash {
				hash, found = d.SHA256, f.read(d.SHA256)
				out.Files += found.there
			}
			if what := found.against(d); what != "" {
				out.Breaks = append(out.Breaks, Break{d.ID, filename(d.SHA256), what})
			}
			out.Documents, last = out.Documents+1, d
		}
		more = len(rows) == atOnce && ctx.Err() == nil
	}
	return out, errors.Join(ctx.Err(), f.strays(ctx, store, &out))
}

const atOnce = 500

// bytesOf is what lies on the disk under a hash.
type bytesOf struct {
	there int // 0 or 1
	size  int64
	hash  string
	err   error
}

func (f *Files) read(hash string) (b bytesOf) {
	file, err := os.Open(f.place(hash))
	if err != nil {
		return bytesOf{err: err}
	}
	defer file.Close()
	h := sha256.New()
	b.there = 1
	b.size, b.err = io.Copy(h, file)
	b.hash = hex.EncodeToString(h.Sum(nil))
	return b
}

// against says how the bytes differ from a row; "" where they are its own.
func (b bytesOf) against(d Document) string {
	switch {
	case errors.Is(b.err, fs.ErrNotExist):
		return "the file is missing"
	case b.err != nil:
		return "the file cannot be read"
	case b.hash != d.SHA256:
		return "the file was changed"
	case b.size != d.Size:
		return fmt.Sprintf("the row says %d bytes, the file has %d", d.Size, b.size)
	}
	return ""
}

// place is where bytes lie; nowhere for what is no hash, as somebody may have written it into a row.
func (f *Files) place(hash string) string {
	if len(hash) != sha256.Size*2 {
		return filepath.Join(f.dir, "none")
	}
	return f.path(hash)
}

func filename(hash string) string {
	if len(hash) != sha256.Size*2 {
		return hash
	}
	return hash[:2] + "/" + hash[2:]
}

// strays finds files that no row names. A younger one may be of an act that is not done yet, or that failed.
func (f *Files) strays(ctx context.Context, store *db.Store, out *Verified) error {
	folders, err := os.ReadDir(f.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nothing was ever kept
	}
	for _, folder := range folders {
		if err != nil || ctx.Err() != nil {
			break
		}
		if folder.IsDir() && len(folder.Name()) == 2 {
			err = f.straysIn(ctx, store, folder.Name(), out)
		}
	}
	return errors.Join(err, ctx.Err())
}

func (f *Files) straysIn(ctx context.Context, store *db.Store, folder string, out *Verified) error {
	dir, err := os.Open(filepath.Join(f.dir, folder))
	if err != nil {
		return err
	}
	defer dir.Close()
	for {
		entries, err := dir.ReadDir(atOnce)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		hashes := make([]string, len(entries))
		for i, e := range entries {
			hashes[i] = folder + e.Name()
		}
		named, err := db.Look(ctx, store, actor.System, func(tx *db.Tx) (map[string]bool, error) { return named(tx, hashes) })
		if err != nil {
			return err
		}
		for i, e := range entries {
			if !named[hashes[i]] {
				out.stray(e, folder, store.Now())
			}
		}
	}
}

func (v *Verified) stray(e fs.DirEntry, folder string, now time.Time) {
	info, err := e.Info()
	switch {
	case errors.Is(err, fs.ErrNotExist): // swept meanwhile
	case err == nil && now.Sub(info.ModTime()) < unclaimed:
		v.Waiting++
	default:
		v.Breaks = append(v.Breaks, Break{File: folder + "/" + e.Name(), What: "no row names this file"})
	}
}

// Known are those of some hashes that documents of a county have.
func Known(tx *db.Tx, county ident.County, hashes []string) (map[string]bool, error) {
	return namedIn(tx.Rows().Where("county_code = ?", county), hashes)
}
