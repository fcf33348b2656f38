package subsidy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/scheme"
)

// Weighing says how one who mediated shares in a claim.
type Weighing struct {
	Mediator ident.ID `json:"mediator_id"`
	Weight   int64    `json:"weight" doc:"1 to 100; those of whom nothing is said weigh 1"`
}

// NewClaim is a claim for a case.
type NewClaim struct {
	Weights []Weighing `json:"weights,omitempty" nullable:"false" doc:"How host and co-mediators share; left out: equally"`
}

var errClaimed = fault.New(fault.Conflict, "claimed", "这件案件已经申报过：一件案件只申报一次。", "This case has been claimed for: a case is claimed for once.")

// Claim claims what the scheme of its day of closing gives for a case. A case is claimed for once, however often it was taken
// up; what goes on in another county counts as the same dispute. What can still be mended is said, and nothing is entered.
//
// Faults: Missing for a case out of reach; Conflict where it was claimed for, and "not_yet" naming what is missing; Invalid for
// weights of somebody who did not mediate it.
func (s *Service) Claim(ctx context.Context, g authz.Grant, id ident.ID, in NewClaim) (Seen, error) {
	var out Seen
	err := s.Store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) error {
		if err := caseWithin(tx, g, id); err != nil {
			return err
		}
		found, err := s.assess(tx, id.County(), []ident.ID{id})
		if err != nil || len(found) == 0 {
			return errors.Join(err, missingIf(len(found) == 0))
		}
		a := found[0]
		if why := a.passing(); len(why) > 0 {
			return fault.New(fault.Conflict, "not_yet", "现在还不能申报：%[1]s。", "This cannot be claimed for yet: %[2]s.", strings.Join(sentences(why, "zh-CN"), "；"), strings.Join(sentences(why, "en"), "; "))
		}
		weights, err := in.checked(a)
		if err != nil {
			return err
		}
		c := Claim{Key: tx.NewKey(), Version: 1, State: Claimed, ClaimedBy: tx.By.Person, ClaimedAt: tx.Now}
		out = Seen{Claim: c}
		out.Shares = a.claim(&out.Claim, weights)
		tx.Made(c.ID, 1, 201)
		return s.enter(tx, []*Seen{&out})
	})
	var done *db.Done
	if errors.As(err, &done) {
		return db.Look(ctx, s.Store, g.By(), func(tx *db.Tx) (Seen, error) { return seenByID(tx, done.ID) })
	}
	return out, err
}

func missingIf(missing bool) error {
	if missing {
		return fault.NoSuch()
	}
	return nil
}

// checked gives the weights by person.
func (in NewClaim) checked(a assessed) (map[ident.ID]int64, error) {
	out := map[ident.ID]int64{}
	var bad fault.Check
	for i, w := range in.Weights {
		at := slices.IndexFunc(a.payees, func(p payee) bool { return p.MediatorID == w.Mediator })
		switch {
		case at < 0:
			bad.Add(indexed("weights", i, "mediator_id"), "请选择办理本案、可以领取补贴的调解员。", "Please choose a mediator who worked on this case and may be paid.")
		case w.Weight < 1 || w.Weight > 100:
			bad.Add(indexed("weights", i, "weight"), "请填写 1 到 100 之间的整数。", "Please give a whole number between 1 and 100.")
		default:
			out[a.payees[at].PersonID] = w.Weight
		}
	}
	return out, bad.Err()
}

// enter writes new claims with their shares, each with an entry in the record.
func (s *Service) enter(tx *db.Tx, all []*Seen) error {
	var rows []Claim
	var shares []Share
	var acts []entry
	for _, one := range all {
		rows = append(rows, one.Claim)
		for i := range one.Shares {
			one.Shares[i].Key, one.Shares[i].ClaimID = tx.NewKey(), one.ID
		}
		shares = append(shares, one.Shares...)
		acts = append(acts, entry{one.ID, 1, "subsidy_claimed", "", Claimed, one.AreaCode, journal.Fact{"case": idText(one.CaseID), "scheme": idText(one.SchemeID), "fen": one.Fen, "codes": one.Codes}})
	}
	if err := insertClaims(tx, rows); err != nil {
		return err
	}
	return errors.Join(insertShares(tx, shares), s.record(tx, acts...))
}

func idText(id ident.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// Period asks that all cases of a committee be claimed for that were closed between two days, both in.
type Period struct {
	Committee ident.ID     `json:"committee_id,omitempty,omitzero" doc:"Where the chair has several"`
	From      calendar.Day `json:"from"`
	To        calendar.Day `json:"to"`
}

// LeftOut is a case for which nothing could be claimed yet, and why.
type LeftOut struct {
	CaseID ident.ID
	CaseNo string
	Codes  []string
}

// Gathered are the claims that were made of a period, and the cases that were left out.
type Gathered struct {
	Made    int
	LeftOut []LeftOut
	More    bool // there are more cases in these days than were looked at
}

const mostAtOnce = 200 // claims in one act

// ClaimPeriod claims for the cases of a committee that were closed in a period and not claimed for. Cases in which something
// can still be mended are left out and named.
//
// Faults: Missing for a committee out of reach; Invalid for days that are none.
func (s *Service) ClaimPeriod(ctx context.Context, g authz.Grant, in Period) (out Gathered, err error) {
	if in.Committee.IsZero() {
		if all := g.Committees(); len(all) > 0 {
			in.Committee = all[0]
		}
	}
	if !g.CoversCommittee(in.Committee) {
		return out, fault.NoSuch()
	}
	if err := calendar.Span(in.From, in.To); err != nil {
		return out, err
	}
	err = s.Store.Do(ctx, g.By(), in.Committee.County(), func(tx *db.Tx) error {
		ids, err := unclaimed(tx, in, mostAtOnce+1)
		if err != nil {
			return err
		}
		if out.More = len(ids) > mostAtOnce; out.More {
			ids = ids[:mostAtOnce]
		}
		found, err := s.assess(tx, in.Committee.County(), ids)
		if err != nil {
			return err
		}
		var all []*Seen
		for _, a := range found {
			if why := a.passing(); len(why) > 0 {
				out.LeftOut = append(out.LeftOut, LeftOut{a.ID, a.CaseNo, why})
				continue
			}
			one := &Seen{Claim: Claim{Key: tx.NewKey(), Version: 1, State: Claimed, ClaimedBy: tx.By.Person, ClaimedAt: tx.Now}}
			one.Shares = a.claim(&one.Claim, nil)
			all = append(all, one)
		}
		out.Made = len(all)
		tx.Made(in.Committee, 0, 200)
		return s.enter(tx, all)
	})
	var done *db.Done
	if errors.As(err, &done) {
		return Gathered{}, nil // sent twice: nothing more was made
	}
	return out, err
}

// Posts asks for the claims of a year's allowance for posts in a county.
type Posts struct {
	County ident.County `json:"county_code,omitempty" doc:"Left out: that of one's post"`
	Year   int          `json:"year"`
}

// ClaimPosts makes the claims for the yearly allowance of those who are members of a county's committees on the last day of
// the year, or today while it lasts; each person once, however many committees they serve.
//
// Faults: Missing for a county out of reach; Conflict where no scheme holds; Invalid for a year that has not begun.
func (s *Service) ClaimPosts(ctx context.Context, g authz.Grant, in Posts) (out Gathered, err error) {
	if in.County == "" {
		in.County = scheme.HomeOf(g).County()
	}
	if !g.CoversArea(in.County.Area()) {
		return out, fault.NoSuch()
	}
	err = s.Store.Do(ctx, g.By(), in.County, func(tx *db.Tx) error {
		today := calendar.DayOf(tx.Now)
		if in.Year < 2000 || in.Year > today.Year() {
			return fault.New(fault.Invalid, "", "请填写已经开始的年份。", "Please give a year that has begun.").At("year")
		}
		on := lastDay(in.Year)
		if today.Before(on) {
			on = today
		}
		book, err := scheme.Open(tx, in.County)
		if err != nil {
			return err
		}
		all, more, err := s.posts(tx, g, in, on, book)
		if err != nil {
			return err
		}
		out.Made, out.More = len(all), more
		tx.Made(firstID(all), 0, 200)
		return s.enter(tx, all)
	})
	var done *db.Done
	if errors.As(err, &done) {
		return Gathered{}, nil
	}
	return out, err
}

func firstID(all []*Seen) (id ident.ID) {
	if len(all) > 0 {
		id = all[0].ID
	}
	return id
}

func (s *Service) posts(tx *db.Tx, g authz.Grant, in Posts, on calendar.Day, book scheme.Book) (all []*Seen, more bool, err error) {
	if book.On(in.County.Area(), scheme.ForPosts, on) == nil {
		return nil, false, fault.New(fault.Conflict, "no_scheme", "本地没有适用于这一天的岗位补贴办法。", "No scheme for posts holds here on that day.")
	}
	members, err := membersOn(tx, g, in, on, mostAtOnce+1)
	if err != nil {
		return nil, false, err
	}
	if more = len(members) > mostAtOnce; more {
		members = members[:mostAtOnce]
	}
	persons := make([]ident.ID, 0, len(members))
	for _, m := range members {
		persons = append(persons, m.PersonID)
	}
	barred, err := barredOf(tx, in.County, persons)
	if err != nil {
		return nil, false, err
	}
	k := known{barred: barred}
	for _, m := range members {
		sc := book.On(m.AreaCode, scheme.ForPosts, on)
		c := Claim{Key: tx.NewKey(), Version: 1, Kind: scheme.ForPosts, PostPerson: m.PersonID, PostYear: in.Year, Called: m.Committee, CommitteeID: m.CommitteeID, AreaCode: m.AreaCode, ClosedOn: on,
			SchemeID: sc.ID, SchemeSHA: sc.SHA256, Form: "", Grade: "", RateFen: sc.Terms.PostFen, Fen: sc.Terms.PostFen, State: Claimed, ClaimedBy: tx.By.Person, ClaimedAt: tx.Now}
		if k.isBarred(m.PersonID, on) {
			c.Fen, c.Codes = 0, "barred"
		}
		all = append(all, &Seen{Claim: c, Shares: []Share{{PersonID: m.PersonID, Name: m.Name, Part: "member", Weight: 1, Fen: c.Fen}}})
	}
	return all, more, nil
}

func lastDay(year int) calendar.Day { return calendar.Day(fmt.Sprintf("%04d-12-31", year)) }
