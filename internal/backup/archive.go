package backup

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"

	"fengqiao/internal/fault"
	"fengqiao/internal/owner"
)

// pack writes the database, the files by their hashes and the manifest into one file, which is on the disk when it returns. A file that is
// gone is asked for again by named: a dossier may have been destroyed since the copy of the database was made.
func pack(ctx context.Context, path, database, folder string, hashes []string, m *Manifest, named func(ctx context.Context, hash string) (bool, error)) (err error) {
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	zipped, err := gzip.NewWriterLevel(out, gzip.BestSpeed) // photos do not shrink, and rows do at once
	if err != nil {
		return err
	}
	w := tar.NewWriter(zipped)
	if m.Database, err = add(w, databaseName, database); err != nil {
		return err
	}
	for _, h := range hashes {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		p, err := add(w, "files/"+h, filepath.Join(folder, h[:2], h[2:]))
		if errors.Is(err, os.ErrNotExist) {
			if still, bad := named(ctx, h); bad == nil && !still {
				m.Gone = append(m.Gone, h)
				continue
			}
		}
		if err != nil {
			return fmt.Errorf("file %s that a row names: %w", h, err)
		}
		if p.SHA256 != h {
			return fmt.Errorf("file %s is not what it was: its bytes have the hash %s", h, p.SHA256)
		}
		m.Files = append(m.Files, p)
	}
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	if err := w.WriteHeader(&tar.Header{Name: manifestName, Mode: 0o600, Size: int64(len(text))}); err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	return errors.Join(w.Close(), zipped.Close(), owner.Leave(out, path), out.Sync())
}

func add(w *tar.Writer, name, path string) (p Part, err error) {
	in, err := os.Open(path)
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	info, err := in.Stat()
	if err != nil {
		return p, err
	}
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: info.Size()}); err != nil {
		return p, err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, sum), in)
	return Part{name, n, hex.EncodeToString(sum.Sum(nil))}, err
}

// damaged says what everybody is told of a file that cannot be put back whole.
func damaged(why string) error {
	return fault.New(fault.Conflict, "damaged", "备份文件不完整或者已损坏（%s），没有恢复任何内容。", "The backup is not whole or damaged (%s); nothing was restored.", why)
}

var nameOfFile = regexp.MustCompile(`^files/[0-9a-f]{64}$`)

// each walks through a backup and hands over each part but the manifest, which it gives at the end.
func each(ctx context.Context, path string, do func(name string, r io.Reader) error) (m Manifest, err error) {
	in, err := os.Open(path)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	zipped, err := gzip.NewReader(in)
	if err != nil {
		return m, damaged("not a backup")
	}
	r, found := tar.NewReader(zipped), false
	for {
		h, err := r.Next()
		switch {
		case ctx.Err() != nil:
			return m, ctx.Err()
		case errors.Is(err, io.EOF):
			if _, err := io.Copy(io.Discard, zipped); err != nil { // its own sum stands behind the last part
				return m, damaged("cut off")
			}
			if !found {
				return m, damaged("without manifest")
			}
			return m, nil
		case err != nil:
			return m, damaged("cut off")
		case found:
			return m, damaged("something behind the manifest")
		case h.Name == manifestName:
			found = true
			if err := json.NewDecoder(io.LimitReader(r, 1<<30)).Decode(&m); err != nil {
				return m, damaged("manifest")
			}
			if m.Format != format {
				return m, fault.New(fault.Conflict, "format", "这份备份由更新的程序写成。", "This backup was written by a newer program.")
			}
		case h.Name == databaseName || nameOfFile.MatchString(h.Name):
			if err := do(h.Name, r); err != nil {
				return m, err
			}
		default:
			return m, damaged("an unknown part")
		}
	}
}

// Check reads a whole backup and tells whether every part is what the manifest says.
func Check(ctx context.Context, path string) (Manifest, error) {
	got := map[string]Part{}
	m, err := each(ctx, path, func(name string, r io.Reader) error {
		if _, twice := got[name]; twice {
			return damaged("a part twice")
		}
		sum := sha256.New()
		n, err := io.Copy(sum, r)
		if err != nil {
			return damaged("cut off")
		}
		got[name] = Part{name, n, hex.EncodeToString(sum.Sum(nil))}
		return nil
	})
	if err != nil {
		return m, err
	}
	for _, p := range append([]Part{m.Database}, m.Files...) {
		if got[p.Name] != p {
			return m, damaged(p.Name)
		}
	}
	if len(got) != len(m.Files)+1 {
		return m, damaged("more parts than the manifest says")
	}
	return m, nil
}

// unpack writes the parts of a checked backup into a folder, files as they lie in a data folder.
func unpack(ctx context.Context, path, folder string) error {
	_, err := each(ctx, path, func(name string, r io.Reader) error {
		to := filepath.Join(folder, name)
		if h := filepath.Base(name); name != databaseName {
			to = filepath.Join(folder, "files", h[:2], h[2:])
		}
		return write(to, r)
	})
	return err
}

func write(path string, r io.Reader) (err error) {
	if err := owner.Folder(filepath.Dir(path)); err != nil {
		return err
	}
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if _, err := io.Copy(out, r); err != nil {
		return err
	}
	return errors.Join(owner.Leave(out, path), out.Sync())
}
