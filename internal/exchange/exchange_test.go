package exchange_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"fengqiao/internal/actor"
	"fengqiao/internal/housetest"
)

type m = housetest.M

// A ledger as a village keeps it: a title above, headings of its own, days written in all ways.
var headings = []any{"台账编号", "调解日期", "地点", "申请人", "联系电话", "被申请人", "联系电话", "纠纷类别", "简要案情", "调解结果", "协议内容", "履行情况", "履行期限", "金额（元）", "调解员", "备注"}

func line(n int, changes map[int]any) []any {
	out := []any{fmt.Sprintf("%03d", n), "2026.2.3", "少林社区", "林秀英", "13800138000", "陈志强", "无", "邻里纠纷", fmt.Sprintf("第 %d 户楼上漏水。", n), "调解成功", "陈志强赔偿粉刷费二百元。", "已履行", "", "200", "苏惠敏", ""}
	for i, v := range changes {
		out[i] = v
	}
	return out
}

// Columns of a line.
const (
	cNumber = iota
	cDate
	cPlace
	cApplicant
	cPhone
	cRespondent
	cPhone2
	cCategory
	cFacts
	cOutcome
	cTerms
	cKept
	cDue
	cAmount
	cMediators
	cRemarks
)

func xlsx(t testing.TB, rows ...[]any) string {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	for i, row := range rows {
		if err := book.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	return saved(t, book)
}

func saved(t testing.TB, book *excelize.File, o ...excelize.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := book.Write(&b, o...); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func ledgerOf(t testing.TB, rows ...[]any) string {
	return xlsx(t, append([][]any{{"少林社区 2026 年人民调解台账"}, headings}, rows...)...)
}

// works has the worker do all there is to do.
func works(t testing.TB, town *housetest.Town) {
	t.Helper()
	for range 10_000 {
		worked, err := town.App.Exchange.Step(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if !worked {
			return
		}
	}
	t.Fatal("work without an end")
}

// sending is an import on its way, as the API shows it.
type sending struct {
	t    testing.TB
	town *housetest.Town
	hand housetest.Hand
	at   string
	last housetest.Answer
}

// sends uploads a ledger as the chair.
func sends(t testing.TB, town *housetest.Town, content string) *sending {
	t.Helper()
	hand := town.As(town.Zheng)
	a := hand.SendAny("POST", "/ledger/imports", housetest.File{Name: "台账.xlsx", Content: content}).Is(http.StatusCreated)
	return &sending{t, town, hand, "/ledger/imports/" + a.Text("id"), a}
}

func (i *sending) does(step string, body m) housetest.Answer {
	i.t.Helper()
	a := i.hand.With("If-Match", `"`+i.last.Text("version")+`"`).Post(i.at+"/"+step, body)
	if a.Status == http.StatusOK {
		works(i.t, i.town)
		i.last = i.hand.Get(i.at).Is(200)
	}
	return a
}

// tried confirms the columns as they were recognised.
func (i *sending) tried() *sending {
	i.t.Helper()
	i.does("columns", m{"columns": i.last.Value("columns")}).Is(200)
	i.counts("state", "checked")
	return i
}

func (i *sending) starts(body m) *sending {
	i.t.Helper()
	body["rights_told"] = true
	i.does("start", body).Is(200)
	return i
}

func (i *sending) counts(pairs ...any) *sending {
	i.t.Helper()
	for n := 0; n < len(pairs); n += 2 {
		if got := i.last.Text(pairs[n].(string)); got != fmt.Sprint(pairs[n+1]) {
			i.t.Errorf("%s: %s, want %v: %s %s", pairs[n], got, pairs[n+1], i.last.Body, i.hand.Get(i.at+"/rows").Body)
		}
	}
	return i
}

// says is what was found of a row.
func (i *sending) says(number int) string {
	i.t.Helper()
	rows := i.hand.With("Accept-Language", "zh-CN").Get(i.at + "/rows?limit=100").Is(200)
	for _, one := range rows.Value("items").([]any) {
		if r := one.(map[string]any); r["number"] == float64(number) {
			return fmt.Sprint(r["state"], r["problems"])
		}
	}
	return ""
}

func cases(town *housetest.Town) int {
	return len(town.As(town.Zheng).Get("/cases?limit=100").Is(200).Value("items").([]any))
}

func TestALedgerIsTakenIn(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		i := sends(t, town, ledgerOf(t, line(1, nil), line(2, map[int]any{cKept: "未履行", cDue: 46150}), // a day as Excel counts
			line(3, map[int]any{cOutcome: "调解不成", cTerms: "", cKept: ""}), line(4, map[int]any{cOutcome: "", cTerms: "", cKept: "", cMediators: ""}),
			line(5, map[int]any{cPlace: "东湖花园3号楼", cMediators: "洪国荣、郑主任", cRespondent: "泉州东湖物业有限公司、陈志强", cDate: "2025年12月1日", cRemarks: "已回访"})))
		i.counts("state", "uploaded", "rows", 5, "heading_row", 2, "kind", "xlsx")
		if cases(town) != 0 {
			t.Fatal("cases before anything was tried")
		}
		i.tried().counts("good", 5, "bad", 0, "double", 0, "mediated", 4)
		if cases(town) != 0 {
			t.Fatal("trying made cases")
		}
		i.starts(m{"choice": "all"}).counts("state", "done", "made", 5, "failed", 0)
		states := map[string]int{}
		for _, one := range town.As(town.Zheng).Get("/cases?limit=100").Is(200).Value("items").([]any) {
			states[one.(map[string]any)["state"].(string)]++
		}
		if states["closed"] != 3 || states["performing"] != 1 || states["registered"] != 1 {
			t.Errorf("states %v", states)
		}
		found := town.As(town.Zheng).Post("/searches", m{"text": "东湖物业"}).Is(200)
		id := found.Text("items.0.id")
		c := town.As(town.Zheng).Get("/cases/" + id).Is(200)
		for path, want := range map[string]string{"first_closed_on": "2025-12-01", "obligations.0.state": "performed", "obligations.0.amount_fen": "20000", "parties.1.kind": "organisation"} {
			if got := c.Text(path); got != want {
				t.Errorf("%s: %q, want %q", path, got, want)
			}
		}
		for _, one := range c.Value("people").([]any) {
			if p := one.(map[string]any); p["part"] == "host" && p["name"] != "洪国荣" {
				t.Errorf("hosted by %v", p["name"])
			}
		}
		if !strings.Contains(c.Text("facts"), "地点：东湖花园3号楼") || !strings.Contains(c.Text("facts"), "备注：已回访") {
			t.Errorf("facts %q", c.Text("facts"))
		}
		for _, one := range town.As(town.Zheng).Get("/cases/" + id + "/timeline").Is(200).Value("items").([]any) {
			if one.(map[string]any)["late"] != true {
				t.Errorf("not marked late: %v", one)
			}
		}
	})
}

// The same ledger again, with two lines more: what was entered is there, by its number or by what it says.
func TestTheSameLedgerAgainDoublesNothing(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		rows := [][]any{line(1, nil), line(2, map[int]any{cNumber: ""})}
		sends(t, town, ledgerOf(t, rows...)).tried().starts(m{"choice": "good"}).counts("made", 2)
		rows = append(rows, line(3, map[int]any{cDate: "2025-11-11"}), line(1, map[int]any{cFacts: "另一件事。"}))
		again := sends(t, town, ledgerOf(t, rows...)).tried().counts("there", 2, "good", 1, "bad", 1)
		if got := again.says(6); !strings.Contains(got, "这个编号以前录过，但内容不一样") {
			t.Errorf("row 6: %s", got)
		}
		again.starts(m{"choice": "good"}).counts("made", 1)
		if n := cases(town); n != 3 {
			t.Errorf("%d cases", n)
		}
	})
}

// A case that somebody entered by hand, and a line that stands twice, are shown and entered only when asked for.
func TestWhatMayBeThereAlreadyIsShown(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.As(town.Su).Files() // today, between the same people
		today := string(town.Today())
		i := sends(t, town, ledgerOf(t, line(1, map[int]any{cDate: today}), line(2, nil), line(2, nil))).tried().counts("double", 2, "good", 1)
		if got := i.says(3); !strings.Contains(got, "可能是同一件") {
			t.Errorf("row 3: %s", got)
		}
		if got := i.says(5); !strings.Contains(got, "和第 4 行是同一条") {
			t.Errorf("row 5: %s", got)
		}
		i.does("start", m{"choice": "all", "rights_told": true}).Refuses("rows_refused")
		i.starts(m{"choice": "good", "with_doubles": true}).counts("made", 2, "there", 1) // the line that stands twice is one case
	})
}

// Every row that is wrong is told in words, with its cell; the good ones go in.
func TestARowThatIsWrongIsTold(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.Ties(town.Su, "relative", "许大福")
		wrong := []struct {
			change map[int]any
			want   string
		}{
			{map[int]any{cDate: "前天"}, "日期 看不懂这个日期"}, {map[int]any{cDate: "2031-01-01"}, "日期 日期不能晚于今天"}, {map[int]any{cDate: ""}, "日期 请填写这一项"},
			{map[int]any{cApplicant: ""}, "申请人 请填写"}, {map[int]any{cPhone: "12345"}, "申请人电话 请填写 11 位"}, {map[int]any{cRespondent: ""}, "被申请人 请填写"},
			{map[int]any{cCategory: "天文"}, "纠纷类型 没有这个类型"}, {map[int]any{cFacts: ""}, "纠纷简况 请填写"}, {map[int]any{cOutcome: "书面协议"}, "结果 书面协议要有各方签名"},
			{map[int]any{cOutcome: "大概好了"}, "结果 看不懂结果"}, {map[int]any{cTerms: ""}, "协议内容 请填写"}, {map[int]any{cKept: ""}, "履行期限 请填写履行期限"},
			{map[int]any{cKept: "未履行", cDue: "2026-01-01"}, "履行期限 不能早于"}, {map[int]any{cAmount: "两百"}, "金额（元）"}, {map[int]any{cMediators: "路人甲"}, "调解员 本会现在没有"},
			{map[int]any{cRespondent: "许大福"}, "利益"}, // a tie of the mediator: the law refuses the assignment
		}
		rows := [][]any{line(100, nil)}
		for n, w := range wrong {
			rows = append(rows, line(n, w.change))
		}
		i := sends(t, town, ledgerOf(t, rows...)).tried().counts("good", 1, "bad", len(wrong))
		for n, w := range wrong {
			got := strings.NewReplacer("map[column:", "", "message:", "").Replace(i.says(n + 4))
			if !strings.HasPrefix(got, "bad") || !strings.Contains(got, w.want) {
				t.Errorf("row %d: %s, want %s", n+4, got, w.want)
			}
		}
		i.does("start", m{"choice": "all", "rights_told": true}).Refuses("rows_refused")
		i.does("start", m{"choice": "good"}).Is(422) // nobody said that rights were told
		i.starts(m{"choice": "good"}).counts("made", 1)
		if n := cases(town); n != 1 {
			t.Errorf("%d cases", n)
		}
	})
}

func TestABadFileChangesNothing(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		chair := town.As(town.Zheng).With("Accept-Language", "zh-CN")
		big := excelize.NewFile()
		stream, err := big.NewStreamWriter("Sheet1")
		if err != nil {
			t.Fatal(err)
		}
		_ = stream.SetRow("A1", headings)
		for n := range 20_001 {
			_ = stream.SetRow(fmt.Sprint("A", n+2), line(n, nil)[:2])
		}
		if err := stream.Flush(); err != nil {
			t.Fatal(err)
		}
		locked := excelize.NewFile()
		defer locked.Close()
		for name, bad := range map[string]struct{ content, want string }{
			"nothing":       {"", "文件是空的"},
			"a picture":     {housetest.Pixel, "不是 xlsx 或 csv"},
			"no zip inside": {"PK\x03\x04 and nothing more", "文件坏了"},
			"another zip":   {zipped(t, "word/document.xml", "<x/>"), "不是 xlsx 或 csv"},
			"a bomb":        {bomb(t), "展开以后太大"},
			"a password":    {saved(t, locked, excelize.Options{Password: "secret"}), "有密码"},
			"no headings":   {xlsx(t, []any{"甲", "乙", "丙"}, []any{"1", "2", "3"}), "没有认出表头"},
			"headings only": {xlsx(t, headings), "表头下面没有内容"},
			"20,001 rows":   {saved(t, big), "最多 20000 行"},
			"61 columns":    {xlsx(t, append(append([]any{}, headings...), make([]any, 44)...), append(append([]any{}, line(1, nil)...), fill(50)...)), "最多 60 列"},
			"no text":       {"\xff\xfe日\xff", "文字编码"},
			"large":         {strings.Repeat("a,b\n", 3<<20), "最多 10 兆"},
		} {
			a := chair.SendAny("POST", "/ledger/imports", housetest.File{Name: "台账.xlsx", Content: bad.content})
			if a.Status != 422 && a.Status != 413 || !strings.Contains(string(a.Body), bad.want) {
				t.Errorf("%s: %d %s", name, a.Status, a.Body)
			}
		}
		if got := chair.Get("/ledger/imports").Is(200).Value("items").([]any); len(got) != 0 {
			t.Errorf("%d imports were kept", len(got))
		}
	})
}

func fill(n int) []any {
	out := make([]any, n)
	for i := range out {
		out[i] = "x"
	}
	return out
}

// Formulas and merged cells are told with their row; empty rows are none.
func TestFormulasAndMergedCellsAreTold(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		book := excelize.NewFile()
		defer book.Close()
		for i, row := range [][]any{headings, line(1, nil), {}, line(2, nil), line(3, nil), line(4, nil)} {
			if err := book.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
		if err := book.SetCellFormula("Sheet1", "N4", "=100+100"); err != nil {
			t.Fatal(err)
		}
		if err := book.MergeCell("Sheet1", "B5", "B6"); err != nil {
			t.Fatal(err)
		}
		i := sends(t, town, saved(t, book)).tried().counts("rows", 4, "good", 2, "bad", 2)
		if got := i.says(4); !strings.Contains(got, "N") || !strings.Contains(got, "这一格是公式") {
			t.Errorf("row 4: %s", got)
		}
		if got := i.says(6); !strings.Contains(got, "合并了单元格") {
			t.Errorf("row 6: %s", got)
		}
	})
}

func csvOf(rows ...[]any) string {
	var b strings.Builder
	for _, row := range rows {
		for i, c := range row {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `"%v"`, c)
		}
		b.WriteString("\r\n")
	}
	return b.String()
}

func TestACSVIsReadInBothEncodings(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		text := csvOf(headings, line(1, nil), line(2, map[int]any{cFacts: "两行\n文字，带\"引号\"。"}))
		text = strings.ReplaceAll(text, `带"引号"`, `带""引号""`)
		gbk, err := simplifiedchinese.GB18030.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		sends(t, town, "\ufeff"+text).tried().counts("kind", "csv", "good", 2).starts(m{"choice": "all"}).counts("made", 2)
		sends(t, town, gbk).tried().counts("there", 2)
	})
}

// What a heading means is asked once.
func TestAHeadingIsRememberedForTheCommittee(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		own := append([]any{}, headings...)
		own[cFacts] = "事情"
		content := xlsx(t, own, line(1, nil))
		i := sends(t, town, content)
		c := i.last.Value("columns").([]any)
		if c[cFacts] != "" || c[cPhone2] != "respondent_phone" {
			t.Fatalf("columns %v", c)
		}
		i.does("columns", m{"columns": c}).Is(422)
		c[cFacts] = "facts"
		i.does("columns", m{"columns": c}).Is(200)
		i.counts("good", 1)
		got := sends(t, town, content).last.Value("columns").([]any)
		if got[cFacts] != "facts" || got[cPhone] != "applicant_phone" || got[cPhone2] != "respondent_phone" { // two headings are the same
			t.Errorf("not remembered: %v", got)
		}
	})
}

// Nobody but the chair, and none of another committee, sees or moves an import.
func TestALedgerIsTheChairs(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		i := sends(t, town, ledgerOf(t, line(1, nil)))
		for _, p := range []*housetest.Person{town.Su, town.Station, town.County, town.Lin, town.Court} {
			town.As(p).Get("/ledger/imports").Is(403)
		}
		other := town.As(town.OtherChair)
		other.Get(i.at).Is(404)
		other.Get(i.at + "/rows").Is(404)
		other.With("If-Match", `"1"`).Post(i.at+"/start", m{"choice": "good"}).Is(404)
		if got := other.Get("/ledger/imports").Is(200).Value("items").([]any); len(got) != 0 {
			t.Error("another chair lists it")
		}
	})
}

// An import that was cut off goes on where it was, and what was sent is sealed while it is kept, and then gone.
func TestAnImportGoesOnAndForgets(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		var rows [][]any
		for n := range 60 {
			rows = append(rows, line(n, nil))
		}
		i := sends(t, town, ledgerOf(t, rows...)).tried()
		if got := dump(t, town); strings.Contains(got, "13800138000") || strings.Contains(got, "林秀英") {
			t.Error("rows lie open")
		}
		i.hand.With("If-Match", `"`+i.last.Text("version")+`"`).Post(i.at+"/start", m{"choice": "good", "rights_told": true}).Is(200)
		if _, err := town.App.Exchange.Step(context.Background()); err != nil { // and the program stops
			t.Fatal(err)
		}
		if n := i.hand.Get(i.at).Text("made"); n == "0" || n == "60" {
			t.Fatalf("%s of 60", n)
		}
		works(t, town)
		i.last = i.hand.Get(i.at).Is(200)
		i.counts("made", 60, "state", "done", "looked_at", 60)
		if got := dump(t, town); got != "" {
			t.Errorf("rows are kept: %d bytes", len(got))
		}
		left := sends(t, town, ledgerOf(t, line(1000, nil)))
		town.Later(7*24*time.Hour + time.Hour)
		if n, err := town.App.Exchange.Forget(context.Background()); err != nil || n != 2 {
			t.Fatal(n, err)
		}
		town.Again(town.Zheng)
		if got := town.As(town.Zheng).Get(left.at).Text("state"); got != "forgotten" {
			t.Errorf("state %s", got)
		}
	})
}

// dump is what lies in the rows of imports.
func dump(t *testing.T, town *housetest.Town) string {
	t.Helper()
	pool, err := town.Store.Pool()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := pool.QueryContext(t.Context(), "SELECT cells_sealed, problems FROM ledger_import_rows WHERE cells_sealed IS NOT NULL")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	out := ""
	for rows.Next() {
		var cells []byte
		var problems string
		if err := rows.Scan(&cells, &problems); err != nil {
			t.Fatal(err)
		}
		out += string(cells) + problems
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return out
}

// Whoever is not chair any more enters nothing, however far it has come.
func TestAPostThatEndedStopsTheImport(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		i := sends(t, town, ledgerOf(t, line(1, nil))).tried()
		pool, err := town.Store.Pool()
		if err == nil {
			_, err = pool.ExecContext(t.Context(), "UPDATE posts SET until_day = '2026-03-06' WHERE person_id = '"+town.Zheng.ID.String()+"'")
		}
		if err != nil {
			t.Fatal(err)
		}
		i.starts(m{"choice": "good"}).counts("state", "stopped", "made", 0)
	})
}

// A chair of two committees says whose ledger it is.
func TestAChairOfTwoCommitteesSaysWhoseLedgerItIs(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		town.Serves(town.Zheng, town.Other, actor.Chair)
		zheng := town.Again(town.Zheng)
		content := xlsx(t, headings, line(1, nil))
		if a := zheng.SendAny("POST", "/ledger/imports", housetest.File{Name: "台账.xlsx", Content: content}); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("not said whose: %d %s", a.Status, a.Body)
		}
		a := zheng.SendAny("POST", "/ledger/imports", housetest.File{Name: "台账.xlsx", Content: content, Committee: town.Other.ID.String()}).Is(http.StatusCreated)
		if got := a.Text("committee_id"); got != town.Other.ID.String() {
			t.Errorf("taken in for %s", got)
		}
		if a := zheng.SendAny("POST", "/ledger/imports", housetest.File{Name: "台账.xlsx", Content: content, Committee: town.Far.ID.String()}); a.Status != http.StatusForbidden {
			t.Errorf("for a committee of others: %d", a.Status)
		}
		page := zheng.Page("GET", "/exchange", nil).Is(200)
		if !strings.Contains(string(page.Body), `name="committee_id"`) {
			t.Error("the page does not ask whose ledger it is")
		}
	})
}
