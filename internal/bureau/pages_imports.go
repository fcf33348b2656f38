package bureau

import (
	"bytes"
	"strconv"

	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/sheet"
)

// importsView is the tables that came in, the ways out, and the form for the next.
type importsView struct {
	*place
	Kinds  []kindView
	Lines  []importView
	Next   string
	Chosen []page.Option
}

// kindView is a kind of table with its columns.
type kindView struct {
	Kind, Name string
	Columns    []columnView
}

type columnView struct {
	Column
	Hint string
}

type importView struct {
	Import
	What string
	Tag  page.Tag
}

var kindOrder = []string{OfCommittees, OfMediators, OfCompounds}

func viewOf(r *page.Request, i Import) importView {
	return importView{i, r.Say("bureau.table." + i.Kind), page.Tag{Kind: map[string]string{Tried: "warn", Entered: "ok", Dropped: "plain"}[i.State],
		Text: r.Say("bureau.import." + i.State)}}
}

func (s *Service) importsView(r *page.Request) (*importsView, error) {
	v := &importsView{}
	for _, kind := range kindOrder {
		k := kindView{Kind: kind, Name: r.Say("bureau.table." + kind)}
		for _, c := range Tables[kind] {
			k.Columns = append(k.Columns, columnView{c, c.Says.In(r.Lang)})
		}
		v.Kinds, v.Chosen = append(v.Kinds, k), append(v.Chosen, page.Option{Value: kind, Text: k.Name})
	}
	after, err := afterOf(r)
	if err != nil {
		return v, err
	}
	err = s.read(r, func(tx *db.Tx) (err error) {
		if v.place, err = placeOf(tx, r); err != nil {
			return err
		}
		rows, err := importsOf(tx, v.County, after, linesOfPage+1)
		if len(rows) > linesOfPage {
			rows = rows[:linesOfPage]
			v.Next = rows[linesOfPage-1].ID.String()
		}
		for _, i := range rows {
			v.Lines = append(v.Lines, viewOf(r, i))
		}
		return err
	})
	return v, err
}

func (s *Service) showImports(r *page.Request) (page.Reply, error) {
	v, err := s.importsView(r)
	return page.Show("bureau/imports", v), err
}

func (s *Service) takeTable(r *page.Request) (page.Reply, error) {
	v, err := s.importsView(r)
	if err != nil {
		return page.Reply{}, err
	}
	f := &sent{Request: r}
	u, done := f.upload()
	defer done()
	if u == nil {
		f.bad.Add("file", "请选择一个文件。", "Please choose a file.")
	}
	err = f.bad.Err()
	var id ident.ID
	if err == nil {
		id, err = s.Upload(r.Context(), r.Grant, v.County, r.Form("kind"), u.Body)
	}
	if err != nil {
		return page.Again("bureau/imports", v, err), nil
	}
	return page.SeeOther(at(imports, id)), nil
}

// tableOut gives the register of a county as a table.
func (s *Service) tableOut(r *page.Request) (page.Reply, error) {
	kind := r.Query("kind")
	if Tables[kind] == nil {
		return page.Reply{}, fault.NoSuch()
	}
	var b bytes.Buffer
	var p *place
	err := s.read(r, func(tx *db.Tx) (err error) {
		if p, err = placeOf(tx, r); err != nil {
			return err
		}
		return writeTable(tx, &b, p.County, kind)
	})
	if err != nil {
		return page.Reply{}, err
	}
	return page.Download(p.Area.Name+tableNames[kind]+"名册"+string(p.Day)+".xlsx", sheet.XLSX.MediaType(), &b), nil
}

// tableEmpty gives the table that is filled in.
func (s *Service) tableEmpty(r *page.Request) (page.Reply, error) {
	kind := r.Query("kind")
	if Tables[kind] == nil {
		return page.Reply{}, fault.NoSuch()
	}
	var b bytes.Buffer
	err := writeEmpty(&b, kind)
	return page.Download(tableNames[kind]+"空表.xlsx", sheet.XLSX.MediaType(), &b), err
}

// importShown is one table, row by row, some at a time.
type importShown struct {
	importView
	Rows []outcomeLine
	Next string
}

type outcomeLine struct {
	Outcome
	Tag  page.Tag
	Says string
}

func (s *Service) importShown(r *page.Request) (*importShown, error) {
	v := &importShown{}
	id, err := idOf(r, "id")
	if err != nil {
		return v, err
	}
	err = s.read(r, func(tx *db.Tx) error {
		i, err := importOf(tx, r.Grant, id)
		v.importView = viewOf(r, i)
		return err
	})
	if err != nil {
		return v, err
	}
	v.rows(r)
	return v, nil
}

// rows puts what became of the rows into words: those that need somebody's eye, or those asked for.
func (v *importShown) rows(r *page.Request) {
	var all []Outcome
	for _, o := range v.Outcomes {
		if which := r.Query("rows"); which == "" && o.State != RowGood || which == o.State || which == "all" || which == "" && v.Bad+v.There == 0 {
			all = append(all, o)
		}
	}
	key := func(o Outcome) string { return strconv.Itoa(o.Number) }
	some, next := from(all, r.Query("cursor"), key)
	v.Next = next
	for _, o := range some {
		kind := map[string]string{RowGood: "ok", RowThere: "plain", RowBad: "err"}[o.State]
		name := "bureau.row." + o.State
		if o.State == RowGood && v.State == Entered {
			name = "bureau.row.entered"
		}
		v.Rows = append(v.Rows, outcomeLine{o, page.Tag{Kind: kind, Text: r.Say(name)}, o.Why.In(r.Lang)})
	}
}

func (s *Service) showImport(r *page.Request) (page.Reply, error) {
	v, err := s.importShown(r)
	return page.Show("bureau/import", v), err
}

func (s *Service) takeEnter(r *page.Request) (page.Reply, error) {
	return s.ends(r, func(id ident.ID) (string, error) {
		_, err := s.Enter(r.Context(), r.Grant, id, r.Version())
		return at(imports, id) + "?done=bureau_entered", err
	})
}

func (s *Service) takeDrop(r *page.Request) (page.Reply, error) {
	return s.ends(r, func(id ident.ID) (string, error) {
		_, err := s.Drop(r.Context(), r.Grant, id, r.Version())
		return at(imports, id) + "?done=bureau_dropped", err
	})
}

func (s *Service) ends(r *page.Request, do func(ident.ID) (string, error)) (page.Reply, error) {
	v, err := s.importShown(r)
	if err != nil {
		return page.Reply{}, err
	}
	to, err := do(v.ID)
	if err != nil {
		return page.Again("bureau/import", v, err), nil
	}
	return page.SeeOther(to), nil
}
