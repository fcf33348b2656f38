package paper

import (
	"fmt"
	"slices"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
)

// Need says whether a dossier must hold a paper.
type Need string

// The three needs.
const (
	Must     Need = "must"
	AsNeeded Need = "as_needed"
	Outside  Need = "outside" // can be printed, and has no place in this dossier
)

// Item is one place of the dossier: a form with its sheets, or a proof that is kept beside them.
type Item struct {
	Place   int    // 1–13; 0 for what stands before them
	Form    string // f1 … f17d; "" for a proof that is no form
	Paper   string // as files are marked
	Title   string
	Need    Need
	Sheets  []Paper
	Files   []casework.Attached // photographed back, or the proof itself
	Missing bool                // must be there, and is not
}

// Exists tells whether there is anything at its place.
func (i Item) Exists() bool { return len(i.Sheets)+len(i.Files) > 0 }

// vouched tells whether what must be there is: the sheet, or what the committee photographed. A party's photograph of a form
// is kept, and stands for no form; its proof of who it is does.
func (i Item) vouched() bool {
	return len(i.Sheets) > 0 || slices.ContainsFunc(i.Files, func(a casework.Attached) bool { return i.Form == "" || a.PartyID.IsZero() })
}

// places is the order of a dossier.
var places = []struct {
	place int
	paper string
	need  Need
}{
	{0, "f1", Must}, {0, "f2", Must}, {1, "f3", Must}, {1, "f4", Must}, {1, "f17a", AsNeeded}, {2, "f5", Must}, {3, "identity", Must}, {4, "f6", AsNeeded},
	{5, "f7", AsNeeded}, {6, "f8", AsNeeded}, {7, "f9", Must}, {8, "f10", Must}, {8, "f11", Must}, {8, "f17c", Must}, {8, "f17d", Must}, {9, "performance", AsNeeded},
	{10, "f12", AsNeeded}, {11, "f13", AsNeeded}, {11, "decision", AsNeeded}, {12, "f17b", AsNeeded}, {12, "f14", AsNeeded}, {12, "f16", AsNeeded}, {13, "f15", Must},
}

// items are the places of a case's dossier with what is there. A party's list holds its own papers.
func (f *file) items() []Item {
	var out []Item
	for _, p := range places {
		i := Item{Place: p.place, Paper: p.paper, Need: f.need(p.paper, p.need), Title: titleOf(p.paper), Files: f.marked(p.paper)}
		if i.Need == Outside && len(i.Files) > 0 { // what was put into the dossier is in its contents, C9
			i.Need = AsNeeded
		}
		if i.Title == "" {
			i.Title = codes.Papers.Name(p.paper, "zh-CN")
		} else {
			i.Form = p.paper
			i.Sheets, _ = f.papers(p.paper, false) // none yet is no failure here
		}
		if f.Seen == authz.Party && (i.Form == "" || !slices.Contains(partyForms, i.Form) || !i.Exists()) {
			continue
		}
		i.Missing = f.Seen != authz.Party && i.Need == Must && (!i.vouched() || i.Form == "f5" && f.untold())
		out = append(out, i)
	}
	return out
}

// untold: a party has not been told its rights and duties.
func (f *file) untold() bool {
	return slices.ContainsFunc(f.Here(), func(p casework.Party) bool { return p.NoticeAt == nil })
}

// need is what this dossier asks for: an application or the register of one's own motion; an agreement in its form, or the
// notice of what became of the case instead. A simple case that was settled by word of mouth needs its record and register.
func (f *file) need(paper string, otherwise Need) Need {
	of := func(here bool) Need {
		if here {
			return Must
		}
		return Outside
	}
	applied := len(f.Side(casework.Applicant)) > 0
	simple := f.Agreement != nil && f.Agreement.Form == casework.Oral && f.Difficulty == 1
	refused := f.State == casework.NotAccepted
	switch paper {
	case "f3":
		return of(applied)
	case "f4":
		return of(!applied)
	case "f17d":
		return of(refused)
	case "f17a":
		if f.ScreeningRound.IsZero() {
			return Outside
		}
	case "f17c":
		return of(f.Terminated())
	case "f10":
		return of(!refused && !f.Terminated() && (f.Agreement == nil || f.Agreement.Form == casework.Written) && f.Outcome != casework.Withdrawn && f.Outcome != casework.OutcomeTransferred)
	case "f13": // offered to be printed while it may be made, and in the dossier once it is
		if _, asked := f.matterAtCourt(); !asked {
			return Outside
		}
	case "f11":
		return of(f.Agreement != nil && f.Agreement.Form == casework.Oral)
	case "f5", "identity":
		if simple || refused {
			return AsNeeded
		}
	case "f9":
		if refused || f.Terminated() && f.FirstSessionAt == nil || f.Outcome == casework.Withdrawn {
			return AsNeeded
		}
	}
	return otherwise
}

// marked are the files that are marked as a paper.
func (f *file) marked(paper string) (out []casework.Attached) {
	for _, a := range f.Attachments {
		if a.Paper == paper || paper == "f8" && a.Paper == "" {
			out = append(out, a)
		}
	}
	return out
}

// Part is one document of the dossier: a sheet, or a file.
type Part struct {
	Sheet  *Paper
	File   *casework.Attached
	Name   string
	Remark string
	Anchor string // in the dossier as one document
	Listed bool   // in the contents: all but the cover and the contents themselves
	Page   int    // on which it begins; 0 where nobody has counted
}

// parts are the documents of the dossier in their order, with the contents filled in. count tells on which page each anchor
// begins, and how many pages there are; nil where there is nobody to count.
func (f *file) parts() []Part {
	var out []Part
	for _, i := range f.items() {
		if i.Need == Outside {
			continue
		}
		for n := range i.Sheets {
			out = append(out, Part{Sheet: &i.Sheets[n], Name: i.Sheets[n].Name(), Listed: i.Place > 0})
		}
		for n, a := range i.Files {
			name := i.Title + "（签署件）"
			switch {
			case i.Form != "" && i.Form != "f8" && !a.PartyID.IsZero():
				name = i.Title + "（" + orUnnamed(f.nameOf(a.PartyID)) + "提供）"
			case i.Form == "" || i.Form == "f8":
				name = i.Title + "：" + strings.TrimSuffix(a.Name, ending(a.Name))
			}
			out = append(out, Part{File: &i.Files[n], Name: name, Listed: true, Remark: remark(a)})
		}
	}
	for n := range out {
		out[n].Anchor = fmt.Sprintf("d%02d", n+1)
	}
	return out
}

func orUnnamed(name string) string {
	if name == "" {
		return "当事人"
	}
	return name
}

func ending(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		return name[i:]
	}
	return ""
}

// remark says of a file that is no picture that it lies beside the volume.
func remark(a casework.Attached) string {
	if isPicture(a.MediaType) {
		return "照片"
	}
	return "原件另附"
}

func isPicture(kind string) bool { return strings.HasPrefix(kind, "image/") }

// pagination is on which page each document of a volume begins, by its anchor, and how many pages there are.
type pagination struct {
	Begins map[string]int
	Total  int
}

// listing enters the documents into the contents, with the pages where somebody counted them: the first document after the
// contents begins page 1.
func (f *file) listing(parts []Part, pages pagination) {
	first := 0
	for _, p := range parts {
		if p.Listed && first == 0 {
			first = pages.Begins[p.Anchor]
		}
	}
	f.contents, f.total = nil, 0
	if pages.Total > 0 && first > 0 {
		f.total = pages.Total - first + 1
	}
	for i := range parts {
		if !parts[i].Listed {
			continue
		}
		if begins := pages.Begins[parts[i].Anchor]; f.total > 0 {
			parts[i].Page = begins - first + 1
		}
		f.contents = append(f.contents, listed{Name: parts[i].Name, Remark: parts[i].Remark, Anchor: parts[i].Anchor, Page: parts[i].Page})
	}
}

// volume is the whole dossier with its contents and back cover filled in.
func (f *file) volume(pages pagination) []Part {
	f.listing(f.parts(), pagination{}) // as many lines as there will be
	f.listing(f.parts(), pages)
	return f.parts()
}

// agreeing is the volume, whose contents must be what is there, C9.
func (f *file) agreeing(pages pagination) ([]Part, error) {
	parts := f.volume(pages)
	if wrong, found := f.checked(parts, pages); found {
		refusal := fault.Rule(wrong.ID, "", "")
		refusal.Text = wrong.Says
		return nil, refusal
	}
	return parts, nil
}

// checked is what the contents say beside what is there, C9.
func (f *file) checked(parts []Part, pages pagination) (casework.Finding, bool) {
	n := casework.Contents{Lines: len(f.contents), Total: f.total}
	for _, p := range parts {
		if p.Listed {
			n.Papers++
		}
	}
	for i, l := range f.contents {
		next := pages.Total + 1
		if i+1 < len(f.contents) {
			next = pages.Begins[f.contents[i+1].Anchor]
		}
		if f.total > 0 {
			n.Pages += next - pages.Begins[l.Anchor]
		}
	}
	return n.Finding()
}
