package payment

import (
	"context"
	"errors"
	"slices"
	"strings"

	"fengqiao/internal/account"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/subsidy"
)

// turn is the one way in which a batch changes: found within the grant and held, of the version that was seen, written with
// the next, entered in the record. What do says was done although it must be refused is kept, and the refusal given afterwards.
func (s *Service) turn(ctx context.Context, g authz.Grant, id ident.ID, expect int64, do func(*db.Tx, *BatchSeen) (string, journal.Fact, *fault.Fault, error)) (BatchSeen, error) {
	var out BatchSeen
	var after *fault.Fault
	err := s.Store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) (err error) {
		after = nil
		if out.Batch, err = batchWithin(tx, g, id); err != nil {
			return err
		}
		if out.Version != expect {
			return errStale
		}
		if out.Lines, err = linesOf(tx, id); err != nil {
			return err
		}
		from := out.State
		event, fact, refused, err := do(tx, &out)
		if err != nil {
			return err
		}
		after = refused
		out.Version++
		tx.Made(out.ID, out.Version, 200)
		return errors.Join(updateBatch(tx, &out.Batch), s.record(tx, entry{id, out.Version, event, from, out.State, fact}))
	})
	var done *db.Done
	if errors.As(err, &done) {
		return s.SeeBatch(ctx, g, done.ID)
	}
	if err == nil && after != nil {
		return out, after
	}
	if err != nil {
		return out, err
	}
	return s.SeeBatch(ctx, g, id)
}

func (b *Batch) unsign() {
	b.State, b.FirstBy, b.FirstName, b.FirstAt, b.FirstSHA = Open, ident.ID{}, "", nil, ""
}

// Sign puts a signature under a batch: over the digest of its lines, as the signer saw it. Two persons sign; the second
// signature ends all changes. Where a line is not what it was, the first signature is void.
//
// Faults: Missing; Stale where it is another version or digest than was seen; Denied "two_persons" for whoever signed already, stands in
// for them or is paid by it; Conflict "batch_signed", "held" naming what has to be taken out, and "batch_changed" when the first was voided.
func (s *Service) Sign(ctx context.Context, g authz.Grant, id ident.ID, expect int64, seen string) (BatchSeen, error) {
	return s.turn(ctx, g, id, expect, func(tx *db.Tx, b *BatchSeen) (string, journal.Fact, *fault.Fault, error) {
		me := tx.By.Person
		switch {
		case b.Ready():
			return "", nil, nil, fault.New(fault.Conflict, "batch_signed", "这一批已经由两人签过。", "Two persons have signed this batch.")
		case b.FirstBy == me:
			return "", nil, nil, fault.New(fault.Denied, "two_persons", "您已经签过，须由另一个人再签。", "You have signed; another person has to sign as well.")
		case slices.ContainsFunc(b.Lines, func(l Line) bool { return l.PersonID == me }):
			return "", nil, nil, fault.New(fault.Denied, "two_persons", "您是领取人之一，须由其他人签。", "You are paid by this batch: others have to sign it.")
		}
		if b.State == SignedOnce {
			if err := account.StandsApart(tx, "two_persons", *b.FirstAt, b.FirstBy); err != nil {
				return "", nil, nil, err
			}
		}
		now := b.digest(b.Lines)
		if now != b.SHA256 || b.State == SignedOnce && b.FirstSHA != now {
			b.unsign()
			b.count(b.Lines)
			return "batch_voided", journal.Fact{"sha256": b.SHA256}, fault.New(fault.Conflict, "batch_changed", "第一次签名以后，发放明细有了变化，原来的签名已经作废。请核对以后重新签。",
				"The lines have changed since they were signed: that signature is void. Please look at them, and sign anew."), nil
		}
		if seen != now {
			return "", nil, nil, errStale
		}
		if err := s.free(tx, b); err != nil {
			return "", nil, nil, err
		}
		at := tx.Now
		if b.State == Open {
			b.State, b.FirstBy, b.FirstName, b.FirstAt, b.FirstSHA = SignedOnce, me, tx.By.Name, &at, now
		} else {
			b.State, b.SecondBy, b.SecondName, b.SecondAt = Signed, me, tx.By.Name, &at
		}
		return "batch_signed", journal.Fact{"sha256": now}, nil, nil
	})
}

// free makes sure that nothing in a batch is held by now.
func (s *Service) free(tx *db.Tx, b *BatchSeen) error {
	claims, err := subsidy.InBatch(tx, b.ID)
	if err != nil {
		return err
	}
	held, err := s.Claims.HeldUp(tx, b.CountyCode, claims)
	if err != nil {
		return err
	}
	var names []string
	for _, c := range claims {
		if len(held[c.ID]) > 0 {
			names = append(names, c.Called)
		}
	}
	if len(names) > 0 {
		return fault.New(fault.Conflict, "held", "以下案件有待核实的问题，请先从本批移出：%[1]s。", "Please take these out of the batch first; something has to be looked into: %[1]s.", strings.Join(names, "、"))
	}
	return nil
}

// TakeOut takes a claim out of a batch that is not signed by both: it waits for another batch. A first signature is void then.
//
// Faults: Missing for a claim that is not in it; Stale; Conflict once both have signed; Invalid without a reason.
func (s *Service) TakeOut(ctx context.Context, g authz.Grant, id, claim ident.ID, expect int64, reason string) (BatchSeen, error) {
	return s.turn(ctx, g, id, expect, func(tx *db.Tx, b *BatchSeen) (string, journal.Fact, *fault.Fault, error) {
		var bad fault.Check
		words(&bad, "reason", reason, 2, 200)
		switch {
		case b.Ready():
			return "", nil, nil, fault.New(fault.Conflict, "batch_signed", "这一批已经由两人签过，不能再改。", "Two persons have signed this batch: it is not changed any more.")
		case !slices.ContainsFunc(b.Lines, func(l Line) bool { return l.ClaimID == claim }):
			return "", nil, nil, fault.NoSuch()
		case bad.Err() != nil:
			return "", nil, nil, bad.Err()
		}
		if err := errors.Join(dropLines(tx, b.Batch, claim), s.Claims.TakeFrom(tx, id, claim)); err != nil {
			return "", nil, nil, err
		}
		b.Lines = slices.DeleteFunc(b.Lines, func(l Line) bool { return l.ClaimID == claim })
		b.unsign()
		b.count(b.Lines)
		return "batch_line_out", journal.Fact{"claim": claim.String(), "sha256": b.SHA256}, nil, nil
	})
}

// PayOut records on which day a batch that both signed was paid.
//
// Faults: Missing; Stale; Conflict before both signed, and where it was paid; Invalid for a day that is none.
func (s *Service) PayOut(ctx context.Context, g authz.Grant, id ident.ID, expect int64, on calendar.Day) (BatchSeen, error) {
	return s.turn(ctx, g, id, expect, func(tx *db.Tx, b *BatchSeen) (string, journal.Fact, *fault.Fault, error) {
		if b.State != Signed {
			return "", nil, nil, fault.New(fault.Conflict, "batch_state", "只有两人签过、还没有登记发放的批次可以登记。", "Only a batch that both have signed, and that is not recorded as paid, can be.")
		}
		if _, err := calendar.ParseDay(string(on)); err != nil {
			return "", nil, nil, fault.Of(err).At("paid_on")
		}
		if on.After(calendar.DayOf(tx.Now)) || on.Before(calendar.DayOf(*b.SecondAt)) {
			return "", nil, nil, fault.New(fault.Invalid, "", "发放日期应在第二次签名之后、今天之前。", "It is paid after the second signature, and not later than today.").At("paid_on")
		}
		b.State, b.PaidOn = PaidOut, on
		return "batch_paid", journal.Fact{"paid_on": on}, nil, s.Claims.PaidOut(tx, id, on)
	})
}
