package counter

import (
	"bytes"
	"encoding/json"
	"time"

	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/receipt"
)

// proof is a receipt in plain words.
type proof struct {
	Home, Reference, Head string
	Slip                  string // for a camera
	Steps                 int64
	Last, Issued          time.Time
}

// receiptPage says in plain words what the record holds, to print and to compare by telephone.
func (s *Service) receiptPage(r *page.Request) (page.Reply, error) {
	m, err := s.mine(r)
	if err != nil {
		return page.Reply{}, err
	}
	got, err := s.cases.Receipt(r.Context(), r.Grant, m.ID)
	if err != nil {
		return page.Reply{}, err
	}
	issued, err := time.Parse(time.RFC3339, got.IssuedAt)
	if err != nil {
		return page.Reply{}, err
	}
	return page.Show("counter/mine-receipt", proof{Home: "/mine/" + m.ID.String(), Reference: ident.Reference(got.Reference).Grouped(),
		Head: receipt.Aloud(got.Head), Slip: s.cases.Slip(got), Steps: got.Version, Last: got.LastShown(), Issued: issued}), nil
}

// receiptFile is the receipt itself, under a name that says nothing of what it is about.
func (s *Service) receiptFile(r *page.Request) (page.Reply, error) {
	m, err := s.mine(r)
	if err != nil {
		return page.Reply{}, err
	}
	got, err := s.cases.Receipt(r.Context(), r.Grant, m.ID)
	if err != nil {
		return page.Reply{}, err
	}
	text, err := json.MarshalIndent(got, "", " ")
	if err != nil {
		return page.Reply{}, err
	}
	return page.Download("fengqiao-"+got.Reference+".json", "application/json", bytes.NewReader(text)), nil
}
