package report

import (
	"errors"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/tally"
)

// countBeside counts what says how agreements and mediators fared beside the mediation: courts, cases taken up again, recusals,
// complaints, and what parties said. The totals are counted by then.
func (s *Service) countBeside(tx *db.Tx, g authz.Grant, ask tally.Ask, o *Overview) error {
	return errors.Join(o.countCourts(tx, g, ask), o.countAgain(tx, g, ask), s.countComplaints(tx, g, ask, o), s.countFelt(tx, g, ask, o))
}

func (o *Overview) countCourts(tx *db.Tx, g authz.Grant, ask tally.Ask) error {
	n, err := writtenIn(tx, g, ask)
	if err != nil {
		return err
	}
	asked, confirmed, err := courtsOf(tx, g, ask)
	took := tally.Between(ask.Cases(), "effective", ask.From, ask.To)
	all := took.With("fate", "written,confirmation_asked")
	o.Rates.Asked = tally.RateOf(asked, n, all, took.With("fate", "written"))
	o.Rates.Confirmed = tally.RateOf(confirmed, asked, took.With("fate", "written,confirmed"), all)
	return err
}

func (o *Overview) countAgain(tx *db.Tx, g authz.Grant, ask tally.Ask) error {
	reopened, recused, err := againIn(tx, g, ask)
	done, came := o.Totals.Closed.Of, o.Totals.Accepted.Of
	o.Rates.Reopened = tally.RateOf(reopened, o.Totals.Closed.Value, done.With("fate", "reopened"), done)
	o.Rates.Recused = tally.RateOf(recused, o.Totals.Accepted.Value, came.With("fate", "recused"), came)
	return err
}

func aboutOf(ask tally.Ask) About {
	return About{Area: ask.Area, Committee: ask.Committee(), From: ask.From, To: ask.To}
}

func (s *Service) countComplaints(tx *db.Tx, g authz.Grant, ask tally.Ask, o *Overview) error {
	n, told, err := s.Upheld(tx, g.By(), aboutOf(ask))
	if err != nil || !told {
		return err
	}
	list := tally.Between(tally.Listed(tally.OfComplaints, "area", string(ask.Area), "committee_id", ask.CommitteeText(), "upheld", "true"), "received", ask.From, ask.To)
	rate := tally.RateOf(n, o.Totals.Accepted.Value, list, o.Totals.Accepted.Of)
	o.Rates.Complaints = &rate
	return nil
}

func (s *Service) countFelt(tx *db.Tx, g authz.Grant, ask tally.Ask, o *Overview) error {
	f, told, err := s.Felt(tx, g.By(), aboutOf(ask))
	if err != nil || !told {
		return err
	}
	parties, err := partiesIn(tx, g, ask.Part(f.From, f.To, ask.Counties()))
	list := tally.Listed(tally.OfOpinions, "area", string(ask.Area), "from", string(f.From), "to", string(f.To))
	fair, again := tally.RateOf(f.Fair, f.Faired, list, list), tally.RateOf(f.Again, f.Asked, list, list)
	closed := tally.Between(ask.Cases(), "closed", f.From, f.To)
	if f.Faired == 0 { // nobody answered, or so few that it is not told
		parties, closed = 0, tally.Query{}
	}
	response := tally.RateOf(f.Faired, parties, list, closed)
	o.Rates.Fair, o.Rates.Again, o.Rates.Response = &fair, &again, &response
	return err
}
