package registry

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// setting is a value that holds in an area and all below it from a day on, unless a narrower area has its own.
type setting struct {
	AreaCode  ident.Area   `gorm:"primaryKey"` // empty: everywhere
	Name      string       `gorm:"primaryKey"`
	ValidFrom calendar.Day `gorm:"primaryKey"`
	Value     string
	MadeAt    time.Time
	MadeBy    ident.ID
}

// Known is a setting that a region may give a value of its own. What the law fixes is none.
type Known struct {
	Name      string
	Default   string
	Low, High int      // of a number
	Words     []string // of a word: what it may be; nil for a number
	Says      fault.Text
	Source    string // the rule or practice that the default follows
}

// Names of the settings.
const (
	WeekendRolling    = "calendar.weekend_rolling"
	IntakeDecision    = "period.intake_decision"
	ConsentWait       = "period.consent_wait"
	Mediation         = "period.mediation"
	MediationMore     = "period.mediation_extension"
	CourtOrdinary     = "period.court_ordinary"
	CourtSummary      = "period.court_summary"
	CourtBefore       = "period.court_before_registration"
	CourtMore         = "period.court_extension"
	TierSimple        = "period.tier_simple"
	TierOrdinary      = "period.tier_ordinary"
	TierComplex       = "period.tier_complex"
	TransferAnswer    = "period.transfer_answer"
	FollowUpPerformed = "period.follow_up_performance"
	FollowUpAgreed    = "period.follow_up_agreement"
	RetainShort       = "retention.short"
	RetainLong        = "retention.long"
	SecondVisitor     = "follow_up.second_person"
	ScreenVillage     = "screening.village_days"
	ScreenTownship    = "screening.township_days"
	ScreenCounty      = "screening.county_days"
	ScreenSpecial     = "screening.special_days"
	SpecialTime       = "screening.special"
	ScreenReportDay   = "screening.report_day"
	PrivacyAnswer     = "privacy.answer"
	TrainInduction    = "training.induction_hours"
	TrainFullTime     = "training.full_time_hours"
	TrainPartTime     = "training.part_time_hours"

	AnomalyPhoneNames = "anomaly.phone_names"
	AnomalySpikeRate  = "anomaly.spike_rate"
	AnomalySpikeLeast = "anomaly.spike_least"
	AnomalySameDay    = "anomaly.same_day"
	AnomalyRepeats    = "anomaly.repeats"
	AnomalyAlike      = "anomaly.alike"
	AnomalyAlikeLeast = "anomaly.alike_least"
	AnomalyRound      = "anomaly.round_yuan"
	AnomalyRoundLeast = "anomaly.round_least"
	AnomalySeconds    = "anomaly.sign_seconds"
	AnomalyDeadline   = "anomaly.deadline_days"
	AnomalyLookBack   = "anomaly.look_back"
	HotSpotRate       = "report.hot_spot_rate"
)

// Catalogue are the settings there are, in the order in which people read them.
var Catalogue = []Known{
	{Name: WeekendRolling, Default: "on", Words: []string{"on", "off"}, Source: "CPL 85",
		Says: fault.Say("期限的最后一天是周末的，顺延到下一个工作日", "A period that ends on a weekend rolls to the next working day")},
	number(IntakeDecision, 3, 1, 15, "A9", "决定是否受理的工作日数", "Working days to decide on acceptance"),
	number(ConsentWait, 7, 1, 60, "A2", "等待当事人答复的天数", "Days to wait for the parties' answers"),
	number(Mediation, 30, 1, 30, "M6", "调解期限（天）", "Days in which mediation should end"),
	number(MediationMore, 30, 1, 30, "M6", "经全部当事人同意可延长的最多天数", "Most days of an extension that every party agrees to"),
	number(CourtOrdinary, 15, 1, 15, "M7", "法院立案后委托、普通程序的调解天数", "Days for a case commissioned after registration, ordinary procedure"),
	number(CourtSummary, 7, 1, 7, "M7", "法院立案后委托、简易程序的调解天数", "Days for a case commissioned after registration, summary procedure"),
	number(CourtBefore, 30, 1, 30, "M7", "法院立案前委派的调解天数", "Days for a case sent before registration"),
	number(CourtMore, 30, 1, 30, "M7", "法院案件经当事人同意可延长的最多天数", "Most days of an extension of a court's case"),
	number(TierSimple, 0, 0, 30, "lifecycle §4", "简易纠纷的分级办理天数（0：不用）", "Days for a simple dispute by tier (0: not used)"),
	number(TierOrdinary, 0, 0, 60, "lifecycle §4", "一般纠纷的分级办理天数（0：不用）", "Days for an ordinary dispute by tier (0: not used)"),
	number(TierComplex, 0, 0, 90, "lifecycle §4", "疑难、重大纠纷的分级办理天数（0：不用）", "Days for a complex or major dispute by tier (0: not used)"),
	number(TransferAnswer, 2, 1, 15, "O13", "接收方答复移交的工作日数", "Working days for the receiver to answer a transfer"),
	number(FollowUpPerformed, 30, 7, 30, "R6", "履行期届满后多少天内回访", "Days after performance was due in which to visit"),
	number(FollowUpAgreed, 30, 7, 60, "R6", "没有履行期的，达成协议后多少天内回访", "Days after an agreement without a time of performance in which to visit"),
	number(RetainShort, 10, 5, 100, "R3", "短期案卷保管年数", "Years for which a dossier of the short class is kept"),
	number(RetainLong, 30, 10, 100, "R3", "长期案卷保管年数", "Years for which a dossier of the long class is kept"),
	{Name: SecondVisitor, Default: "off", Words: []string{"on", "off"}, Source: "F12",
		Says: fault.Say("回访须由承办调解员以外的人进行", "A follow-up visit is made by somebody other than the mediator")},
	number(ScreenVillage, 15, 1, 31, "lifecycle §8", "村（社区）调委会每多少天排查一次", "Days between two screening rounds of a village or community"),
	number(ScreenTownship, 30, 1, 92, "lifecycle §8", "乡镇（街道）调委会每多少天排查一次", "Days between two screening rounds of a township or street"),
	number(ScreenCounty, 90, 1, 366, "lifecycle §8", "县级调委会每多少天排查一次", "Days between two screening rounds of a county's committee"),
	number(ScreenSpecial, 7, 1, 31, "lifecycle §8", "特殊时段每多少天排查一次", "Days between two screening rounds while special days last"),
	{Name: SpecialTime, Default: "off", Words: []string{"on", "off"}, Source: "lifecycle §8",
		Says: fault.Say("特殊时段（加密排查）", "Special days, with more frequent screening")},
	number(ScreenReportDay, 20, 1, 28, "lifecycle §8", "每月几日前上报排查情况", "Day of the month by which screening is reported"),
	number(PrivacyAnswer, 15, 1, 30, "PIPL 50", "答复个人信息更正、删除申请的工作日数", "Working days to answer a request about a party's own data"),
	number(TrainInduction, 10, 0, 400, "O11", "新聘调解员当年应参加培训的学时", "Class hours that a mediator should have in the year of engagement"),
	number(TrainFullTime, 20, 0, 400, "O11", "专职调解员每年应参加培训的学时", "Class hours a year that a full-time mediator should have"),
	number(TrainPartTime, 14, 0, 400, "O11", "兼职调解员每年应参加培训的学时", "Class hours a year that a part-time mediator should have"),
	number(AnomalyPhoneNames, 3, 2, 20, "people §4", "异常提示：同一电话被几个不同姓名的当事人使用", "To look at: how many parties of different names use one telephone"),
	number(AnomalySpikeRate, 10, 1, 500, "people §4", "异常提示：月度突增的误报率（万分之几）", "To look at: false alarms of the monthly spike, in ten thousand"),
	number(AnomalySpikeLeast, 10, 3, 1000, "people §4", "异常提示：月度突增至少几件", "To look at: fewest cases of a monthly spike"),
	number(AnomalySameDay, 5, 3, 100, "people §4", "异常提示：同一天受理并达成协议的案件数", "To look at: cases accepted and settled on one day"),
	number(AnomalyRepeats, 3, 2, 20, "people §4", "异常提示：同样双方一年内的案件数", "To look at: cases of the same two sides within a year"),
	number(AnomalyAlike, 90, 60, 100, "people §4", "异常提示：协议文字相似度（%）", "To look at: likeness of two agreements (per cent)"),
	number(AnomalyAlikeLeast, 200, 50, 5000, "people §4", "异常提示：比对的协议至少多少字", "To look at: fewest characters of an agreement that is compared"),
	number(AnomalyRound, 10000, 1000, 1000000, "people §4", "异常提示：整数金额的单位（元）", "To look at: round amounts are multiples of (yuan)"),
	number(AnomalyRoundLeast, 50000, 1000, 10000000, "people §4", "异常提示：整数金额至少多少元", "To look at: smallest round amount (yuan)"),
	number(AnomalySeconds, 10, 1, 300, "people §4", "异常提示：各方在几秒内先后签名", "To look at: seconds between the parties' signatures"),
	number(AnomalyDeadline, 3, 0, 15, "people §4", "异常提示：期限前几天内改变结果", "To look at: days before a deadline in which an outcome changes"),
	number(AnomalyLookBack, 365, 31, 3650, "people §4", "异常提示：往前比对的天数", "To look at: days back that are compared"),
	number(HotSpotRate, 5, 1, 20, "statistics §3", "纠纷集中的小区：列出的当中允许有百分之几属于偶然", "Where disputes gather: how many in a hundred of those named may be chance"),
}

func number(name string, normal, low, high int, source, zh, en string) Known {
	return Known{Name: name, Default: strconv.Itoa(normal), Low: low, High: high, Source: source, Says: fault.Text{ZH: zh, EN: en}}
}

func knownSetting(name string) (Known, bool) {
	i := slices.IndexFunc(Catalogue, func(k Known) bool { return k.Name == name })
	if i < 0 {
		return Known{}, false
	}
	return Catalogue[i], true
}

// check refuses a value that the setting cannot have.
func (k Known) check(value string) error {
	if k.Words != nil {
		if slices.Contains(k.Words, value) {
			return nil
		}
		return fault.New(fault.Invalid, "", "只能是 %[1]v 之一。", "Must be one of %[1]v.", k.Words).At("value")
	}
	if n, err := strconv.Atoi(value); err != nil || n < k.Low || n > k.High {
		return fault.New(fault.Invalid, "", "应是 %d 到 %d 之间的整数。", "Must be a whole number between %d and %d.", k.Low, k.High).At("value")
	}
	return nil
}

// Settings are what is set in an area and around it. The zero value holds the defaults.
type Settings struct{ rows []setting }

// SettingsIn gives the settings of an area: its own, and those of the areas around it.
func SettingsIn(tx *db.Tx, area ident.Area) (Settings, error) {
	rows, err := allSettings(tx)
	if err != nil || len(rows) == 0 {
		return Settings{}, err
	}
	around := append(area.Wider(), "")
	var mine []setting
	for _, r := range rows {
		if slices.Contains(around, r.AreaCode) {
			mine = append(mine, r)
		}
	}
	return Settings{mine}, nil
}

// inForce is the row that held on a day: the narrowest area's, and of that the latest. False where the default held.
func (s Settings) inForce(name string, on calendar.Day) (best setting, ok bool) {
	for _, r := range s.rows {
		if r.Name != name || r.ValidFrom.After(on) {
			continue
		}
		narrower := len(r.AreaCode.Prefix()) - len(best.AreaCode.Prefix())
		if !ok || narrower > 0 || narrower == 0 && r.ValidFrom.After(best.ValidFrom) {
			best, ok = r, true
		}
	}
	return best, ok
}

// Word is the value of a setting that held on a day.
func (s Settings) Word(name string, on calendar.Day) string {
	if r, ok := s.inForce(name, on); ok {
		return r.Value
	}
	k, _ := knownSetting(name)
	return k.Default
}

// Number is the value of a setting of days that held on a day: a period keeps the length it began with.
func (s Settings) Number(name string, on calendar.Day) int {
	n, err := strconv.Atoi(s.Word(name, on))
	if err != nil {
		panic(fmt.Sprintf("setting %s is no number", name)) // Set lets only numbers in
	}
	return n
}

// Since is the day from which a setting has had the value that held on a day; none for the default.
func (s Settings) Since(name string, on calendar.Day) calendar.Day {
	r, _ := s.inForce(name, on)
	return r.ValidFrom
}

// InForce is a setting as it holds in an area.
type InForce struct {
	Known
	Value string
	From  calendar.Day // the day from which it holds; none for the default
	Area  ident.Area   // whose it is; "" for everywhere and for the default
	Set   bool         // somebody set it
	Later []Coming     // values of the area and around it that begin after today
}

// Coming is a value that begins on a later day.
type Coming struct {
	Value string
	From  calendar.Day
	Area  ident.Area
}

// Shown lists every setting as it holds in an area today.
func (s *Service) Shown(ctx context.Context, g authz.Grant, area ident.Area) ([]InForce, error) {
	var out []InForce
	return out, s.see(ctx, g, func(tx *db.Tx) error {
		if _, err := FindArea(tx, area); err != nil {
			return err
		}
		set, err := SettingsIn(tx, area)
		if err != nil {
			return err
		}
		for _, k := range Catalogue {
			out = append(out, set.shown(k, today(tx)))
		}
		return nil
	})
}

func (s Settings) shown(k Known, on calendar.Day) InForce {
	f := InForce{Known: k, Value: k.Default}
	if r, ok := s.inForce(k.Name, on); ok {
		f.Value, f.From, f.Area, f.Set = r.Value, r.ValidFrom, r.AreaCode, true
	}
	for _, r := range s.rows {
		if r.Name == k.Name && r.ValidFrom.After(on) {
			f.Later = append(f.Later, Coming{Value: r.Value, From: r.ValidFrom, Area: r.AreaCode})
		}
	}
	slices.SortFunc(f.Later, func(a, b Coming) int { return calendar.Between(b.From, a.From) })
	return f
}

// Set gives an area a value from a day on; what began earlier keeps what held then. The past is not rewritten: the day
// may not lie before today.
func (s *Service) Set(ctx context.Context, g authz.Grant, area ident.Area, name, value string, from calendar.Day) error {
	if g.Action() != Writing || !g.CoversArea(area) {
		return fault.NoSuch()
	}
	k, ok := knownSetting(name)
	if !ok {
		return fault.New(fault.Invalid, "", "没有这个参数。", "There is no such setting.").At("name")
	}
	if err := k.check(value); err != nil {
		return err
	}
	return s.Store.Do(ctx, g.By(), area.County(), func(tx *db.Tx) error {
		if from.IsZero() {
			from = today(tx)
		}
		if from.Before(today(tx)) {
			return fault.New(fault.Invalid, "", "生效日期不能早于今天：已经开始的期限按当时的参数计算。",
				"It cannot begin before today: a period that has begun runs by what was set then.").At("valid_from")
		}
		return putSetting(tx, setting{AreaCode: area, Name: name, ValidFrom: from, Value: value, MadeAt: tx.Now, MadeBy: tx.By.Person})
	})
}
