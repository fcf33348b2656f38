package casework

import (
	"errors"

	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// insert writes the rows of a batch, each after what it points at.
func (b *Batch) insert(tx *db.Tx, references map[string]ident.ID) error {
	return errors.Join(
		db.Load(tx, b.numbers), db.Load(tx, b.heads), db.Load(tx, b.sides), db.Load(tx, b.people), db.Load(tx, b.words), db.Load(tx, b.transfers), db.Load(tx, b.referrals), db.Load(tx, b.results), db.Load(tx, b.referralsOut), db.Load(tx, b.sittings),
		db.Load(tx, b.attendance), db.Load(tx, b.present), db.Load(tx, b.written.keys), db.Load(tx, b.written.notes), db.Load(tx, b.written.readers), db.Load(tx, b.agreements), db.Load(tx, b.clauses), db.Load(tx, b.obligations),
		db.Load(tx, b.signatures), db.Load(tx, b.visits), db.Load(tx, b.checks), db.Load(tx, b.tasks), journal.InsertAll(tx, b.entries),
		tx.RegisterAll("reference", references))
}
