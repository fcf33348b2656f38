package exchange_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"fengqiao/internal/housetest"
)

func TestAChairTakesALedgerInByThePages(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		d := housetest.OnDoorstep(town)
		zheng := d.Enters(town.Zheng)
		zheng.Opens("/desk").Reads("把 Excel 台账录进来")
		zheng.Opens("/exchange").Reads("导入台账", "下载模板", "还没有导入过")
		zheng.Uploads("图.png", []byte(housetest.Pixel)).Is(422, "/exchange").Reads("不是 xlsx 或 csv")
		zheng.Opens("/exchange").Uploads("台账.xlsx", []byte(ledgerOf(t, line(1, nil), line(2, map[int]any{cCategory: "天文"}))))
		at := strings.TrimSuffix(zheng.At, "/columns")
		zheng.Is(200, at+"/columns").Reads("读到 2 行，表头在第 2 行", "E 列：联系电话")
		choices := []string{}
		for i, name := range []string{"number", "date", "place", "applicant", "applicant_phone", "respondent", "respondent_phone", "category", "facts", "outcome", "terms", "performed", "due", "amount", "mediators", "remarks"} {
			choices = append(choices, "columns["+string("0123456789"[i%10])+"]", name)
			if i > 9 {
				choices[len(choices)-2] = "columns[1" + string("0123456789"[i%10]) + "]"
			}
		}
		zheng.Says(choices[2:]...).Is(200, at).Reads("正在检查每一行", "已完成 0 行，共 2 行", `http-equiv="refresh" content="3"`)
		works(t, town)
		zheng.Opens(at).Reads("检查结果", "第 4 行", "纠纷类型：没有这个类型").ReadsNot("http-equiv")
		zheng.Opens(at+"/start").Says("choice", "all", "rights_told", "yes").Is(409, at+"/start").Reads("有的行没有通过")
		zheng.Opens(at+"/start").Says("choice", "good").Is(422, at+"/start").Reads("事先告知权利义务")
		zheng.Opens(at+"/start").Says("choice", "good", "rights_told", "yes").Is(200, at).Reads("正在录入")
		works(t, town)
		zheng.Opens(at).Reads("录入完成", "没有通过")
		zheng.Opens(at+"?rows=made").Reads("第 3 行", "/desk/cases/")
		zheng.Opens("/exchange").Reads("已录完", "郑主任")
		zheng.Opens(at+"/drop").Says().Is(200, "/exchange?done=exchange_dropped").Reads("已删除")
		for _, p := range []*housetest.Person{town.Su, town.Station, town.Lin} {
			if got := d.Enters(p).Opens("/exchange"); got.Status != 403 {
				t.Errorf("%s: %d", p.Name, got.Status)
			}
		}
		if got := d.Enters(town.OtherChair).Opens(at); got.Status != 404 {
			t.Errorf("another chair: %d", got.Status)
		}
	})
}

// The template can be filled in and sent as it is.
func TestTheTemplateIsUnderstood(t *testing.T) {
	t.Parallel()
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		book, err := excelize.OpenReader(bytes.NewReader(town.As(town.Zheng).Get("/ledger/template").Is(200).Body))
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		if got := strings.Join(book.GetSheetList(), " "); got != "台账 填写说明 代码" {
			t.Errorf("sheets %s", got)
		}
		lists, err := book.GetDataValidations("台账")
		if err != nil || len(lists) != 5 {
			t.Errorf("%d lists, %v", len(lists), err)
		}
		row := []any{"1", "2026-02-03", "", "林秀英", "13800138000", "", "陈志强", "无", "", "邻里", "楼上漏水。", "窗口申请", "调解成功", "赔偿二百元。", "", "200", "", "已履行", "苏惠敏"}
		if err := book.SetSheetRow("台账", "A2", &row); err != nil {
			t.Fatal(err)
		}
		sends(t, town, saved(t, book)).tried().counts("rows", 1, "good", 1).starts(m{"choice": "all"}).counts("made", 1)
	})
}

// A ledger that another program made (LibreOffice): titles over all columns, days as the program keeps them, a running number
// that is no number of the ledger.
func TestALedgerOfAnotherProgramIsUnderstood(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("testdata/calc.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		i := sends(t, town, string(content)).counts("rows", 4, "heading_row", 3)
		i.tried().counts("good", 4, "mediated", 3).starts(m{"choice": "all"}).counts("made", 4)
		closed := town.As(town.Zheng).Post("/searches", m{"text": "物业 林秀英"}).Is(200)
		if closed.Text("items.0.category") != "13" || closed.Text("items.0.state") != "closed" {
			t.Errorf("%s", closed.Body)
		}
		byDay := town.As(town.Zheng).Get("/cases?closed_from=2026-01-19&closed_to=2026-01-19").Is(200)
		if !byDay.Holds("黄阿金") {
			t.Errorf("%s", byDay.Body)
		}
	})
}
