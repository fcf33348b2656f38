// Package duty says who of a committee can take a case: who is away and who stands in for them, which languages they speak,
// how much they have in hand, what ties them to it, and whom one would propose for a case and why.
package duty

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// The actions of this room in the policy.
const (
	Managing  authz.Action = "duty.manage" // the chair: leave, cover, languages
	Proposing authz.Action = "case.assign"
)

// Absence is when a mediator is away, both days in.
type Absence struct {
	ident.Key
	CommitteeID ident.ID     `gorm:"column:committee_id"`
	MediatorID  ident.ID     `gorm:"column:mediator_id"`
	CoverID     ident.ID     `gorm:"column:cover_id"` // who stands in; zero for nobody
	FromOn      calendar.Day `gorm:"column:from_on"`
	ToOn        calendar.Day `gorm:"column:to_on"`
	EndedOn     calendar.Day `gorm:"column:ended_on"` // when they were entered as back
	Covered     string       `gorm:"column:covered"`  // the cases into which the cover was let, separated by blanks
	LeftOut     string       `gorm:"column:left_out"` // the cases into which it was not, and why, as JSON
	EnteredBy   ident.ID     `gorm:"column:entered_by"`
}

// TableName is the table's.
func (Absence) TableName() string { return "absences" }

// on tells whether a day is one of the absence.
func (a Absence) on(day calendar.Day) bool {
	return a.EndedOn.IsZero() && !day.Before(a.FromOn) && !day.After(a.ToOn)
}

// spoken is a language that a mediator speaks.
type spoken struct {
	CountyCode ident.County `gorm:"column:county_code;primaryKey"`
	MediatorID ident.ID     `gorm:"column:mediator_id;primaryKey"`
	Language   string       `gorm:"column:language;primaryKey"`
}

func (spoken) TableName() string { return "mediator_languages" }

// Rows are this room's models.
var Rows = []any{&Absence{}, &spoken{}}

// Options are what a Service is made of.
type Options struct {
	Cases  *casework.Service
	Store  *db.Store
	Policy *authz.Policy
}

// Service keeps the duty list.
type Service struct{ Options }

// New makes a Service.
func New(o Options) *Service { return &Service{o} }

// Leave is an absence that is entered.
type Leave struct {
	From  calendar.Day `json:"from" doc:"First day away"`
	To    calendar.Day `json:"to" doc:"Last day away"`
	Cover ident.ID     `json:"cover_mediator_id,omitempty,omitzero" doc:"Who works the open cases beside them until they are back; left out: nobody"`
}

// Away is an absence with what became of the cases.
type Away struct {
	Absence Absence
	Covered casework.HandOverResult
}

// GoAway enters that a mediator of one's committee is away. Whoever stands in is let into each open case, but for those to
// which they have a tie (M12) or from which they withdrew (M2): these are named. No new case is proposed to whoever is away.
// All of it is one transaction; sent again under the same key, it is answered as it was.
//
// Faults: Missing for a mediator of another committee; Invalid for days that are none, over or overlap another absence,
// and for a cover who does not serve here or is away as well.
func (s *Service) GoAway(ctx context.Context, g authz.Grant, mediator ident.ID, l Leave) (Away, error) {
	out := Away{Covered: casework.HandOverResult{Handed: []casework.OpenCase{}, LeftOut: []casework.LeftOut{}}}
	covering, err := s.Policy.Allow(g.By(), handingOver)
	if err != nil {
		return out, err
	}
	err = s.Store.Do(ctx, g.By(), mediator.County(), func(tx *db.Tx) error {
		m, err := mine(tx, g, mediator)
		if err != nil {
			return err
		}
		if err := l.check(tx, m); err != nil {
			return err
		}
		if !l.Cover.IsZero() {
			if out.Covered, err = s.Cases.CoverHost(tx, covering, m.ID, l.Cover); err != nil {
				return err
			}
		}
		out.Absence = Absence{Key: tx.NewKey(), CommitteeID: m.CommitteeID, MediatorID: m.ID, CoverID: l.Cover, FromOn: l.From, ToOn: l.To, EnteredBy: g.By().Person}
		if err := out.Absence.keep(out.Covered); err != nil {
			return err
		}
		tx.Made(out.Absence.ID, 0, 201)
		return insertAbsence(tx, out.Absence)
	})
	var done *db.Done
	if errors.As(err, &done) {
		return s.awayBefore(ctx, g, covering, done.ID)
	}
	return out, err
}

// handingOver is whose grant lets people into cases, and out.
const handingOver authz.Action = "case.hand_over_host"

// notCovered is a case that nobody was let into, as it is kept: without what is said of the case itself.
type notCovered struct {
	ID   ident.ID       `json:"id"`
	Part string         `json:"part"`
	Code string         `json:"code"`
	Text fault.Text     `json:"text"`
	Ties []casework.Tie `json:"ties,omitempty"`
}

// keep keeps with the absence what became of the cases.
func (a *Absence) keep(r casework.HandOverResult) error {
	var ids []string
	for _, c := range r.Handed {
		ids = append(ids, c.ID.String())
	}
	a.Covered = strings.Join(ids, " ")
	if len(r.LeftOut) == 0 {
		return nil
	}
	var left []notCovered
	for _, c := range r.LeftOut {
		left = append(left, notCovered{c.ID, c.Part, c.Code, c.Text, c.Ties})
	}
	text, err := json.Marshal(left)
	a.LeftOut = string(text)
	return err
}

// awayBefore is an absence that was entered before, with what became of the cases then. What they are called is as now.
func (s *Service) awayBefore(ctx context.Context, g, covering authz.Grant, id ident.ID) (Away, error) {
	out := Away{Covered: casework.HandOverResult{Handed: []casework.OpenCase{}, LeftOut: []casework.LeftOut{}}}
	err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) (err error) { out.Absence, err = absence(tx, id); return err })
	if err != nil {
		return out, err
	}
	now, err := s.Cases.LeaverOf(ctx, covering, out.Absence.MediatorID)
	if err != nil {
		return out, err
	}
	called := func(id ident.ID, part string) casework.OpenCase {
		for _, c := range now.Cases {
			if c.ID == id {
				return c
			}
		}
		return casework.OpenCase{ID: id, Part: part} // it is over, or somebody else's by now
	}
	for _, text := range strings.Fields(out.Absence.Covered) {
		id, err := ident.ParseID(text)
		if err != nil {
			return out, err
		}
		out.Covered.Handed = append(out.Covered.Handed, called(id, ""))
	}
	if out.Absence.LeftOut == "" {
		return out, nil
	}
	var left []notCovered
	err = json.Unmarshal([]byte(out.Absence.LeftOut), &left)
	for _, c := range left {
		out.Covered.LeftOut = append(out.Covered.LeftOut, casework.LeftOut{OpenCase: called(c.ID, c.Part), Code: c.Code, Text: c.Text, Ties: c.Ties})
	}
	return out, err
}

func (l Leave) check(tx *db.Tx, m registry.Mediator) error {
	var bad fault.Check
	today := calendar.DayOf(tx.Now)
	if _, err := calendar.ParseDay(string(l.From)); err != nil {
		bad.Take("from", err)
	}
	if _, err := calendar.ParseDay(string(l.To)); err != nil {
		bad.Take("to", err)
	} else if l.To.Before(l.From) || l.To.Before(today) {
		bad.Add("to", "最后一天不能早于第一天，也不能早于今天。", "The last day cannot lie before the first, nor before today.")
	}
	known, err := absencesOf(tx, m.CountyCode, m.CommitteeID)
	if err != nil {
		return err
	}
	for _, a := range known {
		if a.MediatorID == m.ID && !a.ToOn.Before(l.From) && !l.To.Before(a.FromOn) {
			bad.Add("from", "这段时间已经登记过请假（%s 至 %s）。", "Leave is entered already for these days (%s to %s).", a.FromOn, a.ToOn)
		}
		if a.MediatorID == l.Cover && !l.Cover.IsZero() && !a.ToOn.Before(l.From) && !l.To.Before(a.FromOn) {
			bad.Add("cover_mediator_id", "代班的人这段时间也请假了。", "Whoever is to stand in is away in these days too.")
		}
	}
	if !l.Cover.IsZero() {
		c, err := registry.FindMediator(tx, l.Cover)
		if err != nil && !fault.Is(err, fault.Missing) {
			return err
		}
		if err != nil || c.CommitteeID != m.CommitteeID || !c.Works() || c.ID == m.ID {
			bad.Add("cover_mediator_id", "请选择本调委会另一位在任的调解员。", "Please choose another serving mediator of this committee.")
		}
	}
	return bad.Err()
}

// mine is a mediator of a committee that the grant covers. In a transaction that writes, others who enter something about
// this committee's mediators wait from here on: two who look at once would both find the days free.
func mine(tx *db.Tx, g authz.Grant, id ident.ID) (registry.Mediator, error) {
	m, err := registry.FindMediator(tx, id)
	if err == nil && !g.CoversCommittee(m.CommitteeID) {
		err = fault.NoSuch()
	}
	if err == nil && tx.Writes() {
		err = holdTeam(tx, m)
	}
	return m, err
}

// ComeBack enters that somebody is back: whoever stood in for them leaves the cases, and keeps their own. For a leave of
// theirs that is still to come, its cover is let in as before.
//
// Faults: Missing where no such absence is open.
func (s *Service) ComeBack(ctx context.Context, g authz.Grant, mediator, absence ident.ID) error {
	covering, err := s.Policy.Allow(g.By(), handingOver)
	if err != nil {
		return err
	}
	err = s.Store.Do(ctx, g.By(), mediator.County(), func(tx *db.Tx) error {
		m, err := mine(tx, g, mediator)
		if err != nil {
			return err
		}
		a, err := findAbsence(tx, m, absence)
		if err != nil {
			return err
		}
		if err := s.Cases.EndCover(tx, covering, m.ID); err != nil {
			return err
		}
		if err := endAbsence(tx, a, calendar.DayOf(tx.Now)); err != nil {
			return err
		}
		tx.Made(a.ID, 0, 200)
		return s.coverStill(tx, covering, m)
	})
	var done *db.Done
	if errors.As(err, &done) {
		return nil
	}
	return err
}

// coverStill lets in again who stands in during other absences of a mediator that are open, where they still serve.
func (s *Service) coverStill(tx *db.Tx, covering authz.Grant, m registry.Mediator) error {
	known, err := absencesOf(tx, m.CountyCode, m.CommitteeID)
	for _, a := range known {
		if err == nil && a.MediatorID == m.ID && !a.CoverID.IsZero() {
			if _, err = s.Cases.CoverHost(tx, covering, m.ID, a.CoverID); fault.Is(err, fault.Invalid) {
				err = nil // they have left since
			}
		}
	}
	return err
}

// Speak sets the languages that a mediator of one's committee speaks beside standard Chinese.
func (s *Service) Speak(ctx context.Context, g authz.Grant, mediator ident.ID, languages []string) error {
	var bad fault.Check
	if len(languages) > mostLanguages {
		bad.Add("languages", "最多 %d 种语言。", "At most %d languages.", mostLanguages)
	}
	for _, l := range languages {
		if len([]rune(l)) > 30 {
			bad.Add("languages", "一种语言最多 30 个字。", "A language has at most 30 characters.")
		}
	}
	return s.Store.Do(ctx, g.By(), mediator.County(), func(tx *db.Tx) error {
		m, err := mine(tx, g, mediator)
		if err == nil {
			err = bad.Err()
		}
		if err != nil {
			return err
		}
		return setLanguages(tx, m, languages)
	})
}

const mostLanguages = 10

// LanguagesOf are the languages that a mediator speaks beside standard Chinese, as their chair entered them.
func LanguagesOf(tx *db.Tx, mediator ident.ID) ([]string, error) {
	all, err := languagesOf(tx, mediator.County(), []ident.ID{mediator})
	return all[mediator], err
}
