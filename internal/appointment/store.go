package appointment

import (
	"strings"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
)

// stands is that a person holds, or will hold, a post.
const stands = "EXISTS (SELECT 1 FROM posts p WHERE p.county_code = a.county_code AND p.person_id = a.person_id AND (p.until_day IS NULL OR p.until_day > ?)"

// accounts are those of a grant's area with a post, the last entered first; one more than asked for tells that there are more.
func accounts(tx *db.Tx, g authz.Grant, ask Asked, today calendar.Day) ([]Line, error) {
	q := db.Cross(tx.Rows()).Table("accounts a").Joins("JOIN persons n ON n.county_code = a.county_code AND n.id = a.person_id").
		Select("a.id, a.person_id AS person, a.login, n.name, a.state").Scopes(db.Within(g, db.Columns{County: "a.county_code", Area: "a.county_code"}))
	held, args := stands, []any{today}
	if ask.Role != "" {
		held, args = held+" AND p.role = ?", append(args, ask.Role)
	}
	if ask.Soon {
		held, args = held+" AND p.until_day <= ?", append(args, today.Plus(soon))
	}
	q = q.Where(held+")", args...)
	if text := strings.TrimSpace(ask.Text); text != "" {
		like := strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text) + "%"
		q = q.Where(`(n.name LIKE ? ESCAPE '\' OR a.login LIKE ? ESCAPE '\')`, like, strings.ToLower(like))
	}
	if !ask.After.IsZero() {
		q = q.Where("a.id < ?", ask.After)
	}
	var ways []account.Way
	if err := q.Order("a.id DESC").Limit(ask.Limit + 1).Scan(&ways).Error; err != nil {
		return nil, err
	}
	out := make([]Line, len(ways))
	for i, w := range ways {
		out[i].Way = w
	}
	return out, nil
}

// overseers are the persons who oversee in a county on a day, in a post of their own.
func overseers(tx *db.Tx, county ident.County, day calendar.Day) (out []ident.ID, err error) {
	err = tx.Rows().Table("posts").Distinct("person_id").
		Where("county_code = ? AND role IN ? AND deputy_for IS NULL AND from_day <= ? AND (until_day IS NULL OR until_day > ?)",
			county, []actor.Role{actor.StationOfficer, actor.BureauSupervisor}, day, day).Order("person_id").Pluck("person_id", &out).Error
	return out, err
}
