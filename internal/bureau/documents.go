package bureau

import (
	"context"
	"io"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/files"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Kinds of files that a bureau keeps of a committee.
const (
	Minutes  = "minutes"  // of an election (O5)
	Specimen = "specimen" // the print of a seal
)

// Upload is a file that was sent.
type Upload struct {
	Name string
	Body io.Reader
}

// documentRow says whose a file is. Only what was entered here is given out here: a term may name any document by its id,
// and a file of a case is none of the bureau's business.
type documentRow struct {
	CountyCode  ident.County `gorm:"column:county_code;primaryKey"`
	DocumentID  ident.ID     `gorm:"column:document_id;primaryKey"`
	CommitteeID ident.ID     `gorm:"column:committee_id"`
	Kind        string       `gorm:"column:kind"`
}

func (documentRow) TableName() string { return "committee_documents" }

// taken is a file for a committee that the grant keeps, looked through before the act that stores it; nil where none was sent.
func (s *Service) taken(ctx context.Context, g authz.Grant, committee ident.ID, u *Upload) (*files.Incoming, error) {
	if u == nil {
		return nil, nil
	}
	if err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) error { _, err := keeps(tx, g, committee); return err }); err != nil {
		return nil, err
	}
	in, err := s.Files.Take(u.Name, u.Body)
	if err != nil {
		return nil, fault.Of(err).At("file")
	}
	return in, nil
}

// keep stores a file of a committee; the zero id where none was sent.
func (s *Service) keep(tx *db.Tx, c registry.Committee, kind string, in *files.Incoming) (ident.ID, error) {
	if in == nil {
		return ident.ID{}, nil
	}
	d, err := s.Files.Save(tx, in)
	if err != nil {
		return d.ID, fault.Of(err).At("file")
	}
	if kind == Specimen && !strings.HasPrefix(d.MediaType, "image/") {
		return d.ID, fault.New(fault.Invalid, "", "印模请上传照片或扫描图片（JPG、PNG、WebP）。", "Please send the print as a picture (JPG, PNG, WebP).").At("file")
	}
	return d.ID, insertDocument(tx, documentRow{CountyCode: tx.County, DocumentID: d.ID, CommitteeID: c.ID, Kind: kind})
}

// Document opens a file of a committee whose register the grant keeps; Missing for any other file there is.
func (s *Service) Document(ctx context.Context, g authz.Grant, id ident.ID) (body io.ReadCloser, d files.Document, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		row, err := findDocument(tx, id)
		if err != nil {
			return err
		}
		if _, err := keeps(tx, g, row.CommitteeID); err != nil {
			return err
		}
		body, d, err = s.Files.Open(tx, id)
		return err
	})
	return body, d, err
}

// Elect records an election with its minutes (O5): both or none.
func (s *Service) Elect(ctx context.Context, g authz.Grant, committee ident.ID, in registry.NewTerm, minutes *Upload) (ident.ID, error) {
	file, err := s.taken(ctx, g, committee, minutes)
	if err != nil {
		return committee, err
	}
	defer file.Drop()
	return s.act(ctx, g, committee.County(), func(tx *db.Tx) (ident.ID, error) {
		c, err := keeps(tx, g, committee)
		if err != nil {
			return committee, err
		}
		if in.MinutesID, err = s.keep(tx, c, Minutes, file); err != nil {
			return committee, err
		}
		_, err = s.Registry.In(tx).OpenTerm(ctx, g, committee, in)
		return committee, err
	})
}
