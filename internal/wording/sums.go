package wording

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"fengqiao/internal/fault"
	"fengqiao/internal/money"
)

// sum is an amount of money in a text; capital tells that it is in Chinese numerals.
type sum struct {
	fen        money.Fen
	start, end int // bytes
	capital    bool
	firm       bool // in 大写, which a paper states beside the figures
}

var (
	inFigures  = regexp.MustCompile(`(?:[￥¥]\s*)?(\d[\d,，]*(?:\.\d+)?)\s*(亿|万|千|百)?\s*(?:元|块)|[￥¥]\s*(\d[\d,，]*(?:\.\d+)?)\s*(万)?`)
	inNumerals = regexp.MustCompile(`[零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]+(?:元|圆|块)(?:整|正)?(?:[零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖]角)?(?:零?[一二三四五六七八九壹贰叁肆伍陆柒捌玖]分)?(?:整|正)?`)
	capitals   = regexp.MustCompile(`[壹贰叁肆伍陆柒捌玖拾佰仟]`)
)

var unitFen = map[string]money.Fen{"": 100, "百": 100_00, "千": 1000_00, "万": 10_000_00, "亿": 100_000_000_00}

// sumsIn are the amounts in a text, in order. A measure such as 三千元以下 counts too; whoever compares decides.
func sumsIn(text string) []sum {
	if !strings.ContainsAny(text, "元圆块￥¥") {
		return nil
	}
	var out []sum
	for _, m := range inFigures.FindAllStringSubmatchIndex(text, -1) {
		figure, unit := m[2:4], m[4:6]
		if figure[0] < 0 {
			figure, unit = m[6:8], m[8:10]
		}
		word := ""
		if unit[0] >= 0 {
			word = text[unit[0]:unit[1]]
		}
		if fen, ok := figures(text[figure[0]:figure[1]], word); ok {
			out = append(out, sum{fen: fen, start: m[0], end: m[1]})
		}
	}
	for _, m := range inNumerals.FindAllStringIndex(text, -1) {
		if fen, ok := numerals(text[m[0]:m[1]]); ok {
			out = append(out, sum{fen: fen, start: m[0], end: m[1], capital: true, firm: capitals.MatchString(text[m[0]:m[1]])})
		}
	}
	slices.SortFunc(out, func(a, b sum) int { return a.start - b.start })
	return out
}

// figures reads 1,409.50 in some unit.
func figures(s, unit string) (money.Fen, bool) {
	n, err := strconv.ParseFloat(strings.NewReplacer(",", "", "，", "").Replace(s), 64)
	if err != nil || n*float64(unitFen[unit]) > 1e14 {
		return 0, false
	}
	return money.Fen(n*float64(unitFen[unit]) + 0.5), true
}

var digitOf = map[rune]int64{'零': 0, '〇': 0, '一': 1, '壹': 1, '二': 2, '贰': 2, '两': 2, '三': 3, '叁': 3, '四': 4, '肆': 4, '五': 5, '伍': 5,
	'六': 6, '陆': 6, '七': 7, '柒': 7, '八': 8, '捌': 8, '九': 9, '玖': 9}

var weightOf = map[rune]int64{'十': 10, '拾': 10, '百': 100, '佰': 100, '千': 1000, '仟': 1000, '万': 1e4, '亿': 1e8}

// numerals reads 壹仟肆佰零玖元伍角, and 一千四百元 as well.
func numerals(s string) (money.Fen, bool) {
	i := strings.IndexAny(s, "元圆块")
	whole, ok := counted(s[:i])
	if !ok {
		return 0, false
	}
	fen, last := money.Fen(whole)*100, int64(0)
	for _, c := range s[i:] {
		switch c {
		case '角':
			fen, last = fen+money.Fen(last*10), 0
		case '分':
			fen, last = fen+money.Fen(last), 0
		default:
			last = digitOf[c]
		}
	}
	return fen, true
}

// counted reads a whole number in Chinese numerals.
func counted(s string) (int64, bool) {
	var total, section, digit int64
	for _, c := range s {
		if d, ok := digitOf[c]; ok {
			if digit > 0 && d > 0 { // 三四千 is no number
				return 0, false
			}
			digit = d
			continue
		}
		w := weightOf[c]
		switch {
		case w == 0:
			return 0, false
		case w >= 1e4:
			total, section, digit = total+(section+digit)*w, 0, 0
			if w == 1e8 {
				continue
			}
		case digit == 0: // 十五
			section, digit = section+w, 0
		default:
			section, digit = section+digit*w, 0
		}
	}
	n := total + section + digit
	return n, n < 1e12
}

// between are what may stand between an amount in figures and the same in capitals.
var between = regexp.MustCompile(`^[\s（(）)【】大小写人民币金额计为即合共：:，,、￥¥整正]*$`)

// twins are amounts that a text states twice, side by side.
func twins(text string, sums []sum) (out [][2]sum) {
	for i := 1; i < len(sums); i++ {
		a, b := sums[i-1], sums[i]
		gap := max(a.end, b.start)
		if a.capital != b.capital && b.start >= a.end && b.start-a.end <= 40 && between.MatchString(text[a.end:gap]) {
			out = append(out, [2]sum{a, b})
		}
	}
	return out
}

// figures points out an amount whose figures and capitals differ, C10: a paper with both binds to neither.
func (r *reader) figures(at, text string) {
	for _, pair := range twins(text, sumsIn(text)) {
		if pair[0].fen != pair[1].fen {
			r.add(Finding{Kind: "figures_differ", Rule: "C10", Level: Blocks, At: at,
				Reason:     fault.Say("数字和大写不一致：一处是 %s 元，一处是 %s 元", "Figures and capitals differ: one says %s yuan, the other %s", pair[0].fen, pair[1].fen),
				Suggestion: fault.Say("%s 元写作%s；%s 元写作%s。", "%s yuan is %s; %s yuan is %s.", pair[0].fen, pair[0].fen.Capital(), pair[1].fen, pair[1].fen.Capital())}, text, pair[0].start, pair[1].end)
		}
	}
}

// aside marks the stretches of a text that speak of something else than what is owed.
var aside = regexp.MustCompile(`违约金|滞纳|逾期|每日|每天|每逾期|原欠|共欠|尚欠|曾|已付|已支付|已经支付|已缴|减免|免除|扣除|扣减|每月租金|月租|单价|每平方米|以内|以下|以上|不超过|总价|原价|标准`)

// sums points out that the text names other amounts than the obligation has, C10.
func (r *reader) sums(at string, c Clause) {
	owed := c.Owed.total()
	if c.Owed.Kind != "pay" || owed == 0 {
		return
	}
	said := plainSums(c.Text)
	if len(said) == 0 {
		if !strings.ContainsAny(c.Text, "0123456789") && len(sumsIn(c.Text)) == 0 {
			r.about(Finding{Kind: "sum_not_said", Level: Hints, At: at, Reason: fault.Say("履行事项有金额，条款里没有写", "The obligation has an amount that the text does not name"),
				Suggestion: fault.Say("请写明：%s 元（大写：%s）。", "Please write: %s yuan (%s).", owed, owed.Capital())})
		}
		return
	}
	if agrees(said, *c.Owed) {
		return
	}
	s := said[0]
	r.add(Finding{Kind: "sum_differs", Rule: "C10", Level: Warns, At: at,
		Reason:     fault.Say("条款里的金额和履行事项的金额（%s 元）不一致", "The amount in the text is not that of the obligation (%s yuan)", owed),
		Suggestion: fault.Say("请改成一致：%s 元（大写：%s）。", "Please make them agree: %s yuan (%s).", owed, owed.Capital())}, c.Text, s.start, s.end)
}

// plainSums are the amounts that a text says are paid, each once although figures and capitals name it twice.
func plainSums(text string) (out []sum) {
	all := sumsIn(text)
	second := map[int]bool{}
	for _, pair := range twins(text, all) {
		second[pair[1].start] = true
	}
	for _, s := range all {
		from, _ := stretch(text, s.start)
		if !second[s.start] && !aside.MatchString(text[from:s.end]) && !strings.HasPrefix(text[s.end:], "/") {
			out = append(out, s)
		}
	}
	return out
}

// stretch is the part of a sentence, between two commas, in which a byte lies; grouping commas of figures divide nothing.
func stretch(text string, at int) (from, to int) {
	const marks = "，；。;\n"
	from, to = 0, len(text)
	if i := strings.LastIndexAny(text[:at], marks); i >= 0 {
		_, n := utf8.DecodeRuneInString(text[i:])
		from = i + n
	}
	if i := strings.IndexAny(text[at:], marks); i >= 0 {
		to = at + i
	}
	return from, to
}

// agrees tells whether amounts of a text are those of an obligation: the total stands there, or they make it, or each of
// them is one of its parts.
func agrees(said []sum, o Owed) bool {
	var all money.Fen
	parts := len(o.Parts) > 0
	for _, s := range said {
		if s.fen == o.total() {
			return true
		}
		all += s.fen
		parts = parts && slices.ContainsFunc(o.Parts, func(p Part) bool { return p.Amount == s.fen })
	}
	return parts || all == o.total()
}
