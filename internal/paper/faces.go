package paper

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"slices"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Asked is one form of a case as somebody wants it.
type Asked struct {
	Case   ident.ID
	Form   string
	Format string // html, pdf or docx; "" for html
	Blank  bool   // the same form with nothing in it but the number
	Number int    // the n-th sheet of the form; 0 for all
}

// Made is a document that is ready.
type Made struct {
	Name, Kind string
	Write      func(io.Writer) error // its bytes
}

const (
	kindHTML = "text/html; charset=utf-8"
	kindPDF  = "application/pdf"
	kindWord = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	kindZip  = "application/zip"
)

// Print makes a form of a case.
//
// Faults: Missing out of reach, and for a form that the case does not have; Invalid for an unknown format; Unavailable where
// no PDF can be made.
func (s *Service) Print(ctx context.Context, g authz.Grant, in Asked) (Made, error) {
	f, sheets, err := s.sheets(ctx, g, in)
	if err != nil {
		return Made{}, err
	}
	out, err := s.made(ctx, plainName(f.number()+" "+sheets[0].Name()), in.Format, sheets)
	if err == nil {
		err = s.noted(ctx, g, in.Case, sheets)
	}
	return out, err
}

func (s *Service) made(ctx context.Context, name, format string, sheets []Paper) (Made, error) {
	switch format {
	case "", "html":
		doc, err := s.document(sheets[0].Name(), drawnOf(sheets))
		return Made{name + ".html", kindHTML, these(doc)}, err
	case "docx":
		return Made{name + ".docx", kindWord, func(w io.Writer) error { return Word(w, sheets) }}, nil
	case "pdf":
		doc, err := s.document(sheets[0].Name(), drawnOf(sheets))
		if err != nil {
			return Made{}, err
		}
		pdf, err := s.Browser.PDF(ctx, doc, nil)
		return Made{name + ".pdf", kindPDF, these(pdf)}, err
	}
	return Made{}, errFormat
}

var errFormat = fault.New(fault.Invalid, "", "请选择 html、pdf 或 docx。", "Please choose html, pdf or docx.").At("format")

// sheets draws what was asked for. The contents and the back cover want to know how many pages the dossier has.
func (s *Service) sheets(ctx context.Context, g authz.Grant, in Asked) (*file, []Paper, error) {
	in.Form = strings.ToLower(in.Form)
	f, err := s.of(ctx, g, in.Case)
	if err != nil {
		return nil, nil, err
	}
	if (in.Form == "f2" || in.Form == "f15") && !in.Blank && f.Seen == authz.Full {
		pages, err := s.numbered(ctx, g, f)
		if err != nil {
			return nil, nil, err
		}
		f.volume(pages)
	}
	sheets, err := f.papers(in.Form, in.Blank)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case in.Number < 0 || in.Number > len(sheets):
		return nil, nil, errNotYet
	case in.Number > 0:
		sheets = sheets[in.Number-1 : in.Number]
	}
	return f, sheets, nil
}

// numbers is the look that is noted of a paper with identity numbers on it.
const numbers authz.Action = "case.paper_numbers"

// noted notes that somebody gets identity numbers on one of these sheets: a look of its own, beside the one at the papers; the
// whole dossier is one look. For whoever oversees, what cannot be noted is not shown.
func (s *Service) noted(ctx context.Context, g authz.Grant, of ident.ID, sheets []Paper) error {
	if !slices.ContainsFunc(sheets, func(p Paper) bool { return p.Bears }) {
		return nil
	}
	return s.Looked(ctx, g.By(), numbers, of)
}

// Bind makes the dossier: an archive, or one PDF. What the contents say is held against what is there (C9).
func (s *Service) Bind(ctx context.Context, g authz.Grant, id ident.ID, format string) (Made, error) {
	f, err := s.of(ctx, g, id)
	if err != nil {
		return Made{}, err
	}
	if f.Seen != authz.Full {
		return Made{}, fault.NoSuch()
	}
	name := plainName("卷宗 " + f.number() + " " + f.title())
	switch format {
	case "pdf":
		pdf, err := s.whole(ctx, g, f)
		return Made{name + ".pdf", kindPDF, these(pdf)}, err
	case "", "zip":
		pages, err := s.numbered(ctx, g, f)
		if err == nil {
			_, err = f.agreeing(pages) // before the first byte is sent
		}
		return Made{name + ".zip", kindZip, func(w io.Writer) error { return s.bundle(ctx, g, f, pages, w) }}, err
	}
	return Made{}, fault.New(fault.Invalid, "", "请选择 zip 或 pdf。", "Please choose zip or pdf.").At("format")
}

// policyOfSheet lets a sheet be shown with its own style and with nothing else.
func (s *Service) policyOfSheet() string {
	sum := sha256.Sum256([]byte(s.css))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

// reader gives the bytes as they are made: a dossier may be larger than what fits into memory. Closing it ends the making.
func (m Made) reader() io.Reader {
	r, w := io.Pipe()
	go func() { _ = w.CloseWithError(m.Write(w)) }() // the reader gets the error
	return r
}
