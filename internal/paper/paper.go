// Package paper draws the statutory papers of a case, F1–F17: each form is made once from the case's data, and drawn as a
// page to print, as a PDF, as a Word file, and as a part of the dossier. What is unknown stays a blank to fill by hand. Which
// papers must agree with which is a rule, and lies with the cases.
package paper

import (
	"context"
	"html/template"
	"io/fs"
	"slices"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// The actions of this room in the policy.
const (
	Listing   authz.Action = "case.papers"  // which papers there are
	Printing  authz.Action = "case.paper"   // one of them
	Exporting authz.Action = "case.dossier" // all of them with the files
)

// Screened is what a screening round entered of a case, F17a.
type Screened struct {
	On      calendar.Day
	Kind    string // its name
	Persons string
	Found   string
}

// Options say what the room needs from its neighbours.
type Options struct {
	Cases   *casework.Service
	FS      fs.FS                                                                                  // papers/ and static/paper.css
	Round   func(ctx context.Context, by actor.Actor, round, of ident.ID) (*Screened, error)       // nil where whoever asks may not read it
	Drawn   func(ctx context.Context, g authz.Grant, item ident.ID, what string) (ident.ID, error) // the case that somebody reviews; it writes down what they open
	Looked  func(ctx context.Context, by actor.Actor, action authz.Action, of ident.ID) error      // notes that somebody looks at a case
	Browser *Browser                                                                               // that makes PDFs; nil where there is none
}

// Service draws papers.
type Service struct {
	Options
	sheet   *template.Template
	css     string
	counted memory
}

// New makes the room's service.
func New(o Options) (*Service, error) {
	css, err := fs.ReadFile(o.FS, "static/paper.css")
	if err != nil {
		return nil, err
	}
	sheet, err := template.New("").Funcs(template.FuncMap{"inside": func(b Block, links bool) inside { return inside{b, links} }}).ParseFS(o.FS, "papers/*.html")
	return &Service{Options: o, sheet: sheet, css: string(css), counted: memory{of: map[[32]byte]pagination{}}}, err
}

// Paper is one sheet: what stands on it, whoever draws it.
type Paper struct {
	Form   string   // f1 … f17d
	Title  string   // as the sheet is headed
	About  string   // what tells it from others of its form: a name or a day; "" where there is one only
	Party  ident.ID `json:"-"` // whose it is; zero: everybody's
	Bears  bool     `json:"-"` // identity numbers, whole
	Masks  bool     `json:"-"` // identity numbers, masked, because whoever reads prints it for no committee that leads the case
	Region string   // before the committee's name on the head of the sheet
	Unit   string   // the committee
	Number string   // of the case
	Cover  bool     // a cover: large, in the middle, by itself
	Blocks []Block
	Foot   Foot
}

// Block is a part of a sheet: one of its lists is filled, under a heading or none.
type Block struct {
	Heading string
	Fields  []Field
	Paras   []string
	Items   []string // numbered
	Boxes   []Box
	Turns   []Turn
	Table   *Table
	Lines   int // empty lines to write on
	Signs   []Sign
	Seal    string // whose seal belongs there
}

// Field is a labelled place; an empty value is a blank to fill by hand.
type Field struct {
	Label, Value string
	Wide         bool // takes the whole width
}

// Box is a place to tick.
type Box struct {
	Ticked bool
	Text   string
}

// Turn is one thing asked or answered, or told.
type Turn struct{ Who, Text string }

// Table is a table with its head; short rows have blanks.
type Table struct {
	Head   []string
	Widths []int // of the columns, in hundredths
	Rows   [][]string
	Links  []string // where a row leads to in the dossier
}

// Sign is a line to sign on, with what was signed already.
type Sign struct {
	Who  string // 申请人（签名、盖章或者按指印）
	Name string
	How  string // how it was signed; "" not yet
	On   string
	Hand string // what was drawn, as a path on a sheet of 600 by 200
}

// Foot says from what a sheet was made.
type Foot struct {
	Version  int64
	Hash     string // of what stands on the sheet, SHA-256
	TextHash string // of the agreement's text, to which its signatures bind
}

// Name is what a paper is called in a list.
func (p Paper) Name() string {
	if p.About == "" {
		return p.Title
	}
	return p.Title + "（" + p.About + "）"
}

// of reads a case for its papers, with the screening entry where a round found it.
func (s *Service) of(ctx context.Context, g authz.Grant, id ident.ID) (*file, error) {
	d, err := s.Cases.Dossier(ctx, g, id)
	if err != nil {
		return nil, err
	}
	f := &file{Dossier: d}
	if !d.ScreeningRound.IsZero() && s.Round != nil {
		if f.screened, err = s.Round(ctx, g.By(), d.ScreeningRound, d.ID); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// formNames are the forms in the order of their numbers, with the titles of their sheets.
var formNames = []struct{ form, title string }{
	{"f1", "人民调解卷宗"}, {"f2", "卷内目录"}, {"f3", "人民调解申请书"}, {"f4", "人民调解受理登记表"}, {"f5", "人民调解权利义务告知书"},
	{"f6", "授权委托书"}, {"f7", "人民调解调查记录"}, {"f8", "证据材料登记表"}, {"f9", "人民调解记录"}, {"f10", "人民调解协议书"},
	{"f11", "人民调解口头协议登记表"}, {"f12", "人民调解回访记录"}, {"f13", "司法确认申请书"}, {"f14", "卷宗情况说明"}, {"f15", "封底"},
	{"f16", "结案报告表"}, {"f17a", "矛盾纠纷排查登记表"}, {"f17b", "移交（转）函"}, {"f17c", "终止调解通知书"}, {"f17d", "不予受理通知书"},
}

func titleOf(form string) string {
	for _, f := range formNames {
		if f.form == form {
			return f.title
		}
	}
	return ""
}

var errNoForm = fault.New(fault.Missing, "", "没有这种文书。", "There is no such paper.")

// errNotYet is answered for a form of which the case has no sheet yet.
var errNotYet = fault.New(fault.Missing, "no_paper", "这件案子还没有这份文书；需要手填的，可以打印空白表。",
	"The case does not have this paper yet; a blank form can be printed.")

// partyForms are the papers that a party may have of its own case; what the other side alone says of itself is in none.
var partyForms = []string{"f3", "f5", "f6", "f10", "f11", "f13", "f17c", "f17d"}

// papers draws the sheets of a form: all of them, or blank ones.
func (f *file) papers(form string, blank bool) ([]Paper, error) {
	draw, known := makers[form]
	if !known || f.Seen == authz.Party && !slices.Contains(partyForms, form) {
		return nil, errNoForm
	}
	if blank {
		f = f.blank()
	}
	out := draw(f)
	if f.Seen == authz.Party {
		out = slices.DeleteFunc(out, func(p Paper) bool { return !p.Party.IsZero() && p.Party != f.Me })
	}
	for i := range out {
		f.finish(&out[i], form)
	}
	if len(out) == 0 {
		return nil, errNotYet
	}
	return out, nil
}
