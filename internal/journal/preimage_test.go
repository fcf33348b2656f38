package journal_test

import (
	"strings"
	"testing"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/journal"
)

// Whoever knows everything about an entry but the code in its fact must not find it by trying: its hash holds a secret,
// though nothing was said. What a receipt shows of an entry, on the other hand, gives its hash.
func TestAFactCannotBeTriedOut(t *testing.T) {
	each(t, func(b *book) {
		b.append(journal.Entry{Case: b.c, Seq: 1, Event: "party_refuses", From: "registered", To: "registered", Role: actor.Respondent, Fact: journal.Fact{"reason": "D7"}})
		var proofs []journal.Proof
		b.read(func(tx *db.Tx) (err error) {
			proofs, err = b.j.Proofs(tx, b.c)
			return err
		})
		of := proofs[0].Of
		if len(of.Words) != 64 || of.Hash() != proofs[0].Hash || !strings.Contains(of.Fact, "D7") {
			t.Fatalf("%+v", proofs[0])
		}
		of.Words = ""
		if of.Hash() == proofs[0].Hash {
			t.Error("the hash follows from what can be guessed")
		}
		if found := b.verify(1); len(found) > 0 {
			t.Error(found)
		}
	})
}
