package rollup

import (
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
)

// Rows are this room's models.
var Rows = []any{&rolledMonth{}, &caseMonth{}, &caseCohort{}, &registerMonth{}, &askedMonth{}, &respondentMonth{}, &durationMonth{}, &dueMonth{}, &returnMonth{}, &caseReturn{}, &agreementLife{}, &lifeMonth{}}

// InMonth is of which county and month a line is.
type InMonth struct {
	CountyCode ident.County `gorm:"column:county_code"`
	Month      calendar.Day `gorm:"column:month"` // its first day
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

// registerMonth counts the cases registered in a month by what became of them.
type registerMonth struct {
	InMonth      `gorm:"embedded"`
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

func (registerMonth) TableName() string { return "register_months" }

// askedMonth counts cases whose parties were asked in a month and have answered.
type askedMonth struct {
	InMonth `gorm:"embedded"`
	Type    string `gorm:"column:type"`
	Engaged int    `gorm:"column:engaged"`
	N       int64  `gorm:"column:n"`
}

func (askedMonth) TableName() string { return "asked_months" }

// respondentMonth counts respondents by how far they came.
type respondentMonth struct {
	InMonth `gorm:"embedded"`
	Channel string `gorm:"column:channel"`
	Own     int    `gorm:"column:own"`
	Steps   int    `gorm:"column:steps"`
	Refused int    `gorm:"column:refused"`
	Reason  string `gorm:"column:reason"`
	N       int64  `gorm:"column:n"`
}

func (respondentMonth) TableName() string { return "respondent_months" }

// dueMonth counts promises that fell due in a month.
type dueMonth struct {
	InMonth  `gorm:"embedded"`
	Standing string `gorm:"column:standing"`
	N        int64  `gorm:"column:n"`
}

func (dueMonth) TableName() string { return "due_months" }
