// Package receipt is the signed proof of a case's record that a party takes home: the hashes of its entries, the head of
// the chain, and the signature of the installation. It is checked without a server and without a database.
package receipt

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"fengqiao/internal/journal"
	"fengqiao/internal/vault"
)

// Format is the form of a receipt; another form gets another number.
const Format = "fengqiao receipt 1"

// Receipt is what a case's record was at a moment, as one reader may know it. It is signed over every member.
type Receipt struct {
	Format        string  `json:"format" doc:"The form of this document"`
	KeyID         string  `json:"key_id" doc:"The installation's key that signed"`
	PublicKey     string  `json:"public_key" doc:"Its public part, in base64; compare it with the one that was published"`
	CaseID        string  `json:"case_id"`
	Reference     string  `json:"reference"`
	State         string  `json:"state"`
	Version       int64   `json:"version" doc:"How many entries the record has"`
	IssuedAt      string  `json:"issued_at" format:"date-time"`
	Entries       []Entry `json:"entries"`
	Head          string  `json:"head" doc:"The hash of the last entry, which all the others enter"`
	AgreementHash string  `json:"agreement_hash,omitempty" doc:"The hash of the agreement's text"`
	Signature     string  `json:"signature" doc:"Ed25519, in base64"`
}

// Entry is one link of the chain. What the reader may not see of it is absent: then its hash stands for it.
type Entry struct {
	Seq        int64   `json:"seq"`
	Event      string  `json:"event,omitempty"`
	From       string  `json:"from,omitempty"`
	To         string  `json:"to,omitempty"`
	OccurredAt string  `json:"occurred_at,omitempty"`
	RecordedAt string  `json:"recorded_at,omitempty"`
	Inputs     *Inputs `json:"inputs,omitempty" doc:"What else the hash is made of, where this reader may see all of it"`
	Prev       string  `json:"prev" doc:"The hash of the entry before; empty for the first"`
	Hash       string  `json:"hash"`
}

// Inputs are the rest of what an entry's hash is made of.
type Inputs struct {
	County string `json:"county"`
	ID     string `json:"id"`
	Actor  string `json:"actor"`
	Role   string `json:"role"`
	Party  string `json:"party"`
	Late   string `json:"late"`
	Fact   string `json:"fact" doc:"JSON as text, byte for byte as it was hashed"`
	Words  string `json:"words_digest" doc:"Salted digest of what was said"`
}

// Shown is how much of an entry a receipt shows.
type Shown int

// Hidden is the zero value: nothing but the hash.
const (
	Hidden Shown = iota
	Told         // what happened and when
	Whole        // everything the hash is made of
)

// Link is an entry as far as it may be shown.
func Link(p journal.Proof, shown Shown) Entry {
	e := Entry{Seq: p.Seq, Prev: p.Prev, Hash: p.Hash}
	if shown == Hidden {
		return e
	}
	e.Event, e.From, e.To, e.OccurredAt, e.RecordedAt = p.Of.Event, p.Of.From, p.Of.To, p.Of.OccurredAt, p.Of.RecordedAt
	if shown == Whole {
		e.Inputs = &Inputs{County: p.Of.County, ID: p.Of.ID, Actor: p.Of.Actor, Role: p.Of.Role, Party: p.Of.Party, Late: p.Of.Late,
			Fact: p.Of.Fact, Words: p.Of.Words}
	}
	return e
}

// Sign completes a receipt: its form, its head, the moment, the key and the signature.
func (r *Receipt) Sign(s *vault.Signer, at time.Time) {
	key := s.Current()
	r.Format, r.IssuedAt = Format, at.UTC().Truncate(time.Second).Format(time.RFC3339)
	r.KeyID, r.PublicKey = vault.SigningKeyID(key), base64.StdEncoding.EncodeToString(key)
	if n := len(r.Entries); n > 0 {
		r.Head = r.Entries[n-1].Hash
	}
	r.Signature = base64.StdEncoding.EncodeToString(s.Sign(r.signed()))
}

func (r *Receipt) signedBy(key ed25519.PublicKey) bool {
	signature, err := base64.StdEncoding.Strict().DecodeString(r.Signature)
	return err == nil && len(key) == ed25519.PublicKeySize && ed25519.Verify(key, r.signed(), signature)
}

// signed is what the signature is over: every member, each with its length in front, the entries counted.
func (r *Receipt) signed() []byte {
	texts := []string{r.Format, r.KeyID, r.PublicKey, r.CaseID, r.Reference, r.State, fmt.Sprint(r.Version), r.IssuedAt, r.Head, r.AgreementHash,
		fmt.Sprint(len(r.Entries))}
	for _, e := range r.Entries {
		texts = append(texts, fmt.Sprint(e.Seq), e.Event, e.From, e.To, e.OccurredAt, e.RecordedAt, e.Prev, e.Hash)
		if e.Inputs == nil {
			texts = append(texts, "hidden")
			continue
		}
		i := e.Inputs
		texts = append(texts, "shown", i.County, i.ID, i.Actor, i.Role, i.Party, i.Late, i.Fact, i.Words)
	}
	return journal.Framed(texts...)
}

// follows tells whether an entry's hash is made of its fields; one that does not show all of them says nothing.
func (r *Receipt) follows(e Entry) bool {
	if e.Inputs == nil {
		return true
	}
	i := e.Inputs
	return e.Hash == journal.Preimage{Prev: e.Prev, County: i.County, ID: i.ID, Case: r.CaseID, Seq: fmt.Sprint(e.Seq), Event: e.Event, From: e.From, To: e.To,
		Actor: i.Actor, Role: i.Role, Party: i.Party, OccurredAt: e.OccurredAt, RecordedAt: e.RecordedAt, Late: i.Late, Fact: i.Fact, Words: i.Words}.Hash()
}

const (
	comparedAloud = 16 // characters of a head that two people read to each other
	group         = 4
)

// Aloud is the beginning of a head in groups of four, to be compared by telephone.
func Aloud(head string) string {
	if len(head) < comparedAloud {
		return head
	}
	var groups []string
	for i := 0; i < comparedAloud; i += group {
		groups = append(groups, head[i:i+group])
	}
	return strings.Join(groups, " ")
}

// LastShown is the moment at which the last entry that is not hidden was recorded; zero where all are.
func (r *Receipt) LastShown() time.Time {
	for i := len(r.Entries) - 1; i >= 0; i-- {
		if at, err := time.Parse(time.RFC3339Nano, r.Entries[i].RecordedAt); err == nil {
			return at
		}
	}
	return time.Time{}
}
