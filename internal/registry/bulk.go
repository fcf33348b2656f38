package registry

import (
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// The functions of this file load a county in bulk, for the demo city and for the first filling from older lists. They
// hold nobody to a rule: what they are given must be right. A row without an id gets one, which the caller then finds
// in its slice; all rows belong to the transaction's county.

func enter[T any](tx *db.Tx, rows []T, key func(*T) *ident.Key, version func(*T) *int64) error {
	for i := range rows {
		if k := key(&rows[i]); k.ID.IsZero() {
			*k = tx.NewKey()
		}
		if version != nil && *version(&rows[i]) == 0 {
			*version(&rows[i]) = 1
		}
	}
	return insertRows(tx, rows)
}

// BulkCommittees enters committees.
func BulkCommittees(tx *db.Tx, rows []Committee) error {
	return enter(tx, rows, func(r *Committee) *ident.Key { return &r.Key }, func(r *Committee) *int64 { return &r.Version })
}

// BulkTerms enters terms of office.
func BulkTerms(tx *db.Tx, rows []Term) error {
	return enter(tx, rows, func(r *Term) *ident.Key { return &r.Key }, nil)
}

// BulkMembers enters members; their mediators' rows are entered apart.
func BulkMembers(tx *db.Tx, rows []Member) error {
	return enter(tx, rows, func(r *Member) *ident.Key { return &r.Key }, nil)
}

// BulkMediators enters mediators, members among them.
func BulkMediators(tx *db.Tx, rows []Mediator) error {
	return enter(tx, rows, func(r *Mediator) *ident.Key { return &r.Key }, func(r *Mediator) *int64 { return &r.Version })
}

// BulkTies enters declared ties. NameMatch is filled in; the phone's index is the caller's to make.
func BulkTies(tx *db.Tx, rows []Tie) error {
	for i := range rows {
		rows[i].NameMatch = ident.MatchName(rows[i].Name)
	}
	return enter(tx, rows, func(r *Tie) *ident.Key { return &r.Key }, nil)
}

// BulkFirms enters property firms.
func BulkFirms(tx *db.Tx, rows []PropertyFirm) error {
	return enter(tx, rows, func(r *PropertyFirm) *ident.Key { return &r.Key }, func(r *PropertyFirm) *int64 { return &r.Version })
}

// BulkCompounds enters compounds; their firms come first.
func BulkCompounds(tx *db.Tx, rows []Compound) error {
	return enter(tx, rows, func(r *Compound) *ident.Key { return &r.Key }, func(r *Compound) *int64 { return &r.Version })
}

// BulkOwnersCommittees enters owners' committees; their compounds come first.
func BulkOwnersCommittees(tx *db.Tx, rows []OwnersCommittee) error {
	return enter(tx, rows, func(r *OwnersCommittee) *ident.Key { return &r.Key }, func(r *OwnersCommittee) *int64 { return &r.Version })
}

// BulkServiceAreas enters service areas; committees and compounds come first.
func BulkServiceAreas(tx *db.Tx, rows []ServiceArea) error {
	return enter(tx, rows, func(r *ServiceArea) *ident.Key { return &r.Key }, nil)
}

// BulkSetting gives an area a value of a setting from a day on.
func BulkSetting(tx *db.Tx, area ident.Area, name, value string, from calendar.Day) error {
	return putSetting(tx, setting{AreaCode: area, Name: name, ValidFrom: from, Value: value, MadeAt: tx.Now, MadeBy: tx.By.Person})
}
