package review

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/anomaly"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/vault"
)

// The rates of the practice that the defaults follow, and how long one may answer.
const (
	rateConfirmed = 10
	rateRest      = 5
	answerDays    = 5 // working days
)

// NewRound is what a round begins with.
type NewRound struct {
	Name          string       `json:"name"`
	Area          ident.Area   `json:"area_code,omitempty" doc:"A county, or a place in it; the area of the post where it is left out"`
	From          calendar.Day `json:"from" doc:"First closed, the first day"`
	To            calendar.Day `json:"to" doc:"And the last"`
	RateConfirmed int          `json:"rate_confirmed,omitempty" doc:"Per cent of the cases that a court confirmed; 10"`
	RateRest      int          `json:"rate_rest,omitempty" doc:"Per cent of the others; 5"`
	AppealDays    int          `json:"appeal_days,omitempty" doc:"Working days in which a result may be answered; 5"`
	Trial         bool         `json:"trial,omitempty" doc:"About a period that is over: it counts for nothing"`
}

// MakeRound fixes a round and its seed. The seed is kept sealed until the draw, and told as its hash: nobody can know before
// the period closes which case will be drawn, nor choose a seed after.
//
// Faults: Missing for an area that is not the post's; Invalid for a period that is over, unless it is a trial.
func (s *Service) MakeRound(ctx context.Context, g authz.Grant, in NewRound) (Round, error) {
	if in.Area == "" {
		in.Area = g.Home()
	}
	r := Round{Version: 1, AreaCode: in.Area, Name: strings.TrimSpace(in.Name), FromOn: in.From, ToOn: in.To, RateConfirmed: or(in.RateConfirmed, rateConfirmed),
		RateRest: or(in.RateRest, rateRest), AppealDays: or(in.AppealDays, answerDays), Trial: in.Trial}
	if !ident.ValidArea(in.Area) || len(in.Area.Prefix()) < 6 {
		return r, fault.New(fault.Invalid, "", "请选择一个县（市、区）。", "Please choose a county.").At("area_code")
	}
	if !g.CoversArea(in.Area) {
		return r, fault.NoSuch()
	}
	seed := make([]byte, 16)
	if _, err := io.ReadFull(s.Random, seed); err != nil {
		return r, err
	}
	err := s.Store.Do(ctx, g.By(), in.Area.County(), func(tx *db.Tx) error {
		if err := r.check(calendar.DayOf(tx.Now)); err != nil {
			return err
		}
		r.Key, r.FixedAt, r.FixedBy = tx.NewKey(), tx.Now, tx.By.Person
		text := hex.EncodeToString(seed)
		sum := sha256.Sum256([]byte(text))
		r.SeedHash, r.SeedSealed = hex.EncodeToString(sum[:]), s.Vault.Seal(seedOf(r), text)
		tx.Made(r.ID, r.Version, 201)
		if err := insertRound(tx, &r); err != nil {
			return err
		}
		return s.record(tx, r.ID, r.Version, "review_fixed", r.AreaCode, journal.Fact{"from": r.FromOn, "to": r.ToOn, "seed_hash": r.SeedHash,
			"rate_confirmed": r.RateConfirmed, "rate_rest": r.RateRest, "trial": r.Trial}, nil)
	})
	var done *db.Done
	if errors.As(err, &done) {
		return s.roundMade(ctx, g, done.ID)
	}
	return r, err
}

func or(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

func (r Round) check(today calendar.Day) error {
	var bad fault.Check
	if n := len([]rune(r.Name)); n == 0 || n > 60 {
		bad.Add("name", "请填写名称，最多 60 个字。", "Please give it a name of at most 60 characters.")
	}
	for at, day := range map[string]calendar.Day{"from": r.FromOn, "to": r.ToOn} {
		if _, err := calendar.ParseDay(string(day)); err != nil {
			bad.Add(at, "请填写日期。", "Please give a day.")
		}
	}
	if err := bad.Err(); err != nil {
		return err
	}
	switch {
	case r.ToOn.Before(r.FromOn) || calendar.Between(r.FromOn, r.ToOn) > 366:
		bad.Add("to", "结束日期不早于开始日期，最长一年。", "The last day is not before the first, and a year later at most.")
	case r.Trial && !r.ToOn.Before(today):
		bad.Add("trial", "试评只用于已经结束的时段。", "A trial is about a period that is over.")
	case !r.Trial && r.ToOn.Before(today):
		bad.Add("to", "时段已经结束：种子须在时段结束前确定，否则可以挑选案件。已过去的时段只能试评。",
			"The period is over. A seed is fixed before it ends, or cases could be chosen; for a past period there is only a trial.")
	}
	for at, n := range map[string]int{"rate_confirmed": r.RateConfirmed, "rate_rest": r.RateRest} {
		if n < 1 || n > 100 {
			bad.Add(at, "应在 1 到 100 之间。", "Must be between 1 and 100.")
		}
	}
	if r.AppealDays < 1 || r.AppealDays > 30 {
		bad.Add("appeal_days", "应在 1 到 30 之间。", "Must be between 1 and 30.")
	}
	return bad.Err()
}

func seedOf(r Round) vault.Place {
	return vault.Place{Table: r.TableName(), Column: "seed_sealed", Row: r.ID}
}

// record enters an act in the record: a round and an item have a chain of their own, as a case has.
func (s *Service) record(tx *db.Tx, id ident.ID, seq int64, event string, area ident.Area, fact journal.Fact, words journal.Words) error {
	_, err := s.Journal.Append(tx, journal.Entry{Case: id, Seq: seq, Event: event, Actor: tx.By.Person, Role: hatOf(tx.By, area), Fact: fact, Words: words})
	return err
}

// hatOf is the post in which somebody acts.
func hatOf(by actor.Actor, area ident.Area) actor.Role {
	for _, p := range by.Posts {
		if p.Area != "" && p.Area.Covers(area) {
			return p.Role
		}
	}
	if len(by.Posts) > 0 {
		return by.Posts[0].Role
	}
	return actor.Anyone
}

func (s *Service) roundMade(ctx context.Context, g authz.Grant, id ident.ID) (r Round, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		r, err = roundWithin(tx, g, id)
		return err
	})
	return r, err
}

// mayReviewRoles are the posts whose holders may be named: those who know dossiers.
var mayReviewRoles = []actor.Role{actor.Mediator, actor.Chair, actor.StationOfficer, actor.BureauSupervisor}

// NameReviewers names people for a round, by their logins, in place of those who have nothing to look at yet. Items without a
// reviewer find one then.
func (s *Service) NameReviewers(ctx context.Context, g authz.Grant, id ident.ID, expect int64, logins []string) (Round, error) {
	return s.change(ctx, g, id, expect, "review_named", func(tx *db.Tx, r *Round) (journal.Fact, error) {
		var bad fault.Check
		var named []string
		for _, login := range logins {
			if login = strings.TrimSpace(login); login == "" {
				continue
			}
			person, err := s.reviewer(tx, login)
			if err != nil {
				bad.Add("logins", "没有登录名“%[1]s”，或者其岗位不能评查。", "There is nobody called “%[1]s”, or their post does not review.", login)
				continue
			}
			if err := addReviewer(tx, Reviewer{CountyCode: r.CountyCode, RoundID: r.ID, PersonID: person.ID, Name: person.Name, NamedAt: tx.Now}); err != nil {
				return nil, err
			}
			named = append(named, person.ID.String())
		}
		if len(named) == 0 && bad.Err() == nil {
			bad.Add("logins", "请填写至少一个登录名。", "Please give at least one login.")
		}
		if err := bad.Err(); err != nil {
			return nil, err
		}
		if r.DrawnAt == nil {
			return journal.Fact{"named": named}, nil
		}
		n, err := s.handOut(tx, *r)
		return journal.Fact{"named": named, "handed_out": n}, err
	})
}

func (s *Service) reviewer(tx *db.Tx, login string) (account.Person, error) {
	_, id, err := s.Accounts.FindLogin(tx, login)
	if err != nil {
		return account.Person{}, err
	}
	posts, err := s.Accounts.PostsOf(tx, id)
	if err != nil {
		return account.Person{}, err
	}
	today := calendar.DayOf(tx.Now)
	if !slices.ContainsFunc(posts, func(p account.Post) bool { return p.Holds(today) && slices.Contains(mayReviewRoles, p.Role) }) {
		return account.Person{}, fault.NoSuch()
	}
	return s.Accounts.FindPerson(tx, id)
}

// change is the one way in which a round changes.
func (s *Service) change(ctx context.Context, g authz.Grant, id ident.ID, expect int64, event string, do func(*db.Tx, *Round) (journal.Fact, error)) (Round, error) {
	var r Round
	err := s.Store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) (err error) {
		if r, err = roundWithin(tx, g, id); err != nil {
			return err
		}
		if expect != r.Version {
			return errStale
		}
		if r.Seed, err = s.Vault.Open(seedOf(r), r.SeedSealed); err != nil {
			return err
		}
		fact, err := do(tx, &r)
		if err != nil {
			return err
		}
		r.Version++
		tx.Made(r.ID, r.Version, 200)
		return errors.Join(updateRound(tx, &r), s.record(tx, r.ID, r.Version, event, r.AreaCode, fact, nil))
	})
	var done *db.Done
	if errors.As(err, &done) {
		return s.roundMade(ctx, g, done.ID)
	}
	if r.DrawnAt == nil {
		r.Seed = ""
	}
	return r, err
}

var errStale = fault.New(fault.Stale, "", "刚刚有人改动过。请看过新内容后再试。", "Somebody has just changed this. Please look at it again and retry.")

// Draw draws the dossiers of a round after its period has closed, adds those that were flagged, and hands them out.
//
// Faults: Conflict while the period runs, when nobody is named, or when it was drawn before.
func (s *Service) Draw(ctx context.Context, g authz.Grant, id ident.ID, expect int64) (Round, error) {
	return s.change(ctx, g, id, expect, "review_drawn", func(tx *db.Tx, r *Round) (journal.Fact, error) {
		switch named, err := reviewersOf(tx, r.ID); {
		case err != nil:
			return nil, err
		case r.DrawnAt != nil:
			return nil, fault.New(fault.Conflict, "drawn", "已经抽取过了。", "It was drawn already.")
		case !calendar.DayOf(tx.Now).After(r.ToOn):
			return nil, fault.New(fault.Conflict, "not_closed", "时段结束（%s）以后才能抽取。", "It is drawn after the period has closed (%s).", r.ToOn)
		case len(named) == 0:
			return nil, fault.New(fault.Conflict, "no_reviewer", "请先指定评查员。", "Please name reviewers first.")
		}
		n, err := s.drawInto(tx, r)
		if err != nil {
			return nil, err
		}
		given, err := s.handOut(tx, *r)
		return journal.Fact{"seed": r.Seed, "items": n, "handed_out": given, "left_out": r.LeftOut}, err
	})
}

// drawInto writes the strata and the items of a round.
func (s *Service) drawInto(tx *db.Tx, r *Round) (int, error) {
	all, err := population(tx, *r)
	if err != nil {
		return 0, err
	}
	open := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return c.Restricted })
	at := tx.Now
	r.DrawnAt, r.LeftOut = &at, len(all)-len(open)
	strata, taken := draw(r.Seed, r.RateConfirmed, r.RateRest, open)
	if err := insertStrata(tx, *r, strata); err != nil {
		return 0, err
	}
	flagged, err := anomaly.Flagged(tx, r.CountyCode)
	if err != nil {
		return 0, err
	}
	var items []Item
	had := map[ident.ID]bool{}
	for _, d := range taken {
		had[d.ID] = true
		items = append(items, itemOf(tx, *r, d, Random))
	}
	for _, c := range open {
		if flagged[c.ID] && !had[c.ID] {
			items = append(items, itemOf(tx, *r, drawn{candidate: c}, Risk))
		}
	}
	for i := range items {
		if err := s.record(tx, items[i].ID, 1, "review_item", items[i].AreaCode, journal.Fact{"round": r.ID.String(), "case": items[i].CaseID.String(), "why": items[i].Why}, nil); err != nil {
			return 0, err
		}
	}
	return len(items), insertItems(tx, items)
}

func itemOf(tx *db.Tx, r Round, d drawn, why string) Item {
	s := d.stratum()
	return Item{Key: tx.NewKey(), Version: 1, RoundID: r.ID, CaseID: d.ID, CaseNo: d.CaseNo, CommitteeID: d.CommitteeID, AreaCode: d.AreaCode, CommitteeType: s.CommitteeType,
		Category: s.Category, Confirmed: s.Confirmed, Why: why, Place: d.Place, Trial: r.Trial, State: Waiting}
}
