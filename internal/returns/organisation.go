package returns

import (
	"context"
	"fmt"
	"strings"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
	"fengqiao/internal/registry"
	"fengqiao/internal/sheet"
	"fengqiao/internal/tally"
	"fengqiao/internal/training"
)

// Organisation is the table of organisation, staff and funding (组织队伍经费保障情况统计表): what stood on the period's last
// day, or today if that is earlier, and the money of its year. No official list of its columns is known; the three heads of
// funding are official. Source: statistics handbook, §2.
type Organisation struct {
	tally.Head
	AsOf    calendar.Day `json:"as_of"`
	Year    int          `json:"year" doc:"Of the funding"`
	Columns []Figure     `json:"columns"`
	Rows    []Row        `json:"rows"`
	Foot    []Row        `json:"foot"`
	Checks  []Check      `json:"checks"`
	Trained Trained      `json:"trained"`
	Note    string       `json:"note"`
}

// Trained is how many persons were taught in the period, and how many times in all; of the whole area, for who was taught in two
// units counts once.
type Trained struct {
	Persons     int64  `json:"persons"`
	PersonTimes int64  `json:"person_times"`
	Drill       string `json:"drill" doc:"The courses of the year"`
}

// ofStanding is the list of what the organisation table counts.
const ofStanding = organisationPath + "/listed"

// The rows that the organisation table counts: committees and bodies under them, and persons who mediate.
const ofBodies, ofPersons, ofMoney = "bodies", "persons", "money"

// standingColumn is a column of the organisation table: what it counts and on which condition.
type standingColumn struct {
	column
	of    string
	where string // over rows t
}

// The columns with which the checks reckon.
const (
	allBodies  = 1
	allPersons = 26
	fullTime   = 33
	partTime   = 34
	women      = 35
	learned    = 36 // to 39
	aged       = 40 // to 43
	funded     = 46 // to 53
)

// attributes are what committees and bodies under them are besides their type, in the order of the table.
var attributes = []struct {
	code string
	text fault.Text
}{
	{"regional", fault.Say("区域性", "Regional")}, {"stationed_court", fault.Say("派驻法院", "Stationed at a court")},
	{"stationed_procuratorate", fault.Say("派驻检察院", "Stationed at a procuratorate")}, {"stationed_police", fault.Say("派驻公安", "Stationed with the police")},
	{"stationed_petition", fault.Say("派驻信访", "Stationed at a petition office")}, {"studio", fault.Say("个人调解工作室", "Personal studios")},
}

// bands are how old people are, by the ages at which a band begins.
var bands = []int{0, 36, 51, 61}

// standingColumns makes the table's columns for what stood on a day: ages are as of it.
func standingColumns(day calendar.Day) (out []standingColumn) {
	bodies, people := fault.Say("个", "bodies"), fault.Say("人", "persons")
	add := func(block, of, where string, text, unit fault.Text) {
		col := len(out) + 1
		if of == ofMoney {
			out = append(out, standingColumn{column{col: col, block: block, text: text, unit: unit, list: fundingPath}, of, ""})
			return
		}
		out = append(out, standingColumn{column{col: col, block: block, text: text, unit: unit, sum: tally.One(where), list: ofStanding, narrow: []string{"col", fmt.Sprint(col)}}, of, where})
	}
	add("bodies", ofBodies, "t.counted = 1", fault.Say("调委会总数", "Committees"), bodies)
	for _, c := range codes.CommitteeTypes {
		add("bodies", ofBodies, "t.counted = 1 AND "+tally.Is("t.type", c.Code), c.Name, bodies)
	}
	for _, c := range codes.Sectors {
		add("sectors", ofBodies, "t.counted = 1 AND "+tally.Is("t.sector", c.Code), c.Name, bodies)
	}
	for _, a := range attributes {
		add("attributes", ofBodies, `t.attributes LIKE '%"`+a.code+`"%'`, a.text, bodies)
	}
	add("persons", ofPersons, "1 = 1", fault.Say("调解员总数", "Mediators"), people)
	for _, c := range codes.CommitteeTypes {
		add("persons", ofPersons, tally.Is("t.type", c.Code), c.Name, people)
	}
	add("persons", ofPersons, "t.full_time = 1", fault.Say("专职", "Full-time"), people)
	add("persons", ofPersons, "t.full_time = 0", fault.Say("兼职", "Part-time"), people)
	add("persons", ofPersons, tally.Is("t.sex", string(ident.Female)), fault.Say("女性", "Women"), people)
	add("education", ofPersons, "t.education IN ('10', '20', '30')", fault.Say("大专以上", "College and above"), people)
	add("education", ofPersons, "t.education IN ('40', '60')", fault.Say("高中（中专）", "High school"), people)
	add("education", ofPersons, "t.education IN ('70', '80', '90')", fault.Say("初中以下", "Middle school and below"), people)
	add("education", ofPersons, "t.education = ''", fault.Say("学历未填", "Education not told"), people)
	for i, from := range bands {
		where, text := "t.born <= '"+string(day.PlusYears(-from))+"'", fault.Say("%d 岁以上", "%d and older", from)
		if i+1 < len(bands) {
			where += " AND t.born > '" + string(day.PlusYears(-bands[i+1])) + "'"
			text = fault.Say("%d–%d 岁", "%d to %d", from, bands[i+1]-1)
		}
		if from == 0 {
			text = fault.Say("%d 岁以下", "%d and younger", bands[1]-1)
		}
		add("ages", ofPersons, where, text, people)
	}
	add("background", ofPersons, `(t.background LIKE '%"ex_judge"%' OR t.background LIKE '%"ex_prosecutor"%' OR t.background LIKE '%"ex_police"%')`,
		fault.Say("退休法官、检察官、民警", "Former judges, prosecutors and police"), people)
	add("background", ofPersons, `t.background LIKE '%"lawyer"%'`, fault.Say("律师", "Lawyers"), people)
	for _, h := range heads {
		for _, k := range []fault.Text{fault.Say("预算", "budgeted"), fault.Say("支出", "spent")} {
			add("funding", ofMoney, "", fault.Text{ZH: h.text.ZH + k.ZH, EN: h.text.EN + ", " + k.EN}, wan)
		}
	}
	return out
}

// Organisation counts the organisation table of an area, by the areas one level below.
//
// Faults: as CaseTable.
func (s *Service) Organisation(ctx context.Context, g authz.Grant, ask tally.Ask) (Organisation, error) {
	var o Organisation
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		o, err = organisation(tx, g, ask)
		return err
	})
	return o, err
}

func organisation(tx *db.Tx, g authz.Grant, ask tally.Ask) (o Organisation, err error) {
	ask.Group = tally.ByArea
	if err := ask.Settle(tx, g); err != nil {
		return o, err
	}
	if !ask.Committee().IsZero() {
		return o, fault.NoSuch()
	}
	if o.Head, err = ask.Head(tx); err != nil {
		return o, err
	}
	o.AsOf = ask.AsOf(tx)
	o.Year = o.AsOf.Year()
	columns := standingColumns(o.AsOf)
	all, err := standingSums(tx, ask, o.AsOf, columns, false)
	if err != nil {
		return o, err
	}
	groups, err := standingSums(tx, ask, o.AsOf, columns, true)
	if err != nil {
		return o, err
	}
	if o.Trained.Persons, o.Trained.PersonTimes, err = training.Trained(tx, ask.Counties(), ask.Area, ask.From, o.AsOf); err != nil {
		return o, err
	}
	return o, o.fill(tx, ask, columns, all, groups)
}

func (o *Organisation) fill(tx *db.Tx, ask tally.Ask, columns []standingColumn, all, groups []group) error {
	var whole, below, own sums
	values := make([]sums, 0, len(groups))
	for _, g := range all {
		whole.plus(&g.Sums)
	}
	for _, g := range groups {
		values = append(values, g.Sums)
		if g.Own {
			own.plus(&g.Sums)
		} else {
			below.plus(&g.Sums)
		}
	}
	w := where{ask: ask, narrow: []string{"area", string(ask.Area)}, on: o.AsOf}
	o.Columns, o.Checks, o.Rows = standing(columns, &whole, w), standingChecks(&whole, values), []Row{}
	o.Foot = []Row{{Key: footBelow, Values: standing(columns, &below, w.with("led", footBelow))}, {Key: footOwn, Values: standing(columns, &own, w.with("led", footOwn))}}
	for _, g := range together(groups) {
		code := ident.Area(g.Key + strings.Repeat("0", 12-len(g.Key)))
		area, err := registry.FindArea(tx, code)
		if err != nil {
			return err
		}
		row := Row{Key: string(code), Name: area.Name, Itself: code == ask.Area && ask.Area.Level() != ident.Village}
		row.Values = standing(columns, &g.Sums, w.with("place", string(code), "area_only", yes(row.Itself)))
		o.Rows = append(o.Rows, row)
	}
	return nil
}

// standing are the columns of one group.
func standing(columns []standingColumn, s *sums, w where) []Figure {
	out := make([]Figure, 0, len(columns))
	for i := range columns {
		c := &columns[i].column
		f := Figure{Col: c.col, Value: s[c.col], Count: s[c.col], of: c, where: w}
		if columns[i].of == ofMoney {
			f.Value = money.Fen(s[c.col]).WanYuan()
		}
		out = append(out, f)
	}
	return out
}

func standingChecks(s *sums, parts []sums) []Check {
	var whole sums
	for i := range parts {
		whole.plus(&parts[i])
	}
	units := equal("R7", whole[allBodies], s[allBodies], "本级与各下级单位之和等于合计", "The area's own figures and those of the units below add up to the whole")
	for col := range s {
		if whole[col] != s[col] {
			units = equal("R7", whole[col], s[col], units.Text.ZH, units.Text.EN)
			break
		}
	}
	return []Check{
		equal("R1", s.from(allBodies+1, allBodies+6), s[allBodies], "各类型调委会之和等于总数", "The six types add up to all committees"),
		equal("R2", s.from(allPersons+1, allPersons+6), s[allPersons], "各类型调解员之和等于总数", "Mediators by type add up to all"),
		equal("R3", s[fullTime]+s[partTime], s[allPersons], "专职、兼职之和等于总数", "Full-time and part-time add up to all"),
		atMost("R4", s[women], s[allPersons], "女性不多于总数", "There are no more women than mediators"),
		equal("R5", s.from(learned, learned+3), s[allPersons], "各学历之和等于总数", "The levels of education add up to all"),
		equal("R6", s.from(aged, aged+3), s[allPersons], "各年龄段之和等于总数", "The bands of age add up to all"),
		units,
	}
}

var (
	organisationTitle = fault.Say("组织队伍经费保障情况统计表", "Organisation, staff and funding")
	organisationNote  = fault.Say("一人在两个调委会任职只计一次，计在最早聘任他的调委会。区域性、派驻和工作室包括调委会下设的机构，是总数之外的说明。经费为当年预算和支出，各单位自己填报。",
		"Who serves in two committees counts once, at the one that engaged them first. Regional bodies, stationed bodies and studios include bodies under a committee and stand beside the total. Funding is of the year, as each unit entered it.")
)

// In puts the table into a language with its lists on a face.
func (o Organisation) In(lang string, l tally.Lists) Organisation {
	t := Table{Head: o.Head, Columns: o.Columns, Rows: o.Rows, Foot: o.Foot, Checks: o.Checks}.In(lang, l)
	o.Trained.Drill = l.Address(tally.Listed("/training/courses", "year", fmt.Sprint(o.Year)))
	o.Columns, o.Rows, o.Foot, o.Checks, o.Note = t.Columns, t.Rows, t.Foot, t.Checks, organisationNote.In(lang)
	return o
}

// File is what the table is called as a file.
func (o Organisation) File() string { return o.FileName("organisation-table") }

// Grid is the table in the layout of the official ones.
func (o Organisation) Grid(lang string) sheet.Grid {
	g := Table{Head: o.Head, Columns: o.Columns, Rows: o.Rows, Foot: o.Foot, Checks: o.Checks}.Grid(lang)
	g.Name, g.Title = "组织队伍经费", organisationTitle.In(lang)
	if lang == "en" {
		g.Name = "Organisation"
	}
	g.Under[2] = fault.Say("截至 %s；经费为 %d 年", "On %s; funding of %d", tally.DayText(o.AsOf).In(lang), o.Year).In(lang)
	g.Notes = append(g.Notes, fault.Say("受训 %d 人，%d 人次", "%d persons trained, %d times in all", o.Trained.Persons, o.Trained.PersonTimes).In(lang), organisationNote.In(lang))
	return g
}
