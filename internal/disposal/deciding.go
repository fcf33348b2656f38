package disposal

import (
	"context"
	"errors"
	"strings"

	"fengqiao/internal/account"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

const (
	mostReason = 500
	mostName   = 30
)

// handle is the one way in which somebody changes a list: found within the grant and held, of the version that was seen, in the state from
// which the step goes, written with the next, entered in the record.
func (s *Service) handle(ctx context.Context, g authz.Grant, id ident.ID, expect int64, from string, do func(*db.Tx, *Seen) (event string, fact journal.Fact, words journal.Words, err error)) (Seen, error) {
	err := s.Store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) (err error) {
		var l Seen
		if l.List, err = within(tx, g, id); err != nil {
			return err
		}
		switch {
		case l.Version != expect:
			return errStale
		case l.State != from:
			return fault.New(fault.Conflict, "list_state", "清册现在的状态不能这样办理。", "As the list stands now this is not possible.")
		}
		if l.Lines, err = linesOf(tx, id); err != nil {
			return err
		}
		event, fact, words, err := do(tx, &l)
		if err != nil {
			return err
		}
		l.Version++
		tx.Made(l.ID, l.Version, 200)
		return errors.Join(update(tx, &l.List), s.record(tx, l.List, event, from, fact, words))
	})
	var done *db.Done
	if err != nil && !errors.As(err, &done) {
		return Seen{}, err
	}
	return s.See(ctx, g, id)
}

// Approve lets a list be carried out: by another person than who drew it up, over the digest of the lines that they saw. What came up in the
// meantime is told dossier by dossier when it is carried out, and stops that dossier.
//
// Faults: Missing; Stale; Denied "two_persons" for whoever drew it up or stands in for them, "own_case"; Conflict "list_state", and
// "list_changed" where the lines are not those that were drawn up.
func (s *Service) Approve(ctx context.Context, g authz.Grant, id ident.ID, expect int64, seen string) (Seen, error) {
	return s.handle(ctx, g, id, expect, Proposed, func(tx *db.Tx, l *Seen) (string, journal.Fact, journal.Words, error) {
		if l.ProposedBy == tx.By.Person {
			return "", nil, nil, errTwo
		}
		if err := account.StandsApart(tx, "two_persons", l.ProposedAt, l.ProposedBy); err != nil {
			return "", nil, nil, err
		}
		if l.digest(l.Lines) != l.SHA256 {
			return "", nil, nil, errChanged
		}
		if seen != l.SHA256 {
			return "", nil, nil, errStale
		}
		if err := notOwn(tx, l.Lines); err != nil {
			return "", nil, nil, err
		}
		at := tx.Now
		l.State, l.DecidedBy, l.DecidedName, l.DecidedRole, l.DecidedAt = Approved, tx.By.Person, tx.By.Name, tx.By.Over(l.CountyCode.Area()), &at
		return "disposal_approved", journal.Fact{"sha256": l.SHA256, "dossiers": l.Dossiers}, nil, nil
	})
}

var (
	errTwo     = fault.New(fault.Denied, "two_persons", "清册是您编制的，须由另一个人审批。", "You drew this list up: another person decides on it.")
	errChanged = fault.New(fault.Conflict, "list_changed", "清册的内容与编制时不一致，不能审批。请退回并查明原因。", "The lines are not those that were drawn up, so the list cannot be approved. Please refuse it, and find out why.")
)

// Refuse sends a list back: nothing of it is destroyed, and its dossiers may go on another. Whoever drew it up takes it back instead.
func (s *Service) Refuse(ctx context.Context, g authz.Grant, id ident.ID, expect int64, reason string) (Seen, error) {
	reason = strings.TrimSpace(reason)
	var bad fault.Check
	switch n := len([]rune(reason)); {
	case n == 0:
		bad.Add("reason", "请写明原因。", "Please say why.")
	case n > mostReason:
		bad.Add("reason", "最多 %d 个字。", "At most %d characters.", mostReason)
	}
	if err := bad.Err(); err != nil {
		return Seen{}, err
	}
	return s.handle(ctx, g, id, expect, Proposed, func(tx *db.Tx, l *Seen) (string, journal.Fact, journal.Words, error) {
		if l.ProposedBy == tx.By.Person {
			return "", nil, nil, errTwo
		}
		at := tx.Now
		l.State, l.DecidedBy, l.DecidedName, l.DecidedRole, l.DecidedAt, l.Reason = Refused, tx.By.Person, tx.By.Name, tx.By.Over(l.CountyCode.Area()), &at, reason
		l.ReasonSealed = s.Vault.Seal(reasonAt(l.List), reason)
		return "disposal_refused", journal.Fact{}, journal.Words{"reason": reason}, nil
	})
}

// Withdraw takes a list back that nobody has decided on.
func (s *Service) Withdraw(ctx context.Context, g authz.Grant, id ident.ID, expect int64) (Seen, error) {
	return s.handle(ctx, g, id, expect, Proposed, func(tx *db.Tx, l *Seen) (string, journal.Fact, journal.Words, error) {
		if l.ProposedBy != tx.By.Person {
			return "", nil, nil, fault.New(fault.Denied, "not_yours", "只有编制人可以撤回，别人可以退回。", "Only whoever drew it up takes it back; others refuse it.")
		}
		l.State = Withdrawn
		return "disposal_withdrawn", journal.Fact{}, nil, nil
	})
}

// Paper is what is noted of the destruction of what was on paper.
type Paper struct {
	On     calendar.Day `json:"destroyed_on"`
	First  string       `json:"first_watcher" doc:"Who watched it (监销人)"`
	Second string       `json:"second_watcher" doc:"… and who else: two persons do"`
}

// NotePaper notes when what was on paper was destroyed, and who watched it: two persons (监销).
func (s *Service) NotePaper(ctx context.Context, g authz.Grant, id ident.ID, expect int64, in Paper) (Seen, error) {
	in.First, in.Second = strings.TrimSpace(in.First), strings.TrimSpace(in.Second)
	return s.handle(ctx, g, id, expect, Done, func(tx *db.Tx, l *Seen) (string, journal.Fact, journal.Words, error) {
		if l.PaperOn != "" {
			return "", nil, nil, fault.New(fault.Conflict, "paper_noted", "纸质卷宗的销毁已经登记过。", "The destruction of the paper was noted already.")
		}
		if err := in.check(calendar.DayOf(tx.Now), calendar.DayOf(*l.DecidedAt)); err != nil {
			return "", nil, nil, err
		}
		l.PaperOn, l.PaperFirst, l.PaperSecond = in.On, in.First, in.Second
		return "disposal_paper", journal.Fact{"on": in.On}, journal.Words{"first": in.First, "second": in.Second}, nil
	})
}

func (in Paper) check(today, approved calendar.Day) error {
	var bad fault.Check
	if _, err := calendar.ParseDay(string(in.On)); err != nil {
		bad.Take("destroyed_on", err)
	} else if in.On < approved || in.On > today {
		bad.Add("destroyed_on", "日期须在审批之后，不晚于今天。", "The day is not before the approval and not later than today.")
	}
	for at, name := range map[string]string{"first_watcher": in.First, "second_watcher": in.Second} {
		switch n := len([]rune(name)); {
		case n == 0:
			bad.Add(at, "请填写监销人姓名。", "Please name who watched.")
		case n > mostName:
			bad.Add(at, "最多 %d 个字。", "At most %d characters.", mostName)
		}
	}
	if in.First != "" && in.First == in.Second {
		bad.Add("second_watcher", "监销须有两个人。", "Two persons watch.")
	}
	return bad.Err()
}

// See gives a list with its lines.
func (s *Service) See(ctx context.Context, g authz.Grant, id ident.ID) (out Seen, err error) {
	return out, s.Store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		if out.List, err = within(tx, g, id); err != nil {
			return err
		}
		if out.Reason, err = s.Vault.Open(reasonAt(out.List), out.ReasonSealed); err != nil {
			return err
		}
		out.Lines, err = linesOf(tx, id)
		return err
	})
}

const listed = 20

// Lists gives the lists within a grant, the newest first; next is where to go on, zero when that was all.
func (s *Service) Lists(ctx context.Context, g authz.Grant, after ident.ID, limit int) (out []List, next ident.ID, err error) {
	if limit < 1 {
		limit = listed
	}
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		out, err = lists(tx, g, after, limit+1)
		return err
	})
	if len(out) > limit {
		out = out[:limit]
		next = out[limit-1].ID
	}
	return out, next, err
}
