package paper

import (
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/review"
)

// patience is how long a PDF may take.
const patience = 2 * time.Minute

// Pages mounts the papers of a case for those who work it, and for its parties.
func (s *Service) Pages(site *page.Site) {
	for _, side := range []string{"/desk/cases", "/mine"} {
		site.Handle("GET", side+"/:id/papers", Listing, s.showList(side), page.Patient(patience))
		site.Handle("GET", side+"/:id/papers/:form", Printing, s.showSheet(side), page.Patient(patience))
	}
	site.Handle("GET", "/desk/cases/:id/dossier", Exporting, s.takeDossier, page.Saves(), page.Patient(patience))
	s.reviewPages(site)
}

// listView is the list of a case's papers.
type listView struct {
	Home     string // of the case
	Papers   string // where the papers are
	Name     string
	No       string
	Own      bool // a party looks at its own
	Lines    []line
	Outside  []line
	Findings []FindingOut
	Missing  int
	Bind     bool // the dossier may be taken as a whole
	PDF      bool // a browser that makes PDFs is there
	Reviews  bool // a reviewer reads, and takes nothing away
}

// line is one place of the dossier in a list.
type line struct {
	Item
	Name   string // in the reader's language
	Links  []page.Link
	Blank  string
	Attach string // where a photograph of it is added
	Photos []page.Link
}

func caseOf(r *page.Request) (ident.ID, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return id, fault.NoSuch()
	}
	return id, nil
}

func (s *Service) showList(side string) func(*page.Request) (page.Reply, error) {
	return func(r *page.Request) (page.Reply, error) {
		id, err := caseOf(r)
		if err != nil {
			return page.Reply{}, err
		}
		return s.list(r, id, &listView{Home: side + "/" + id.String(), PDF: s.Browser != nil, Bind: r.May(Exporting)})
	}
}

// list fills in the papers of a case.
func (s *Service) list(r *page.Request, id ident.ID, v *listView) (page.Reply, error) {
	f, err := s.of(r.Context(), r.Grant, id)
	if err != nil {
		return page.Reply{}, err
	}
	v.Papers, v.Name, v.No, v.Own, v.Bind = v.Home+"/papers", f.matter(), f.number(), f.Seen == authz.Party, v.Bind && f.Seen == authz.Full
	for _, i := range f.items() {
		l := v.line(r, f, i)
		if i.Need == Outside {
			v.Outside = append(v.Outside, l)
			continue
		}
		if v.Lines = append(v.Lines, l); i.Missing {
			v.Missing++
		}
	}
	for _, one := range f.Findings {
		v.Findings = append(v.Findings, FindingOut{one.ID, one.Bars, one.Says.In(r.Lang)})
	}
	return page.Show("paper/list", v), nil
}

func (v *listView) line(r *page.Request, f *file, i Item) line {
	l := line{Item: i, Name: codes.Papers.Name(i.Paper, r.Lang)}
	for n, sheet := range i.Sheets {
		text := sheet.About
		if text == "" {
			text = l.Name
		}
		l.Links = append(l.Links, page.Link{Path: v.Papers + "/" + i.Form + "?n=" + strconv.Itoa(n+1), Text: text})
	}
	if i.Form != "" && i.Form != "f2" && i.Form != "f1" && !v.Reviews {
		l.Blank = v.Papers + "/" + i.Form + "?blank=1"
	}
	if !v.Own && !v.Reviews && i.Place > 0 && f.State != casework.Archived && r.May("case.attach") {
		l.Attach = v.Home + "/attach?paper=" + url.QueryEscape(i.Paper)
	}
	for _, a := range i.Files {
		l.Photos = append(l.Photos, page.Link{Path: v.Home + "/files/" + a.ID.String(), Text: a.Name})
	}
	return l
}

// sheetView is one sheet on a page, to be read and printed.
type sheetView struct {
	Papers  string
	Name    string
	Body    template.HTML
	Others  []page.Link // the other sheets of the form
	PDF     string      // where the PDF is; "" where none can be made
	Word    string
	Blank   string
	IsBlank bool
	NoPDF   bool // a PDF was asked for, and there is no browser that makes it
	Masked  bool // identity numbers on it are masked for this reader
}

func (s *Service) showSheet(side string) func(*page.Request) (page.Reply, error) {
	return func(r *page.Request) (page.Reply, error) {
		id, err := caseOf(r)
		if err != nil {
			return page.Reply{}, err
		}
		in := Asked{Case: id, Form: r.Param("form"), Format: r.Query("format"), Blank: r.Query("blank") == "1"}
		in.Number, _ = strconv.Atoi(r.Query("n")) // what is none asks for all of them
		switch {
		case !slices.Contains([]string{"", "html", "docx", "pdf"}, in.Format):
			return page.Reply{}, errFormat
		case in.Format == "docx", in.Format == "pdf" && s.Browser != nil:
			made, err := s.Print(r.Context(), r.Grant, in)
			if err != nil {
				return page.Reply{}, err
			}
			return page.Download(made.Name, made.Kind, made.reader()), nil
		}
		return s.sheetPage(r, in, side+"/"+id.String()+"/papers")
	}
}

func (s *Service) sheetPage(r *page.Request, in Asked, papers string) (page.Reply, error) {
	shown, number := in, max(in.Number, 1)
	shown.Number = 0
	_, sheets, err := s.sheets(r.Context(), r.Grant, shown)
	if err == nil && number > len(sheets) {
		err = errNotYet
	}
	if err != nil {
		return page.Reply{}, err
	}
	sheet := sheets[number-1]
	if err := s.noted(r.Context(), r.Grant, in.Case, sheets[number-1:number]); err != nil {
		return page.Reply{}, err
	}
	here := papers + "/" + sheet.Form
	ask := url.Values{"n": {strconv.Itoa(number)}}
	v := &sheetView{Papers: papers, Name: sheet.Name(), IsBlank: in.Blank, NoPDF: in.Format == "pdf", Masked: sheet.Masks}
	if in.Blank {
		ask = url.Values{"blank": {"1"}}
	} else {
		v.Blank = here + "?blank=1"
	}
	if v.Body, err = s.body(sheet); err != nil {
		return page.Reply{}, err
	}
	for n, other := range sheets {
		if n != number-1 {
			v.Others = append(v.Others, page.Link{Path: here + "?n=" + strconv.Itoa(n+1), Text: other.Name()})
		}
	}
	if r.Grant.Action() == review.Working { // reads here, and takes nothing away
		v.Blank = ""
		return page.Show("paper/sheet", v), nil
	}
	ask.Set("format", "docx")
	v.Word = here + "?" + ask.Encode()
	if s.Browser != nil {
		ask.Set("format", "pdf")
		v.PDF = here + "?" + ask.Encode()
	}
	return page.Show("paper/sheet", v), nil
}

func (s *Service) takeDossier(r *page.Request) (page.Reply, error) {
	id, err := caseOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	made, err := s.Bind(r.Context(), r.Grant, id, r.Query("format"))
	if err != nil {
		return page.Reply{}, err
	}
	return page.Download(made.Name, made.Kind, made.reader()), nil
}
