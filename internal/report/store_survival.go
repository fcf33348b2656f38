package report

import (
	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/rollup"
	"fengqiao/internal/tally"
)

// apart is how lives are told apart: SQL over cases c.
var apart = map[string]string{
	rollup.InAll: "''", rollup.ByForm: "(SELECT a.form FROM agreements a WHERE a.county_code = c.county_code AND a.id = c.agreement_id)", rollup.ByConfirmed: yesOrNo(casework.WhereConfirmed),
	rollup.ByCategory: "c.category", rollup.ByComplex: yesOrNo(casework.WhereComplex), rollup.ByHelped: yesOrNo(casework.WhereHelped),
}

func yesOrNo(where string) string { return "CASE WHEN " + where + " THEN '1' ELSE '0' END" }

// livesOf counts the agreements of whole months by how long they have held: in weeks over several counties, else in days.
func livesOf(tx *db.Tx, g authz.Grant, ask tally.Ask, by string) (out []life, err error) {
	if ask.Wide() {
		err = rollup.Months(tx, "life_months", ask).Where("c.dim = ?", by).Select("c.code AS \"group\", c.weeks AS days, c.ended, SUM(c.n) AS n").Group("c.code, c.weeks, c.ended").Scan(&out).Error
	} else {
		q := tally.CasesOf(tx, g, ask).Joins("JOIN agreement_lives v ON v.county_code = c.county_code AND v.case_id = c.id").
			Where("v.month >= ? AND v.month <= ?", ask.From, ask.To)
		err = tx.Rows().Table("(?) AS t", q.Select(apart[by]+" AS part, v.days, v.ended")).Select("t.part AS \"group\", t.days, t.ended, COUNT(*) AS n").Group("t.part, t.days, t.ended").Scan(&out).Error
	}
	for i := range out {
		if by == "category" {
			out[i].Group = official(out[i].Group)
		}
	}
	return out, err
}

// official is the official category in whose column one is counted.
func official(category string) string {
	c, _ := codes.Categories.Find(category)
	for _, o := range codes.OfficialCategories() {
		if o.Column == c.Column {
			return o.Code
		}
	}
	return category
}

// groupName is what a group of agreements is called.
func groupName(by, key, lang string) string {
	switch by {
	case "form":
		return map[string]fault.Text{"written": fault.Say("书面协议", "Written"), "oral": fault.Say("口头协议", "Oral")}[key].In(lang)
	case "confirmed":
		return map[string]fault.Text{"1": fault.Say("经司法确认", "Confirmed by a court"), "0": fault.Say("未经司法确认", "Not confirmed")}[key].In(lang)
	case "helped":
		return map[string]fault.Text{"1": fault.Say("有代理人或陪同人", "With an agent or companion"), "0": fault.Say("没有代理人和陪同人", "Without")}[key].In(lang)
	case "complex":
		return map[string]fault.Text{"1": fault.Say("疑难复杂、重大", "Complex or major"), "0": fault.Say("简易、一般", "Simple or ordinary")}[key].In(lang)
	case "category":
		return codes.Categories.Name(key, lang)
	}
	return survivals[""].In(lang)
}
