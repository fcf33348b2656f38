package subsidy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"fengqiao/internal/account"
	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/scheme"
)

// Look is a claim in the version that was seen.
type Look struct {
	ID      ident.ID `json:"id"`
	Version int64    `json:"version"`
	Another bool     `json:"another_dispute,omitempty" doc:"To let pass what has the parties and the kind of another claim: it is another dispute"`
}

func indexed(list string, i int, name string) string { return fmt.Sprintf("%s[%d].%s", list, i, name) }

// Pass lets claims go on to the next step: all of them, or none. The three steps are taken by three persons, of whom none
// mediated the case or claimed for it. What a claim is worth is reckoned anew; a claim against which the scheme says something
// does not pass, nor one that may be for a dispute claimed for under another number, unless it is said to be another.
//
// Faults: Missing for a claim out of reach; Stale; Conflict "claim_state" where it waits for another step, "claim_codes" for what
// stands against it and "alike" naming the other number; Denied "three_persons".
func (s *Service) Pass(ctx context.Context, g authz.Grant, step Step, in []Look) ([]Seen, error) {
	if len(in) == 0 || len(in) > mostAtOnce {
		return nil, fault.New(fault.Invalid, "", "请选择申报，一次最多 %d 件。", "Please choose claims, at most %d at once.", mostAtOnce).At("claims")
	}
	ids := make([]ident.ID, 0, len(in))
	for _, l := range in {
		ids = append(ids, l.ID)
	}
	if !sameCounty(ids) {
		return nil, fault.NoSuch()
	}
	var out []Seen
	err := s.Store.Do(ctx, g.By(), ids[0].County(), func(tx *db.Tx) error {
		all, err := s.looked(tx, g, step, in)
		if err != nil {
			return err
		}
		if err := s.refresh(tx, all); err != nil {
			return err
		}
		found, err := alike(tx, tx.County, seen(all))
		if err != nil {
			return err
		}
		tx.Made(ids[0], 0, 200)
		var acts []entry
		for i, one := range all {
			if one.Codes != "" {
				why := one.Against()
				return fault.New(fault.Conflict, "claim_codes", "%[1]s 不符合补贴办法：%[2]s。请作出不予补贴的决定，或者等条件具备。", "%[3]s is not paid for by the scheme: %[4]s. Please refuse it, or wait until it is.",
					one.Called, strings.Join(sentences(why, "zh-CN"), "；"), one.Called, strings.Join(sentences(why, "en"), "; "))
			}
			fact := journal.Fact{"step": step, "fen": one.Fen}
			if err := settleAlike(one, found[one.ID], in[i].Another, fact); err != nil {
				return err
			}
			acts = append(acts, one.pass(tx, step, fact))
			if err := updateClaim(tx, &one.Claim); err != nil {
				return err
			}
		}
		if err := errors.Join(updateShares(tx, all), s.record(tx, acts...)); err != nil {
			return err
		}
		out = seen(all)
		return nil
	})
	var done *db.Done
	if errors.As(err, &done) {
		return nil, nil // sent twice: they have passed
	}
	return out, err
}

func seen(all []*Seen) []Seen {
	out := make([]Seen, 0, len(all))
	for _, c := range all {
		out = append(out, *c)
	}
	return out
}

// pass lets a claim go on by a step, and gives the act for the record.
func (c *Seen) pass(tx *db.Tx, step Step, fact journal.Fact) entry {
	from := c.State
	c.State, c.Version = steps[step].to, c.Version+1
	switch step {
	case Check:
		c.CheckedBy = tx.By.Person
	case Examine:
		c.ExaminedBy = tx.By.Person
	case Approve:
		c.ApprovedBy = tx.By.Person
	}
	return entry{c.ID, c.Version, "subsidy_passed", from, c.State, c.AreaCode, fact}
}

// looked finds claims within a grant that wait for a step, of the versions that were seen, and makes sure that whoever looks is
// another person than all who had to do with them.
func (s *Service) looked(tx *db.Tx, g authz.Grant, step Step, in []Look) ([]*Seen, error) {
	out := make([]*Seen, 0, len(in))
	for _, l := range in {
		c, err := claimWithin(tx, g, l.ID)
		switch {
		case err != nil:
			return nil, err
		case c.Version != l.Version:
			return nil, errStale
		case c.Waits() != step:
			return nil, fault.New(fault.Conflict, "claim_state", "%[1]s 现在的状态是“%[2]s”，不能这样办理。", "%[3]s is “%[4]s” now; this is not possible.",
				c.Called, codes.SubsidyStates.Name(c.State, "zh-CN"), c.Called, codes.SubsidyStates.Name(c.State, "en"))
		}
		if err := another(tx, step, c); err != nil {
			return nil, err
		}
		out = append(out, &c)
	}
	return out, nil
}

// another refuses a look by whoever mediated the case, shares in the claim, made it, or took one of the other two looks; and by whoever
// has stood in, since it was made, for who made it or took one of them.
func another(tx *db.Tx, step Step, c Seen) error {
	me := tx.By.Person
	before := map[Step]ident.ID{Check: c.CheckedBy, Examine: c.ExaminedBy, Approve: c.ApprovedBy}
	others := []ident.ID{c.ClaimedBy}
	for other, who := range before {
		if other == step {
			continue
		}
		if others = append(others, who); who == me {
			return fault.New(fault.Denied, "three_persons", "初审、评查、审批须由三个人分别办理，您已经办理过其中一步。", "The three looks are taken by three persons; you have taken one of them.")
		}
	}
	mediated, err := mediatedBy(tx, c, me)
	if err == nil && (mediated || c.ClaimedBy == me) {
		err = fault.New(fault.Denied, "three_persons", "您办理过或者申报过 %[1]s，须由其他人办理。", "You mediated %[1]s or claimed for it: somebody else has to look.", c.Called)
	}
	if err == nil {
		err = account.StandsApart(tx, "three_persons", c.ClaimedAt, others...)
	}
	return err
}

// refresh reckons claims anew, as they are now.
func (s *Service) refresh(tx *db.Tx, all []*Seen) error {
	if err := refreshPosts(tx, all); err != nil {
		return err
	}
	var ids []ident.ID
	for _, c := range all {
		if c.Kind == scheme.ByCase {
			ids = append(ids, c.CaseID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	found, err := s.assess(tx, tx.County, ids)
	if err != nil {
		return err
	}
	for _, c := range all {
		at := slices.IndexFunc(found, func(a assessed) bool { return a.ID == c.CaseID })
		if c.Kind != scheme.ByCase || at < 0 {
			continue
		}
		weights := map[ident.ID]int64{}
		for _, share := range c.Shares {
			weights[share.PersonID] = share.Weight
		}
		c.Shares = found[at].claim(&c.Claim, weights)
	}
	return nil
}

// refreshPosts reckons the allowances for posts among some claims anew: in full, and nothing for whoever is barred.
func refreshPosts(tx *db.Tx, all []*Seen) error {
	var persons []ident.ID
	for _, c := range all {
		if c.Kind == scheme.ForPosts {
			persons = append(persons, c.PostPerson)
		}
	}
	if len(persons) == 0 {
		return nil
	}
	bars, err := barredOf(tx, tx.County, persons)
	k := known{barred: bars}
	for _, c := range all {
		if c.Kind != scheme.ForPosts {
			continue
		}
		if c.Fen, c.Codes = c.RateFen, ""; k.isBarred(c.PostPerson, c.ClosedOn) {
			c.Fen, c.Codes = 0, "barred"
		}
		for i := range c.Shares {
			c.Shares[i].Fen = c.Fen
		}
	}
	return err
}

// Refusal is why a claim is not paid.
type Refusal struct {
	Code     string   `json:"code" doc:"codes of refusals: what the scheme says against it, or materials, not_genuine, not_mediation, late, duplicate, other"`
	Text     string   `json:"text,omitempty" doc:"In words; needed for what a person has found"`
	SameCase ident.ID `json:"same_case_id,omitempty,omitzero" doc:"With duplicate: under which case the dispute was counted"`
}

// Refuse refuses a claim at a step, with a code and in words. Who shares in it may answer once; then it is looked at again at
// the same step, and what is decided then stands.
//
// Faults: as Pass; Invalid for a code that does not hold.
func (s *Service) Refuse(ctx context.Context, g authz.Grant, step Step, l Look, in Refusal) (Seen, error) {
	var out Seen
	err := s.Store.Do(ctx, g.By(), l.ID.County(), func(tx *db.Tx) error {
		all, err := s.looked(tx, g, step, []Look{l})
		if err != nil {
			return err
		}
		if err := s.refresh(tx, all); err != nil {
			return err
		}
		c := all[0]
		if err := in.check(tx, c); err != nil {
			return err
		}
		from := c.State
		c.State, c.Step, c.RefusedBy, c.Version = Refused, step, tx.By.Person, c.Version+1
		c.Fen = 0
		for i := range c.Shares {
			c.Shares[i].Fen = 0
		}
		tx.Made(c.ID, c.Version, 200)
		out = *c
		return errors.Join(updateClaim(tx, &c.Claim), updateShares(tx, []*Seen{c}),
			s.record(tx, entry{c.ID, c.Version, "subsidy_refused", from, Refused, c.AreaCode, journal.Fact{"step": step, "code": c.Refusal, "same_case": idText(c.SameCase)}}))
	})
	var done *db.Done
	if errors.As(err, &done) {
		return db.Look(ctx, s.Store, g.By(), func(tx *db.Tx) (Seen, error) { return seenByID(tx, done.ID) })
	}
	return out, err
}

func (in Refusal) check(tx *db.Tx, c *Seen) error {
	var bad fault.Check
	bad.Take("code", codes.SubsidyRefusals.Check(in.Code))
	if codes.SubsidyFound(in.Code) && !slices.Contains(c.Against(), in.Code) {
		bad.Add("code", "按补贴办法核对，没有这个问题。请选择实际的理由。", "Checked against the scheme, this is not so. Please choose the reason that is.")
	}
	least := 2
	if codes.SubsidyFound(in.Code) {
		least = 0
	}
	c.Refusal, c.RefusalText, c.SameCase = in.Code, words(&bad, "text", in.Text, least, 500), ident.ID{}
	if in.Code == "duplicate" && !slices.Contains(c.Against(), "duplicate") {
		if err := otherCase(tx, c, in.SameCase); err != nil {
			bad.Take("same_case_id", err)
		}
		c.SameCase = in.SameCase
	}
	return bad.Err()
}

// otherCase makes sure that the case under which the dispute was counted is another one of the county, and is claimed for.
func otherCase(tx *db.Tx, c *Seen, id ident.ID) error {
	wrong := fault.New(fault.Invalid, "", "请写明同一纠纷已经按哪一件案件申报。", "Please say under which case the same dispute was claimed for.")
	if id.IsZero() || id == c.CaseID || id.County() != c.CountyCode {
		return wrong
	}
	n, err := claimedFor(tx, id)
	if err == nil && n == 0 {
		err = wrong
	}
	return err
}

// Answer lets one who shares in a refused claim answer, once.
//
// Faults: Missing for whoever has no share; Stale; Conflict where it is not refused or was answered; Invalid without words.
func (s *Service) Answer(ctx context.Context, g authz.Grant, id ident.ID, expect int64, text string) (Seen, error) {
	var out Seen
	err := s.Store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) (err error) {
		if out, err = mine(tx, g, id); err != nil {
			return err
		}
		switch {
		case out.Version != expect:
			return errStale
		case out.State != Refused:
			return fault.New(fault.Conflict, "claim_state", "只有不予补贴的申报可以申辩。", "Only a claim that was refused can be answered.")
		case out.RepliedAt != nil: // what was said may be gone with the dossier
			return fault.New(fault.Conflict, "answered", "已经申辩过一次，复核以后的决定就是最终决定。", "It was answered once, and what was decided then stands.")
		}
		if !out.CaseID.IsZero() {
			if err := casework.StillKept(tx, out.CaseID); err != nil {
				return err
			}
		}
		var bad fault.Check
		out.Reply = words(&bad, "reply", text, 2, 1000)
		if err := bad.Err(); err != nil {
			return err
		}
		at := tx.Now
		out.RepliedAt, out.State, out.Version = &at, Replied, out.Version+1
		tx.Made(out.ID, out.Version, 200)
		return errors.Join(updateClaim(tx, &out.Claim), s.record(tx, entry{out.ID, out.Version, "subsidy_answered", Refused, Replied, out.AreaCode, nil}))
	})
	var done *db.Done
	if errors.As(err, &done) {
		return db.Look(ctx, s.Store, g.By(), func(tx *db.Tx) (Seen, error) { return mine(tx, g, done.ID) })
	}
	return out, err
}
