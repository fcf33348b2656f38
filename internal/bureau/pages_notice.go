package bureau

import (
	"bytes"
	"strconv"
	"strings"

	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
	"fengqiao/internal/sheet"
)

// noticesView is the notices that a county gave its court, and how much it was not told yet.
type noticesView struct {
	*Place
	Lines  []registry.Notice
	Untold int
	Next   string
}

func (s *Service) showNotices(r *page.Request) (page.Reply, error) {
	v := &noticesView{}
	after, err := AfterOf(r)
	if err != nil {
		return page.Reply{}, err
	}
	err = s.read(r, func(tx *db.Tx) (err error) {
		if v.Place, err = PlaceOf(tx, r); err != nil {
			return err
		}
		changes, err := registry.Untold(tx, v.County)
		if err != nil {
			return err
		}
		v.Untold = len(changes)
		var more bool
		if v.Lines, more, err = registry.Notices(tx, v.County, registry.Page{After: after, Limit: linesOfPage}); more {
			v.Next = v.Lines[len(v.Lines)-1].ID.String()
		}
		return err
	})
	return page.Show("bureau/notices", v), err
}

// letterView is a letter to the court, with the form that records that it was given.
type letterView struct {
	Letter
	Table string
	open  *Place
}

// Way is where the county's letters are.
func (v *letterView) Way() string {
	return notices + "?county=" + string(v.Open())
}

func (s *Service) due(r *page.Request) (*letterView, error) {
	v := &letterView{}
	err := s.read(r, func(tx *db.Tx) (err error) {
		if v.open, err = PlaceOf(tx, r); err != nil {
			return err
		}
		v.Table = v.open.In(notices + "/due/table")
		v.Letter, err = dueLetter(tx, v.open.County)
		return err
	})
	return v, err
}

func (s *Service) showDue(r *page.Request) (page.Reply, error) {
	v, err := s.due(r)
	return page.Show("bureau/letter", v), err
}

// takeNotice records that the letter was given: what it told is told from then on.
func (s *Service) takeNotice(r *page.Request) (page.Reply, error) {
	v, err := s.due(r)
	if err != nil {
		return page.Reply{}, err
	}
	f := &sent{Request: r}
	in := registry.NewNotice{Court: r.Form("court"), On: f.day("noticed_on"), Document: r.Form("document")}
	err = f.bad.Err()
	var id ident.ID
	if err == nil {
		id, err = s.Tell(r.Context(), r.Grant, v.open.County, in)
	}
	if err != nil {
		return page.Again("bureau/letter", v, err), nil
	}
	return page.SeeOther(at(notices, id) + "?done=bureau_told"), nil
}

func (s *Service) given(r *page.Request) (*letterView, error) {
	v := &letterView{}
	id, err := IDOf(r, "id")
	if err != nil {
		return v, err
	}
	err = s.read(r, func(tx *db.Tx) error {
		n, err := registry.FindNotice(tx, id)
		if err != nil {
			return err
		}
		if !r.Grant.CoversArea(n.CountyCode.Area()) {
			return fault.NoSuch()
		}
		v.Table = at(notices, id) + "/table"
		v.Letter, err = givenLetter(tx, n)
		return err
	})
	return v, err
}

func (s *Service) showNotice(r *page.Request) (page.Reply, error) {
	v, err := s.given(r)
	return page.Show("bureau/letter", v), err
}

func (s *Service) dueTable(r *page.Request) (page.Reply, error) { return tableOf(s.due(r)) }

func (s *Service) noticeTable(r *page.Request) (page.Reply, error) { return tableOf(s.given(r)) }

func tableOf(v *letterView, err error) (page.Reply, error) {
	if err != nil {
		return page.Reply{}, err
	}
	var b bytes.Buffer
	err = v.writeTable(&b)
	return page.Download(v.Letter.County.Name+"人民调解委员会组成和调整情况"+string(v.On)+".xlsx", sheet.XLSX.MediaType(), &b), err
}

// The letter is written in Chinese, whatever language its reader works in.

// DayText is a day as the letter writes it.
func (v *letterView) DayText(d calendar.Day) string { return page.Day(d, "zh-CN") }

// KindText is what changed, as the letter calls it.
func (v *letterView) KindText(kind string) string { return codes.RegisterChanges.Name(kind, "zh-CN") }

// KindsText lists how many committees of each type there are.
func (v *letterView) KindsText() string {
	var out []string
	for _, k := range v.Kinds {
		out = append(out, codes.CommitteeTypes.Name(string(k.Type), "zh-CN")+" "+strconv.Itoa(k.Count)+" 个")
	}
	return strings.Join(out, "、")
}

// Open is the county whose register the letter is about.
func (v *letterView) Open() ident.County { return v.Letter.County.Code.County() }
