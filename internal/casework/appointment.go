package casework

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// What has become of an appointment. Lapsed is never written: it is what a planned one is called once its case has ended.
const (
	Planned   = "planned"
	Held      = "held"
	Cancelled = "cancelled"
	Lapsed    = "lapsed"
)

// Appointment is a session that was arranged: who of the mediators and which room are taken then.
type Appointment struct {
	ident.Key
	CaseID      ident.ID  `gorm:"column:case_id"`
	CommitteeID ident.ID  `gorm:"column:committee_id"` // whose room it is
	StartsAt    time.Time `gorm:"column:starts_at"`
	EndsAt      time.Time `gorm:"column:ends_at"`
	PlaceSealed []byte    `gorm:"column:place_sealed"`
	Place       string    `gorm:"-"`
	PlaceIndex  string    `gorm:"column:place_index"` // of the committee and the place; empty where nobody meets in a room
	Mode        string    `gorm:"column:mode"`
	Kind        string    `gorm:"column:kind"`
	Attending   idList    `gorm:"column:attending"` // of a caucus: its one party
	State       string    `gorm:"column:state"`
	Sequence    int       `gorm:"column:sequence"` // how often it was changed; RFC 5545 3.8.7.4
	ChangedAt   time.Time `gorm:"column:changed_at"`
	SessionID   ident.ID  `gorm:"column:session_id"` // the session that it became
	Reminded    int       `gorm:"column:reminded"`   // the nearest reminder that was sent, in hours before it begins; 0: none
}

// TableName is the table's.
func (Appointment) TableName() string { return "session_appointments" }

// list is several values in one column, as JSON.
type list[T any] []T

type (
	idList   = list[ident.ID]
	codeList = list[string]
)

// Value writes the list.
func (l list[T]) Value() (driver.Value, error) {
	text, err := json.Marshal(append([]T{}, l...))
	return string(text), err
}

// Scan reads the list.
func (l *list[T]) Scan(from any) error {
	switch v := from.(type) {
	case string:
		return json.Unmarshal([]byte(v), l)
	case []byte:
		return json.Unmarshal(v, l)
	}
	return fmt.Errorf("a list from %T", from)
}

// Appointing arranges a session, or changes one that was arranged.
type Appointing struct {
	Appointment ident.ID   `json:"appointment_id,omitempty,omitzero" doc:"Moves or cancels this one; what is left out stays as it was"`
	Cancelled   bool       `json:"cancelled,omitempty" doc:"With appointment_id: it does not take place; say why in reason"`
	Reason      string     `json:"reason,omitempty"`
	StartsAt    *time.Time `json:"starts_at,omitempty"`
	EndsAt      *time.Time `json:"ends_at,omitempty"`
	Place       string     `json:"place,omitempty"`
	Mode        string     `json:"mode,omitempty" doc:"in_person (default), online or phone"`
	Kind        string     `json:"kind,omitempty" doc:"joint (default), caucus or investigation"`
	Present     []ident.ID `json:"attending,omitempty,omitzero" nullable:"false" doc:"Parties expected; of a joint session everybody where left out, of a caucus its one party"`
}

const (
	longestSession = 12 * time.Hour // a slip of the date must not take a room for weeks
	farthestAhead  = 366 * 24 * time.Hour
)

// ScheduleSession arranges a session, moves or cancels it; the case stays where it stands. Whoever mediates the case and
// the committee's room must be free then.
//
// Faults: Conflict "double_booked" with the times of what stands against it, and nothing else of it.
func (s *Service) ScheduleSession(ctx context.Context, g authz.Grant, o Order, in Appointing) (View, error) {
	return s.act(ctx, g, o, ScheduleSession, func(d *deed, c *Case) (note, error) {
		if in.Appointment.IsZero() {
			return d.arrange(c, in)
		}
		a := c.appointment(in.Appointment)
		switch {
		case a == nil:
			return note{}, fault.New(fault.Invalid, "", "请选择本案的预约。", "Please choose an appointment of this case.").At("appointment_id")
		case a.State != Planned:
			return note{}, fault.New(fault.Conflict, "appointment_over", "这次预约已经进行或取消，不能再改。", "This appointment was held or cancelled and can no longer be changed.")
		case in.Cancelled:
			return d.cancel(a, in)
		}
		return d.move(c, a, in)
	})
}

// appointment finds one by its id, to be changed in place; nil when it is none of the case's.
func (c *Case) appointment(id ident.ID) *Appointment {
	if i := slices.IndexFunc(c.Appointments, func(a Appointment) bool { return a.ID == id }); i >= 0 {
		return &c.Appointments[i]
	}
	return nil
}

func (d *deed) arrange(c *Case, in Appointing) (note, error) {
	if in.Mode == "" {
		in.Mode = "in_person"
	}
	if in.Kind == "" {
		in.Kind = "joint"
	}
	if in.Kind == "joint" && len(in.Present) == 0 {
		for _, p := range c.Here() {
			in.Present = append(in.Present, p.ID)
		}
	}
	a := Appointment{Key: d.newKey(), CaseID: c.ID, Kind: in.Kind, State: Planned}
	if err := d.take(c, &a, in); err != nil {
		return note{}, err
	}
	c.Appointments = append(c.Appointments, a)
	return note{fact: a.fact("made")}, nil
}

func (d *deed) move(c *Case, a *Appointment, in Appointing) (note, error) {
	was := *a
	if in.Kind != "" && in.Kind != a.Kind || a.Kind == "caucus" && len(in.Present) > 0 && !slices.Equal(in.Present, a.Attending) {
		return note{}, fault.New(fault.Invalid, "", "形式和单方会谈的当事人不能改；请取消后另约。", "The kind, and the party of a caucus, cannot be changed; please cancel and arrange another.").At("kind")
	}
	in.keep(was)
	if err := d.take(c, a, in); err != nil {
		*a = was
		return note{}, err
	}
	a.Sequence++
	n := note{fact: a.fact("moved")}
	n.fact["was_starts_at"], n.fact["was_ends_at"] = was.StartsAt, was.EndsAt
	if in.Reason != "" {
		n.words = journal.Words{"reason": in.Reason}
	}
	return n, nil
}

// keep fills what a move leaves out with what was arranged.
func (in *Appointing) keep(was Appointment) {
	if in.StartsAt == nil {
		in.StartsAt = &was.StartsAt
	}
	if in.EndsAt == nil { // as long as before
		end := in.StartsAt.Add(was.EndsAt.Sub(was.StartsAt))
		in.EndsAt = &end
	}
	if strings.TrimSpace(in.Place) == "" {
		in.Place = was.Place
	}
	if in.Mode == "" {
		in.Mode = was.Mode
	}
	in.Kind = was.Kind
	if len(in.Present) == 0 {
		in.Present = was.Attending
	}
}

func (d *deed) cancel(a *Appointment, in Appointing) (note, error) {
	if err := needReason(in.Reason); err != nil {
		return note{}, err
	}
	a.State, a.ChangedAt = Cancelled, d.now()
	a.Sequence++
	return note{fact: a.fact("cancelled"), words: journal.Words{"reason": in.Reason}}, nil
}

// take gives an appointment its time and place, if they are free.
func (d *deed) take(c *Case, a *Appointment, in Appointing) error {
	if err := in.check(d, c); err != nil {
		return err
	}
	a.CommitteeID, a.StartsAt, a.EndsAt = c.CommitteeID, moment(*in.StartsAt), moment(*in.EndsAt)
	a.Place, a.Mode, a.Attending, a.ChangedAt = strings.TrimSpace(in.Place), in.Mode, in.Present, d.now()
	a.PlaceIndex = d.vault.Index(roomIndex, a.room())
	a.Reminded = stageOf(d.now(), a.StartsAt) // who is told of it now needs no earlier reminder
	clash, err := d.taken(a.booking(c, d.vault.Indexes(roomIndex, a.room())))
	if err != nil || clash == nil {
		return err
	}
	return doubleBooked(*clash)
}

const roomIndex = "room"

// room names a room of a committee for its blind index; empty where nobody meets in one.
func (a Appointment) room() string {
	if a.Mode != "in_person" {
		return ""
	}
	return a.CommitteeID.String() + " " + ident.MatchName(a.Place)
}

// booking is what an appointment takes: people and a room, for a time.
type booking struct {
	committee ident.ID
	rooms     []string // the room's blind indexes, of every key
	mediators []ident.ID
	from, to  time.Time
	except    ident.ID // the appointment itself
}

func (a Appointment) booking(c *Case, rooms []string) booking {
	return booking{committee: c.CommitteeID, rooms: rooms, mediators: c.mediatorsNow(), from: a.StartsAt, to: a.EndsAt, except: a.ID}
}

// mediatorsNow are the mediators of the case's host and co-mediators.
func (c *Case) mediatorsNow() []ident.ID {
	var out []ident.ID
	for _, p := range c.People {
		if p.EndedAt == nil && mediates(p.Part) {
			out = append(out, p.MediatorID)
		}
	}
	return out
}

// clash is an appointment that stands against another.
type clash struct {
	StartsAt time.Time
	EndsAt   time.Time
	Room     bool // it takes the same room; else a mediator
}

// doubleBooked says when somebody or something is taken, and nothing of by which case.
func doubleBooked(k clash) error {
	from, to := localTime(k.StartsAt), localTime(k.EndsAt)
	if dayOf(k.StartsAt) == dayOf(k.EndsAt) {
		to = to[len(to)-len("15:04"):]
	}
	f := fault.New(fault.Conflict, "double_booked", "调解员在 %s 至 %s 已有安排，请另选时间。", "A mediator is taken at %s until %s; please choose another time.", from, to)
	if k.Room {
		f = fault.New(fault.Conflict, "double_booked", "这个地点在 %s 至 %s 已有安排，请另选时间或地点。", "The place is taken at %s until %s; please choose another time or place.", from, to)
	}
	return f.With("clash", map[string]time.Time{"starts_at": k.StartsAt, "ends_at": k.EndsAt})
}

// localTime is a moment as the people of the place say it.
func localTime(t time.Time) string {
	minutes := int(t.Sub(dayOf(t).Start()).Minutes())
	return fmt.Sprintf("%s %02d:%02d", dayOf(t), minutes/60, minutes%60)
}

func (in *Appointing) check(d *deed, c *Case) error {
	var bad fault.Check
	bad.Take("mode", codes.SessionModes.Check(in.Mode))
	bad.Take("kind", codes.SessionKinds.Check(in.Kind))
	need(&bad, "place", in.Place, maxShort)
	atMost(&bad, "reason", in.Reason, maxShort)
	in.checkTimes(&bad, d.now())
	for _, id := range in.Present {
		if c.party(id) == nil {
			bad.Add("attending", "请选择本案的当事人。", "Please choose parties of this case.")
		}
	}
	if in.Kind == "caucus" && len(in.Present) != 1 {
		bad.Add("attending", "单方会谈请选择一方当事人。", "Please choose the one party of the caucus.")
	}
	if in.Kind == "joint" && len(in.Present) < 2 {
		bad.Add("attending", "共同调解至少有两方到场；只有一方请选单方会谈。", "A joint session has at least two parties; with one, choose a caucus.")
	}
	return bad.Err()
}

func (in *Appointing) checkTimes(bad *fault.Check, now time.Time) {
	switch {
	case in.StartsAt == nil:
		bad.Add("starts_at", "请填写开始时间。", "Please say when it begins.")
	case !in.StartsAt.After(now):
		bad.Add("starts_at", "预约的时间应晚于现在。", "An appointment lies later than now.")
	case in.StartsAt.Sub(now) > farthestAhead:
		bad.Add("starts_at", "最多提前一年预约。", "It can be made a year ahead at most.")
	}
	switch {
	case in.EndsAt == nil:
		bad.Add("ends_at", "请填写结束时间。", "Please say when it ends.")
	case in.StartsAt != nil && (!in.EndsAt.After(*in.StartsAt) || in.EndsAt.Sub(*in.StartsAt) > longestSession):
		bad.Add("ends_at", "结束时间应在开始之后，最长 12 小时。", "It ends after it begins, within 12 hours.")
	}
}

// fact is what the journal keeps of a change. With whom a caucus is held stands in the appointment alone.
func (a Appointment) fact(change string) journal.Fact {
	f := journal.Fact{"appointment": a.ID.String(), "change": change, "kind": a.Kind, "starts_at": a.StartsAt, "ends_at": a.EndsAt}
	if a.Kind != "caucus" {
		f["mode"], f["attending"] = a.Mode, idTexts(a.Attending)
	}
	return f
}

// shownTo tells whether a party sees an appointment: the joint ones, and those that are with itself.
func (a Appointment) shownTo(party ident.ID) bool {
	return a.Kind == "joint" || !party.IsZero() && slices.Contains(a.Attending, party)
}

// hold marks the appointment that a session kept.
func (c *Case) hold(id ident.ID, v Session) error {
	if id.IsZero() {
		return nil
	}
	a := c.appointment(id)
	if a == nil || a.State != Planned || a.Kind != v.Kind {
		return fault.New(fault.Invalid, "", "请选择本案同一形式、尚未进行的预约。", "Please choose an appointment of this case, of the same kind, that was not held yet.").At("appointment_id")
	}
	a.State, a.SessionID = Held, v.ID
	return nil
}

// takenAlready warns where a mediator who takes over a case is taken at one of its appointments.
func (d *deed) takenAlready(c *Case, n *note) error {
	for _, a := range c.Appointments {
		if a.State != Planned || a.EndsAt.Before(d.now()) {
			continue
		}
		k, err := d.taken(a.booking(c, nil))
		if err != nil {
			return err
		}
		if k != nil {
			n.warnings = append(n.warnings, fault.Say("本案 %s 的预约与调解员的其他安排冲突，请改期。", "The appointment of this case at %s clashes with something else of the mediator's; please move it.", localTime(a.StartsAt)))
		}
	}
	return nil
}

// AppointmentView is an appointment as a reader may see it.
type AppointmentView struct {
	ID        ident.ID   `json:"id"`
	StartsAt  time.Time  `json:"starts_at"`
	EndsAt    time.Time  `json:"ends_at"`
	Place     string     `json:"place,omitempty"`
	Mode      string     `json:"mode,omitempty"`
	Kind      string     `json:"kind"`
	Attending []ident.ID `json:"attending"`
	State     string     `json:"state" doc:"planned, held, cancelled, or lapsed with its case"`
	SessionID ident.ID   `json:"session_id,omitempty,omitzero" doc:"The session that it became"`
}

// outline says when there is an appointment of which kind; of a caucus nothing more.
func (a Appointment) outline(c *Case) AppointmentView {
	v := AppointmentView{ID: a.ID, StartsAt: a.StartsAt, EndsAt: a.EndsAt, Kind: a.Kind, State: a.State, SessionID: a.SessionID, Attending: []ident.ID{}}
	if a.State == Planned && !slices.Contains(alive, c.State) {
		v.State = Lapsed
	}
	if a.Kind != "caucus" {
		v.Mode, v.Attending = a.Mode, append(v.Attending, a.Attending...)
	}
	return v
}

// whole adds where it is and with whom.
func (a Appointment) whole(v AppointmentView) AppointmentView {
	v.Place, v.Mode, v.Attending = a.Place, a.Mode, append([]ident.ID{}, a.Attending...)
	return v
}

// addAppointments: who works the case sees all of them, a party those that are shown to it, others of the staff not with
// whom a caucus is to be held.
func (c *Case) addAppointments(v *View, full, works bool, came newcomer) {
	shown := []AppointmentView{}
	for i, a := range c.Appointments {
		switch {
		case full && (works || a.Kind != "caucus"), !full && a.shownTo(v.Me) && came.since(a.StartsAt):
			shown = append(shown, a.whole(v.Appointments[i]))
		case full:
			shown = append(shown, v.Appointments[i])
		}
	}
	v.Appointments = shown
}
