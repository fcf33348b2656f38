package anomaly

import (
	"slices"
	"strconv"
	"strings"

	"fengqiao/internal/casework"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

const mostCompared = 20 // texts that one is laid beside

// fingerprint is one band of the text of an agreement in force.
type fingerprint struct {
	CountyCode  ident.County `gorm:"column:county_code;primaryKey"`
	CaseID      ident.ID     `gorm:"column:case_id;primaryKey"`
	Band        int          `gorm:"column:band;primaryKey"`
	Print       string       `gorm:"column:print"`
	AgreementID ident.ID     `gorm:"column:agreement_id"`
}

// TableName is the table's.
func (fingerprint) TableName() string { return "anomaly_prints" }

// texts lays an agreement in force beside those that share a band of its fingerprint. The texts are opened in memory; what is
// kept is the fingerprint, under the vault's key.
func (l *look) texts(c *casework.Case, lim limits) ([]seen, []fingerprint, error) {
	if c.EffectiveAt == nil || c.Agreement == nil {
		return nil, nil, nil
	}
	text := plainText(c)
	if len([]rune(text)) < lim.alikeLeast {
		return nil, nil, nil
	}
	set := shinglesOf(text)
	prints, wanted := l.printsOf(c, set)
	near, err := sharing(l.tx, l.county, wanted, c.ID)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range prints { // those of this batch are not written yet
		for _, id := range l.fresh[p.Print] {
			if len(near) < mostCompared && !slices.Contains(near, id) {
				near = append(near, id)
			}
		}
		l.fresh[p.Print] = append(l.fresh[p.Print], c.ID)
	}
	alike := []ident.ID{c.ID}
	most := 0
	for _, id := range near {
		other, err := l.Cases.Whole(l.tx, id)
		if fault.Is(err, fault.Missing) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		if n := likeness(set, shinglesOf(plainText(&other))); n >= lim.alike && !shareParty(c, &other) {
			alike, most = append(alike, id), max(most, n)
		}
	}
	return alikeTexts(alike, most), prints, nil
}

// alikeTexts flags every case of a group whose texts are nearly one. The oldest names the group, so that a text that is copied
// once more does not raise the earlier ones again.
func alikeTexts(cases []ident.ID, most int) []seen {
	if len(cases) < 2 {
		return nil
	}
	slices.SortFunc(cases, func(a, b ident.ID) int { return strings.Compare(a.String(), b.String()) })
	return each(AlikeText, keyOf(cases[0].String()), cases, Evidence{Alike: most})
}

// shareParty: many against one are told in one text.
func shareParty(a, b *casework.Case) bool {
	return slices.ContainsFunc(a.Here(), func(p casework.Party) bool {
		return slices.ContainsFunc(b.Here(), func(q casework.Party) bool { return p.NameKey == q.NameKey })
	})
}

// printsOf are the bands of a text under the current key, to be kept, and under every key, to be looked for.
func (l *look) printsOf(c *casework.Case, set map[uint64]bool) (keep []fingerprint, wanted []string) {
	for b, band := range bandsOf(set) {
		text := strconv.Itoa(b)
		for _, n := range band {
			text += " " + strconv.FormatUint(n, 36)
		}
		under := l.Vault.Indexes("agreement_text", text)
		keep = append(keep, fingerprint{l.county, c.ID, b, under[0], c.AgreementID})
		wanted = append(wanted, under...)
	}
	return keep, wanted
}
