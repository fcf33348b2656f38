package tally

import (
	"bytes"

	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/sheet"
)

// Pages are the lists as pages for people.
var Pages = Lists{Cases: "/desk/cases"}

// Question is what stands above every report: the form with what was asked.
type Question struct {
	Path   string
	Ask    Ask
	Choose []Choice
	More   string // what else the report was asked, as an address goes on
	Wider  string // the address of the area around this one, where the reader's post reaches it
}

// Choice is a period that one press chooses.
type Choice struct {
	Text, Href string
	Chosen     bool
}

// asked reads a question from the address, and says what is wrong with it.
func asked(r *page.Request) (Ask, error) {
	ask := Ask{Area: ident.Widen(r.Query("area")), Basis: Basis(r.Query("basis")), Group: r.Query("group")}
	var bad fault.Check
	read := func(name string) calendar.Day {
		text := r.Query(name)
		if text == "" {
			return ""
		}
		day, err := calendar.ParseDay(text)
		bad.Take(name, err)
		return day
	}
	ask.From, ask.To = read("from"), read("to")
	if text := r.Query("committee_id"); text != "" {
		var err error
		ask.Only, err = ident.ParseID(text)
		bad.Take("committee_id", err)
	}
	return ask, bad.Err()
}

// Answer reads the question and answers it.
func Answer[T any](r *page.Request, q *Question, answer func(Ask) (T, error)) (out T, err error) {
	if q.Ask, err = asked(r); err == nil {
		out, err = answer(q.Ask)
	}
	return out, err
}

// Settled completes the form with what the report was about, and the periods to choose from.
func (q *Question) Settled(r *page.Request, h Head) {
	q.Ask.Area, q.Ask.From, q.Ask.To, q.Ask.Basis = h.Area, h.From, h.To, h.Basis
	today := calendar.DayOf(h.Snapshot)
	year := today.FirstOfMonth()[:5] + "01-01"
	back, _ := LastTwelve(today)
	q.choose(r, "report.this_year", year, today)
	q.choose(r, "report.twelve_months", back, today)
	q.choose(r, "report.last_year", year.PlusYears(-1), year.Plus(-1))
	if wider := h.Area.Parent(); r.Grant.CoversArea(wider) {
		q.Wider = q.At(wider, h.From, h.To)
	}
}

func (q *Question) choose(r *page.Request, key string, from, to calendar.Day) {
	q.Choose = append(q.Choose, Choice{r.Say(key), q.At(q.Ask.Area, from, to), from == q.Ask.From && to == q.Ask.To})
}

// Here is the address of this report about the area or committee itself, without days.
func (q *Question) Here() string {
	return q.Path + "?" + narrow("area", string(q.Ask.Area), "committee_id", only(q.Ask.Only)).Encode()
}

// At is the address of this report about another area or period.
func (q *Question) At(area ident.Area, from, to calendar.Day) string {
	return q.Path + "?" + narrow("area", string(area), "from", string(from), "to", string(to), "basis", string(q.Ask.Basis), "group", q.Ask.Group, "committee_id", only(q.Ask.Only)).Encode()
}

// Sheet answers a report, put into the reader's language, as the file that the address asks for; false where it asks for none.
func Sheet[T Report[T]](r *page.Request, t T) (page.Reply, bool, error) {
	asked := r.Query("format")
	if asked == "" {
		return page.Reply{}, false, nil
	}
	format, err := sheet.ParseFormat(asked)
	if err != nil {
		return page.Reply{}, true, err
	}
	reply, err := File(t.File(), t.Grid(r.Lang), format)
	return reply, true, err
}

// File answers a table as a file of a format, called name without its ending.
func File(name string, g sheet.Grid, f sheet.Format) (page.Reply, error) {
	var b bytes.Buffer
	err := g.Write(&b, f)
	return page.Download(name+"."+string(f), f.MediaType(), &b), err
}

// Files are the addresses of the question's answer as files.
type Files struct{ XLSX, CSV string }

// Files are where the answer is had as a file.
func (q *Question) Files() Files {
	at := q.At(q.Ask.Area, q.Ask.From, q.Ask.To) + q.More
	return Files{at + "&format=xlsx", at + "&format=csv"}
}

func only(id ident.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// LastTwelve are this month so far and the eleven before it.
func LastTwelve(today calendar.Day) (from, to calendar.Day) {
	return today.FirstOfMonth().PlusMonths(-11), today
}
