package account_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

const (
	fengze   = ident.County("350503")
	good     = "竹林 春雨 渡船 1987"
	here     = "198.51.100.7"
	linsID   = "11010519491231002X"
	linPhone = "13800138000"
)

// house is the room over one database.
type house struct {
	*testing.T
	*account.Service
	store *db.Store
	clock *dbtest.Clock
	log   *bytes.Buffer
}

func each(t *testing.T, fn func(h house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, s *db.Store) { fn(newHouse(t, s)) })
}

func newHouse(t *testing.T, s *db.Store) house {
	t.Helper()
	v, err := vault.New(rand.Reader, bytes.Repeat([]byte{7}, vault.MasterSize))
	if err != nil {
		t.Fatal(err)
	}
	log := &bytes.Buffer{}
	return house{T: t, store: s, clock: dbtest.ClockOf(s), log: log, Service: account.New(account.Options{Store: s, Vault: v,
		Random: rand.Reader, Log: slog.New(slog.NewJSONHandler(&safe{b: log}, nil))})}
}

type safe struct {
	mu sync.Mutex
	b  *bytes.Buffer
}

func (s *safe) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (h house) do(fn func(tx *db.Tx) error) error {
	h.Helper()
	return h.store.Do(h.Context(), actor.System, fengze, fn)
}

func (h house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// enter makes a person with an account and posts; gives the person and the account.
func (h house) enter(login, password string, posts ...account.Post) (person, acc ident.ID) {
	h.Helper()
	hash, err := h.Hash(h.Context(), password, login)
	h.must(err)
	h.must(h.do(func(tx *db.Tx) (err error) {
		if person, err = h.AddPerson(tx, account.Person{Name: "吴建国"}); err != nil {
			return err
		}
		if acc, err = h.AddAccount(tx, account.NewAccount{Person: person, Login: login, PasswordHash: hash}); err != nil {
			return err
		}
		for _, p := range posts {
			p.Person = person
			if _, err := h.GivePost(tx, p); err != nil {
				return err
			}
		}
		return nil
	}))
	return person, acc
}

func (h house) signIn(login, password string, from ...string) (account.Session, error) {
	h.Helper()
	from = append(from, here)
	return h.SignIn(h.Context(), account.Credentials{Login: login, Password: password, Address: from[0]})
}

func (h house) in(login string) account.Session {
	h.Helper()
	s, err := h.signIn(login, good)
	h.must(err)
	return s
}

// ended tells whether a token lets nobody in any more.
func (h house) ended(token string) bool {
	h.Helper()
	_, err := h.Authenticate(h.Context(), token)
	if err != nil && !fault.Is(err, fault.Unauthenticated) {
		h.Error(err)
	}
	return err != nil
}

var station = account.Post{Role: actor.StationOfficer, Area: "350503001000"}

func TestAPersonsNumbersAreSealedAndFoundAgain(t *testing.T) {
	each(t, func(h house) {
		lin := account.Person{Name: "林秀英", IDNumber: linsID, Phone: "138 0013 8000", Address: "泉州市丰泽区东湖街 1 号"}
		var id, again ident.ID
		h.must(h.do(func(tx *db.Tx) (err error) {
			if id, err = h.AddPerson(tx, lin); err != nil {
				return err
			}
			again, err = h.AddPerson(tx, account.Person{Name: " 林秀英 ", IDNumber: strings.ToLower(linsID)})
			return err
		}))
		if again != id {
			h.Error("one identity number, two persons")
		}
		h.must(h.store.Read(h.Context(), actor.System, func(tx *db.Tx) error {
			p, err := h.FindPerson(tx, id)
			want := account.Person{ID: id, Name: "林秀英", IDNumber: linsID, Phone: linPhone, Address: lin.Address, Sex: ident.Female, Born: "1949-12-31"}
			if p != want {
				h.Errorf("%+v", p)
			}
			return err
		}))
		h.noneInTheDatabase(linsID, linPhone, "东湖街")
		err := h.do(func(tx *db.Tx) error {
			_, err := h.AddPerson(tx, account.Person{Name: "陈志强", IDNumber: linsID})
			return err
		})
		if !fault.Is(err, fault.Conflict) {
			h.Error("a number may not change its name:", err)
		}
	})
}

// noneInTheDatabase looks through every column of the room's tables for what must not be there in the clear.
func (h house) noneInTheDatabase(canaries ...string) {
	h.Helper()
	pool, err := h.store.Pool()
	h.must(err)
	for _, table := range []string{"persons", "accounts", "posts", "sessions", "sign_in_tries", "directory"} {
		rows, err := pool.QueryContext(h.Context(), "SELECT * FROM "+table)
		h.must(err)
		cols, _ := rows.Columns()
		for rows.Next() {
			cells, to := make([][]byte, len(cols)), make([]any, len(cols))
			for i := range cells {
				to[i] = &cells[i]
			}
			h.must(rows.Scan(to...))
			for _, c := range canaries {
				if bytes.Contains(bytes.Join(cells, []byte("|")), []byte(c)) {
					h.Errorf("%s holds %q", table, c)
				}
			}
		}
		h.must(rows.Err())
		rows.Close()
	}
}

func TestWhatIsWrongWithAPersonIsSaidByName(t *testing.T) {
	each(t, func(h house) {
		err := h.do(func(tx *db.Tx) error {
			_, err := h.AddPerson(tx, account.Person{Name: " ", IDNumber: "110105194912310021", Phone: "12"})
			return err
		})
		var at []string
		for _, f := range fault.Of(err).Fields {
			at = append(at, f.At)
		}
		if strings.Join(at, " ") != "name id_number phone" {
			h.Error(at, err)
		}
	})
}

func TestLogins(t *testing.T) {
	each(t, func(h house) {
		person, _ := h.enter("Wu.Jianguo", good)
		for login, kind := range map[string]fault.Kind{"wu.jianguo": fault.Conflict, "WU.JIANGUO": fault.Conflict, "w": fault.Invalid,
			"": fault.Invalid, "wu jianguo": fault.Invalid, "吴建国": fault.Conflict} {
			err := h.do(func(tx *db.Tx) error {
				_, err := h.AddAccount(tx, account.NewAccount{Person: person, Login: login, PasswordHash: "x"})
				return err
			})
			if !fault.Is(err, kind) {
				h.Errorf("%q: %v", login, err)
			}
		}
		h.in("  WU.jianguo ")
	})
}

func TestPostsDecideWhoSomebodyActsAs(t *testing.T) {
	each(t, func(h house) {
		committee := ident.NewMaker(rand.Reader).New(fengze, dbtest.Friday)
		h.enter("wu", good, account.Post{Role: actor.Mediator, Committee: committee}, station,
			account.Post{Role: actor.Chair, Committee: committee, From: "2026-03-09"},
			account.Post{Role: actor.BureauSupervisor, Area: "350503000000", From: "2026-01-01", Until: "2026-03-07"})
		s := h.in("wu")
		if a := s.Actor; !a.Holds(actor.Mediator) || !a.Holds(actor.StationOfficer) || a.Holds(actor.Chair) || !a.Holds(actor.BureauSupervisor) {
			h.Errorf("%+v", a)
		}
		if a := s.Actor; a.Posts[1].Committee != committee || a.Posts[2].Area != station.Area || a.Name != "吴建国" {
			h.Errorf("%+v", a)
		}
		h.clock.Set(time.Date(2026, 3, 6, 15, 45, 0, 0, time.UTC)) // a quarter to midnight in Shanghai
		s = h.in("wu")
		h.clock.Move(20 * time.Minute)
		a, err := h.Authenticate(h.Context(), s.Token)
		h.must(err)
		if a.Holds(actor.BureauSupervisor) {
			h.Error("a post outlived its last day within a session")
		}
	})
}

func TestPostsThatMakeNoSense(t *testing.T) {
	each(t, func(h house) {
		person, _ := h.enter("wu", good, station)
		id := ident.NewMaker(rand.Reader).New(fengze, dbtest.Friday)
		for name, p := range map[string]account.Post{
			"unknown role":         {Role: "emperor", Area: "350503000000"},
			"a party is no post":   {Role: actor.Applicant, Area: "350503000000"},
			"mediator of nothing":  {Role: actor.Mediator},
			"mediator of a place":  {Role: actor.Mediator, Committee: id, Area: "350503000000"},
			"station of committee": {Role: actor.StationOfficer, Area: "350503001000", Committee: id},
			"no area":              {Role: actor.StationOfficer, Area: "3505"},
			"ends before it began": {Role: actor.StationOfficer, Area: "350503002000", From: "2026-03-06", Until: "2026-03-06"},
			"held already":         station,
			"nobody":               {Role: actor.StationOfficer, Area: "350503002000", Person: id},
		} {
			if p.Person.IsZero() {
				p.Person = person
			}
			if err := h.do(func(tx *db.Tx) error { _, err := h.GivePost(tx, p); return err }); err == nil {
				h.Error(name)
			}
		}
	})
}

func TestChangesEndSessionsAtOnce(t *testing.T) {
	each(t, func(h house) {
		person, acc := h.enter("wu", good, station)
		changes := map[string]func(tx *db.Tx) error{
			"a post given": func(tx *db.Tx) error {
				_, err := h.GivePost(tx, account.Post{Person: person, Role: actor.AdminAudit, Area: "350500000000"})
				return err
			},
			"a password reset": func(tx *db.Tx) error {
				hash, _ := h.Hash(h.Context(), good, "wu")
				return h.SetPassword(tx, acc, hash, false)
			},
			"sessions ended": func(tx *db.Tx) error { return h.EndSessions(tx, person) },
			"a post ended": func(tx *db.Tx) error {
				posts, err := h.PostsOf(tx, person)
				if err != nil {
					return err
				}
				i := slices.IndexFunc(posts, func(p account.Post) bool { return p.Role == actor.StationOfficer })
				return h.EndPost(tx, posts[i].ID, "2026-03-06")
			},
		}
		for name, change := range changes {
			h.clock.Move(2 * time.Minute)
			one, two := h.in("wu").Token, h.in("wu").Token
			h.must(h.do(change))
			if !h.ended(one) || !h.ended(two) {
				h.Error(name, "left a session open")
			}
		}
		if h.in("wu").Actor.Holds(actor.StationOfficer) {
			h.Error("the post is still held")
		}
		token := h.in("wu").Token
		h.must(h.do(func(tx *db.Tx) error { return h.SetState(tx, acc, account.Disabled) }))
		if _, err := h.signIn("wu", good); !h.ended(token) || !fault.Is(err, fault.Unauthenticated) {
			h.Error("a disabled account is still in:", err)
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	each(t, func(h house) {
		h.enter("wu", good, station)
		h.enter("lin", good)
		wu, lin := h.in("wu"), h.in("lin")
		if got := wu.EndsAt.Sub(dbtest.Friday); got != 12*time.Hour {
			h.Error(got)
		}
		h.clock.Move(29 * time.Minute)
		if h.ended(wu.Token) {
			h.Error("ended while in use")
		}
		h.clock.Move(29 * time.Minute)
		if h.ended(wu.Token) {
			h.Error("use did not prolong it")
		}
		h.clock.Move(30 * time.Minute)
		if !h.ended(wu.Token) || h.ended(lin.Token) {
			h.Error("30 minutes of idleness end staff's session, not a resident's")
		}
		wu = h.in("wu")
		for range 36 {
			h.clock.Move(20 * time.Minute)
			h.ended(wu.Token)
		}
		if !h.ended(wu.Token) {
			h.Error("12 hours are the most")
		}
		token := h.in("wu").Token
		h.must(h.SignOut(h.Context(), token))
		h.must(h.SignOut(h.Context(), token))
		if !h.ended(token) {
			h.Error("signed out and still in")
		}
		h.must(h.do(h.Forget))
	})
}

func TestTokensThatNobodyWasGiven(t *testing.T) {
	each(t, func(h house) {
		h.enter("wu", good, station)
		token := h.in("wu").Token
		if len(token) != 43 || h.in("wu").Token == token {
			h.Error("a new token each time, of 16 bytes of id and 16 of chance:", token)
		}
		for i := range token {
			bent := []byte(token)
			bent[i] = map[bool]byte{true: 'B', false: 'A'}[bent[i] == 'A']
			if !h.ended(string(bent)) {
				h.Error("a bent token lets in:", i)
			}
		}
		for _, bad := range []string{"", "x", token + "A", token[:42], strings.Repeat("A", 43), strings.Repeat("A", 100_000)} {
			if !h.ended(bad) {
				h.Errorf("%.50q lets in", bad)
			}
		}
		h.noneInTheDatabase(token, token[22:])
		if strings.Contains(h.log.String(), token[:20]) || strings.Contains(h.log.String(), "吴") {
			h.Error(h.log)
		}
	})
}

func TestAPartysSessionReachesOneCase(t *testing.T) {
	each(t, func(h house) {
		maker := ident.NewMaker(rand.Reader)
		caseID, partyID, other := maker.New(fengze, dbtest.Friday), maker.New(fengze, dbtest.Friday), maker.New(fengze, dbtest.Friday)
		var s, o account.Session
		h.must(h.do(func(tx *db.Tx) (err error) {
			if s, err = h.OpenPartySession(tx, caseID, partyID, actor.Respondent); err != nil {
				return err
			}
			o, err = h.OpenPartySession(tx, caseID, other, actor.Applicant)
			return err
		}))
		a, err := h.Authenticate(h.Context(), s.Token)
		h.must(err)
		if a.Case != caseID || a.Party != partyID || a.Part != actor.Respondent || !a.Person.IsZero() || a.IsStaff() {
			h.Errorf("%+v", a)
		}
		h.must(h.do(func(tx *db.Tx) error { return h.EndPartySessions(tx, caseID, partyID) }))
		if !h.ended(s.Token) || h.ended(o.Token) {
			h.Error("the party's session should have ended, the other's not")
		}
	})
}

func TestTheFirstAdministratorComesInOnce(t *testing.T) {
	each(t, func(h house) {
		token, err := h.InviteFirst(h.Context())
		h.must(err)
		in := account.FirstAdmin{Name: "黄志远", Login: "huang", Password: good, Area: "350500000000"}
		if _, err := h.EnterFirst(h.Context(), "wrong", in); !fault.Is(err, fault.Missing) {
			h.Error(err)
		}
		if _, err := h.EnterFirst(h.Context(), token, account.FirstAdmin{Password: "short", Area: "350000000000"}); len(fault.Of(err).Fields) != 4 {
			h.Error(err)
		}
		h.clock.Move(25 * time.Hour)
		if _, err := h.EnterFirst(h.Context(), token, in); !fault.Is(err, fault.Missing) {
			h.Error("an old link still works:", err)
		}
		token, err = h.InviteFirst(h.Context())
		h.must(err)
		s, err := h.EnterFirst(h.Context(), token, in)
		h.must(err)
		if a, err := h.Authenticate(h.Context(), s.Token); err != nil || !a.Holds(actor.AdminSystem) || !a.Holds(actor.AdminSecurity) {
			h.Error(a, err)
		}
		if _, err := h.EnterFirst(h.Context(), token, in); !fault.Is(err, fault.Missing) {
			h.Error("the link works twice:", err)
		}
		if again, err := h.InviteFirst(h.Context()); again != "" || err != nil {
			h.Error("there is an administrator already", err)
		}
	})
}

func TestBulk(t *testing.T) {
	each(t, func(h house) {
		const n = 1201
		people, accounts, posts := make([]account.Person, n), make([]account.NewAccount, n), make([]account.Post, n)
		hash, err := h.Hash(h.Context(), good, "")
		h.must(err)
		h.must(h.do(func(tx *db.Tx) error {
			for i := range people {
				people[i] = account.Person{Name: "李"}
			}
			ids, err := h.AddPersons(tx, people)
			if err != nil {
				return err
			}
			for i, id := range ids {
				accounts[i] = account.NewAccount{Person: id, Login: "u" + id.String(), PasswordHash: hash}
				posts[i] = account.Post{Person: id, Role: actor.StationOfficer, Area: "350503001000"}
			}
			if _, err := h.AddAccounts(tx, accounts); err != nil {
				return err
			}
			_, err = h.GivePosts(tx, posts)
			return err
		}))
		if s := h.in(accounts[n-1].Login); !s.Actor.Holds(actor.StationOfficer) {
			h.Errorf("%+v", s)
		}
		posts[1].Role = "emperor"
		if err := h.do(func(tx *db.Tx) error { _, err := h.GivePosts(tx, posts); return err }); err == nil {
			h.Error("an unknown role came in with the crowd")
		}
	})
}

func TestHashingWaitsInLine(t *testing.T) {
	each(t, func(h house) {
		ctx, cancel := context.WithTimeout(h.Context(), 20*time.Millisecond)
		defer cancel()
		var wg sync.WaitGroup
		var busy int
		var mu sync.Mutex
		for range 40 {
			wg.Go(func() {
				if _, err := h.Hash(ctx, good, ""); fault.Is(err, fault.Unavailable) {
					mu.Lock()
					busy++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if busy == 0 {
			h.Error("forty passwords were hashed at once")
		}
	})
}
