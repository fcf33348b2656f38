package casework

import (
	"time"

	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/registry"
)

// office is the house around a case, as an act sees it: what time it is, who serves a place, who mediates and what
// they are tied to, the next number, the files that were added. One office works in a transaction; another holds a
// county in memory, so that history is loaded by the same acts (Bulk).
type office interface {
	now() time.Time
	periodsIn(place ident.Area) (periods, error)
	newKey() ident.Key

	area(code ident.Area) (registry.Area, error)
	compound(id ident.ID) (registry.Compound, error)
	serving(p registry.Place) (registry.Committee, error)
	committee(id ident.ID) (registry.Committee, error)
	mediator(id ident.ID) (registry.Mediator, error)
	ties(mediator ident.ID) ([]registry.Tie, error)
	phoneIndexOf(person ident.ID) (string, error)
	satThen(q overlap) (*time.Time, error) // when a mediator sat elsewhere; nil where none did
	waits(id ident.ID) (bool, error)       // somebody is to look into the case before it is paid for or sent to court
	taken(b booking) (*clash, error)       // what stands against a booking; nil where all is free

	number(committee ident.ID, period string) (int64, error) // the next one, gap-free
	reference(id ident.ID) (string, error)                   // a public reference that no case has
	agreements(c *Case) (int, error)                         // how many versions of an agreement the case has had
	attachments(caseID ident.ID) ([]attachmentRow, error)

	// write keeps what an act made of a case, as its next version, and the entry that tells of the act.
	write(c *Case, e journal.Entry) error
}

// counter is the office of a transaction.
type counter struct {
	*Service
	tx *db.Tx
}

func (o counter) now() time.Time { return o.tx.Now }

// periodsIn gives the calendar and the settings of a place.
func (o counter) periodsIn(place ident.Area) (periods, error) { return periodsIn(o.tx, place) }

func periodsIn(tx *db.Tx, place ident.Area) (p periods, err error) {
	if p.cal, err = registry.CalendarIn(tx, place); err != nil {
		return p, err
	}
	p.set, err = registry.SettingsIn(tx, place)
	return p, err
}

func (o counter) newKey() ident.Key { return o.tx.NewKey() }

func (o counter) area(code ident.Area) (registry.Area, error) { return registry.FindArea(o.tx, code) }
func (o counter) compound(id ident.ID) (registry.Compound, error) {
	return registry.FindCompound(o.tx, id)
}
func (o counter) serving(p registry.Place) (registry.Committee, error) {
	return registry.Serving(o.tx, p)
}
func (o counter) committee(id ident.ID) (registry.Committee, error) {
	return registry.FindCommittee(o.tx, id)
}
func (o counter) mediator(id ident.ID) (registry.Mediator, error) {
	return registry.FindMediator(o.tx, id)
}
func (o counter) ties(mediator ident.ID) ([]registry.Tie, error) {
	return registry.TiesOf(o.tx, mediator)
}
func (o counter) waits(id ident.ID) (bool, error) {
	if o.heldBy == nil {
		return false, nil
	}
	return o.heldBy(o.tx, id)
}
func (o counter) phoneIndexOf(person ident.ID) (string, error) { return o.phoneIndex(o.tx, person) }

func (o counter) number(committee ident.ID, period string) (int64, error) {
	return nextNumber(o.tx, committee, period)
}
func (o counter) reference(id ident.ID) (string, error) { return o.newReference(o.tx, id) }
func (o counter) agreements(c *Case) (int, error)       { return lastAgreementNumber(o.tx, c) }
func (o counter) attachments(caseID ident.ID) ([]attachmentRow, error) {
	return attachmentRows(o.tx, caseID)
}

func (o counter) write(c *Case, e journal.Entry) error {
	if err := o.save(o.tx, c); err != nil {
		return err
	}
	_, err := o.journal.Append(o.tx, e)
	return err
}
