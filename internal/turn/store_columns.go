package turn

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"gorm.io/gorm/schema"
)

// Column is a column of sealed values.
type Column struct {
	Ring, Table, Name string
	id, number        string // the key behind the county: an id, and a number where one belongs to it
	bound             string // the column whose id the value is bound to
	where             string // which rows hold sealed values; "": all
}

// String names it.
func (c Column) String() string { return c.Table + "." + c.Name }

// odd are columns that are not what their name says, or are bound to another id than the row's.
var odd = map[string]Column{
	"outbox.payload":                  {Ring: Vault, where: "topic = 'message'"},
	"caucus_keys.wrapped_key":         {Ring: Caucus, bound: "session_id"},
	"ledger_import_rows.cells_sealed": {Ring: Vault, id: "import_id", number: "number", bound: "import_id"},
}

// otherwise are columns of bytes that lie under no key of a ring: notes of caucuses lie under a key of their own, which is wrapped.
var otherwise = []string{"caucus_notes.note_sealed", "journal.salt", "record_seals.signature", "ring_keys.key_sealed"}

// Columns are the sealed columns of the models. Every column of bytes must be one, or be named as none.
func Columns(models [][]any) (out []Column, err error) {
	var cache sync.Map
	for _, room := range models {
		for _, model := range room {
			parsed, err := schema.Parse(model, &cache, schema.NamingStrategy{})
			if err != nil {
				return nil, err
			}
			for _, f := range parsed.Fields {
				if f.DBName == "" || f.FieldType.String() != "[]uint8" || f.IgnoreMigration {
					continue
				}
				name := parsed.Table + "." + f.DBName
				c, isOdd := odd[name]
				switch {
				case slices.Contains(otherwise, name):
					continue
				case !isOdd && !strings.HasSuffix(f.DBName, "_sealed"):
					return nil, fmt.Errorf("turn: %s is a column of bytes, and nobody says whether it is sealed", name)
				}
				c.fill(parsed.Table, f.DBName)
				out = append(out, c)
			}
		}
	}
	return out, nil
}

func (c *Column) fill(table, name string) {
	c.Table, c.Name = table, name
	if c.Ring == "" {
		c.Ring = Vault
	}
	if c.id == "" {
		c.id = "id"
	}
	if c.bound == "" {
		c.bound = c.id
	}
}
