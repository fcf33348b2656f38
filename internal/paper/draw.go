package paper

import (
	"bytes"
	"html/template"
	"strings"
)

// sheetHead is what a document of papers is drawn from.
type sheetHead struct {
	Title string
	Style template.CSS
	Parts []drawn
}

// drawn is one document: a sheet, or a picture or a slip in its place.
type drawn struct {
	*Paper
	Anchor  string
	Picture template.URL // of a photograph
	Name    string
	Slip    []Field // of a file that lies beside the volume
	Links   bool    // the contents lead to their documents
}

// inside is a block with whether its table leads anywhere.
type inside struct {
	Block Block
	Links bool
}

// body draws one sheet, as a part of a page.
func (s *Service) body(p Paper) (template.HTML, error) {
	var buf bytes.Buffer
	err := s.sheet.ExecuteTemplate(&buf, "sheet", drawn{Paper: &p})
	return template.HTML(buf.String()), err //nolint:gosec // drawn by html/template
}

// document draws sheets as a document of its own, in its own style: the same sheets give the same bytes.
func (s *Service) document(title string, parts []drawn) ([]byte, error) {
	var buf bytes.Buffer
	err := s.sheet.ExecuteTemplate(&buf, "document", sheetHead{Title: title, Style: template.CSS(s.css), Parts: parts}) //nolint:gosec // our own style sheet
	return buf.Bytes(), err
}

func drawnOf(sheets []Paper) (out []drawn) {
	for i := range sheets {
		out = append(out, drawn{Paper: &sheets[i]})
	}
	return out
}

// Rows pairs the fields of a block: two in a row, but for those that take the whole width.
func (b Block) Rows() (out [][]Field) {
	for _, f := range b.Fields {
		if last := len(out) - 1; !f.Wide && last >= 0 && len(out[last]) == 1 && !out[last][0].Wide {
			out[last] = append(out[last], f)
			continue
		}
		out = append(out, []Field{f})
	}
	return out
}

// Ruled are as many empty lines as a block asks for.
func (b Block) Ruled() []struct{} { return make([]struct{}, b.Lines) }

// Date is the day of a signature, or a blank for it.
func (s Sign) Date() string {
	if s.On == "" {
		return noDay
	}
	return s.On
}

// Mark is a box, ticked or not.
func (b Box) Mark() string {
	if b.Ticked {
		return "☑"
	}
	return "□"
}

// Front tells whether a sheet stands before the first page: the cover, and the contents.
func (p Paper) Front() bool { return p.Form == "f1" || p.Form == "f2" }

// Letters are the letters of a title set wide, as official papers set short ones.
func (p Paper) Letters() string {
	if n := len([]rune(p.Title)); n > 6 {
		return p.Title
	}
	return strings.Join(strings.Split(p.Title, ""), " ")
}

// Short is the beginning of the hash, enough to compare by eye.
func (f Foot) Short() string { return f.Hash[:min(16, len(f.Hash))] }
