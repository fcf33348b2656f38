package enrolment

import (
	"context"
	"strconv"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/sheet"
)

// entering enters the rows of a table in one transaction.
type entering struct {
	*Service
	ctx  context.Context
	tx   *db.Tx
	g    authz.Grant
	acts *registry.Service

	line
	bad fault.Check // what is wrong with cells, by heading
}

// columnOf is the heading of what a fault of the registry is about.
var columnOf = map[string]string{"name": colName, "short_name": colShort, "type": colType, "area_code": colArea, "sector": colSector, "method": colMethod,
	"electing": colElecting, "decided_on": colDecided, "person.name": colPerson, "person.id_number": colIDNumber, "id_number": colIDNumber, "phone": colMobile,
	"person.sex": colIDNumber, "education": colEducation, "background": colBrings, "office": colOffice, "households": colHouses}

// already are the codes of faults that say: it is in the register already.
var already = map[string]bool{"member": true, "mediator": true, "compound": true, "committee_there": true}

// row enters one row, and says what became of it. Only what failed on our side is an error.
func (e *entering) row(kind string, l line) (Outcome, error) {
	e.line, e.bad = l, fault.Check{}
	for _, p := range l.Problems {
		e.bad.Take(p.Column, &fault.Fault{Kind: fault.Invalid, Text: p.Text})
	}
	for _, c := range Tables[kind] {
		if c.Needed && l.Cells[c.Name] == "" {
			e.bad.Add(c.Name, "请填写这一项。", "Please fill this in.")
		}
	}
	o := Outcome{Number: l.Number, State: RowGood, What: e.what(kind)}
	do := map[string]func() error{OfCommittees: e.committee, OfMediators: e.mediator, OfCompounds: e.compound}[kind]
	err := e.tx.Try(do)
	f := fault.Of(err)
	switch {
	case err == nil:
		return o, nil
	case f.Kind == fault.Internal || f.Kind == fault.Unavailable:
		return o, err
	case already[f.Code]:
		o.State, o.Why = RowThere, f.Text
	default:
		o.State, o.Why = RowBad, f.Text
		if len(f.Fields) > 0 {
			o.Why, o.At = f.Fields[0].Text, f.Fields[0].At
			if name := columnOf[o.At]; name != "" {
				o.At = name
			}
		}
	}
	return o, nil
}

// what names a row for whoever reads what became of it.
func (e *entering) what(kind string) string {
	switch kind {
	case OfCommittees:
		return e.Cells[colName]
	case OfMediators:
		return strings.TrimSpace(e.Cells[colPerson] + " · " + e.Cells[colOf])
	}
	return e.Cells[colCompound]
}

// chosen reads a cell that holds a code, or what it is called; "" where nothing stands.
func (e *entering) chosen(name string, list codes.List) string {
	text := e.Cells[name]
	if text == "" {
		return ""
	}
	c, ok := list.Resolve(text)
	if !ok {
		e.bad.Add(name, "没有这一项，请填写列表中的名称。", "There is no such entry; please write a name of the list.")
	}
	return c.Code
}

func (e *entering) day(name string) calendar.Day {
	text := e.Cells[name]
	if text == "" {
		return ""
	}
	d, ok := sheet.Day(text)
	if !ok {
		e.bad.Add(name, "看不懂这个日期，请写成 2025-03-06 这样。", "This day is not understood; please write it like 2025-03-06.")
	}
	return calendar.Day(d)
}

func (e *entering) yes(name string) bool {
	switch text := e.Cells[name]; text {
	case "", "否", "兼职":
	case "是", "专职", "√":
		return true
	default:
		e.bad.Add(name, "请填“是”或者“否”。", "Please write 是 or 否.")
	}
	return false
}

// area reads a code of an area; a spreadsheet program may have kept it as a number.
func (e *entering) area() ident.Area { return ident.Area(strings.TrimSuffix(e.Cells[colArea], ".0")) }

func (e *entering) committee() error {
	in := registry.NewCommittee{Type: registry.Type(e.chosen(colType, codes.CommitteeTypes)), Name: e.Cells[colName], ShortName: e.Cells[colShort], AreaCode: e.area(),
		Sector: e.chosen(colSector, codes.Sectors), Phone: e.Cells[colPhone], Address: e.Cells[colAddress]}
	term := registry.NewTerm{Method: registry.Method(e.chosen(colMethod, codes.ElectionMethods)), Electing: e.Cells[colElecting], DecidedOn: e.day(colDecided)}
	if in.AreaCode.County() != e.tx.County && in.AreaCode != "" {
		e.bad.Add(colArea, "请填写本县（市、区）内的区划代码。", "Give a code of this county.")
	}
	if err := e.bad.Err(); err != nil {
		return err
	}
	was, err := registry.CommitteeCalled(e.tx, e.tx.County, in.ShortName)
	if err == nil && ident.MatchName(was.Name) == ident.MatchName(in.Name) {
		return fault.New(fault.Conflict, "committee_there", "已经登记。", "It is entered already.")
	}
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	c, err := e.acts.Draft(e.ctx, e.g, in)
	if err != nil || e.Cells[colMethod] == "" {
		return err
	}
	_, err = e.acts.OpenTerm(e.ctx, e.g, c.ID, term)
	return err
}

func (e *entering) mediator() error {
	person := registry.Person{Name: e.Cells[colPerson], IDNumber: e.Cells[colIDNumber], Phone: strings.TrimSuffix(e.Cells[colMobile], ".0"),
		Ethnicity: e.chosen(colEthnic, codes.Ethnicities), Citizen: e.yes(colCitizen)}
	served := registry.Served{Education: e.chosen(colEducation, codes.Educations), FullTime: e.yes(colFullTime)}
	for _, word := range strings.FieldsFunc(e.Cells[colBrings], func(r rune) bool { return strings.ContainsRune("、,，;；", r) }) {
		c, ok := codes.Backgrounds.Resolve(strings.TrimSpace(word))
		if !ok {
			e.bad.Add(colBrings, "没有这一项，请填写列表中的名称。", "There is no such entry; please write a name of the list.")
		}
		served.Background = append(served.Background, c.Code)
	}
	office, on := registry.Office(e.chosen(colOffice, codes.Offices)), e.day(colFrom)
	if err := e.bad.Err(); err != nil {
		return err
	}
	c, err := e.committeeIn(colOf)
	if err != nil {
		return err
	}
	if office == "" {
		_, err = e.acts.Engage(e.ctx, e.g, c.ID, registry.NewMediator{Person: person, Served: served, On: on})
	} else {
		_, err = e.acts.AddMember(e.ctx, e.g, c.ID, registry.NewMember{Person: person, Served: served, Office: office, On: on})
	}
	return err
}

// committeeIn is the committee that a cell names.
func (e *entering) committeeIn(column string) (registry.Committee, error) {
	c, err := registry.CommitteeCalled(e.tx, e.tx.County, e.Cells[column])
	if fault.Is(err, fault.Missing) {
		return c, fault.New(fault.Invalid, "", "没有登记这个调委会，请填写它的简称或者全称。", "No such committee is entered; please write its short or full name.").At(column)
	}
	return c, err
}

func (e *entering) compound() error {
	in := registry.NewCompound{Name: e.Cells[colCompound], AreaCode: e.area(), Address: e.Cells[colAddress]}
	if text := strings.TrimSuffix(e.Cells[colHouses], ".0"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n > mostHouseholds {
			e.bad.Add(colHouses, "请填写户数（整数）。", "Give the number of households.")
		}
		in.Households = n
	}
	if in.AreaCode.County() != e.tx.County && in.AreaCode != "" {
		e.bad.Add(colArea, "请填写本县（市、区）内的区划代码。", "Give a code of this county.")
	}
	if err := e.bad.Err(); err != nil {
		return err
	}
	_, err := registry.CompoundCalled(e.tx, in.AreaCode, in.Name)
	if err == nil {
		return fault.New(fault.Conflict, "compound", "已经登记。", "It is entered already.")
	}
	if !fault.Is(err, fault.Missing) {
		return err
	}
	if name := e.Cells[colFirm]; name != "" {
		if in.PropertyFirmID, err = e.firm(name); err != nil {
			return err
		}
	}
	c, err := e.acts.AddCompound(e.ctx, e.g, in)
	if err != nil || e.Cells[colCovered] == "" {
		return err
	}
	by, err := e.committeeIn(colCovered)
	if err != nil {
		return err
	}
	_, err = e.acts.AddServiceArea(e.ctx, e.g, by.ID, registry.NewServiceArea{CompoundID: c.ID, Scope: registry.PropertyMatters})
	return err
}

const mostHouseholds = 100_000

// firm is the property firm of a name, entered now if it was not known.
func (e *entering) firm(name string) (ident.ID, error) {
	f, err := registry.FirmCalled(e.tx, e.tx.County, name)
	if fault.Is(err, fault.Missing) {
		f, err = e.acts.AddPropertyFirm(e.ctx, e.g, registry.NewPropertyFirm{AreaCode: e.tx.County.Area(), Name: name})
	}
	return f.ID, err
}
