package tally

import (
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
)

// DayText writes a day in words: 2026年11月27日.
func DayText(d calendar.Day) fault.Text {
	t := d.Start().Add(12 * time.Hour) // noon in UTC is the same day in China
	return fault.Text{ZH: t.Format("2006年1月2日"), EN: t.Format("2 January 2006")}
}

var basisTexts = map[Basis]fault.Text{
	ByClosing:    fault.Say("按结案统计：第一次结案在这段时间里的案件，每件只算一次。", "By closing: cases first closed in the period, each once."),
	ByAcceptance: fault.Say("按受理统计：在这段时间里受理的案件。", "By acceptance: cases accepted in the period."),
	ByAsking:     fault.Say("按征求意见的日期：这段时间开始征求当事人意见的案件。", "By the day of asking: cases whose parties were asked in the period."),
	ByRegister:   fault.Say("按登记统计：在这段时间里登记的案件。", "By registration: cases registered in the period."),
}

var snapshotText = fault.Text{ZH: "数据截至 %s。", EN: "As of %s."}

// Under is what stands below the title of a report's table: whose figures, which days, how they were counted, and when.
func (h Head) Under(lang string) []string {
	name := h.AreaName
	if h.Committee != "" {
		name = h.Committee
	}
	at := calendar.Local(h.Snapshot).Format("2006-01-02 15:04")
	period := fault.Say("%[1]s 至 %[2]s", "%[1]s to %[2]s", DayText(h.From).In(lang), DayText(h.To).In(lang)).In(lang)
	return []string{name, period, basisTexts[h.Basis].In(lang), fault.Say(snapshotText.ZH, snapshotText.EN, at).In(lang)}
}

// FileName is the beginning of a report's file name with what it is about.
func (h Head) FileName(report string) string {
	name := report + "-" + string(h.Area) + "-" + string(h.From) + "-" + string(h.To)
	if h.Basis == ByAcceptance {
		name += "-accepted"
	}
	return name
}
