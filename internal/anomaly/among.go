package anomaly

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/ident"
)

const mostShown = 10 // other cases that a flag names

// keyOf names what some evidence is about without saying it.
func keyOf(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}

func others(of ident.ID, all []ident.ID) []ident.ID {
	out := slices.DeleteFunc(slices.Clone(all), func(id ident.ID) bool { return id == of })
	return out[:min(len(out), mostShown)]
}

// each says the same of several cases, the others being named in each.
func each(rule, key string, cases []ident.ID, e Evidence) (out []seen) {
	for _, id := range cases {
		e.Cases, e.Count = others(id, cases), len(cases)
		out = append(out, seen{id, rule, key, e})
	}
	return out
}

// phoneUse is a party that gave a telephone.
type phoneUse struct {
	PhoneIndex, NameKey string
	CaseID              ident.ID
}

// samePhone: both sides of a case gave one telephone, or parties of several names did in several cases. Two of one side may
// share theirs, and so may one person in many cases.
func samePhone(c *casework.Case, uses []phoneUse, least int) (out []seen) {
	for _, a := range c.Side(casework.Applicant) {
		for _, b := range c.Side(casework.Respondent) {
			if a.PhoneIndex != "" && a.PhoneIndex == b.PhoneIndex && a.NameKey != b.NameKey {
				out = append(out, seen{c.ID, SamePhone, keyOf("within", a.PhoneIndex), Evidence{Within: true, Names: 2}})
			}
		}
	}
	names, cases := map[string]map[string]bool{}, map[string][]ident.ID{}
	for _, u := range uses {
		if names[u.PhoneIndex] == nil {
			names[u.PhoneIndex] = map[string]bool{}
		}
		names[u.PhoneIndex][u.NameKey] = true
		if !slices.Contains(cases[u.PhoneIndex], u.CaseID) {
			cases[u.PhoneIndex] = append(cases[u.PhoneIndex], u.CaseID)
		}
	}
	for _, phone := range slices.Sorted(maps.Keys(names)) {
		if len(names[phone]) >= least && len(cases[phone]) > 1 {
			out = append(out, each(SamePhone, keyOf("among", phone), cases[phone], Evidence{Names: len(names[phone])})...)
		}
	}
	return out
}

// meeting is a case in which two names stand on opposite sides.
type meeting struct {
	CaseID     ident.ID
	One, Other string // name keys, in their order
}

// repeated: the two sides of a case met in several others.
func repeated(c *casework.Case, meetings []meeting, least int) (out []seen) {
	cases := map[[2]string][]ident.ID{}
	for _, m := range meetings {
		pair := [2]string{m.One, m.Other}
		if !slices.Contains(cases[pair], m.CaseID) {
			cases[pair] = append(cases[pair], m.CaseID)
		}
	}
	for _, a := range c.Side(casework.Applicant) {
		for _, b := range c.Side(casework.Respondent) {
			pair := [2]string{min(a.NameKey, b.NameKey), max(a.NameKey, b.NameKey)}
			if all := cases[pair]; len(all) >= least {
				out = append(out, each(Repeated, keyOf(pair[0], pair[1]), all, Evidence{})...)
			}
		}
	}
	return out
}

// settledCase is what is asked of the cases that a committee accepted on one day.
type settledCase struct {
	ID                              ident.ID
	EffectiveAt                     *time.Time
	ApplicantNames, RespondentNames string
}

// sameDay: a committee accepted many cases and settled them on the same day. A dispute of many against one is one thing that
// happened: so many different sides are needed, on either side.
func sameDay(committee ident.ID, day calendar.Day, rows []settledCase, least int) []seen {
	var cases []ident.ID
	one, other := map[string]bool{}, map[string]bool{}
	for _, r := range rows {
		if dayOf(r.EffectiveAt) == day {
			cases = append(cases, r.ID)
			one[r.ApplicantNames], other[r.RespondentNames] = true, true
		}
	}
	if min(len(one), len(other)) < least {
		return nil
	}
	return each(SameDay, keyOf(committee.String(), string(day)), cases, Evidence{Day: day, Unit: "committee", UnitID: committee})
}

// sitting is a session elsewhere that a mediator sat in.
type sitting struct {
	casework.Session
	MediatorID ident.ID
}

// twoPlaces: a mediator sat in two sessions of different cases that overlap in time and not in place. By telephone or online
// there is no place.
func twoPlaces(c *casework.Case, elsewhere []sitting) (out []seen) {
	for _, v := range c.Sittings {
		for _, w := range elsewhere {
			if !inPlace(v) || !inPlace(w.Session) || !slices.Contains(v.Mediators, w.MediatorID) || w.CaseID == c.ID || ident.MatchName(v.Place) == ident.MatchName(w.Place) {
				continue
			}
			minutes := overlap(v, w.Session)
			if minutes <= 0 {
				continue
			}
			pair := []string{v.ID.String(), w.ID.String()}
			slices.Sort(pair)
			e := Evidence{Sessions: []ident.ID{v.ID, w.ID}, Minutes: minutes, Day: calendar.DayOf(v.StartsAt), Unit: "mediator", UnitID: w.MediatorID}
			out = append(out, each(TwoPlaces, keyOf(pair...), []ident.ID{c.ID, w.CaseID}, e)...)
		}
	}
	return out
}

func inPlace(v casework.Session) bool {
	return v.Mode == "in_person" && v.Kind != "caucus" && ident.MatchName(v.Place) != ""
}

// overlap is for how many minutes two sessions run at once. One without an end is taken for a moment.
func overlap(a, b casework.Session) int {
	from, to := a.StartsAt, endOf(a)
	if b.StartsAt.After(from) {
		from = b.StartsAt
	}
	if end := endOf(b); end.Before(to) {
		to = end
	}
	return int(to.Sub(from).Minutes())
}

func endOf(v casework.Session) time.Time {
	if v.EndsAt != nil && v.EndsAt.After(v.StartsAt) {
		return *v.EndsAt
	}
	return v.StartsAt.Add(time.Minute)
}

// unit is a committee or a mediator, whose cases are counted by the month.
type unit struct {
	Kind string // committee or mediator
	ID   ident.ID
}

// monthly are a unit's cases by month, YYYY-MM.
type monthly map[string]int

// spiking: a unit accepted more cases in a month than its own past explains.
func spiking(u unit, month string, n monthly, l limits) (Evidence, bool) {
	first := month
	for m := range n {
		first = min(first, m)
	}
	past, months := 0, 0
	for m := calendar.Day(month + "-01").PlusMonths(-1); months < pastMonths && string(m[:7]) >= first; m = m.PlusMonths(-1) {
		past += n[string(m[:7])]
		months++
	}
	if !spikes(n[month], past, months, l.spikeLeast, l.spikeRate) {
		return Evidence{}, false
	}
	return Evidence{Unit: u.Kind, UnitID: u.ID, Month: month, Past: past, Months: months}, true
}
