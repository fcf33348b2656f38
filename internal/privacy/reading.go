package privacy

import (
	"context"
	"errors"

	"fengqiao/internal/authz"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Seen is a request as its reader may see it.
type Seen struct {
	Request
	Reference string
	Name      string // of the party, for the chair
	Own       bool   // the reader asked for it
	Decides   bool   // the reader may answer it now
	Confirms  bool   // the reader may confirm it now
}

// See shows a request. Who confirms an erasure learns what is to go and why, and not whose it is, as the bureau sees cases.
func (s *Service) See(ctx context.Context, g authz.Grant, id ident.ID) (out Seen, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		r, err := within(tx, g, id)
		if err == nil {
			out, err = s.seen(tx, g, r)
		}
		return err
	})
	return out, err
}

// List gives the requests within the grant, of one case if it is named: those that wait come first, by the day on which
// they are due; then the others, newest first.
func (s *Service) List(ctx context.Context, g authz.Grant, caseID ident.ID) (out []Seen, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		if !caseID.IsZero() {
			if err := s.Cases.Reached(tx, g, caseID); err != nil {
				return err
			}
		}
		rows, err := requests(tx, g, caseID)
		for _, r := range rows {
			one, bad := s.seen(tx, g, r)
			out, err = append(out, one), errors.Join(err, bad)
		}
		return err
	})
	return out, err
}

func (s *Service) seen(tx *db.Tx, g authz.Grant, r Request) (Seen, error) {
	own, err := isParty(tx, r)
	if err != nil {
		return Seen{}, err
	}
	out := Seen{Request: r, Own: own}
	if err := s.open(&out.Request); err != nil {
		return out, err
	}
	head, err := headOf(tx, r)
	if err != nil {
		return out, err
	}
	may := func(a authz.Action) bool {
		grant, err := s.Policy.Allow(g.By(), a)
		return err == nil && !own && reaches(tx, grant, r.ID)
	}
	out.Reference = r.reference(head.Reference)
	out.Decides = r.State == Received && may(Deciding)
	out.Confirms = r.State == Proposed && r.ProposedBy != g.By().Person && may(Confirming)
	switch leads := may(Deciding); {
	case leads:
		out.Name = head.Name
	case !own && r.Kind == Correction: // nothing for a second person to decide on
		out.Right, out.Why = "", ""
	case !own:
		out.Right = ""
	}
	return out, nil
}

// Kept says until when what was not erased must be kept; empty where that is not the reason.
func (r Request) Kept(lang string) string {
	switch {
	case r.Reason != KeptByLaw:
		return ""
	case r.KeptForEver:
		return fault.Say("这份案卷依法永久保存。", "This dossier is kept for ever.").In(lang)
	case r.KeptUntil.IsZero():
		return fault.Say("案件还在办理；办结归档以后，按保管期限继续保存。", "The case is still being worked; once archived it is kept for its period.").In(lang)
	}
	return fault.Say("至少要保存到 %[1]s。", "It must be kept until %[2]s at least.", r.KeptUntil, r.KeptUntil).In(lang)
}

// Status is how a request stands, as its party reads it.
func (s Seen) Status(lang string) string {
	switch {
	case s.State == Decided:
		return codes.DataOutcomes.Name(s.Outcome, lang)
	case s.Own && s.State == Proposed:
		return fault.Say("正在办理", "Being worked on").In(lang)
	}
	return codes.DataStates.Name(s.State, lang)
}
