package paper

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"io"
	"path"
	"strings"
	"sync"
	"unicode"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/fault"
)

// numbered counts the pages of a case's dossier for its contents; where that cannot be done they stay blanks.
func (s *Service) numbered(ctx context.Context, g authz.Grant, f *file) (pagination, error) {
	out, err := s.pages(ctx, g, f)
	if err != nil && ctx.Err() == nil && fault.Of(err).Kind != fault.Missing {
		return pagination{}, nil // to be filled in by hand
	}
	return out, err
}

// pages counts the pages of a case's dossier, where there is a browser that does: one printing tells where each document
// begins. Filling in the contents changes no page, since they have as many lines before as after.
func (s *Service) pages(ctx context.Context, g authz.Grant, f *file) (pagination, error) {
	if s.Browser == nil {
		return pagination{}, nil
	}
	f.listing(f.parts(), pagination{})
	doc, beside, err := s.bound(ctx, g, f, f.parts())
	if err != nil {
		return pagination{}, err
	}
	key := sha256.Sum256(doc)
	if found, ok := s.counted.get(key); ok {
		return found, nil
	}
	pdf, err := s.Browser.PDF(ctx, doc, beside)
	if err != nil {
		return pagination{}, err
	}
	out := paginationOf(pdf)
	s.counted.put(key, out)
	return out, nil
}

// memory remembers how many pages a document has: it is asked for anew with each look at the contents.
type memory struct {
	mu sync.Mutex
	of map[[32]byte]pagination
}

const mostRemembered = 200

func (m *memory) get(key [32]byte) (pagination, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, ok := m.of[key]
	return p, ok
}

func (m *memory) put(key [32]byte, p pagination) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.of) >= mostRemembered {
		clear(m.of)
	}
	m.of[key] = p
}

// bound draws the documents of a dossier as one, with the pictures that lie beside it.
func (s *Service) bound(ctx context.Context, g authz.Grant, f *file, parts []Part) ([]byte, pictures, error) {
	beside := pictures{}
	var all []drawn
	for _, p := range parts {
		d := drawn{Paper: p.Sheet, Anchor: p.Anchor, Name: p.Name}
		switch {
		case p.Sheet != nil:
			d.Links = p.Sheet.Form == "f2"
		case isPicture(p.File.MediaType):
			name := p.Anchor + pictureEnding(p.File.MediaType)
			beside[name], d.Picture = s.copier(ctx, g, f, p.File), template.URL(name) //nolint:gosec // a name of ours
		default:
			d.Slip = []Field{{Label: "文件名", Value: p.File.Name}, {Label: "类型", Value: p.File.MediaType}, {Label: "大小", Value: fmt.Sprintf("%d 字节", p.File.Size)},
				{Label: "校验值", Value: p.File.SHA256}, {Label: "说明", Value: "原件另附，不在本页显示。"}}
		}
		all = append(all, d)
	}
	doc, err := s.document(f.title(), all)
	return doc, beside, err
}

func pictureEnding(kind string) string {
	return map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}[kind]
}

// copier writes a file of the case when it is wanted.
func (s *Service) copier(ctx context.Context, g authz.Grant, f *file, a *casework.Attached) func(io.Writer) error {
	return func(w io.Writer) error {
		body, _, err := s.Cases.OpenFile(ctx, g, f.ID, a.ID)
		if err != nil {
			return err
		}
		defer body.Close()
		_, err = io.Copy(w, body)
		return err
	}
}

// whole is the dossier as one PDF.
func (s *Service) whole(ctx context.Context, g authz.Grant, f *file) ([]byte, error) {
	if s.Browser == nil {
		return nil, errNoBrowser
	}
	pages, err := s.pages(ctx, g, f)
	if err != nil {
		return nil, err
	}
	parts, err := f.agreeing(pages)
	if err != nil {
		return nil, err
	}
	doc, beside, err := s.bound(ctx, g, f, parts)
	if err != nil {
		return nil, err
	}
	return s.Browser.PDF(ctx, doc, beside)
}

// bundle writes the dossier as an archive: each paper to be read and printed, each file as it was kept, the contents, and
// a list of what is in it with the SHA-256 of each.
func (s *Service) bundle(ctx context.Context, g authz.Grant, f *file, pages pagination, w io.Writer) error {
	parts, err := f.agreeing(pages)
	if err != nil {
		return err
	}
	z := zip.NewWriter(w)
	b := binder{zip: z}
	for i, p := range parts {
		name := fmt.Sprintf("%02d-%s", i+1, plainName(p.Name))
		if p.Sheet == nil {
			b.add(name+strings.ToLower(path.Ext(p.File.Name)), s.copier(ctx, g, f, p.File))
			continue
		}
		doc, err := s.document(p.Name, []drawn{{Paper: p.Sheet}})
		if err != nil {
			return err
		}
		b.add(name+".html", these(doc))
		if editable(p.Sheet.Form) {
			b.add(name+".docx", func(w io.Writer) error { return Word(w, []Paper{*p.Sheet}) })
		}
	}
	b.add("manifest.sha256", these([]byte(b.manifest.String()))) // as sha256sum -c reads it
	if b.err != nil {
		return b.err
	}
	return z.Close()
}

// editable are the forms that offices go on editing in Word.
func editable(form string) bool {
	return strings.Contains(" f3 f7 f9 f10 f13 f16 f17b f17c f17d ", " "+form+" ")
}

// binder writes entries of an archive, each with its print in the manifest.
type binder struct {
	zip      *zip.Writer
	manifest strings.Builder
	err      error
}

func (b *binder) add(name string, write func(io.Writer) error) {
	if b.err != nil {
		return
	}
	entry, err := b.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: noTime})
	if err != nil {
		b.err = err
		return
	}
	sum := sha256.New()
	b.err = write(io.MultiWriter(entry, sum))
	fmt.Fprintf(&b.manifest, "%s  %s\n", hex.EncodeToString(sum.Sum(nil)), name)
}

func these(body []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(body)
		return err
	}
}

// plainName is a name that every system takes for a file's; letters of every plane stay.
func plainName(name string) string {
	out := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) { // turns a name around, or hides a part of it
			return -1
		}
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
	if runes := []rune(out); len(runes) > 80 {
		out = string(runes[:80])
	}
	return strings.Trim(out, " .")
}
