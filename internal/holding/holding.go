// Package holding keeps filings that wait for a committee to look at them (待核实的来件): more came by people whom nobody knows
// than are let in unseen. Nothing is refused and nothing is lost; a filing that waits is no case, and nothing counts it as one.
package holding

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/files"
	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

// What may be done with filings that wait.
const (
	Reading  authz.Action = "held.read"
	Clearing authz.Action = "held.clear"
)

const (
	waitsFor     = 3 * 24 * time.Hour // then it becomes a case by itself: a committee's silence must not lose a dispute
	waitsInFear  = time.Hour          // where somebody is in danger or afraid, the applicant says (M8)
	triedAgain   = 24 * time.Hour     // after something in it was not taken
	waitsAgain   = 24 * time.Hour     // at least, after a dropping was taken back
	droppedFor   = 7 * 24 * time.Hour // in which dropping can be undone; then what was told is destroyed
	mostRestored = 2                  // times; then it is to be entered: a filing is not put aside for ever
	mostTicked   = 50
	mostWords    = 200
	shownAtOnce  = 20
	sweptAtOnce  = 200
)

// FearsAnHour is how many filings of a committee in which somebody is afraid become cases by themselves in any hour: nobody reads more
// than that.
const FearsAnHour = 10

// States of what waits.
const (
	Waits     = "waiting"
	Dropped   = "dropped"
	Destroyed = "destroyed" // it was dropped, and what was told is gone
	Released  = "released"  // it is a case
)

// Troubles: why a filing that waits cannot become a case as it is. It waits for its committee then, which mends it or drops it.
const (
	OfPlace  = "place"    // there is no such place any more, or no such compound
	OfKind   = "kind"     // nor such a kind of dispute
	OfOther  = "other"    // something else in it is not taken any more
	Unopened = "unopened" // its seal does not open
)

// Reasons for dropping a filing.
const (
	NoDispute  = "no_dispute"
	SameAgain  = "same_again"
	Unreadable = "unreadable"
	Other      = "other"
)

// Reasons are all of them, in their order.
var Reasons = []string{NoDispute, SameAgain, Unreadable, Other}

// Service is the room.
type Service struct {
	Store  *db.Store
	Vault  *vault.Vault
	Files  *files.Files
	Cases  *casework.Service
	Bounds Bounds
	Random io.Reader // cryptographic chance, for codes
	Texts  bool      // text messages reach telephones: a code can be sent to one
	Log    *slog.Logger
	Name   func(tx *db.Tx, person ident.ID) (string, error) // of whoever looked
}

// Queue is what the cases need of this room.
func (s *Service) Queue() casework.Queue {
	return casework.Queue{Over: s.over, Keep: s.keep, Find: s.stand}
}

// told is what lies sealed of a filing that waits.
type told struct {
	Filing             casework.Filing
	Files              []casework.Enclosure `json:",omitempty"`
	Afraid, NoMessages bool
	Reference          string
}

func placeOf(id ident.ID) vault.Place {
	return vault.Place{Table: "held_filings", Column: "filing_sealed", Row: id}
}

func placeOfWords(id ident.ID) vault.Place {
	return vault.Place{Table: "held_filings", Column: "words_sealed", Row: id}
}

// keep lays a filing down.
func (s *Service) keep(tx *db.Tx, w casework.Waiting) error {
	t := told{Filing: w.Filing, Files: w.Along.Files, Afraid: w.Along.Afraid, NoMessages: w.Along.NoMessages, Reference: w.Reference}
	text, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("held filing: %w", err)
	}
	row := heldRow{Key: w.Key, State: Waits, Version: 1, CommitteeID: w.Committee, AreaCode: w.Filing.AreaCode, CameAt: w.At, Bound: w.Bound, Urgent: w.Along.Afraid,
		ApplicantID: w.Applicant, CodeHash: w.CodeHash, FilingSealed: s.Vault.Seal(placeOf(w.Key.ID), string(text))}
	due, err := dueAt(tx, row)
	if err != nil {
		return err
	}
	row.DueAt = &due
	return insertHeld(tx, row)
}

// dueAt is when a filing that waits from now on becomes a case by itself. Those in which somebody is afraid have an hour, and no more
// than some of a committee are due in any hour: who floods it and says so each time buries the others no sooner than its mediators
// can read. What one is told then, holds; and all are cases after three days.
func dueAt(tx *db.Tx, r heldRow) (time.Time, error) {
	last := r.CameAt.Add(waitsFor)
	if again := tx.Now.Add(waitsAgain); again.After(last) {
		last = again
	}
	if !r.Urgent {
		return last, nil
	}
	due := tx.Now.Add(waitsInFear)
	before, err := lastInFear(tx, r, FearsAnHour)
	if len(before) == FearsAnHour {
		if turn := before[FearsAnHour-1].Add(time.Hour); turn.After(due) {
			due = turn
		}
	}
	if due.After(last) {
		due = last
	}
	return due, err
}

// open unseals what was told.
func (s *Service) open(r heldRow) (t told, err error) {
	if len(r.FilingSealed) == 0 {
		return t, nil // it is a case, or destroyed
	}
	text, err := s.Vault.Open(placeOf(r.ID), r.FilingSealed)
	if err == nil {
		err = json.Unmarshal([]byte(text), &t)
	}
	if err != nil {
		return told{}, errUnopened.Because(err)
	}
	return t, nil
}

// openOrStuck unseals what was told; one that does not open is stuck, and one that opens again is not.
func (s *Service) openOrStuck(r *heldRow) (told, error) {
	t, err := s.open(*r)
	if err != nil && fault.Of(err).Code == errUnopened.Code {
		r.Trouble = Unopened
		return told{}, nil
	}
	if err == nil {
		r.Trouble = r.stillWrong()
	}
	return t, err
}

// stillWrong is what is wrong with a filing whose seal has just opened: that it did not when it was last tried is nothing any more.
func (r heldRow) stillWrong() string {
	if r.Trouble == Unopened && len(r.FilingSealed) > 0 {
		return ""
	}
	return r.Trouble
}

// stuck tells whether the committee can mend what keeps a filing from becoming a case.
func (r heldRow) stuck() bool { return r.Trouble != "" && r.Trouble != Unopened }

// stand tells the cases where a filing stands; one that became a case is found as that case.
func (s *Service) stand(tx *db.Tx, id ident.ID) (out casework.Stand, found bool, err error) {
	r, found, err := findHeld(tx, id)
	if err != nil || !found || r.State == Released {
		return out, false, err
	}
	t, err := s.openOrStuck(&r)
	out = casework.Stand{Reference: t.Reference, CodeHash: r.CodeHash, Title: t.Filing.Title, Category: t.Filing.Category, Applicant: r.ApplicantID,
		Committee: r.CommitteeID, At: r.CameAt, Dropped: r.State != Waits, Stuck: r.stuck(), Unread: r.Trouble == Unopened, CodeTo: s.codeTo(r, t).Masked()}
	if r.DueAt != nil {
		out.Until = *r.DueAt
	}
	return out, true, err
}

// waiting is the filing as the cases take it.
func (r heldRow) waiting(t told) casework.Waiting {
	return casework.Waiting{Key: r.Key, Reference: t.Reference, Applicant: r.ApplicantID, CodeHash: r.CodeHash, Committee: r.CommitteeID, Bound: r.Bound, At: r.CameAt,
		Filing: t.Filing, Along: casework.Along{Files: t.Files, Afraid: t.Afraid, NoMessages: t.NoMessages}}
}

// Drop is why a filing is put aside.
type Drop struct {
	Reason string `json:"reason" doc:"no_dispute, same_again, unreadable, or other with words"`
	Words  string `json:"words,omitempty" doc:"Needed for other"`
}

func (d Drop) check() error {
	var bad fault.Check
	if !slices.Contains(Reasons, d.Reason) {
		bad.Add("reason", "请选择不登记的原因。", "Please choose why it is not entered.")
	}
	if n := len([]rune(strings.TrimSpace(d.Words))); n > mostWords {
		bad.Add("words", "最多 %d 个字。", "At most %d characters.", mostWords)
	} else if d.Reason == Other && n == 0 {
		bad.Add("words", "请写明是什么原因。", "Please say what the reason is.")
	}
	return bad.Err()
}

var (
	errUnopened = fault.New(fault.Conflict, "held_unopened", "这份来件的内容打不开，请联系系统管理员。", "What was told in this filing cannot be opened; please ask the administrator.")
	errTwice    = fault.New(fault.Conflict, "held_restored", "这份来件已经恢复过两次，不能再放到一边。请登记为案件；不符合条件的，登记后不予受理。",
		"This filing was taken back twice and cannot be put aside once more. Please enter it as a case; what does not qualify is refused there.")
)

var errSound = fault.New(fault.Conflict, "held_sound", "这份来件可以照原样登记；地点或者类型不对的，登记以后再更正或者移送。",
	"This filing can be entered as it is. What is wrong with its place or kind is corrected, or handed over, in the case.")

var errSettled = fault.New(fault.Conflict, "held_settled", "这份来件刚刚有人处理过了。请看过现在的情况再办。", "Somebody has just dealt with this filing. Please look at how it stands now.")
