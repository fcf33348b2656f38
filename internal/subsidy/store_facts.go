package subsidy

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
	"fengqiao/internal/registry"
)

// caseRow is what the register says of a case, and of the committee that led it.
type caseRow struct {
	ID             ident.ID
	CaseNo         string
	State          string
	Outcome        string
	Difficulty     int
	Parties        int
	AmountFen      money.Fen
	FirstClosedDay calendar.Day
	CommitteeID    ident.ID
	HostID         ident.ID
	LinkedFrom     ident.ID
	LinkedTo       ident.ID
	Guided         bool
	Type           registry.Type
	Sector         string
	Attributes     registry.Words
	CommitteeArea  ident.Area
	FullTime       bool // the host
}

func compareIDs(a, b ident.ID) int { return bytes.Compare(a[:], b[:]) }

// caseRows reads cases of a county for their schemes, in the order of their ids.
func caseRows(tx *db.Tx, county ident.County, ids []ident.ID) (out []caseRow, err error) {
	err = tx.Rows().Table("dispute_cases AS c").Joins("JOIN committees k ON k.county_code = c.county_code AND k.id = c.committee_id").
		Joins("LEFT JOIN mediators m ON m.county_code = c.county_code AND m.id = c.host_id").
		Select("c.id, c.case_no, c.state, c.outcome, c.difficulty, c.parties, c.amount_fen, c.first_closed_day, c.committee_id, c.host_id, c.linked_from, c.linked_to,"+
			" c.guidance_sealed IS NOT NULL AS guided, k.type, k.sector, k.attributes, k.area_code AS committee_area, COALESCE(m.full_time, ?) AS full_time", false).
		Where("c.county_code = ? AND c.id IN ?", county, ids).Order("c.id").Scan(&out).Error
	return out, err
}

// peopleOf are those who mediated some cases when they were closed: host and co-mediators, by person. Whoever only stood in for
// one of them is none.
func peopleOf(tx *db.Tx, county ident.County, rows []caseRow, ids []ident.ID) (map[ident.ID][]payee, error) {
	var all []struct {
		CaseID, PersonID, MediatorID ident.ID
		Name, Part                   string
		EndedAt                      *time.Time
	}
	err := tx.Rows().Table("case_people").Select("case_id, person_id, mediator_id, name, part, ended_at").
		Where("county_code = ? AND case_id IN ? AND part IN ? AND person_id IS NOT NULL AND covers_id IS NULL", county, ids, []string{"host", "co_mediator"}).Order("id").Scan(&all).Error
	closed := map[ident.ID]caseRow{}
	for _, r := range rows {
		closed[r.ID] = r
	}
	out := map[ident.ID][]payee{}
	for _, p := range all {
		c := closed[p.CaseID]
		left := p.EndedAt != nil && (c.FirstClosedDay.IsZero() || calendar.DayOf(*p.EndedAt).Before(c.FirstClosedDay))
		if left || p.Part == "host" && p.MediatorID != c.HostID || slices.ContainsFunc(out[p.CaseID], func(o payee) bool { return o.PersonID == p.PersonID }) {
			continue
		}
		out[p.CaseID] = append(out[p.CaseID], payee{p.CaseID, p.PersonID, p.MediatorID, p.Name, p.Part})
	}
	return out, err
}

// performance is how many obligations an agreement in force has, and how many are performed.
type performance struct {
	CaseID      ident.ID
	Obligations int
	Performed   int
}

// performances counts what was agreed in some cases, and what of it is done.
func performances(tx *db.Tx, county ident.County, ids []ident.ID) (map[ident.ID]performance, error) {
	var rows []performance
	err := tx.Rows().Table("obligations AS o").Joins("JOIN dispute_cases c ON c.county_code = o.county_code AND c.id = o.case_id AND c.agreement_id = o.agreement_id").
		Select("o.case_id, COUNT(*) AS obligations, SUM(CASE WHEN o.state = ? THEN 1 ELSE 0 END) AS performed", "performed").
		Where("o.county_code = ? AND o.case_id IN ?", county, ids).Group("o.case_id").Scan(&rows).Error
	out := map[ident.ID]performance{}
	for _, r := range rows {
		out[r.CaseID] = r
	}
	return out, err
}

// filesOf counts the files that are kept with some cases: evidence, and proof of who was there.
func filesOf(tx *db.Tx, county ident.County, ids []ident.ID) (map[ident.ID]int, error) {
	var rows []struct {
		CaseID ident.ID
		N      int
	}
	err := tx.Rows().Table("case_attachments").Select("case_id, COUNT(*) AS n").Where("county_code = ? AND case_id IN ?", county, ids).Group("case_id").Scan(&rows).Error
	out := map[ident.ID]int{}
	for _, r := range rows {
		out[r.CaseID] = r.N
	}
	return out, err
}

type partyRow struct{ ID, CaseID, PersonID ident.ID }

type signatureRow struct{ CaseID, PartyID, RecordedBy ident.ID }

type visitRow struct {
	CaseID   ident.ID
	Visitor  string
	PartyIDs string
}

// confirmedBy tells for which cases each party has confirmed the agreement: it signed by its own access, or somebody who did
// not mediate the case visited it.
func confirmedBy(tx *db.Tx, county ident.County, ids []ident.ID, people map[ident.ID][]payee) (map[ident.ID]bool, error) {
	var parties []partyRow
	var signatures []signatureRow
	var visits []visitRow
	err := tx.Rows().Table("case_parties").Select("id, case_id, person_id").Where("county_code = ? AND case_id IN ? AND removed_at IS NULL", county, ids).Scan(&parties).Error
	if err != nil {
		return nil, err
	}
	err = tx.Rows().Table("signatures AS s").Joins("JOIN dispute_cases c ON c.county_code = s.county_code AND c.id = s.case_id AND c.agreement_id = s.agreement_id").
		Select("s.case_id, s.party_id, s.recorded_by").Where("s.county_code = ? AND s.case_id IN ? AND s.signer = ? AND s.retracted_at IS NULL", county, ids, casework.ByParty).Scan(&signatures).Error
	if err != nil {
		return nil, err
	}
	err = tx.Rows().Table("follow_ups").Select("case_id, visitor, party_ids").Where("county_code = ? AND case_id IN ?", county, ids).Scan(&visits).Error
	out := map[ident.ID]bool{}
	for _, p := range parties {
		confirmed, seen := out[p.CaseID]
		out[p.CaseID] = (confirmed || !seen) && (p.signed(signatures) || p.visited(visits, people[p.CaseID]))
	}
	return out, err
}

func (p partyRow) signed(all []signatureRow) bool {
	return slices.ContainsFunc(all, func(s signatureRow) bool {
		return s.CaseID == p.CaseID && s.PartyID == p.ID && (s.RecordedBy.IsZero() || s.RecordedBy == p.PersonID)
	})
}

func (p partyRow) visited(all []visitRow, team []payee) bool {
	return slices.ContainsFunc(all, func(v visitRow) bool {
		if v.CaseID != p.CaseID || slices.ContainsFunc(team, func(m payee) bool { return m.Name == v.Visitor }) {
			return false
		}
		var met []ident.ID
		return json.Unmarshal([]byte(v.PartyIDs), &met) == nil && slices.Contains(met, p.ID)
	})
}

// countedElsewhere tells which cases go on with one of another county, or are gone on with there, that was claimed for before:
// the same dispute counts once, and the claim that was made first goes on.
func countedElsewhere(tx *db.Tx, rows []caseRow) (map[ident.ID]bool, error) {
	out := map[ident.ID]bool{}
	for _, r := range rows {
		for _, other := range []ident.ID{r.LinkedFrom, r.LinkedTo} {
			if other.IsZero() {
				continue
			}
			theirs, err := claimFor(tx, other)
			if err != nil {
				return nil, err
			}
			mine, err := claimFor(tx, r.ID)
			if err != nil {
				return nil, err
			}
			if theirs.CaseID.IsZero() || theirs.State == Refused {
				continue
			}
			first := !mine.CaseID.IsZero() && (mine.ClaimedAt.Before(theirs.ClaimedAt) || mine.ClaimedAt.Equal(theirs.ClaimedAt) && compareIDs(mine.ID, theirs.ID) < 0)
			out[r.ID] = out[r.ID] || !first
		}
	}
	return out, nil
}

// claimFor is the claim for a case; zero where there is none.
func claimFor(tx *db.Tx, id ident.ID) (c Claim, err error) {
	c, err = one[Claim](tx.Rows().Where("county_code = ? AND case_id = ?", id.County(), id))
	if fault.Is(err, fault.Missing) {
		return Claim{}, nil
	}
	return c, err
}

const compared = "p.case_id, p.name_key, p.id_number_index, p.credit_code, p.phone_index, c.category, c.first_closed_day AS closed_on"

// partiesOf are the parties of some cases as they are compared.
func partiesOf(tx *db.Tx, county ident.County, cases []ident.ID) (out []partyOf, err error) {
	err = tx.Rows().Table("case_parties AS p").Joins("JOIN dispute_cases c ON c.county_code = p.county_code AND c.id = p.case_id").
		Where("p.county_code = ? AND p.case_id IN ? AND p.removed_at IS NULL", county, cases).Select(compared).Order("p.case_id, p.place, p.id").Scan(&out).Error
	return out, err
}

// partiesLike are parties of claimed cases of a county who share a name or a number with one of some parties; what was refused
// is not claimed for.
func partiesLike(tx *db.Tx, county ident.County, of []partyOf) (out []partyOf, err error) {
	var names, numbers, credits, phones []string
	add := func(to *[]string, text string) {
		if text != "" {
			*to = append(*to, text)
		}
	}
	for _, p := range of {
		add(&names, p.NameKey)
		add(&numbers, p.IDNumberIndex)
		add(&credits, p.CreditCode)
		add(&phones, p.PhoneIndex)
	}
	err = tx.Rows().Table("case_parties AS p").Joins("JOIN subsidy_claims s ON s.county_code = p.county_code AND s.case_id = p.case_id").
		Joins("JOIN dispute_cases c ON c.county_code = p.county_code AND c.id = p.case_id").
		Where("p.county_code = ? AND p.removed_at IS NULL AND s.state <> ? AND (p.name_key IN ? OR p.id_number_index IN ? OR p.credit_code IN ? OR p.phone_index IN ?)",
			county, Refused, names, numbers, credits, phones).
		Select(compared + ", s.id AS claim_id, s.called, s.state").Order("p.case_id, p.place, p.id").Scan(&out).Error
	return out, err
}
