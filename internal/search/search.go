// Package search keeps the words by which a case is found: the names of its parties as they are written and as they are
// spelled in pinyin, its title, its place. Facts, requests, records and numbers of people are sealed, and none of them is
// kept here: a telephone or an identity number is looked up through the blind index, exactly, and elsewhere.
package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"fengqiao/internal/authz"
	"fengqiao/internal/ident"
)

// Kind is what a term was taken from: who may find a case by it is who may read that of the case.
type Kind string

const (
	Name  Kind = "n"
	Title Kind = "t"
	Place Kind = "p"
)

// KindsOf are the kinds by which a view lets somebody find a case: nothing that its list does not show.
func KindsOf(v authz.View) []Kind {
	switch v {
	case authz.Full, authz.Offered:
		return []Kind{Name, Title, Place}
	case authz.Party: // a title is the applicant's own words
		return []Kind{Name}
	case authz.Masked:
		return []Kind{Place}
	case authz.None, authz.Counts, authz.Status:
	}
	return nil
}

// Words are what a case is found by.
type Words struct {
	Names  []string // of the parties that are still in it
	Title  string
	Places []string // of its village or community, and of its compound
}

// Term is a beginning by which something is found.
type Term struct {
	Kind Kind
	Text string
}

const (
	longest      = 8  // characters of a term: a longer search is cut into several
	longestLatin = 24 // letters of a term in Latin script, pinyin among them
	spelled      = 6  // characters of the longest name that is spelled in pinyin: beyond are firms
	mostWords    = 5  // of one search
)

// reach is how long a term may be: Latin script says less with a letter.
func reach(text []rune) int {
	if slices.ContainsFunc(text, func(c rune) bool { return c > unicode.MaxLatin1 }) {
		return longest
	}
	return longestLatin
}

// Terms are all beginnings by which the words are found, in order, each once. A piece in the middle of a text is the
// beginning of one of its endings.
func (w Words) Terms() []Term {
	var out []Term
	add := func(k Kind, texts ...string) {
		for _, t := range texts {
			out = append(out, Term{k, t})
		}
	}
	for _, name := range w.Names {
		name = ident.MatchName(name)
		add(Name, endings(name)...)
		add(Name, spellings(name)...)
	}
	add(Title, endings(ident.MatchName(w.Title))...)
	for _, place := range w.Places {
		place = ident.MatchName(place)
		for _, office := range []string{"居民委员会", "村民委员会", "居委会", "村委会"} {
			place = strings.TrimSuffix(place, office)
		}
		add(Place, endings(place)...)
	}
	slices.SortFunc(out, func(a, b Term) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Text, b.Text)) })
	return slices.Compact(out)
}

// endings are a text and what is left of it from each later character on, cut to the longest term. One character alone
// stands only for a whole text.
func endings(text string) []string {
	r := []rune(text)
	most := reach(r)
	var out []string
	for i := range r {
		if i > 0 && (len(r)-i < 2 || !unicode.IsLetter(r[i]) && !unicode.IsDigit(r[i])) {
			continue
		}
		out = append(out, string(r[i:min(i+most, len(r))]))
	}
	return out
}

// Query is what somebody searches for: every one of its words must be found.
type Query struct{ words [][]string }

// Parse reads what was typed; a search for nothing is empty. Words stand apart by blanks, but a name may be written with
// blanks too.
func Parse(text string) Query {
	fields := strings.Fields(text)
	if slices.ContainsFunc(fields, func(f string) bool { return len([]rune(ident.MatchName(f))) < 2 }) || len(fields) > mostWords {
		fields = []string{text}
	}
	var q Query
	for _, f := range fields {
		if pieces := windows(ident.MatchName(f)); len(pieces) > 0 {
			q.words = append(q.words, pieces)
		}
	}
	return q
}

// Empty tells whether there is nothing to search for.
func (q Query) Empty() bool { return len(q.words) == 0 }

// windows cut a word into pieces that are no longer than a term and cover it.
func windows(word string) []string {
	r := []rune(word)
	most := reach(r)
	switch {
	case len(r) == 0:
		return nil
	case len(r) <= most:
		return []string{word}
	}
	var out []string
	for i := 0; i+most <= len(r); i += most {
		out = append(out, string(r[i:i+most]))
	}
	if len(r)%most > 0 {
		out = append(out, string(r[len(r)-most:]))
	}
	return out
}
