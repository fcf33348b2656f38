// Package scheme keeps what a region pays for mediated disputes and for posts: rates and conditions as data, which held on
// which days, how a row is chosen for a case, and how an amount is shared. It knows no claim and pays nothing.
package scheme

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// The actions of this room in the policy.
const (
	Reading    authz.Action = "scheme.read"
	Publishing authz.Action = "scheme.publish"
)

// What a scheme pays for: codes.SubsidyKinds.
const (
	ByCase   = "case"
	ForPosts = "post"
)

// Scheme is what is paid in an area from a day to a day. It is never changed: another takes its place.
type Scheme struct {
	ident.Key
	AreaCode    ident.Area   `gorm:"column:area_code"`
	Kind        string       `gorm:"column:kind"`
	Name        string       `gorm:"column:name"`
	Number      int          `gorm:"column:number"` // of the area's schemes of this kind
	ValidFrom   calendar.Day `gorm:"column:valid_from"`
	ValidTo     calendar.Day `gorm:"column:valid_to"`
	EndedOn     calendar.Day `gorm:"column:ended_on"` // its last day, where it was ended before
	Basis       string       `gorm:"column:basis"`
	TermsJSON   string       `gorm:"column:terms"`
	Terms       Terms        `gorm:"-"`
	SHA256      string       `gorm:"column:sha256"`
	PublishedBy ident.ID     `gorm:"column:published_by"`
	PublishedAt time.Time    `gorm:"column:published_at"`
	WithdrawnAt *time.Time   `gorm:"column:withdrawn_at"`
}

// TableName is the table's.
func (Scheme) TableName() string { return "subsidy_schemes" }

// LastDay is the last day on which it holds.
func (s Scheme) LastDay() calendar.Day {
	if !s.EndedOn.IsZero() && s.EndedOn.Before(s.ValidTo) {
		return s.EndedOn
	}
	return s.ValidTo
}

// HoldsOn tells whether it holds on a day.
func (s Scheme) HoldsOn(on calendar.Day) bool {
	return s.WithdrawnAt == nil && !on.Before(s.ValidFrom) && !on.After(s.LastDay())
}

// open reads the terms, and makes sure that they are those that were published.
func (s *Scheme) open() error {
	if digest(s.TermsJSON) != s.SHA256 {
		return fmt.Errorf("scheme %s: terms are not what was published", s.ID)
	}
	return json.Unmarshal([]byte(s.TermsJSON), &s.Terms)
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Factor is what the amounts of an indexed scheme are multiplied by for cases of a year, in ten-thousandths.
type Factor struct {
	CountyCode ident.County `gorm:"column:county_code;primaryKey"`
	SchemeID   ident.ID     `gorm:"column:scheme_id;primaryKey"`
	Year       int          `gorm:"column:year;primaryKey"`
	Per        int          `gorm:"column:per_ten_thousand"`
	Basis      string       `gorm:"column:basis"`
	MadeBy     ident.ID     `gorm:"column:made_by"`
	MadeAt     time.Time    `gorm:"column:made_at"`
}

// TableName is the table's.
func (Factor) TableName() string { return "subsidy_factors" }

// Options say what the room needs from its neighbours.
type Options struct {
	Store  *db.Store
	Policy *authz.Policy
}

// Service keeps the schemes.
type Service struct{ Options }

// New makes the room's service.
func New(o Options) *Service { return &Service{o} }

const longest = 5 // years for which a scheme may hold: as a province allows

// NewScheme is a scheme that is published.
type NewScheme struct {
	AreaCode  ident.Area   `json:"area_code,omitempty" doc:"A city or a county; left out: the area of one's post"`
	Kind      string       `json:"kind" doc:"case or post"`
	Name      string       `json:"name"`
	ValidFrom calendar.Day `json:"valid_from"`
	ValidTo   calendar.Day `json:"valid_to" doc:"The last day; at most five years after the first"`
	Basis     string       `json:"basis" doc:"The document that it follows"`
	Terms     Terms        `json:"terms"`
}

// Publish enters a scheme. It may begin before today: what was in force on paper is entered as it was.
//
// Faults: Missing for an area out of reach; Conflict where the area has another scheme of the kind in these days; Invalid says
// all that is wrong, two rows among it that leave open which of them a case is paid by.
func (s *Service) Publish(ctx context.Context, g authz.Grant, in NewScheme) (Scheme, error) {
	if in.AreaCode == "" {
		in.AreaCode = HomeOf(g)
	}
	if !g.CoversArea(in.AreaCode) {
		return Scheme{}, fault.NoSuch()
	}
	var out Scheme
	err := s.Store.Do(ctx, g.By(), in.AreaCode.County(), func(tx *db.Tx) (err error) {
		if out, err = in.checked(tx); err != nil {
			return err
		}
		others, err := schemesOf(tx, in.AreaCode, in.Kind)
		if err != nil {
			return err
		}
		out.Number = len(others) + 1
		for _, o := range others {
			if o.WithdrawnAt == nil && !o.ValidFrom.After(out.ValidTo) && !out.ValidFrom.After(o.LastDay()) {
				return fault.New(fault.Conflict, "scheme_overlap", "这段时间已经有办法：%[1]s（%[2]s 至 %[3]s）。请先结束或者撤回，再发布新的。",
					"There is a scheme in these days: %[1]s (%[2]s to %[3]s). Please end or withdraw it before you publish another.", o.Name, o.ValidFrom, o.LastDay()).At("valid_from")
			}
		}
		tx.Made(out.ID, 0, 201)
		return insertScheme(tx, &out)
	})
	var done *db.Done
	if errors.As(err, &done) {
		err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) (err error) { out, err = Find(tx, done.ID); return err })
	}
	return out, err
}

func (in NewScheme) checked(tx *db.Tx) (Scheme, error) {
	var bad fault.Check
	out := Scheme{Key: tx.NewKey(), AreaCode: in.AreaCode, Kind: in.Kind, Name: oneLine(&bad, "name", in.Name, 100), ValidFrom: in.ValidFrom, ValidTo: in.ValidTo,
		Basis: oneLine(&bad, "basis", in.Basis, 200), Terms: in.Terms, PublishedBy: tx.By.Person, PublishedAt: tx.Now}
	if _, err := registry.FindArea(tx, in.AreaCode); err != nil {
		return out, err
	}
	if l := in.AreaCode.Level(); l != ident.City && l != ident.Of6 {
		bad.Add("area_code", "补贴办法由市或者县规定。", "A scheme is a city's or a county's.")
	}
	bad.Take("kind", codes.SubsidyKinds.Check(in.Kind))
	_, from := calendar.ParseDay(string(in.ValidFrom))
	bad.Take("valid_from", from)
	_, to := calendar.ParseDay(string(in.ValidTo))
	bad.Take("valid_to", to)
	if from == nil && to == nil && (in.ValidTo.Before(in.ValidFrom) || !in.ValidTo.Before(in.ValidFrom.PlusYears(longest))) {
		bad.Add("valid_to", "有效期最长 %d 年，最后一天不能早于第一天。", "A scheme holds for %d years at most, and does not end before it begins.", longest)
	}
	out.Terms.check(in.Kind, &bad)
	text, err := json.Marshal(out.Terms)
	out.TermsJSON, out.SHA256 = string(text), digest(string(text))
	return out, errors.Join(bad.Err(), err)
}

func oneLine(bad *fault.Check, at, text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if n := len([]rune(text)); n < 2 || n > most {
		bad.Add(at, "请填写，最多 %d 个字。", "Please fill this in, with %d characters at most.", most)
	}
	return text
}

// HomeOf is the area of the post by which somebody acts.
func HomeOf(g authz.Grant) ident.Area {
	for _, r := range g.Reaches() {
		if r.Level == authz.LevelArea {
			return r.Area
		}
	}
	return ""
}

// End ends a scheme before its last day: on a day that is not over yet, so that nothing that was closed is paid otherwise.
func (s *Service) End(ctx context.Context, g authz.Grant, id ident.ID, on calendar.Day) (Scheme, error) {
	return s.change(ctx, g, id, func(tx *db.Tx, out *Scheme) error {
		if _, err := calendar.ParseDay(string(on)); err != nil {
			return fault.Of(err).At("ended_on")
		}
		if on.Before(calendar.DayOf(tx.Now)) || on.Before(out.ValidFrom) || !on.Before(out.LastDay()) {
			return fault.New(fault.Invalid, "", "最后一天不能早于今天，并且要早于原来的最后一天。", "The last day lies not before today, and before the last day as it is now.").At("ended_on")
		}
		out.EndedOn = on
		return nil
	})
}

// Withdraw takes back a scheme by which nothing was claimed.
func (s *Service) Withdraw(ctx context.Context, g authz.Grant, id ident.ID) (Scheme, error) {
	return s.change(ctx, g, id, func(tx *db.Tx, out *Scheme) error {
		used, err := isUsed(tx, *out)
		if err != nil {
			return err
		}
		if used {
			return fault.New(fault.Conflict, "scheme_used", "已经有人按这个办法申报，不能撤回，只能结束。", "Somebody has claimed by this scheme: it can be ended, and not withdrawn.")
		}
		now := tx.Now
		out.WithdrawnAt = &now
		return nil
	})
}

func (s *Service) change(ctx context.Context, g authz.Grant, id ident.ID, do func(*db.Tx, *Scheme) error) (out Scheme, err error) {
	err = s.Store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) error {
		if out, err = s.own(tx, g, id); err != nil {
			return err
		}
		if out.WithdrawnAt != nil {
			return fault.NoSuch()
		}
		if err := do(tx, &out); err != nil {
			return err
		}
		tx.Made(out.ID, 0, 200)
		return setEnd(tx, out)
	})
	var done *db.Done
	if errors.As(err, &done) {
		err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) (err error) { out, err = Find(tx, done.ID); return err })
	}
	return out, err
}

// own is a scheme of an area within the grant: what a county may change is its own.
func (s *Service) own(tx *db.Tx, g authz.Grant, id ident.ID) (Scheme, error) {
	out, err := Find(tx, id)
	if err == nil && !g.CoversArea(out.AreaCode) {
		err = fault.NoSuch()
	}
	return out, err
}

// NewFactor is the factor of a year.
type NewFactor struct {
	Year  int    `json:"year"`
	Per   int    `json:"per_ten_thousand" doc:"10350 raises by 3.5 per cent"`
	Basis string `json:"basis" doc:"Where it comes from, such as the average wage that was published"`
}

// SetFactor sets the factor of an indexed scheme for a year, once: it is not changed afterwards.
func (s *Service) SetFactor(ctx context.Context, g authz.Grant, id ident.ID, in NewFactor) (Factor, error) {
	var out Factor
	err := s.Store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) error {
		scheme, err := s.own(tx, g, id)
		if err != nil {
			return err
		}
		var bad fault.Check
		out = Factor{CountyCode: scheme.CountyCode, SchemeID: id, Year: in.Year, Per: in.Per, Basis: oneLine(&bad, "basis", in.Basis, 200), MadeBy: tx.By.Person, MadeAt: tx.Now}
		if !scheme.Terms.Indexed {
			bad.Add("year", "这个办法不随年度调整。", "This scheme is not indexed.")
		}
		if in.Year < scheme.ValidFrom.Year() || in.Year > scheme.ValidTo.Year() {
			bad.Add("year", "请填写办法有效期内的年份。", "Please give a year in which the scheme holds.")
		}
		if in.Per < 5_000 || in.Per > 20_000 {
			bad.Add("per_ten_thousand", "请填写 5000 到 20000 之间的整数（万分之几）。", "Please give a whole number between 5000 and 20000, in ten-thousandths.")
		}
		if err := bad.Err(); err != nil {
			return err
		}
		isNew, err := tx.InsertNew(&out)
		if err == nil && !isNew {
			err = fault.New(fault.Conflict, "factor_set", "这一年的系数已经公布，不能改动。", "The factor of this year is set, and is not changed.").At("year")
		}
		tx.Made(id, 0, 201)
		return err
	})
	var done *db.Done
	if errors.As(err, &done) {
		err = nil
	}
	return out, err
}

// Seen is a scheme with its factors.
type Seen struct {
	Scheme
	Factors []Factor
	Used    bool // somebody has claimed by it
}

// See is one scheme, for whoever may read schemes: they are public.
func (s *Service) See(ctx context.Context, g authz.Grant, id ident.ID) (out Seen, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		if out.Scheme, err = Find(tx, id); err != nil {
			return err
		}
		if out.Factors, err = factorsOf(tx, id); err == nil {
			out.Used, err = isUsed(tx, out.Scheme)
		}
		return err
	})
	return out, err
}

// Asked asks for the schemes that bear on an area: its own, and its city's.
type Asked struct {
	Area  ident.Area
	After ident.ID
	Limit int // 1 to 100; 20 otherwise
}

// List gives schemes, newest first, and the one to go on after; zero when that was all.
func (s *Service) List(ctx context.Context, g authz.Grant, ask Asked) (out []Scheme, next ident.ID, err error) {
	if ask.Limit < 1 || ask.Limit > 100 {
		ask.Limit = 20
	}
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error { out, err = around(tx, ask); return err })
	if err == nil && len(out) > ask.Limit {
		out, next = out[:ask.Limit], out[ask.Limit-1].ID
	}
	return out, next, err
}

// Book is the schemes that bear on a county, with their factors: what a claim is looked up in.
type Book struct {
	schemes []Scheme
	factors map[ident.ID][]Factor
}

// Open reads the book of a county: its own schemes and its city's.
func Open(tx *db.Tx, county ident.County) (Book, error) {
	b := Book{factors: map[ident.ID][]Factor{}}
	var err error
	if b.schemes, err = inBook(tx, county); err != nil {
		return b, err
	}
	for i := range b.schemes {
		one := &b.schemes[i]
		if err := one.open(); err != nil {
			return b, err
		}
		if b.factors[one.ID], err = factorsOf(tx, one.ID); err != nil {
			return b, err
		}
	}
	return b, nil
}

// On is the scheme of a kind that holds in an area on a day: the narrowest area's around it. Nil where none does.
func (b Book) On(area ident.Area, kind string, on calendar.Day) *Scheme {
	var best *Scheme
	for i, s := range b.schemes {
		if s.Kind == kind && s.AreaCode.Covers(area) && s.HoldsOn(on) && (best == nil || len(s.AreaCode.Prefix()) > len(best.AreaCode.Prefix())) {
			best = &b.schemes[i]
		}
	}
	return best
}

// Factor is the factor of a scheme for a year, in ten-thousandths; 0 where none is set. The year in which a scheme begins needs
// none: its amounts are that year's.
func (b Book) Factor(s *Scheme, year int) int {
	for _, f := range b.factors[s.ID] {
		if f.Year == year {
			return f.Per
		}
	}
	if year == s.ValidFrom.Year() {
		return TenThousand
	}
	return 0
}
