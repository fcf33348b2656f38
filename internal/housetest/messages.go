package housetest

import (
	"encoding/json"
	"regexp"

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
	var code string
	for _, m := range town.Messages(c, kind) {
		code = sixDigits.FindString(m.Text)
	}
	return code
}

// Messages are those of a kind that wait to be sent about a case.
func (town *Town) Messages(c *Case, kind string) []casework.Message {
	town.t.Helper()
	id, err := ident.ParseID(c.ID)
	town.must(err)
	var out []casework.Message
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
			if m.Kind == kind && l.Case == id {
				out = append(out, m)
			}
		}
		return err
	})
	return out
}
