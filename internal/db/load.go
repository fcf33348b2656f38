package db

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"fengqiao/internal/ident"
)

// mostValues is how many values one statement may carry: SQLite takes 32,766, PostgreSQL 65,535.
const mostValues = 30_000

const mostRows = 200 // of one statement; more gain nothing

// Load inserts many rows of one table, for filling a database in bulk: a few large statements instead of one for each
// row, or COPY where a PostgreSQL store is open for loading. Like any write it keeps to the transaction's county.
func Load[T any](tx *Tx, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	stmt := &gorm.Statement{DB: tx.g}
	if err := stmt.Parse(&rows[0]); err != nil {
		return fmt.Errorf("load %T: %w", rows[0], err)
	}
	l := &load{tx: tx, table: stmt.Schema.Table, fields: stored(stmt.Schema)}
	if err := l.insert(reflect.ValueOf(rows)); err != nil {
		return fmt.Errorf("load %s: %w", l.table, err)
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
	if l.tx.conn != nil {
		return l.copy(rows)
	}
	size := min(mostRows, mostValues/len(l.fields))
	for from := 0; from < rows.Len(); from += size {
		to := min(from+size, rows.Len())
		args := make([]any, 0, size*len(l.fields))
		for i := from; i < to; i++ {
			values, err := l.values(rows.Index(i))
			if err != nil {
				return err
			}
			args = append(args, values...)
		}
		if err := l.tx.Rows().Exec(l.sql(to-from), args...).Error; err != nil {
			return err
		}
	}
	return nil
}

// copy sends the rows by COPY, which is several times quicker than INSERT.
func (l *load) copy(rows reflect.Value) error {
	names := make([]string, len(l.fields))
	for i, f := range l.fields {
		names[i] = f.DBName
	}
	return l.tx.bare(func(conn *pgx.Conn) error {
		_, err := conn.CopyFrom(l.tx.ctx, pgx.Identifier{l.table}, names,
			pgx.CopyFromSlice(rows.Len(), func(i int) ([]any, error) { return l.values(rows.Index(i)) }))
		return err
	})
}

// values are a row's, in the order of the fields.
func (l *load) values(row reflect.Value) ([]any, error) {
	out := make([]any, len(l.fields))
	for i, f := range l.fields {
		v, _ := f.ValueOf(context.Background(), row)
		if c, is := v.(ident.County); is && f.DBName == "county_code" && c != l.tx.County && !global[l.table] {
			return nil, fmt.Errorf("row belongs to county %q, transaction to %q", c, l.tx.County)
		}
		out[i] = v
	}
	return out, nil
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
