package registry

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Change is one line of what changed in a committee or its people (组成和调整情况), told to the basic court (O7).
type Change struct {
	ident.Key
	CommitteeID ident.ID
	Kind        string // drafted, activated, term_opened, member_joined, member_left, mediator_engaged …
	HappenedOn  calendar.Day
	PersonName  string
	Detail      string
	MadeBy      ident.ID
	NoticeID    ident.ID // the notice by which the court was told; none yet
}

// TableName names the table.
func (Change) TableName() string { return "committee_changes" }

// Notice tells the basic court of all changes since the last one.
type Notice struct {
	ident.Key
	Court     string
	NoticedOn calendar.Day
	Document  string // its number, if it has one: 丰司〔2026〕12号
	// Composition is what it said of the committees that there are, as whoever wrote the letter keeps it.
	Composition string
	MadeBy      ident.ID
}

// TableName names the table.
func (Notice) TableName() string { return "court_notices" }

func (n Notice) identity() (ident.ID, int64) { return n.ID, 1 }

func record(tx *db.Tx, committee ident.ID, kind string, on calendar.Day, person, detail string) error {
	return insertRow(tx, &Change{Key: tx.NewKey(), CommitteeID: committee, Kind: kind, HappenedOn: on, PersonName: person,
		Detail: detail, MadeBy: tx.By.Person})
}

// Untold lists what changed in a county since its court was last told, oldest first.
func Untold(tx *db.Tx, county ident.County) ([]Change, error) {
	return changesTold(tx, county, ident.ID{})
}

// Told lists what one notice told.
func Told(tx *db.Tx, notice ident.ID) ([]Change, error) {
	return changesTold(tx, notice.County(), notice)
}

// NewNotice is what is recorded of a notice that was given.
type NewNotice struct {
	Court       string
	On          calendar.Day // today when empty
	Document    string
	Composition string
}

// GiveNotice records that the court was told of everything that changed up to now.
func (s *Service) GiveNotice(ctx context.Context, g authz.Grant, county ident.County, in NewNotice) (Notice, error) {
	return write(ctx, s, g, county.Area(), FindNotice, func(tx *db.Tx) (Notice, error) {
		n := Notice{Key: tx.NewKey(), NoticedOn: in.On, Document: in.Document, Composition: in.Composition, MadeBy: tx.By.Person}
		if n.NoticedOn.IsZero() {
			n.NoticedOn = today(tx)
		}
		var check fault.Check
		var err error
		n.Court, err = ident.ParseName(in.Court)
		check.Take("court", err)
		if n.NoticedOn.After(today(tx)) {
			check.Add("noticed_on", "告知日期不能晚于今天。", "The day of the notice cannot lie in the future.")
		}
		if err := check.Err(); err != nil {
			return n, err
		}
		if err := insertRow(tx, &n); err != nil {
			return n, err
		}
		return n, changesNoticed(tx, n)
	})
}
