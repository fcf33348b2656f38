package enrolment

import (
	"bytes"
	"strconv"

	"fengqiao/internal/bureau"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
	"fengqiao/internal/sheet"
)

const (
	imports     = "/bureau/imports"
	linesOfPage = 20
)

// Pages mounts tables in and out, among the pages of the register.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", imports, registry.Keeping, s.showImports)
	site.Handle("POST", imports, registry.Keeping, s.takeTable, page.Uploads(), page.Patient(2*readingTime))
	site.Handle("GET", imports+"/table", registry.Exporting, s.tableOut, page.Saves(), page.Patient(2*readingTime))
	site.Handle("GET", imports+"/empty", registry.Keeping, s.tableEmpty)
	site.Handle("GET", imports+"/:id", registry.Keeping, s.showImport)
	site.Handle("POST", imports+"/:id/enter", registry.Keeping, s.takeEnter, page.Patient(2*readingTime))
	site.Handle("POST", imports+"/:id/drop", registry.Keeping, s.takeDrop)
}

func at(id ident.ID) string { return imports + "/" + id.String() }

// importsView is the tables that came in, the ways out, and the form for the next.
type importsView struct {
	*bureau.Place
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
	after, err := bureau.AfterOf(r)
	if err != nil {
		return v, err
	}
	err = s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) (err error) {
		if v.Place, err = bureau.PlaceOf(tx, r); err != nil {
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
	return page.Show("enrolment/list", v), err
}

func (s *Service) takeTable(r *page.Request) (page.Reply, error) {
	v, err := s.importsView(r)
	if err != nil {
		return page.Reply{}, err
	}
	id, err := s.taken(r, v.County)
	if err != nil {
		return page.Again("enrolment/list", v, err), nil
	}
	return page.SeeOther(at(id)), nil
}

// taken takes the file that came with a form.
func (s *Service) taken(r *page.Request, county ident.County) (ident.ID, error) {
	header, ok := r.File("file")
	if !ok {
		return ident.ID{}, fault.New(fault.Invalid, "", "请选择一个文件。", "Please choose a file.").At("file")
	}
	body, err := header.Open()
	if err != nil {
		return ident.ID{}, err
	}
	defer body.Close()
	return s.Upload(r.Context(), r.Grant, county, r.Form("kind"), body)
}

// tableOut gives the register of a county as a table.
func (s *Service) tableOut(r *page.Request) (page.Reply, error) {
	kind := r.Query("kind")
	if Tables[kind] == nil {
		return page.Reply{}, fault.NoSuch()
	}
	var b bytes.Buffer
	var p *bureau.Place
	err := s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) (err error) {
		if p, err = bureau.PlaceOf(tx, r); err != nil {
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
	id, err := bureau.IDOf(r, "id")
	if err != nil {
		return v, err
	}
	err = s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
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
	some, next := bureau.From(all, r.Query("cursor"), key)
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
	return page.Show("enrolment/table", v), err
}

func (s *Service) takeEnter(r *page.Request) (page.Reply, error) {
	return s.ends(r, func(id ident.ID) (string, error) {
		_, err := s.Enter(r.Context(), r.Grant, id, r.Version())
		return at(id) + "?done=bureau_entered", err
	})
}

func (s *Service) takeDrop(r *page.Request) (page.Reply, error) {
	return s.ends(r, func(id ident.ID) (string, error) {
		_, err := s.Drop(r.Context(), r.Grant, id, r.Version())
		return at(id) + "?done=bureau_dropped", err
	})
}

func (s *Service) ends(r *page.Request, do func(ident.ID) (string, error)) (page.Reply, error) {
	v, err := s.importShown(r)
	if err != nil {
		return page.Reply{}, err
	}
	to, err := do(v.ID)
	if err != nil {
		return page.Again("enrolment/table", v, err), nil
	}
	return page.SeeOther(to), nil
}
