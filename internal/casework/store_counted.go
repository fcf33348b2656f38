package casework

import "fengqiao/internal/authz"

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
	// WhereWritten: the agreement in force is in writing, so a court may be asked to confirm it (G9).
	WhereWritten = "EXISTS (SELECT 1 FROM agreements a WHERE a.county_code = c.county_code AND a.id = c.agreement_id AND a.form = 'written')"
	// WhereConfirmationAsked: a court was asked to confirm the agreement in force. Rows of the few are read, not every case.
	WhereConfirmationAsked = "(c.county_code, c.agreement_id) IN (SELECT k.county_code, k.agreement_id FROM court_matters k WHERE k.kind = '" + Confirming + "')"
	// WhereConfirmed: … and it did.
	WhereConfirmed = "(c.county_code, c.agreement_id) IN (SELECT k.county_code, k.agreement_id FROM court_matters k WHERE k.kind = '" + Confirming + "' AND k.result = 'confirmed')"
	// WhereReopened: a case that had ended was taken up again (G14, or a party thought better of it).
	WhereReopened = "(c.county_code, c.id) IN (SELECT j.county_code, j.case_id FROM journal j WHERE j.event IN ('" + string(Remediate) + "', '" + string(Reconsider) + "'))"
	// WhereRecused: a mediator withdrew, or was asked to (M2).
	WhereRecused = "(c.county_code, c.id) IN (SELECT p.county_code, p.case_id FROM case_people p WHERE p.part = '" + authz.PartRecused + "')"
	// WhereHelped: a party had an agent or a companion.
	WhereHelped = "(c.county_code, c.id) IN (SELECT h.county_code, h.case_id FROM case_helpers h WHERE h.kind IN ('agent', 'companion') AND NOT h.void)"
	// Standing is what is known of promises o that fell due: kept by the day, kept later, not kept, or nothing.
	Standing = "CASE WHEN o.state = 'performed' AND o.state_on <= o.due_on THEN 'on_time' WHEN o.state = 'performed' THEN 'late'" +
		" WHEN o.state IN ('unperformed', 'partly') THEN 'not' ELSE 'unknown' END"

	partyHere   = "SELECT 1 " + ofPartyHere
	ofPartyHere = "FROM case_parties p WHERE p.county_code = c.county_code AND p.case_id = c.id AND p.removed_at IS NULL"
)
