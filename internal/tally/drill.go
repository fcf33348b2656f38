package tally

import (
	"net/url"

	"fengqiao/internal/calendar"
)

// Query says which list a figure leads to and how it is narrowed: a path below the API, and pairs of name and value.
type Query struct {
	path   string
	values url.Values
}

// Lists say where lists lie for one of the two faces: Base before every path, and Cases for the list of cases.
type Lists struct{ Base, Cases string }

// The lists to which figures lead, as paths below the API.
const OfCases, OfCommittees, OfMediators = "/cases", "/registry/committees", "/registry/mediators"
const OfCompounds, OfPresence = "/registry/compounds", "/fieldwork/presence-services"
const OfComplaints, OfOpinions = "/complaints", "/reports/opinion"
const OfRounds, OfPreventions = "/fieldwork/screening-rounds", "/fieldwork/prevention-records"

// Address is where the list lies on a face; "" for no list.
func (l Lists) Address(q Query) string {
	switch q.path {
	case "":
		return ""
	case OfCases:
		return l.Cases + "?" + q.values.Encode()
	}
	return l.Base + q.path + "?" + q.values.Encode()
}

// Link fills in where the parts of a rate are listed.
func (r *Rate) Link(l Lists) { r.Drill = Parts{l.Address(r.of), l.Address(r.from)} }

// Listed is a list narrowed by pairs of name and value; an empty value narrows nothing.
func Listed(path string, pairs ...string) Query { return Query{path, narrow(pairs...)} }

// With narrows a list further.
func (q Query) With(pairs ...string) Query {
	out := Listed(q.path, pairs...)
	for k := range q.values {
		if !out.values.Has(k) {
			out.values.Set(k, q.values.Get(k))
		}
	}
	return out
}

// narrow makes the values of an address from pairs; an empty value is left out.
func narrow(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	return v
}

// Between narrows a list to what happened in days of a period.
func Between(q Query, what string, from, to calendar.Day) Query {
	return q.With(what+"_from", string(from), what+"_to", string(to))
}

// Count is a number and where what it counts is listed.
type Count struct {
	Value int64  `json:"value"`
	Drill string `json:"drill"`
	Of    Query  `json:"-"`
}

// Link fills in where a face lists it.
func (c *Count) Link(l Lists) { c.Drill = l.Address(c.Of) }
