package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/sheet"
	"fengqiao/internal/vault"
)

const (
	headingWithin  = 10  // rows: above the headings there is a title, and who keeps the ledger
	leastKnown     = 3   // headings that must be known before a row is taken for theirs
	rowsAtOnce     = 500 // of one statement
	longestHeading = 60  // characters
)

func refuse(code, zh, en string) error {
	return (&fault.Fault{Kind: fault.Invalid, Code: code, Text: fault.Text{ZH: zh, EN: en}}).At("file")
}

var errNoRows = refuse("none", "表头下面没有内容。", "There is nothing below the headings.")

var errNoHeadings = refuse("headings", "前 10 行里没有认出表头。表头要写在一行里，至少有“日期”“申请人”“被申请人”“纠纷类型”“纠纷简况”等几列；可以先下载模板对照。",
	"No row of headings was found in the first 10 rows. Headings stand in one row, among them 日期, 申请人, 被申请人, 纠纷类型 and 纠纷简况; please compare the template.")

// Upload puts a file's rows aside, sealed, and matches its headings. One file is read at a time. The committee whose ledger
// it is may be left out by whoever serves in one.
//
// Faults: Invalid, in plain words, for what cannot be read; Unavailable where another file is being read for too long. Nothing is kept then.
func (s *Service) Upload(ctx context.Context, g authz.Grant, named ident.ID, r io.Reader) (Import, error) {
	committee, err := committeeOf(g, named)
	if err != nil {
		return Import{}, err
	}
	b, err := io.ReadAll(io.LimitReader(r, sheet.MostBytes+1))
	if err != nil {
		return Import{}, err
	}
	if len(b) > sheet.MostBytes {
		return Import{}, fault.New(fault.TooLarge, "", "文件太大，最多 10 兆。请分成几份，或者删去图片。", "The file is too large: 10 MiB at most. Please split it, or take out pictures.").At("file")
	}
	if err := s.waitToRead(ctx); err != nil {
		return Import{}, err
	}
	defer func() { <-s.reading }()
	f, err := sheet.Open(b)
	if err != nil {
		return Import{}, err
	}
	t, err := s.read(ctx, g, committee, f)
	if err != nil {
		return Import{}, err
	}
	var out Import
	err = s.Store.Do(ctx, g.By(), committee.County(), func(tx *db.Tx) error {
		out = Import{CountyCode: tx.County, ID: tx.NewID(), Version: 1, CommitteeID: committee, ByPerson: g.By().Person, ByName: g.By().Name, State: Uploaded, Kind: string(f.Kind),
			HeadingRow: t.headingRow, Headings: t.headings, Columns: t.columns, Rows: len(t.rows), MadeAt: tx.Now}
		tx.Made(out.ID, out.Version, 201)
		return errors.Join(insertImport(tx, out), s.putAside(tx, out.ID, t.rows))
	})
	var done *db.Done
	if errors.As(err, &done) {
		return s.see(ctx, g, done.ID)
	}
	return out, err
}

var errReading = fault.New(fault.Unavailable, "reading", "系统正在读取另一份台账，请过几分钟再上传；这份没有保存。",
	"Another ledger is being read. Please send this one again in a few minutes; nothing of it was kept.")

// waitToRead waits until no other file is read, for as long as one may be.
func (s *Service) waitToRead(ctx context.Context) error {
	ctx, stop := context.WithTimeout(ctx, readingTime)
	defer stop()
	select {
	case s.reading <- struct{}{}:
		return nil
	case <-ctx.Done():
		return errReading
	}
}

// table is what was read of a file.
type table struct {
	remembered map[string]string
	headingRow int
	headings   []string
	columns    columns
	rows       []row
}

// read reads a file, before anything is written: nobody waits for it.
func (s *Service) read(ctx context.Context, g authz.Grant, committee ident.ID, f *sheet.File) (*table, error) {
	ctx, stop := context.WithTimeout(ctx, readingTime)
	defer stop()
	t := &table{}
	err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		t.remembered, err = headingsOf(tx, committee)
		return err
	})
	if err == nil {
		err = f.Each(ctx, t.take)
	}
	switch {
	case err != nil:
		return nil, err
	case t.headingRow == 0:
		return nil, errNoHeadings
	case len(t.rows) == 0:
		return nil, errNoRows
	}
	return t, nil
}

// take takes a row: until there are headings it may be theirs; one without any cell is no row.
func (t *table) take(r row) error {
	if err := r.Tidy(); err != nil {
		return err
	}
	switch {
	case t.headingRow == 0:
		return t.findHeadings(r)
	case len(r.Cells) == 0:
		return nil
	case len(t.rows) == sheet.MostRows:
		return sheet.ErrRows
	}
	r.Cells = slices.Clone(r.Cells)
	t.rows = append(t.rows, r)
	return nil
}

// findHeadings takes the first row in which enough headings are known.
func (t *table) findHeadings(r row) error {
	if r.Number > headingWithin {
		return errNoHeadings
	}
	known := recogniseAll(r.Cells, t.remembered)
	if len(slices.DeleteFunc(slices.Clone(known), func(name string) bool { return name == "" })) < leastKnown {
		return nil
	}
	for _, h := range r.Cells {
		h = strings.Join(strings.Fields(h), " ")
		t.headings = append(t.headings, string([]rune(h)[:min(len([]rune(h)), longestHeading)]))
	}
	t.headingRow, t.columns = r.Number, known
	return nil
}

// putAside keeps rows, sealed.
func (s *Service) putAside(tx *db.Tx, i ident.ID, rows []row) error {
	for some := range slices.Chunk(rows, rowsAtOnce) {
		out := make([]importRow, 0, len(some))
		for _, r := range some {
			text, err := json.Marshal(r)
			if err != nil {
				return err
			}
			out = append(out, importRow{CountyCode: i.County(), ImportID: i, Number: r.Number, State: rowNew, CellsSealed: s.Vault.Seal(sealedAt(i), string(text))})
		}
		if err := db.Load(tx, out); err != nil {
			return err
		}
	}
	return nil
}

func sealedAt(i ident.ID) vault.Place {
	return vault.Place{Table: "ledger_import_rows", Column: "cells_sealed", Row: i}
}

func (s *Service) open(r importRow) (row, error) {
	var out row
	text, err := s.Vault.Open(sealedAt(r.ImportID), r.CellsSealed)
	if err == nil {
		err = json.Unmarshal([]byte(text), &out)
	}
	out.Number = r.Number
	return out, err
}

// Match says which column is which, remembers it for the committee, and has every row tried.
func (s *Service) Match(ctx context.Context, g authz.Grant, id ident.ID, version int64, c columns) (Import, error) {
	return s.move(ctx, g, id, version, func(tx *db.Tx, i *Import) error {
		if i.State != Uploaded && i.State != Checked {
			return errNotNow
		}
		if err := c.check(len(i.Headings)); err != nil {
			return err
		}
		if err := remember(tx, i.CommitteeID, meantBy(i.Headings, i.Columns, c)); err != nil {
			return err
		}
		i.Columns, i.State = c, Checking
		i.Looked, i.Good, i.Bad, i.Double, i.There, i.Settled = 0, 0, 0, 0, 0, 0
		return forgetRows(tx, i.ID)
	})
}

// meantBy is what is worth remembering of a choice: a heading that stands once, and that would not be known without it or was
// offered otherwise. Two headings that are the same are told apart by where they stand.
func meantBy(headings []string, offered, chosen columns) map[string]string {
	known, times := recogniseAll(headings, nil), map[string]int{}
	for _, h := range headings {
		times[plainHeading(h)]++
	}
	meant := map[string]string{}
	for n, h := range headings {
		if key := plainHeading(h); key != "" && times[key] == 1 && (known[n] != chosen[n] || offered[n] != chosen[n]) {
			meant[key] = chosen[n]
		}
	}
	return meant
}

// Start is what somebody decided on what was tried.
type Start struct {
	Choice  string `json:"choice" enum:"all,good" doc:"all: only if every row passes, and nothing else; good: the rows that pass"`
	Doubles bool   `json:"with_doubles,omitempty" doc:"Enter, too, what may be there already"`
	Told    bool   `json:"rights_told,omitempty" doc:"In every mediation of the ledger everybody agreed to it (A2) and was told their rights and duties before (A10)"`
}

var (
	errNotNow = fault.New(fault.Conflict, "import_state", "这次导入现在不能这样做，请刷新后再看。", "This cannot be done with the import as it stands; please reload.")
	errTold   = fault.New(fault.Invalid, "", "调解须双方自愿（A2），并事先告知权利义务（A10）。台账里的每一件都做到了的，请勾选；没有做到的，请先从台账里去掉。",
		"Mediation needs everybody's agreement (A2), and rights and duties are told before it (A10). Please tick if that was done in every one of them; take out first those in which it was not.").At("rights_told")
	errNotAll = fault.New(fault.Conflict, "rows_refused", "有的行没有通过，选择“全部通过才录入”就一行也不录。请改好文件再上传，或者选择“只录通过的行”。",
		"Some rows do not pass: with all or nothing none is entered. Please mend the file and send it again, or choose the rows that pass.").At("choice")
)

// Start has the rows entered.
func (s *Service) Start(ctx context.Context, g authz.Grant, id ident.ID, version int64, in Start) (Import, error) {
	return s.move(ctx, g, id, version, func(_ *db.Tx, i *Import) error {
		double := 0
		if in.Doubles {
			double = i.Double
		}
		switch {
		case i.State != Checked:
			return errNotNow
		case in.Choice != AllOrNothing && in.Choice != GoodRows:
			return fault.New(fault.Invalid, "", "请选择怎样录入。", "Please choose how to enter.").At("choice")
		case i.Settled > 0 && !in.Told:
			return errTold
		case in.Choice == AllOrNothing && (i.Bad > 0 || i.Double > double):
			return errNotAll
		case i.Good+double == 0:
			return fault.New(fault.Conflict, "no_rows", "没有可以录入的行。", "There is no row to enter.")
		}
		i.Choice, i.Doubles, i.Told, i.State, i.Looked = in.Choice, in.Doubles, in.Told, Entering, 0
		return nil
	})
}

// Drop deletes the rows of an import; what was entered stays. One that is being entered stops there.
func (s *Service) Drop(ctx context.Context, g authz.Grant, id ident.ID, version int64) (Import, error) {
	return s.move(ctx, g, id, version, func(tx *db.Tx, i *Import) error {
		if i.State == Forgotten {
			return errNotNow
		}
		i.State = Forgotten
		return dropRows(tx, i.ID)
	})
}

// move changes an import within a grant, on the version that was seen; 0 for whichever it has.
func (s *Service) move(ctx context.Context, g authz.Grant, id ident.ID, version int64, do func(*db.Tx, *Import) error) (Import, error) {
	var out Import
	err := s.Store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) error {
		i, err := importWithin(tx, g, id)
		if err != nil {
			return err
		}
		if version != 0 && version != i.Version {
			return errMoved
		}
		if err := do(tx, &i); err != nil {
			return err
		}
		out = i
		err = saveImport(tx, &out)
		tx.Made(out.ID, out.Version, 200)
		return err
	})
	var done *db.Done
	if errors.As(err, &done) {
		return s.see(ctx, g, done.ID)
	}
	if err == nil {
		s.nudge()
	}
	return out, err
}
