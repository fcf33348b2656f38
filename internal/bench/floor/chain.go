package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"

	"fengqiao/internal/ident"
)

// entry is the first entry of a case's journal.
type entry struct {
	id, caseID, actor ident.ID
	role              string
	at                time.Time
	fact, words, salt []byte
}

func (e entry) wordsDigest() string {
	sum := sha256.Sum256(append(bytes.Clone(e.salt), e.words...))
	return hex.EncodeToString(sum[:])
}

// hash is over the same bytes as in the product's journal: each field with its length in front.
func (e entry) hash() string {
	at := e.at.Format(time.RFC3339Nano)
	var b []byte
	for _, s := range []string{"fengqiao journal 1", "", string(e.id.County()), e.id.String(), e.caseID.String(), "1", "submit", "draft",
		"registered", e.actor.String(), e.role, "", at, at, "false", string(e.fact), e.wordsDigest()} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
