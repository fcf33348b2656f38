package app

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/anomaly"
	"fengqiao/internal/appointment"
	"fengqiao/internal/bureau"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/conduct"
	"fengqiao/internal/counter"
	"fengqiao/internal/db"
	"fengqiao/internal/desk"
	"fengqiao/internal/disposal"
	"fengqiao/internal/duty"
	"fengqiao/internal/enrolment"
	"fengqiao/internal/exchange"
	"fengqiao/internal/fault"
	"fengqiao/internal/fieldwork"
	"fengqiao/internal/files"
	"fengqiao/internal/filing"
	"fengqiao/internal/grade"
	"fengqiao/internal/holding"
	"fengqiao/internal/hotspot"
	"fengqiao/internal/housing"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/ledger"
	"fengqiao/internal/notify"
	"fengqiao/internal/opinion"
	"fengqiao/internal/page"
	"fengqiao/internal/paper"
	"fengqiao/internal/payment"
	"fengqiao/internal/privacy"
	"fengqiao/internal/property"
	"fengqiao/internal/reads"
	"fengqiao/internal/referrer"
	"fengqiao/internal/registry"
	"fengqiao/internal/report"
	"fengqiao/internal/retention"
	"fengqiao/internal/returns"
	"fengqiao/internal/review"
	"fengqiao/internal/rollup"
	"fengqiao/internal/scheme"
	"fengqiao/internal/seal"
	"fengqiao/internal/search"
	"fengqiao/internal/spot"
	"fengqiao/internal/sso"
	"fengqiao/internal/subsidy"
	"fengqiao/internal/training"
	"fengqiao/internal/turn"
	"fengqiao/internal/workshop"
	pages "fengqiao/web"
)

// rooms are the services of the house.
type rooms struct {
	Accounts  *account.Service
	Single    *sso.Service
	Posts     *appointment.Service
	Registry  *registry.Service
	Bureau    *bureau.Service
	Enrolment *enrolment.Service
	Files     *files.Files
	Cases     *casework.Service
	Counter   *counter.Service
	Spots     *spot.Service
	Filing    *filing.Service
	Holding   *holding.Service
	Desk      *desk.Service
	Ledger    *ledger.Service
	Exchange  *exchange.Service
	Duty      *duty.Service
	Reports   *report.Service
	Returns   *returns.Service
	Rollup    *rollup.Service
	Seals     *seal.Service
	Reads     *reads.Service
	Turning   *turn.Keeper
	Retention *retention.Service
	Disposal  *disposal.Service
	Field     *fieldwork.Service
	Conduct   *conduct.Service
	Privacy   *privacy.Service
	Opinion   *opinion.Service
	Workshop  *workshop.Service
	Papers    *paper.Service
	Relay     *notify.Relay
	sent      *notify.Recent // a demo's messages; nil elsewhere
	Flags     *anomaly.Service
	Reviews   *review.Service
	Referrer  *referrer.Service
	HotSpots  *hotspot.Service
	Housing   *housing.Service
	Training  *training.Service
	Grades    *grade.Service
	Schemes   *scheme.Service
	Subsidy   *subsidy.Service
	Payments  *payment.Service
}

// furnishPeople makes the rooms of people, their ways in and the register.
func (a *App) furnishPeople() {
	a.Accounts = account.New(account.Options{Store: a.Store, Vault: a.Vault, Random: a.Random, Log: a.Log, Factor: !a.Demo && a.SecondFactor != FactorOffered, Single: a.singleName()})
	a.Single = sso.New(sso.Options{Provider: a.SingleSignOn, Accounts: a.Accounts, Vault: a.Vault, Now: a.Store.Now, Log: a.Log})
	a.Posts = appointment.New(appointment.Options{Store: a.Store, Accounts: a.Accounts, Policy: a.Policy})
	a.Registry = registry.NewService(registry.Options{Store: a.Store, Vault: a.Vault, AddPerson: a.addPerson, Left: a.Posts.Left,
		OpenCases: casework.OpenCases, OpenOf: casework.OpenOf, TieDeclared: func(tx *db.Tx, t registry.Tie) error { return a.Cases.TieDeclared(tx, t) }})
}

// furnish makes the rooms and fills an empty database with what every installation needs.
func (a *App) furnish(ctx context.Context) error {
	a.furnishPeople()
	a.Files = files.New(a.Data, a.Vault)
	a.Bureau = bureau.New(bureau.Options{Store: a.Store, Files: a.Files, Registry: a.Registry})
	a.Enrolment = enrolment.New(enrolment.Options{Store: a.Store, Vault: a.Vault, Registry: a.Registry})
	if a.FilingBounds == (holding.Bounds{}) {
		a.FilingBounds = holding.Usual
	}
	a.Holding = &holding.Service{Store: a.Store, Vault: a.Vault, Files: a.Files, Bounds: a.FilingBounds, Random: a.Random, Texts: a.Demo || a.texts(), Log: a.Log, Name: a.Accounts.NameOf}
	a.Reads = &reads.Service{Store: a.Store, Accounts: a.Accounts, Policy: a.Policy, Log: a.Log}
	a.Cases = casework.New(casework.Parts{DB: a.Store, Policy: a.Policy, Journal: journal.New(a.Vault, a.Random), Vault: a.Vault, Caucus: a.Caucus, Signer: a.Signer, Files: a.Files,
		Random: a.Random, Held: held, PhoneIndex: a.Accounts.PhoneIndex, Knock: a.Accounts.Knock, Opened: a.Accounts.Opened, EndVisits: a.Accounts.EndPartySessions, CountCode: a.Accounts.CountCode, HoldPerson: a.Accounts.Hold, Queue: a.Holding.Queue(), Looked: a.Reads.Note})
	a.Holding.Cases, a.Reads.Cases = a.Cases, a.Cases
	a.Counter = counter.New(counter.Options{Cases: a.Cases, Store: a.Store,
		OpenSession: func(ctx context.Context, v casework.Visitor) (string, error) {
			token, _, err := a.welcome(ctx, v)
			return token, err
		}})
	a.Spots = spot.New(spot.Options{Store: a.Store, Policy: a.Policy, Random: a.Random})
	a.Filing = filing.New(filing.Options{Cases: a.Cases, Store: a.Store, Policy: a.Policy, Vault: a.Vault, Files: a.Files, Spots: a.Spots, Random: a.Random,
		Welcome: a.Counter.Welcome, Phone: a.phoneOf, Holding: a.Holding})
	a.Duty = duty.New(duty.Options{Cases: a.Cases, Store: a.Store, Policy: a.Policy})
	a.Training = training.New(training.Options{Store: a.Store, Policy: a.Policy, Journal: journal.New(a.Vault, a.Random)})
	a.Grades = grade.New(grade.Options{Store: a.Store, Policy: a.Policy, Journal: journal.New(a.Vault, a.Random)})
	a.Schemes = scheme.New(scheme.Options{Store: a.Store, Policy: a.Policy})
	a.Subsidy = subsidy.New(subsidy.Options{Store: a.Store, Policy: a.Policy, Journal: journal.New(a.Vault, a.Random), Held: anomaly.Held, Reviews: reviewed})
	a.Payments = payment.New(payment.Options{Store: a.Store, Vault: a.Vault, Policy: a.Policy, Journal: journal.New(a.Vault, a.Random), Claims: a.Subsidy})
	a.Flags = anomaly.New(anomaly.Options{Store: a.Store, Vault: a.Vault, Policy: a.Policy, Journal: journal.New(a.Vault, a.Random), Cases: a.Cases, Name: a.Accounts.NameOf})
	a.Reviews = review.New(review.Options{Store: a.Store, Vault: a.Vault, Policy: a.Policy, Journal: journal.New(a.Vault, a.Random), Cases: a.Cases, Accounts: a.Accounts, Random: a.Random, Looked: a.Reads.Note})
	a.Desk = desk.New(a.Cases, a.Store, a.Policy, a.Duty, a.Reviews, a.Holding)
	a.Ledger = ledger.New(ledger.Options{Cases: a.Cases, Store: a.Store, Policy: a.Policy})
	a.Exchange = exchange.New(exchange.Options{Store: a.Store, Vault: a.Vault, Policy: a.Policy, Cases: a.Cases, Ledger: a.Ledger, Actor: a.Accounts.ActorOf})
	a.Reports = report.New(report.Options{Store: a.Store, Upheld: a.upheld, Felt: a.felt})
	a.Returns = returns.New(a.Store)
	a.Referrer = referrer.New(a.Cases, a.Store)
	a.HotSpots = hotspot.New(a.Store)
	a.Housing = housing.New(a.Store)
	a.Rollup = rollup.New(a.Store, a.Log)
	a.Seals = seal.New(seal.Options{Store: a.Store, Signer: a.Signer, Journal: journal.New(a.Vault, a.Random), Folder: filepath.Join(a.Data, "seal-heads"), Log: a.Log})
	a.Retention = retention.New(retention.Options{Store: a.Store, Vault: a.Vault, Journal: journal.New(a.Vault, a.Random), Name: a.Accounts.NameOf})
	a.Disposal = disposal.New(disposal.Options{Store: a.Store, Vault: a.Vault, Journal: journal.New(a.Vault, a.Random), Cases: a.Cases, Files: a.Files, Log: a.Log})
	a.Field = fieldwork.New(fieldwork.Options{Store: a.Store, Vault: a.Vault, Policy: a.Policy, Cases: a.Cases})
	a.Conduct = conduct.New(conduct.Options{Store: a.Store, Vault: a.Vault, Policy: a.Policy, Journal: journal.New(a.Vault, a.Random), Cases: a.Cases})
	a.Privacy = privacy.New(privacy.Options{Store: a.Store, Vault: a.Vault, Policy: a.Policy, Journal: journal.New(a.Vault, a.Random), Cases: a.Cases})
	a.Opinion = opinion.New(opinion.Options{Store: a.Store, Vault: a.Vault, Policy: a.Policy, Cases: a.Cases, Random: a.Random})
	a.Workshop = workshop.New(workshop.Options{Store: a.Store, Vault: a.Vault, Policy: a.Policy, Cases: a.Cases})
	var err error
	if a.Papers, err = paper.New(paper.Options{Cases: a.Cases, FS: pages.FS, Round: a.screened, Drawn: a.Reviews.Enter, Looked: a.Reads.Note, Browser: paper.NewBrowser(a.Chromium)}); err != nil {
		return err
	}
	a.Relay = notify.New(notify.Options{Store: a.Store, Vault: a.Vault, Channel: a.channel(), Log: a.Log})
	if err := a.parseModels(); err != nil {
		return err
	}
	if a.Demo {
		if err := a.loadDemo(ctx); err != nil {
			return err
		}
	}
	return registry.LoadAreas(ctx, a.Store)
}

// parseModels reads what the rooms say of their tables, before the first request needs it.
func (a *App) parseModels() error {
	for _, models := range Models() {
		if err := a.Store.Parse(models...); err != nil {
			return err
		}
	}
	return nil
}

// channel carries messages as the operator set it: without a setting into a folder of the data folder. A demo remembers
// them for its page too, and sends nothing to anybody.
func (a *App) channel() notify.Channel {
	file := notify.NewFile(filepath.Join(a.Data, "messages"), a.Now, a.Log)
	if a.Demo {
		a.sent = notify.NewRecent(file, a.Now)
		return a.sent
	}
	sms, email, _ := a.senders() // looked at by check
	out := notify.Switch{SMS: file, Email: file}
	if sms != nil {
		out.SMS = sms
	}
	if email != nil {
		out.Email = email
	}
	return out
}

// toLog is the setting of a channel that sends nothing and says so in the log.
const toLog = "log"

// senders are the channels that the operator chose, nil for those that write to the folder.
func (o Options) senders() (sms, email notify.Channel, err error) {
	switch o.SMSGateway {
	case "":
	case toLog:
		sms = notify.NewLog(o.Log)
	default:
		inside, err := notify.Inside(o.GatewayInside)
		if err != nil {
			return nil, nil, unfit("--gateway-inside: %v", err)
		}
		if sms, err = notify.NewWeb(o.SMSGateway, inside...); err != nil {
			return nil, nil, unfit("--sms-gateway: %v, or log, or left out", err)
		}
	}
	switch o.SMTPURL {
	case "":
	case toLog:
		email = notify.NewLog(o.Log)
	default:
		if email, err = notify.NewMail(o.SMTPURL, o.MailFrom); err != nil {
			return nil, nil, unfit("--smtp-url, --mail-from: %v, or log, or left out", err)
		}
	}
	return sms, email, nil
}

// texts tells whether a gateway carries text messages to telephones: a log does not, and whether somebody carries what lies in a
// folder we cannot tell.
func (o Options) texts() bool { return o.SMSGateway != "" && o.SMSGateway != toLog }

// upheld counts complaints that were found right, as far as a reader may read them.
func (a *App) upheld(tx *db.Tx, by actor.Actor, of report.About) (int64, bool, error) {
	return a.Conduct.Upheld(tx, by, conduct.Asked{Area: of.Area, Committee: of.Committee, From: of.From, To: of.To})
}

// felt is how parties of an area said they were treated; of one committee nothing is told.
func (a *App) felt(tx *db.Tx, by actor.Actor, of report.About) (report.Felt, bool, error) {
	if !of.Committee.IsZero() {
		return report.Felt{}, false, nil
	}
	f, told, err := a.Opinion.Felt(tx, by, of.Area, of.From, of.To)
	return report.Felt{From: f.From, To: f.To, Fair: f.Fair.Agreed, Faired: f.Fair.Said, Again: f.Again.Agreed, Asked: f.Again.Said}, told, err
}

// reviewed gives what came of dossiers' reviews to whoever pays for cases.
func reviewed(tx *db.Tx, county ident.County, cases []ident.ID) (map[ident.ID]subsidy.Reviewed, error) {
	found, err := review.ResultOf(tx, county, cases)
	out := make(map[ident.ID]subsidy.Reviewed, len(found))
	for id, r := range found {
		out[id] = subsidy.Reviewed{Final: r.Final, Vetoed: r.Vetoed, Score: r.Score}
	}
	return out, err
}

// singleName is what the provider of single sign-on is called, where there is one.
func (a *App) singleName() fault.Text {
	switch {
	case a.SingleSignOn.Issuer == "":
		return fault.Text{}
	case a.SingleName == fault.Text{}:
		return fault.Say("统一身份认证", "single sign-on")
	}
	return a.SingleName
}

// Models are the rows of every room, for reading their shapes once and for comparing them with the schema.
func Models() [][]any {
	return [][]any{db.Rows, journal.Rows, files.Rows, account.Rows, registry.Rows, casework.Rows, search.Rows, duty.Rows, spot.Rows, filing.Rows, fieldwork.Rows, conduct.Rows, privacy.Rows, opinion.Rows, workshop.Rows, exchange.Rows, returns.Rows, rollup.Rows, bureau.Rows, enrolment.Rows, anomaly.Rows, review.Rows, training.Rows, grade.Rows, scheme.Rows, subsidy.Rows, payment.Rows, housing.Rows, seal.Rows, reads.Rows, turn.Rows, retention.Rows, disposal.Rows, holding.Rows}
}

// held tells whether a case waits for somebody to look into it.
func held(tx *db.Tx, id ident.ID) (bool, error) {
	by, err := anomaly.Held(tx, id.County(), []ident.ID{id})
	return len(by[id]) > 0, err
}

// welcome gives a party who came by reference and code a session for that case.
func (a *App) welcome(ctx context.Context, v casework.Visitor) (string, time.Time, error) {
	var opened account.Session
	err := a.Store.Do(ctx, actor.Actor{}, v.Case.County(), func(tx *db.Tx) (err error) {
		if err := a.Cases.StillIn(tx, v); err != nil {
			return err
		}
		if v.Helper.IsZero() {
			opened, err = a.Accounts.OpenPartySession(tx, v.Case, v.Party, v.Part)
		} else {
			opened, err = a.Accounts.OpenHelperSession(tx, v.Case, v.Party, v.Helper)
		}
		return err
	})
	return opened.Token, opened.EndsAt, err
}

// phoneOf lets a resident's own telephone be filled in for them.
func (a *App) phoneOf(tx *db.Tx, person ident.ID) (string, error) {
	p, err := a.Accounts.FindPerson(tx, person)
	return p.Phone, err
}

// screened reads for its papers the screening round that found a case, where whoever asks may read it.
func (a *App) screened(ctx context.Context, by actor.Actor, round, of ident.ID) (*paper.Screened, error) {
	g, err := a.Policy.Allow(by, fieldwork.SeeingRounds)
	if err == nil {
		var seen fieldwork.RoundSeen
		if seen, err = a.Field.Round(ctx, g, round); err == nil {
			out := &paper.Screened{On: seen.ScreenedOn, Kind: codes.Screenings.Name(seen.Kind, "zh-CN"), Persons: seen.Persons}
			for _, f := range seen.Found {
				if f.CaseID == of {
					out.Found = f.Text
				}
			}
			return out, nil
		}
	}
	if fault.Is(err, fault.Denied) || fault.Is(err, fault.Missing) || fault.Is(err, fault.Unauthenticated) {
		return nil, nil //nolint:nilnil // a blank to fill by hand
	}
	return nil, err
}

// addPerson lets the registry enter a new mediator as a person.
func (a *App) addPerson(tx *db.Tx, p registry.Person) (ident.ID, error) {
	return a.Accounts.AddPerson(tx, account.Person{Name: p.Name, IDNumber: p.IDNumber, Phone: p.Phone, Sex: p.Sex,
		Ethnicity: p.Ethnicity, Born: p.Born})
}

// mountRooms mounts what every room offers to programs and to people.
func (a *App) mountRooms() {
	a.mountRoutes()
	a.mountPages()
}

func (a *App) mountRoutes() {
	a.Accounts.Routes(a.API)
	a.Posts.Routes(a.API)
	a.Registry.Mount(a.API)
	a.Bureau.Routes(a.API)
	a.Enrolment.Routes(a.API)
	property.Routes(a.API)
	a.Cases.Routes(a.API, a.welcome)
	a.Ledger.Routes(a.API)
	a.Exchange.Routes(a.API)
	a.Duty.Routes(a.API)
	a.Training.Routes(a.API)
	a.Grades.Routes(a.API)
	a.Schemes.Routes(a.API)
	a.Subsidy.Routes(a.API)
	a.Payments.Routes(a.API)
	a.Flags.Routes(a.API)
	a.Retention.Routes(a.API)
	a.Disposal.Routes(a.API)
	a.Reviews.Routes(a.API)
	a.Reports.Routes(a.API)
	a.Returns.Routes(a.API)
	a.HotSpots.Routes(a.API)
	a.Housing.Routes(a.API)
	a.Field.Routes(a.API)
	a.Conduct.Routes(a.API)
	a.Privacy.Routes(a.API)
	a.Opinion.Routes(a.API)
	a.Workshop.Routes(a.API)
	a.Papers.Routes(a.API)
	a.Relay.Routes(a.API)
	a.Seals.Routes(a.API)
	a.Reads.Routes(a.API)
	a.Holding.Routes(a.API)
}

func (a *App) mountPages() {
	a.Accounts.Pages(a.Site)
	a.Posts.Pages(a.Site)
	a.Single.Pages(a.Site)
	a.Spots.Pages(a.Site)
	a.Filing.Pages(a.Site)
	a.Counter.Pages(a.Site)
	a.Desk.Pages(a.Site)
	a.Ledger.Pages(a.Site)
	a.Exchange.Pages(a.Site)
	a.Duty.Pages(a.Site)
	a.Training.Pages(a.Site)
	a.Grades.Pages(a.Site)
	a.Schemes.Pages(a.Site)
	a.Subsidy.Pages(a.Site)
	a.Payments.Pages(a.Site)
	a.Flags.Pages(a.Site)
	a.Retention.Pages(a.Site)
	a.Disposal.Pages(a.Site)
	a.Reviews.Pages(a.Site)
	a.Reports.Pages(a.Site)
	a.Returns.Pages(a.Site)
	a.Referrer.Pages(a.Site)
	a.HotSpots.Pages(a.Site)
	a.Housing.Pages(a.Site)
	a.Registry.Pages(a.Site)
	a.Bureau.Pages(a.Site)
	a.Enrolment.Pages(a.Site)
	a.Field.Pages(a.Site)
	a.Conduct.Pages(a.Site)
	a.Privacy.Pages(a.Site)
	a.Opinion.Pages(a.Site)
	a.Workshop.Pages(a.Site)
	a.Papers.Pages(a.Site)
	a.Relay.OperatorPages(a.Site)
	a.Seals.Pages(a.Site)
	a.Reads.Pages(a.Site)
	a.Holding.Pages(a.Site)
	if a.sent != nil {
		a.sent.Pages(a.Site)
	}
}

func holdsAny(by actor.Actor, roles ...actor.Role) bool { return slices.ContainsFunc(roles, by.Holds) }

// tab is a page of an entry of the menu, for whoever may see it.
type tab struct {
	path, zh, en string
	may          bool
}

// nav is the menu of a signed-in person: what their posts let them do, and what they take part in themselves. What belongs
// together stands under one entry, as tabs of its pages.
func nav(by actor.Actor, lang string) (out []page.Link) {
	entry := func(zh, en string, tabs ...tab) {
		tabs = slices.DeleteFunc(tabs, func(t tab) bool { return !t.may })
		if len(tabs) == 1 {
			zh, en = tabs[0].zh, tabs[0].en
		}
		for i, t := range tabs {
			if i == 0 {
				out = append(out, page.Link{Path: t.path, Text: fault.Text{ZH: zh, EN: en}.In(lang)})
			}
			if len(tabs) > 1 {
				out = append(out, page.Link{Path: t.path, Of: tabs[0].path, Text: fault.Text{ZH: t.zh, EN: t.en}.In(lang)})
			}
		}
	}
	switch by.Owes {
	case actor.OwesPassword:
		entry("", "", tab{account.Owed(by.Owes), "修改密码", "Change password", true})
		return out
	case actor.OwesFactor:
		entry("", "", tab{account.Owed(by.Owes), "动态验证码", "Second factor", true})
		return out
	}
	mediator, chair, station, bureau := by.Holds(actor.Mediator), by.Holds(actor.Chair), by.Holds(actor.StationOfficer), by.Holds(actor.BureauSupervisor)
	works, oversees, housing := mediator || chair, station || bureau, by.Holds(actor.HousingViewer)
	entry("", "", tab{"/desk", "我的工作", "My work", works || station})
	entry("", "", tab{"/desk/cases", "案件", "Cases", works || oversees})
	entry("", "", tab{"/referrals", "移送案件", "Referrals", by.Holds(actor.Referrer)})
	entry("统计", "Reports", tab{"/reports/housing", "物业纠纷", "Property disputes", housing && !oversees && !chair}, tab{"/reports", "概况", "Overview", chair || oversees}, tab{"/reports/funnel", "参与情况", "Engagement", chair || oversees || housing},
		tab{"/reports/hot-spots", "集中的小区", "Where disputes gather", oversees}, tab{"/reports/survival", "协议存续", "How agreements hold", chair || oversees}, tab{"/reports/yearly", "年度报告", "Year", chair || oversees},
		tab{"/reports/case-table", "案件统计表", "Case table", chair || oversees}, tab{"/reports/organisation-table", "组织队伍经费表", "Organisation table", oversees},
		tab{"/reports/returns", "已报送", "Handed in", oversees}, tab{"/reports/briefing", "议案答复", "Reply to a proposal", oversees}, tab{"/reports/opinion", "当事人意见", "Opinions", bureau})
	entry("调委会", "Committees", tab{"/registry", "调委会名册", "Committees", chair || oversees || housing}, tab{"/bureau", "调委会登记", "Register", bureau || by.Holds(actor.AdminSystem)})
	entry("排查与服务", "Screening and services", tab{"/fieldwork/screening-rounds", "排查预防", "Screening", works || oversees}, tab{"/fieldwork/presence-services", "五在场", "Five presences", oversees})
	entry("核实与评查", "Looking into", tab{"/anomalies", "核实提示", "To look into", oversees}, tab{"/review", "卷宗评查", "Dossier review", bureau}, tab{"/review/mine", "卷宗评查", "Dossier review", station && !bureau},
		tab{"/retention", "保管期限", "Keeping of dossiers", bureau}, tab{"/disposals", "卷宗销毁", "Destroying dossiers", bureau})
	entry("培训与补贴", "Training and subsidy", tab{"/subsidy/claims", "补贴", "Subsidy", oversees}, tab{"/training/courses", "培训", "Training", oversees})
	entry("补贴与等级", "Subsidy and grade", tab{"/subsidy/mine", "我的补贴", "My subsidy", works}, tab{"/subsidy/claims", "补贴申报", "Claims", chair && !oversees}, tab{"/training/mine", "我的等级", "My grade", works},
		tab{"/training/mediators", "学时与等级", "Hours and grades", chair && !oversees}, tab{"/review/mine", "卷宗评查", "Dossier review", works && !oversees})
	entry("", "", tab{"/complaints", "投诉", "Complaints", chair || oversees})
	entry("", "", tab{"/data-requests", "个人信息", "Personal data", chair || bureau})
	entry("", "", tab{"/registry/settings", "参数", "Settings", by.Holds(actor.AdminSystem)})
	entry("", "", tab{"/messages/given-up", "未发消息", "Messages given up", by.Holds(actor.AdminSystem)})
	entry("", "", tab{"/reads", "查阅记录", "Who looked", by.Holds(actor.AdminAudit)})
	security := by.Holds(actor.AdminSecurity)
	entry("账号", "Accounts", tab{"/accounts", "账号", "Accounts", security}, tab{"/account-events", "登录记录", "Sign-ins", security || by.Holds(actor.AdminAudit)})
	entry("", "", tab{"/seals", "记录日摘要", "Digests", by.Holds(actor.AdminAudit) || bureau})
	entry("", "", tab{"/mine", "我的事", "My cases", !by.IsStaff()})
	entry("", "", tab{"/file", "申请调解", "Ask for mediation", !by.IsStaff()})
	return out
}

// home is where "/" leads a signed-in person.
func home(by actor.Actor) string {
	switch {
	case by.Owes != "":
		return account.Owed(by.Owes)
	case holdsAny(by, actor.Mediator, actor.Chair, actor.StationOfficer):
		return "/desk"
	case by.Holds(actor.BureauSupervisor):
		return "/reports"
	case by.Holds(actor.HousingViewer):
		return "/reports/housing"
	case by.Holds(actor.Referrer):
		return "/referrals"
	case !by.IsStaff():
		return "/mine"
	}
	return ""
}

// door is where somebody enters: a party whose visit has ended comes again by reference and code.
func door(path string) string {
	if strings.HasPrefix(path, "/mine/") {
		return "/follow"
	}
	return ""
}

func web() fs.FS { return pages.FS }
