package casework

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/search"
)

// numberForm is a case number or an intake number; a name may hold 登 or 号 as well.
var numberForm = regexp.MustCompile(`^登\d{8}-\d+$|字第\d+号$`)

// search finds cases by a number or reference, or by words: each reach of the grant by what it shows of a case, for a hit
// would tell what was not to be read. A restricted case keeps no words of its names and its title.
func (f Filter) search(tx *db.Tx, g authz.Grant, q *gorm.DB) ([]Line, error) {
	text := strings.TrimSpace(f.Query)
	number := strings.NewReplacer("(", "（", ")", "）", " ", "").Replace(text) // brackets as a keyboard has them
	if r, err := ident.ParseReference(text); err == nil {
		return first(tx, g, q.Where("c.reference = ?", string(r)), newestFirst, f.Limit+1)
	}
	if numberForm.MatchString(number) {
		return first(tx, g, q.Where("(c.case_no = ? OR c.intake_no = ?)", number, number), newestFirst, f.Limit+1)
	}
	if personal(text) {
		return nil, errNumberInAddress
	}
	if err := tx.PlanAnew(); err != nil {
		return nil, err
	}
	words, q := search.Parse(text), q.Session(&gorm.Session{})
	branches := slices.DeleteFunc(db.Branches(g, db.CaseColumns("c")), func(b db.Branch) bool { return len(search.KindsOf(b.View)) == 0 })
	found, err := eachReach(tx, branches, func(b db.Branch, counties []ident.County) (*gorm.DB, bool, error) {
		return words.Where(tx, q, search.KindsOf(b.View), counties)
	}, f.Limit+1)
	if err == nil && len(found) == 0 && f.After.IsZero() && byPost(g) && !byPost(g.Seeing(authz.Party)) {
		err = errNoSearch // whether or not there is such a name
	}
	return found, err
}

// eachReach asks each reach for its own first lines, under a condition that is told in which counties the reach lies where
// that is known; one under which nothing can be found is not asked.
func eachReach(tx *db.Tx, branches []db.Branch, of func(db.Branch, []ident.County) (*gorm.DB, bool, error), most int) ([]Line, error) {
	conditions := map[string]*gorm.DB{}
	var asked []db.Branch
	for _, b := range branches {
		in, err := countiesOf(tx, b.Reach)
		if err != nil {
			return nil, err
		}
		q, any, err := of(b, in)
		if err != nil {
			return nil, err
		}
		if any {
			asked, conditions[keyOf(b)] = append(asked, b), q
		}
	}
	return firstOf(tx, asked, func(b db.Branch) *gorm.DB { return conditions[keyOf(b)] }, newestFirst, most)
}

func keyOf(b db.Branch) string {
	return fmt.Sprint(b.Reach.Level, b.Reach.View, b.Reach.Committee, b.Reach.Area, b.Reach.Person, b.Reach.Case, b.Reach.Parts)
}

// countiesOf are those in which a reach lies; none where it is not known before its cases are.
func countiesOf(tx *db.Tx, r authz.Reach) ([]ident.County, error) {
	switch r.Level {
	case authz.LevelArea:
		return registry.Counties(tx, r.Area)
	case authz.LevelCommittee, authz.LevelDesk:
		return []ident.County{r.Committee.County()}, nil
	case authz.LevelOwn, authz.LevelOffered, authz.LevelFormer, authz.LevelAny:
	}
	return nil, nil
}

// personal tells whether a text is a number that belongs to a person.
func personal(text string) bool {
	kind, _ := numberOfPerson(text)
	return kind != "" || likeIDNumber.MatchString(ident.Plain(text))
}

var likeIDNumber = regexp.MustCompile(`^\d{14,17}[\dX]$`) // with a slip in it, too

// numberOfPerson reads a telephone or an identity number, in its normal form; "" for anything else.
func numberOfPerson(text string) (kind, number string) {
	if n, err := ident.ParseIDNumber(text, "9999-12-31"); err == nil {
		return "id_number", string(n)
	}
	if p, err := ident.ParsePhone(text); err == nil {
		return "phone", string(p)
	}
	return "", ""
}

var errNumberInAddress = fault.New(fault.Invalid, "personal_number", "按电话或证件号查找，请用页面上方的搜索框：号码不写进网址。",
	"To look up a telephone or an identity number, please use the search box: numbers of people are not written into addresses.").At("q")

const mostSought = 100 // characters

const (
	mostLookUps = 30 // numbers that one person may look up in an hour: nobody tries out whose telephone is in a case
	lookUpsIn   = time.Hour
)

// Search is List for the search box: what is typed there stands in no address, so a telephone or an identity number may be
// looked up, exactly and by the whole view alone. That it was looked up is kept, and counted with what was found or not at all.
//
// Faults: as List; TooMany for too many numbers in an hour.
func (s *Service) Search(ctx context.Context, g authz.Grant, f Filter) ([]Line, ident.ID, error) {
	kind, number := numberOfPerson(f.Query)
	switch {
	case len([]rune(f.Query)) > mostSought:
		return nil, ident.ID{}, errLongSearch
	case kind == "" && personal(f.Query):
		return nil, ident.ID{}, errWrongNumber
	case kind == "":
		return s.List(ctx, g, f)
	}
	full := g.Seeing(authz.Full)
	if len(full.Reaches()) == 0 || !g.By().IsStaff() {
		return nil, ident.ID{}, errNoLookUp
	}
	by := g.By()
	by.Once = actor.Once{} // asked again it is looked up again
	// What cannot be noted is not looked up, and so not counted; but for who works on cases, who goes on without (ADR 34).
	if err := s.looked(ctx, by, LookingUp, ident.ID{}); err != nil {
		return nil, ident.ID{}, err
	}
	var out []Line
	err := s.db.Do(ctx, by, by.Person.County(), func(tx *db.Tx) error {
		if err := s.holdPerson(tx, tx.By.Person); err != nil { // nobody looks up two numbers between the counting and the entry
			return err
		}
		n, err := search.Recent(tx, tx.By.Person, tx.Now.Add(-lookUpsIn), mostLookUps)
		if err != nil {
			return err
		}
		if n >= mostLookUps {
			return errLookUps
		}
		found, err := s.lookUp(tx, full, kind, number)
		if err != nil {
			return err
		}
		out = shown(found, dayOf(tx.Now))
		return search.Note(tx, search.LookUp{Key: tx.NewKey(), PersonID: tx.By.Person, Kind: kind, Found: len(found), At: tx.Now})
	})
	if err != nil {
		return nil, ident.ID{}, err
	}
	return out, ident.ID{}, nil
}

// LookingUp is what is noted of a look-up of a number, beside the list that it shows; no row of the policy, whoever may list cases.
const LookingUp authz.Action = "case.look_up"

const mostOfNumber = 100 // cases in which one number stands; nobody needs the next

func (s *Service) lookUp(tx *db.Tx, g authz.Grant, kind, number string) ([]Line, error) {
	column := map[string]string{"phone": "p.phone_index", "id_number": "p.id_number_index"}[kind]
	indexes := s.vault.Indexes(kind, number)
	q := tx.Rows().Table("dispute_cases AS c").Where("c.restricted = ?", false).Session(&gorm.Session{})
	return eachReach(tx, db.Branches(g, db.CaseColumns("c")), func(_ db.Branch, counties []ident.County) (*gorm.DB, bool, error) {
		has := "SELECT p.case_id FROM case_parties p WHERE " + column + " <> '' AND " + column + " IN ? AND p.removed_at IS NULL AND p.county_code "
		if len(counties) > 0 {
			return q.Where("c.county_code IN ? AND c.id IN ("+has+"IN ?)", counties, indexes, counties), true, nil
		}
		return q.Where("c.id IN ("+has+"= c.county_code)", indexes), true, nil
	}, mostOfNumber)
}

var (
	errLongSearch  = fault.New(fault.Invalid, "", "要找的内容太长，最多 %d 个字。", "That is too long to search for: %d characters at most.", mostSought).At("q")
	errWrongNumber = fault.New(fault.Invalid, "", "证件号码有误，请逐位核对。", "The identity number has a mistake; please compare it digit by digit.").At("q")
	errNoLookUp    = fault.New(fault.Denied, "", "您的岗位不能按电话或证件号查找。", "Your post cannot look up telephones or identity numbers.")
	errLookUps     = fault.New(fault.TooMany, "look_ups", "一小时内查的号码太多了，请过一会儿再查。每次查找都有记录。",
		"That is too many numbers for one hour; please wait a while. Each look-up is recorded.").With("retry_after", int(lookUpsIn.Seconds()))
)
