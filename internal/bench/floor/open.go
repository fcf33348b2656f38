package main

import (
	"errors"

	"fengqiao/internal/ident"
)

// openAll opens what is sealed in a detail and puts the parts of sessions and of the agreement in their place.
func (f *floor) openAll(d *detail) error {
	err := f.open("dispute_cases", d.ID, sealedIn{"facts_sealed", d.facts, &d.Facts}, sealedIn{"request_sealed", d.request, &d.Request},
		sealedIn{"guidance_sealed", d.guidance, &d.Guidance})
	for i := range d.Parties {
		p := &d.Parties[i]
		err = errors.Join(err, f.open("case_parties", p.ID, sealedIn{"id_number_sealed", p.number, &p.IDNumber},
			sealedIn{"phone_sealed", p.phone, &p.Phone}, sealedIn{"address_sealed", p.address, &p.Address}))
		p.IDNumber = ident.IDNumber(p.IDNumber).Masked()
	}
	for i := range d.Visits {
		v := &d.Visits[i]
		err = errors.Join(err, f.open("follow_ups", v.ID, sealedIn{"note_sealed", v.note, &v.Note}))
	}
	for i := range d.Attachments {
		a := &d.Attachments[i]
		err = errors.Join(err, f.open("documents", a.document, sealedIn{"name_sealed", a.name, &a.Name}))
	}
	return errors.Join(err, f.openSessions(d), f.openAgreement(d))
}

func (f *floor) openSessions(d *detail) error {
	var err error
	for i := range d.Sessions {
		s := &d.Sessions[i]
		var guests string
		err = errors.Join(err, f.open("mediation_sessions", s.ID, sealedIn{"place_sealed", s.place, &s.Place},
			sealedIn{"record_sealed", s.record, &s.Record}, sealedIn{"result_sealed", s.result, &s.Result},
			sealedIn{"guests_sealed", s.guests, &guests}))
		if guests != "" {
			s.Guests = []byte(guests)
		}
		s.Attending = []ident.ID{}
		for _, a := range d.attendance {
			if a.session == s.ID {
				s.Attending = append(s.Attending, a.party)
			}
		}
	}
	return err
}

func (f *floor) openAgreement(d *detail) error {
	if len(d.Agreements) == 0 {
		return nil
	}
	a := &d.Agreements[0]
	err := f.open("agreements", a.ID, sealedIn{"facts_sealed", a.facts, &a.Facts}, sealedIn{"issues_sealed", a.issues, &a.Issues})
	for i := range d.clauses {
		c := &d.clauses[i]
		err = errors.Join(err, f.open("agreement_clauses", c.ID, sealedIn{"text_sealed", c.text, &c.Text}))
	}
	for i := range d.Obligations {
		o := &d.Obligations[i]
		err = errors.Join(err, f.open("obligations", o.ID, sealedIn{"manner_sealed", o.manner, &o.Manner}))
	}
	a.Clauses, a.Signatures = d.clauses, d.signatures
	return err
}
