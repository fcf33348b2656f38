package casework

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/files"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// Attached is a file of a case.
type Attached struct {
	ID        ident.ID  `json:"id"`
	Kind      string    `json:"kind" doc:"Type of evidence"`
	Paper     string    `json:"paper,omitempty" doc:"Which paper of the dossier it is: a form that was signed and photographed back, or a proof of its own: identity, performance, decision"`
	Name      string    `json:"name"`
	MediaType string    `json:"media_type"`
	Size      int64     `json:"size"`
	SHA256    string    `json:"sha256"`
	PartyID   ident.ID  `json:"party_id,omitempty,omitzero" doc:"Who gave it, where a party did"`
	Shared    bool      `json:"shared" doc:"Both sides may see it"`
	AddedAt   time.Time `json:"added_at"`
}

type attachmentRow struct {
	ident.Key
	CaseID     ident.ID  `gorm:"column:case_id"`
	DocumentID ident.ID  `gorm:"column:document_id"`
	Kind       string    `gorm:"column:kind"`
	Paper      string    `gorm:"column:paper"` // codes.Papers; "" for none of them
	Shared     bool      `gorm:"column:shared"`
	PartyID    ident.ID  `gorm:"column:party_id"`
	AddedBy    ident.ID  `gorm:"column:added_by"`
	AddedAt    time.Time `gorm:"column:added_at"`
}

func (attachmentRow) TableName() string { return "case_attachments" }

// Attach is the journal's name for adding a file; it moves nothing.
const Attach Event = "attach"

// Attachment is a file that somebody adds to a case.
type Attachment struct {
	Name   string
	Kind   string // codes.Evidence
	Paper  string // codes.Papers: a signed paper that was photographed back, or a proof; "" for neither
	Shared bool   // both sides may see it
	Body   io.Reader
}

// AddFile checks a file, stores it by its hash and adds it to the case.
func (s *Service) AddFile(ctx context.Context, g authz.Grant, id ident.ID, in Attachment) (Attached, error) {
	if err := s.db.Read(ctx, g.By(), func(tx *db.Tx) error { _, err := s.find(tx, g, id); return err }); err != nil {
		return Attached{}, err
	}
	file, err := s.files.Take(in.Name, in.Body)
	if err != nil {
		return Attached{}, err
	}
	defer file.Drop()
	var out Attached
	err = s.db.Do(ctx, g.By(), id.County(), func(tx *db.Tx) error {
		c, err := s.find(tx, g, id)
		if err != nil {
			return err
		}
		if c.State == Archived {
			return fault.Rule("R7", "案件已归档，只读。", "The case is archived and read-only.")
		}
		if err := codes.Evidence.Check(in.Kind); err != nil {
			return fault.Of(err).At("kind")
		}
		if in.Paper != "" {
			if err := codes.Papers.Check(in.Paper); err != nil {
				return fault.Of(err).At("paper")
			}
		}
		d, err := s.inTx(tx, g, Order{}, c.AreaCode)
		if err != nil {
			return err
		}
		if err := d.comes(c, Attach); err != nil {
			return err
		}
		if err := s.withinBounds(tx, c, file.Size); err != nil {
			return err
		}
		doc, err := s.files.Save(tx, file)
		if err != nil {
			return err
		}
		row := attachmentRow{Key: tx.NewKey(), CaseID: c.ID, DocumentID: doc.ID, Kind: in.Kind, Paper: in.Paper, Shared: in.Shared,
			PartyID: s.partyOf(d, c, ident.ID{}), AddedBy: tx.By.Person, AddedAt: tx.Now}
		if err := insertAttachment(tx, row); err != nil {
			return err
		}
		out = row.show(doc)
		tx.Made(row.ID, c.Version, 201)
		return d.keep(c, Attach, c.State, note{party: row.PartyID, fact: journal.Fact{"attachment": row.ID.String(), "sha256": doc.SHA256,
			"evidence": row.Kind, "shared": row.Shared, "paper": row.Paper}})
	})
	var done *db.Done
	if errors.As(err, &done) {
		return s.attached(ctx, g, id, done.ID)
	}
	return out, err
}

// Whoever comes by a code may be anybody who found a letter: so much is taken from each party by code, in one case. A mediator adds more.
const (
	mostOfParty  = 60        // files
	bytesOfParty = 300 << 20 // together
)

// withinBounds tells whether one more file of a size may come from whoever brings it.
func (s *Service) withinBounds(tx *db.Tx, c *Case, size int64) error {
	if tx.By.Party.IsZero() || !tx.By.Person.IsZero() {
		return nil
	}
	rows, err := attachmentRows(tx, c.ID)
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(r attachmentRow) bool { return r.PartyID != tx.By.Party })
	given, err := s.opened(tx, c, rows, tx.By.Party, false)
	for _, f := range given {
		size += f.Size
	}
	if err == nil && (len(given) >= mostOfParty || size > bytesOfParty) {
		err = errMostOfParty
	}
	return err
}

var errMostOfParty = fault.New(fault.Conflict, "most_files", "您在本案已经交了很多文件（最多 60 个、合计 300 MB）。更多的请直接交给调解员。",
	"You have given very many files in this case (60 at most, 300 MB together). Please give further ones to the mediator directly.").At("file")

// attached shows again a file that was added under the same one-time key.
func (s *Service) attached(ctx context.Context, g authz.Grant, id, attachment ident.ID) (Attached, error) {
	body, out, err := s.OpenFile(ctx, g, id, attachment)
	if err != nil {
		return Attached{}, err
	}
	return out, body.Close()
}

func (r attachmentRow) show(doc files.Document) Attached {
	return Attached{ID: r.ID, Kind: r.Kind, Paper: r.Paper, Name: doc.Name, MediaType: doc.MediaType, Size: doc.Size, SHA256: doc.SHA256,
		PartyID: r.PartyID, Shared: r.Shared, AddedAt: r.AddedAt}
}

// openable are the files that a reader may open: staff who see the whole case every one; a party its own, and what is shared since they
// are in the case.
func (s *Service) openable(tx *db.Tx, c *Case, rows []attachmentRow, me ident.ID, full bool) ([]attachmentRow, error) {
	if full {
		return rows, nil
	}
	came, err := s.newcomer(tx, c, me)
	return slices.DeleteFunc(rows, func(r attachmentRow) bool {
		return (!r.Shared || !came.since(r.AddedAt)) && (me.IsZero() || r.PartyID != me)
	}), err
}

// opened are the files of a case that its reader may open.
func (s *Service) opened(tx *db.Tx, c *Case, rows []attachmentRow, me ident.ID, full bool) ([]Attached, error) {
	out := []Attached{}
	rows, err := s.openable(tx, c, rows, me, full)
	if err != nil {
		return nil, err
	}
	ids := make([]ident.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.DocumentID
	}
	docs, err := s.files.FindAll(tx, c.CountyCode, ids)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		doc, ok := docs[r.DocumentID]
		if !ok {
			return nil, fault.NoSuch()
		}
		out = append(out, r.show(doc))
	}
	return out, nil
}

// OpenFile opens a file of a case for whoever may see it. The caller closes it.
func (s *Service) OpenFile(ctx context.Context, g authz.Grant, id, attachment ident.ID) (io.ReadCloser, Attached, error) {
	var body io.ReadCloser
	var out Attached
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) error {
		c, err := s.find(tx, g, id)
		if err != nil {
			return err
		}
		rows, err := attachmentRows(tx, c.ID)
		if err != nil {
			return err
		}
		if rows, err = s.openable(tx, c, rows, partyOfReader(g.By(), c), c.viewOf(g) == authz.Full); err != nil {
			return err
		}
		i := slices.IndexFunc(rows, func(r attachmentRow) bool { return r.ID == attachment })
		if i < 0 {
			return fault.NoSuch()
		}
		var doc files.Document
		body, doc, err = s.files.Open(tx, rows[i].DocumentID)
		out = rows[i].show(doc)
		return err
	})
	return body, out, err
}

// evidenceExists checks that attachments named as evidence belong to the case.
func (d *deed) evidenceExists(c *Case, ids []ident.ID) error {
	if len(ids) == 0 {
		return nil
	}
	rows, err := d.attachments(c.ID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if !slices.ContainsFunc(rows, func(r attachmentRow) bool { return r.ID == id }) {
			return fault.New(fault.Invalid, "", "证据须先作为附件上传到本案。", "Evidence must first be attached to this case.").At("evidence_ids")
		}
	}
	return nil
}
