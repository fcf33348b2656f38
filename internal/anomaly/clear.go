package anomaly

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/vault"
)

const (
	leastReason  = 10 // characters
	mostReason   = 2000
	mostTogether = 500 // flags of one evidence that are cleared at once
)

// By what a list is ordered.
const (
	ByNew    = ""
	ByWeight = "weight"
	ByAge    = "age" // the oldest first
)

// Asked narrows a list of flags. Empty fields narrow nothing, but for the state: open.
type Asked struct {
	State, Rule string
	Case        ident.ID
	By          string
	After       ident.ID
	AfterWeight int
	Limit       int // 1 to 100; 20 otherwise
}

// List gives the flags within the grant, and the one to go on after; nil when that was all.
func (s *Service) List(ctx context.Context, g authz.Grant, ask Asked) ([]Flag, *Flag, error) {
	if ask.Limit < 1 || ask.Limit > 100 {
		ask.Limit = 20
	}
	if ask.State == "" {
		ask.State = Open
	}
	if _, ok := RuleOf(ask.Rule); ask.Rule != "" && !ok || ask.State != Open && ask.State != Cleared {
		return nil, nil, fault.New(fault.Invalid, "", "请从列表中选择。", "Please choose one from the list.").At("rule")
	}
	var out []Flag
	err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		out, err = flags(tx, g, ask)
		return err
	})
	for i := range out {
		err = errors.Join(err, s.open(&out[i]))
	}
	if err != nil || len(out) <= ask.Limit {
		return out, nil, err
	}
	return out[:ask.Limit], &out[ask.Limit-1], nil
}

// Counts tell how many flags within the grant are open, by rule.
func (s *Service) Counts(ctx context.Context, g authz.Grant) (map[string]int, error) {
	out := map[string]int{}
	err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		rows, err := counted(tx, g)
		for _, r := range rows {
			out[r.Rule] = r.N
		}
		return err
	})
	return out, err
}

// Seen is a flag with what a reader needs beside it.
type Seen struct {
	Flag
	Together int    // open flags within reach that rest on the same evidence
	Works    bool   // the reader works on the case, or did: another person clears it
	Clearer  string // who cleared it; "" while it is open
}

// See shows a flag.
func (s *Service) See(ctx context.Context, g authz.Grant, id ident.ID) (Seen, error) {
	var out Seen
	err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		if out.Flag, err = within(tx, g, id); err != nil {
			return err
		}
		more, err := alikeOpen(tx, g, out.Flag)
		if err != nil {
			return err
		}
		out.Together = len(more)
		if out.Works, err = casework.Worked(tx, out.CaseID, g.By().Person); err != nil {
			return err
		}
		if out.State == Cleared {
			out.Clearer, err = s.Name(tx, out.ClearedBy)
		}
		return errors.Join(err, s.open(&out.Flag))
	})
	return out, err
}

// Clear says that a person looked, and why the case may go on. With together, the other open flags of the same evidence are
// cleared with it, but for those of cases that the person works on. It tells how many were cleared.
//
// Faults: Missing out of reach; Stale; Conflict when it is cleared already; Denied for whoever works or worked on the case.
func (s *Service) Clear(ctx context.Context, g authz.Grant, id ident.ID, expect int64, reason string, together bool) (Flag, int, error) {
	var f Flag
	n := 0
	err := s.Store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) (err error) {
		if f, err = within(tx, g, id); err != nil {
			return err
		}
		switch {
		case expect != f.Version:
			return errStale
		case f.State != Open:
			return fault.New(fault.Conflict, "anomaly_state", "这条提示已经核实过了。", "This was looked into already.")
		}
		if err := checkReason(reason); err != nil {
			return err
		}
		if err := s.clear(tx, &f, reason); err != nil {
			return err
		}
		n = 1
		tx.Made(f.ID, f.Version, 200)
		if !together {
			return nil
		}
		more, err := alikeOpen(tx, g, f)
		for i := range more {
			switch bad := s.clear(tx, &more[i], reason); {
			case fault.Is(bad, fault.Denied):
				continue
			case bad != nil:
				return bad
			}
			n++
		}
		return err
	})
	var done *db.Done
	if errors.As(err, &done) {
		seen, err := s.See(ctx, g, done.ID)
		return seen.Flag, 1, err
	}
	return f, n, err
}

var errStale = fault.New(fault.Stale, "", "这条提示刚刚有人处理过。请看过新内容后再试。", "Somebody has just handled this. Please look at it again and retry.")

func checkReason(reason string) error {
	var bad fault.Check
	switch n := len([]rune(strings.TrimSpace(reason))); {
	case n < leastReason:
		bad.Add("reason", "请写明核实了什么、结果怎样，至少 %d 个字。", "Please say what you looked into and what came of it, in at least %d characters.", leastReason)
	case n > mostReason:
		bad.Add("reason", "最多 %d 个字。", "At most %d characters.", mostReason)
	}
	return bad.Err()
}

func (s *Service) clear(tx *db.Tx, f *Flag, reason string) error {
	works, err := casework.Worked(tx, f.CaseID, tx.By.Person)
	if err != nil {
		return err
	}
	if works {
		return fault.New(fault.Denied, "second_person", "您办理过这件案子，请由其他人核实。", "You work or worked on this case: somebody else looks into it.")
	}
	at := tx.Now
	f.Version++
	f.State, f.ClearedBy, f.ClearedAt, f.Reason = Cleared, tx.By.Person, &at, strings.TrimSpace(reason)
	f.ReasonSealed = s.Vault.Seal(reasonOf(*f), f.Reason)
	if err := setCleared(tx, f); err != nil {
		return err
	}
	_, err = s.Journal.Append(tx, journal.Entry{Case: f.ID, Seq: f.Version, Event: "anomaly_cleared", From: Open, To: Cleared, Actor: tx.By.Person, Role: tx.By.Over(f.AreaCode),
		Fact: journal.Fact{"case": f.CaseID.String(), "rule": f.Rule}, Words: journal.Words{"reason": f.Reason}})
	return err
}

func reasonOf(f Flag) vault.Place {
	return vault.Place{Table: f.TableName(), Column: "reason_sealed", Row: f.ID}
}

// open reads the evidence of a flag, and why it was cleared.
func (s *Service) open(f *Flag) (err error) {
	if err = json.Unmarshal([]byte(f.EvidenceJSON), &f.Evidence); err != nil {
		return err
	}
	f.Reason, err = s.Vault.Open(reasonOf(*f), f.ReasonSealed)
	return err
}

// LookAgain looks through what was written since the last time in the counties of the reader's areas, and tells how many flags
// are new.
//
// Faults: Unavailable when the time was not enough; what was found stays, and the night goes on.
func (s *Service) LookAgain(ctx context.Context, g authz.Grant) (int, error) {
	var all []ident.County
	err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		all, err = countiesDue(tx, tx.Now)
		return err
	})
	if err != nil {
		return 0, err
	}
	n := 0
	for _, county := range all {
		ours := func(r authz.Reach) bool {
			return r.Area != "" && (r.Area.Covers(county.Area()) || county.Area().Covers(r.Area))
		}
		if !slices.ContainsFunc(g.Reaches(), ours) {
			continue
		}
		found, err := s.Look(ctx, county)
		n += found
		switch {
		case ctx.Err() != nil:
			return n, errTooMuch.Because(err)
		case err != nil:
			return n, err
		}
	}
	return n, nil
}

var errTooMuch = fault.New(fault.Unavailable, "", "变动的案件较多，还没有查完，今天夜里会接着查。已经发现的会列出来。",
	"Many cases changed, and not all were looked at yet; the night goes on with it. What was found is listed.")
