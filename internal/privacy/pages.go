package privacy

import (
	"bytes"
	"encoding/json"
	"slices"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
)

// Pages mounts what people are told of their data, and what they ask for.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", "/privacy", "home.read", s.about)
	site.Handle("GET", "/mine/:id/data", Asking, s.mine)
	site.Handle("GET", "/mine/:id/data/copy", Asking, s.copyFile)
	site.Handle("GET", "/mine/:id/data/print", Asking, s.copyPage)
	for _, kind := range []string{Correction, Erasure} {
		site.Handle("GET", "/mine/:id/data/"+kind, Asking, s.asker(kind))
		site.Handle("POST", "/mine/:id/data/"+kind, Asking, s.taker(kind))
	}
	s.staffPages(site)
}

// sightLine is a line of the table of who sees what.
type sightLine struct{ Role, Reach, View string }

// aboutView is what everybody is told.
type aboutView struct {
	Sees        []sightLine
	Blind       []string
	Short, Long int // years
	Answer      int // working days
}

func (s *Service) about(r *page.Request) (page.Reply, error) {
	sees, blind, err := Sights(s.Policy)
	if err != nil {
		return page.Reply{}, err
	}
	v := &aboutView{}
	for _, one := range sees {
		keys := one.texts()
		v.Sees = append(v.Sees, sightLine{r.Say("privacy." + keys[0]), r.Say("privacy." + keys[1]), r.Say("privacy." + keys[2])})
	}
	for _, role := range blind {
		v.Blind = append(v.Blind, r.Say("privacy.role."+string(role)))
	}
	err = s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		set, err := registry.SettingsIn(tx, "")
		today := calendar.DayOf(tx.Now)
		v.Short, v.Long, v.Answer = set.Number(registry.RetainShort, today), set.Number(registry.RetainLong, today), set.Number(registry.PrivacyAnswer, today)
		return err
	})
	return page.Show("privacy/about", v), err
}

// line is a request in words.
type line struct {
	Seen
	About, Said, Shade, Because, Until string
	Late                               bool
}

func (s *Service) lineOf(r *page.Request, one Seen) line {
	out := line{Seen: one, About: codes.DataKinds.Name(one.Kind, r.Lang) + " · " + codes.DataItems.Name(one.Item, r.Lang), Said: one.Status(r.Lang), Shade: shades[one.State+one.Outcome]}
	out.Late = one.Overdue(calendar.DayOf(s.Store.Now()))
	if one.State == Decided || !one.Own {
		out.Until = one.Kept(r.Lang)
		if one.Reason != "" {
			out.Because = codes.DataRefusals.Name(one.Reason, r.Lang)
		}
	} else {
		out.Words = ""
	}
	return out
}

// shades are the tags of a request by its state and outcome.
var shades = map[string]string{Received: "warn", Proposed + Done: "info", Decided + Done: "ok", Decided + Partly: "ok", Decided + Refused: "plain"}

// dataView is a party's page about its own data; Own are the files that it may ask to have erased.
type dataView struct {
	Home  string // of the case
	Kind  string
	Items []page.Option
	Own   []page.Option
	Asked []line
}

func (s *Service) dataView(r *page.Request, kind string) (*dataView, ident.ID, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, id, fault.NoSuch()
	}
	v := &dataView{Home: "/mine/" + id.String(), Kind: kind}
	err = s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		_, err := s.Cases.OwnDataOf(tx, r.Grant, id)
		return err
	})
	if err != nil {
		return nil, id, err
	}
	for _, item := range page.Coded(codes.DataItems, r.Lang) {
		if kind == Correction && item.Value == "attachment" {
			continue
		}
		item.Hint = r.Say("privacy.keep_hint")
		if kind == Correction || slices.Contains(casework.Erasable, item.Value) {
			item.Hint = ""
		}
		v.Items = append(v.Items, item)
	}
	if kind != Erasure {
		return v, id, nil
	}
	seen, err := s.Cases.See(r.Context(), r.Grant, id)
	for _, f := range seen.OwnFiles() {
		v.Own = append(v.Own, page.Option{Value: f.ID.String(), Text: f.Name})
	}
	return v, id, err
}

func (s *Service) mine(r *page.Request) (page.Reply, error) {
	v, id, err := s.dataView(r, "")
	if err != nil {
		return page.Reply{}, err
	}
	rows, err := s.List(r.Context(), r.Grant, id)
	for _, one := range rows {
		if one.Own {
			v.Asked = append(v.Asked, s.lineOf(r, one))
		}
	}
	return page.Show("privacy/data", v), err
}

func (s *Service) asker(kind string) func(*page.Request) (page.Reply, error) {
	return func(r *page.Request) (page.Reply, error) {
		v, _, err := s.dataView(r, kind)
		return page.Show("privacy/"+kind, v), err
	}
}

func (s *Service) taker(kind string) func(*page.Request) (page.Reply, error) {
	return func(r *page.Request) (page.Reply, error) {
		v, id, err := s.dataView(r, kind)
		if err != nil {
			return page.Reply{}, err
		}
		in := NewRequest{Kind: kind, Item: r.Form("item"), Right: r.Form("right"), Why: r.Form("why")}
		if chosen := r.Form("attachment_id"); in.Item == "attachment" && chosen != "" {
			if in.Attachment, err = ident.ParseID(chosen); err != nil {
				return page.Reply{}, fault.NoSuch()
			}
		}
		if _, err := s.Ask(r.Context(), r.Grant, id, in); err != nil {
			return page.Again("privacy/"+kind, v, err), nil
		}
		return page.SeeOther(v.Home + "/data?done=data_asked"), nil
	}
}

// copied is the party's copy with the way back.
type copied struct {
	Copy
	Home string
}

func (s *Service) copied(r *page.Request) (copied, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return copied{}, fault.NoSuch()
	}
	c, err := s.Copy(r.Context(), r.Grant, id, r.Lang, func(e casework.Event) string { return r.Say("mine.event." + string(e)) })
	return copied{c, "/mine/" + id.String()}, err
}

func (s *Service) copyPage(r *page.Request) (page.Reply, error) {
	c, err := s.copied(r)
	return page.Show("privacy/print", c), err
}

// copyFile gives the copy under a name that says nothing of what it is about.
func (s *Service) copyFile(r *page.Request) (page.Reply, error) {
	c, err := s.copied(r)
	if err != nil {
		return page.Reply{}, err
	}
	text, err := json.MarshalIndent(c.Copy, "", " ")
	if err != nil {
		return page.Reply{}, err
	}
	return page.Download("fengqiao-data.json", "application/json", bytes.NewReader(text)), nil
}
