package casework

import (
	"errors"
	"slices"

	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// saveWritten writes the notes that an act made.
func saveWritten(tx *db.Tx, w written) error {
	return errors.Join(insertAll(tx, w.keys), insertAll(tx, w.notes), insertAll(tx, w.readers))
}

// noteOf is the sealed note of a session with its wrapped key; false when none was written.
func noteOf(tx *db.Tx, session ident.ID) (key noteKey, closed sealedNote, found bool, err error) {
	err = tx.Rows().Where("county_code = ? AND session_id = ?", session.County(), session).Take(&key).Error
	if db.IsNone(err) {
		return key, closed, false, nil
	}
	if err == nil {
		err = tx.Rows().Where("county_code = ? AND session_id = ?", session.County(), session).Take(&closed).Error
	}
	return key, closed, err == nil, err
}

// reads tells whether somebody is a reader of a note.
func reads(tx *db.Tx, session, person ident.ID) (bool, error) {
	if person.IsZero() {
		return false, nil
	}
	var n int64
	err := tx.Rows().Model(&noteReader{}).Where("county_code = ? AND session_id = ? AND person_id = ?", session.County(), session, person).Count(&n).Error
	return n > 0, err
}

func addReader(tx *db.Tx, r noteReader) error {
	isReader, err := reads(tx, r.SessionID, r.PersonID)
	if err != nil {
		return err
	}
	if isReader {
		return fault.New(fault.Conflict, "reader_already", "这位调解员已经可以阅读。", "This mediator can read it already.")
	}
	return tx.Rows().Create(&r).Error
}

func (s *Service) addDisclosure(tx *db.Tx, r disclosure) error {
	r.TextSealed = s.vault.Seal(sealed("caucus_disclosures", "text_sealed", r.ID), r.Text)
	return tx.Rows().Create(&r).Error
}

// destroyKey takes the data key of a note out of the database for good.
func destroyKey(tx *db.Tx, session ident.ID, reason string) error {
	return tx.Rows().Model(&noteKey{}).Where("county_code = ? AND session_id = ?", session.County(), session).
		Updates(map[string]any{"wrapped_key": nil, "destroyed_at": tx.Now, "reason_code": reason}).Error
}

func addRequest(tx *db.Tx, r noteRequest) error { return tx.Rows().Create(&r).Error }

func requestsOf(tx *db.Tx, caseID ident.ID) ([]noteRequest, error) {
	var out []noteRequest
	err := ofCase(tx, caseID).Order("requested_at, id").Find(&out).Error
	return out, err
}

func decideRequest(tx *db.Tx, r noteRequest) error {
	return tx.Rows().Model(&noteRequest{}).Where("county_code = ? AND id = ?", r.CountyCode, r.ID).
		Select("decision", "decided_by", "decided_at").Updates(&r).Error
}

// approvedFor is the approval by which somebody may read a note now.
func approvedFor(tx *db.Tx, session, person ident.ID) (noteRequest, error) {
	var all []noteRequest
	err := tx.Rows().Where("county_code = ? AND session_id = ? AND requested_by = ? AND purpose = ? AND decision = ? AND read_at IS NULL AND decided_at > ?",
		session.County(), session, person, ToRead, decisionApproved, tx.Now.Add(-readWithin)).Order("decided_at").Limit(1).Find(&all).Error
	if err != nil {
		return noteRequest{}, err
	}
	if len(all) == 0 {
		return noteRequest{}, errNoApproval
	}
	return all[0], nil
}

func spendRequest(tx *db.Tx, r noteRequest) error {
	return tx.Rows().Model(&noteRequest{}).Where("county_code = ? AND id = ?", r.CountyCode, r.ID).Update("read_at", tx.Now).Error
}

// aboutNotes is what is known of the notes of a case without opening any.
type aboutNotes struct {
	keys     []noteKey
	readers  []noteReader
	told     []disclosure
	requests []noteRequest
}

// readBy tells whether somebody reads the note of a session.
func (a aboutNotes) readBy(session, person ident.ID) bool {
	return !person.IsZero() && slices.ContainsFunc(a.readers, func(r noteReader) bool { return r.SessionID == session && r.PersonID == person })
}

// about adds who reads a note, and whether its key is gone.
func (a aboutNotes) about(out SessionView) SessionView {
	for _, k := range a.keys {
		if k.SessionID == out.ID {
			out.DestroyedAt = k.DestroyedAt
		}
	}
	for _, r := range a.readers {
		if r.SessionID == out.ID {
			out.Readers = append(out.Readers, r.MediatorID)
		}
	}
	return out
}

// addTo shows what parties let be told, and to staff the requests.
func (a aboutNotes) addTo(v *View, full bool, came newcomer) {
	for _, t := range a.told {
		if !came.since(t.DisclosedAt) {
			continue
		}
		v.Disclosed = append(v.Disclosed, DisclosedView{PartyID: t.PartyID, Text: t.Text, Whole: t.Whole, At: t.DisclosedAt})
	}
	for _, r := range a.requests {
		if full {
			v.NoteRequests = append(v.NoteRequests, RequestView{ID: r.ID, SessionID: r.SessionID, Purpose: r.Purpose, Reason: r.Reason, Role: r.RequestedRole,
				RequestedAt: r.RequestedAt, Decision: r.Decision, Read: r.ReadAt != nil})
		}
	}
}

// aboutNotesOf asks for it where the case has a caucus.
func (s *Service) aboutNotesOf(tx *db.Tx, c *Case) (aboutNotes, error) {
	var a aboutNotes
	if !slices.ContainsFunc(c.Sittings, func(v Session) bool { return v.Kind == caucusKind }) {
		return a, nil
	}
	err := tx.FindAll(
		db.Question{Of: ofCase(tx, c.ID).Select("county_code, id, session_id, destroyed_at").Order("id"), Into: &a.keys},
		db.Question{Of: ofCase(tx, c.ID).Order("since, id"), Into: &a.readers},
		db.Question{Of: ofCase(tx, c.ID).Order("disclosed_at, id"), Into: &a.told},
		db.Question{Of: ofCase(tx, c.ID).Order("requested_at, id"), Into: &a.requests})
	for i := range a.told {
		err = errors.Join(err, s.unseal("caucus_disclosures", a.told[i].ID, unsealing{"text_sealed", a.told[i].TextSealed, &a.told[i].Text}))
	}
	return a, err
}
