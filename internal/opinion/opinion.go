// Package opinion asks parties how they were treated, and who they are, apart from their case: an answer names no case, no
// party, no person and no moment, and nothing leads from one to the other. Supervisors read figures of quarters that are
// over; what fewer than five people said is in none.
package opinion

import (
	"fmt"
	"io"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

// The actions of this room in the policy.
const (
	Giving       authz.Action = "opinion.give"  // a party, once
	Reading      authz.Action = "opinion.read"  // the bureau: figures
	ReadingLines authz.Action = "opinion.lines" // the bureau of the county itself: free lines
)

// least is how many people must have answered before anything of it is shown.
const least = 5

// Answer is what one party said, and of what kind of case.
type Answer struct {
	ident.Key
	Quarter    string `gorm:"column:quarter"`
	Side       string `gorm:"column:side"`
	Category   string `gorm:"column:category"`
	Outcome    string `gorm:"column:outcome"`
	Heard      string `gorm:"column:heard"`
	Understood string `gorm:"column:understood"`
	Free       string `gorm:"column:free"`
	Neutral    string `gorm:"column:neutral"`
	Again      string `gorm:"column:again"`
	LineSealed []byte `gorm:"column:line_sealed"`
}

// TableName is the table's.
func (Answer) TableName() string { return "opinion_answers" }

// About is what one party said of itself.
type About struct {
	ident.Key
	Quarter string `gorm:"column:quarter"`
	Age     string `gorm:"column:age_band"`
	Sex     string `gorm:"column:sex"`
	First   string `gorm:"column:first_time"`
	Helped  string `gorm:"column:helped"`
}

// TableName is the table's.
func (About) TableName() string { return "equality_answers" }

// mark says that a party has answered a form, and nothing else.
type mark struct {
	CountyCode ident.County `gorm:"column:county_code;primaryKey"`
	CaseID     ident.ID     `gorm:"column:case_id;primaryKey"`
	PartyID    ident.ID     `gorm:"column:party_id;primaryKey"`
	Form       string       `gorm:"column:form;primaryKey"`
}

func (mark) TableName() string { return "opinion_marks" }

// The forms of which a party answers each once.
const (
	formOpinion = "opinion"
	formAbout   = "about"
)

// question is one that is asked, in its order, with what may be answered.
type question struct {
	name   string // its column
	answer codes.List
}

var opinions = []question{{"heard", codes.Agreements}, {"understood", codes.Agreements}, {"free", codes.Agreements}, {"neutral", codes.Agreements}, {"again", codes.Agreements}}

var abouts = []question{{"age_band", codes.AgeBands}, {"sex", codes.Sexes}, {"first_time", codes.YesOrUnsaid}, {"helped", codes.YesOrUnsaid}}

// unsaid is the answer of whoever would rather not say.
const unsaid = "0"

// Options say what the room needs from its neighbours.
type Options struct {
	Store  *db.Store
	Vault  *vault.Vault
	Policy *authz.Policy
	Cases  *casework.Service
	Random io.Reader // for ids that tell no order
}

// Service takes opinions and counts them.
type Service struct{ Options }

// New makes the room's service.
func New(o Options) *Service { return &Service{o} }

// quarterOf is the quarter of a day: 2026-1.
func quarterOf(d calendar.Day) string {
	month := int(d[5]-'0')*10 + int(d[6]-'0')
	return fmt.Sprintf("%s-%d", d[:4], (month+2)/3)
}

// groupOf is what an outcome is called here: settled, not settled, or never mediated here.
func groupOf(o casework.Outcome) string {
	switch o {
	case casework.WrittenAgreement, casework.OralAgreement:
		return "settled"
	case casework.OutcomeNotAccepted, casework.OutcomeTransferred:
		return "other"
	case casework.Failed, casework.PartyRefused, casework.PartyEnded, casework.Withdrawn:
	}
	return "unsettled"
}

// firstLevel of a category is its first two digits.
func firstLevel(category string) string { return category[:min(2, len(category))] }

func trimmed(s string) string { return strings.TrimSpace(s) }
