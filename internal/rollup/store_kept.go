package rollup

import (
	"slices"
	"time"

	"gorm.io/gorm"

	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// keptReturn is a pair of cases in which two parties met again, of which one was destroyed since.
type keptReturn struct {
	CountyCode ident.County `gorm:"column:county_code;primaryKey"`
	CaseID     ident.ID     `gorm:"column:case_id;primaryKey"`
	ReturnedID ident.ID     `gorm:"column:returned_id;primaryKey"`
}

func (keptReturn) TableName() string { return "kept_returns" }

// KeepReturns notes, before those by whom they could be found are destroyed with a dossier, in which other cases two of its parties met
// again, and whose return it was itself: the figures of how agreements held rest on them, and must not change.
func KeepReturns(tx *db.Tx, h casework.Head) error {
	var mine []party
	err := tx.Rows().Table("case_parties AS p").Where("p.county_code = ? AND p.case_id = ? AND p.removed_at IS NULL", h.CountyCode, h.ID).
		Select("p.case_id, p.id, p.id_number_index, p.phone_index, p.name_key").Scan(&mine).Error
	if err != nil {
		return err
	}
	met := map[ident.ID]map[int]bool{} // by other case: which of mine
	when := map[ident.ID]times{}
	for i, p := range mine {
		rows, err := sameAs(tx, h, p)
		if err != nil {
			return err
		}
		for _, o := range rows {
			if met[o.CaseID] == nil {
				met[o.CaseID] = map[int]bool{}
			}
			met[o.CaseID][i], when[o.CaseID] = true, times{o.RegisteredAt, o.EffectiveAt}
		}
	}
	var pairs []keptReturn
	for other, which := range met {
		if len(which) < 2 {
			continue
		}
		at := when[other]
		if h.EffectiveAt != nil && at.registered.After(*h.EffectiveAt) {
			pairs = append(pairs, keptReturn{h.CountyCode, h.ID, other})
		}
		if at.effective != nil && h.RegisteredAt.After(*at.effective) {
			pairs = append(pairs, keptReturn{h.CountyCode, other, h.ID})
		}
	}
	for i := range pairs {
		if _, err := tx.InsertNew(&pairs[i]); err != nil { // the other one may have been destroyed before
			return err
		}
	}
	return nil
}

// times are those of a case that returns go by.
type times struct {
	registered time.Time
	effective  *time.Time
}

// metParty is a party of another case, with the times of that case.
type metParty struct {
	CaseID       ident.ID
	RegisteredAt time.Time
	EffectiveAt  *time.Time
}

// sameAs are the parties of other cases that are known to be the same as one.
func sameAs(tx *db.Tx, h casework.Head, p party) (out []metParty, err error) {
	if p.IDNumberIndex == "" && p.PhoneIndex == "" {
		return nil, nil
	}
	either := tx.Rows()
	if p.IDNumberIndex != "" {
		either = either.Or("p.id_number_index = ?", p.IDNumberIndex)
	}
	if p.PhoneIndex != "" {
		either = either.Or("p.phone_index = ? AND p.name_key = ?", p.PhoneIndex, p.NameKey)
	}
	err = others(tx, h).Where(either).Scan(&out).Error
	return out, err
}

func others(tx *db.Tx, h casework.Head) *gorm.DB {
	return tx.Rows().Table("case_parties AS p JOIN dispute_cases c ON c.county_code = p.county_code AND c.id = p.case_id").
		Select("p.case_id, c.registered_at, c.effective_at").Where("p.county_code = ? AND p.case_id <> ? AND p.removed_at IS NULL", h.CountyCode, h.ID)
}

// keptReturns adds to the agreements of the month the returns that were kept when a dossier was destroyed.
func (m adding) keptReturns(of map[ident.ID]*agreement) error {
	var rows []struct {
		Of           ident.ID
		CaseID       ident.ID
		RegisteredAt time.Time
		Category     string
	}
	err := m.from("dispute_cases AS c JOIN kept_returns k ON k.county_code = c.county_code AND k.case_id = c.id JOIN dispute_cases r ON r.county_code = k.county_code AND r.id = k.returned_id").
		Select("c.id AS of, r.id AS case_id, r.registered_at, r.category").Scan(&rows).Error
	for _, r := range rows {
		a := of[r.Of]
		if a == nil || slices.ContainsFunc(a.returns, func(b comingBack) bool { return b.Case == r.CaseID }) {
			continue
		}
		a.returns = append(a.returns, comingBack{r.CaseID, r.RegisteredAt, r.Category})
		inOrder(a.returns)
	}
	return err
}
