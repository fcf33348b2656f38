package demo

import (
	"math/rand/v2"
	"slices"
	"time"

	"fengqiao/internal/casework"
)

// plan is a case to be: whose, when it begins, how far it comes and how it goes.
type plan struct {
	crew   *crew
	begins time.Time
	ends   time.Time      // by then it has come as far as it comes
	until  casework.State // where it stands when the demo opens
	how    string         // "", oral, refused, unaccepted, withdrawn, paused, failed, ended
	source string         // "": whichever comes
	byWhom string         // resident: filed by the demo's resident; referrer: sent by the court
	after  time.Time      // not closed before; the zero time is no bound
}

// shanghai is the wall clock of the city.
var shanghai = time.FixedZone("CST", 8*3600)

func at(year int, month time.Month, day, hour int) time.Time {
	return time.Date(year, month, day, hour, 0, 0, 0, shanghai)
}

// planner draws plans for crews.
type planner struct {
	chance *rand.Rand
	crews  []*crew
	steps  []int // running sums of how busy each crew is
	plans  map[*crew][]plan
	share  int
}

func (l *loader) planner(chance *rand.Rand, plans map[*crew][]plan, crews []*crew) *planner {
	p := &planner{chance: chance, crews: crews, plans: plans, share: max(l.share, 1)}
	sum := 0
	for range crews {
		sum += 1 + chance.IntN(12)
		p.steps = append(p.steps, sum)
	}
	return p
}

// add gives n cases, all of one kind, to crews by chance, beginning between two moments.
func (p *planner) add(n int, like plan, from, to time.Time) {
	for range (n + p.share - 1) / p.share {
		k, _ := slices.BinarySearch(p.steps, 1+p.chance.IntN(p.steps[len(p.steps)-1]))
		like.crew = p.crews[k]
		like.begins = from.Add(time.Duration(p.chance.Int64N(int64(to.Sub(from)))))
		p.plans[like.crew] = append(p.plans[like.crew], like)
	}
}

// closed adds n cases that were accepted and closed in a time, some of them by word, so many without an agreement.
func (p *planner) closed(n, settled int, from, to, ends time.Time) {
	unsettled := n - settled
	p.add(settled*2/5, plan{until: casework.Archived, how: "oral", ends: ends}, from, to)
	p.add(settled-settled*2/5, plan{until: casework.Archived, ends: ends}, from, to)
	p.add(unsettled*2/3, plan{until: casework.Archived, how: "failed", ends: ends}, from, to)
	p.add(unsettled-unsettled*2/3, plan{until: casework.Archived, how: "ended", ends: ends}, from, to)
}

// unaccepted adds cases in which somebody did not want to, or that were not for mediation.
func (p *planner) unaccepted(n int, from, to, ends time.Time) {
	p.add(n*3/4, plan{until: casework.NotAccepted, how: "refused", ends: ends}, from, to)
	p.add(n/8, plan{until: casework.NotAccepted, how: "unaccepted", ends: ends}, from, to)
	p.add(n-n*3/4-n/8, plan{until: casework.NotAccepted, how: "withdrawn", ends: ends}, from, to)
}

// planAll draws the whole city: the two years of the reply, the same on every day; the years between where more cases
// are asked for; the last two years until today; and the open cases.
func (l *loader) planAll() {
	var grass, towns, property []*crew
	for _, c := range l.counties {
		grass, towns, property = append(grass, c.grass...), append(towns, c.towns...), append(property, c.property...)
	}
	plans := map[*crew][]plan{}
	l.reply(plans, grass, towns, property)
	l.between(plans, grass)
	l.lastYears(plans, grass, towns, property)
	l.open(plans, grass, property)
	l.atHome(plans)
	for _, c := range l.counties {
		for _, crews := range [][]*crew{c.grass, c.towns, c.property} {
			for _, w := range crews {
				c.plans = append(c.plans, plans[w]...)
			}
		}
		slices.SortStableFunc(c.plans, func(a, b plan) int { return a.begins.Compare(b.begins) })
	}
}

// reply draws the two years that the city's reply tells of, and what lies at their edges: cases accepted before them
// or closed after them are not counted in it.
func (l *loader) reply(plans map[*crew][]plan, grass, towns, property []*crew) {
	from, to, ends := at(2020, 1, 2, 8), at(2021, 12, 8, 8), at(2021, 12, 31, 16)
	chance := rand.New(Chance(l.Seed, "history"))
	village, town, house := l.planner(chance, plans, grass), l.planner(chance, plans, towns), l.planner(chance, plans, property)
	village.closed(Heard, Settled, from, to, ends)
	village.unaccepted(1900, from, to, ends)
	house.closed(PropertySettled+105, PropertySettled, from, to, ends)
	house.unaccepted(240, from, to, ends)
	town.closed(1310, 1262, from, to, ends)
	village.add(60, plan{until: casework.Archived, ends: at(2020, 3, 10, 16), after: at(2020, 1, 6, 9)}, at(2019, 12, 2, 8), at(2019, 12, 10, 8))
	village.add(90, plan{until: casework.Archived, ends: at(2022, 3, 10, 16), after: at(2022, 1, 5, 9)}, at(2021, 11, 20, 8), at(2021, 12, 10, 8))
	house.add(20, plan{until: casework.Archived, ends: at(2022, 3, 10, 16), after: at(2022, 1, 5, 9)}, at(2021, 11, 20, 8), at(2021, 12, 10, 8))
}

// cityCases is how many cases the demo has when no more are asked for.
const cityCases = Heard + 1900 + PropertySettled + 105 + 240 + 1310 + 170 + 8400 + 760 + homeCases

// between fills the years between the reply and the last two, for measuring on a bigger city.
func (l *loader) between(plans map[*crew][]plan, grass []*crew) {
	if n := l.AtLeast - cityCases; n > 0 {
		chance := rand.New(Chance(l.Seed, "between", l.Today.Format(time.DateOnly)))
		ends := l.Today.AddDate(-2, -1, 0)
		l.planner(chance, plans, grass).closed(n, n-n/50, at(2022, 1, 10, 8), ends.AddDate(0, -1, 0), ends)
	}
}

func (l *loader) lastYears(plans map[*crew][]plan, grass, towns, property []*crew) {
	chance := rand.New(Chance(l.Seed, "stream", l.Today.Format(time.DateOnly)))
	from, to := l.Today.AddDate(-2, -1, 0), l.Today.AddDate(0, 0, -9)
	village, town, house := l.planner(chance, plans, grass), l.planner(chance, plans, towns), l.planner(chance, plans, property)
	village.closed(5200, 4960, from, to, l.Today)
	village.unaccepted(760, from, to, l.Today)
	town.closed(520, 489, from, to, l.Today)
	house.closed(1760, 1671, from, to, l.Today)
	house.unaccepted(160, from, to, l.Today)
}

// begins is how many days before today a case began that now stands somewhere, so that it is neither long overdue nor
// all on one day.
var begins = map[casework.State]int{casework.Registered: 2, casework.AwaitingConsent: 5, casework.Accepted: 8, casework.Assigned: 10, casework.InMediation: 18,
	casework.Paused: 24, casework.AgreementPending: 20, casework.Performing: 26, casework.NotAccepted: 40, casework.Closed: 90, casework.Archived: 150}

// standing are the open cases of the city, beside those of the home committee.
var standing = []struct {
	until casework.State
	how   string
	n     int
}{{casework.Registered, "", 110}, {casework.AwaitingConsent, "", 150}, {casework.Accepted, "", 60}, {casework.Assigned, "", 60},
	{casework.InMediation, "", 150}, {casework.Paused, "paused", 30}, {casework.AgreementPending, "", 50}, {casework.Performing, "", 90}, {casework.Performing, "oral", 60}}

func (l *loader) open(plans map[*crew][]plan, grass, property []*crew) {
	chance := rand.New(Chance(l.Seed, "open", l.Today.Format(time.DateOnly)))
	p := l.planner(chance, plans, slices.Concat(grass, property))
	for _, s := range standing {
		from := l.Today.AddDate(0, 0, -begins[s.until]-1)
		p.add(s.n, plan{until: s.until, how: s.how, ends: l.Today}, from, from.AddDate(0, 0, 2))
	}
}

// home are the cases of the home committee when the demo opens: every state, and every way to end.
var home = []struct {
	plan
	n int
}{
	{plan{until: casework.Registered, source: "13"}, 3}, {plan{until: casework.Registered, byWhom: "resident"}, 1}, {plan{until: casework.Registered, source: "31", byWhom: "referrer"}, 1},
	{plan{until: casework.AwaitingConsent, source: "11"}, 3}, {plan{until: casework.AwaitingConsent, byWhom: "resident"}, 1},
	{plan{until: casework.NotAccepted, how: "refused", source: "13"}, 2}, {plan{until: casework.NotAccepted, how: "unaccepted", source: "11"}, 1},
	{plan{until: casework.NotAccepted, how: "withdrawn", source: "13"}, 1},
	{plan{until: casework.Accepted, source: "21"}, 2}, {plan{until: casework.Assigned, source: "11"}, 2}, {plan{until: casework.Assigned, byWhom: "resident"}, 1},
	{plan{until: casework.InMediation, source: "13"}, 3}, {plan{until: casework.InMediation, byWhom: "resident"}, 1}, {plan{until: casework.Paused, how: "paused", source: "11"}, 1},
	{plan{until: casework.AgreementPending, source: "22"}, 2}, {plan{until: casework.AgreementPending, byWhom: "resident"}, 1},
	{plan{until: casework.Performing, source: "11"}, 2}, {plan{until: casework.Performing, how: "oral", source: "13"}, 1}, {plan{until: casework.Performing, byWhom: "resident"}, 1},
	{plan{until: casework.Closed, source: "13"}, 4}, {plan{until: casework.Closed, how: "oral", source: "22"}, 2}, {plan{until: casework.Closed, how: "failed", source: "33"}, 2},
	{plan{until: casework.Closed, how: "ended", source: "11"}, 1},
	{plan{until: casework.Archived, source: "11"}, 4}, {plan{until: casework.Archived, how: "oral", source: "21"}, 2}, {plan{until: casework.Archived, how: "failed", source: "31"}, 1},
}

const homeCases = 46

func (l *loader) atHome(plans map[*crew][]plan) {
	k := 0
	for _, h := range home {
		for range h.n {
			p := h.plan
			p.crew, p.ends = l.home, l.Today
			p.begins = l.Today.AddDate(0, 0, -begins[p.until]-k%4).Add(-time.Duration(k%7) * time.Hour)
			plans[l.home] = append(plans[l.home], p)
			k++
		}
	}
}

// total is how many cases are planned.
func (l *loader) total() int {
	n := 0
	for _, c := range l.counties {
		n += len(c.plans)
	}
	return n
}
