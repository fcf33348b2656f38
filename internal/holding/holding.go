// Package holding keeps filings that wait for a committee to look at them (待核实的来件): more came by people whom nobody knows
// than are let in unseen. Nothing is refused and nothing is lost; a filing that waits is no case, and nothing counts it as one.
package holding

import (
	"encoding/json"
	"fmt"
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
	waitsFor    = 3 * 24 * time.Hour // then it becomes a case by itself: a committee's silence must not lose a dispute
	waitsInFear = time.Hour          // where somebody is in danger or afraid, the applicant says (M8)
	droppedFor  = 7 * 24 * time.Hour // in which dropping can be undone; then what was told is destroyed
	mostTicked  = 50
	mostWords   = 200
	shownAtOnce = 20
	sweptAtOnce = 200
)

// States of what waits.
const (
	Waits     = "waiting"
	Dropped   = "dropped"
	Destroyed = "destroyed" // it was dropped, and what was told is gone
	Released  = "released"  // it is a case
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
	due := w.At.Add(row.patience())
	row.DueAt = &due
	return insertHeld(tx, row)
}

// patience is how long it waits for somebody to look.
func (r heldRow) patience() time.Duration {
	if r.Urgent {
		return waitsInFear
	}
	return waitsFor
}

// open unseals what was told.
func (s *Service) open(r heldRow) (t told, err error) {
	if len(r.FilingSealed) == 0 {
		return t, nil // it is a case, or destroyed
	}
	text, err := s.Vault.Open(placeOf(r.ID), r.FilingSealed)
	if err != nil {
		return t, fmt.Errorf("held filing: %w", err)
	}
	return t, json.Unmarshal([]byte(text), &t)
}

// stand tells the cases where a filing stands; one that became a case is found as that case.
func (s *Service) stand(tx *db.Tx, id ident.ID) (out casework.Stand, found bool, err error) {
	r, found, err := findHeld(tx, id)
	if err != nil || !found || r.State == Released {
		return out, false, err
	}
	t, err := s.open(r)
	out = casework.Stand{Reference: t.Reference, CodeHash: r.CodeHash, Title: t.Filing.Title, Category: t.Filing.Category, Applicant: r.ApplicantID,
		Committee: r.CommitteeID, At: r.CameAt, Dropped: r.State != Waits}
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

var errSettled = fault.New(fault.Conflict, "held_settled", "这份来件刚刚有人处理过了。请看过现在的情况再办。", "Somebody has just dealt with this filing. Please look at how it stands now.")
