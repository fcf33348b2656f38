package calendar

// Kind tells what a published table makes of a day.
type Kind string

const (
	Rest Kind = "rest" // a public holiday, or a day moved to join one
	Work Kind = "work" // a Saturday or Sunday made a working day (调休)
)

// Holiday is one line of a published table.
type Holiday struct {
	Day  Day
	Kind Kind
	Name string
}

// Calendar tells working days from rest days and counts periods of law. It never changes after it is made.
type Calendar struct {
	kinds       map[Day]Kind
	published   map[int]bool
	keepWeekend bool
}

// Option changes how a Calendar counts.
type Option func(*Calendar)

// KeepWeekends lets a period end on a Saturday or Sunday; public holidays still roll. It is for places that have
// switched weekend rolling off.
func KeepWeekends() Option { return func(c *Calendar) { c.keepWeekend = true } }

// New makes a Calendar from published tables. A year counts as published when its National Day is in the table: the
// days before New Year belong to the next year's table and prove nothing about their own.
func New(h []Holiday, options ...Option) *Calendar {
	c := &Calendar{kinds: make(map[Day]Kind, len(h)), published: map[int]bool{}}
	for _, x := range h {
		c.kinds[x.Day] = x.Kind
		if len(x.Day) == len(layout) && x.Day[4:] == "-10-01" {
			c.published[x.Day.Year()] = true
		}
	}
	for _, o := range options {
		o(c)
	}
	return c
}

// IsWorking tells whether the day is a working day: the table decides, and where it is silent, the week.
func (c *Calendar) IsWorking(d Day) bool {
	switch c.kinds[d] {
	case Rest:
		return false
	case Work:
		return true
	}
	return !isWeekend(d)
}

// Provisional tells whether the day lies in a year without a published table, so that only weekends are known and
// whatever was computed from it must be computed again when the table comes.
func (c *Calendar) Provisional(d Day) bool { return !c.published[d.Year()] }

// AddDays is the last day of a period of n days that begins with an event on d. The day of the event is not counted;
// a last day that is a rest day rolls to the next working day. CPL 85; Civil Code 201, 203.
func (c *Calendar) AddDays(d Day, n int) Day { return c.roll(d.Plus(n)) }

// AddMonths is the last day of a period of n months: the same date, or the month's last day; it rolls as days do.
func (c *Calendar) AddMonths(d Day, n int) Day { return c.roll(d.PlusMonths(n)) }

// AddYears is the last day of a period of n years; it rolls as days do. The two years in which enforcement may be
// applied for (CPL 250) are a period of the same law and roll as well. What is no period for an act of somebody, such
// as the end of a term of office, is Day.PlusYears.
func (c *Calendar) AddYears(d Day, n int) Day { return c.roll(d.PlusYears(n)) }

// AddWorkingDays is the nth working day after d, or before it when n is negative; n = 0 is d itself.
func (c *Calendar) AddWorkingDays(d Day, n int) Day {
	if d.IsZero() {
		return ""
	}
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		d = d.Plus(step)
		if c.IsWorking(d) {
			n--
		}
	}
	return d
}

// roll moves a last day that is a rest day to the first day after the rest.
func (c *Calendar) roll(d Day) Day {
	if d.IsZero() {
		return ""
	}
	for c.rolls(d) {
		d = d.Plus(1)
	}
	return d
}

func (c *Calendar) rolls(d Day) bool {
	if c.keepWeekend {
		return c.kinds[d] == Rest
	}
	return !c.IsWorking(d)
}

func isWeekend(d Day) bool {
	w := d.Weekday()
	return w == 0 || w == 6
}
