package db

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"fengqiao/internal/ident"
)

// mostValues is how many values one statement may carry: SQLite takes 32,766, PostgreSQL 65,535.
const mostValues = 30_000

const mostRows = 200 // of one statement; more gain nothing

// Load inserts many rows of one table, for filling a database in bulk: a few large statements instead of one for each
// row. Like any write it keeps to the transaction's county.
func Load[T any](tx *Tx, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	stmt := &gorm.Statement{DB: tx.g}
	if err := stmt.Parse(&rows[0]); err != nil {
		return fmt.Errorf("load %T: %w", rows[0], err)
	}
	l := &load{tx: tx, table: stmt.Schema.Table, fields: stored(stmt.Schema)}
	size := min(mostRows, mostValues/len(l.fields))
	all := reflect.ValueOf(rows)
	for from := 0; from < len(rows); from += size {
		if err := l.insert(all.Slice(from, min(from+size, len(rows)))); err != nil {
			return fmt.Errorf("load %s: %w", l.table, err)
		}
	}
	return nil
}

// load is a Load under way.
type load struct {
	tx     *Tx
	table  string
	fields []*schema.Field
}

// stored are the fields that have a column.
func stored(s *schema.Schema) []*schema.Field {
	out := make([]*schema.Field, 0, len(s.DBNames))
	for _, name := range s.DBNames {
		out = append(out, s.FieldsByDBName[name])
	}
	return out
}

func (l *load) insert(rows reflect.Value) error {
	args := make([]any, 0, rows.Len()*len(l.fields))
	for i := range rows.Len() {
		row := rows.Index(i)
		for _, f := range l.fields {
			v, _ := f.ValueOf(context.Background(), row)
			if c, is := v.(ident.County); is && f.DBName == "county_code" && c != l.tx.County && !global[l.table] {
				return fmt.Errorf("row belongs to county %q, transaction to %q", c, l.tx.County)
			}
			args = append(args, v)
		}
	}
	return l.tx.Rows().Exec(l.sql(rows.Len()), args...).Error
}

func (l *load) sql(n int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + l.table + " (")
	for i, f := range l.fields {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(f.DBName)
	}
	b.WriteString(") VALUES ")
	one := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(l.fields)), ", ") + ")"
	b.WriteString(strings.TrimSuffix(strings.Repeat(one+", ", n), ", "))
	return b.String()
}
