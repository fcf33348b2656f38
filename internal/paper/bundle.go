package paper

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"io"
	"path"
	"strings"
	"sync"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
)

// pages counts the pages of a case's dossier, where there is a browser that does: one printing tells where each document
// begins. Filling in the contents changes no page, since they have as many lines before as after.
func (s *Service) pages(ctx context.Context, g authz.Grant, f *file) (pagination, error) {
	if s.Browser == nil {
		return pagination{}, nil
	}
	f.listing(f.parts(), pagination{})
	doc, pictures, err := s.bound(ctx, g, f, f.parts())
	if err != nil {
		return pagination{}, err
	}
	key := sha256.Sum256(doc)
	if found, ok := s.counted.get(key); ok {
		return found, nil
	}
	pdf, err := s.Browser.PDF(ctx, doc, pictures)
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
func (s *Service) bound(ctx context.Context, g authz.Grant, f *file, parts []Part) ([]byte, map[string][]byte, error) {
	pictures := map[string][]byte{}
	var all []drawn
	for _, p := range parts {
		d := drawn{Paper: p.Sheet, Anchor: p.Anchor, Name: p.Name}
		switch {
		case p.Sheet != nil:
			d.Links = p.Sheet.Form == "f2"
		case isPicture(p.File.MediaType):
			body, err := s.read(ctx, g, f, p.File)
			if err != nil {
				return nil, nil, err
			}
			name := p.Anchor + pictureEnding(p.File.MediaType)
			pictures[name], d.Picture = body, template.URL(name) //nolint:gosec // a name of ours
		default:
			d.Slip = []Field{{Label: "文件名", Value: p.File.Name}, {Label: "类型", Value: p.File.MediaType}, {Label: "大小", Value: fmt.Sprintf("%d 字节", p.File.Size)},
				{Label: "校验值", Value: p.File.SHA256}, {Label: "说明", Value: "原件另附，不在本页显示。"}}
		}
		all = append(all, d)
	}
	doc, err := s.document(f.title(), all)
	return doc, pictures, err
}

func pictureEnding(kind string) string {
	return map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}[kind]
}

func (s *Service) read(ctx context.Context, g authz.Grant, f *file, a *casework.Attached) ([]byte, error) {
	body, _, err := s.Cases.OpenFile(ctx, g, f.ID, a.ID)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return io.ReadAll(body)
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
	doc, pictures, err := s.bound(ctx, g, f, parts)
	if err != nil {
		return nil, err
	}
	return s.Browser.PDF(ctx, doc, pictures)
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
			body, err := s.read(ctx, g, f, p.File)
			if err != nil {
				return err
			}
			b.add(name+strings.ToLower(path.Ext(p.File.Name)), body)
			continue
		}
		doc, err := s.document(p.Name, []drawn{{Paper: p.Sheet}})
		if err != nil {
			return err
		}
		b.add(name+".html", doc)
		if editable(p.Sheet.Form) {
			var word bytes.Buffer
			if err := Word(&word, []Paper{*p.Sheet}); err != nil {
				return err
			}
			b.add(name+".docx", word.Bytes())
		}
	}
	b.add("manifest.sha256", []byte(b.manifest.String())) // as sha256sum -c reads it
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

func (b *binder) add(name string, body []byte) {
	if b.err != nil {
		return
	}
	entry, err := b.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: noTime})
	if err != nil {
		b.err = err
		return
	}
	_, b.err = entry.Write(body)
	sum := sha256.Sum256(body)
	fmt.Fprintf(&b.manifest, "%s  %s\n", hex.EncodeToString(sum[:]), name)
}

// plainName is a name that every system takes for a file's; letters of every plane stay.
func plainName(name string) string {
	out := strings.Map(func(r rune) rune {
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
