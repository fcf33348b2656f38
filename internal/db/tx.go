package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"fengqiao/internal/actor"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Tx is one business transaction: one actor, one moment, one county.
type Tx struct {
	By     actor.Actor
	Now    time.Time    // whole microseconds, UTC
	County ident.County // whose rows it may write; empty in a reading transaction

	ctx  context.Context
	g    *gorm.DB
	ids  *ident.Maker
	made *Done

	store    *Store
	changes  int64 // of what is kept, when it began
	outdates bool  // it changes what is kept
	asks     bool  // it is one statement and no transaction
	asked    bool
	conn     *sql.Conn // on PostgreSQL, of a reading transaction for FindAll, of a loading one for Load
}

// Do runs fn in one transaction that may write rows of one county, the directory, and its idempotency key; it commits
// when fn returns nil. When the actor's one-time key was already used for the same body it returns *Done instead of
// running fn: the caller shows again what was made then.
func (s *Store) Do(ctx context.Context, by actor.Actor, county ident.County, fn func(*Tx) error) error {
	tx := s.begin(ctx, by)
	tx.County, tx.ids = county, s.ids
	committing := false
	write := func(g *gorm.DB) error {
		tx.g = g
		if err := tx.claimOnce(); err != nil {
			return err
		}
		if err := fn(tx); err != nil {
			return err
		}
		err := tx.keepOnce()
		committing = err == nil
		return err
	}
	var err error
	if s.loading && s.dialect == "postgres" {
		err = tx.onOneConnection(s.write.WithContext(ctx), func(g *gorm.DB) error { return g.Transaction(write) })
	} else {
		err = s.write.WithContext(ctx).Transaction(write)
	}
	if tx.outdates {
		s.kept.forget()
	}
	if committing && isPassing(err) && !errors.Is(err, sql.ErrTxDone) { // what was taken back before it could be committed is not kept
		return fault.New(fault.Unavailable, "", "系统没有答复，无法确定是否已经保存。请稍后查看，或者原样再提交一次。",
			"The system did not answer: we cannot tell whether this was saved. Please look in a moment, or send the same again.").Because(err)
	}
	return unavailable(err)
}

const noteWait = 200 * time.Millisecond

// Note is a Do for what is noted beside a reading, as when somebody was last seen: whoever only reads need not wait for who
// holds a lock, nor for room on the disk. What cannot be noted now is left to the next reading.
func (s *Store) Note(ctx context.Context, by actor.Actor, county ident.County, fn func(*Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, noteWait)
	defer cancel()
	err := s.Do(ctx, by, county, fn)
	if fault.Is(err, fault.Unavailable) {
		s.log.WarnContext(ctx, "not noted", "err", err)
		return nil
	}
	return err
}

func (s *Store) begin(ctx context.Context, by actor.Actor) *Tx {
	return &Tx{By: by, Now: s.Now(), ctx: ctx, store: s, changes: s.kept.changesSoFar()}
}

// Read runs fn over one consistent picture of the database; it cannot write.
func (s *Store) Read(ctx context.Context, by actor.Actor, fn func(*Tx) error) error {
	tx := s.begin(ctx, by)
	read := func(g *gorm.DB) error {
		return g.Transaction(func(g *gorm.DB) error {
			tx.g = g
			return fn(tx)
		}, &sql.TxOptions{ReadOnly: s.dialect == "postgres", Isolation: s.readIsolation()})
	}
	if s.dialect != "postgres" {
		return unavailable(read(s.read.WithContext(ctx)))
	}
	return unavailable(tx.onOneConnection(s.read.WithContext(ctx), read))
}

// Look gives what something finds over one consistent picture of the database.
func Look[T any](ctx context.Context, s *Store, by actor.Actor, find func(*Tx) (T, error)) (out T, err error) {
	err = s.Read(ctx, by, func(tx *Tx) (err error) { out, err = find(tx); return err })
	return out, err
}

// onOneConnection gives fn a connection of its own, which the transaction knows: for what gorm has no words for.
func (tx *Tx) onOneConnection(pool *gorm.DB, fn func(*gorm.DB) error) error {
	return pool.Connection(func(g *gorm.DB) error {
		tx.conn, _ = g.Statement.ConnPool.(*sql.Conn)
		return fn(g)
	})
}

// Ask runs fn, which reads with one statement, without a transaction around it: for what every request asks first. It
// cannot write, and a second statement is refused, for it might see another picture of the database.
func (s *Store) Ask(ctx context.Context, by actor.Actor, fn func(*Tx) error) error {
	tx := s.begin(ctx, by)
	tx.g, tx.asks = s.read, true
	return unavailable(fn(tx))
}

var errOnlyOne = errors.New("more than one statement, or one that writes, outside a transaction")

func (s *Store) readIsolation() sql.IsolationLevel {
	if s.dialect == "postgres" {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault // a SQLite reading transaction is a snapshot by nature
}

// Try runs fn as a part that may fail: what it wrote is taken back then, and the transaction goes on.
func (tx *Tx) Try(fn func() error) error {
	return tx.g.Transaction(func(g *gorm.DB) error { // within a transaction gorm sets a savepoint
		whole := tx.g
		tx.g = g
		defer func() { tx.g = whole }()
		return fn()
	})
}

// Rows is the way to the rows; only store files call it. Every call starts a fresh statement.
func (tx *Tx) Rows() *gorm.DB {
	q := tx.g.Session(&gorm.Session{NewDB: true, Context: tx.ctx}).Set(countyKey, tx.County)
	if tx.asks {
		q = q.Set(asksKey, &tx.asked)
	}
	return q
}

// PlanAnew has PostgreSQL plan each later statement of the transaction for the values that it is asked with: where a plan for
// values in general is a hundred times slower for some.
func (tx *Tx) PlanAnew() error {
	if tx.store.dialect != "postgres" {
		return nil
	}
	return tx.Rows().Exec("SET LOCAL plan_cache_mode = force_custom_plan").Error
}

// Writes tells whether the transaction may write.
func (tx *Tx) Writes() bool { return tx.County != "" }

// Context is the request's.
func (tx *Tx) Context() context.Context { return tx.ctx }

// NewID makes an id in the transaction's county.
func (tx *Tx) NewID() ident.ID { return tx.NewIDAt(tx.Now) }

// NewIDAt makes an id in the transaction's county that sorts as one of another moment.
func (tx *Tx) NewIDAt(at time.Time) ident.ID { return tx.ids.New(tx.County, at) }

// NewKey makes the primary key of a new row in the transaction's county.
func (tx *Tx) NewKey() ident.Key { return ident.Key{CountyCode: tx.County, ID: tx.NewID()} }

// liteError is an error of SQLite, with its extended result code.
type liteError interface {
	error
	Code() int
}

// IsDuplicate tells whether a unique key refused a row. It goes by the engine's code, never by a constraint's name.
func IsDuplicate(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "23505"
	}
	var lite liteError
	if errors.As(err, &lite) {
		return lite.Code() == 1555 || lite.Code() == 2067 // primary key, unique
	}
	return errors.Is(err, gorm.ErrDuplicatedKey)
}

// IsNone tells whether a look-up found no row.
func IsNone(err error) bool { return errors.Is(err, gorm.ErrRecordNotFound) }

// unavailable turns what a later try may mend into the fault that says so.
func unavailable(err error) error {
	var f *fault.Fault
	var done *Done
	if errors.As(err, &f) || errors.As(err, &done) || !isPassing(err) {
		return err
	}
	return fault.New(fault.Unavailable, "", "系统正忙，请稍后再试。没有保存任何内容。",
		"The system is busy; please try again in a moment. Nothing was saved.").Because(err)
}

// isPassing tells whether a later try may go well: out of time (a transaction that was taken back when time ran out says that it is
// done), no connection or a lost one, a full disk, a rival.
func isPassing(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return len(pg.Code) == 5 && retryable[pg.Code[:2]]
	}
	var lite liteError
	if errors.As(err, &lite) {
		return lite.Code()&0xff == 5 || lite.Code()&0xff == 13 // busy, full
	}
	var connect *pgconn.ConnectError
	var wire *net.OpError
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &connect) || errors.As(err, &wire) || pgconn.SafeToRetry(err) ||
		errors.Is(err, sql.ErrConnDone) || errors.Is(err, sql.ErrTxDone) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.ErrUnexpectedEOF)
}

// PostgreSQL classes that pass: connection, resources, operator intervention, serialisation.
var retryable = map[string]bool{"08": true, "53": true, "57": true, "40": true}

func subFS(f fs.FS, dir string) (fs.FS, error) {
	sub, err := fs.Sub(f, dir)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return sub, nil
}

// DayOf is the SQL of the legal day, in Shanghai, of a column that holds moments.
func (tx *Tx) DayOf(column string) string {
	if tx.store.dialect == "sqlite" {
		return "date(" + column + ", '+8 hours')"
	}
	return "(" + column + " AT TIME ZONE 'Asia/Shanghai')::date"
}
