package report

import "net/url"

// query says which list a figure leads to and how it is narrowed: a path below the API, and pairs of name and value.
type query struct {
	path   string
	values url.Values
}

// Lists say where lists lie for one of the two faces: Base before every path, and Cases for the list of cases.
type Lists struct{ Base, Cases string }

// Pages are the lists as pages for people.
var Pages = Lists{Cases: "/desk/cases"}

const ofCases, ofCommittees, ofMediators = "/cases", "/registry/committees", "/registry/mediators"
const ofCompounds, ofPresence = "/registry/compounds", "/fieldwork/presence-services"

// address is where the list lies on a face; "" for no list.
func (l Lists) address(q query) string {
	switch q.path {
	case "":
		return ""
	case ofCases:
		return l.Cases + "?" + q.values.Encode()
	}
	return l.Base + q.path + "?" + q.values.Encode()
}

// link fills in where the parts of a rate are listed.
func (r *Rate) link(l Lists) { r.Drill = Parts{l.address(r.of), l.address(r.from)} }

// listed is a list narrowed by pairs of name and value; an empty value narrows nothing.
func listed(path string, pairs ...string) query { return query{path, narrow(pairs...)} }

// with narrows a list further.
func (q query) with(pairs ...string) query {
	out := listed(q.path, pairs...)
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
