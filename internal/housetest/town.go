// Package housetest is a whole small town with named people in it, for tests: two committees of one street, one of
// another county, parties with and without accounts, and everybody who supervises them. People act over HTTP.
package housetest

import (
	"context"
	"fmt"
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
	people  int
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
	town.Home = town.committee(Shaolin, "少林社区人民调解委员会", "少林")
	town.Other = town.committee(Donghu, "东湖社区人民调解委员会", "东湖")
	town.Far = town.committee(Faraway, "鲤城某社区人民调解委员会", "鲤城")
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

func (town *Town) committee(area ident.Area, name, short string) registry.Committee {
	town.t.Helper()
	rows := []registry.Committee{{Type: registry.OfResidents, Name: name, ShortName: short, AreaCode: area, State: registry.Active, ActivatedOn: "2020-01-01", Phone: "0595-00000000"}}
	town.do(area.County(), func(tx *db.Tx) error {
		rows[0].Key = tx.NewKey()
		if err := registry.BulkCommittees(tx, rows); err != nil {
			return err
		}
		return registry.BulkTerms(tx, []registry.Term{{Key: tx.NewKey(), CommitteeID: rows[0].ID, Method: registry.ByResidentsReps, Electing: "居民代表会议",
			DecidedOn: "2025-01-06", StartsOn: "2025-01-06", EndsOn: "2028-01-06"}})
	})
	return rows[0]
}

func (town *Town) settle() {
	town.Lin = town.person("lin", "林秀英", Shaolin, actor.Post{})
	town.Wang = town.person("wang", "王水木", Shaolin, actor.Post{})
	town.Zheng = town.mediator("zheng", "郑主任", town.Home, actor.Chair)
	town.Su = town.mediator("su", "苏惠敏", town.Home, actor.Mediator)
	town.Hong = town.mediator("hong", "洪国荣", town.Home, actor.Mediator)
	town.OtherChair = town.mediator("otherchair", "庄景山", town.Other, actor.Chair)
	town.OtherMediator = town.mediator("othermediator", "柯永福", town.Other, actor.Mediator)
	town.FarMediator = town.mediator("farmediator", "傅文彬", town.Far, actor.Mediator)
	at := func(login, name string, area ident.Area, role actor.Role) *Person {
		return town.person(login, name, area, actor.Post{Role: role, Area: area})
	}
	town.Station = at("station", "戴明辉", Street, actor.StationOfficer)
	town.FarStation = at("farstation", "赖雅芳", "350502001000", actor.StationOfficer)
	town.County = at("county", "何清源", Fengze, actor.BureauSupervisor)
	town.FarCounty = at("farcounty", "周俊杰", Licheng, actor.BureauSupervisor)
	town.Bureau = at("bureau", "邱月娥", City, actor.BureauSupervisor)
	town.Housing = at("housing", "施美玲", City, actor.HousingViewer)
	town.Court = at("court", "颜法官", Fengze, actor.Referrer)
	town.OtherCourt = at("othercourt", "叶法官", Fengze, actor.Referrer)
	town.System = at("system", "甲管理员", City, actor.AdminSystem)
	town.Security = at("security", "乙管理员", City, actor.AdminSecurity)
	town.Audit = at("audit", "丙管理员", City, actor.AdminAudit)
	town.FarChair = town.mediator("farchair", "梁锦程", town.Far, actor.Chair)
}

func (town *Town) person(login, name string, area ident.Area, post actor.Post) *Person {
	town.t.Helper()
	town.people++
	p := &Person{Login: login, Name: name, Phone: fmt.Sprintf("1390000%04d", town.people)}
	hash, err := passwordHash()
	town.must(err)
	accounts := town.App.Accounts
	town.do(area.County(), func(tx *db.Tx) error {
		var err error
		if p.ID, err = accounts.AddPerson(tx, account.Person{Name: name, Phone: p.Phone, Ethnicity: "01"}); err != nil {
			return err
		}
		if _, err = accounts.AddAccount(tx, account.NewAccount{Person: p.ID, Login: login, PasswordHash: hash}); err != nil || post.Role == "" {
			return err
		}
		_, err = accounts.GivePost(tx, account.Post{Person: p.ID, Role: post.Role, Committee: post.Committee, Area: post.Area})
		return err
	})
	town.all = append(town.all, p)
	return p
}

// SignInAgain lets everybody sign in anew at their next act: their sessions have ended, for the clock was moved far.
func (town *Town) SignInAgain() {
	town.mu.Lock()
	defer town.mu.Unlock()
	for _, p := range town.all {
		p.token = ""
	}
}

func (town *Town) mediator(login, name string, c registry.Committee, role actor.Role) *Person {
	town.t.Helper()
	p := town.person(login, name, c.AreaCode, actor.Post{Role: role, Committee: c.ID})
	rows := engaged(p, c)
	town.do(c.CountyCode, func(tx *db.Tx) error {
		office := registry.Ordinary
		if role == actor.Chair {
			office = registry.Chair
		}
		if err := registry.BulkMembers(tx, []registry.Member{{Key: tx.NewKey(), CommitteeID: c.ID, PersonID: p.ID, Name: name, Sex: ident.Female, Ethnicity: "01", Office: office, JoinedOn: "2025-01-06"}}); err != nil {
			return err
		}
		return registry.BulkMediators(tx, rows)
	})
	p.Mediator = rows[0].ID
	return p
}

// Serves makes a person serve in a second committee too, as its chair or a mediator, and gives the mediator they are there.
// It ends their sessions: Again signs them in.
func (town *Town) Serves(p *Person, c registry.Committee, role actor.Role) ident.ID {
	town.t.Helper()
	rows := engaged(p, c)
	town.do(c.CountyCode, func(tx *db.Tx) error {
		if _, err := town.App.Accounts.GivePost(tx, account.Post{Person: p.ID, Role: role, Committee: c.ID}); err != nil {
			return err
		}
		return registry.BulkMediators(tx, rows)
	})
	return rows[0].ID
}

// engaged is a person as a mediator of a committee.
func engaged(p *Person, c registry.Committee) []registry.Mediator {
	return []registry.Mediator{{CommitteeID: c.ID, PersonID: p.ID, Name: p.Name, Kind: registry.OfCommittee, Born: "1975-05-05", Sex: ident.Female, Ethnicity: "01",
		Citizen: true, Education: "60", EngagedOn: "2025-01-06"}}
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
