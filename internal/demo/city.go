package demo

import (
	"context"
	"strings"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// seat is a committee to be set up, and how many mediators it gets.
type seat struct {
	area      registry.Area
	of        registry.Type
	mediators int
	also      []registry.Area // units without a committee of their own that it serves
}

// seats shares 2,525 committees and 10,226 mediators out over the village-level units: they are fewer than the units,
// so that some serve a neighbour as well; and gives every street and town its own committee.
func seats(areas []registry.Area) map[ident.County][]seat {
	var units []registry.Area
	for _, a := range areas {
		if a.Level == ident.Village {
			units = append(units, a)
		}
	}
	without := len(units) - Committees
	extra := Mediators - 4*Committees // so many have a fifth mediator
	out := map[ident.County][]seat{}
	for i, a := range units {
		county := a.Code.County()
		list := out[county]
		if last := len(list) - 1; without > 0 && last >= 0 && a.Code != HomeArea && i%50 == 49 && list[last].area.Parent == a.Parent {
			list[last].also = append(list[last].also, a)
			without--
			continue
		}
		s := seat{area: a, of: registry.OfResidents, mediators: 4}
		if a.Code[9] >= '2' {
			s.of = registry.OfVillage
		}
		if extra > 0 && i%20 == 7 {
			s.mediators, extra = 5, extra-1
		}
		out[county] = append(list, s)
	}
	return settle(out, without, extra)
}

// settle hands out what the even spread left over, from the end of the biggest county.
func settle(out map[ident.County][]seat, without, extra int) map[ident.County][]seat {
	const biggest ident.County = "350583"
	list := out[biggest]
	for i := len(list) - 1; i > 0 && without > 0; i-- {
		if list[i-1].area.Parent == list[i].area.Parent && len(list[i].also) == 0 {
			list[i-1].also = append(list[i-1].also, list[i].area)
			list = append(list[:i], list[i+1:]...)
			without--
			i--
		}
	}
	for i := range list {
		if extra > 0 && list[i].mediators == 4 {
			list[i].mediators, extra = 5, extra-1
		}
	}
	out[biggest] = list
	return out
}

func (l *loader) committees(ctx context.Context) error {
	areas := registry.Quanzhou()
	byCounty := seats(areas)
	for _, a := range areas {
		if a.Level == ident.Town {
			of := registry.OfTown
			if a.Code[6] == '0' {
				of = registry.OfStreet
			}
			byCounty[a.Code.County()] = append(byCounty[a.Code.County()], seat{area: a, of: of, mediators: 3})
		}
	}
	for _, a := range areas {
		if a.Level != ident.Of6 || len(byCounty[a.Code.County()]) == 0 {
			continue
		}
		if err := l.Store.Do(ctx, actor.System, a.Code.County(), func(tx *db.Tx) error { return l.county(tx, byCounty[a.Code.County()]) }); err != nil {
			return err
		}
		l.say("  %s：%d 个调委会", a.Name, len(byCounty[a.Code.County()]))
	}
	return nil
}

// county sets up the committees of one county, each active, in its term, with its members and mediators.
func (l *loader) county(tx *db.Tx, list []seat) error {
	committees, taken := make([]registry.Committee, len(list)), map[string]bool{}
	for i, s := range list {
		committees[i] = l.committee(tx, s)
		if taken[committees[i].ShortName] { // 某镇某居委会 beside 某镇某村委会: say which in full
			committees[i].ShortName += s.area.Name
		}
		taken[committees[i].ShortName] = true
	}
	if err := registry.BulkCommittees(tx, committees); err != nil {
		return err
	}
	var terms []registry.Term
	var services []registry.ServiceArea
	for i, s := range list {
		terms = append(terms, l.term(tx, committees[i], s.of))
		for _, a := range s.also {
			services = append(services, registry.ServiceArea{CommitteeID: committees[i].ID, AreaCode: a.Code, Scope: registry.AllMatters, ValidFrom: committees[i].ActivatedOn})
		}
		if s.area.Code == HomeArea {
			l.home = committees[i]
		}
	}
	if err := registry.BulkTerms(tx, terms); err != nil {
		return err
	}
	if len(services) > 0 {
		if err := registry.BulkServiceAreas(tx, services); err != nil {
			return err
		}
	}
	if !l.home.ID.IsZero() && len(l.compounds) == 0 {
		if err := l.neighbourhood(tx); err != nil {
			return err
		}
	}
	return l.mediators(tx, list, committees, terms)
}

// neighbourhood gives the home community its compounds and the firm that manages them.
func (l *loader) neighbourhood(tx *db.Tx) error {
	firms := []registry.PropertyFirm{{Key: tx.NewKey(), Name: "安居物业服务有限公司（演示）", Phone: "0595-00000088"}}
	if err := registry.BulkFirms(tx, firms); err != nil {
		return err
	}
	for i, name := range []string{"东湖花苑", "少林雅居", "圣湖新村", "学府佳苑"} {
		l.compounds = append(l.compounds, registry.Compound{Key: tx.NewKey(), Name: name, AreaCode: HomeArea, Address: "少林社区", Households: 180 + 90*i, PropertyFirmID: firms[0].ID})
	}
	return registry.BulkCompounds(tx, l.compounds)
}

var shorter = strings.NewReplacer("居民委员会", "", "村民委员会", "", "社区居委会", "", "居委会", "", "村委会", "", "街道", "", "社区", "")

func (l *loader) committee(tx *db.Tx, s seat) registry.Committee {
	short := shorter.Replace(s.area.Name)
	parent := strings.TrimSuffix(s.area.FullName, s.area.Name)
	if s.area.Level == ident.Village {
		town := []rune(parent)
		short = shorter.Replace(tail(town)) + short
	}
	return registry.Committee{Key: tx.NewKey(), Type: s.of, Name: strings.TrimPrefix(s.area.FullName, "福建省泉州市") + "人民调解委员会", ShortName: short,
		AreaCode: s.area.Code, State: registry.Active, Phone: "0595-0000" + string(s.area.Code[6:9]) + "0", ActivatedOn: "2009-06-01"}
}

// tail is the last place of a full name: 福建省泉州市丰泽区东湖街道 → 东湖街道.
func tail(full []rune) string {
	for i := len(full) - 2; i >= 0; i-- {
		if strings.ContainsRune("市区县", full[i]) {
			return string(full[i+1:])
		}
	}
	return string(full)
}

func (l *loader) term(tx *db.Tx, c registry.Committee, of registry.Type) registry.Term {
	method := map[registry.Type]registry.Method{registry.OfVillage: registry.ByVillagersReps, registry.OfResidents: registry.ByResidentsReps}[of]
	if method == "" {
		method = registry.ByFoundingBody
	}
	start := calendar.DayOf(l.Today).Plus(-200 - l.chance.IntN(700))
	return registry.Term{Key: tx.NewKey(), CommitteeID: c.ID, Method: method, Electing: strings.TrimSuffix(c.Name, "人民调解委员会"), DecidedOn: start, StartsOn: start, EndsOn: start.PlusYears(3)}
}

// mediators gives each committee its people: the first three are members, the first of them the chair.
func (l *loader) mediators(tx *db.Tx, list []seat, committees []registry.Committee, terms []registry.Term) error {
	var people []account.Person
	for _, s := range list {
		for range s.mediators {
			p := someone(l.chance, l.Today.Year())
			people = append(people, account.Person{Name: p.name, Sex: p.sex, Born: p.born, Ethnicity: "01", Phone: phone(l.chance)})
		}
	}
	ids, err := l.Accounts.AddPersons(tx, people)
	if err != nil {
		return err
	}
	var members []registry.Member
	var mediators []registry.Mediator
	at := 0
	for i, s := range list {
		for j := range s.mediators {
			p, id := people[at], ids[at]
			at++
			m := registry.Mediator{Key: tx.NewKey(), CommitteeID: committees[i].ID, PersonID: id, Name: p.Name, Kind: registry.Engaged, Born: p.Born, Sex: p.Sex,
				Ethnicity: p.Ethnicity, Citizen: true, Education: pick(l.chance, []string{"30", "40", "60", "70"}), FullTime: j == 0, EngagedOn: terms[i].StartsOn}
			if j < 3 {
				m.Kind = registry.OfCommittee
				members = append(members, registry.Member{CommitteeID: committees[i].ID, PersonID: id, Name: p.Name, Sex: p.Sex, Ethnicity: "01",
					Office: []registry.Office{registry.Chair, registry.DeputyChair, registry.Ordinary}[j], JoinedOn: terms[i].StartsOn})
			}
			if s.area.Code == HomeArea {
				l.staff = append(l.staff, m)
			}
			mediators = append(mediators, m)
		}
	}
	if err := registry.BulkMembers(tx, members); err != nil {
		return err
	}
	return registry.BulkMediators(tx, mediators)
}
