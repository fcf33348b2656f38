package db

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"fengqiao/internal/ident"
)

const (
	countyKey = "fengqiao:county" // the transaction's county
	crossKey  = "fengqiao:cross"  // the statement is meant to cross counties
	asksKey   = "fengqiao:asks"   // the statement stands outside a transaction and may only read
)

// Cross marks a statement as meant to cross counties.
func Cross(q *gorm.DB) *gorm.DB { return q.Set(crossKey, true) }

// guardCounties refuses a statement on a county table that names no county, and a new or changed row of a county that
// is not the transaction's: on one machine such a slip is slow or wrong, on many it is lost. What was refused after it
// ran is undone with its transaction.
func guardCounties(g *gorm.DB) error {
	cb := g.Callback()
	var errs []error
	keep := func(err error) { errs = append(errs, err) }
	keep(cb.Create().Before("gorm:create").Register("fengqiao:county", ownCounty))
	keep(cb.Query().After("gorm:query").Register("fengqiao:named", namesCounty))
	keep(cb.Update().After("gorm:update").Register("fengqiao:named", namesCounty))
	keep(cb.Delete().After("gorm:delete").Register("fengqiao:named", namesCounty))
	keep(cb.Row().After("gorm:row").Register("fengqiao:named", namesCounty))
	keep(cb.Update().After("gorm:update").Register("fengqiao:stays", staysInCounty))
	keep(cb.Delete().After("gorm:delete").Register("fengqiao:stays", staysInCounty))
	keep(cb.Create().Before("gorm:create").Register("fengqiao:asks", onlyReads))
	keep(cb.Update().Before("gorm:update").Register("fengqiao:asks", onlyReads))
	keep(cb.Delete().Before("gorm:delete").Register("fengqiao:asks", onlyReads))
	keep(cb.Raw().Before("gorm:raw").Register("fengqiao:asks", onlyReads))
	keep(cb.Query().Before("gorm:query").Register("fengqiao:asks", onlyOnce))
	keep(cb.Row().Before("gorm:row").Register("fengqiao:asks", onlyOnce))
	for _, err := range errs {
		if err != nil {
			return fmt.Errorf("guard counties: %w", err)
		}
	}
	return nil
}

func namesCounty(q *gorm.DB) {
	if q.Statement.Schema == nil || q.Statement.Schema.LookUpField("county_code") == nil || q.Error != nil {
		return
	}
	if global[q.Statement.Table] {
		return
	}
	if _, cross := q.Get(crossKey); cross {
		return
	}
	sql := q.Statement.SQL.String()
	if _, where, _ := strings.Cut(sql, " WHERE "); !strings.Contains(where, "county_code") {
		_ = q.AddError(fmt.Errorf("statement on %s names no county", q.Statement.Table))
	}
}

// onlyReads refuses a statement that writes outside a transaction: nothing would undo it.
func onlyReads(q *gorm.DB) {
	if _, asks := q.Get(asksKey); asks {
		_ = q.AddError(errOnlyOne)
	}
}

// onlyOnce refuses a second statement outside a transaction; a part of a statement is none by itself.
func onlyOnce(q *gorm.DB) {
	asked, asks := q.Get(asksKey)
	if !asks || q.DryRun {
		return
	}
	if was := asked.(*bool); *was {
		_ = q.AddError(errOnlyOne)
	} else {
		*was = true
	}
}

// staysInCounty refuses a change or removal of rows of another county than the transaction's.
func staysInCounty(q *gorm.DB) {
	mine, ok := q.Get(countyKey)
	if _, cross := q.Get(crossKey); cross || !ok || q.Error != nil || global[q.Statement.Table] {
		return
	}
	for _, v := range q.Statement.Vars {
		if c, is := v.(ident.County); is && c != mine.(ident.County) {
			_ = q.AddError(fmt.Errorf("change of %s in county %q, transaction in %q", q.Statement.Table, c, mine))
		}
	}
}

// global are the tables that carry a county but are looked up without one.
var global = map[string]bool{"directory": true, "idempotency_keys": true}

func ownCounty(q *gorm.DB) {
	if q.Statement.Schema == nil || global[q.Statement.Table] {
		return
	}
	field := q.Statement.Schema.LookUpField("county_code")
	v, ok := q.Get(countyKey)
	if field == nil || !ok {
		return
	}
	check := func(row reflect.Value) {
		got, _ := field.ValueOf(q.Statement.Context, row)
		if c, _ := got.(ident.County); c != v.(ident.County) || c == "" {
			_ = q.AddError(fmt.Errorf("row of %s belongs to county %q, transaction to %q", q.Statement.Table, c, v))
		}
	}
	switch rv := q.Statement.ReflectValue; rv.Kind() {
	case reflect.Slice, reflect.Array:
		for i := range rv.Len() {
			check(reflect.Indirect(rv.Index(i)))
		}
	case reflect.Struct:
		check(rv)
	default:
		_ = q.AddError(fmt.Errorf("row of %s is made from %s, whose county cannot be told", q.Statement.Table, rv.Kind()))
	}
}

// quietLog passes gorm's troubles to slog without the values bound to a statement: they may be personal.
type quietLog struct{ log *slog.Logger }

const (
	slow        = 500 * time.Millisecond
	longestText = 600 // characters of a statement in the log; loading in bulk makes them very long
)

func (l quietLog) LogMode(logger.LogLevel) logger.Interface    { return l }
func (l quietLog) Info(context.Context, string, ...any)        {}
func (l quietLog) Warn(c context.Context, m string, _ ...any)  { l.log.WarnContext(c, m) }
func (l quietLog) Error(c context.Context, m string, _ ...any) { l.log.ErrorContext(c, m) }

// Trace names slow statements by their text without values. Failures are the caller's to log.
func (l quietLog) Trace(ctx context.Context, begin time.Time, sql func() (string, int64), _ error) {
	if took := time.Since(begin); took > slow {
		text, rows := sql()
		l.log.WarnContext(ctx, "slow statement", "ms", took.Milliseconds(), "rows", rows, "sql", text[:min(len(text), longestText)])
	}
}

// ParamsFilter keeps values out of the text that Trace sees.
func (l quietLog) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}
