package demo

import (
	"context"
	"math/rand/v2"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// Login is one way into the demo.
type Login struct {
	Login string
	Name  string
	What  string // in Chinese, for the console and the sign-in page
	role  actor.Role
	area  ident.Area
}

// Logins are all there are; every one has the demo's password.
var Logins = []Login{
	{"resident", "林秀英", "居民（申请人）", "", HomeArea},
	{"mediator", "", "调解员（东湖街道少林社区）", actor.Mediator, HomeArea},
	{"chair", "", "主任（东湖街道少林社区）", actor.Chair, HomeArea},
	{"station", "郑海峰", "司法所（东湖街道）", actor.StationOfficer, "350503001000"},
	{"county", "苏惠敏", "丰泽区司法局", actor.BureauSupervisor, "350503000000"},
	{"supervisor", "庄景山", "泉州市司法局", actor.BureauSupervisor, "350500000000"},
	{"housing", "柯永福", "泉州市住建局", actor.HousingViewer, "350500000000"},
	{"referrer", "傅文彬", "丰泽区人民法院立案庭", actor.Referrer, "350503000000"},
	{"admin", "戴明辉", "系统管理员", actor.AdminSystem, "350500000000"},
	{"security", "赖雅芳", "安全管理员", actor.AdminSecurity, "350500000000"},
	{"audit", "何清源", "审计管理员", actor.AdminAudit, "350500000000"},
}

func (l *loader) logins(ctx context.Context) error {
	l.Clock.Set(l.Today.AddDate(-1, 0, 0))
	chance := rand.New(Chance(l.Seed, "logins"))
	for _, login := range Logins {
		hash, err := l.Accounts.Hash(ctx, l.Password, login.Login)
		if err != nil {
			return err
		}
		if err := l.Store.Do(ctx, actor.System, login.area.County(), func(tx *db.Tx) error { return l.login(tx, chance, login, hash) }); err != nil {
			return err
		}
	}
	return nil
}

// login enters one person with their account and post. The mediator and the chair are people of the home committee.
func (l *loader) login(tx *db.Tx, chance *rand.Rand, login Login, hash string) error {
	by := actor.Actor{Name: login.Name}
	switch login.role {
	case actor.Chair:
		by = l.home.chair()
	case actor.Mediator:
		by = l.home.as(l.home.people[1])
	default:
		id, err := l.Accounts.AddPerson(tx, account.Person{Name: login.Name, Phone: staffPhone(chance), Ethnicity: "01"})
		if err != nil {
			return err
		}
		by.Person = id
		if login.role != "" {
			by.Posts = []actor.Post{{Role: login.role, Area: login.area}}
		}
	}
	if _, err := l.Accounts.AddAccount(tx, account.NewAccount{Person: by.Person, Login: login.Login, PasswordHash: hash}); err != nil {
		return err
	}
	for _, p := range by.Posts {
		if _, err := l.Accounts.GivePost(tx, account.Post{Person: by.Person, Role: p.Role, Committee: p.Committee, Area: p.Area}); err != nil {
			return err
		}
	}
	l.people[login.Login] = by
	return nil
}

// SetPasswords gives all logins the password of this start.
func SetPasswords(ctx context.Context, store *db.Store, accounts *account.Service, password string) error {
	for _, login := range Logins {
		hash, err := accounts.Hash(ctx, password, login.Login)
		if err != nil {
			return err
		}
		err = store.Do(ctx, actor.System, login.area.County(), func(tx *db.Tx) error {
			id, _, err := accounts.FindLogin(tx, login.Login)
			if err != nil {
				return err
			}
			return accounts.SetPassword(tx, id, hash, false)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
