package db

import (
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/gorm"
)

// Question is a statement that was not asked yet, and the slice that its rows go into.
type Question struct {
	Of   *gorm.DB
	Into any
}

// FindAll asks questions that do not wait for each other's answers. A reading transaction on PostgreSQL sends them
// together, so that all cost one round trip; elsewhere they are asked in turn.
func (tx *Tx) FindAll(questions ...Question) error {
	if tx.conn == nil || tx.Writes() || len(questions) < 2 {
		for _, q := range questions {
			if err := q.Of.Find(q.Into).Error; err != nil {
				return err
			}
		}
		return nil
	}
	batch, asked := &pgx.Batch{}, make([]*gorm.DB, len(questions))
	for i, q := range questions {
		asked[i] = q.Of.Session(&gorm.Session{DryRun: true}).Find(q.Into) // gorm writes and guards the statement
		if err := asked[i].Error; err != nil {
			return err
		}
		batch.Queue(asked[i].Statement.SQL.String(), asked[i].Statement.Vars...)
	}
	return tx.bare(func(conn *pgx.Conn) error {
		answers := conn.SendBatch(tx.ctx, batch)
		for _, q := range asked {
			rows, err := answers.Query()
			if err == nil {
				gorm.Scan(answer{rows}, q, 0)
				rows.Close()
				err = q.Error
			}
			if err != nil {
				_ = answers.Close()
				return err
			}
		}
		return answers.Close()
	})
}

// bare runs fn on the transaction's connection, past gorm.
func (tx *Tx) bare(fn func(*pgx.Conn) error) error {
	return tx.conn.Raw(func(c any) error {
		conn, ok := c.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("connection is a %T", c)
		}
		return fn(conn.Conn())
	})
}

// answer lets gorm read pgx's rows.
type answer struct{ pgx.Rows }

func (a answer) Columns() ([]string, error) {
	fields := a.FieldDescriptions()
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names, nil
}

// ColumnTypes are asked for only when rows go into maps.
func (a answer) ColumnTypes() ([]*sql.ColumnType, error) { return nil, nil }

func (a answer) Close() error {
	a.Rows.Close()
	return a.Err()
}

// Scan reads a row; columns that the model does not have are passed over.
func (a answer) Scan(into ...any) error {
	for i, v := range into {
		if _, unknown := v.(*sql.RawBytes); unknown {
			into[i] = nil
		}
	}
	return a.Rows.Scan(into...)
}
