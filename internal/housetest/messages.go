package housetest

import (
	"encoding/json"
	"regexp"
	"slices"

	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/vault"
)

var sixDigits = regexp.MustCompile(`\d{6}`)

// LastMessage is the code in the last message of a kind that waits to be sent about a case; "" when there is none.
func (town *Town) LastMessage(c *Case, kind string) string {
	town.t.Helper()
	code := ""
	for _, m := range town.Messages(c, kind) {
		code = sixDigits.FindString(m.Text)
	}
	return code
}

// Messages are those about a case that may be sent by now, of some kinds or of all, in the order in which they fell due.
func (town *Town) Messages(c *Case, kinds ...string) (out []casework.Message) {
	town.t.Helper()
	town.letters(c, func(_ *db.Tx, _ journal.Letter, m casework.Message) error {
		if len(kinds) == 0 || slices.Contains(kinds, m.Kind) {
			out = append(out, m)
		}
		return nil
	})
	return out
}

// Delivered are the messages about a case that may be sent by now; they are gone from the outbox afterwards.
func (town *Town) Delivered(c *Case) (out []casework.Message) {
	town.t.Helper()
	town.letters(c, func(tx *db.Tx, l journal.Letter, m casework.Message) error {
		out = append(out, m)
		return journal.Delivered(tx, l.ID)
	})
	return out
}

func (town *Town) letters(c *Case, each func(*db.Tx, journal.Letter, casework.Message) error) {
	town.t.Helper()
	id, err := ident.ParseID(c.ID)
	town.must(err)
	town.do(id.County(), func(tx *db.Tx) error {
		letters, err := journal.Claim(tx, casework.MessageTopic, 100)
		for _, l := range letters {
			table, column, row := casework.MessagePlace(l.ID)
			text, err := town.App.Vault.Open(vault.Place{Table: table, Column: column, Row: row}, l.Payload)
			if err != nil {
				return err
			}
			var m casework.Message
			if err := json.Unmarshal([]byte(text), &m); err != nil {
				return err
			}
			if l.Case == id {
				if err := each(tx, l, m); err != nil {
					return err
				}
			}
		}
		return err
	})
}
