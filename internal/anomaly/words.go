package anomaly

import "fengqiao/internal/fault"

// Says tells what was seen, in one sentence that accuses nobody.
func (f Flag) Says() fault.Text {
	e := f.Evidence
	switch f.Rule {
	case SamePhone:
		if e.Within {
			return fault.Say("本案双方当事人登记的是同一个电话。", "Both sides of this case gave the same telephone.")
		}
		return fault.Say("%d 件案件里，%d 个不同姓名的当事人登记了同一个电话。", "In %d cases, %d parties of different names gave one telephone.", e.Count, e.Names)
	case Spike:
		if e.Unit == "mediator" {
			return fault.Say("承办调解员 %s 受理 %d 件；此前 %d 个月共 %d 件。", "The mediator's cases in %s: %d; in the %d months before: %d.", e.Month, e.Count, e.Months, e.Past)
		}
		return fault.Say("调委会 %s 受理 %d 件；此前 %d 个月共 %d 件。", "The committee's cases in %s: %d; in the %d months before: %d.", e.Month, e.Count, e.Months, e.Past)
	case SameDay:
		return fault.Say("%[1]s 这一天，调委会受理并达成协议 %[2]d 件，当事人各不相同。", "On %[1]s the committee accepted and settled %[2]d cases of different parties.", e.Day, e.Count)
	case Repeated:
		return fault.Say("一年内，同样的双方在 %d 件案件里相对。", "Within a year the same two sides met in %d cases.", e.Count)
	case AlikeText:
		return fault.Say("%d 件案件的协议，去掉姓名和数字后文字几乎相同（%d%%）。", "The agreements of %d cases are nearly the same but for names and figures (%d%%).", e.Count, e.Alike)
	case DueBefore:
		return fault.Say("协议定于 %s，义务的履行期是 %s，并申请了司法确认。", "Agreed on %s, due on %s, and a court was asked to confirm it.", e.Day, e.Due)
	case NothingOwed:
		return fault.Say("%[1]s 申请司法确认时，协议里没有尚待履行的义务。", "When a court was asked on %[1]s, the agreement left nothing to perform.", e.Day)
	case RoundAmount:
		return fault.Say("双方%[1]s，协议金额是整数 %[3]s 元。", "The two sides %[2]s, and the amount is a round %[3]s yuan.", ties[e.Tie].ZH, ties[e.Tie].EN, e.Amount)
	case TwoPlaces:
		return fault.Say("%[1]s，同一位调解员的两次调解在不同地点，时间重叠 %[2]d 分钟。", "On %[1]s two sessions of one mediator in different places overlap by %[2]d minutes.", e.Day, e.Minutes)
	case QuickSigns:
		return fault.Say("双方各自的签名相隔不到 %d 秒。", "The sides' own signatures lie within %d seconds.", e.Seconds+1)
	case LateChange:
		return fault.Say("原以“未达成协议”结束，%s 达成协议；期限或季度末是 %s。", "It had ended without an agreement and was settled on %s; the time, or the quarter, ran out on %s.", e.Day, e.Deadline)
	}
	return fault.Text{}
}

var ties = map[string]fault.Text{
	"address":        fault.Say("地址相同", "gave the same address"),
	"phone":          fault.Say("电话相同", "gave the same telephone"),
	"representative": fault.Say("由同一人代表，或一方代表另一方", "have one representative, or one represents the other"),
	"employer":       fault.Say("工作单位相同，或一方在另一方工作", "have one employer, or one works for the other"),
}
