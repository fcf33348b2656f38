package paper

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
)

// file is a case on the table of whoever draws its papers.
type file struct {
	casework.Dossier
	screened *Screened
	empty    bool     // blank forms: nothing but the number
	contents []listed // of the dossier, once it is known what is in it
	total    int      // pages of the dossier; 0 while nobody has counted
}

// listed is one line of the contents.
type listed struct {
	Name, Remark string
	Anchor       string
	Page         int // 0 while nobody has counted
}

// blank is the same case with nothing in it but its number: who fills a form by hand starts from here. Kinds of parties
// stay, since a person and an organisation have other fields.
func (f *file) blank() *file {
	b := &file{Dossier: casework.Dossier{Committee: f.Committee, Region: f.Region, Seen: f.Seen, Me: f.Me}, empty: true}
	b.Key, b.Version, b.CaseNo, b.IntakeNo, b.Reference = f.Key, f.Version, f.CaseNo, f.IntakeNo, f.Reference
	for _, p := range f.Here() {
		b.Sides = append(b.Sides, casework.Party{Key: p.Key, Role: p.Role, Kind: p.Kind})
	}
	return b
}

// finish gives a sheet its head and its foot. The hash is of what stands on the sheet and not of the version, so that a
// sheet keeps it while other parts of the case go on.
func (f *file) finish(p *Paper, form string) {
	p.Form, p.Region, p.Unit, p.Number = form, f.Region, f.Committee.Name, f.number()
	if p.Title == "" {
		p.Title = titleOf(form)
	}
	text, err := json.Marshal(p)
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	sum := sha256.Sum256(text)
	p.Foot.Version, p.Foot.Hash = f.Version, hex.EncodeToString(sum[:])
}

// number is the case number; before it is given, a blank for it beside the number of the intake.
func (f *file) number() string {
	if f.CaseNo != "" {
		return f.CaseNo
	}
	return "（　　　　）人调字第　　　号（临时编号：" + f.IntakeNo + "）"
}

// agreementNo is the number of the agreement: the case's, and from the second version on which one it is.
func (f *file) agreementNo() string {
	if f.Agreement != nil && f.Agreement.Number > 1 {
		return fmt.Sprintf("%s-%d", f.number(), f.Agreement.Number)
	}
	return f.number()
}

// title is what the dossier is called: the parties and the kind of dispute.
func (f *file) title() string {
	if f.empty {
		return ""
	}
	one, other := f.names(casework.Applicant), f.names(casework.Respondent)
	switch {
	case one == "":
		one = other
	case other != "":
		one += "与" + other
	}
	return one + codes.Untitled(f.Category)
}

func (f *file) names(role string) string {
	var names []string
	for _, p := range f.Side(role) {
		if p.Name != "" {
			names = append(names, p.Name)
		}
	}
	return strings.Join(names, "、")
}

func (f *file) nameOf(party ident.ID) string {
	for _, p := range f.Sides {
		if p.ID == party {
			return p.Name
		}
	}
	return ""
}

func (f *file) namesOf(parties []ident.ID) string {
	var names []string
	for _, id := range parties {
		names = append(names, f.nameOf(id))
	}
	return strings.Join(names, "、")
}

// mediators are the names of those who mediate, the host first.
func (f *file) mediators() string {
	var names []string
	for _, m := range f.Mediators() {
		names = append(names, m.Name)
	}
	return strings.Join(names, "、")
}

func (f *file) host() string {
	if all := f.Mediators(); len(all) > 0 {
		return all[0].Name
	}
	return ""
}

const (
	noDay    = "　　　　年　　月　　日"
	kept     = "（不在此显示）" // what is known of the other side and is not this reader's
	keptSafe = "（住址保密）"  // M11: the address of whoever may be in danger is on no paper that others get
	signHere = "（签名、盖章或者按指印）"
)

// day writes a day as papers do: 2026年3月6日; a blank for none.
func day(d calendar.Day) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return noDay
	}
	return t.Format("2006年1月2日")
}

// known is a day, or nothing.
func known(d calendar.Day) string {
	if d.IsZero() {
		return ""
	}
	return day(d)
}

func at(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return day(calendar.DayOf(*t))
}

var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// span writes from when to when somebody sat: 2026年3月6日 10:00 至 11:30.
func span(from time.Time, to *time.Time) string {
	if from.IsZero() {
		return ""
	}
	out := day(calendar.DayOf(from)) + from.In(shanghai).Format(" 15:04")
	switch {
	case to == nil:
	case calendar.DayOf(*to) == calendar.DayOf(from):
		out += to.In(shanghai).Format(" 至 15:04")
	default:
		out += " 至 " + day(calendar.DayOf(*to)) + to.In(shanghai).Format(" 15:04")
	}
	return out
}

// yuan writes an amount in figures and in capitals.
func yuan(f money.Fen) string { return f.String() + "元（大写：人民币" + f.Capital() + "）" }

// paras are the paragraphs of a text.
func paras(text string) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// told is a text under its heading, or empty lines to write it on.
func told(heading, text string, lines int) Block {
	if said := paras(text); len(said) > 0 {
		return Block{Heading: heading, Paras: said}
	}
	return Block{Heading: heading, Lines: lines}
}
