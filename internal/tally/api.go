package tally

import (
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

// PeriodIn is which area and which days a report is about.
type PeriodIn struct {
	Area ident.Area   `query:"area" doc:"12-digit code, or its leading digits: 3505 for the city. Default: the area of your post."`
	From calendar.Day `query:"from" doc:"Default: 1 January of the year in which the period ends"`
	To   calendar.Day `query:"to" doc:"Default: today"`
}

// Ask is the question.
func (in PeriodIn) Ask() Ask {
	return Ask{Area: ident.Widen(string(in.Area)), From: in.From, To: in.To}
}

// InAPI are the lists as the API has them.
var InAPI = Lists{Base: rest.Base, Cases: rest.Base + "/cases"}
