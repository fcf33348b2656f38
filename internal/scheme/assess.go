package scheme

import (
	"slices"
	"strconv"

	"fengqiao/internal/money"
)

// Dispute is what is known of a case, as a scheme asks.
type Dispute struct {
	Tier       string // of the committee; "" for a county's desk
	Attributes []string
	Class      int    // its difficulty, 1 to 4
	Form       string // written, oral, unsuccessful; "" where it never was mediated to an end
	Grade      string // of the host on the day of closing; none
	Parties    int
	Amount     money.Fen

	Archived  bool
	Performed bool // everything that was agreed
	Confirmed bool // by each party itself, or before a second person
	Files     int  // evidence that is kept
	Guided    bool // the parties were told of other ways
	Trained   bool // the host, in the year of closing
	FullTime  bool // the host
	Nobody    bool // is entered who mediated it
	Barred    bool // everybody who mediated it
	Counted   bool // the same dispute was claimed for already

	Reviewed bool // finally
	Vetoed   bool
	Score    int
}

// Outcome is what a scheme gives for a case: the row that was taken, what it makes, and what stands against it.
type Outcome struct {
	Class string // as the scheme sees it
	Row   Rate
	Rate  money.Fen // what the rate makes, with the year's factor and an oral agreement's percentage
	Bonus money.Fen
	Codes []string // codes.SubsidyRefusals; none when it is paid for
}

// Fen is what is paid: nothing while something stands against it.
func (o Outcome) Fen() money.Fen {
	if len(o.Codes) > 0 {
		return 0
	}
	return o.Rate + o.Bonus
}

// TenThousand is a factor that changes nothing.
const TenThousand = 10_000

// Assess says what the terms give for a dispute. Factor is the year's in ten-thousandths, for what is indexed; 0 where none is
// set. Amounts are rounded once, at the end, half up to a fen.
func (t *Terms) Assess(d Dispute, factor int) Outcome {
	out := Outcome{Class: t.classOf(d)}
	against := func(code string, when bool) {
		if when {
			out.Codes = append(out.Codes, code)
		}
	}
	settled := d.Form == "written" || d.Form == oral
	row, found := t.rateFor(d, out.Class)
	out.Row = row
	against("no_agreement", !settled && !found)
	against("no_rate", settled && !found)
	t.mediated(d, against)
	t.proper(d, against)
	switch {
	case !t.Indexed:
		factor = TenThousand
	case factor == 0:
		against("no_factor", true)
	}
	share := int64(100)
	if d.Form == oral && t.OralPercent > 0 {
		share = int64(t.OralPercent)
	}
	out.Rate = money.Fen(halfUp(int64(row.Fen)*int64(factor)*share, TenThousand*100))
	if settled && d.Performed {
		out.Bonus = t.bonus(out.Class, out.Rate)
	}
	return out
}

// mediated is what the case itself must be.
func (t *Terms) mediated(d Dispute, against func(string, bool)) {
	settled := d.Form == "written" || d.Form == oral
	against("not_archived", t.Archived && !d.Archived)
	against("no_evidence", d.Form == unsuccessful && t.Evidence && d.Files == 0)
	against("no_guidance", d.Form == unsuccessful && t.Guided && !d.Guided)
	against("no_presence", d.Form == oral && t.Presence && d.Files == 0)
	against("not_performed", settled && t.Performed && !d.Performed)
	against("unconfirmed", settled && t.Confirmed && !d.Confirmed)
	if t.ReviewLeast > 0 {
		against("review_missing", !d.Reviewed)
		against("vetoed", d.Reviewed && d.Vetoed)
		against("review_failed", d.Reviewed && !d.Vetoed && d.Score < t.ReviewLeast)
	}
}

// proper is who may be paid, and that the same dispute counts once.
func (t *Terms) proper(d Dispute, against func(string, bool)) {
	against("duplicate", d.Counted)
	against("nobody", d.Nobody)
	against("barred", d.Barred)
	against("full_time", t.NoFullTime && d.FullTime)
	against("organ", slices.ContainsFunc(d.Attributes, func(a string) bool { return slices.Contains(t.NoAttributes, a) }))
	against("untrained", t.Trained && !d.Trained)
}

// classOf is the case's difficulty, or a higher class into which its parties or its amount lift it.
func (t *Terms) classOf(d Dispute) string {
	class := d.Class
	for _, r := range t.Raises {
		n, _ := strconv.Atoi(r.Class) // was checked when it was published
		if n > class && (r.Parties > 0 && d.Parties >= r.Parties || r.Fen > 0 && d.Amount >= r.Fen) {
			class = n
		}
	}
	return strconv.Itoa(class)
}

// rateFor takes the row for a dispute. An oral agreement that is paid as a percentage takes the written one's row.
func (t *Terms) rateFor(d Dispute, class string) (Rate, bool) {
	form, ended := d.Form, notAgreed
	if d.Form == "written" || d.Form == oral {
		ended = agreed
	}
	if form == oral && t.OralPercent > 0 {
		form = "written"
	}
	return choose(t.Rates, named{d.Tier, class, form, d.Grade, ended})
}

// bonus is what is paid on top; a class's own row goes before the one for any.
func (t *Terms) bonus(class string, rate money.Fen) money.Fen {
	var best *Bonus
	for i, b := range t.Bonuses {
		if b.Class == class || b.Class == "" && best == nil {
			best = &t.Bonuses[i]
		}
	}
	if best == nil {
		return 0
	}
	return best.Fen + money.Fen(halfUp(int64(rate)*int64(best.Percent), 100))
}

// MaterialsFor are what the first check looks for in a dossier.
func (t *Terms) MaterialsFor(tier, class string) []string {
	n, _ := choose(t.Materials, named{tier, class})
	return n.Items
}

func halfUp(a, b int64) int64 { return (2*a + b) / (2 * b) }
