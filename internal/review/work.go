package review

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
	"fengqiao/internal/vault"
)

// Opened is a dossier as its reviewer has it before them: the case, what a machine sees of it, and the sheets so far.
type Opened struct {
	Item
	Dossier casework.Dossier
	Machine []Deduction
	Sheets  []Sheet
}

// Open opens the dossier of an item for its reviewer, and enters that they opened it; that its case was looked at is noted too, where
// looks by any other way are. There is no other way to it.
//
// Faults: Missing for whoever is not its reviewer now.
func (s *Service) Open(ctx context.Context, g authz.Grant, id ident.ID) (Opened, error) {
	out, err := s.enter(ctx, g, id, "dossier")
	if err != nil {
		return out, err
	}
	if out.Dossier, err = s.Cases.Dossier(ctx, g, out.CaseID); err != nil {
		return out, err
	}
	out.Machine = Machine(out.Dossier)
	return out, s.Looked(ctx, g.By(), Working, out.CaseID)
}

// OpenFile opens a file of the dossier, and enters that too. The caller closes it.
func (s *Service) OpenFile(ctx context.Context, g authz.Grant, id, file ident.ID) (io.ReadCloser, casework.Attached, error) {
	out, err := s.enter(ctx, g, id, file.String())
	if err != nil {
		return nil, casework.Attached{}, err
	}
	body, at, err := s.Cases.OpenFile(ctx, g, out.CaseID, file)
	if err != nil {
		return nil, at, err
	}
	if err := s.Looked(ctx, g.By(), Working, out.CaseID); err != nil {
		return nil, at, errors.Join(err, body.Close())
	}
	return body, at, nil
}

// Enter writes down that a reviewer opens something of the dossier of an item, and gives its case.
//
// Faults: Missing for whoever is not its reviewer now.
func (s *Service) Enter(ctx context.Context, g authz.Grant, id ident.ID, what string) (ident.ID, error) {
	out, err := s.enter(ctx, g, id, what)
	return out.CaseID, err
}

// enter finds the item of a reviewer and writes down that it was opened.
func (s *Service) enter(ctx context.Context, g authz.Grant, id ident.ID, what string) (out Opened, err error) {
	by := g.By()
	by.Once = actor.Once{} // what is opened twice is written down twice
	err = s.Store.Do(ctx, by, id.County(), func(tx *db.Tx) error {
		if out.Item, err = toReview(tx, id, by.Person); err != nil {
			return err
		}
		if out.Sheets, err = s.sheetsOf(tx, id); err != nil {
			return err
		}
		if err = s.openAppeal(&out.Item); err != nil {
			return err
		}
		return insertOpening(tx, opening{Key: tx.NewKey(), ItemID: id, PersonID: by.Person, What: what, OpenedAt: tx.Now})
	})
	return out, err
}

func (s *Service) sheetsOf(tx *db.Tx, item ident.ID) ([]Sheet, error) {
	rows, err := sheets(tx, item)
	for i := range rows {
		err = errors.Join(err, s.openSheet(&rows[i]))
	}
	return rows, err
}

func remarksOf(h Sheet) vault.Place {
	return vault.Place{Table: h.TableName(), Column: "remarks_sealed", Row: h.ID}
}

func appealOf(i Item) vault.Place {
	return vault.Place{Table: i.TableName(), Column: "appeal_sealed", Row: i.ID}
}

func (s *Service) openSheet(h *Sheet) error {
	text, err := s.Vault.Open(remarksOf(*h), h.RemarksSealed)
	if err != nil {
		return err
	}
	var told said
	if text != "" {
		err = json.Unmarshal([]byte(text), &told)
	}
	h.Remarks, h.Seen = told.Remarks, told.Seen
	return errors.Join(err, json.Unmarshal([]byte(h.PointsJSON), &h.Points))
}

// said is why points were taken off, as it is sealed: by the reviewer, and by what the machine saw at that moment.
type said struct {
	Remarks map[string]string `json:"remarks"`
	Seen    []Deduction       `json:"seen"`
}

func (s *Service) openAppeal(i *Item) (err error) {
	i.Appeal, err = s.Vault.Open(appealOf(*i), i.AppealSealed)
	return err
}

// Submit takes the sheet of a reviewer. The first one may be answered; the one that follows an answer is final. The dossier is
// closed to the reviewer then.
func (s *Service) Submit(ctx context.Context, g authz.Grant, id ident.ID, expect int64, in Filled) (Item, error) {
	by := g.By()
	for k, v := range in.Remarks {
		if in.Remarks[k] = strings.TrimSpace(v); in.Remarks[k] == "" {
			delete(in.Remarks, k)
		}
	}
	var i Item
	opened, err := s.now(ctx, g, id)
	if err != nil {
		return i, err
	}
	err = s.Store.Do(ctx, by, id.County(), func(tx *db.Tx) (err error) {
		if i, err = toReview(tx, id, by.Person); err != nil {
			return err
		}
		if expect != i.Version {
			return errStale
		}
		if err := in.check(opened); err != nil {
			return err
		}
		if err := s.keepSheet(tx, &i, in, opened); err != nil {
			return err
		}
		tx.Made(i.ID, i.Version, 200)
		fact := journal.Fact{"sheet": i.Sheets, "score": i.Score, "grade": i.Grade, "veto": in.Veto, "points": in.Points}
		return errors.Join(updateItem(tx, &i), casework.EndReview(tx, i.CaseID, by.Person), s.record(tx, i.ID, i.Version, "review_"+i.State, i.AreaCode, fact, journal.Words(in.Remarks)))
	})
	var done *db.Done
	if errors.As(err, &done) {
		err = s.Store.Read(ctx, by, func(tx *db.Tx) error {
			i, err = itemByID(tx, done.ID)
			return err
		})
	}
	return i, err
}

// now is what a machine sees of a dossier at this moment, for whoever reviews it; nothing is entered, for they read nothing.
func (s *Service) now(ctx context.Context, g authz.Grant, id ident.ID) ([]Deduction, error) {
	var i Item
	err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		i, err = itemByID(tx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	d, err := s.Cases.Dossier(ctx, g, i.CaseID)
	if fault.Is(err, fault.Missing) { // submitted already, or nobody's to review: said below
		return nil, nil
	}
	return Machine(d), err
}

func (s *Service) keepSheet(tx *db.Tx, i *Item, in Filled, machine []Deduction) error {
	points, err := json.Marshal(in.Points)
	if err != nil {
		return err
	}
	counts := func(d Deduction) bool { p, _ := partOf(d.Part); return in.Points[d.Part] < p.Points }
	told := said{Remarks: in.Remarks}
	for _, d := range machine {
		if counts(d) {
			told.Seen = append(told.Seen, d)
		}
	}
	remarks, err := json.Marshal(told)
	if err != nil {
		return err
	}
	i.Sheets++
	h := Sheet{Key: tx.NewKey(), ItemID: i.ID, Number: i.Sheets, PersonID: tx.By.Person, PointsJSON: string(points), Veto: in.Veto, Score: in.score(), MadeAt: tx.Now}
	h.Grade, h.RemarksSealed = gradeOf(h.Score), s.Vault.Seal(remarksOf(h), string(remarks))
	i.Version++
	i.Score, i.Grade, i.Vetoed = h.Score, h.Grade, in.Veto != ""
	if i.State == Appealed {
		i.State = Decided
		return insertSheet(tx, &h)
	}
	r, err := roundByID(tx, i.RoundID)
	if err != nil {
		return err
	}
	cal, err := registry.CalendarOf(tx)
	if err != nil {
		return err
	}
	i.State, i.AppealBy = Submitted, cal.AddWorkingDays(calendar.DayOf(tx.Now), r.AppealDays)
	return insertSheet(tx, &h)
}

const (
	leastAppeal = 10 // characters
	mostAppeal  = 2000
)

// Answer takes what those who mediated say to a result: once, and in time. A second reviewer decides then.
//
// Faults: Missing for whoever neither mediates the case nor chairs its committee; Conflict when there is no result, it was
// answered, or the time is over.
func (s *Service) Answer(ctx context.Context, g authz.Grant, id ident.ID, expect int64, text string) (Item, error) {
	var i Item
	text = strings.TrimSpace(text)
	err := s.Store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) (err error) {
		if i, err = own(tx, g, id); err != nil {
			return err
		}
		switch n := len([]rune(text)); {
		case expect != i.Version:
			return errStale
		case i.State != Submitted:
			return fault.New(fault.Conflict, "review_state", "现在不能申诉：还没有结果，或者已经申诉过一次。", "There is no result to answer, or it was answered once already.")
		case i.Final(calendar.DayOf(tx.Now)):
			return fault.New(fault.Conflict, "review_over", "申诉期（%s）已过。", "The time for an answer is over (%s).", i.AppealBy)
		case n < leastAppeal:
			return fault.New(fault.Invalid, "", "请写明哪一项、为什么，至少 %d 个字。", "Please say which item and why, in at least %d characters.", leastAppeal).At("text")
		case n > mostAppeal:
			return fault.New(fault.Invalid, "", "最多 %d 个字。", "At most %d characters.", mostAppeal).At("text")
		}
		if err := casework.StillKept(tx, i.CaseID); err != nil {
			return err
		}
		i.Version++
		i.State, i.AppealedBy, i.Appeal = Appealed, tx.By.Person, text
		i.AppealSealed = s.Vault.Seal(appealOf(i), text)
		i.ReviewerID, i.ReviewerName = ident.ID{}, "" // somebody else decides
		tx.Made(i.ID, i.Version, 200)
		if err := errors.Join(updateItem(tx, &i), s.record(tx, i.ID, i.Version, "review_appealed", i.AreaCode, nil, journal.Words{"text": text})); err != nil {
			return err
		}
		r, err := roundByID(tx, i.RoundID)
		if err != nil {
			return err
		}
		_, err = s.handOut(tx, r)
		return err
	})
	var done *db.Done
	if errors.As(err, &done) {
		err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
			i, err = own(tx, g, done.ID)
			return err
		})
	}
	return i, err
}
