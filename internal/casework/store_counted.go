package casework

// Conditions on dispute_cases AS c by which a list narrows and a report counts. They stand here once, so that a figure
// and the list behind it cannot mean two things.
const (
	// WhereSettled: closed with a written or an oral agreement; column 3 of the case table.
	WhereSettled = "(c.outcome IN ('written_agreement', 'oral_agreement') AND c.first_closed_day IS NOT NULL)"
	// WhereComplex: column 4.
	WhereComplex = "c.difficulty >= 3"
	// WhereOpenOn takes a day twice: accepted by the end of it, and not closed by then.
	WhereOpenOn = "(c.accepted_day <= ? AND (c.first_closed_day IS NULL OR c.first_closed_day > ?))"
	// WhereEngaged: everybody whose yes is needed said yes (A2): every applicant and a respondent, without an applicant two
	// respondents. What was accepted had it.
	WhereEngaged = "(c.accepted_day IS NOT NULL OR NOT EXISTS (" + partyHere + " AND p.role = 'applicant' AND p.consent <> 'agreed')" +
		" AND EXISTS (" + partyHere + " AND p.role = 'respondent' AND p.consent = 'agreed')" +
		" AND (SELECT COUNT(*) " + ofPartyHere + " AND p.consent = 'agreed') >= 2)"
	// WhereDecided: the question of consent is answered, either way.
	WhereDecided = "(c.ended_at IS NOT NULL OR " + WhereEngaged + ")"

	// WhereAgreed: an agreement took effect.
	WhereAgreed = "c.effective_at IS NOT NULL"
	// WhereKept: nothing that was agreed is undone.
	WhereKept = "(c.effective_at IS NOT NULL AND NOT " + undone + ")"
	// WhereSued: a party repudiated the agreement and sued (G8).
	WhereSued = "EXISTS (SELECT 1 FROM court_matters k WHERE k.county_code = c.county_code AND k.case_id = c.id AND k.kind = '" + Suing + "')"
	// WhereTimely: the mediation ended within its limit (M7).
	WhereTimely = "(c.mediated_day IS NOT NULL AND (c.mediation_due_day IS NULL OR c.mediated_day <= c.mediation_due_day))"
	// WhereReturned: the same parties came back with another case within twelve months; known once they are over.
	WhereReturned = "EXISTS (SELECT 1 FROM case_returns r WHERE r.county_code = c.county_code AND r.case_id = c.id)"
	// Standing is what is known of promises o that fell due: kept by the day, kept later, not kept, or nothing.
	Standing = "CASE WHEN o.state = 'performed' AND o.state_on <= o.due_on THEN 'on_time' WHEN o.state = 'performed' THEN 'late'" +
		" WHEN o.state IN ('unperformed', 'partly') THEN 'not' ELSE 'unknown' END"

	partyHere   = "SELECT 1 " + ofPartyHere
	ofPartyHere = "FROM case_parties p WHERE p.county_code = c.county_code AND p.case_id = c.id AND p.removed_at IS NULL"
)
