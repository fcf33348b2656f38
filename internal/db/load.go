package db

import (
	"context"
	"fmt"
	"reflect"
	"slices"
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
	values, err := l.values(reflect.ValueOf(rows))
	if err == nil && tx.conn != nil {
		err = l.copy(values)
	} else if err == nil {
		err = l.insert(values)
	}
	if err != nil {
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

// values are the rows', in the order of the fields; a row of another county is refused before anything is sent.
func (l *load) values(rows reflect.Value) ([][]any, error) {
	out := make([][]any, rows.Len())
	for i := range out {
		out[i] = make([]any, len(l.fields))
		for j, f := range l.fields {
			v, _ := f.ValueOf(context.Background(), rows.Index(i))
			if c, is := v.(ident.County); is && f.DBName == "county_code" && c != l.tx.County && !global[l.table] {
				return nil, fmt.Errorf("row belongs to county %q, transaction to %q", c, l.tx.County)
			}
			out[i][j] = v
		}
	}
	return out, nil
}

func (l *load) insert(rows [][]any) error {
	for some := range slices.Chunk(rows, min(mostRows, mostValues/len(l.fields))) {
		if err := l.tx.Rows().Exec(l.sql(len(some)), slices.Concat(some...)...).Error; err != nil {
			return err
		}
	}
	return nil
}

// copy sends the rows by COPY, which is several times quicker than INSERT.
func (l *load) copy(rows [][]any) error {
	names := make([]string, len(l.fields))
	for i, f := range l.fields {
		names[i] = f.DBName
	}
	return l.tx.bare(func(conn *pgx.Conn) error {
		_, err := conn.CopyFrom(l.tx.ctx, pgx.Identifier{l.table}, names, pgx.CopyFromRows(rows))
		return err
	})
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
