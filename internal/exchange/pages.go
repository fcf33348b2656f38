package exchange

import (
	"bytes"
	"strconv"

	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
	"fengqiao/internal/sheet"
)

const home = "/exchange"

// Pages mounts the way of a ledger into the system.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", home, Importing, s.list)
	site.Handle("POST", home, Importing, s.takeFile, page.Uploads(), page.Patient(2*readingTime))
	site.Handle("GET", home+"/template", Importing, s.template)
	site.Handle("GET", home+"/:id", Importing, s.show)
	site.Handle("GET", home+"/:id/columns", Importing, s.askColumns)
	site.Handle("POST", home+"/:id/columns", Importing, s.takeColumns, page.Patient(2*readingTime))
	site.Handle("GET", home+"/:id/start", Importing, s.askStart)
	site.Handle("POST", home+"/:id/start", Importing, s.takeStart, page.Patient(2*readingTime))
	site.Handle("GET", home+"/:id/drop", Importing, s.askDrop)
	site.Handle("POST", home+"/:id/drop", Importing, s.takeDrop)
}

// listView is the imports so far, and the form for the next.
type listView struct {
	Imports []importView
	For     []page.Option // the committees of whoever chairs several
	Next    string
}

// importView is an import in words.
type importView struct {
	Import
	Tag page.Tag
}

var stateKinds = map[State]string{Uploaded: "info", Checking: "info", Checked: "warn", Entering: "info", Done: "ok", Stopped: "err", Forgotten: "plain"}

func viewOf(r *page.Request, i Import) importView {
	return importView{i, page.Tag{Kind: stateKinds[i.State], Text: r.Say("exchange.state." + string(i.State))}}
}

func (s *Service) listView(r *page.Request) (*listView, error) {
	v := &listView{}
	var after ident.ID
	if text := r.Query("cursor"); text != "" {
		var err error
		if after, err = ident.ParseID(text); err != nil {
			return v, fault.NoSuch()
		}
	}
	err := s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		for _, id := range r.Grant.Committees() {
			c, err := registry.FindCommittee(tx, id)
			if err != nil {
				return err
			}
			v.For = append(v.For, page.Option{Value: id.String(), Text: c.Name})
		}
		return nil
	})
	if err != nil {
		return v, err
	}
	rows, next, err := s.Imports(r.Context(), r.Grant, after, 20)
	for _, i := range rows {
		v.Imports = append(v.Imports, viewOf(r, i))
	}
	if !next.IsZero() {
		v.Next = next.String()
	}
	return v, err
}

func (s *Service) list(r *page.Request) (page.Reply, error) {
	v, err := s.listView(r)
	return page.Show("exchange/list", v), err
}

func (s *Service) template(*page.Request) (page.Reply, error) {
	var b bytes.Buffer
	err := writeTemplate(&b)
	return page.Download("台账模板.xlsx", sheet.XLSX.MediaType(), &b), err
}

func (s *Service) takeFile(r *page.Request) (page.Reply, error) {
	i, err := s.uploaded(r)
	if err == nil {
		return page.SeeOther(home + "/" + i.ID.String() + "/columns"), nil
	}
	v, bad := s.listView(r)
	if bad != nil {
		return page.Reply{}, bad
	}
	return page.Again("exchange/list", v, err), nil
}

func (s *Service) uploaded(r *page.Request) (Import, error) {
	sent, ok := r.File("file")
	if !ok {
		return Import{}, fault.New(fault.Invalid, "", "请选择一个文件。", "Please choose a file.").At("file")
	}
	f, err := sent.Open()
	if err != nil {
		return Import{}, err
	}
	defer f.Close()
	var committee ident.ID
	if text := r.Form("committee_id"); text != "" {
		if committee, err = ident.ParseID(text); err != nil {
			return Import{}, fault.NoSuch()
		}
	}
	return s.Upload(r.Context(), r.Grant, committee, f)
}

// showView is how an import stands, with the rows that need somebody's eye.
type showView struct {
	importView
	Found []Found
	Which string
	Next  int
}

// of is the import that the address names.
func (s *Service) of(r *page.Request) (Import, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return Import{}, fault.NoSuch()
	}
	return s.see(r.Context(), r.Grant, id)
}

// Reload is after how many seconds the page is to be looked at again; 0 for never.
func (v *showView) Reload() int {
	if v.Working() {
		return 3
	}
	return 0
}

func (s *Service) show(r *page.Request) (page.Reply, error) {
	i, err := s.of(r)
	if err != nil {
		return page.Reply{}, err
	}
	if i.State == Uploaded {
		return page.SeeOther(home + "/" + i.ID.String() + "/columns"), nil
	}
	v := &showView{importView: viewOf(r, i), Which: r.Query("rows")}
	states := map[string][]string{"": {rowBad, rowDouble, rowFailed}, rowBad: {rowBad}, rowDouble: {rowDouble}, rowThere: {rowThere}, rowFailed: {rowFailed}, rowMade: {rowMade}}[v.Which]
	if states == nil {
		return page.Reply{}, fault.NoSuch()
	}
	after, _ := strconv.Atoi(r.Query("after")) // what is no number begins at the beginning
	v.Found, v.Next, err = s.Found(r.Context(), r.Grant, i.ID, after, 50, r.Lang, states...)
	return page.Show("exchange/show", v), err
}

// columnsView is the form that says which column is which.
type columnsView struct {
	importView
	Fields []page.Option
	Asked  []askedColumn
}

type askedColumn struct{ Name, Letter, Heading, Field string }

func (s *Service) columnsView(r *page.Request, i Import) *columnsView {
	v := &columnsView{importView: viewOf(r, i)}
	for _, f := range fields {
		text := f.Says.In(r.Lang)
		if f.Needed {
			text = r.Say("exchange.needed", text)
		}
		v.Fields = append(v.Fields, page.Option{Value: f.Name, Text: text})
	}
	for n, h := range i.Headings {
		v.Asked = append(v.Asked, askedColumn{"columns[" + strconv.Itoa(n) + "]", sheet.ColumnName(n), h, i.Columns[n]})
	}
	return v
}

func (s *Service) askColumns(r *page.Request) (page.Reply, error) {
	i, err := s.of(r)
	if err != nil {
		return page.Reply{}, err
	}
	if i.State != Uploaded && i.State != Checked {
		return page.SeeOther(home + "/" + i.ID.String()), nil
	}
	return page.Show("exchange/columns", s.columnsView(r, i)), nil
}

func (s *Service) takeColumns(r *page.Request) (page.Reply, error) {
	i, err := s.of(r)
	if err != nil {
		return page.Reply{}, err
	}
	c := make(columns, len(i.Headings))
	for n := range c {
		c[n] = r.Form("columns[" + strconv.Itoa(n) + "]")
	}
	if _, err := s.Match(r.Context(), r.Grant, i.ID, r.Version(), c); err != nil {
		return page.Again("exchange/columns", s.columnsView(r, i), err), nil
	}
	return page.SeeOther(home + "/" + i.ID.String()), nil
}

func (s *Service) askStart(r *page.Request) (page.Reply, error) {
	i, err := s.of(r)
	if err != nil {
		return page.Reply{}, err
	}
	if i.State != Checked {
		return page.SeeOther(home + "/" + i.ID.String()), nil
	}
	return page.Show("exchange/start", &showView{importView: viewOf(r, i)}), nil
}

func (s *Service) takeStart(r *page.Request) (page.Reply, error) {
	i, err := s.of(r)
	if err != nil {
		return page.Reply{}, err
	}
	in := Start{Choice: r.Form("choice"), Doubles: r.Ticked("with_doubles"), Told: r.Ticked("rights_told")}
	if _, err := s.Start(r.Context(), r.Grant, i.ID, r.Version(), in); err != nil {
		return page.Again("exchange/start", &showView{importView: viewOf(r, i)}, err), nil
	}
	return page.SeeOther(home + "/" + i.ID.String()), nil
}

func (s *Service) askDrop(r *page.Request) (page.Reply, error) {
	i, err := s.of(r)
	if err != nil {
		return page.Reply{}, err
	}
	at := home + "/" + i.ID.String()
	if i.State == Forgotten {
		return page.SeeOther(at), nil
	}
	return page.Show("confirm", page.Confirm{Title: r.Say("exchange.drop"), Text: r.Say("exchange.drop_text"), Action: at + "/drop", Submit: r.Say("exchange.drop"),
		Cancel: at, Version: i.Version, Danger: true}), nil
}

func (s *Service) takeDrop(r *page.Request) (page.Reply, error) {
	i, err := s.of(r)
	if err != nil {
		return page.Reply{}, err
	}
	_, err = s.Drop(r.Context(), r.Grant, i.ID, 0) // it is stopped however far it has come
	return page.SeeOther(home + "?done=exchange_dropped"), err
}
