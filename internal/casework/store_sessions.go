package casework

import (
	"encoding/json"
	"time"
)

// satThen is when one of these mediators sat in another case at a time; nil when none did.
func (o counter) satThen(q overlap) (*time.Time, error) {
	var found []time.Time
	err := o.tx.Rows().Table("mediation_sessions AS v").
		Joins("JOIN session_mediators m ON m.county_code = v.county_code AND m.session_id = v.id").
		Where("v.county_code = ? AND m.county_code = ? AND m.mediator_id IN ? AND v.case_id <> ?", o.tx.County, o.tx.County, q.mediators, q.except).
		Where("m.starts_at < ? AND m.starts_at > ?", q.to, q.from.AddDate(0, 0, -1)). // nobody sits for a day
		Where("(v.starts_at < ? AND v.ends_at > ? OR v.ends_at IS NULL AND v.starts_at >= ? AND v.starts_at < ?)", q.to, q.from, q.from, q.to).
		Order("m.starts_at").Limit(1).Pluck("v.starts_at", &found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	at := found[0].UTC()
	return &at, nil
}

// sealDetails seals what the record says beside what was said; nothing where it says nothing.
func (s *Service) sealDetails(v *Session) error {
	text, err := json.Marshal(v.Details)
	if err != nil || string(text) == "{}" {
		return err
	}
	v.DetailsSealed = s.vault.Seal(sealed("mediation_sessions", "details_sealed", v.ID), string(text))
	return nil
}

func (s *Service) openDetails(v *Session) error {
	var text string
	if err := s.unseal("mediation_sessions", v.ID, unsealing{"details_sealed", v.DetailsSealed, &text}); err != nil || text == "" {
		return err
	}
	return json.Unmarshal([]byte(text), &v.Details)
}
