package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// crew are the people who mediate for a committee; the first is its chair.
type crew struct {
	committee registry.Committee
	people    []registry.Mediator
	compounds []registry.Compound // that it serves as a property committee

	filed, accepted time.Time // the last, so that its numbers follow the days
	last            *before   // whose case was settled last, and has not come back
}

func (c *crew) chair() actor.Actor {
	by := c.as(c.people[0])
	by.Posts[0].Role = actor.Chair
	return by
}

// as is a mediator of the crew as somebody who acts.
func (c *crew) as(m registry.Mediator) actor.Actor {
	return actor.Actor{Person: m.PersonID, Name: m.Name, Posts: []actor.Post{{Role: actor.Mediator, Committee: c.committee.ID}}}
}

// county is a county with everybody who mediates there.
type county struct {
	area      registry.Area
	areas     map[ident.Area]registry.Area
	grass     []*crew // of villages and communities
	towns     []*crew // of towns and streets
	property  []*crew
	byArea    map[ident.Area]*crew // who serves a place
	byHouse   map[ident.ID]*crew   // the property committee that serves a compound
	housesAt  map[ident.Area][]registry.Compound
	houses    map[ident.ID]registry.Compound
	mediators map[ident.ID]registry.Mediator
	phones    map[ident.ID]string // blind indexes, by person
	plans     []plan
	heard     []heard // cases whose parties say something of them
}

// register enters the committees, mediators, compounds and property committees of every county.
func (l *loader) register(ctx context.Context) error {
	areas := registry.Quanzhou()
	seating, estates := seats(areas), estates(areas)
	var order []ident.County
	for _, a := range areas {
		if a.Level != ident.Of6 || len(seating[a.Code.County()]) == 0 || len(l.only) > 0 && !slices.Contains(l.only, a.Code.County()) {
			continue
		}
		order = append(order, a.Code.County())
		l.counties = append(l.counties, newCounty(a, areas))
	}
	bodies := bodies(estates, order)
	for _, c := range l.counties {
		code := c.area.Code.County()
		e := &entry{loader: l, county: c, chance: rand.New(Chance(l.Seed, "register", code))}
		err := l.Store.Do(ctx, actor.System, code, func(tx *db.Tx) error {
			e.tx = tx
			return e.enter(seating[code], estates[code], bodies[code])
		})
		if err != nil {
			return fmt.Errorf("%s: %w", c.area.Name, err)
		}
	}
	return nil
}

func newCounty(a registry.Area, areas []registry.Area) *county {
	c := &county{area: a, areas: map[ident.Area]registry.Area{}, byArea: map[ident.Area]*crew{}, byHouse: map[ident.ID]*crew{}, housesAt: map[ident.Area][]registry.Compound{},
		houses: map[ident.ID]registry.Compound{}, mediators: map[ident.ID]registry.Mediator{}, phones: map[ident.ID]string{}}
	for _, x := range areas {
		if x.Code.County() == a.Code.County() {
			c.areas[x.Code] = x
		}
	}
	return c
}

// entry is the entering of one county.
type entry struct {
	*loader
	*county
	tx     *db.Tx
	chance *rand.Rand

	crews    []*crew
	services []registry.ServiceArea
	wanted   map[*crew]int // mediators
	past     []registry.Committee
}

func (e *entry) enter(seats []seat, estates []estate, bodies int) error {
	e.wanted = map[*crew]int{}
	e.committees(seats)
	houses, firms := e.compoundsOf(estates)
	e.mechanism(estates, bodies)
	committees := slices.Clone(e.past)
	terms := make([]registry.Term, 0, len(e.crews))
	for _, c := range e.crews {
		committees, terms = append(committees, c.committee), append(terms, e.term(c.committee))
	}
	for _, write := range []func() error{
		func() error { return registry.BulkCommittees(e.tx, committees) },
		func() error { return registry.BulkTerms(e.tx, terms) },
		func() error { return registry.BulkFirms(e.tx, firms) },
		func() error { return registry.BulkCompounds(e.tx, houses) },
		func() error { return registry.BulkServiceAreas(e.tx, e.services) },
		e.staff,
	} {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

// committees sets up those of villages, communities, streets and towns, each active since 2009, and those that a
// merger of villages ended in 2019.
func (e *entry) committees(seats []seat) {
	taken := map[string]bool{}
	for _, s := range seats {
		c := &crew{committee: e.committee(s.area, s.of)}
		if taken[c.committee.ShortName] { // 某镇某居委会 beside 某镇某村委会: say which in full
			c.committee.ShortName += s.area.Name
		}
		taken[c.committee.ShortName] = true
		e.seat(c, s.mediators)
		e.byArea[s.area.Code] = c
		for _, a := range s.also {
			e.byArea[a.Code] = c
			e.services = append(e.services, registry.ServiceArea{CommitteeID: c.committee.ID, AreaCode: a.Code, Scope: registry.AllMatters, ValidFrom: "2019-03-01"})
			if len(e.past) == 0 {
				old := e.committee(a, s.of)
				old.State, old.EndedOn, old.ShortName = registry.Ended, "2019-03-01", old.ShortName+"（原）"
				e.past = append(e.past, old)
			}
		}
		if s.of == registry.OfTown || s.of == registry.OfStreet {
			e.towns = append(e.towns, c)
		} else {
			e.grass = append(e.grass, c)
		}
		if s.area.Code == HomeArea {
			e.home = c
		}
	}
}

func (e *entry) seat(c *crew, mediators int) {
	e.crews, e.wanted[c] = append(e.crews, c), mediators
}

func (e *entry) committee(a registry.Area, of registry.Type) registry.Committee {
	short := shorter.Replace(a.Name)
	if a.Level == ident.Village {
		short = shorter.Replace(tail([]rune(strings.TrimSuffix(a.FullName, a.Name)))) + short
	}
	return registry.Committee{Key: e.tx.NewKey(), Version: 1, Type: of, Name: strings.TrimPrefix(a.FullName, "福建省泉州市") + "人民调解委员会", ShortName: short,
		AreaCode: a.Code, State: registry.Active, Phone: "0595-0000" + string(a.Code[6:9]) + "0", ActivatedOn: "2009-06-01"}
}

// compoundsOf puts compounds and the firms that manage them into the communities.
func (e *entry) compoundsOf(estates []estate) (houses []registry.Compound, firms []registry.PropertyFirm) {
	for i := range 3 + len(estates)/10 {
		firms = append(firms, registry.PropertyFirm{Key: e.tx.NewKey(), Name: fmt.Sprintf("%s%s物业服务有限公司（演示）", compoundFirst[i%len(compoundFirst)], []string{"安居", "和家", "万邻"}[i%3]),
			Phone: fmt.Sprintf("0595-0000%04d", 1000+i)})
	}
	for _, at := range estates {
		names := e.chance.Perm(len(compoundFirst) * len(compoundLast))
		for i := range at.compounds {
			name := compoundFirst[names[i]%len(compoundFirst)] + compoundLast[names[i]/len(compoundFirst)]
			if at.area.Code == HomeArea {
				name = homeCompounds[i]
			}
			h := registry.Compound{Key: e.tx.NewKey(), Name: name, AreaCode: at.area.Code, Address: at.area.Name,
				Households: 60 + 10*e.chance.IntN(90), PropertyFirmID: pick(e.chance, firms).ID}
			houses = append(houses, h)
			e.houses[h.ID] = h
			e.housesAt[at.area.Code] = append(e.housesAt[at.area.Code], h)
		}
	}
	return houses, firms
}

// mechanism sets up the property committees and gives each compounds to serve: one of the county where it has a studio,
// the others of communities, each for its own compounds and those of its neighbours.
func (e *entry) mechanism(estates []estate, bodies int) {
	served := slices.DeleteFunc(slices.Clone(estates), func(s estate) bool { return s.served == 0 })
	var studio *crew
	if slices.Contains(studios, e.area.Code.County()) {
		studio = e.propertyCommittee(e.area, strings.TrimSuffix(e.area.Name, "区"))
	}
	var own []*crew
	for j, s := range served {
		if k := j * bodies / max(len(served), 1); bodies > 0 && k == len(own) {
			own = append(own, e.propertyCommittee(s.area, e.byArea[s.area.Code].committee.ShortName))
		}
		by := studio
		if by == nil || j%7 != 6 && len(own) > 0 {
			by = own[len(own)-1]
		}
		for _, h := range e.housesAt[s.area.Code][:s.served] {
			by.compounds, e.byHouse[h.ID] = append(by.compounds, h), by
			e.services = append(e.services, registry.ServiceArea{CommitteeID: by.committee.ID, CompoundID: h.ID, Scope: registry.PropertyMatters, ValidFrom: "2019-12-01"})
		}
	}
}

func (e *entry) propertyCommittee(at registry.Area, short string) *crew {
	c := &crew{committee: e.committee(at, registry.OfSociety)}
	c.committee.Sector, c.committee.Attributes, c.committee.ActivatedOn = "property", registry.Words{"industry"}, "2019-11-20"
	c.committee.Name = strings.TrimPrefix(at.FullName, "福建省泉州市") + "小区物业矛盾纠纷人民调解委员会"
	c.committee.ShortName = short + "物业"
	e.property = append(e.property, c)
	e.seat(c, 4)
	return c
}

// term is the one that runs on the day on which the demo opens.
func (e *entry) term(c registry.Committee) registry.Term {
	method := map[registry.Type]registry.Method{registry.OfVillage: registry.ByVillagersReps, registry.OfResidents: registry.ByResidentsReps}[c.Type]
	if method == "" {
		method = registry.ByFoundingBody
	}
	start := calendar.DayOf(e.Today).Plus(-200 - e.chance.IntN(700))
	return registry.Term{Key: e.tx.NewKey(), CommitteeID: c.ID, Method: method, Electing: strings.TrimSuffix(c.Name, "人民调解委员会"), DecidedOn: start, StartsOn: start, EndsOn: start.PlusYears(3)}
}

// background is who the property mechanism was recruited from (W4), and others now and then.
var background = []registry.Words{{"party_member"}, {"congress_deputy"}, {"cppcc_member"}, {"lawyer"}, {"party_member"}}

// staff gives each committee its people: the first three are members, the first of them the chair. Every sixtieth
// committee shares a mediator with the one before it, and has one who left before the city's reply.
func (e *entry) staff() error {
	var people []account.Person
	draw := func(woman bool) {
		p := someone(e.chance, 2020)
		for woman && p.sex != ident.Female {
			p = someone(e.chance, 2020)
		}
		people = append(people, account.Person{Name: p.name, Sex: p.sex, Born: p.born, Ethnicity: "01", Phone: staffPhone(e.chance)})
	}
	for i, c := range e.crews {
		for j := range e.wanted[c] + left(i, c) {
			draw(j == 2) // no committee is without a woman
		}
	}
	ids, err := e.Accounts.AddPersons(e.tx, people)
	if err != nil {
		return err
	}
	var members []registry.Member
	var rows []registry.Mediator
	at := 0
	for i, c := range e.crews {
		for j := range e.wanted[c] + left(i, c) {
			m := e.mediator(c, people[at], ids[at], j)
			if j == e.wanted[c] {
				m.LeftOn, m.LeftReason = "2019-10-15", "resigned"
			} else {
				c.people = append(c.people, m)
			}
			if j < 3 {
				members = append(members, registry.Member{CommitteeID: c.committee.ID, PersonID: m.PersonID, Name: m.Name, Sex: m.Sex, Ethnicity: "01",
					Office: []registry.Office{registry.Chair, registry.DeputyChair, registry.Ordinary}[j], JoinedOn: m.EngagedOn})
			}
			rows, at = append(rows, m), at+1
			e.phones[m.PersonID] = e.Vault.Index("phone", people[at-1].Phone)
		}
		if left(i, c) > 0 && i > 0 && e.crews[i-1].committee.Type == c.committee.Type {
			rows = append(rows, e.shared(c, e.crews[i-1]))
		}
	}
	for _, m := range rows {
		e.mediators[m.ID] = m
	}
	if err := registry.BulkMembers(e.tx, members); err != nil {
		return err
	}
	return registry.BulkMediators(e.tx, rows)
}

// left is how many mediators of a county's i-th committee have left; those of the property mechanism have just begun.
func left(i int, c *crew) int {
	if i%60 == 31 && c.committee.Sector == "" {
		return 1
	}
	return 0
}

// shared is the last mediator of a neighbour, who serves this committee too.
func (e *entry) shared(c, neighbour *crew) registry.Mediator {
	m := neighbour.people[len(neighbour.people)-1]
	m.Key, m.CommitteeID, m.Kind, m.FullTime = e.tx.NewKey(), c.committee.ID, registry.Engaged, false
	c.people = append(c.people, m)
	return m
}

func (e *entry) mediator(c *crew, p account.Person, id ident.ID, j int) registry.Mediator {
	m := registry.Mediator{Key: e.tx.NewKey(), Version: 1, CommitteeID: c.committee.ID, PersonID: id, Name: p.Name, Kind: registry.Engaged, Born: p.Born, Sex: p.Sex,
		Ethnicity: p.Ethnicity, Citizen: true, Education: pick(e.chance, []string{"30", "40", "60", "70"}), FullTime: j == 0,
		EngagedOn: max(p.Born.PlusYears(20), "2013-01-10").Plus(e.chance.IntN(700))}
	if j < 3 {
		m.Kind = registry.OfCommittee
	}
	if c.committee.Sector != "" {
		m.EngagedOn, m.Background = c.committee.ActivatedOn, background[j%len(background)]
	}
	return m
}
