package anomaly

import (
	"encoding/json"
	"slices"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// keep raises what is new of what was seen: one flag for a case, a rule and its evidence. An open flag learns how its evidence
// grew; one that was cleared stays cleared. It gives how many are new.
func (l *look) keep(tx *db.Tx, found []seen) (n int, err error) {
	var cases []ident.ID
	for _, f := range found {
		if !slices.Contains(cases, f.Case) {
			cases = append(cases, f.Case)
		}
	}
	if len(cases) == 0 {
		return 0, nil
	}
	heads, err := headsOf(tx, l.county, cases)
	if err != nil {
		return 0, err
	}
	known, err := flagsOf(tx, l.county, cases)
	if err != nil {
		return 0, err
	}
	for _, one := range found {
		raised, err := l.raise(tx, one, heads, known)
		if err != nil {
			return n, err
		}
		if raised != nil {
			known = append(known, *raised)
			n++
		}
	}
	return n, nil
}

// raise writes one flag, unless it is there; nil when there was nothing to raise.
func (l *look) raise(tx *db.Tx, one seen, heads []casework.Head, known []Flag) (*Flag, error) {
	text, err := json.Marshal(one.Evidence)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(known, func(f Flag) bool { return f.CaseID == one.Case && f.Rule == one.Rule && f.EvidenceKey == one.Key })
	if at >= 0 {
		if f := known[at]; f.State == Open && f.EvidenceJSON != string(text) {
			return nil, setEvidence(tx, f, string(text))
		}
		return nil, nil
	}
	h := slices.IndexFunc(heads, func(h casework.Head) bool { return h.ID == one.Case })
	rule, ok := RuleOf(one.Rule)
	if h < 0 || !ok {
		return nil, nil
	}
	f := Flag{Key: tx.NewKey(), Version: 1, CaseID: one.Case, CommitteeID: heads[h].CommitteeID, AreaCode: heads[h].AreaCode, Rule: rule.Code, Weight: rule.Weight,
		EvidenceKey: one.Key, EvidenceJSON: string(text), FoundOn: calendar.DayOf(tx.Now), State: Open}
	isNew, err := tx.InsertNew(&f)
	if err != nil || !isNew { // somebody looked at the same moment
		return nil, err
	}
	_, err = l.Journal.Append(tx, journal.Entry{Case: f.ID, Seq: 1, Event: "anomaly_found", To: Open, Role: actor.Anyone,
		Fact: journal.Fact{"case": f.CaseID.String(), "rule": f.Rule, "evidence": f.EvidenceKey}})
	return &f, err
}
