package casework

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/files"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// Along is what comes with a filing by the plain pages and is no part of what the API's Filing says.
type Along struct {
	Files      []Enclosure
	Afraid     bool // somebody is in danger or afraid, the applicant says: a high risk until a mediator has looked into it (M8)
	NoMessages bool // the applicant is sent none before it has said how it may safely be reached

	// From where it comes, and of which case the filer came as a party; for counting filings by people nobody knows.
	Address string
	PartyOf ident.ID

	// Draft is what it is filed from; zero where there is none. Of one draft there is one case, however often and however
	// late it is sent.
	Draft ident.ID

	// Beside writes what another room keeps of the new case, in the same transaction.
	Beside func(tx *db.Tx, made ident.ID) error
}

// Enclosure is a file that was put aside before there was a case, among the rows of whichever county.
type Enclosure struct {
	Document ident.ID
	Kind     string // codes.Evidence
}

// FileWith is File, and in the same transaction what comes along: the files become the case's, given by the applicant and
// shared with nobody.
func (s *Service) FileWith(ctx context.Context, g authz.Grant, f Filing, along Along) (Filed, error) {
	f.along = along
	return s.File(ctx, g, f)
}

// WordAfraid is the word of a filing's entry under which it stands that somebody is in danger or afraid.
const WordAfraid = "afraid"

// heed takes what the applicant said of danger into the new case. It is for those who work it alone: no other party is
// told, and the register's supervisors see the risk without the words.
func (along Along) heed(c *Case) {
	if along.Afraid {
		c.Risk = max(c.Risk, highRisk)
	}
	for i := range c.Sides {
		if p := &c.Sides[i]; along.NoMessages && p.Role == Applicant {
			p.Contact = ContactNone
		}
	}
}

// filedDrafts is under what the directory holds which case was made of a draft.
const filedDrafts = "filing"

// onceOnly binds a new case to its draft; where the draft made one before, that is what was done.
func (along Along) onceOnly(tx *db.Tx, made ident.ID) error {
	if along.Draft.IsZero() {
		return nil
	}
	err := tx.Register(filedDrafts, along.Draft.String(), made)
	if !fault.Is(err, fault.Conflict) {
		return err
	}
	before, err := tx.LookUp(filedDrafts, along.Draft.String())
	if err != nil {
		return err
	}
	return &db.Done{ID: before}
}

// ForgetDraft forgets which case was made of a draft, when the draft itself is forgotten.
func ForgetDraft(tx *db.Tx, draft ident.ID) error {
	return tx.Unregister(filedDrafts, draft.String())
}

// takeAlong enters the files that came with a filing.
func (d *deed) takeAlong(c *Case, along Along) error {
	applicant := ident.ID{}
	if a := c.Side(Applicant); len(a) > 0 {
		applicant = a[0].ID
	}
	for _, one := range along.Files {
		doc, err := d.files.Find(d.tx, one.Document)
		if err != nil {
			return err
		}
		if err := d.addCopy(c, doc, attachmentRow{Kind: one.Kind, PartyID: applicant}, journal.Fact{}); err != nil {
			return err
		}
	}
	return nil
}

// addCopy makes a file of the case out of a document of other rows: the bytes lie once, under their hash; each case has
// its own row.
func (d *deed) addCopy(c *Case, doc files.Document, r attachmentRow, fact journal.Fact) error {
	doc, err := d.files.Again(d.tx, doc)
	if err != nil {
		return err
	}
	r.Key, r.CaseID, r.DocumentID, r.AddedBy, r.AddedAt = d.newKey(), c.ID, doc.ID, d.grant.By().Person, d.now()
	if err := insertAttachment(d.tx, r); err != nil {
		return err
	}
	fact["attachment"], fact["sha256"], fact["evidence"], fact["shared"] = r.ID.String(), doc.SHA256, r.Kind, r.Shared
	return d.keep(c, Attach, c.State, note{party: r.PartyID, fact: fact})
}

// keepBeside writes what other rooms keep of a new case.
func (f Filing) keepBeside(tx *db.Tx, made ident.ID) error {
	for _, keep := range []func(*db.Tx, ident.ID) error{f.beside, f.along.Beside} {
		if keep == nil {
			continue
		}
		if err := keep(tx, made); err != nil {
			return err
		}
	}
	return nil
}
