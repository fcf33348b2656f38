package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"

	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Preimage is what an entry's hash is made of, as text: every field that the law may ask about, over the hash of the
// entry before. Its last field is the salted digest of what was said.
type Preimage struct {
	Prev, County, ID, Case, Seq, Event, From, To, Actor, Role, Party, OccurredAt, RecordedAt, Late, Fact, Words string
}

// Hash is the entry's hash: each field with its length in front.
func (p Preimage) Hash() string {
	sum := sha256.Sum256(Framed("fengqiao journal 1", p.Prev, p.County, p.ID, p.Case, p.Seq, p.Event, p.From, p.To, p.Actor, p.Role, p.Party,
		p.OccurredAt, p.RecordedAt, p.Late, p.Fact, p.Words))
	return hex.EncodeToString(sum[:])
}

// Framed writes texts one after the other, each with its length in front as four bytes, so that no two lists of texts
// give the same bytes.
func Framed(texts ...string) []byte {
	var b bytes.Buffer
	for _, s := range texts {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(s)))
		b.Write(n[:])
		b.WriteString(s)
	}
	return b.Bytes()
}

// Moment is an instant as it enters a hash.
func Moment(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func (r Row) preimage() Preimage {
	return Preimage{Prev: r.PrevHash, County: string(r.CountyCode), ID: r.ID.String(), Case: r.CaseID.String(), Seq: fmt.Sprint(r.Seq),
		Event: r.Event, From: r.FromState, To: r.ToState, Actor: r.ActorID.String(), Role: r.ActorRole, Party: r.PartyID.String(),
		OccurredAt: Moment(r.OccurredAt), RecordedAt: Moment(r.RecordedAt), Late: fmt.Sprint(r.Late), Fact: r.Fact, Words: r.WordsDigest}
}

func (r Row) digest() string { return r.preimage().Hash() }

// Proof is an entry with what its hash is made of, and without its words.
type Proof struct {
	Entry
	Of Preimage
}

// Proofs gives the entries of a case for a receipt, oldest first; the words stay sealed.
func (j *Journal) Proofs(tx *db.Tx, caseID ident.ID) ([]Proof, error) {
	rows, err := rowsOf(tx, caseID)
	if err != nil {
		return nil, err
	}
	out := make([]Proof, 0, len(rows))
	for _, r := range rows {
		out = append(out, Proof{r.entry(nil), r.preimage()})
	}
	return out, nil
}
