package report

import (
	"context"
	"math"
	"slices"
	"strconv"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/sheet"
	"fengqiao/internal/tally"
)

// Survival is how long agreements hold: of those that took effect in the months of a period, the share that still stands so many
// days later. What ends one is a promise not kept fifteen days after its day and told so, a suit, or the same parties with the
// same matter again; one of which nothing more is known leaves the count on the last day on which something was. Estimated as
// Kaplan and Meier do, with Greenwood's interval, and cut where fewer than ten remain. Source: statistics handbook, §6.
type Survival struct {
	tally.Head
	By      string  `json:"by" doc:"Apart by: all, form, confirmed, category, complex, helped"`
	Grain   int     `json:"grain_days" doc:"1 within a county; 7 over several, where days are counted in weeks"`
	Curves  []Curve `json:"curves"`
	Unknown int64   `json:"unknown" doc:"Promises that fell due in the period and of which nothing is known"`
	Due     int64   `json:"due" doc:"All that fell due"`
	Drill   string  `json:"drill" doc:"The agreements"`
	of      tally.Query
}

// Curve is one group of agreements.
type Curve struct {
	Key    string  `json:"key"`
	Name   string  `json:"name"`
	N      int64   `json:"n" doc:"Agreements"`
	Ended  int64   `json:"ended" doc:"Of these: ended"`
	Points []Point `json:"points" doc:"The days on which one ended"`
	Until  int     `json:"until_day" doc:"Here fewer than ten remain, and the curve is cut"`
	lives  []life
}

// Point is a day on which an agreement ended.
type Point struct {
	Day    int     `json:"day"`
	AtRisk int64   `json:"at_risk" doc:"Still watched and standing before it"`
	Ended  int64   `json:"ended"`
	Share  float64 `json:"share" doc:"That stands after it, between 0 and 1"`
	Low    float64 `json:"low" doc:"Greenwood's 95 % interval"`
	High   float64 `json:"high"`
}

// life counts agreements that were watched for so many days, and either ended then or left the count.
type life struct {
	Group string
	Days  int
	Ended int
	N     int64
}

const fewestAtRisk = 10 // a curve is cut where fewer remain

// kaplanMeier estimates how many stand after each day on which one ended; the curve is cut where fewer than so many remain.
func kaplanMeier(lives []life, fewest int64) (points []Point, until int) {
	ended, left := map[int]int64{}, map[int]int64{}
	var atRisk int64
	for _, l := range lives {
		atRisk += l.N
		if l.Ended == 1 {
			ended[l.Days] += l.N
		} else {
			left[l.Days] += l.N
		}
	}
	days := make([]int, 0, len(lives))
	for _, l := range lives {
		days = append(days, l.Days)
	}
	slices.Sort(days)
	share, sum := 1.0, 0.0
	for _, day := range slices.Compact(days) {
		if atRisk < fewest {
			return points, until
		}
		until = day
		if d := ended[day]; d > 0 {
			share *= 1 - float64(d)/float64(atRisk)
			p := Point{Day: day, AtRisk: atRisk, Ended: d, Share: share}
			if atRisk > d {
				sum += float64(d) / (float64(atRisk) * float64(atRisk-d))
				half := 1.959963984540054 * share * math.Sqrt(sum)
				p.Low, p.High = max(0, share-half), min(1, share+half)
			}
			points = append(points, p)
		}
		atRisk -= ended[day] + left[day]
	}
	return points, until
}

// The ways in which agreements may be told apart.
var survivals = map[string]fault.Text{
	"": fault.Say("全部", "All"), "form": fault.Say("协议形式", "Form"), "confirmed": fault.Say("司法确认", "Confirmation"),
	"category": fault.Say("纠纷类别", "Category"), "complex": fault.Say("难易", "Difficulty"), "helped": fault.Say("代理、陪同", "Agent or companion"),
}

var errSurvivalBy = fault.New(fault.Invalid, "", "可以按 form（形式）、confirmed（司法确认）、category（类别）、complex（难易）或 helped（代理、陪同）分开。",
	"Told apart by form, confirmed, category, complex or helped.").At("by")

// SurvivalOf estimates how long the agreements of an area hold. Months are whole: those in which the period begins and ends, without
// the running one; the head says which they are. Faults as CaseTable; Invalid for a way of telling apart that is none, and for a period of which no month is over.
func (s *Service) SurvivalOf(ctx context.Context, g authz.Grant, ask tally.Ask, by string) (Survival, error) {
	var out Survival
	err := s.db.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		if ask.From.IsZero() && ask.To.IsZero() {
			ask.From, ask.To = calendar.DayOf(tx.Now).FirstOfMonth().PlusMonths(-36), calendar.DayOf(tx.Now)
		}
		if err := ask.Settle(tx, g); err != nil {
			return err
		}
		if _, ok := survivals[by]; !ok {
			return errSurvivalBy
		}
		out.By = by
		if ask.From, ask.To = wholeMonths(ask.From, ask.To, tally.Today(tx)); ask.From > ask.To {
			return errNoMonth
		}
		if out.Head, err = ask.Head(tx); err != nil {
			return err
		}
		if out.Grain = 1; ask.Wide() {
			out.Grain = 7
		}
		lives, err := livesOf(tx, g, ask, by)
		if err != nil {
			return err
		}
		out.curves(lives)
		known, err := promises(tx, g, ask)
		for _, n := range known {
			out.Due += n
		}
		out.Unknown = known["unknown"]
		out.of = tally.Between(ask.Cases(), "effective", ask.From, ask.To)
		return err
	})
	return out, err
}

var errNoMonth = fault.New(fault.Invalid, "", "这段时间里还没有过完的月份。请选择早一些的开始日期。", "No month of this period is over yet. Please choose an earlier first day.").At("from")

// wholeMonths are the months in which a period begins and ends, without the running one.
func wholeMonths(from, to, today calendar.Day) (first, last calendar.Day) {
	return from.FirstOfMonth(), min(to, today.FirstOfMonth().Plus(-1)).FirstOfMonth().PlusMonths(1).Plus(-1)
}

// watchedAfter is how many agreements stand and are still watched after a day: neither ended nor left the count by then.
func (c Curve) watchedAfter(day int) (n int64) {
	for _, l := range c.lives {
		if l.Days > day || l.Days == day && l.Ended == 0 {
			n += l.N
		}
	}
	return n
}

// curves groups lives and estimates a curve of each group, the largest group first.
func (s *Survival) curves(lives []life) {
	groups := map[string][]life{}
	for _, l := range lives {
		l.Days *= s.Grain
		groups[l.Group] = append(groups[l.Group], l)
	}
	s.Curves = []Curve{}
	for key, group := range groups {
		c := Curve{Key: key, Points: []Point{}, lives: group}
		for _, l := range group {
			c.N += l.N
			c.Ended += l.N * int64(l.Ended)
		}
		points, until := kaplanMeier(group, fewestAtRisk)
		c.Points, c.Until = append(c.Points, points...), until
		s.Curves = append(s.Curves, c)
	}
	slices.SortFunc(s.Curves, func(a, b Curve) int {
		if a.N != b.N {
			return int(b.N - a.N)
		}
		if a.Key < b.Key {
			return -1
		}
		return 1
	})
}

// In names the curves in a language and links the agreements to their list on a face.
func (s Survival) In(lang string, l tally.Lists) Survival {
	for i := range s.Curves {
		s.Curves[i].Name = groupName(s.By, s.Curves[i].Key, lang)
	}
	s.Drill = l.Address(s.of)
	return s
}

// File is what the curves are called as a file.
func (s Survival) File() string { return s.FileName("survival") }

// Grid is a line for each day on which an agreement ended.
func (s Survival) Grid(lang string) sheet.Grid {
	title := fault.Say("协议存续", "How long agreements hold").In(lang)
	g := sheet.Grid{Name: title, Title: title, Under: s.Under(lang), Head: heads(lang, fault.Say("分组", "Group"), fault.Say("天数", "Days"), fault.Say("尚在观察", "At risk"), fault.Say("终止", "Ended"),
		fault.Text{ZH: "存续率（%）", EN: "Standing (%)"}, lowText, highText)}
	percent := func(f float64) sheet.Decimal { return sheet.Decimal(strconv.FormatFloat(100*f, 'f', 2, 64)) }
	for _, c := range s.Curves {
		for _, p := range c.Points {
			g.Rows = append(g.Rows, []any{c.Name, int64(p.Day), p.AtRisk, p.Ended, percent(p.Share), percent(p.Low), percent(p.High)})
		}
	}
	return g
}
