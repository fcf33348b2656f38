package rollup

import (
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// agreement is an agreement that took effect in a month, with what is known of how it was kept.
type agreement struct {
	ID          ident.ID
	EffectiveAt time.Time
	Category    string
	Difficulty  int
	Form        string
	helped      bool
	promises    []promise
	visited     calendar.Day // last
	sued        calendar.Day // first
	atCourt     calendar.Day // the last day on which a court did something
	confirmed   bool
	parties     []party
	returns     []comingBack
}

type promise struct {
	CaseID      ident.ID
	DueOn       calendar.Day
	State       string
	StateOn     calendar.Day
	ConfirmedBy string
}

// party is how a party is known again: by identity number, or by telephone and name.
type party struct {
	CaseID        ident.ID
	ID            ident.ID
	IDNumberIndex string
	PhoneIndex    string
	NameKey       string
	RegisteredAt  time.Time
	Category      string
}

func (p party) is(o party) bool {
	return p.IDNumberIndex != "" && p.IDNumberIndex == o.IDNumberIndex || p.PhoneIndex != "" && p.PhoneIndex == o.PhoneIndex && p.NameKey == o.NameKey
}

// comingBack is another case in which two parties of an agreement met again.
type comingBack struct {
	Case     ident.ID
	At       time.Time
	Category string
}

// effective narrows to cases c whose agreement took effect in the month.
func (m adding) effective(q *gorm.DB) *gorm.DB {
	return q.Where("c.county_code = ? AND c.effective_at >= ? AND c.effective_at < ?", m.county, m.month.Start(), m.next.Start())
}

func (m adding) from(table string) *gorm.DB { return m.effective(m.tx.Rows().Table(table)) }

// agreements reads the agreements of the month with all that their lives and returns are told from, each kind of rows once. One that takes
// effect meanwhile has rows and was not read itself: its act left a mark, and it is counted when the month is added up for that.
func (m adding) agreements() (map[ident.ID]*agreement, error) {
	var heads []*agreement
	err := m.from("dispute_cases AS c JOIN agreements a ON a.county_code = c.county_code AND a.id = c.agreement_id").
		Select("c.id, c.effective_at, c.category, c.difficulty, a.form").Scan(&heads).Error
	out := make(map[ident.ID]*agreement, len(heads))
	for _, a := range heads {
		out[a.ID] = a
	}
	if err != nil || len(heads) == 0 {
		return out, err
	}
	var promises []promise
	if err := m.from("dispute_cases AS c " + InForce).Select("o.case_id, o.due_on, o.state, o.state_on, o.confirmed_by").Scan(&promises).Error; err != nil {
		return nil, err
	}
	for _, p := range promises {
		if a := out[p.CaseID]; a != nil {
			a.promises = append(a.promises, p)
		}
	}
	if err := m.visits(out); err != nil {
		return nil, err
	}
	if err := m.courts(out); err != nil {
		return nil, err
	}
	var helped []ident.ID
	if err := m.from("dispute_cases AS c").Where(casework.WhereHelped).Pluck("c.id", &helped).Error; err != nil {
		return nil, err
	}
	for _, id := range helped {
		if a := out[id]; a != nil {
			a.helped = true
		}
	}
	return out, m.comeBacks(out)
}

func (m adding) visits(of map[ident.ID]*agreement) error {
	var rows []struct {
		CaseID ident.ID
		Last   calendar.Day
	}
	err := m.from("dispute_cases AS c JOIN follow_ups f ON f.county_code = c.county_code AND f.case_id = c.id").
		Select("f.case_id, MAX(f.visited_on) AS last").Group("f.case_id").Scan(&rows).Error
	for _, r := range rows {
		if a := of[r.CaseID]; a != nil {
			a.visited = r.Last
		}
	}
	return err
}

func (m adding) courts(of map[ident.ID]*agreement) error {
	var rows []struct {
		CaseID    ident.ID
		Kind      string
		FiledOn   calendar.Day
		DecidedOn calendar.Day
		Result    string
	}
	err := m.from("dispute_cases AS c JOIN court_matters k ON k.county_code = c.county_code AND k.case_id = c.id AND k.agreement_id = c.agreement_id").
		Select("k.case_id, k.kind, k.filed_on, k.decided_on, k.result").Scan(&rows).Error
	for _, r := range rows {
		a := of[r.CaseID]
		if a == nil {
			continue
		}
		a.atCourt = max(a.atCourt, r.FiledOn, r.DecidedOn)
		if r.Kind == casework.Suing && (a.sued == "" || r.FiledOn < a.sued) {
			a.sued = r.FiledOn
		}
		a.confirmed = a.confirmed || r.Kind == casework.Confirming && r.Result == "confirmed"
	}
	return err
}

const atOnce = 5000 // values a statement takes

// comeBacks finds the cases in which two parties of an agreement met again after it took effect.
func (m adding) comeBacks(of map[ident.ID]*agreement) error {
	const columns = "p.case_id, p.id, p.id_number_index, p.phone_index, p.name_key, c.registered_at, c.category"
	var mine []party
	err := m.from("dispute_cases AS c JOIN case_parties p ON p.county_code = c.county_code AND p.case_id = c.id AND p.removed_at IS NULL").Select(columns).Scan(&mine).Error
	if err != nil {
		return err
	}
	known := map[string]map[string]bool{"id_number_index": {}, "phone_index": {}}
	for _, p := range mine {
		a := of[p.CaseID]
		if a == nil {
			continue
		}
		a.parties = append(a.parties, p)
		for column, value := range map[string]string{"id_number_index": p.IDNumberIndex, "phone_index": p.PhoneIndex} {
			if value != "" {
				known[column][value] = true
			}
		}
	}
	others := map[string][]party{} // by what they are known by
	for column, values := range known {
		all := make([]string, 0, len(values))
		for v := range values {
			all = append(all, v)
		}
		for chunk := range slices.Chunk(all, atOnce) {
			var rows []party
			err := m.tx.Rows().Table("case_parties AS p JOIN dispute_cases c ON c.county_code = p.county_code AND c.id = p.case_id").
				Where("p.county_code = ? AND p.removed_at IS NULL AND p."+column+" <> '' AND p."+column+" IN ? AND c.registered_at > ?", m.county, chunk, m.month.Start()).Select(columns).Scan(&rows).Error
			if err != nil {
				return err
			}
			for _, r := range rows {
				key := column + map[string]string{"id_number_index": r.IDNumberIndex, "phone_index": r.PhoneIndex}[column]
				others[key] = append(others[key], r)
			}
		}
	}
	for _, a := range of {
		a.returns = a.meetings(others)
	}
	return m.keptReturns(of)
}

// meetings are the other cases, registered after the agreement took effect, in which two of its parties are parties, first first.
func (a *agreement) meetings(others map[string][]party) (out []comingBack) {
	there := map[ident.ID]map[int]bool{} // by case: which of mine
	about := map[ident.ID]party{}
	for i, p := range a.parties {
		for _, o := range slices.Concat(others["id_number_index"+p.IDNumberIndex], others["phone_index"+p.PhoneIndex]) {
			if o.CaseID == a.ID || !p.is(o) || !o.RegisteredAt.After(a.EffectiveAt) {
				continue
			}
			if there[o.CaseID] == nil {
				there[o.CaseID] = map[int]bool{}
			}
			there[o.CaseID][i], about[o.CaseID] = true, o
		}
	}
	for id, mine := range there {
		if len(mine) > 1 {
			out = append(out, comingBack{id, about[id].RegisteredAt, about[id].Category})
		}
	}
	inOrder(out)
	return out
}

// inOrder sorts meetings by when they were, the first first.
func inOrder(all []comingBack) {
	slices.SortFunc(all, func(x, y comingBack) int {
		if c := x.At.Compare(y.At); c != 0 {
			return c
		}
		return strings.Compare(x.Case.String(), y.Case.String())
	})
}

// graceful is how long after its day a promise may still be kept before the agreement counts as broken; survival handbook.
const graceful = 15

// Life is how long the agreement has held: days from its effect to what broke it, or to the last day on which something was known.
func (a *agreement) life(today calendar.Day) (days int, ended bool) {
	began := calendar.DayOf(a.EffectiveAt)
	broke, known := calendar.Day(""), max(began, a.visited, a.atCourt)
	breaks := func(d calendar.Day) {
		if d = max(d, began); d <= today && (broke == "" || d < broke) {
			broke = d
		}
	}
	for _, p := range a.promises {
		known = max(known, p.StateOn)
		if (p.State == "unperformed" || p.State == "partly") && p.ConfirmedBy != "" && p.DueOn != "" {
			breaks(max(p.DueOn.Plus(graceful), p.StateOn))
		}
	}
	if a.sued != "" {
		breaks(a.sued)
	}
	for _, r := range a.returns {
		if r.Category == a.Category {
			breaks(calendar.DayOf(r.At))
		}
	}
	if broke != "" {
		return broke.Since(began), true
	}
	return min(known, today).Since(began), false
}

type agreementLife struct {
	CountyCode ident.County `gorm:"column:county_code"`
	CaseID     ident.ID     `gorm:"column:case_id"`
	Month      calendar.Day `gorm:"column:month"`
	Days       int          `gorm:"column:days"`
	Ended      int          `gorm:"column:ended"`
}

func (agreementLife) TableName() string { return "agreement_lives" }

type lifeMonth struct {
	CountyCode ident.County `gorm:"column:county_code"`
	Month      calendar.Day `gorm:"column:month"`
	Dim        string       `gorm:"column:dim"`
	Code       string       `gorm:"column:code"`
	Weeks      int          `gorm:"column:weeks"`
	Ended      int          `gorm:"column:ended"`
	N          int64        `gorm:"column:n"`
}

func (lifeMonth) TableName() string { return "life_months" }

type caseReturn struct {
	CountyCode ident.County `gorm:"column:county_code"`
	CaseID     ident.ID     `gorm:"column:case_id"`
	Month      calendar.Day `gorm:"column:month"`
	ReturnedID ident.ID     `gorm:"column:returned_id"`
}

func (caseReturn) TableName() string { return "case_returns" }

type returnMonth struct {
	CountyCode ident.County `gorm:"column:county_code"`
	Month      calendar.Day `gorm:"column:month"`
	N          int64        `gorm:"column:n"`
	Returned   int64        `gorm:"column:returned"`
}

func (returnMonth) TableName() string { return "return_months" }

// lives writes how long the month's agreements have held, one by one and added up by weeks; and which pairs came back, once the
// month is so long over that none can come back within twelve months any more.
func (m adding) lives() error {
	all, err := m.agreements()
	if err != nil {
		return err
	}
	today := calendar.DayOf(m.tx.Now)
	lives := make([]agreementLife, 0, len(all))
	weeks := map[lifeMonth]int64{}
	var back []caseReturn
	for _, a := range all {
		days, ended := a.life(today)
		lives = append(lives, agreementLife{m.county, a.ID, m.month, days, number(ended)})
		for dim, code := range map[string]string{InAll: "", ByForm: a.Form, ByConfirmed: yesOrNo(a.confirmed), ByCategory: a.Category, ByComplex: yesOrNo(a.Difficulty >= 3), ByHelped: yesOrNo(a.helped)} {
			weeks[lifeMonth{m.county, m.month, dim, code, (days + 6) / 7, number(ended), 0}]++
		}
		if len(a.returns) > 0 && calendar.DayOf(a.returns[0].At) <= calendar.DayOf(a.EffectiveAt).PlusMonths(12) {
			back = append(back, caseReturn{m.county, a.ID, m.month, a.returns[0].Case})
		}
	}
	byWeek := make([]lifeMonth, 0, len(weeks))
	for w, n := range weeks {
		w.N = n
		byWeek = append(byWeek, w)
	}
	if err := db.Load(m.tx, lives); err != nil {
		return err
	}
	if err := db.Load(m.tx, byWeek); err != nil {
		return err
	}
	if m.month.PlusMonths(whole) > today {
		return nil
	}
	if err := db.Load(m.tx, back); err != nil {
		return err
	}
	return db.Load(m.tx, []returnMonth{{m.county, m.month, int64(len(all)), int64(len(back))}})
}
