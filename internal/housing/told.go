package housing

import (
	"context"
	"encoding/json"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// A quarter is told once. When somebody looks at it for the first time after it is over, the places of the city and what was
// counted in each are kept, and every table of the quarter is made from that from then on. What is entered or corrected later, a
// compound that comes to the register or moves to another village, changes nothing that was told: two tellings that differ would
// say what lies between them.

// Quarter is a city's quarter as it was told.
type Quarter struct {
	CountyCode ident.County `gorm:"column:county_code;primaryKey"` // the city's own
	Year       int          `gorm:"column:year;primaryKey"`
	Quarter    int          `gorm:"column:quarter;primaryKey"`
	ToldAt     time.Time    `gorm:"column:told_at"`
	Places     string       `gorm:"column:places"` // []spot as JSON, each after the one around it
}

// TableName is the table's.
func (Quarter) TableName() string { return "housing_quarters" }

// spot is a place of a city with what was counted in it and in none of the places below it.
type spot struct {
	Key    string           `json:"key"`
	Name   string           `json:"name,omitempty"`
	Around string           `json:"around,omitempty"` // the key of the place around it
	Cases  map[string]int64 `json:"cases,omitempty"`  // by kind
}

// toldOf are the quarters of a period as they were told, and the numbers of those that nobody was told yet.
func toldOf(tx *db.Tx, city ident.Area, p Period) (out []Quarter, missing []int, err error) {
	for _, q := range p.quarters() {
		row, found, err := toldQuarter(tx, city.County(), p.Year, q)
		if err != nil {
			return nil, nil, err
		}
		if !found {
			missing = append(missing, q)
		}
		out = append(out, row)
	}
	return out, missing, nil
}

// tell keeps a quarter of a city as it is now. Where somebody else did so at the same moment, theirs is what was told.
func (s *Service) tell(ctx context.Context, g authz.Grant, city ident.Area, year, quarter int) error {
	return s.db.Do(ctx, g.By(), city.County(), func(tx *db.Tx) error {
		places, err := countCity(tx, city, quarterStart(year, quarter), quarterEnd(year, quarter))
		if err != nil {
			return err
		}
		text, err := json.Marshal(places)
		if err != nil {
			return err
		}
		_, err = tx.InsertNew(&Quarter{city.County(), year, quarter, tx.Now, string(text)})
		return err
	})
}

// countCity gives the places of a city as they are, with what was registered in each between two days.
func countCity(tx *db.Tx, of ident.Area, from, to calendar.Day) ([]spot, error) {
	counties, err := registry.Counties(tx, of)
	if err != nil {
		return nil, err
	}
	c, err := readCity(tx, of, counties, from)
	if err != nil {
		return nil, err
	}
	rows, err := countProperty(tx, counties, from, to)
	if err != nil {
		return nil, err
	}
	for _, n := range rows {
		kind := n.Category
		if len(kind) != len(otherKind) {
			kind = otherKind
		}
		leaf := c.leaf(n)
		if leaf.counts == nil {
			leaf.counts = map[string]int64{}
		}
		leaf.counts[kind] += n.N
	}
	return c.root.spots("", nil), nil
}

// spots lists a place and all below it, each after the one around it.
func (p *place) spots(around string, to []spot) []spot {
	to = append(to, spot{p.key, p.name, around, p.counts})
	for _, b := range p.below {
		to = b.spots(p.key, to)
	}
	return to
}

// city draws a quarter's places again as they were told.
func (q Quarter) city() (*city, error) {
	var places []spot
	if err := json.Unmarshal([]byte(q.Places), &places); err != nil {
		return nil, err
	}
	c := &city{areas: map[ident.Area]*place{}}
	by := map[string]*place{}
	for _, one := range places {
		p := &place{key: one.Key, name: one.Name, counts: one.Cases}
		by[one.Key] = p
		if around := by[one.Around]; around != nil {
			around.below = append(around.below, p)
		} else {
			c.root = p
		}
		if code := ident.Area(one.Key); ident.ValidArea(code) {
			c.areas[code] = p
		}
	}
	return c, nil
}
