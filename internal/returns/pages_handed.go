package returns

import (
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
	"fengqiao/internal/sheet"
	"fengqiao/internal/tally"
)

// handedListView is the list of what was handed in.
type handedListView struct {
	Rows []handedLine
	Next string
}

type handedLine struct {
	HandedIn
	Unit string
}

func (s *Service) showHandedList(r *page.Request) (page.Reply, error) {
	ask := HandedAsked{Area: ident.Widen(r.Query("area")), Report: r.Query("report")}
	after, err := r.After()
	if err != nil {
		return page.Reply{}, err
	}
	ask.After = after
	rows, next, err := s.HandedList(r.Context(), r.Grant, ask)
	if err != nil {
		return page.Reply{}, err
	}
	v := &handedListView{}
	if !next.IsZero() {
		v.Next = next.String()
	}
	return page.Show("report/returns", v), s.db.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		for _, h := range rows {
			a, err := registry.FindArea(tx, h.AreaCode)
			if err != nil {
				return err
			}
			v.Rows = append(v.Rows, handedLine{h, a.FullName})
		}
		return nil
	})
}

// handedView is a handed-in table.
type handedView struct {
	HandedIn
	Frozen   Sheet
	Sheet    sheetView
	Versions []HandedIn
	Changes  []Change
	Latest   HandedIn
	Live     string // the same table as it would be counted now
	Path     string
	Below    []belowLine
	Missing  int // units below that had handed in nothing to compare

	Unsettled []HandedIn // this one or wider ones that wait for a later version
}

func (s *Service) showHanded(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	h, versions, changes, err := s.HandedBefore(r.Context(), r.Grant, id)
	if err != nil {
		return page.Reply{}, err
	}
	if asked := r.Query("format"); asked != "" {
		return handedFile(r, h, asked)
	}
	f, err := h.Open()
	if err != nil {
		return page.Reply{}, err
	}
	v := &handedView{HandedIn: h, Frozen: f.In(r.Lang), Versions: versions, Changes: changes, Latest: versions[0], Path: handedPath + "/" + h.ID.String()}
	if v.Unsettled, err = s.Unsettled(r.Context(), r.Grant, h); err != nil {
		return page.Reply{}, err
	}
	v.Below, v.Missing, _ = told(h, r.Lang)
	v.Sheet = arrange(v.Frozen.Columns, v.Frozen.Rows, v.Frozen.Foot, v.Frozen.Checks, tally.ByArea)
	live := tally.Question{Path: map[string]string{CaseTableReport: tablePath, OrganisationReport: organisationPath}[h.Report], Ask: tally.Ask{Basis: h.Basis, Group: tally.ByArea}}
	v.Live = live.At(h.AreaCode, h.From, h.To)
	return page.Show("report/returned", v), nil
}

func handedFile(r *page.Request, h HandedIn, asked string) (page.Reply, error) {
	format, err := sheet.ParseFormat(asked)
	if err != nil {
		return page.Reply{}, err
	}
	g, err := h.Grid(r.Lang)
	if err != nil {
		return page.Reply{}, err
	}
	return tally.File(h.File(), g, format)
}

// takeHanded hands a table in from the page on which it stands.
func (s *Service) takeHanded(r *page.Request) (page.Reply, error) {
	var bad fault.Check
	day := func(name string) calendar.Day {
		d, err := calendar.ParseDay(r.Form(name))
		bad.Take(name, err)
		return d
	}
	in := HandIn{Report: r.Form("report"), Area: ident.Widen(r.Form("area")), From: day("from"), To: day("to"), Basis: tally.Basis(r.Form("basis")), Reason: r.Form("reason"), Despite: r.Ticked("despite")}
	err := bad.Err()
	var h HandedIn
	if err == nil {
		h, err = s.HandInTable(r.Context(), r.Grant, in)
	}
	if err != nil {
		v := &handInView{HandIn: in}
		if v.Below, v.Missing, v.Differs = told(h, r.Lang); in.Despite {
			v.Differs = true
		}
		return page.Again("report/hand-in", v, err), nil
	}
	return page.SeeOther(handedPath + "/" + h.ID.String()), nil
}

// handInView is the form with what stood in the way.
type handInView struct {
	HandIn
	Below   []belowLine
	Missing int
	Differs bool
}

// belowLine is a unit below with what it handed in.
type belowLine struct {
	Below
	Last Tile // of several
}

// told are the units below that had handed something in, how many had not, and whether any of it differs.
func told(h HandedIn, lang string) (out []belowLine, missing int, differs bool) {
	f, err := h.Open()
	if err != nil { // it was never counted
		return nil, 0, false
	}
	for _, b := range f.In(lang).Below {
		if len(b.Tables) == 0 {
			missing++
			continue
		}
		out = append(out, belowLine{b, b.Tables[len(b.Tables)-1]})
		differs = differs || len(b.Differs) > 0
	}
	return out, missing, differs
}
