package app_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/app"
	"fengqiao/internal/casework"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/holding"
	"fengqiao/internal/housetest"
)

// Whatever the program does by itself comes to the same, to the row, where two programs do it at the same moments for six weeks: nothing
// is sent, released, sealed, added up or entered twice, and neither has anything to complain of.
func TestTwoProgramsDoTheirChoresOnce(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, "postgres")
	var one, two *weeks
	var both sync.WaitGroup
	both.Go(func() { one = sixWeeks(t, 1) })
	both.Go(func() { two = sixWeeks(t, 2) })
	both.Wait()
	if t.Failed() {
		return
	}
	all := map[string]bool{}
	for k := range one.rows {
		all[k] = true
	}
	for k := range two.rows {
		all[k] = true
	}
	for _, k := range slices.Sorted(maps.Keys(all)) {
		if !slices.Equal(one.rows[k], two.rows[k]) {
			t.Errorf("%s, time after time: %v by one program, %v by two", k, one.rows[k], two.rows[k])
		}
	}
	for _, done := range []string{"event remind", "event anomaly_found", "held released", "held destroyed", "table record_seals", "table rolled_months", "message session_reminder",
		"import done", "import forgotten", "row made", "register dropped", "table case_terms"} {
		if !slices.ContainsFunc(one.rows[done], func(n int) bool { return n > 0 }) {
			t.Errorf("in six weeks there was no %s: this shows nothing", done)
		}
	}
}

// weeks is a town that was left to its chores, and what stands in its database afterwards.
type weeks struct {
	*testing.T
	town *housetest.Town
	apps []*app.App
	rows map[string][]int // how many there were, time after time
	turn int
}

var passes = []time.Duration{time.Minute, 18 * time.Hour, 48 * time.Hour, 40 * time.Hour, 8 * 24 * time.Hour, 31 * 24 * time.Hour}

func sixWeeks(t *testing.T, programs int) *weeks {
	town := housetest.New(t, dbtest.New(t, "postgres"))
	w := &weeks{T: t, town: town, apps: []*app.App{town.App}, rows: map[string][]int{}}
	if other := town.Twin(t); programs > 1 { // it leaves a row by being there
		w.apps = append(w.apps, other)
	}
	w.waits()
	for _, pass := range passes {
		town.Later(pass)
		w.chores()
		w.count()
	}
	found, err := town.App.Verify(t.Context())
	if err != nil || len(found.Breaks) > 0 {
		t.Errorf("%d programs: %v %+v", programs, err, found.Breaks)
	}
	return w
}

// chores has every program do each chore at the same moment.
func (w *weeks) chores() {
	for _, name := range slices.Sorted(maps.Keys(w.apps[0].Chores())) {
		var all sync.WaitGroup
		begin := make(chan struct{})
		for _, a := range w.apps {
			all.Go(func() {
				<-begin
				if err := a.Chores()[name](w.Context()); err != nil {
					w.Errorf("%s: %v", name, err)
				}
			})
		}
		close(begin)
		all.Wait()
	}
}

// waits prepares something for every chore.
func (w *weeks) waits() {
	w.months()
	w.disputes()
	w.held()
	w.tables()
	w.drafts()
	w.exec("INSERT INTO case_terms_due (county_code, case_id) SELECT county_code, id FROM dispute_cases")
}

func (w *weeks) months() {
	w.town.InFengze(func(past *housetest.Past) {
		for n := range 4 {
			on := w.town.Today().PlusMonths(-n).FirstOfMonth()
			past.Dispute(w.town.Home.ID, on, on.Plus(8), casework.WrittenAgreement, func(h *casework.Head) { h.Version = 0 })
		}
	})
}

// disputes are one that nobody takes up, one that waits for consent, one with a session to come, one in performance, and three with one telephone.
func (w *weeks) disputes() {
	su := w.town.As(w.town.Su)
	w.town.As(w.town.Lin).Files()
	su.Does(su.Files(), "ask-consent", nil).Is(200)
	meets := w.town.As(nil).Files(m{"respondents": []m{{"kind": "person", "name": "陈志强", "phone": "13900139000"}}})
	su.Hosted(meets, w.town.Su)
	at := func(hours time.Duration) string {
		return w.town.Clock.Now().Add(hours * time.Hour).Format(time.RFC3339)
	}
	su.Does(meets, "schedule-session", m{"starts_at": at(100), "ends_at": at(102), "place": "社区调解室", "mode": "in_person", "kind": "joint"}).Is(200)
	su.Signed(su.Files(), w.town.Su)
	for _, name := range []string{"黄丽华", "吴建国", "蔡美珍"} {
		su.Files(m{"applicant": m{"kind": "person", "name": name, "phone": "13900001234", "address": "少林社区 9 号"}})
	}
}

func (w *weeks) held() {
	w.town.App.Holding.Bounds = holding.Bounds{Phone: 1, Address: 1000, Committee: 1000}
	var ids []string
	for n := range 6 {
		body := housetest.Leak()
		body["applicant"] = m{"kind": "person", "name": "林秀英", "phone": "13700137000"}
		a := w.town.As(nil).Post("/cases", body)
		if n > 0 {
			ids = append(ids, a.Is(202).Text("id"))
		}
	}
	for _, id := range ids[3:] {
		w.town.As(w.town.Su).Post("/held-filings/"+id+"/drop", m{"reason": "no_dispute"}).Is(200)
	}
}

// tables are a ledger that is being entered, one that is being tried, one that nobody goes on with, and a table of the register likewise.
func (w *weeks) tables() {
	chair := w.town.As(w.town.Zheng)
	ledger := func(first, n int) (at string, a housetest.Answer) {
		rows := [][]any{{"台账编号", "调解日期", "地点", "申请人", "联系电话", "被申请人", "联系电话", "纠纷类别", "简要案情", "调解结果", "协议内容", "履行情况", "履行期限", "金额（元）", "调解员", "备注"}}
		for i := range n {
			rows = append(rows, []any{fmt.Sprintf("%03d", first+i), "2026.2.3", "少林社区", fmt.Sprint("林某", first), "13800138000", fmt.Sprint("陈某", first), "无", "邻里纠纷", fmt.Sprintf("第 %d 户楼上漏水。", first+i),
				"调解成功", "陈志强赔偿粉刷费二百元。", "已履行", "", "200", "苏惠敏", ""})
		}
		a = chair.SendAny("POST", "/ledger/imports", housetest.File{Name: "台账.xlsx", Content: string(housetest.Book(w, rows...))}).Is(201)
		return "/ledger/imports/" + a.Text("id"), a
	}
	on := func(a housetest.Answer) housetest.Hand { return chair.With("If-Match", `"`+a.Text("version")+`"`) }
	at, sent := ledger(1, 12)
	on(sent).Post(at+"/columns", m{"columns": sent.Value("columns")}).Is(200)
	for worked := true; worked; {
		var err error
		if worked, err = w.town.App.Exchange.Step(w.Context()); err != nil {
			w.Fatal(err)
		}
	}
	on(chair.Get(at)).Post(at+"/start", m{"choice": "good", "rights_told": true}).Is(200)
	at, sent = ledger(100, 6)
	on(sent).Post(at+"/columns", m{"columns": sent.Value("columns")}).Is(200)
	ledger(200, 1)
	w.town.As(w.town.County).SendForm("POST", "/registry/imports", map[string]string{"county": "350503", "kind": "compounds"},
		housetest.File{Name: "表.xlsx", Content: string(housetest.Book(w, []any{"小区名称", "区划代码"}, []any{"新花园", string(housetest.Shaolin)}))}).Is(201)
}

// drafts are one of a filing, one of an agreement, and a file that no row names.
func (w *weeks) drafts() {
	door := housetest.OnDoorstep(w.town)
	door.Comes().Opens("/file/place").Says("area_code", "350527000000").Opens("/file/photos").Uploads("天花板.png", []byte(housetest.Pixel), "add", "yes").Is(200, "/file/photos")
	su := w.town.As(w.town.Su)
	written := su.Files(m{"category": "1306"})
	su.Met(written, w.town.Su)
	at := "/desk/cases/" + written.ID + "/fix-agreement"
	door.Enters(w.town.Su).Opens(at).Says("facts", "只写了一半", "do", "keep").Is(200, at)
	lost := filepath.Join(w.town.App.Data, "files", "ab", strings.Repeat("cd", 31))
	if err := os.MkdirAll(filepath.Dir(lost), 0o700); err != nil {
		w.Fatal(err)
	}
	if err := os.WriteFile(lost, []byte("lost"), 0o600); err != nil {
		w.Fatal(err)
	}
	then := w.town.Clock.Now().Add(-48 * time.Hour)
	if err := os.Chtimes(lost, then, then); err != nil {
		w.Fatal(err)
	}
}

func (w *weeks) exec(sql string) {
	w.Helper()
	pool, err := w.town.Store.Pool()
	if err == nil {
		_, err = pool.ExecContext(context.Background(), sql)
	}
	if err != nil {
		w.Fatal(err)
	}
}

// count counts the rows of every table, and tells apart those that tell what was done.
func (w *weeks) count() {
	for _, table := range w.names("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'") {
		w.each("table "+table, "SELECT '', COUNT(*) FROM "+table)
	}
	for what, sql := range map[string]string{
		"event":    "SELECT event, COUNT(*) FROM journal GROUP BY 1",
		"held":     "SELECT state, COUNT(*) FROM held_filings GROUP BY 1",
		"import":   "SELECT state, COUNT(*) FROM ledger_imports GROUP BY 1",
		"row":      "SELECT state, COUNT(*) FROM ledger_import_rows GROUP BY 1",
		"made":     "SELECT id::text <> '', SUM(looked_at * 10000 + made * 100 + there * 10 + failed) FROM ledger_imports GROUP BY 1",
		"register": "SELECT state, COUNT(*) FROM register_imports GROUP BY 1",
		"message":  "SELECT kind, COUNT(*) FROM outbox GROUP BY 1",
		"flag":     "SELECT rule, COUNT(*) FROM anomaly_flags GROUP BY 1",
		"seal":     "SELECT until_on::text, COUNT(*) FROM record_seals GROUP BY 1",
		"case":     "SELECT state, COUNT(*) FROM dispute_cases GROUP BY 1",
	} {
		w.each(what+" ", sql)
	}
	files, err := filepath.Glob(filepath.Join(w.town.App.Data, "files", "??", "*"))
	if err != nil {
		w.Error(err)
	}
	w.saw("files", len(files))
	w.turn++
}

func (w *weeks) saw(what string, n int) {
	if w.rows[what] == nil {
		w.rows[what] = make([]int, len(passes))
	}
	w.rows[what][w.turn] = n
}

func (w *weeks) names(sql string) (out []string) {
	w.ask(sql, func(scan func(...any) error) error {
		var one string
		err := scan(&one)
		out = append(out, one)
		return err
	})
	return out
}

func (w *weeks) each(before, sql string) {
	w.ask(sql, func(scan func(...any) error) error {
		var name string
		var n int
		err := scan(&name, &n)
		w.saw(before+name, n)
		return err
	})
}

func (w *weeks) ask(sql string, row func(scan func(...any) error) error) {
	w.Helper()
	pool, err := w.town.Store.Pool()
	if err != nil {
		w.Fatal(err)
	}
	rows, err := pool.QueryContext(context.Background(), sql)
	if err != nil {
		w.Fatalf("%s: %v", sql, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			w.Fatalf("%s: %v", sql, err)
		}
	}
	if err := rows.Err(); err != nil {
		w.Fatal(err)
	}
}
