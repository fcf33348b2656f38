package calendar

// Unit is what a period is counted in.
type Unit string

const (
	Days        Unit = "days"         // calendar days; the last one rolls
	WorkingDays Unit = "working_days" // by the published table
	Months      Unit = "months"
	Years       Unit = "years"
)

// Period is the length of a period of law.
type Period struct {
	N    int
	Unit Unit
}

// Last is the last day of a period that begins with an event on d. Every clock of the product runs by it.
func (c *Calendar) Last(d Day, p Period) Day {
	switch p.Unit {
	case WorkingDays:
		return c.AddWorkingDays(d, p.N)
	case Months:
		return c.AddMonths(d, p.N)
	case Years:
		return c.AddYears(d, p.N)
	}
	return c.AddDays(d, p.N)
}
