package returns

import (
	"slices"
	"strconv"

	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
	"fengqiao/internal/registry"
)

// Below is what a unit below had handed in for the same days when a table was handed in, held against its row of the table: its own
// table of the period, or the sum of its tables of the months and quarters that make the period up (S9, S11).
type Below struct {
	Area    ident.Area `json:"area"`
	Name    string     `json:"name"`
	Tables  []Tile     `json:"tables" doc:"What it had handed in; empty while there is nothing to compare"`
	Differs []Change   `json:"differs" doc:"was: what the unit handed in; is: its row of this table"`
}

// Tile is a handed-in table that covers a period, or a part of it.
type Tile struct {
	ID     ident.ID     `json:"id"`
	From   calendar.Day `json:"from"`
	To     calendar.Day `json:"to"`
	Number int          `json:"number"`
	SHA256 string       `json:"sha256"`
}

// tile finds tables that follow one another without a gap from the first day of a period to its last, the shortest first; nil where
// there are none. What stands on a day is no sum: of that only the very period will do.
func tile(all []HandedIn, from, to calendar.Day, whole bool) []HandedIn {
	if from > to {
		return []HandedIn{}
	}
	for _, h := range all { // by their last days
		if h.From != from || h.To > to || whole && h.To != to {
			continue
		}
		if rest := tile(all, h.To.Plus(1), to, whole); rest != nil {
			return append([]HandedIn{h}, rest...)
		}
	}
	return nil
}

// valuesOf are what some tables say together, by column, as a page writes it. Amounts are rounded at each total: of several tables
// they are left out.
func valuesOf(tables []HandedIn) (map[int]string, error) {
	sum, out := map[int]int64{}, map[int]string{}
	for _, h := range tables {
		f, err := h.Open()
		if err != nil {
			return nil, err
		}
		for _, c := range f.ZH.Columns {
			sum[c.Col] += c.Count
			if c.Count = sum[c.Col]; len(tables) == 1 || !isText(c.Value) {
				out[c.Col] = c.Shown()
			}
		}
	}
	return out, nil
}

func isText(v any) bool { _, is := v.(string); return is }

// compare holds the rows of a table against what the units below had handed in for its days.
func (h HandedIn) compare(tx *db.Tx, s *Sheet) error {
	handed, err := handedBelow(tx, h)
	if err != nil {
		return err
	}
	below, err := registry.AreasBelow(tx, h.AreaCode)
	if err != nil {
		return err
	}
	s.Below = []Below{}
	for _, unit := range below {
		area := unit.Code
		if area.Parent() != h.AreaCode {
			continue
		}
		row := s.rowOf(area)
		of := tile(handed[area], h.From, h.To, true)
		if of == nil && h.Report == CaseTableReport {
			of = tile(handed[area], h.From, h.To, false)
		}
		b := Below{Area: area, Name: unit.Name, Tables: []Tile{}, Differs: []Change{}}
		for _, t := range of {
			b.Tables = append(b.Tables, Tile{t.ID, t.From, t.To, t.Number, t.ContentHash})
		}
		was, err := valuesOf(of)
		if err != nil {
			return err
		}
		for i, f := range row.Values {
			if before, known := was[f.Col]; known && before != f.Shown() {
				b.Differs = append(b.Differs, Change{Col: f.Col, Heading: s.Columns[i].Heading, Was: before, Is: f.Shown()})
			}
		}
		s.Below = append(s.Below, b)
	}
	return nil
}

// rowOf is the row of a unit; of one for which nothing was counted, nothing in every column.
func (s *Sheet) rowOf(area ident.Area) Row {
	if i := slices.IndexFunc(s.Rows, func(r Row) bool { return r.Key == string(area) && !r.Itself }); i >= 0 {
		return s.Rows[i]
	}
	none := Row{Key: string(area), Values: slices.Clone(s.Columns)}
	for i := range none.Values {
		f := &none.Values[i]
		if f.Count = 0; isText(f.Value) {
			f.Value = money.Fen(0).WanYuan()
		}
	}
	return none
}

// belowDiffers refuses a table of which a unit below had handed in something else, until whoever hands it in says that they looked
// into it, and why.
func belowDiffers(below []Below) error {
	var first *Below
	n := 0
	for i := range below {
		if len(below[i].Differs) > 0 {
			if n += len(below[i].Differs); first == nil {
				first = &below[i]
			}
		}
	}
	if first == nil {
		return nil
	}
	d := first.Differs[0]
	return fault.New(fault.Conflict, "below_differs", "%[1]s 报送的第 %[2]s 栏是 %[3]s，本表中是 %[4]s；这样的共 %[5]d 处（S9、S11）。请先查明、由下级更正；确需照现在的数字报送的，请勾选并写明原因。",
		"%[1]s handed in %[3]s in column %[2]s, this table has %[4]s; there are %[5]d such differences (S9, S11). Please find out why and have the unit amend its table; to hand it in as it is, tick the box and say why.",
		first.Name, strconv.Itoa(d.Col), d.Was, d.Is, n)
}
