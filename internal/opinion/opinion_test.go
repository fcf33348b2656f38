package opinion_test

import (
	"context"
	"database/sql"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
)

type m = housetest.M

const (
	said  = "金丝雀七七三一"
	month = 31 * 24 * time.Hour
)

// over is a case of Lin's that both sides know and that has come to its end, with a code for each.
func over(town *housetest.Town) (c *housetest.Case, lin, chen housetest.Hand) {
	c = town.As(nil).Files()
	su := town.Again(town.Su) // however long it has been
	letter := su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201)
	su.Sees(c)
	su.Hosted(c, town.Su)
	su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(200)
	return c, town.Party(c, c.Code), town.Party(c, letter.Text("letter.code"))
}

func all(value string, line string) m {
	return m{"answers": m{"heard": value, "understood": value, "free": value, "neutral": value, "again": value}, "line": line}
}

// answered are so many parties of so many cases that gave an opinion.
func answered(town *housetest.Town, n int, value, line string) {
	for range n {
		c, lin, _ := over(town)
		lin.Post("/cases/"+c.ID+"/opinion", all(value, line)).Is(201)
	}
}

func TestAPartyGivesItsOpinionOnceWhenItIsOver(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		running := town.As(nil).Files()
		town.Party(running, running.Code).Post("/cases/"+running.ID+"/opinion", all("5", "")).Refuses("not_over")
		c, lin, chen := over(town)
		path := "/cases/" + c.ID + "/opinion"
		if a := lin.Post(path, m{"answers": m{"heard": "6"}}).Is(422); !a.Holds("heard") {
			t.Errorf("%s", a.Body)
		}
		lin.Post(path, m{"answers": m{"hear": "5"}}).Is(422)
		lin.Post(path, all("5", strings.Repeat("长", 201))).Is(422)
		if a := lin.Post(path, all("5", said)).Is(201); a.Holds(said) {
			t.Error("the answer repeats what was said")
		}
		lin.Post(path, all("1", "")).Refuses("answered")
		chen.Post(path, all("2", "")).Is(201)
		lin.Post("/cases/"+c.ID+"/about", m{"answers": m{"sex": "2", "age_band": "60"}}).Is(201)
		lin.Post("/cases/"+c.ID+"/about", m{"answers": m{"sex": "1"}}).Refuses("answered")
		for _, who := range []*housetest.Person{town.Su, town.Zheng, town.County, town.Wang} {
			if a := town.As(who).Post(path, all("1", "")); a.Status != 404 {
				t.Errorf("%s answers: %d", who.Name, a.Status)
			}
		}
		for _, h := range []housetest.Hand{lin, town.As(town.Su), town.As(town.Zheng)} {
			if a := h.Get("/cases/" + c.ID + "/timeline").Is(200); a.Holds("opinion") {
				t.Errorf("the record tells of it: %s", a.Body)
			}
		}
	})
}

// A mark and an answer share no value but the county: neither a key, nor a time, nor a number that counts; and nothing
// in between (a one-time key, an entry) was written with either.
func TestAMarkAndAnAnswerCannotBeJoined(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		made := []*housetest.Case{}
		hands := []housetest.Hand{}
		for range 3 {
			c, lin, _ := over(town)
			made, hands = append(made, c), append(hands, lin)
		}
		before := count(t, town, "idempotency_keys") + count(t, town, "journal")
		for i, lin := range hands {
			lin.With("Idempotency-Key", "k").Post("/cases/"+made[i].ID+"/opinion", all("4", said)).Is(201)
			lin.Post("/cases/"+made[i].ID+"/about", m{"answers": m{"sex": "2", "first_time": "yes"}}).Is(201)
		}
		if after := count(t, town, "idempotency_keys") + count(t, town, "journal"); after != before {
			t.Errorf("%d rows were written beside", after-before)
		}
		marks := values(t, town, "opinion_marks")
		if len(marks) != 6 {
			t.Fatalf("%d marks", len(marks))
		}
		answers := append(values(t, town, "opinion_answers"), values(t, town, "equality_answers")...)
		if len(answers) != 6 {
			t.Fatalf("%d answers", len(answers))
		}
		for _, a := range answers {
			for _, v := range a {
				for _, mk := range marks {
					if v != "" && v != "350503" && slices.Contains(mk, v) {
						t.Errorf("both hold %q", v)
					}
				}
				if id, err := ident.ParseID(v); err == nil {
					if made := id.Time(); made.Sub(town.Clock.Now()).Abs() < 365*24*time.Hour {
						t.Errorf("the id tells when it was made: %s", made)
					}
				}
				for _, c := range made {
					if strings.Contains(v, c.ID) || strings.Contains(v, c.Applicant) || v == c.Reference {
						t.Errorf("an answer names its case: %q", v)
					}
				}
			}
		}
		if town.Store.Dialect() == "sqlite" { // a rowid would count the rows as they came
			pool, err := town.Store.Pool()
			if err != nil {
				t.Fatal(err)
			}
			for _, table := range []string{"opinion_marks", "opinion_answers", "equality_answers"} {
				var n int
				if err := pool.QueryRowContext(context.Background(), "SELECT COUNT(rowid) FROM "+table).Scan(&n); err == nil {
					t.Errorf("%s has a rowid", table)
				}
			}
		}
	})
}

func count(t *testing.T, town *housetest.Town, table string) (n int) {
	t.Helper()
	pool, err := town.Store.Pool()
	if err == nil {
		err = pool.QueryRowContext(context.Background(), "SELECT COUNT(*) FROM "+table).Scan(&n)
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// values are all values of a table as text, row by row.
func values(t *testing.T, town *housetest.Town, table string) (out [][]string) {
	t.Helper()
	pool, err := town.Store.Pool()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := pool.QueryContext(context.Background(), "SELECT * FROM "+table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		cells, into := make([]sql.RawBytes, len(names)), make([]any, len(names))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(names))
		for i, c := range cells {
			row[i] = string(c)
		}
		out = append(out, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// Fewer than five in a county's quarter are in no figure: not in the county's, not in the city's, not in a longer period's.
func TestP4_FewerThanFiveAreInNoFigure(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		answered(town, 4, "1", said)
		town.Later(3 * month)
		n := func(who *housetest.Person, query string) string {
			return town.Again(who).Get("/reports/opinion" + query).Is(200).Text("opinions.0.n")
		}
		if got := n(town.County, ""); got != "0" {
			t.Errorf("four are counted: %s", got)
		}
		answered(town, 6, "5", said)
		if got := n(town.County, ""); got != "0" {
			t.Errorf("the running quarter is counted: %s", got)
		}
		town.Later(3 * month)
		for who, query := range map[*housetest.Person]string{town.County: "", town.Bureau: "?area=3505"} {
			a := town.Again(who).Get("/reports/opinion" + query).Is(200)
			if a.Text("opinions.0.n") != "6" || a.Text("opinions.0.answers.0.n") != "6" || a.Text("opinions.0.answers.4.n") != "0" {
				t.Errorf("%s: the four of the quarter before show in the difference: %s", who.Name, a.Body)
			}
			o := town.As(who).Get("/reports/trend").Is(200) // the twelve months of the overview hold whole quarters
			drill := town.As(who).Get(strings.TrimPrefix(o.Text("rates.again.drill.numerator"), "/api/v1")).Is(200)
			if o.Text("rates.again.numerator") != "6" || o.Text("rates.again.denominator") != "6" || drill.Text("opinions.4.n") != "6" || o.Text("rates.response.numerator") != o.Text("rates.fair.n") {
				t.Errorf("%s: the overview says %s, the report %s", who.Name, o.Text("rates"), drill.Body)
			}
			if cut := town.As(who).Get("/reports/trend?from=2026-04-15&to=2026-06-20").Is(200); cut.Holds(`"again"`) {
				t.Errorf("%s: a part of a quarter tells %s", who.Name, cut.Text("rates.again"))
			}
			if a.Text("about.0.shown") != "false" || len(a.Value("about.0.answers").([]any)) != 0 {
				t.Errorf("%s: %s", who.Name, a.Body)
			}
			for _, told := range []string{"committee", "mediator", said} {
				if a.Holds(told) {
					t.Errorf("%s: the report tells of %s", who.Name, told)
				}
			}
		}
		town.Again(town.County).Get("/reports/opinion?area=350502").Is(404)
		town.Again(town.Bureau).Get("/reports/opinion?area=350503001001").Is(422)
		town.Again(town.County).Get("/reports/opinion?from=2030-01-01&to=2030-03-31").Is(422)
	})
}

// Five answers of which one says nothing are four: the row is hidden whole.
func TestP4_WhoSaysNothingDoesNotCount(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		answered(town, 4, "3", "")
		c, lin, _ := over(town)
		lin.Post("/cases/"+c.ID+"/opinion", m{"answers": m{"heard": "0", "free": "3"}}).Is(201)
		town.Later(3 * month)
		a := town.Again(town.County).Get("/reports/opinion").Is(200)
		if a.Text("opinions.0.shown") != "false" || a.Text("opinions.2.shown") != "true" || a.Text("opinions.2.n") != "5" {
			t.Errorf("%s", a.Body)
		}
	})
}

// Free lines: the bureau of the county itself, five at least, in no order; nobody who mediates or leads, and nobody above.
func TestOnlyTheCountysBureauReadsFreeLines(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		lines := func(who *housetest.Person, query string) housetest.Answer {
			return town.Again(who).Get("/reports/opinion/lines" + query)
		}
		answered(town, 4, "5", said)
		town.Later(3 * month)
		if a := lines(town.County, "").Is(200); len(a.Value("items").([]any)) != 0 {
			t.Errorf("four lines are shown: %s", a.Body)
		}
		answered(town, 5, "5", said)
		town.Later(3 * month)
		if a := lines(town.County, "").Is(200); len(a.Value("items").([]any)) != 5 {
			t.Errorf("five of the second quarter: %s", a.Body)
		}
		for who, status := range map[*housetest.Person]int{town.Su: 403, town.Zheng: 403, town.Station: 403, town.System: 403, town.Security: 403, town.Bureau: 404} {
			if a := lines(who, "?area=350503"); a.Status != status || a.Holds(said) {
				t.Errorf("%s: %d %s", who.Name, a.Status, a.Body)
			}
			if a := town.Again(who).Page("GET", "/reports/opinion/lines?area=350503", nil); a.Holds(said) {
				t.Errorf("%s reads the page", who.Name)
			}
		}
		if a := lines(town.FarCounty, "?area=350503"); a.Status != 404 {
			t.Errorf("another county: %d", a.Status)
		}
		for _, who := range []*housetest.Person{town.Su, town.Zheng, town.Station} {
			town.Again(who).Get("/reports/opinion").Is(403)
		}
	})
}

func TestAnOpinionByPages(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		running := town.As(nil).Files()
		early := d.Comes().Opens("/follow").Says("reference", running.Reference, "code", running.Code).Reads("关于您的四个问题").ReadsNot("说说您的意见")
		early.Opens("/mine/"+running.ID+"/opinion").Is(200, "/mine/"+running.ID)
		c, _, _ := over(town)
		home := "/mine/" + c.ID
		lin := d.Comes().Opens("/follow").Says("reference", c.Reference, "code", c.Code).Is(200, home).Reads("说说您的意见")
		lin.Opens(home+"/opinion").Is(200, home+"/opinion").Reads("调解员没有偏向哪一边", "不想说", "分开存放")
		lin.Says("heard", "9").Is(422, home+"/opinion").Reads("请从列表中选择")
		lin.Says("heard", "5", "free", "0", "line", said).Is(200, home+"?done=opinion").Reads("谢谢您的意见").ReadsNot(said)
		lin.Opens(home + "/opinion").Reads("您已经填过了").ReadsNot(`<button class="btn"`)
		lin.Posts(home+"/opinion", url.Values{"_key": {"again"}, "heard": {"1"}}).Is(200, home+"?done=opinion")
		lin.Opens(home+"/about").Reads("您多大年纪", "不影响您的事").Says("age_band", "60").Is(200, home+"?done=about")
		lin.Opens(home + "/about").Reads("您已经填过了")

		answered(town, 4, "4", said)
		town.Later(3 * month)
		town.Again(town.County)
		county := d.Enters(town.County).Opens("/reports/opinion").Is(200, "/reports/opinion").Reads("我说的话，有人认真听了", "比较同意", "不满五人", "当事人情况", "当事人写的话", "按身份和纠纷类别", "申请人", "邻里").ReadsNot("其余，合在一起")
		if a := town.As(town.County).Get("/reports/opinion").Is(200); a.Text("opinions.0.sides.0.n") != "5" || a.Text("opinions.0.sides.0.code") != "applicant" || a.Text("opinions.0.kinds.0.answers.1.n") != "4" {
			t.Errorf("%s", a.Body)
		}
		county.Opens("/reports/opinion/lines").Reads(said)
		d.Enters(town.Bureau).Opens("/reports/opinion").ReadsNot("当事人写的话")
		county.Opens("/reports/opinion?from=x").Is(422, "/reports/opinion?from=x")
		county.Opens("/reports/opinion?from=2026-01-01&to=2026-03-31").Reads(`value="2026-01-01"`, "2026-1 季度至 2026-1 季度")
	})
}
