// Package files keeps what people attach: checked by its content, cleaned of places and of whatever is not the picture,
// stored once under its hash, and never under a name that came from outside.
package files

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

// Most is the size of the largest file that is taken.
const Most = 20 << 20

// Document is a file that was attached.
type Document struct {
	ident.Key
	SHA256     string `gorm:"column:sha256"`
	Size       int64
	MediaType  string
	Name       string `gorm:"-"` // as it was called, made harmless, with the ending that its content asks for
	NameSealed []byte
	Width      int // of a picture, in pixels; 0 for anything else
	Height     int
	MadeBy     ident.ID
	MadeAt     time.Time
}

// Files keeps the bytes in a folder, and the rows in a transaction.
type Files struct {
	dir   string
	vault *vault.Vault
	// sweeping keeps a sweep from taking a file that is being saved again at that moment.
	sweeping sync.RWMutex
	// Free is how much room the folder's disk has; tests say it.
	Free func(folder string) (bytes uint64, known bool)
}

// New keeps files below a data folder, which is made when the first one comes.
func New(dir string, v *vault.Vault) *Files {
	return &Files{dir: filepath.Join(dir, "files"), vault: v, Free: freeOf}
}

// Incoming is a file that was sent and is not kept yet. It is received and looked through before the transaction that keeps it: that
// takes as long as whoever sent it likes, and nobody else may wait for it. It is for one goroutine.
type Incoming struct {
	Size int64 // bytes, as sent

	name string
	what content
	in   *os.File // as sent
	out  *os.File // as it is kept; nil until it was looked through
	kept string   // the hash under which it lies
	size int64    // bytes, as it lies
	f    *Files
}

// Receive puts what is read on the disk, and nothing more; Drop it when done, whatever became of it.
//
// Faults: TooLarge above 20 MiB; Invalid for what is empty; Unavailable when the disk does not take it.
func (f *Files) Receive(name string, r io.Reader) (*Incoming, error) {
	file, size, err := f.receive(r)
	if err != nil {
		return nil, err
	}
	return &Incoming{Size: size, name: name, in: file, f: f}, nil
}

// Drop removes what lies on the disk of a file that was not kept; of none, nothing.
func (in *Incoming) Drop() {
	if in == nil {
		return
	}
	if discard(in.in); in.out != nil && in.out != in.in {
		discard(in.out)
	}
}

// Check looks what the file is, and writes it anew without what is not wanted.
//
// Faults: Invalid, in plain words, for what is damaged, dangerous or of no allowed kind; Unavailable when the disk does not take it.
func (in *Incoming) Check() (err error) {
	if in.what, err = inspect(in.in, in.Size); err == nil {
		in.out, err = in.f.cleaned(in.in, in.Size, in.what)
	}
	return err
}

// Take is Receive and Check.
func (f *Files) Take(name string, r io.Reader) (*Incoming, error) {
	in, err := f.Receive(name, r)
	if err != nil {
		return nil, err
	}
	if err := in.Check(); err != nil {
		in.Drop()
		return nil, err
	}
	return in, nil
}

// Save keeps a file that was checked, and enters it in the transaction's county. The bytes are on the disk under their
// hash before the row is written, so that no row lacks its file; a file whose transaction failed is swept later.
//
// Faults: Unavailable when the disk does not take it.
func (f *Files) Save(tx *db.Tx, in *Incoming) (Document, error) {
	if in.out == nil {
		return Document{}, errUnchecked
	}
	d := Document{Key: tx.NewKey(), MediaType: in.what.mediaType, Name: harmless(in.name, in.what.ending), Width: in.what.width, Height: in.what.height,
		MadeBy: tx.By.Person, MadeAt: tx.Now}
	if in.kept == "" { // the transaction begins for the first time
		var err error
		if in.kept, in.size, err = f.keep(in.out, tx.Now); err != nil {
			return Document{}, notKept(err)
		}
	}
	d.SHA256, d.Size, d.NameSealed = in.kept, in.size, f.vault.Seal(place(d.ID), d.Name)
	return d, insertDocument(tx, d)
}

var errUnchecked = errors.New("files: a file is kept that nobody has looked through")

func place(id ident.ID) vault.Place {
	return vault.Place{Table: "documents", Column: "name_sealed", Row: id}
}

// Find is what is known of a document; Missing when there is none.
func (f *Files) Find(tx *db.Tx, id ident.ID) (Document, error) {
	d, err := findDocument(tx, id)
	if err != nil {
		return Document{}, err
	}
	d.Name, err = f.vault.Open(place(d.ID), d.NameSealed)
	return d, err
}

// FindAll is what is known of documents of one county, by id; those that are not there are left out.
func (f *Files) FindAll(tx *db.Tx, county ident.County, ids []ident.ID) (map[ident.ID]Document, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := findDocuments(tx, county, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[ident.ID]Document, len(rows))
	for _, d := range rows {
		if d.Name, err = f.vault.Open(place(d.ID), d.NameSealed); err != nil {
			return nil, err
		}
		out[d.ID] = d
	}
	return out, nil
}

// Remove takes documents of the transaction's county off the books; the bytes go with the next sweep, unless another row
// names them.
func (f *Files) Remove(tx *db.Tx, ids []ident.ID) error {
	if len(ids) == 0 {
		return nil
	}
	return dropDocuments(tx, ids)
}

// Open gives the bytes of a document. Reading to the end fails when they are no longer the ones that were kept. Whether
// the reader may have them is for the caller to know.
func (f *Files) Open(tx *db.Tx, id ident.ID) (io.ReadCloser, Document, error) {
	d, err := f.Find(tx, id)
	if err != nil {
		return nil, Document{}, err
	}
	file, err := os.Open(f.path(d.SHA256))
	if err != nil {
		return nil, Document{}, fmt.Errorf("bytes of document %s: %w", id, err)
	}
	return &proven{file: file, hash: sha256.New(), want: d.SHA256}, d, nil
}

// proven reads a file and compares its hash at the end.
type proven struct {
	file *os.File
	hash hash.Hash
	want string
}

var errAltered = errors.New("files: the bytes on the disk are not the ones that were kept")

func (p *proven) Read(b []byte) (int, error) {
	n, err := p.file.Read(b)
	p.hash.Write(b[:n])
	if err == io.EOF && hex.EncodeToString(p.hash.Sum(nil)) != p.want {
		return n, errAltered
	}
	return n, err
}

func (p *proven) Close() error { return p.file.Close() }

func (f *Files) path(hash string) string { return filepath.Join(f.dir, hash[:2], hash[2:]) }

// temp is a new file beside the kept ones, readable by nobody else.
func (f *Files) temp() (*os.File, error) {
	incoming := filepath.Join(f.dir, "incoming")
	if err := os.MkdirAll(incoming, 0o700); err != nil {
		return nil, err
	}
	return os.CreateTemp(incoming, "")
}

func discard(file *os.File) {
	_ = file.Close()
	_ = os.Remove(file.Name()) // gone already when it was kept
}

// receive writes what is sent into a temporary file, as far as the limit.
func (f *Files) receive(r io.Reader) (*os.File, int64, error) {
	file, err := f.temp()
	if err != nil {
		return nil, 0, notKept(err)
	}
	sent := &source{r: io.LimitReader(r, Most+1)}
	size, err := io.Copy(file, sent)
	switch {
	case sent.err != nil:
		err = sent.err // the sender's trouble, not the disk's
	case err != nil:
		err = notKept(err)
	case size == 0:
		err = refused("empty")
	case size > Most:
		err = fault.New(fault.TooLarge, "file_size", "文件太大，每个文件最多 20 MB。请压缩后再上传，或者分成几个。",
			"The file is too large: 20 MB at most. Please make it smaller, or send it in parts.")
	}
	if err != nil {
		discard(file)
		return nil, 0, err
	}
	return file, size, nil
}

// source remembers an error of its own, so that it is not taken for the disk's.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// cleaned is the file as it will be kept: written anew where that makes it safer.
func (f *Files) cleaned(in *os.File, size int64, what content) (*os.File, error) {
	if what.rewrite == nil {
		return in, nil
	}
	out, err := f.temp()
	if err != nil {
		return nil, notKept(err)
	}
	w := bufio.NewWriterSize(out, buffered)
	err = what.rewrite(w, in, size)
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		discard(out)
		var said *fault.Fault
		if errors.As(err, &said) {
			return nil, said
		}
		return nil, notKept(err)
	}
	return out, nil
}

// keep puts the bytes on the disk and gives them the name of their hash.
func (f *Files) keep(file *os.File, at time.Time) (sum string, size int64, err error) {
	h := sha256.New()
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return "", 0, err
	}
	if size, err = io.Copy(h, file); err != nil {
		return "", 0, err
	}
	if err := file.Sync(); err != nil {
		return "", 0, err
	}
	sum = hex.EncodeToString(h.Sum(nil))
	folder := filepath.Dir(f.path(sum))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", 0, err
	}
	f.sweeping.RLock()
	defer f.sweeping.RUnlock()
	if err := os.Chtimes(file.Name(), at, at); err != nil { // by the clock that a sweep goes by
		return "", 0, err
	}
	if err := os.Rename(file.Name(), f.path(sum)); err != nil {
		return "", 0, err
	}
	return sum, size, errors.Join(syncFolder(folder), syncFolder(f.dir))
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Again enters a document of another county in the transaction's: the bytes lie once, under their hash; who may have
// them is decided for each row.
func (f *Files) Again(tx *db.Tx, d Document) (Document, error) {
	d.Key, d.MadeBy, d.MadeAt = tx.NewKey(), tx.By.Person, tx.Now
	d.NameSealed = f.vault.Seal(place(d.ID), d.Name)
	return d, insertDocument(tx, d)
}
