package registry

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

const (
	termYears  = 3  // PML 9, O6
	firstAlert = 90 // days before a term ends
	lastAlert  = 30
)

// Method is how members came to office.
type Method string

const (
	ByVillagers        Method = "villagers_meeting"
	ByVillagersReps    Method = "villagers_representatives"
	ByResidents        Method = "residents_meeting"
	ByResidentsReps    Method = "residents_representatives"
	ByStaff            Method = "staff_meeting"
	ByStaffReps        Method = "staff_representatives"
	ByUnion            Method = "union"
	ByFoundingBody     Method = "founding_body" // for townships, streets and other organisations (PML 34)
	ByFoundersAssembly Method = "founders_assembly"
)

// methods are who elects: villagers and residents in their meeting or that of their representatives, the staff or the
// union in an enterprise (PML 9); the law leaves it open for the rest (PML 34).
var methods = map[Type][]Method{
	OfVillage:    {ByVillagers, ByVillagersReps},
	OfResidents:  {ByResidents, ByResidentsReps},
	OfEnterprise: {ByStaff, ByStaffReps, ByUnion},
	OfTown:       {ByFoundingBody, ByFoundersAssembly},
	OfStreet:     {ByFoundingBody, ByFoundersAssembly},
	OfSociety:    {ByFoundingBody, ByFoundersAssembly, ByStaff, ByStaffReps, ByUnion},
}

// Methods are who may elect the members of a committee of a type.
func (t Type) Methods() []Method { return methods[t] }

// Term is one term of office of a committee's members.
type Term struct {
	ident.Key
	CommitteeID ident.ID
	Method      Method
	Electing    string // who elected or named them, in words
	DecidedOn   calendar.Day
	StartsOn    calendar.Day
	EndsOn      calendar.Day
	MinutesID   ident.ID // the document that holds the minutes
}

// TableName names the table.
func (Term) TableName() string { return "committee_terms" }

func (t Term) identity() (ident.ID, int64) { return t.ID, 1 }

// Expired tells whether the term is over (届满). The committee goes on with its cases all the same (O6).
func (t Term) Expired(day calendar.Day) bool { return !t.EndsOn.IsZero() && day.After(t.EndsOn) }

// Alert is 90 or 30 when the term ends within so many days, 0 otherwise and when it is over.
func (t Term) Alert(day calendar.Day) int {
	switch left := calendar.Between(day, t.EndsOn); {
	case t.EndsOn.IsZero() || left < 0 || left > firstAlert:
		return 0
	case left <= lastAlert:
		return lastAlert
	}
	return firstAlert
}

func (t Term) alert(day calendar.Day) (fault.Text, bool) {
	switch {
	case t.Expired(day):
		return fault.Say("本届任期已于 %s 届满，请组织换届；在办案件照常办理。",
			"The term ended on %s; please have a new one elected. Open cases go on as before.", t.EndsOn), true
	case t.Alert(day) > 0:
		return fault.Say("本届任期将于 %s 届满，请准备换届。", "The term ends on %s; please prepare the next election.", t.EndsOn), true
	}
	return fault.Text{}, false
}

// NewTerm is what is recorded of an election (O5).
type NewTerm struct {
	Method    Method
	Electing  string
	DecidedOn calendar.Day
	StartsOn  calendar.Day // the day of the decision when empty
	MinutesID ident.ID
}

// OpenTerm records how and when the members of a committee were chosen; the term runs for three years.
func (s *Service) OpenTerm(ctx context.Context, g authz.Grant, committee ident.ID, in NewTerm) (Term, error) {
	c, err := s.over(ctx, g, committee)
	if err != nil {
		return Term{}, err
	}
	return write(ctx, s, g, c.AreaCode, FindTerm, func(tx *db.Tx) (Term, error) {
		t, err := newTerm(tx, c, in)
		if err != nil {
			return t, err
		}
		if err := insertTerm(tx, t); err != nil {
			return t, err
		}
		return t, record(tx, c.ID, "term_opened", t.StartsOn, "", t.Electing)
	})
}

func newTerm(tx *db.Tx, c Committee, in NewTerm) (Term, error) {
	t := Term{Key: tx.NewKey(), CommitteeID: c.ID, Method: in.Method, DecidedOn: in.DecidedOn, StartsOn: in.StartsOn, MinutesID: in.MinutesID}
	if t.StartsOn.IsZero() {
		t.StartsOn = t.DecidedOn
	}
	t.EndsOn = t.StartsOn.PlusYears(termYears) // the end of an office is no period for an act and rolls over no weekend
	var check fault.Check
	allowed(&check, "method", in.Method, methods[c.Type]...)
	var err error
	t.Electing, err = ident.ParseName(in.Electing)
	check.Take("electing", err)
	if t.DecidedOn.IsZero() || t.DecidedOn.After(today(tx)) {
		check.Add("decided_on", "请填写选举或推选的日期，不能晚于今天。", "Give the day of the election; it cannot lie in the future.")
	}
	if t.StartsOn.Before(t.DecidedOn) {
		check.Add("starts_on", "任期不能早于选举日期开始。", "A term cannot begin before the election.")
	}
	return t, check.Err()
}
