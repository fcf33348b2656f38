package enrolment

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/sheet"
	"fengqiao/internal/vault"
)

const (
	mostRows      = 1000 // of one file: all of them are tried, and entered, in one transaction
	headingWithin = 10   // rows: above the headings there may be a title
	readingTime   = time.Minute
	keptFor       = 7 * 24 * time.Hour
)

// States of an import.
const (
	Tried   = "tried"   // what would become of each row is known
	Entered = "entered" // the good ones are in the register
	Dropped = "dropped" // nothing was entered, and what was read is wiped
)

// What a row comes to.
const (
	RowGood  = "good"  // would be entered, or was
	RowThere = "there" // is in the register already
	RowBad   = "bad"   // would be refused, or was
)

// Import is a table on its way into a county's register.
type Import struct {
	ident.Key
	Version    int64      `gorm:"column:version"`
	Kind       string     `gorm:"column:kind"` // OfCommittees, OfMediators, OfCompounds
	ByPerson   ident.ID   `gorm:"column:by_person"`
	ByName     string     `gorm:"column:by_name"`
	State      string     `gorm:"column:state"`
	Rows       int        `gorm:"column:row_count"`
	Good       int        `gorm:"column:good"`
	There      int        `gorm:"column:there"`
	Bad        int        `gorm:"column:bad"`
	RowsSealed []byte     `gorm:"column:rows_sealed"` // what was read, until it is over
	Outcomes   outcomes   `gorm:"column:outcomes"`
	MadeAt     time.Time  `gorm:"column:made_at"`
	EndedAt    *time.Time `gorm:"column:ended_at"`
}

// TableName is the table's.
func (Import) TableName() string { return "register_imports" }

// Outcome is what became of a row, or would.
type Outcome struct {
	Number int        `json:"n"` // as the spreadsheet program counts
	What   string     `json:"w"` // what is entered, by its name
	State  string     `json:"s"`
	At     string     `json:"at,omitempty"` // the heading of what is wrong; "" for the row
	Why    fault.Text `json:"why"`
}

type outcomes []Outcome

// Value writes the list as JSON.
func (o outcomes) Value() (driver.Value, error) {
	if o == nil {
		o = outcomes{}
	}
	b, err := json.Marshal([]Outcome(o))
	return string(b), err
}

// Scan reads what Value wrote.
func (o *outcomes) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(v), (*[]Outcome)(o))
	case []byte:
		return json.Unmarshal(v, (*[]Outcome)(o))
	}
	return fmt.Errorf("enrolment: cannot read outcomes from %T", src)
}

// line is a row as it was read: its cells by heading.
type line struct {
	Number   int               `json:"n"`
	Cells    map[string]string `json:"c"`
	Problems []sheet.Problem   `json:"p,omitempty"`
}

// Upload reads a table, puts its rows aside sealed, and tries each: it is entered by the very act that would enter it, and all
// of it is taken back. What a person reads then is what would happen.
//
// Faults: Invalid, in plain words, for what cannot be read, for headings that are wanting, and for more than 1,000 rows; Unavailable where
// another table is being read for too long.
func (s *Service) Upload(ctx context.Context, g authz.Grant, county ident.County, kind string, r io.Reader) (ident.ID, error) {
	if g.Action() != registry.Keeping || !g.CoversArea(county.Area()) {
		return ident.ID{}, fault.NoSuch()
	}
	if Tables[kind] == nil {
		return ident.ID{}, fault.New(fault.Invalid, "", "请选择表格的种类。", "Please choose what kind of table it is.").At("kind")
	}
	lines, err := s.readTable(ctx, kind, r)
	if err != nil {
		return ident.ID{}, err
	}
	found, err := s.try(ctx, g, county, kind, lines)
	if err != nil {
		return ident.ID{}, err
	}
	text, err := json.Marshal(lines)
	if err != nil {
		return ident.ID{}, err
	}
	return s.act(ctx, g, county, func(tx *db.Tx) (ident.ID, error) {
		i := Import{Key: tx.NewKey(), Version: 1, Kind: kind, ByPerson: tx.By.Person, ByName: tx.By.Name, State: Tried, Rows: len(lines), MadeAt: tx.Now}
		i.RowsSealed = s.Vault.Seal(sealedAt(i.ID), string(text))
		i.count(found)
		return i.ID, insertImport(tx, i)
	})
}

func sealedAt(id ident.ID) vault.Place {
	return vault.Place{Table: "register_imports", Column: "rows_sealed", Row: id}
}

func (i *Import) count(found []Outcome) {
	i.Outcomes, i.Good, i.There, i.Bad = found, 0, 0, 0
	for _, o := range found {
		switch o.State {
		case RowGood:
			i.Good++
		case RowThere:
			i.There++
		default:
			i.Bad++
		}
	}
}

// errTrial takes back what a trial wrote.
var errTrial = errors.New("enrolment: only tried")

// try enters rows and takes all of it back.
func (s *Service) try(ctx context.Context, g authz.Grant, county ident.County, kind string, lines []line) ([]Outcome, error) {
	by := g.By()
	by.Once = actor.Once{} // the trial is no act: the key is for keeping what it found
	var out []Outcome
	err := s.Store.Do(ctx, by, county, func(tx *db.Tx) (err error) {
		if out, err = s.enter(ctx, tx, g, kind, lines); err != nil {
			return err
		}
		return errTrial
	})
	if errors.Is(err, errTrial) {
		err = nil
	}
	return out, err
}

// enter enters rows one after another, each by itself: one that is refused leaves nothing behind.
func (s *Service) enter(ctx context.Context, tx *db.Tx, g authz.Grant, kind string, lines []line) ([]Outcome, error) {
	out := make([]Outcome, 0, len(lines))
	in := &entering{Service: s, ctx: ctx, tx: tx, g: g, acts: s.Registry.In(tx)}
	for _, l := range lines {
		o, err := in.row(kind, l)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

// Enter enters the rows that pass, as ordinary acts of whoever asks, and wipes what was read. A row that is in the register
// already is left as it is there: the same table twice doubles nothing.
func (s *Service) Enter(ctx context.Context, g authz.Grant, id ident.ID, expect int64) (ident.ID, error) {
	return s.onImport(ctx, g, id, expect, func(tx *db.Tx, i *Import) error {
		text, err := s.Vault.Open(sealedAt(i.ID), i.RowsSealed)
		if err != nil {
			return err
		}
		var lines []line
		if err := json.Unmarshal([]byte(text), &lines); err != nil {
			return err
		}
		found, err := s.enter(ctx, tx, g, i.Kind, lines)
		if err != nil {
			return err
		}
		i.count(found)
		i.State = Entered
		return nil
	})
}

// Drop wipes what was read; nothing of it is entered.
func (s *Service) Drop(ctx context.Context, g authz.Grant, id ident.ID, expect int64) (ident.ID, error) {
	return s.onImport(ctx, g, id, expect, func(_ *db.Tx, i *Import) error {
		i.State, i.Outcomes = Dropped, nil
		return nil
	})
}

// onImport ends an import that was tried, on the version that was seen.
func (s *Service) onImport(ctx context.Context, g authz.Grant, id ident.ID, expect int64, end func(*db.Tx, *Import) error) (ident.ID, error) {
	return s.act(ctx, g, id.County(), func(tx *db.Tx) (ident.ID, error) {
		i, err := importOf(tx, g, id)
		if err != nil {
			return id, err
		}
		if i.State != Tried {
			return id, fault.New(fault.Conflict, "import_state", "这张表已经录入或者删除。", "This table was entered or dropped already.")
		}
		if err := end(tx, &i); err != nil {
			return id, err
		}
		i.RowsSealed, i.EndedAt = nil, &tx.Now
		return id, saveImport(tx, &i, expect)
	})
}

// Forget wipes what was read longer than seven days ago and never entered; housekeeping. It gives how many tables.
func (s *Service) Forget(ctx context.Context) (n int, err error) {
	var old []Import
	err = s.Store.Read(ctx, actor.System, func(tx *db.Tx) (err error) {
		old, err = oldImports(tx, tx.Now.Add(-keptFor))
		return err
	})
	for _, i := range old {
		bad := s.Store.Do(ctx, actor.System, i.CountyCode, func(tx *db.Tx) error {
			i.State, i.RowsSealed, i.Outcomes, i.EndedAt = Dropped, nil, nil, &tx.Now
			return saveImport(tx, &i, i.Version)
		})
		if fault.Is(bad, fault.Stale) { // another program was sooner, or somebody goes on with it
			continue
		}
		if err = errors.Join(err, bad); bad == nil {
			n++
		}
	}
	return n, err
}

var errReading = fault.New(fault.Unavailable, "reading", "系统正在读取另一份表格，请过几分钟再上传；这份没有保存。",
	"Another table is being read. Please send this one again in a few minutes; nothing of it was kept.")

// readTable reads the rows of a file below its headings. One file is read at a time: each may take as much memory as a whole book.
func (s *Service) readTable(ctx context.Context, kind string, r io.Reader) ([]line, error) {
	b, err := io.ReadAll(io.LimitReader(r, sheet.MostBytes+1))
	if err != nil {
		return nil, err
	}
	if len(b) > sheet.MostBytes {
		return nil, fault.New(fault.TooLarge, "", "文件太大，最多 10 兆。请分成几份。", "The file is too large: 10 MiB at most. Please split it.").At("file")
	}
	waiting, over := context.WithTimeout(ctx, readingTime)
	defer over()
	select {
	case s.reading <- struct{}{}:
		defer func() { <-s.reading }()
	case <-waiting.Done():
		return nil, errReading
	}
	ctx, stop := context.WithTimeout(ctx, readingTime) // its own, however long it waited
	defer stop()
	f, err := sheet.Open(b)
	if err != nil {
		return nil, err
	}
	t := &table{kind: kind}
	if err := f.Each(ctx, t.take); err != nil {
		return nil, err
	}
	switch {
	case t.at == nil:
		return nil, fault.New(fault.Invalid, "headings", "前 10 行里没有找到表头。必须有这些列：%s。", "No headings were found in the first 10 rows. These columns are needed: %s.", t.needed()).At("file")
	case len(t.lines) == 0:
		return nil, fault.New(fault.Invalid, "none", "表头下面没有内容。", "There is nothing below the headings.").At("file")
	}
	return t.lines, nil
}

// table takes the rows of a file.
type table struct {
	kind  string
	seen  int
	at    map[string]int // which column has which heading
	lines []line
}

func (t *table) needed() string {
	var names []string
	for _, c := range Tables[t.kind] {
		if c.Needed {
			names = append(names, c.Name)
		}
	}
	return strings.Join(names, "、")
}

func (t *table) take(r sheet.Row) error {
	if err := r.Tidy(); err != nil {
		return err
	}
	if t.at == nil {
		if t.seen++; t.seen <= headingWithin {
			t.headings(r.Cells)
		}
		return nil
	}
	if len(r.Cells) == 0 {
		return nil
	}
	if len(t.lines) == mostRows {
		return fault.New(fault.Invalid, "rows", "行数太多：一次最多 %d 行。请分成几份上传。", "Too many rows: %d at a time. Please split the file.", mostRows).At("file")
	}
	l := line{Number: r.Number, Cells: map[string]string{}, Problems: r.Problems}
	for name, i := range t.at {
		if i < len(r.Cells) && r.Cells[i] != "" {
			l.Cells[name] = r.Cells[i]
		}
	}
	t.lines = append(t.lines, l)
	return nil
}

// headings takes a row for the headings when every column that is needed stands in it.
func (t *table) headings(row []string) {
	at := map[string]int{}
	for i, text := range row {
		if slices.ContainsFunc(Tables[t.kind], func(c Column) bool { return c.In && c.Name == text }) {
			at[text] = i
		}
	}
	for _, c := range Tables[t.kind] {
		if _, there := at[c.Name]; c.Needed && !there {
			return
		}
	}
	t.at = at
}
