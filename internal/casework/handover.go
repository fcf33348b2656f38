package casework

import (
	"context"
	"errors"
	"slices"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
)

// OpenCase is a case that a mediator works on and would leave behind.
type OpenCase struct {
	ID        ident.ID `json:"id"`
	Reference string   `json:"reference"`
	CaseNo    string   `json:"case_no,omitempty"`
	Title     string   `json:"title"`
	State     State    `json:"state"`
	Part      string   `json:"part" doc:"host, co_mediator or recorder"`
}

// Leaver is a mediator with the open cases that the chair must hand over before they may leave (R8).
type Leaver struct {
	MediatorID ident.ID   `json:"mediator_id"`
	Name       string     `json:"name"`
	Cases      []OpenCase `json:"cases"`
}

// HandingHost gives the open cases of a mediator who leaves to a successor of the same committee.
type HandingHost struct {
	To    ident.ID   `json:"to_mediator_id"`
	Cases []ident.ID `json:"cases,omitempty,omitzero" nullable:"false" doc:"Some of the open cases; all when left out"`
}

// WorksAlready is why somebody is not let into a case whose own they are: nothing is left to be done about it.
const WorksAlready = "works_already"

// HandOverResult is what became of each case.
type HandOverResult struct {
	Handed  []OpenCase `json:"handed" nullable:"false"`
	LeftOut []LeftOut  `json:"left_out" nullable:"false" doc:"Cases that stayed with the leaver, and why"`
}

// LeftOut is a case that could not go to the successor: a tie was found, or they withdrew from it earlier.
type LeftOut struct {
	OpenCase
	Code string     `json:"code"`
	Why  string     `json:"detail"`
	Text fault.Text `json:"-"`
	Ties []Tie      `json:"ties,omitempty"`
}

// LeaverOf lists the open cases of a mediator of one's committee.
func (s *Service) LeaverOf(ctx context.Context, g authz.Grant, mediator ident.ID) (Leaver, error) {
	var out Leaver
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		m, err := leaving(tx, g, mediator)
		if err != nil {
			return err
		}
		out = Leaver{MediatorID: m.ID, Name: m.Name}
		out.Cases, err = openCasesOf(tx, g, m)
		return err
	})
	return out, err
}

// leaving is a mediator of a committee that the grant covers.
func leaving(tx *db.Tx, g authz.Grant, id ident.ID) (registry.Mediator, error) {
	m, err := registry.FindMediator(tx, id)
	if err == nil && !g.CoversCommittee(m.CommitteeID) {
		err = fault.NoSuch()
	}
	return m, err
}

// HandOverHost hands a leaving mediator's open cases to a successor, each in a transaction and with an entry of its own.
// The successor takes the leaver's part: who hosted is followed as host. A case to which the successor has a tie (M12), or
// from which they withdrew (M2), stays and is named. Notes of caucuses stay closed to the successor until their party
// agrees; the parties are told, and may choose another (M4). Sent again, it hands nothing over twice.
//
// Faults: Missing for a mediator of another committee; Invalid for a successor who does not serve here, or a case that the
// leaver does not work on.
func (s *Service) HandOverHost(ctx context.Context, g authz.Grant, mediator ident.ID, in HandingHost) (HandOverResult, error) {
	var from, to registry.Mediator
	var cases []OpenCase
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		from, to, cases, err = handing(tx, g, mediator, in)
		return err
	})
	if err != nil {
		return noneHanded(), err
	}
	by := g.By()
	by.Once = actor.Once{} // one key cannot stand for several transactions
	return handEach(cases, func(id ident.ID) error {
		return s.db.Do(ctx, by, id.County(), func(tx *db.Tx) error {
			return s.handOne(tx, g, id, func(d *deed, c *Case) (note, error) { return d.follow(c, from, to) })
		})
	})
}

// CoverHost lets another mediator of the committee work the open cases of one who is away, beside them: as a co-mediator, who
// stays until EndCover. Whoever works a case already is left as they are. Ties (M12) and withdrawals (M2) keep somebody out,
// as in a hand-over; nobody is told of a change of mediator, for there is none. All of it is written in the caller's
// transaction, which is of the mediator's county.
//
// Faults: those of HandOverHost.
func (s *Service) CoverHost(tx *db.Tx, g authz.Grant, mediator, to ident.ID) (HandOverResult, error) {
	away, cover, cases, err := handing(tx, g, mediator, HandingHost{To: to})
	if err != nil {
		return noneHanded(), err
	}
	for _, one := range cases { // first all: what an act waits for after its case, no other case may wait for
		if err := hold(tx, one.ID); err != nil {
			return noneHanded(), err
		}
	}
	return handEach(cases, func(id ident.ID) error {
		return s.handOne(tx, g, id, func(d *deed, c *Case) (note, error) { return d.cover(c, away, cover) })
	})
}

// EndCover takes all who stand in for a mediator out of the cases in which they do, and those who stand in for them; of what
// is filed away nothing changes (R7). It is written in the caller's transaction, which is of the mediator's county.
func (s *Service) EndCover(tx *db.Tx, g authz.Grant, mediator ident.ID) error {
	m, err := leaving(tx, g, mediator)
	if err != nil {
		return err
	}
	covered, err := coveredFor(tx, g, m)
	for _, id := range covered {
		err = errors.Join(err, hold(tx, id)) // as in CoverHost
	}
	if err != nil {
		return err
	}
	for _, id := range covered {
		err := s.handOne(tx, g, id, func(d *deed, c *Case) (note, error) { return d.uncover(c, m) })
		if err != nil && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Missing) { // it moved on meanwhile
			return err
		}
	}
	return nil
}

func noneHanded() HandOverResult {
	return HandOverResult{Handed: []OpenCase{}, LeftOut: []LeftOut{}}
}

// handEach hands cases over one after another. What one case refuses leaves it out, and the others go on.
func handEach(cases []OpenCase, hand func(ident.ID) error) (HandOverResult, error) {
	out := noneHanded()
	for _, one := range cases {
		err := hand(one.ID)
		var f *fault.Fault
		switch {
		case err == nil:
			out.Handed = append(out.Handed, one)
		case errors.As(err, &f) && (f.Kind == fault.Conflict || f.Kind == fault.Missing):
			ties, _ := f.Extra["ties"].([]Tie)
			out.LeftOut = append(out.LeftOut, LeftOut{OpenCase: one, Code: f.PublicCode(), Text: f.Text, Ties: ties})
		default:
			return out, err
		}
	}
	return out, nil
}

// handing checks who leaves, who follows, and which cases are meant.
func handing(tx *db.Tx, g authz.Grant, mediator ident.ID, in HandingHost) (from, to registry.Mediator, cases []OpenCase, err error) {
	if from, err = leaving(tx, g, mediator); err != nil {
		return from, to, nil, err
	}
	var bad fault.Check
	to, err = registry.FindMediator(tx, in.To)
	if err != nil && !fault.Is(err, fault.Missing) {
		return from, to, nil, err
	}
	if err != nil || to.CommitteeID != from.CommitteeID || !to.Works() || to.ID == from.ID {
		bad.Add("to_mediator_id", "请选择本调委会另一位在任的调解员。", "Please choose another serving mediator of this committee.")
	}
	if cases, err = openCasesOf(tx, g, from); err != nil {
		return from, to, nil, err
	}
	if len(in.Cases) > 0 {
		all := len(in.Cases)
		cases = slices.DeleteFunc(cases, func(c OpenCase) bool { return !slices.Contains(in.Cases, c.ID) })
		if len(cases) != all {
			bad.Add("cases", "请选择这位调解员正在办理的案件，每件一次。", "Please choose open cases of this mediator, each once.")
		}
	}
	return from, to, cases, bad.Err()
}

// handOne is the act on one case.
func (s *Service) handOne(tx *db.Tx, g authz.Grant, id ident.ID, do func(*deed, *Case) (note, error)) error {
	c, err := s.find(tx, g, id)
	if err != nil {
		return err
	}
	d, err := s.inTx(tx, g, Order{Case: id}, c.AreaCode)
	if err != nil {
		return err
	}
	_, err = s.perform(d, c, HandOverHost, do)
	return err
}

// working finds a mediator's part in a case, if they work it now.
func working(m ident.ID) func(Participant) bool {
	return func(p Participant) bool { return p.MediatorID == m && isHosting(p.Part) && p.EndedAt == nil }
}

func errHandedOver(from registry.Mediator) error {
	return fault.New(fault.Conflict, "handed_over", "这件案子已经不由 %s 办理。", "%s does not work on this case any more.", from.Name)
}

// mayFollow: whoever withdrew from a case does not come back (M2), and ties keep somebody out (M12).
func (d *deed) mayFollow(c *Case, to registry.Mediator) (note, error) {
	if c.recused(to.ID) {
		return note{}, fault.Rule("M2", "%s 已经回避，不能再参与本案。", "%s has withdrawn from this case and may not come back.", to.Name)
	}
	return d.conflicts(c, []registry.Mediator{to}, nil)
}

// cover puts somebody beside a mediator who is away.
func (d *deed) cover(c *Case, from, to registry.Mediator) (note, error) {
	switch {
	case !slices.ContainsFunc(c.People, working(from.ID)):
		return note{}, errHandedOver(from)
	case slices.ContainsFunc(c.People, working(to.ID)):
		return note{}, fault.New(fault.Conflict, WorksAlready, "%s 本来就办理这件案子。", "%s works on this case already.", to.Name)
	}
	n, err := d.mayFollow(c, to)
	if err != nil {
		return note{}, err
	}
	d.joinFor(c, to, authz.PartCoMediator, from.ID)
	n.fact["from_mediator"], n.fact["to_mediator"], n.fact["part"], n.fact["cover"] = from.ID.String(), to.ID.String(), authz.PartCoMediator, "begins"
	return n, d.takenAlready(c, &n)
}

// joinFor enters the part of somebody who stands in for another; zero for nobody.
func (d *deed) joinFor(c *Case, to registry.Mediator, part string, away ident.ID) {
	d.joinAs(c, to, part)
	c.People[len(c.People)-1].CoversID = away
}

// uncover ends what cover began.
func (d *deed) uncover(c *Case, back registry.Mediator) (note, error) {
	gone := d.endCover(c, back.ID)
	if len(gone) == 0 {
		return note{}, errHandedOver(back)
	}
	return note{fact: journal.Fact{"from_mediator": gone[0].String(), "to_mediator": back.ID.String(), "part": authz.PartCoMediator, "cover": "ends"}}, nil
}

// endCover ends the parts of those who stand in for a mediator in a case, and of those who stand in for them.
func (d *deed) endCover(c *Case, away ident.ID) (gone []ident.ID) {
	for wait := []ident.ID{away}; len(wait) > 0; wait = wait[1:] {
		for _, p := range c.People {
			if p.EndedAt != nil || p.CoversID.IsZero() || p.CoversID != wait[0] {
				continue
			}
			d.leave(c, func(one Participant) bool { return one.ID == p.ID })
			gone, wait = append(gone, p.MediatorID), append(wait, p.MediatorID)
		}
	}
	return gone
}

// follow puts the successor in the leaver's place. There is nobody left to stand in for: who did leaves with them. The
// successor of one who stands in stands in as well.
func (d *deed) follow(c *Case, from, to registry.Mediator) (note, error) {
	i := slices.IndexFunc(c.People, working(from.ID))
	if i < 0 {
		return note{}, errHandedOver(from)
	}
	was := c.People[i]
	n, err := d.mayFollow(c, to)
	if err != nil {
		return note{}, err
	}
	hosts := was.Part == authz.PartHost
	d.leave(c, working(from.ID))
	d.endCover(c, from.ID)
	standsIn := func(p Participant) bool { return working(to.ID)(p) && !p.CoversID.IsZero() }
	there := slices.ContainsFunc(c.People, working(to.ID))
	if hosts || !there || was.CoversID.IsZero() && slices.ContainsFunc(c.People, standsIn) {
		d.leave(c, working(to.ID))
		d.joinFor(c, to, was.Part, was.CoversID)
	}
	if hosts {
		c.HostID, c.AssignedBy = to.ID, "committee"
	}
	n.fact["from_mediator"], n.fact["to_mediator"], n.fact["part"] = from.ID.String(), to.ID.String(), was.Part
	return n, d.takenAlready(c, &n)
}
