package casework

import (
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
)

// HelperView is somebody who helps a party, as that party and those who work on the case see them.
type HelperView struct {
	ID        ident.ID     `json:"id"`
	PartyID   ident.ID     `json:"party_id"`
	Kind      string       `json:"kind" doc:"agent, guardian, companion or interpreter"`
	Name      string       `json:"name"`
	Relation  string       `json:"relation,omitempty"`
	IDNumber  string       `json:"id_number,omitempty" doc:"Masked"`
	Phone     string       `json:"phone,omitempty"`
	Language  string       `json:"language,omitempty"`
	Scopes    []string     `json:"scopes" doc:"What an agent's power of attorney covers (F6)"`
	Dated     calendar.Day `json:"dated,omitempty"`
	Signature string       `json:"signature_kind,omitempty"`
	Consent   Consent      `json:"consent,omitempty" doc:"A guardian's"`
	ConsentAt *time.Time   `json:"consent_at,omitempty"`
	BeganAt   time.Time    `json:"began_at"`
	EndedAt   *time.Time   `json:"ended_at,omitempty"`
	Void      bool         `json:"void,omitempty" doc:"The power of attorney never counted"`
}

// Acts tells whether they act for the party now.
func (h HelperView) Acts() bool {
	return h.EndedAt == nil && (h.Kind == AsAgent || h.Kind == AsGuardian)
}

// addHelpers: a party sees who helps it, staff who see the whole case see all.
func (c *Case) addHelpers(v *View, seen authz.View) {
	for _, h := range c.Helpers {
		if seen != authz.Full && h.PartyID != v.Me {
			continue
		}
		v.Helpers = append(v.Helpers, HelperView{ID: h.ID, PartyID: h.PartyID, Kind: h.Kind, Name: h.Name, Relation: h.Relation,
			IDNumber: ident.IDNumber(h.IDNumber).Masked(), Phone: h.Phone, Language: h.Language, Scopes: append([]string{}, strings.Fields(h.Scopes)...),
			Dated: h.Dated, Signature: h.SignatureKind, Consent: h.Consent, ConsentAt: h.ConsentAt, BeganAt: h.BeganAt, EndedAt: h.EndedAt, Void: h.Void})
	}
}
