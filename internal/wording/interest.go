package wording

import (
	_ "embed"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
	"fengqiao/internal/money"
)

// ratesFile holds the one-year loan prime rate, in per cent, by the day from which it holds: four times it is the most
// that a loan between people may bear (2020 ruling on private lending, article 25).
//
//go:embed rates.json
var ratesFile []byte

var rates = func() (out []struct {
	From calendar.Day
	LPR  float64
}) {
	if err := json.Unmarshal(ratesFile, &out); err != nil {
		panic("rates.json: " + err.Error())
	}
	return out
}()

// ceiling is the most yearly interest, in per cent, that held on a day; 0 before the first rate that is known.
func ceiling(on calendar.Day) float64 {
	most := 0.0
	for _, r := range rates {
		if on.IsZero() || !on.Before(r.From) {
			most = 4 * r.LPR
		}
	}
	return most
}

const (
	rateOf  = `(?:利率|利息|息|违约金|滞纳金|罚息|付)?[^\d，。；;千万百一二三四五六七八九十]{0,10}`
	percent = `([\d.]+)\s*[%％]`
)

// The ways in which a rate is written, and how many of its periods make a year.
var (
	byYear    = regexp.MustCompile(`(?:年利率|年利息|年息|年化|每年|按年)` + rateOf + percent)
	byMonth   = regexp.MustCompile(`(?:月利率|月利息|月息|每月|每个月|按月)` + rateOf + percent)
	byDay     = regexp.MustCompile(`(?:日利率|日息|每日|每天|按日|每逾期一[日天])` + rateOf + percent)
	byDayPart = regexp.MustCompile(`(?:日利率|日息|每日|每天|按日|每逾期一[日天])[^，。；;]{0,14}?(百|千|万)分之([一二三四五六七八九十]+|[\d.]+)`)
	inFen     = regexp.MustCompile(`(月息|月利|年息|年利)(?:为|按|是)?\s*([一二三四五六七八九十]+|[\d.]+)\s*(分|厘)`)
	perDay    = regexp.MustCompile(`(?:每逾期一[日天]|逾期每[日天]|每[日天])[^，。；;\d]{0,14}(\d[\d,]*(?:\.\d+)?)元`)
	compound  = regexp.MustCompile(`利滚利|驴打滚|复利|利息计入本金`)
	penalty   = regexp.MustCompile(`违约金[^，。；;\d]{0,10}(\d[\d,]*(?:\.\d+)?)(万)?元|(\d[\d,]*(?:\.\d+)?)(万)?元[^，。；;\d]{0,4}(?:的)?违约金`)
	penaltyOf = regexp.MustCompile(`([\d.]+)\s*[%％][^，。；;\d]{0,6}(?:的)?违约金|违约金[^，。；;\d]{0,12}?([\d.]+)\s*[%％]`)
)

const (
	days   = 365
	months = 12
)

// interest points out interest and contractual penalties above what a court would grant.
func (r *reader) interest(at string, c Clause) {
	if !strings.ContainsAny(c.Text, "息利率违约滞逾每") {
		return
	}
	over := func(m []int, yearly float64) {
		if most := ceiling(r.on); most > 0 && yearly > most+0.001 {
			r.add(Finding{Kind: "excess_interest", Level: Warns, At: at,
				Reason:     fault.Say("折合年利率 %.1f%%，超过一年期贷款市场报价利率的四倍（%.1f%%），超出部分法院不予支持（民间借贷司法解释第二十五条）", "This makes %.1f%% a year, more than four times the one-year prime rate (%.1f%%); a court grants no more than that (ruling on private lending, 25)", yearly, most),
				Suggestion: fault.Say("请改为年利率不超过 %.1f%%。", "Please write at most %.1f%% a year.", most)}, c.Text, m[0], m[1])
		}
	}
	for _, way := range []struct {
		is    *regexp.Regexp
		times float64
	}{{byYear, 1}, {byMonth, months}, {byDay, days}} {
		for _, m := range way.is.FindAllStringSubmatchIndex(c.Text, -1) {
			over(m, float(c.Text[m[2]:m[3]])*way.times)
		}
	}
	for _, m := range byDayPart.FindAllStringSubmatchIndex(c.Text, -1) {
		part := map[string]float64{"百": 1, "千": 0.1, "万": 0.01}[c.Text[m[2]:m[3]]]
		over(m, float(c.Text[m[4]:m[5]])*part*days)
	}
	for _, m := range inFen.FindAllStringSubmatchIndex(c.Text, -1) {
		over(m, fenRate(c.Text[m[2]:m[3]], float(c.Text[m[4]:m[5]]), c.Text[m[6]:m[7]]))
	}
	r.penalties(at, c, over)
	for _, m := range compound.FindAllStringIndex(c.Text, -1) {
		r.add(Finding{Kind: "excess_interest", Level: Warns, At: at, Reason: fault.Say("“%s”按法律不受保护（民法典第六百八十条）", "“%s” is not protected (Civil Code 680)", c.Text[m[0]:m[1]]),
			Suggestion: fault.Say("请写明本金和年利率。", "Please state the capital and the yearly rate.")}, c.Text, m[0], m[1])
	}
}

// fenRate is a rate in 分 and 厘 in per cent a year: 月息一分 is 1 % a month, 年息一分 10 % a year; 厘 is a tenth of 分.
func fenRate(period string, n float64, unit string) float64 {
	if unit == "厘" {
		n /= 10
	}
	if strings.HasPrefix(period, "年") {
		return n * 10
	}
	return n * months
}

// penalties looks at what is owed for being late: by the day, or once. More than 30 % above the loss is as a rule too
// much (2023 ruling on contracts, article 65); a payment that is late causes no greater loss than its interest.
func (r *reader) penalties(at string, c Clause, over func([]int, float64)) {
	if c.Owed == nil || c.Owed.Kind != "pay" || c.Owed.total() == 0 {
		for _, m := range penaltyOf.FindAllStringSubmatchIndex(c.Text, -1) {
			r.penalty(at, c.Text, m[:2], ratio(c.Text, m))
		}
		return
	}
	owed := c.Owed.total()
	for _, m := range perDay.FindAllStringSubmatchIndex(c.Text, -1) {
		over(m, share(c.Text[m[2]:m[3]], "", owed)*days)
	}
	for _, m := range penalty.FindAllStringSubmatchIndex(c.Text, -1) {
		g := 2
		if m[g] < 0 {
			g = 6
		}
		unit := ""
		if m[g+2] >= 0 {
			unit = c.Text[m[g+2]:m[g+3]]
		}
		r.penalty(at, c.Text, m[:2], share(c.Text[m[g]:m[g+1]], unit, owed))
	}
	for _, m := range penaltyOf.FindAllStringSubmatchIndex(c.Text, -1) {
		r.penalty(at, c.Text, m[:2], ratio(c.Text, m))
	}
}

const mostPenalty = 30 // per cent

func (r *reader) penalty(at, text string, m []int, percent float64) {
	if percent > mostPenalty {
		r.add(Finding{Kind: "excess_interest", Level: Warns, At: at,
			Reason:     fault.Say("违约金是应付金额的 %.0f%%，一般超过损失的百分之三十就会被法院调低（民法典第五百八十五条）", "The penalty is %.0f%% of what is owed; what exceeds the loss by thirty per cent is as a rule lowered (Civil Code 585)", percent),
			Suggestion: fault.Say("请降低违约金。", "Please lower it.")}, text, m[0], m[1])
	}
}

func ratio(text string, m []int) float64 {
	for g := 2; g+1 < len(m); g += 2 {
		if m[g] >= 0 {
			return float(text[m[g]:m[g+1]])
		}
	}
	return 0
}

// share is how many per cent of what is owed an amount is.
func share(figure, unit string, owed money.Fen) float64 {
	fen, _ := figures(figure, unit)
	return float64(fen) / float64(owed) * 100
}

// float reads figures or small Chinese numerals; 0 where it is neither.
func float(s string) float64 {
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		return n
	}
	n, _ := counted(s)
	return float64(n)
}
