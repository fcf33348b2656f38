package fieldwork

import (
	"context"
	"errors"
	"strconv"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

const longest = 24 * 60 // minutes: a service is of one day

// Filter narrows the list of services. Empty fields narrow nothing.
type Filter struct {
	Area     ident.Area
	Kind     Kind
	From, To calendar.Day // served in these days, both in
	After    Position
	Limit    int // 1 to 100; 20 otherwise
}

// Position is a place in a list that begins with the latest day: the row after which a page begins.
type Position struct {
	On calendar.Day `json:"on"`
	ID ident.ID     `json:"id"`
}

// String is the position as it stands in the address of a page; "" for the beginning.
func (p Position) String() string {
	if p.ID.IsZero() {
		return ""
	}
	return string(p.On) + "." + p.ID.String()
}

func (f Filter) check() error {
	var c fault.Check
	if f.Area != "" && !ident.ValidArea(f.Area) {
		c.Add("area", "没有这个地区，请重新选择。", "There is no such area; please choose again.")
	}
	if f.Kind != 0 {
		c.Take("kind", f.Kind.check())
	}
	if !f.From.IsZero() && !f.To.IsZero() && f.To.Before(f.From) {
		c.Add("to", "截止日期不能早于开始日期。", "The last day cannot lie before the first.")
	}
	return c.Err()
}

func (k Kind) check() error {
	if codes.Presences.Check(strconv.Itoa(int(k))) != nil {
		return fault.New(fault.Invalid, "", "请选择服务类别。", "Choose the kind of service.")
	}
	return nil
}

// List gives the services within the grant, the latest day first, and the position to go on after; nil when that was
// all. Fault Invalid for a filter that means nothing.
func (s *Service) List(ctx context.Context, g authz.Grant, f Filter) ([]PresenceService, *Position, error) {
	if f.Limit < 1 || f.Limit > 100 {
		f.Limit = 20
	}
	if err := f.check(); err != nil {
		return nil, nil, err
	}
	var rows []PresenceService
	err := s.store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		rows, err = services(tx, g, f)
		return err
	})
	if err != nil || len(rows) <= f.Limit {
		return rows, nil, err
	}
	last := rows[f.Limit-1]
	return rows[:f.Limit], &Position{last.ServedOn, last.ID}, nil
}

// NewPresence is what is recorded of a service.
type NewPresence struct {
	AreaCode     ident.Area   // the village or community
	Kind         Kind         // 1 to 5
	ServedOn     calendar.Day // not in the future
	Provider     string       // lawyer or legal_worker
	ProviderName string
	Minutes      int    // 1 to 1440
	Case         string // the case that a mediation of a major dispute helped with: its id, reference or number; may be empty
}

// Record enters a service in the grant's area. Fault Invalid says all that is wrong with it; Missing when the grant is
// for something else. What was sent again under its one-time key is shown, not entered twice.
func (s *Service) Record(ctx context.Context, g authz.Grant, in NewPresence) (PresenceService, error) {
	if g.Action() != Recording {
		return PresenceService{}, fault.NoSuch()
	}
	p, err := s.checked(ctx, g, in)
	if err != nil {
		return p, err
	}
	err = s.store.Do(ctx, g.By(), p.AreaCode.County(), func(tx *db.Tx) error {
		p.Key, p.MadeAt, p.MadeBy = tx.NewKey(), tx.Now, tx.By.Person
		tx.Made(p.ID, 1, 201)
		return insert(tx, p)
	})
	var done *db.Done
	if errors.As(err, &done) {
		err = s.store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
			p, err = find(tx, done.ID)
			return err
		})
	}
	return p, err
}

// checked holds what is to be recorded to what may be: all that is wrong is said at once.
func (s *Service) checked(ctx context.Context, g authz.Grant, in NewPresence) (PresenceService, error) {
	p := PresenceService{AreaCode: in.AreaCode, Kind: in.Kind, ServedOn: in.ServedOn, Provider: in.Provider, Minutes: in.Minutes}
	err := s.store.Read(ctx, g.By(), func(tx *db.Tx) error {
		var c fault.Check
		c.Take("area_code", checkPlace(tx, g, in.AreaCode))
		c.Take("kind", in.Kind.check())
		c.Take("served_on", checkDay(in.ServedOn, calendar.DayOf(tx.Now)))
		c.Take("provider", checkProvider(in.Provider))
		var err error
		p.ProviderName, err = ident.ParseName(in.ProviderName)
		c.Take("provider_name", err)
		if in.Minutes < 1 || in.Minutes > longest {
			c.Add("minutes", "请填写服务时长，1 至 1440 分钟。", "Give how long it took: 1 to 1440 minutes.")
		}
		p.CaseID, err = caseOf(tx, g, in)
		c.Take("case_id", err)
		return c.Err()
	})
	return p, err
}

// checkPlace wants a village or community that the recorder's post covers.
func checkPlace(tx *db.Tx, g authz.Grant, at ident.Area) error {
	_, err := registry.FindArea(tx, at)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	if err != nil || at.Level() != ident.Village || !g.CoversArea(at) {
		return fault.New(fault.Invalid, "", "请选择您辖区内的村（社区）。", "Choose a village or community in your own area.")
	}
	return nil
}

func checkProvider(word string) error {
	if codes.Providers.Check(word) != nil {
		return fault.New(fault.Invalid, "", "请选择服务人员是律师还是基层法律服务工作者。", "Say whether it was a lawyer or a legal worker.")
	}
	return nil
}

func checkDay(day, today calendar.Day) error {
	if _, err := calendar.ParseDay(string(day)); err != nil {
		return err
	}
	if day.After(today) {
		return fault.New(fault.Invalid, "", "服务日期不能晚于今天。", "The day of the service cannot lie in the future.")
	}
	return nil
}

// caseOf is the case that a service helped with: none, or one of the place's county within the recorder's reach.
func caseOf(tx *db.Tx, g authz.Grant, in NewPresence) (ident.ID, error) {
	if in.Case == "" {
		return ident.ID{}, nil
	}
	if in.Kind != Disputes {
		return ident.ID{}, fault.New(fault.Invalid, "", "只有“重大纠纷调解在场”才填写案件，其他类别请留空。",
			"Only the mediation of a major dispute names a case; leave this empty for the other kinds.")
	}
	id, err := caseNamed(tx, g, in.AreaCode.County(), in.Case)
	if err == nil && id.IsZero() {
		return id, fault.New(fault.Invalid, "", "在您的辖区内没有找到这个案件，请核对编号或案号。",
			"There is no such case in your area; please check its reference or number.")
	}
	return id, err
}
