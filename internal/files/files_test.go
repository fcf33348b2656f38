package files_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"golang.org/x/image/webp"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/fault"
	"fengqiao/internal/files"
	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

const county = "350503"

// folder is a place to keep files in, beside a database.
type folder struct {
	*testing.T
	store *db.Store
	dir   string
	f     *files.Files
	by    actor.Actor
}

func each(t *testing.T, fn func(*folder)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, store *db.Store) { fn(newFolder(t, store)) })
}

// eachAlone is each without anything beside it.
func eachAlone(t *testing.T, fn func(*folder)) {
	t.Helper()
	for _, d := range dbtest.Dialects() {
		t.Run(d, func(t *testing.T) { fn(newFolder(t, dbtest.New(t, d))) })
	}
}

func newFolder(t *testing.T, store *db.Store) *folder {
	t.Helper()
	v, err := vault.New(rand.Reader, bytes.Repeat([]byte{7}, vault.MasterSize))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	by := actor.Actor{Person: ident.NewMaker(rand.Reader).New(county, dbtest.Friday), Name: "林调解"}
	return &folder{T: t, store: store, dir: dir, f: files.New(dir, v), by: by}
}

func (t *folder) save(name string, content []byte) (files.Document, error) {
	return t.saveFrom(name, bytes.NewReader(content))
}

// take looks a file through and keeps it.
func take(tx *db.Tx, f *files.Files, name string, r io.Reader) (files.Document, error) {
	in, err := f.Take(name, r)
	if err != nil {
		return files.Document{}, err
	}
	defer in.Drop()
	return f.Save(tx, in)
}

func (t *folder) saveFrom(name string, r io.Reader) (d files.Document, err error) {
	err = t.store.Do(t.Context(), t.by, county, func(tx *db.Tx) error {
		d, err = take(tx, t.f, name, r)
		return err
	})
	return d, err
}

func (t *folder) open(id ident.ID) (content []byte, d files.Document, err error) {
	err = t.store.Read(t.Context(), t.by, func(tx *db.Tx) error {
		var r io.ReadCloser
		if r, d, err = t.f.Open(tx, id); err != nil {
			return err
		}
		defer r.Close()
		content, err = io.ReadAll(r)
		return err
	})
	return content, d, err
}

// onDisk are the kept files and whatever else lies below the folder.
func (t *folder) onDisk() (paths []string) {
	t.Helper()
	err := filepath.WalkDir(t.dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			rel, _ := filepath.Rel(t.dir, path)
			paths = append(paths, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func TestEveryAllowedKindIsKept(t *testing.T) {
	each(t, func(t *folder) {
		for name, v := range map[string]struct {
			content       []byte
			media         string
			width, height int
		}{
			"现场.jpg":  {photo(), "image/jpeg", 64, 48},
			"截图.png":  {annotatedPNG(), "image/png", 64, 48},
			"图.webp":  {webpPicture(), "image/webp", 1, 1},
			"合同.pdf":  {pdf(""), "application/pdf", 0, 0},
			"录音.mp3":  {mp3(true), "audio/mpeg", 0, 0},
			"通话.mp3":  {mp3(false), "audio/mpeg", 0, 0},
			"录音.wav":  {wav(), "audio/wav", 0, 0},
			"录音.m4a":  {mp4("M4A "), "audio/mp4", 0, 0},
			"录像.mp4":  {mp4("isom"), "video/mp4", 0, 0},
			"说明.docx": {docx("word/embeddings/sheet1.xlsx", "PK"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", 0, 0},
			"清单.xlsx": {xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 0, 0},
		} {
			d, err := t.save(name, v.content)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			got, again, err := t.open(d.ID)
			sum := sha256.Sum256(got)
			if err != nil || again.Name != name || again.MediaType != v.media || again.Width != v.width || again.Height != v.height ||
				again.Size != int64(len(got)) || again.SHA256 != hex.EncodeToString(sum[:]) || again.MadeBy != t.by.Person {
				t.Errorf("%s came back as %+v, %v", name, again, err)
			}
			if bytes.Contains(got, []byte(canary)) || bytes.Contains(got, []byte("<html>")) || bytes.Contains(got, []byte("24.8741")) {
				t.Errorf("%s still tells where it was made, or hides a page", name)
			}
		}
	})
}

func TestPicturesLookTheSameAfterCleaning(t *testing.T) {
	each(t, func(t *folder) {
		d, err := t.save("现场.jpg", photo())
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := t.open(d.ID)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := jpeg.Decode(bytes.NewReader(plainJPEG()))
		if m, err := jpeg.Decode(bytes.NewReader(got)); err != nil || m.At(20, 20) != want.At(20, 20) {
			t.Errorf("the photo looks different: %v", err)
		}
		if !bytes.Contains(got, []byte("\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06")) {
			t.Error("the photo has forgotten how it is to be turned")
		}
		if p, err := t.save("截图.png", annotatedPNG()); err != nil {
			t.Error(err)
		} else if got, _, err = t.open(p.ID); err != nil || !bytes.Equal(got, plainPNG()) {
			t.Errorf("the drawing differs: %v", err)
		}
		if w, err := t.save("图.webp", webpPicture()); err != nil {
			t.Error(err)
		} else if got, _, err = t.open(w.ID); err != nil {
			t.Error(err)
		} else if _, err := webp.DecodeConfig(bytes.NewReader(got)); err != nil {
			t.Errorf("the WebP no longer opens: %v", err)
		}
		if m, err := t.save("录像.mp4", mp4("isom")); err != nil || m.Size != int64(len(mp4("isom"))) {
			t.Errorf("the film's boxes have moved: %d, %v", m.Size, err)
		}
		if _, err := png.Decode(bytes.NewReader(plainPNG())); err != nil {
			t.Error(err)
		}
	})
}

func TestNamesAreMadeHarmless(t *testing.T) {
	each(t, func(t *folder) {
		for given, want := range map[string]string{
			"../../etc/passwd":                "passwd.jpg",
			`C:\Users\林\照片.JPG`:               "照片.JPG",
			"photo.jpeg":                      "photo.jpeg",
			"photo\x00.exe":                   "photo.exe.jpg",
			"gpj.\u202egnp.exe":               "gpj.gnp.exe.jpg",
			"":                                "附件.jpg",
			"..":                              "附件.jpg",
			"/":                               "附件.jpg",
			"\u200b\u202e":                    "附件.jpg",
			"page.html":                       "page.html.jpg",
			"𠅤㛃䶮.jpg":                         "𠅤㛃䶮.jpg",
			"\xff\xfe.jpg":                    "jpg.jpg",
			strings.Repeat("长", 300):          strings.Repeat("长", 80) + ".jpg",
			strings.Repeat("长", 300) + ".jpg": strings.Repeat("长", 76) + ".jpg",
		} {
			d, err := t.save(given, plainJPEG())
			if err != nil || d.Name != want {
				t.Errorf("%q is called %q, want %q, %v", given, d.Name, want, err)
			}
		}
	})
}

func TestFilesLieUnderTheirHashAndNamesAreSealed(t *testing.T) {
	each(t, func(t *folder) {
		first, err := t.save("陈志强的伤情照片.jpg", photo())
		if err != nil {
			t.Fatal(err)
		}
		second, err := t.save("另一份.jpg", photo())
		if err != nil || second.SHA256 != first.SHA256 || second.ID == first.ID {
			t.Fatalf("the same picture twice: %v", err)
		}
		want := filepath.Join("files", first.SHA256[:2], first.SHA256[2:])
		if got := t.onDisk(); len(got) != 1 || got[0] != want {
			t.Errorf("on the disk lie %v, want %s", got, want)
		}
		info, err := os.Stat(filepath.Join(t.dir, want))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the file has mode %v, %v", info.Mode(), err)
		}
		if bytes.Contains(first.NameSealed, []byte("陈志强")) {
			t.Error("the name is kept in the open")
		}
		if _, d, err := t.open(second.ID); err != nil || d.Name != "另一份.jpg" {
			t.Errorf("the second is called %q, %v", d.Name, err)
		}
	})
}

func TestAnAlteredOrLostFileIsNoticed(t *testing.T) {
	each(t, func(t *folder) {
		d, err := t.save("现场.jpg", photo())
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.dir, "files", d.SHA256[:2], d.SHA256[2:])
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		content[len(content)/2] ^= 1
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := t.open(d.ID); err == nil {
			t.Error("an altered file was read without a word")
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if _, _, err := t.open(d.ID); err == nil || fault.Is(err, fault.Missing) {
			t.Errorf("a lost file: %v", err)
		}
		none := ident.NewMaker(rand.Reader).New(county, dbtest.Friday)
		if _, _, err := t.open(none); !fault.Is(err, fault.Missing) {
			t.Errorf("a document that never was: %v", err)
		}
	})
}

func TestNoRowWithoutItsFile(t *testing.T) {
	each(t, func(t *folder) {
		// The disk is full, or somebody put a file where the folder should be.
		if err := os.WriteFile(filepath.Join(t.dir, "files"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := t.save("现场.jpg", photo()); !fault.Is(err, fault.Unavailable) {
			t.Errorf("without a disk: %v", err)
		}
	})
	each(t, func(t *folder) {
		cut := iotest.ErrReader(errors.New("connection reset"))
		if _, err := t.saveFrom("现场.jpg", io.MultiReader(bytes.NewReader(photo()), cut)); err == nil || fault.Is(err, fault.Unavailable) {
			t.Errorf("a sender who went away: %v", err)
		}
		if left := t.onDisk(); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
}

func TestFilesOfFailedTransactionsAreSweptAfterADay(t *testing.T) {
	each(t, func(t *folder) {
		sweep := func() (n int) {
			t.Helper()
			n, err := t.f.Sweep(t.Context(), t.store)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := sweep(); n != 0 {
			t.Errorf("%d files were swept before there were any", n)
		}
		kept, err := t.save("现场.jpg", photo())
		if err != nil {
			t.Fatal(err)
		}
		failed := errors.New("the act was refused")
		err = t.store.Do(t.Context(), t.by, county, func(tx *db.Tx) error {
			if _, err := take(tx, t.f, "合同.pdf", bytes.NewReader(pdf(""))); err != nil {
				return err
			}
			return failed
		})
		if !errors.Is(err, failed) || len(t.onDisk()) != 2 {
			t.Fatalf("%v, on the disk %v", err, t.onDisk())
		}
		dbtest.ClockOf(t.store).Move(23 * time.Hour)
		if n := sweep(); n != 0 {
			t.Errorf("%d files were swept within the day", n)
		}
		dbtest.ClockOf(t.store).Move(2 * time.Hour)
		if n := sweep(); n != 1 {
			t.Errorf("%d files were swept after the day, want 1", n)
		}
		if _, _, err := t.open(kept.ID); err != nil {
			t.Errorf("the file that has a row is gone: %v", err)
		}
	})
}

func FuzzSave(f *testing.F) {
	if !slices.Contains(dbtest.Dialects(), "sqlite") {
		f.Skip("this is asked on sqlite")
	}
	for _, seed := range [][]byte{photo(), annotatedPNG(), webpPicture(), wav(), mp3(true), mp4("isom"), pdf(""), docx(), hugePNG(), []byte("<svg>")} {
		f.Add("现场.jpg", seed)
	}
	f.Add("../\x00\u202e", []byte("\xff\xd8\xff"))
	v, err := vault.New(rand.Reader, bytes.Repeat([]byte{7}, vault.MasterSize))
	if err != nil {
		f.Fatal(err)
	}
	store := dbtest.New(f, "sqlite")
	cabinet := files.New(f.TempDir(), v)
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		err := store.Do(t.Context(), actor.System, county, func(tx *db.Tx) error {
			d, err := take(tx, cabinet, name, bytes.NewReader(content))
			if err == nil && (d.Name == "" || strings.ContainsAny(d.Name, "/\\\x00\u202e") || d.MediaType == "") {
				t.Errorf("%q is kept as %q, %s", name, d.Name, d.MediaType)
			}
			return err
		})
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", name, err)
		}
	})
}

// A sweep of one program takes no file that another saves again at that moment: each has a lock of its own, and they share the folder.
func TestASweepTakesNothingThatAnotherProgramSaves(t *testing.T) {
	each(t, func(t *folder) {
		another := files.New(t.dir, mustVault(t.T))
		content := pdf("")
		for range 150 {
			d, err := t.save("合同.pdf", content)
			if err != nil {
				t.Fatal(err)
			}
			if err := t.store.Do(t.Context(), t.by, county, func(tx *db.Tx) error { return t.f.Remove(tx, []ident.ID{d.ID}) }); err != nil {
				t.Fatal(err)
			}
			dbtest.ClockOf(t.store).Move(25 * time.Hour) // old, and named by no row
			swept, hash := make(chan error), d.SHA256
			go func() {
				err := t.store.Read(t.Context(), actor.System, func(tx *db.Tx) error { // beside one that writes, on SQLite too
					return another.SweepThese(tx, []string{hash})
				})
				_, bad := another.Sweep(t.Context(), t.store)
				swept <- errors.Join(err, bad)
			}()
			d, err = t.save("合同.pdf", content)
			if err := errors.Join(err, <-swept); err != nil {
				t.Fatal(err)
			}
			if _, _, err := t.open(d.ID); err != nil {
				t.Fatalf("a file that was saved is gone: %v", err)
			}
		}
	})
}

func mustVault(t *testing.T) *vault.Vault {
	t.Helper()
	v, err := vault.New(rand.Reader, bytes.Repeat([]byte{7}, vault.MasterSize))
	if err != nil {
		t.Fatal(err)
	}
	return v
}
