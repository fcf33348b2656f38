// Package housetest is a whole small town with named people in it, for tests: two committees of one street, one of
// another county, parties with and without accounts, and everybody who supervises them. People act over HTTP.
package housetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"net/http"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/app"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// The town's places.
const (
	Shaolin ident.Area = "350503001001" // a community of Donghu street in Fengze
	Donghu  ident.Area = "350503001002" // its neighbour
	Street  ident.Area = "350503001000"
	Fengze  ident.Area = "350503000000"
	Licheng ident.Area = "350502000000"
	Faraway ident.Area = "350502001001" // a community of another county
	City    ident.Area = "350500000000"
)

// Person is somebody of the town.
type Person struct {
	Login    string
	Name     string
	ID       ident.ID
	Phone    string
	Mediator ident.ID // their row as a mediator, if they are one
	token    string
}

// Town is the town with its people.
type Town struct {
	t       testing.TB
	Store   *db.Store
	Clock   *dbtest.Clock
	App     *app.App
	handler http.Handler
	mu      sync.Mutex
	all     []*Person
	past    int // rows of the past so far
	log     lines

	Home, Other, Far registry.Committee // committees of Shaolin, Donghu and Faraway

	Lin             *Person // a resident with an account, applicant
	Wang            *Person // a resident with an account who takes part in nothing
	Zheng, Su, Hong *Person // chair, mediator and another mediator of Home
	OtherChair      *Person
	OtherMediator   *Person
	FarMediator     *Person
	FarChair        *Person
	Station         *Person // officer of Donghu street's justice station
	FarStation      *Person
	County          *Person // supervisor of Fengze
	FarCounty       *Person // supervisor of Licheng
	Bureau          *Person // supervisor of the city
	Housing         *Person
	Court           *Person // a court that refers cases
	OtherCourt      *Person
	System          *Person
	Security        *Person
	Audit           *Person
}

// Password of everybody in the town.
const Password = "fengqiao-town-2026"

var passwordHash = sync.OnceValues(func() (string, error) {
	return account.New(account.Options{Random: constant{}, Light: true}).Hash(context.Background(), Password, "somebody")
})

type constant struct{}

func (constant) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(i*7 + 3)
	}
	return len(b), nil
}

// Each runs a test in a fresh town on every database.
func Each(t *testing.T, fn func(t *testing.T, town *Town)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, s *db.Store) { fn(t, New(t, s)) })
}

func init() { dbtest.Furnish("_areas", registry.LoadAreas) }

// New builds a town over an empty, migrated database.
func New(t testing.TB, store *db.Store) *Town {
	t.Helper()
	town := &Town{t: t, Store: store, Clock: dbtest.ClockOf(store)}
	town.App = newApp(t, store, &town.log)
	town.handler = town.App.Handler()
	town.settle()
	return town
}

func (town *Town) must(err error) {
	town.t.Helper()
	if err != nil {
		town.t.Fatal(err)
	}
}

func (town *Town) do(county ident.County, fn func(tx *db.Tx) error) {
	town.t.Helper()
	town.must(town.Store.Do(context.Background(), actor.System, county, fn))
}

// found is a committee at a place, with a term that runs, longer than any is: some tests let programs loose in the town at the day that it is.
func found(tx *db.Tx, area ident.Area, name, short string) (registry.Committee, error) {
	rows := []registry.Committee{{Key: tx.NewKey(), Type: registry.OfResidents, Name: name, ShortName: short, AreaCode: area, State: registry.Active, ActivatedOn: "2020-01-01", Phone: "0595-00000000"}}
	if err := registry.BulkCommittees(tx, rows); err != nil {
		return registry.Committee{}, err
	}
	return rows[0], registry.BulkTerms(tx, []registry.Term{{Key: tx.NewKey(), CommitteeID: rows[0].ID, Method: registry.ByResidentsReps, Electing: "居民代表会议",
		DecidedOn: "2025-01-06", StartsOn: "2025-01-06", EndsOn: "2098-01-06"}})
}

// settler is somebody who comes to live in the town: in a committee, or with a post for a place, or with none.
type settler struct {
	is          **Person
	login, name string
	role        actor.Role
	area        ident.Area
	committee   *registry.Committee
}

// settle enters the town county by county: committees, and everybody.
func (town *Town) settle() {
	folk := []settler{
		{&town.Lin, "lin", "林秀英", "", Shaolin, nil},
		{&town.Wang, "wang", "王水木", "", Shaolin, nil},
		{&town.Zheng, "zheng", "郑主任", actor.Chair, Shaolin, &town.Home},
		{&town.Su, "su", "苏惠敏", actor.Mediator, Shaolin, &town.Home},
		{&town.Hong, "hong", "洪国荣", actor.Mediator, Shaolin, &town.Home},
		{&town.OtherChair, "otherchair", "庄景山", actor.Chair, Donghu, &town.Other},
		{&town.OtherMediator, "othermediator", "柯永福", actor.Mediator, Donghu, &town.Other},
		{&town.FarMediator, "farmediator", "傅文彬", actor.Mediator, Faraway, &town.Far},
		{&town.Station, "station", "戴明辉", actor.StationOfficer, Street, nil},
		{&town.FarStation, "farstation", "赖雅芳", actor.StationOfficer, "350502001000", nil},
		{&town.County, "county", "何清源", actor.BureauSupervisor, Fengze, nil},
		{&town.FarCounty, "farcounty", "周俊杰", actor.BureauSupervisor, Licheng, nil},
		{&town.Bureau, "bureau", "邱月娥", actor.BureauSupervisor, City, nil},
		{&town.Housing, "housing", "施美玲", actor.HousingViewer, City, nil},
		{&town.Court, "court", "颜法官", actor.Referrer, Fengze, nil},
		{&town.OtherCourt, "othercourt", "叶法官", actor.Referrer, Fengze, nil},
		{&town.System, "system", "甲管理员", actor.AdminSystem, City, nil},
		{&town.Security, "security", "乙管理员", actor.AdminSecurity, City, nil},
		{&town.Audit, "audit", "丙管理员", actor.AdminAudit, City, nil},
		{&town.FarChair, "farchair", "梁锦程", actor.Chair, Faraway, &town.Far},
	}
	for i, f := range folk {
		*f.is = &Person{Login: f.login, Name: f.name, Phone: fmt.Sprintf("1390000%04d", i+1)}
		town.all = append(town.all, *f.is)
	}
	town.do(Fengze.County(), func(tx *db.Tx) (err error) {
		if town.Home, err = found(tx, Shaolin, "少林社区人民调解委员会", "少林"); err != nil {
			return err
		}
		town.Other, err = found(tx, Donghu, "东湖社区人民调解委员会", "东湖")
		return errors.Join(err, town.enter(tx, folk))
	})
	town.do(Licheng.County(), func(tx *db.Tx) (err error) {
		town.Far, err = found(tx, Faraway, "鲤城某社区人民调解委员会", "鲤城")
		return errors.Join(err, town.enter(tx, folk))
	})
	town.do(City.County(), func(tx *db.Tx) error { return town.enter(tx, folk) })
}

// enter enters those of a county.
func (town *Town) enter(tx *db.Tx, folk []settler) error {
	folk = slices.DeleteFunc(slices.Clone(folk), func(f settler) bool { return f.area.County() != tx.County })
	hash, err := passwordHash()
	if err != nil {
		return err
	}
	people := make([]account.Person, len(folk))
	for i, f := range folk {
		people[i] = account.Person{Name: f.name, Phone: (*f.is).Phone, Ethnicity: "01"}
	}
	ids, err := town.App.Accounts.AddPersons(tx, people)
	if err != nil {
		return err
	}
	var accounts []account.NewAccount
	var posts []account.Post
	var members []registry.Member
	var mediators []registry.Mediator
	for i, f := range folk {
		p := *f.is
		p.ID = ids[i]
		accounts = append(accounts, account.NewAccount{Person: p.ID, Login: f.login, PasswordHash: hash})
		switch {
		case f.committee != nil:
			posts = append(posts, account.Post{Person: p.ID, Role: f.role, Committee: f.committee.ID})
			m := engaged(p, *f.committee)
			m.Key = tx.NewKey()
			p.Mediator = m.ID
			mediators, members = append(mediators, m), append(members, registry.Member{Key: tx.NewKey(), CommitteeID: f.committee.ID, PersonID: p.ID, Name: p.Name, Sex: ident.Female,
				Ethnicity: "01", Office: map[actor.Role]registry.Office{actor.Chair: registry.Chair, actor.Mediator: registry.Ordinary}[f.role], JoinedOn: "2025-01-06"})
		case f.role != "":
			posts = append(posts, account.Post{Person: p.ID, Role: f.role, Area: f.area})
		}
	}
	if _, err := town.App.Accounts.AddAccounts(tx, accounts); err != nil {
		return err
	}
	if _, err := town.App.Accounts.GivePosts(tx, posts); err != nil {
		return err
	}
	return errors.Join(registry.BulkMembers(tx, members), registry.BulkMediators(tx, mediators))
}

// SignInAgain lets everybody sign in anew at their next act: their sessions have ended, for the clock was moved far.
func (town *Town) SignInAgain() {
	town.mu.Lock()
	defer town.mu.Unlock()
	for _, p := range town.all {
		p.token = ""
	}
}

// Serves makes a person serve in a second committee too, as its chair or a mediator, and gives the mediator they are there.
// It ends their sessions: Again signs them in.
func (town *Town) Serves(p *Person, c registry.Committee, role actor.Role) ident.ID {
	town.t.Helper()
	rows := []registry.Mediator{engaged(p, c)}
	town.do(c.CountyCode, func(tx *db.Tx) error {
		if _, err := town.App.Accounts.GivePost(tx, account.Post{Person: p.ID, Role: role, Committee: c.ID}); err != nil {
			return err
		}
		return registry.BulkMediators(tx, rows)
	})
	return rows[0].ID
}

// engaged is a person as a mediator of a committee.
func engaged(p *Person, c registry.Committee) registry.Mediator {
	return registry.Mediator{CommitteeID: c.ID, PersonID: p.ID, Name: p.Name, Kind: registry.OfCommittee, Born: "1975-05-05", Sex: ident.Female, Ethnicity: "01",
		Citizen: true, Education: "60", EngagedOn: "2025-01-06"}
}

// Today is the legal day by the town's clock.
func (town *Town) Today() calendar.Day { return calendar.DayOf(town.Clock.Now()) }

// Later moves the town's clock.
func (town *Town) Later(d time.Duration) { town.Clock.Move(d) }

// Again signs somebody in anew: their session has run out.
func (town *Town) Again(p *Person) Hand {
	town.mu.Lock()
	p.token = ""
	town.mu.Unlock()
	return town.As(p)
}

// Stands puts a committee into a state, whatever it takes to come there.
func (town *Town) Stands(c registry.Committee, s registry.State) {
	town.t.Helper()
	town.do(c.CountyCode, func(tx *db.Tx) error {
		return tx.Rows().Exec("UPDATE committees SET state = ? WHERE county_code = ? AND id = ?", s, c.CountyCode, c.ID).Error
	})
}

// Leaves lets somebody mediate no longer, whatever post they keep.
func (town *Town) Leaves(p *Person) {
	town.t.Helper()
	town.do(p.Mediator.County(), func(tx *db.Tx) error {
		return tx.Rows().Exec("UPDATE mediators SET left_on = ? WHERE county_code = ? AND id = ?", town.Today(), p.Mediator.County(), p.Mediator).Error
	})
}

// Ties declares that a mediator stands close to somebody.
func (town *Town) Ties(p *Person, kind registry.TieKind, name string) {
	town.t.Helper()
	town.do(p.Mediator.County(), func(tx *db.Tx) error {
		return registry.BulkTies(tx, []registry.Tie{{MediatorID: p.Mediator, Kind: kind, Name: name, DeclaredOn: town.Today()}})
	})
}

// Begins says since when a committee serves.
func (town *Town) Begins(committee ident.ID, on calendar.Day) {
	town.t.Helper()
	town.do(committee.County(), func(tx *db.Tx) error {
		return tx.Rows().Exec("UPDATE committees SET activated_on = ? WHERE county_code = ? AND id = ?", on, committee.County(), committee).Error
	})
}

// Documents are the ids of all files of a county.
func (town *Town) Documents(t testing.TB, county ident.County) (ids []string) {
	t.Helper()
	town.do(county, func(tx *db.Tx) error {
		return tx.Rows().Table("documents").Where("county_code = ?", county).Order("id").Pluck("id", &ids).Error
	})
	return ids
}

// Sealed counts the rows of a county that hold something in a sealed column.
func (town *Town) Sealed(t testing.TB, table, column string, county ident.County) (n int64) {
	t.Helper()
	town.do(county, func(tx *db.Tx) error {
		return tx.Rows().Table(table).Where("county_code = ? AND "+column+" IS NOT NULL", county).Count(&n).Error
	})
	return n
}
