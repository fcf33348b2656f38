package housetest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/holding"
)

// WaitsLong leaves something to every chore that waits for days to pass: months, disputes that nobody takes up, filings that are held,
// tables and drafts that nobody goes on with.
func (town *Town) WaitsLong() {
	town.t.Helper()
	town.months()
	town.neglected()
	town.held()
	town.tables()
	town.drafts()
	town.do(Fengze.County(), func(tx *db.Tx) error {
		return tx.Rows().Exec("INSERT INTO case_terms_due (county_code, case_id) SELECT county_code, id FROM dispute_cases").Error
	})
}

// WaitsNow leaves something to every chore that has its work at once: a session that begins in so long, and a ledger of so many rows
// that is being entered.
func (town *Town) WaitsNow(session time.Duration, rows int) {
	town.t.Helper()
	su := town.As(town.Su)
	meets := town.As(nil).Files(M{"respondents": []M{{"kind": "person", "name": "陈志强", "phone": "13900139000"}}})
	su.Hosted(meets, town.Su)
	at := func(in time.Duration) string { return town.Clock.Now().Add(in).Format(time.RFC3339) }
	su.Does(meets, "schedule-session", M{"starts_at": at(session), "ends_at": at(session + 2*time.Hour), "place": "社区调解室", "mode": "in_person", "kind": "joint"}).Is(200)

	path, sent := town.ledger(1, rows)
	chair := town.As(town.Zheng)
	chair.With("If-Match", `"`+sent.Text("version")+`"`).Post(path+"/columns", M{"columns": sent.Value("columns")}).Is(200)
	for worked := true; worked; {
		var err error
		worked, err = town.App.Exchange.Step(context.Background())
		town.must(err)
	}
	chair.With("If-Match", `"`+chair.Get(path).Text("version")+`"`).Post(path+"/start", M{"choice": "good", "rights_told": true}).Is(200)
}

func (town *Town) months() {
	town.InFengze(func(past *Past) {
		for n := range 4 {
			on := town.Today().PlusMonths(-n).FirstOfMonth()
			past.Dispute(town.Home.ID, on, on.Plus(8), casework.WrittenAgreement, func(h *casework.Head) { h.Version = 0 })
		}
	})
}

// neglected are a dispute that nobody takes up, one that waits for consent, one in performance, and three with one telephone.
func (town *Town) neglected() {
	su := town.As(town.Su)
	town.As(town.Lin).Files()
	su.Does(su.Files(), "ask-consent", nil).Is(200)
	su.Signed(su.Files(), town.Su)
	su.Alike("13900001234")
}

// held are three filings that become cases by themselves, and two that were dropped.
func (town *Town) held() {
	was := town.App.Holding.Bounds
	town.App.Holding.Bounds = holding.Bounds{Phone: 1, Address: 1000, Committee: 1000}
	defer func() { town.App.Holding.Bounds = was }()
	var ids []string
	for n := range 6 {
		body := Leak()
		body["applicant"] = M{"kind": "person", "name": "林秀英", "phone": "13700137000"}
		a := town.As(nil).Post("/cases", body)
		if n > 0 {
			ids = append(ids, a.Is(202).Text("id"))
		}
	}
	for _, id := range ids[3:] {
		town.As(town.Su).Post("/held-filings/"+id+"/drop", M{"reason": "no_dispute"}).Is(200)
	}
}

// ledger sends a ledger of so many rows, numbered from one on.
func (town *Town) ledger(first, n int) (path string, sent Answer) {
	rows := [][]any{{"台账编号", "调解日期", "地点", "申请人", "联系电话", "被申请人", "联系电话", "纠纷类别", "简要案情", "调解结果", "协议内容", "履行情况", "履行期限", "金额（元）", "调解员", "备注"}}
	on := strings.ReplaceAll(string(town.Today().Plus(-31)), "-", ".")
	for i := range n {
		rows = append(rows, []any{fmt.Sprintf("%03d", first+i), on, "少林社区", fmt.Sprint("林某", first), "13800138000", fmt.Sprint("陈某", first), "无", "邻里纠纷", fmt.Sprintf("第 %d 户楼上漏水。", first+i),
			"调解成功", "陈志强赔偿粉刷费二百元。", "已履行", "", "200", "苏惠敏", ""})
	}
	sent = town.As(town.Zheng).SendAny("POST", "/ledger/imports", File{Name: "台账.xlsx", Content: string(Book(town.t, rows...))}).Is(201)
	return "/ledger/imports/" + sent.Text("id"), sent
}

// tables are a ledger that is being tried, one that nobody goes on with, and a table of the register likewise.
func (town *Town) tables() {
	path, sent := town.ledger(1000, 6)
	town.As(town.Zheng).With("If-Match", `"`+sent.Text("version")+`"`).Post(path+"/columns", M{"columns": sent.Value("columns")}).Is(200)
	town.ledger(2000, 1)
	town.As(town.County).SendForm("POST", "/registry/imports", map[string]string{"county": "350503", "kind": "compounds"},
		File{Name: "表.xlsx", Content: string(Book(town.t, []any{"小区名称", "区划代码"}, []any{"新花园", string(Shaolin)}))}).Is(201)
}

// drafts are one of a filing, one of an agreement, and a file that no row names.
func (town *Town) drafts() {
	door := OnDoorstep(town)
	door.Comes().Opens("/file/place").Says("area_code", "350527000000").Opens("/file/photos").Uploads("天花板.png", []byte(Pixel), "add", "yes").Is(200, "/file/photos")
	su := town.As(town.Su)
	written := su.Files(M{"category": "1306"})
	su.Met(written, town.Su)
	at := "/desk/cases/" + written.ID + "/fix-agreement"
	door.Enters(town.Su).Opens(at).Says("facts", "只写了一半", "do", "keep").Is(200, at)
	lost := filepath.Join(town.App.Data, "files", "ab", strings.Repeat("cd", 31))
	then := town.Clock.Now().Add(-48 * time.Hour)
	town.must(os.MkdirAll(filepath.Dir(lost), 0o700))
	town.must(os.WriteFile(lost, []byte("lost"), 0o600))
	town.must(os.Chtimes(lost, then, then))
}
