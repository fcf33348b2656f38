package casework

import (
	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// Destroying is the destruction of an archived dossier by a list that two persons signed (R3).
type Destroying struct {
	Case   ident.ID
	List   ident.ID
	Number string // of the list, as people name it
	By     ident.ID
	Role   actor.Role // of who approved the list
	Files  int        // that go with it
}

// Gone is what everybody is told who asks for a case whose dossier was destroyed; nil while it was not.
func (h *Head) Gone() error {
	if h.DestroyedAt == nil {
		return nil
	}
	on := calendar.DayOf(*h.DestroyedAt)
	return fault.New(fault.Gone, "destroyed", "这份卷宗保管期满，已于 %[1]s 按销毁清册 %[2]s 依法销毁，内容无法再查阅。",
		"This dossier was kept as long as it had to be, and was destroyed on %[1]s by destruction list %[2]s: what it held can no longer be read.", on, h.DestroyedList)
}

// StillKept is the fault Gone for a case whose dossier was destroyed, for rooms that write something of it in rows of their own. Until the
// transaction ends it is not: what is written then goes with the rest.
func StillKept(tx *db.Tx, id ident.ID) error {
	kept, err := KeptOf(tx, []ident.ID{id})
	if err != nil || len(kept) > 0 {
		return err
	}
	var h Head
	if err := headOf(tx, id, &h); err != nil {
		return err
	}
	return h.Gone()
}

// Hold finds an archived case for its destruction and keeps it from being changed until the transaction ends.
//
// Faults: Missing; Gone where it was destroyed before.
func (s *Service) Hold(tx *db.Tx, id ident.ID) (h Head, err error) {
	if err := hold(tx, id); err != nil {
		return h, err
	}
	if err := headOf(tx, id, &h); err != nil {
		return h, err
	}
	return h, h.Gone()
}

// Destroy enters in a case's record that its dossier was destroyed, and marks its row. Who calls it empties in the same transaction what
// the dossier held; the entry tells how many files go, so that nobody misses them.
//
// Faults: Missing; Gone where it was destroyed before; Conflict "lifecycle" where it is not archived.
func (s *Service) Destroy(tx *db.Tx, in Destroying) error {
	h, err := s.Hold(tx, in.Case)
	if err != nil {
		return err
	}
	if _, ok := transition(Destroy, h.State); !ok {
		return notNow(Destroy, h.State)
	}
	_, err = s.journal.Append(tx, journal.Entry{Case: h.ID, Seq: h.Version + 1, Event: string(Destroy), From: string(h.State), To: string(h.State), Actor: in.By, Role: in.Role,
		Fact: journal.Fact{"step": "destroyed", "list": in.List.String(), "number": in.Number, "files": in.Files}})
	if err != nil {
		return err
	}
	return markDestroyed(tx, h, in.Number)
}
