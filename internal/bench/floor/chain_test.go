package main

import (
	"crypto/rand"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/vault"
)

// A chain that the product's verification would break was not the same work.
func TestTheFloorChainsAsTheJournalDoes(t *testing.T) {
	v, err := vault.New(rand.Reader, make([]byte, vault.MasterSize))
	if err != nil {
		t.Fatal(err)
	}
	ids, at := ident.NewMaker(rand.Reader), time.Date(2026, 11, 20, 1, 2, 3, 456789000, time.UTC)
	e := entry{id: ids.New("350503", at), caseID: ids.New("350503", at), actor: ids.New("350503", at), role: "mediator", at: at,
		fact: []byte(`{"parties":2,"source":"11"}`), words: []byte(`{"facts":"漏水","title":"楼上"}`)}
	row, err := journal.New(v, rand.Reader).Chain(e.id, journal.Entry{Case: e.caseID, Seq: 1, Event: "submit", From: "draft", To: "registered",
		Actor: e.actor, Role: actor.Mediator, Fact: journal.Fact{"source": "11", "parties": 2},
		Words: journal.Words{"title": "楼上", "facts": "漏水"}}, at, "")
	if err != nil {
		t.Fatal(err)
	}
	e.salt = row.Salt
	if e.wordsDigest() != row.WordsDigest || e.hash() != row.Hash {
		t.Errorf("the floor has %s, the journal %s", e.hash(), row.Hash)
	}
}
