package returns

import (
	"slices"

	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/tally"
)

// Pages mounts the official tables for people. Each figure leads to the list behind it.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", tablePath, "report.read", s.showCaseTable, page.Patient(tally.Patience))
	site.Handle("GET", organisationPath, "report.brief", s.showOrganisation, page.Patient(tally.Patience))
	site.Handle("GET", ofStanding, "report.brief", s.showListed, page.Patient(tally.Patience))
	site.Handle("GET", fundingPath, "report.brief", s.showFunding, page.Patient(tally.Patience))
	site.Handle("POST", fundingPath, Recording, s.takeFunding)
	site.Handle("GET", handedPath, "report.read", s.showHandedList, page.Patient(tally.Patience))
	site.Handle("POST", handedPath, Handing, s.takeHanded, page.Patient(tally.Patience))
	site.Handle("GET", handedPath+"/:id", "report.read", s.showHanded, page.Patient(tally.Patience))
}

const tablePath, organisationPath, fundingPath, handedPath = "/reports/case-table", "/reports/organisation-table", "/reports/funding", "/reports/returns"

// sheetView is a table by its blocks, and by units.
type sheetView struct {
	Blocks  []block
	Checks  []Check
	Heads   []Figure // of the columns that units show
	Groups  []groupLine
	Grouped string // area or committee
	TooMany bool   // committees of more than a county are too many for one page
}

// block is a part of the table that reads as one.
type block struct {
	Name    string
	Figures []Figure
}

// groupLine is a unit with what tells most of it; its own table has the rest.
type groupLine struct {
	Row
	Href    string
	Figures []Figure
	Foot    bool
}

// tableView is the case table, live.
type tableView struct {
	tally.Question
	Table
	Sheet    sheetView
	Empty    bool
	MayHand  bool
	Complete bool // whole months that are over: it can be handed in
	Funding  string
	Trained  Trained
	Note     string
	AsOf     any
	Year     int
}

func (s *Service) showCaseTable(r *page.Request) (page.Reply, error) {
	v := &tableView{Question: tally.Question{Path: tablePath}}
	t, err := tally.Answer(r, &v.Question, func(a tally.Ask) (Table, error) { return s.CaseTable(r.Context(), r.Grant, a) })
	if err != nil {
		return page.Again("report/case-table", v, err), nil
	}
	v.Table = t.In(r.Lang, tally.Pages)
	if reply, is, err := tally.Sheet(r, v.Table); is {
		return reply, err
	}
	v.Settled(r, t.Head)
	v.Empty = !slices.ContainsFunc(v.Columns, func(f Figure) bool { return f.Count > 0 })
	v.Sheet = arrange(v.Columns, v.Rows, v.Foot, v.Checks, v.Ask.Group)
	for i, g := range v.Sheet.Groups {
		if v.Ask.Group == tally.ByArea && !g.Itself && !g.Foot {
			v.Sheet.Groups[i].Href = v.At(ident.Area(g.Key), v.From, v.To)
		}
	}
	v.offer(r, t.Head)
	return page.Show("report/case-table", v), nil
}

// offer tells whether the table can be handed in by this reader.
func (v *tableView) offer(r *page.Request, h tally.Head) {
	v.MayHand = r.May(Handing) && h.Committee == ""
	v.Complete = h.From == h.From.FirstOfMonth() && h.To == h.To.FirstOfMonth().PlusMonths(1).Plus(-1) && h.To.Start().Before(h.Snapshot) && !h.To.End().After(h.Snapshot)
}

// mostGroups is how many groups fit on one page of 80 KB.
const mostGroups = 400

// telling are the columns that tell most of a unit.
func telling(all []Figure, blocks []block) (out []Figure) {
	of := map[int]string{}
	for _, b := range blocks {
		for _, f := range b.Figures {
			of[f.Col] = b.Name
		}
	}
	for _, f := range all {
		switch of[f.Col] {
		case "total", "form":
			out = append(out, f)
		case "bodies", "persons":
			if f.Col == allBodies || f.Col == allPersons || f.Col == fullTime || f.Col == women {
				out = append(out, f)
			}
		}
	}
	return out
}

// arrange sorts the columns into blocks, and takes of each unit what tells most.
func arrange(columns []Figure, rows, foot []Row, checks []Check, grouped string) (v sheetView) {
	v.Checks, v.Grouped = checks, grouped
	for _, f := range columns {
		if n := len(v.Blocks); n == 0 || v.Blocks[n-1].Name != f.Block {
			v.Blocks = append(v.Blocks, block{Name: f.Block})
		}
		last := &v.Blocks[len(v.Blocks)-1]
		last.Figures = append(last.Figures, f)
	}
	v.Heads = telling(columns, v.Blocks)
	if v.TooMany = len(rows) > mostGroups; !v.TooMany {
		for _, row := range rows {
			v.Groups = append(v.Groups, groupLine{Row: row, Figures: telling(row.Values, v.Blocks)})
		}
	}
	for _, row := range foot {
		v.Groups = append(v.Groups, groupLine{Row: row, Figures: telling(row.Values, v.Blocks), Foot: true})
	}
	return v
}

func (s *Service) showOrganisation(r *page.Request) (page.Reply, error) {
	v := &tableView{Question: tally.Question{Path: organisationPath}}
	o, err := tally.Answer(r, &v.Question, func(a tally.Ask) (Organisation, error) { return s.Organisation(r.Context(), r.Grant, a) })
	if err != nil {
		return page.Again("report/organisation-table", v, err), nil
	}
	o = o.In(r.Lang, tally.Pages)
	if reply, is, err := tally.Sheet(r, o); is {
		return reply, err
	}
	v.Settled(r, o.Head)
	v.Table, v.Note, v.AsOf, v.Year, v.Trained = Table{Head: o.Head}, o.Note, o.AsOf, o.Year, o.Trained
	v.Sheet = arrange(o.Columns, o.Rows, o.Foot, o.Checks, tally.ByArea)
	for i, g := range v.Sheet.Groups {
		if !g.Itself && !g.Foot {
			v.Sheet.Groups[i].Href = v.At(ident.Area(g.Key), v.From, v.To)
		}
	}
	v.offer(r, o.Head)
	v.Funding = fundingPath + "?area=" + string(o.Area)
	return page.Show("report/organisation-table", v), nil
}

// listedView is what a column of the organisation table counts.
type listedView struct {
	Heading string
	Block   string
	Rows    []Standing
	Next    string
	Persons bool
	Back    string
}

func (s *Service) showListed(r *page.Request) (page.Reply, error) {
	in, err := listingOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	rows, head, next, err := s.Listed(r.Context(), r.Grant, in)
	if err != nil {
		return page.Reply{}, err
	}
	v := &listedView{Heading: head.Text.In(r.Lang), Block: head.Block.In(r.Lang), Rows: rows, Persons: head.Persons, Back: organisationPath + "?area=" + string(in.Area)}
	if !next.IsZero() {
		v.Next = next.String()
	}
	return page.Show("report/organisation-listed", v), nil
}
