package db

import (
	"strings"

	"gorm.io/gorm"

	"fengqiao/internal/authz"
	"fengqiao/internal/ident"
)

// Columns say where a table keeps what a reach is compared with; a level whose column is empty reaches nothing there.
type Columns struct {
	County    string // county_code, needed
	ID        string // the case's id
	Committee string // the lead committee
	Area      string // where it arose
	Host      string // the host mediator, NULL while there is none
	Offered   string // the committee that has been offered the case, NULL where it is offered to none
}

// CaseColumns are those of dispute_cases under an alias.
func CaseColumns(alias string) Columns {
	return Columns{County: alias + ".county_code", ID: alias + ".id", Committee: alias + ".committee_id",
		Area: alias + ".area_code", Host: alias + ".host_id", Offered: alias + ".offered_to"}
}

// Within turns a grant's reach into the WHERE clause. A grant that reaches nothing finds nothing.
func Within(g authz.Grant, c Columns) func(*gorm.DB) *gorm.DB {
	var ors []string
	var args []any
	for _, b := range Branches(g, c) {
		ors, args = append(ors, "("+b.sql+")"), append(args, b.args...)
	}
	return func(q *gorm.DB) *gorm.DB {
		if len(ors) == 0 {
			return q.Where("1 = 0 AND "+c.County+" = ?", "")
		}
		return q.Where("("+strings.Join(ors, " OR ")+")", args...)
	}
}

// Branch is one of a grant's reaches as a WHERE clause of its own, and how much it shows of what it finds.
type Branch struct {
	View  authz.View
	Reach authz.Reach
	sql   string
	args  []any
}

// Branches are the clauses that Within joins with OR. A list asks each by itself: a database that is given them together
// finds no index that serves them all, and reads whatever the filter leaves of a whole city.
func Branches(g authz.Grant, c Columns) []Branch {
	var out []Branch
	for _, r := range g.Reaches() {
		if sql, args := clauseOf(r, c); sql != "" {
			out = append(out, Branch{View: r.View, Reach: r, sql: sql, args: args})
		}
	}
	return out
}

// Of narrows a statement to what the branch finds.
func (b Branch) Of(q *gorm.DB) *gorm.DB { return q.Where("("+b.sql+")", b.args...) }

func clauseOf(r authz.Reach, c Columns) (string, []any) {
	switch r.Level {
	case authz.LevelAny:
		return c.County + " <> ?", []any{""}
	case authz.LevelArea:
		return areaClause(r.Area, c)
	case authz.LevelCommittee:
		sql, args := committeeClause(r.Committee, c)
		return notRecused(sql, args, r, c)
	case authz.LevelDesk:
		return deskClause(r, c)
	case authz.LevelOffered:
		return offeredClause(r, c)
	case authz.LevelFormer:
		return formerClause(r, c)
	case authz.LevelSampled:
		return sampledClause(r, c)
	case authz.LevelOwn:
		return ownClause(r, c)
	}
	return "", nil
}

func areaClause(a ident.Area, c Columns) (string, []any) {
	low, high := a.Range()
	if c.Area == "" || low == "" {
		return "", nil
	}
	if len(low) <= 6 { // a county or wider: the county code itself tells
		return c.County + " >= ? AND " + c.County + " < ?", []any{low, high}
	}
	return c.County + " = ? AND " + c.Area + " >= ? AND " + c.Area + " < ?", []any{a.County(), low, high}
}

func committeeClause(id ident.ID, c Columns) (string, []any) {
	if c.Committee == "" || id.IsZero() {
		return "", nil
	}
	return c.County + " = ? AND " + c.Committee + " = ?", []any{id.County(), id}
}

// partOf is the condition that a person takes one of some parts in the case of the row.
func partOf(c Columns) string {
	return "EXISTS (SELECT 1 FROM case_people cp WHERE cp.county_code = " + c.County + " AND cp.case_id = " + c.ID +
		" AND cp.person_id = ? AND cp.part IN ? AND cp.ended_at IS NULL)"
}

// notRecused leaves out cases from which the person was asked to withdraw (M2), the chair's own among them.
func notRecused(sql string, args []any, r authz.Reach, c Columns) (string, []any) {
	if sql == "" || r.Person.IsZero() || c.ID == "" {
		return sql, args
	}
	return sql + " AND NOT " + partOf(c), append(args, r.Person, []string{authz.PartRecused})
}

func deskClause(r authz.Reach, c Columns) (string, []any) {
	sql, args := committeeClause(r.Committee, c)
	if sql == "" || c.Host == "" || r.Person.IsZero() {
		return "", nil
	}
	sql += " AND (" + c.Host + " IS NULL OR " + partOf(c) + ") AND NOT " + partOf(c)
	return sql, append(args, r.Person, r.Parts, r.Person, []string{authz.PartRecused})
}

// offeredClause crosses counties: a case may be offered to a committee of another one.
func offeredClause(r authz.Reach, c Columns) (string, []any) {
	if c.Offered == "" || r.Committee.IsZero() {
		return "", nil
	}
	return notRecused(c.County+" <> ? AND "+c.Offered+" = ?", []any{"", r.Committee}, r, c)
}

// formerClause stays within the county: across counties the old case stays with the committee that led it.
func formerClause(r authz.Reach, c Columns) (string, []any) {
	if c.ID == "" || r.Committee.IsZero() {
		return "", nil
	}
	sql := c.County + " = ? AND " + c.ID + " IN (SELECT ct.case_id FROM case_transfers ct WHERE ct.county_code = ?" +
		" AND ct.from_committee_id = ? AND ct.kind = ? AND ct.state = ?)"
	county := r.Committee.County()
	return notRecused(sql, []any{county, county, r.Committee, "transfer", "accepted"}, r, c)
}

// sampledClause are the cases whose dossier a person is to look at.
func sampledClause(r authz.Reach, c Columns) (string, []any) {
	if c.ID == "" || r.Person.IsZero() {
		return "", nil
	}
	sql := "(" + c.County + ", " + c.ID + ") IN (SELECT cp.county_code, cp.case_id FROM case_people cp" +
		" WHERE cp.person_id = ? AND cp.part = ? AND cp.ended_at IS NULL)"
	return notRecused(sql, []any{r.Person, authz.PartReviewer}, r, c)
}

func ownClause(r authz.Reach, c Columns) (string, []any) {
	if !r.Case.IsZero() {
		return c.County + " = ? AND " + c.ID + " = ?", []any{r.Case.County(), r.Case}
	}
	if r.Person.IsZero() || len(r.Parts) == 0 {
		return "", nil
	}
	sql := "(" + c.County + ", " + c.ID + ") IN (SELECT cp.county_code, cp.case_id FROM case_people cp" +
		" WHERE cp.person_id = ? AND cp.part IN ? AND cp.ended_at IS NULL) AND NOT " + partOf(c)
	return sql, []any{r.Person, r.Parts, r.Person, []string{authz.PartRecused}}
}
