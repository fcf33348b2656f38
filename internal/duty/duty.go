// Package duty says who of a committee can take a case: who is away and who stands in for them, which languages they speak,
// how much they have in hand, what ties them to it, and whom one would propose for a case and why.
package duty

import (
	"context"
	"strings"

	"fengqiao/internal/actor"
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
//
// Faults: Missing for a mediator of another committee; Invalid for days that are none, over or overlap another absence,
// and for a cover who does not serve here or is away as well.
func (s *Service) GoAway(ctx context.Context, g authz.Grant, mediator ident.ID, l Leave) (Away, error) {
	out := Away{Covered: casework.HandOverResult{Handed: []casework.OpenCase{}, LeftOut: []casework.LeftOut{}}}
	m, err := s.mine(ctx, g, mediator)
	if err != nil {
		return out, err
	}
	a := Absence{CommitteeID: m.CommitteeID, MediatorID: m.ID, CoverID: l.Cover, FromOn: l.From, ToOn: l.To, EnteredBy: g.By().Person}
	if err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) error { return l.check(tx, m) }); err != nil {
		return out, err
	}
	if !l.Cover.IsZero() {
		if out.Covered, err = s.cover(ctx, g, m.ID, l.Cover); err != nil {
			return out, err
		}
	}
	for _, c := range out.Covered.Handed {
		a.Covered = strings.TrimSpace(a.Covered + " " + c.ID.String())
	}
	out.Absence = a
	return out, s.Store.Do(ctx, g.By(), m.CountyCode, func(tx *db.Tx) error {
		out.Absence.Key = tx.NewKey()
		return insertAbsence(tx, out.Absence)
	})
}

// cover lets somebody into the open cases of another; nothing to do is no fault.
func (s *Service) cover(ctx context.Context, g authz.Grant, from, to ident.ID) (casework.HandOverResult, error) {
	grant, err := s.Policy.Allow(onceless(g.By()), "case.hand_over_host")
	if err != nil {
		return casework.HandOverResult{}, err
	}
	return s.Cases.CoverHost(ctx, grant, from, casework.HandingHost{To: to})
}

// onceless acts without the one-time key, which stands for the entry of the absence.
func onceless(by actor.Actor) actor.Actor {
	by.Once = actor.Once{}
	return by
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

// mine is a mediator of the committee that the grant covers.
func (s *Service) mine(ctx context.Context, g authz.Grant, id ident.ID) (m registry.Mediator, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		if m, err = registry.FindMediator(tx, id); err == nil && !g.CoversCommittee(m.CommitteeID) {
			err = fault.NoSuch()
		}
		return err
	})
	return m, err
}

// ComeBack enters that somebody is back: whoever stood in leaves the cases into which they were let, and keeps their own.
//
// Faults: Missing where no such absence is open.
func (s *Service) ComeBack(ctx context.Context, g authz.Grant, mediator, absence ident.ID) error {
	m, err := s.mine(ctx, g, mediator)
	if err != nil {
		return err
	}
	var a Absence
	if err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) (err error) { a, err = findAbsence(tx, m, absence); return err }); err != nil {
		return err
	}
	if err := s.uncover(ctx, g, a); err != nil {
		return err
	}
	return s.Store.Do(ctx, g.By(), m.CountyCode, func(tx *db.Tx) error { return endAbsence(tx, a, calendar.DayOf(tx.Now)) })
}

func (s *Service) uncover(ctx context.Context, g authz.Grant, a Absence) error {
	if a.CoverID.IsZero() || a.Covered == "" {
		return nil
	}
	grant, err := s.Policy.Allow(onceless(g.By()), "case.hand_over_host")
	if err != nil {
		return err
	}
	open, err := s.Cases.LeaverOf(ctx, grant, a.MediatorID)
	if err != nil {
		return err
	}
	in := casework.HandingHost{To: a.CoverID}
	for _, c := range open.Cases {
		if strings.Contains(" "+a.Covered+" ", " "+c.ID.String()+" ") {
			in.Cases = append(in.Cases, c.ID)
		}
	}
	if len(in.Cases) == 0 {
		return nil
	}
	_, err = s.Cases.EndCover(ctx, grant, a.MediatorID, in)
	return err
}

// Speak sets the languages that a mediator of one's committee speaks beside standard Chinese.
func (s *Service) Speak(ctx context.Context, g authz.Grant, mediator ident.ID, languages []string) error {
	m, err := s.mine(ctx, g, mediator)
	if err != nil {
		return err
	}
	var bad fault.Check
	if len(languages) > mostLanguages {
		bad.Add("languages", "最多 %d 种语言。", "At most %d languages.", mostLanguages)
	}
	for _, l := range languages {
		if len([]rune(l)) > 30 {
			bad.Add("languages", "一种语言最多 30 个字。", "A language has at most 30 characters.")
		}
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return s.Store.Do(ctx, g.By(), m.CountyCode, func(tx *db.Tx) error { return setLanguages(tx, m, languages) })
}

const mostLanguages = 10
