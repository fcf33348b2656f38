package privacy

import (
	"context"
	"errors"
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
)

// Decision is the answer to a request.
type Decision struct {
	Outcome string `json:"outcome" doc:"done, partly, refused"`
	Reason  string `json:"reason,omitempty" doc:"Unless done: L1 kept by law, L2 found right, L3 evidence or signed, L4 somebody else's, L9 other"`
	Words   string `json:"words,omitempty" doc:"The answer in a sentence; needed unless it was done"`
	Unsafe  bool   `json:"former_unsafe,omitempty" doc:"Of a telephone that is put right: others may read at the former one, or it never was the party's; no word goes there that it was changed"`
	Entry   int64  `json:"entry,omitempty" doc:"Of a correction that was made in the case itself: the number of the entry in its timeline"`
}

var errStale = fault.New(fault.Stale, "", "这件申请刚刚有人处理过。请看过新内容后再试。", "Somebody has just handled this request. Please look at it again and retry.")

// handle is the one way in which a request changes: found within the grant, its step allowed, written with its next
// version, entered in the record.
func (s *Service) handle(ctx context.Context, g authz.Grant, id ident.ID, expect int64, from string, do func(*db.Tx, *Request) (string, journal.Fact, error)) (Seen, error) {
	err := s.Store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) error {
		r, err := within(tx, g, id)
		if err != nil {
			return err
		}
		if err := s.mayStep(tx, r, expect, from); err != nil {
			return err
		}
		if err := s.open(&r); err != nil {
			return err
		}
		r.Version++
		event, fact, err := do(tx, &r)
		if err != nil {
			return err
		}
		tx.Made(r.ID, r.Version, 200)
		return errors.Join(update(tx, &r), s.record(tx, r, event, from, fact))
	})
	var done *db.Done
	if err != nil && !errors.As(err, &done) {
		return Seen{}, err
	}
	read, err := s.Policy.Allow(g.By(), Reading)
	if err != nil {
		return Seen{}, err
	}
	return s.See(ctx, read, id)
}

// mayStep: nobody decides on what they asked for themselves; each step at its time.
func (s *Service) mayStep(tx *db.Tx, r Request, expect int64, from string) error {
	own, err := isParty(tx, r)
	switch {
	case err != nil:
		return err
	case own:
		return fault.New(fault.Denied, "", "您是提出申请的当事人，或者代理这位当事人，请由别人答复。", "You asked for this yourself, or act for whoever did; somebody else answers.")
	case expect != r.Version:
		return errStale
	case r.State != from:
		return fault.New(fault.Conflict, "request_state", "申请现在的状态是“%[1]s”，不能这样办理。", "The request is “%[2]s” now; this is not possible.",
			codes.DataStates.Name(r.State, "zh-CN"), codes.DataStates.Name(r.State, "en"))
	}
	return nil
}

// Decide is the chair's answer. A correction of an item that the product can put right is put right with it; another
// names the entry by which it was made. An erasure that is granted waits for a second person (ASVS 2.3.5).
func (s *Service) Decide(ctx context.Context, g authz.Grant, id ident.ID, expect int64, in Decision) (Seen, error) {
	return s.handle(ctx, g, id, expect, Received, func(tx *db.Tx, r *Request) (string, journal.Fact, error) {
		if err := in.check(*r); err != nil {
			return "", nil, err
		}
		r.Outcome, r.Reason, r.Words = in.Outcome, in.Reason, strings.TrimSpace(in.Words)
		r.WordsSealed = s.seal(*r, "words_sealed", r.Words)
		if r.Kind == Erasure && in.Outcome == Done {
			r.State, r.ProposedBy = Proposed, tx.By.Person
			return "data_proposed", journal.Fact{"outcome": Done}, nil
		}
		if err := s.carryOut(tx, g, r, in); err != nil {
			return "", nil, err
		}
		return s.close(tx, g, r)
	})
}

// check says all that is wrong with an answer to a request.
func (in Decision) check(r Request) error {
	var bad fault.Check
	bad.Take("outcome", codes.DataOutcomes.Check(in.Outcome))
	words := strings.TrimSpace(in.Words)
	switch {
	case in.Outcome == Partly && r.Kind == Erasure:
		bad.Add("outcome", "删除只能是“已办理”或“没有办理”。", "An erasure is done or refused.")
	case in.Outcome == Done && in.Reason != "":
		bad.Add("reason", "已办理的不用选择理由。", "What was done needs no reason.")
	case in.Outcome == Done && r.Kind == Erasure && !slices.Contains(casework.Erasable, r.Item):
		bad.Add("outcome", "这一项依法应当保存，不能删除。", "This must be kept and cannot be erased.")
	case in.Outcome != Done:
		bad.Take("reason", codes.DataRefusals.Check(in.Reason))
		if words == "" {
			bad.Add("words", "请用一句话说明理由。", "Please say why in a sentence.")
		}
	}
	if len([]rune(words)) > maxText {
		bad.Add("words", "最多 %d 个字。", "At most %d characters.", maxText)
	}
	return bad.Err()
}

// carryOut makes a correction, or sees that it was made.
func (s *Service) carryOut(tx *db.Tx, g authz.Grant, r *Request, in Decision) (err error) {
	switch {
	case in.Outcome == Refused:
		return nil
	case in.Outcome == Done && slices.Contains(casework.Correctable, r.Item):
		r.Entry, err = s.Cases.MendData(tx, g, casework.Mending{Case: r.CaseID, Party: r.PartyID, Item: r.Item, Right: r.Right, Request: r.ID, Unsafe: in.Unsafe})
		return err
	}
	made, err := s.Cases.CarriesOut(tx, r.CaseID, in.Entry, r.ReceivedAt)
	if err == nil && !made {
		err = fault.New(fault.Invalid, "", "请先在案件里更正，再填写那条记录的序号。", "Please correct it in the case first, and then give the number of that entry.").At("entry")
	}
	r.Entry = in.Entry
	return err
}

// close ends a request and sends its party word that there is an answer, if there is a way.
func (s *Service) close(tx *db.Tx, g authz.Grant, r *Request) (string, journal.Fact, error) {
	at := tx.Now
	r.State, r.DecidedBy, r.DecidedAt = Decided, tx.By.Person, &at
	if r.Reason == KeptByLaw {
		kept, err := s.Cases.KeptOf(tx, g, r.CaseID)
		if err != nil {
			return "", nil, err
		}
		r.KeptUntil, r.KeptForEver = kept.Until, kept.ForEver
	}
	sent, err := s.Cases.TellParty(tx, r.CaseID, r.PartyID, "data_answer", answered)
	return "data_decided", journal.Fact{"outcome": r.Outcome, "reason": r.Reason, "kept_until": r.KeptUntil, "entry": r.Entry, "message_sent": sent}, err
}

// answered says nothing of what it is about: others may see the telephone.
var answered = fault.Text{ZH: "【人民调解】您的申请已经有了答复，请凭编号 %s 和查询码查看。如有疑问请拨打 12348。",
	EN: "[People's mediation] Your request has been answered: please look it up with the reference %s and your code. Call 12348 with any question."}

// Confirmation is the second person's word on an erasure that the chair granted.
type Confirmation struct {
	Confirm bool   `json:"confirm" doc:"true erases; false refuses it, with reason and words"`
	Reason  string `json:"reason,omitempty"`
	Words   string `json:"words,omitempty"`
}

// Confirm erases what the chair granted, by another person, who has not stood in for the chair since it was asked for; or refuses it.
func (s *Service) Confirm(ctx context.Context, g authz.Grant, id ident.ID, expect int64, in Confirmation) (Seen, error) {
	return s.handle(ctx, g, id, expect, Proposed, func(tx *db.Tx, r *Request) (string, journal.Fact, error) {
		if r.ProposedBy == tx.By.Person {
			return "", nil, fault.New(fault.Denied, "second_person", "删除须由提出同意的人以外的另一人核准。", "An erasure is confirmed by somebody other than who granted it.")
		}
		if in.Confirm {
			if err := account.StandsApart(tx, "second_person", r.ReceivedAt, r.ProposedBy); err != nil {
				return "", nil, err
			}
			entry, err := s.Cases.MendData(tx, g, casework.Mending{Case: r.CaseID, Party: r.PartyID, Item: r.Item, Attachment: r.AttachmentID, Erase: true, Request: r.ID})
			if err != nil {
				return "", nil, err
			}
			r.Entry = entry
			if err := forgetRight(tx, *r); err != nil {
				return "", nil, err
			}
			return s.close(tx, g, r)
		}
		no := Decision{Outcome: Refused, Reason: in.Reason, Words: in.Words}
		if err := no.check(*r); err != nil {
			return "", nil, err
		}
		r.Outcome, r.Reason, r.Words = no.Outcome, no.Reason, strings.TrimSpace(no.Words)
		r.WordsSealed = s.seal(*r, "words_sealed", r.Words)
		return s.close(tx, g, r)
	})
}
