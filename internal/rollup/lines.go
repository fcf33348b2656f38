package rollup

import (
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
)

// Rows are this room's models.
var Rows = []any{&rolledMonth{}, &caseMonth{}, &caseCohort{}, &registerDay{}, &askedDay{}, &respondentDay{}, &durationMonth{}, &dueDay{}, &effectDay{}, &returnMonth{}, &caseReturn{}, &agreementLife{}, &lifeMonth{}, &keptReturn{}}

// InMonth is of which county and month a line is.
type InMonth struct {
	CountyCode ident.County `gorm:"column:county_code"`
	Month      calendar.Day `gorm:"column:month"` // its first day
}

// OnDay is of which county and day a line is.
type OnDay struct {
	CountyCode ident.County `gorm:"column:county_code"`
	Day        calendar.Day `gorm:"column:day"`
}

// caseMonth counts the cases of a month in all, or those that are alike in one thing.
type caseMonth struct {
	InMonth   `gorm:"embedded"`
	Basis     string `gorm:"column:basis"` // closed or accepted
	Unit      int    `gorm:"column:unit"`
	Dim       string `gorm:"column:dim"` // one of Dims
	Code      string `gorm:"column:code"`
	N         int64  `gorm:"column:n"`
	Settled   int64  `gorm:"column:settled"`
	Failed    int64  `gorm:"column:failed"`
	Complex   int64  `gorm:"column:complex"`
	Met       int64  `gorm:"column:met"`
	Paid      int64  `gorm:"column:paid"`
	Parties   int64  `gorm:"column:parties"`
	Sessions  int64  `gorm:"column:sessions"`
	AmountFen int64  `gorm:"column:amount_fen"`
}

func (caseMonth) TableName() string { return "case_months" }

// caseCohort counts cases accepted in a month by when they were closed.
type caseCohort struct {
	InMonth     `gorm:"embedded"`
	ClosedMonth string `gorm:"column:closed_month"`
	Type        string `gorm:"column:type"`
	Sector      string `gorm:"column:sector"`
	Settled     int    `gorm:"column:settled"`
	Failed      int    `gorm:"column:failed"`
	N           int64  `gorm:"column:n"`
}

func (caseCohort) TableName() string { return "case_cohorts" }

// registerDay counts the cases registered on a day by what became of them.
type registerDay struct {
	OnDay        `gorm:"embedded"`
	Registered   int64 `gorm:"column:registered"`
	NotAccepted  int64 `gorm:"column:not_accepted"`
	Accepted     int64 `gorm:"column:accepted"`
	PartyRefused int64 `gorm:"column:party_refused"`
	Withdrawn    int64 `gorm:"column:withdrawn"`
	Failed       int64 `gorm:"column:failed"`
	Agreed       int64 `gorm:"column:agreed"`
	Kept         int64 `gorm:"column:kept"`
	Sued         int64 `gorm:"column:sued"`
	Met          int64 `gorm:"column:met"`
}

func (registerDay) TableName() string { return "register_days" }

// askedDay counts cases whose parties were asked on a day and have answered.
type askedDay struct {
	OnDay   `gorm:"embedded"`
	Type    string `gorm:"column:type"`
	Engaged int    `gorm:"column:engaged"`
	N       int64  `gorm:"column:n"`
}

func (askedDay) TableName() string { return "asked_days" }

// respondentDay counts respondents by how far they came.
type respondentDay struct {
	OnDay   `gorm:"embedded"`
	Channel string `gorm:"column:channel"`
	Own     int    `gorm:"column:own"`
	Steps   int    `gorm:"column:steps"`
	Refused int    `gorm:"column:refused"`
	Reason  string `gorm:"column:reason"`
	N       int64  `gorm:"column:n"`
}

func (respondentDay) TableName() string { return "respondent_days" }

// effectDay counts agreements that took effect on a day.
type effectDay struct {
	OnDay `gorm:"embedded"`
	Form  string `gorm:"column:form"`
	N     int64  `gorm:"column:n"`
}

func (effectDay) TableName() string { return "effect_days" }

// dueDay counts promises that fell due on a day.
type dueDay struct {
	OnDay    `gorm:"embedded"`
	Standing string `gorm:"column:standing"`
	N        int64  `gorm:"column:n"`
}

func (dueDay) TableName() string { return "due_days" }
