package rollup

import (
	"strings"

	"fengqiao/internal/casework"
	"fengqiao/internal/tally"
)

// What is asked of rows, written once: reports count rows of months that are not added up by the same words.
const (
	// Unit is how many digits tell the own place of committees m: 4 of a city, 6 of a county, 9 of a town, 12 of a village.
	Unit = "CASE WHEN substr(m.area_code, 5) = '00000000' THEN 4 WHEN substr(m.area_code, 7) = '000000' THEN 6 WHEN substr(m.area_code, 10) = '000' THEN 9 ELSE 12 END"

	// InForce are the promises o of the agreements in force of cases c.
	InForce = "JOIN obligations o ON o.county_code = c.county_code AND o.case_id = c.id AND o.agreement_id = c.agreement_id"

	// Agreed is the amount of cases c that counts.
	Agreed = "CASE WHEN " + casework.WhereSettled + " THEN c.amount_fen ELSE 0 END"

	// ClosedMonth is the month in which cases c were first closed, such as 2026-11; empty while they are open.
	ClosedMonth = "COALESCE(substr(CAST(c.first_closed_day AS text), 1, 7), '')"
)

// WhereFailed holds for what was closed, and without an agreement in spite of mediation.
var WhereFailed = "c.first_closed_day IS NOT NULL AND " + tally.Is("c.outcome", string(casework.Failed))

// What the case table asks of cases c.
var (
	Settled = tally.One(casework.WhereSettled)
	Complex = tally.One(casework.WhereComplex)
	Failed  = tally.One(WhereFailed)
	Met     = tally.One("c.sessions > 0")
	Paid    = tally.One(casework.WhereSettled + " AND c.amount_fen > 0")
	Engaged = tally.One(casework.WhereEngaged)
)

// Dims are what cases are told apart by, one at a time; by nothing first. Months know no two of them together: there are as many
// kinds of cases as cases.
const (
	InAll      = ""
	ByType     = "type"
	BySource   = "source"
	ByCategory = "category"
	ByOutcome  = "outcome"
)

// And agreements by how long they have held.
const (
	ByForm      = "form"
	ByConfirmed = "confirmed"
	ByComplex   = "complex"
	ByHelped    = "helped"
)

// Nine are the nine counts of cases c, and how many came to a session; in the order of register_days.
var Nine = "COUNT(*) AS registered, " + sum(tally.Is("c.outcome", string(casework.OutcomeNotAccepted)), "not_accepted") + sum("c.accepted_day IS NOT NULL", "accepted") +
	sum(tally.Is("c.outcome", string(casework.PartyRefused)), "party_refused") + sum(tally.Is("c.outcome", string(casework.Withdrawn)), "withdrawn") +
	sum("c.outcome IN ('"+string(casework.Failed)+"', '"+string(casework.PartyEnded)+"')", "failed") + sum(casework.WhereAgreed, "agreed") + sum(casework.WhereKept, "kept") +
	sum(casework.WhereSued, "sued") + strings.TrimSuffix(sum("c.sessions > 0", "met"), ", ")

func sum(where, name string) string { return tally.Total(tally.One(where)) + " AS " + name + ", " }

// Respondent is what the funnel asks of respondents p of cases c.
const Respondent = casework.AskedBy + " AS channel, CASE WHEN c.source LIKE '2%' THEN 1 ELSE 0 END AS own, " + casework.Reached +
	" AS steps, CASE WHEN p.consent = 'refused' THEN 1 ELSE 0 END AS refused, p.refusal AS reason"
