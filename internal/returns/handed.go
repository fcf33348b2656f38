package returns

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/tally"
)

// Handing is the action of whoever hands a table in for an area.
const Handing authz.Action = "report.hand_in"

// The tables that are handed in.
const (
	CaseTableReport    = "case_table"
	OrganisationReport = "organisation_table"
)

// HandedIn is a table as it was handed in: frozen, with the moment of its figures and the hash of all it says. Whoever finds a
// mistake later hands in the next version and says why; the earlier one stays readable.
type HandedIn struct {
	ident.Key
	Report      string       `gorm:"column:report"`
	AreaCode    ident.Area   `gorm:"column:area_code"`
	From        calendar.Day `gorm:"column:from_on"`
	To          calendar.Day `gorm:"column:to_on"`
	Basis       tally.Basis  `gorm:"column:basis"`
	Number      int          `gorm:"column:number"`
	Reason      string       `gorm:"column:reason"`
	SnapshotAt  time.Time    `gorm:"column:snapshot_at"`
	Content     string       `gorm:"column:content"`
	ContentHash string       `gorm:"column:content_hash"`
	MadeAt      time.Time    `gorm:"column:made_at"`
	MadeBy      ident.ID     `gorm:"column:made_by"`
	MadeName    string       `gorm:"column:made_name"`
}

// TableName is the table's.
func (HandedIn) TableName() string { return "handed_in" }

// Frozen is what a table said when it was handed in, in both languages.
type Frozen struct {
	ZH Sheet `json:"zh-CN"`
	EN Sheet `json:"en"`
}

// In is what it said in a language.
func (f Frozen) In(lang string) Sheet {
	if lang == "en" {
		return f.EN
	}
	return f.ZH
}

// Sheet is a table of columns, units and check sums: what the two official tables have in common.
type Sheet struct {
	tally.Head
	AsOf    calendar.Day `json:"as_of,omitempty"`
	Columns []Figure     `json:"columns"`
	Rows    []Row        `json:"rows"`
	Foot    []Row        `json:"foot"`
	Checks  []Check      `json:"checks"`
	Note    string       `json:"note,omitempty"`
	Below   []Below      `json:"below,omitempty" doc:"What the units below had handed in for the same days"`
}

// Intact tells whether the content is what was hashed when the table was handed in.
func (h HandedIn) Intact() bool { return h.ContentHash == hashOf(h.Content) }

// Open reads what was frozen. Fault Internal for a content that is none.
func (h HandedIn) Open() (f Frozen, err error) {
	if err = json.Unmarshal([]byte(h.Content), &f); err != nil {
		return f, fmt.Errorf("handed-in table %s: %w", h.ID, err)
	}
	for _, s := range []*Sheet{&f.ZH, &f.EN} {
		count(s.Columns)
		for _, rows := range [][]Row{s.Rows, s.Foot} {
			for i := range rows {
				count(rows[i].Values)
			}
		}
	}
	return f, nil
}

// count gives figures that were read from text their numbers back.
func count(figures []Figure) {
	for i := range figures {
		if n, ok := figures[i].Value.(float64); ok {
			figures[i].Count = int64(n)
			figures[i].Value = figures[i].Count
		}
	}
}

func hashOf(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

// HandIn is what is asked of whoever hands a table in.
type HandIn struct {
	Report  string
	Area    ident.Area
	From    calendar.Day
	To      calendar.Day
	Basis   tally.Basis
	Reason  string // of an amendment, or of differences from below; another first version needs none
	Despite bool   // what the units below handed in is otherwise, and that was looked into
}

var (
	errReport    = fault.New(fault.Invalid, "", "请选择要报送的统计表。", "Choose which table to hand in.").At("report")
	errMonths    = fault.New(fault.Invalid, "", "报送的时期应当是完整的月份：从某月 1 日到某月最后一天。", "What is handed in covers whole months: from the first day of one to the last day of one.").At("to")
	errNotOver   = fault.New(fault.Conflict, "period_open", "这段时间还没有过完，不能报送。", "The period is not over yet; it cannot be handed in.")
	errUnitOnly  = fault.New(fault.Denied, "unit", "统计表由司法所或司法局按地区报送。", "Tables are handed in for an area, by its justice station or bureau.")
	errSame      = fault.New(fault.Conflict, "unchanged", "数字和上一次报送的完全一样，不需要更正。", "The figures are those of the last version; there is nothing to amend.")
	errMeanwhile = fault.New(fault.Conflict, "meanwhile", "刚刚已经有人报送。请刷新页面后再看。", "Somebody has just done this. Please reload the page and look again.")
	errReason    = fault.New(fault.Invalid, "", "已经报送过的，或者和下级报送的不一致的，请写明原因（至少五个字）。", "Please say why it is amended, or why it differs from what a unit below handed in (five characters at least).").At("reason")
)

const leastReason, mostReason = 5, 500 // characters

// HandInTable freezes a table of an area and period as it stands now. Nothing is handed in while a check sum fails, nor while
// the months that it covers were handed in with other figures. What units below handed in otherwise is told first, and goes into
// the table with the reason.
//
// Faults: Invalid for a period of no whole months or an amendment without a reason; Conflict "check_sum" for a table that does
// not add up, "below_differs" while a unit below handed in something else, "period_open" before its time, "unchanged" for an amendment of nothing; Missing for an area out of reach.
func (s *Service) HandInTable(ctx context.Context, g authz.Grant, in HandIn) (HandedIn, error) {
	h, sheet, err := s.frozen(ctx, g, in)
	if err == nil && !in.Despite {
		err = belowDiffers(sheet.Below)
	}
	if err != nil {
		return h, err
	}
	err = s.db.Do(ctx, g.By(), h.AreaCode.County(), func(tx *db.Tx) error {
		if err := h.follow(tx, sheet, in.Despite); err != nil {
			return err
		}
		h.Key, h.MadeAt, h.MadeBy, h.MadeName = tx.NewKey(), tx.Now, tx.By.Person, tx.By.Name
		tx.Made(h.ID, 1, 201)
		return insertRow(tx, &h)
	})
	var done *db.Done
	if errors.As(err, &done) {
		return s.Handed(ctx, g, done.ID)
	}
	if db.IsDuplicate(err) {
		err = errMeanwhile
	}
	return h, err
}

// frozen counts the table over one picture of the database and writes down all it says.
func (s *Service) frozen(ctx context.Context, g authz.Grant, in HandIn) (h HandedIn, sheet Sheet, err error) {
	if g.Action() != Handing {
		return h, sheet, fault.NoSuch()
	}
	err = s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		ask := tally.Ask{Area: in.Area, From: in.From, To: in.To, Basis: in.Basis, Group: tally.ByArea}
		if err := ask.Settle(tx, g); err != nil {
			return err
		}
		if !ask.Committee().IsZero() {
			return errUnitOnly
		}
		if ask.From != ask.From.FirstOfMonth() || ask.To != ask.To.FirstOfMonth().PlusMonths(1).Plus(-1) {
			return errMonths
		}
		if !ask.To.Before(tally.Today(tx)) {
			return errNotOver
		}
		h = HandedIn{Report: in.Report, AreaCode: ask.Area, From: ask.From, To: ask.To, Basis: ask.Basis, Reason: in.Reason, SnapshotAt: tx.Now}
		var f Frozen
		if f, err = freeze(tx, g, in.Report, ask); err != nil {
			return err
		}
		if err := errors.Join(h.compare(tx, &f.ZH), h.compare(tx, &f.EN)); err != nil {
			return err
		}
		text, err := json.Marshal(f)
		h.Content, h.ContentHash, sheet = string(text), hashOf(string(text)), f.ZH
		if err != nil {
			return err
		}
		return errors.Join(addsUp(f.ZH.Checks), h.monthsAddUp(tx, sheet))
	})
	return h, sheet, err
}

func freeze(tx *db.Tx, g authz.Grant, report string, ask tally.Ask) (f Frozen, err error) {
	table := func(lang string) (Sheet, error) {
		switch report {
		case CaseTableReport:
			t, err := caseTable(tx, g, ask)
			t = t.In(lang, tally.InAPI)
			return Sheet{Head: t.Head, Columns: t.Columns, Rows: t.Rows, Foot: t.Foot, Checks: t.Checks}, err
		case OrganisationReport:
			o, err := organisation(tx, g, ask)
			o = o.In(lang, tally.InAPI)
			return Sheet{Head: o.Head, AsOf: o.AsOf, Columns: o.Columns, Rows: o.Rows, Foot: o.Foot, Checks: o.Checks, Note: o.Note}, err
		}
		return Sheet{}, errReport
	}
	if f.ZH, err = table("zh-CN"); err != nil {
		return f, err
	}
	f.EN, err = table("en")
	return f, err
}

// addsUp refuses a table of which a check sum fails.
func addsUp(checks []Check) error {
	for _, c := range checks {
		if !c.OK {
			return fault.New(fault.Conflict, "check_sum", "核对关系 %[1]s 不成立：%[2]s（%[3]d 与 %[4]d）。请先查明，再报送。",
				"Check sum %[1]s does not hold: %[5]s (%[3]d and %[4]d). Please find out why before it is handed in.", c.ID, c.Text.ZH, c.Left, c.Right, c.Text.EN)
		}
	}
	return nil
}

// monthsAddUp is S11: where the months or quarters of a period were handed in without a gap, their sum is the period, in every column
// that counts by the day on which something happened. What stood on a day adds up to nothing.
func (h HandedIn) monthsAddUp(tx *db.Tx, sheet Sheet) error {
	if h.Report != CaseTableReport {
		return nil
	}
	parts, err := partsOf(tx, h)
	if err != nil {
		return err
	}
	of := tile(parts, h.From, h.To, false)
	if of == nil { // something is missing: there is nothing to hold the period to
		return nil
	}
	sum, err := valuesOf(of)
	if err != nil {
		return err
	}
	for _, c := range sheet.Columns {
		if was, known := sum[c.Col]; known && !isText(c.Value) && was != c.Shown() { // amounts are rounded at each total
			return fault.New(fault.Conflict, "check_sum", "核对关系 S11 不成立：已报送的各月（季）第 %[1]d 栏合计 %[2]s，本期为 %[3]s。请先更正有变动的月份。",
				"Check sum S11 does not hold: the months and quarters that were handed in have %[2]s in column %[1]d, the period has %[3]s. Please amend those that changed first.", c.Col, was, c.Shown())
		}
	}
	return nil
}

// follow makes the table the next version of what was handed in before.
func (h *HandedIn) follow(tx *db.Tx, sheet Sheet, despite bool) error {
	before, err := lastVersion(tx, *h)
	if err != nil {
		return err
	}
	h.Number = before.Number + 1
	despite = despite && belowDiffers(sheet.Below) != nil
	if before.Number == 0 && !despite {
		h.Reason = ""
		return nil
	}
	if n := len([]rune(h.Reason)); n < leastReason || n > mostReason {
		return errReason
	}
	if before.Number == 0 {
		return nil
	}
	changes, err := before.changesTo(sheet)
	if err == nil && len(changes) == 0 {
		err = errSame
	}
	return err
}

// Change is a figure that a later version has otherwise.
type Change struct {
	Unit    string `json:"unit,omitempty" doc:"The area below; empty for the whole"`
	Col     int    `json:"col"`
	Heading string `json:"heading"`
	Was     string `json:"was"`
	Is      string `json:"is"`
}

// changesTo compares what was handed in with a later table: the whole first, then unit by unit.
func (h HandedIn) changesTo(now Sheet) (out []Change, err error) {
	f, err := h.Open()
	if err != nil {
		return nil, err
	}
	headings := map[int]string{}
	for _, c := range now.Columns {
		headings[c.Col] = c.Heading
	}
	was := f.ZH
	compare := func(unit string, a, b []Figure) {
		old := map[int]string{}
		for _, c := range a {
			old[c.Col] = c.Shown()
		}
		for _, c := range b {
			before, known := old[c.Col]
			if !known {
				before = "0"
			}
			if before != c.Shown() {
				out = append(out, Change{unit, c.Col, headings[c.Col], before, c.Shown()})
			}
		}
	}
	compare("", was.Columns, now.Columns)
	rows := map[string][]Figure{}
	for _, r := range was.Rows {
		rows[r.Key] = r.Values
	}
	for _, r := range now.Rows {
		compare(r.Name, rows[r.Key], r.Values)
	}
	return out, nil
}

// Handed finds a table that was handed in for an area within the grant.
func (s *Service) Handed(ctx context.Context, g authz.Grant, id ident.ID) (h HandedIn, err error) {
	err = s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		h, err = handedByID(tx, id)
		if err == nil && !g.CoversArea(h.AreaCode) {
			err = fault.NoSuch()
		}
		return err
	})
	return h, err
}

// HandedBefore gives a handed-in table with its versions, newest first, and what the version before had otherwise.
func (s *Service) HandedBefore(ctx context.Context, g authz.Grant, id ident.ID) (h HandedIn, versions []HandedIn, changes []Change, err error) {
	if h, err = s.Handed(ctx, g, id); err != nil {
		return h, nil, nil, err
	}
	err = s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		if versions, err = versionsOf(tx, h); err != nil {
			return err
		}
		for _, v := range versions {
			if v.Number == h.Number-1 {
				now, err := h.Open()
				if err != nil {
					return err
				}
				changes, err = v.changesTo(now.ZH)
				return err
			}
		}
		return nil
	})
	return h, versions, changes, err
}

// Unsettled are the tables as they stand now, this one or wider ones of its area, that are no longer the sum of the months and
// quarters that were handed in: one of those was amended since, and they wait for a later version (S11).
func (s *Service) Unsettled(ctx context.Context, g authz.Grant, h HandedIn) (out []HandedIn, err error) {
	err = s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		around, err := aroundOf(tx, h)
		for _, w := range around {
			f, bad := w.Open()
			if bad == nil {
				bad = w.monthsAddUp(tx, f.ZH)
			}
			if fault.Is(bad, fault.Conflict) {
				out, bad = append(out, w), nil
			}
			err = errors.Join(err, bad)
		}
		return err
	})
	return out, err
}

// HandedAsked narrows the list of handed-in tables.
type HandedAsked struct {
	Area   ident.Area // and what lies in it; all within the grant when empty
	Report string
	After  ident.ID
	Limit  int // 1 to 100; 20 otherwise
}

// HandedList gives the tables that were handed in within the grant, newest first, and the id to go on after.
func (s *Service) HandedList(ctx context.Context, g authz.Grant, in HandedAsked) (rows []HandedIn, next ident.ID, err error) {
	if in.Limit < 1 || in.Limit > 100 {
		in.Limit = 20
	}
	if in.Report != "" && in.Report != CaseTableReport && in.Report != OrganisationReport {
		return nil, next, errReport
	}
	if in.Area != "" && !ident.ValidArea(in.Area) {
		return nil, next, fault.New(fault.Invalid, "", "没有这个地区。", "There is no such area.").At("area")
	}
	err = s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		rows, err = handedList(tx, g, in)
		return err
	})
	if len(rows) > in.Limit {
		rows, next = rows[:in.Limit], rows[in.Limit-1].ID
	}
	return rows, next, err
}
