package registry

import (
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

const pageSettings = "/registry/settings"

// settingsView is what is set in an area, with its defaults, and a form for one of them.
type settingsView struct {
	*frame
	Lines   []settingLine
	Chosen  *settingLine // the setting that the form is about; nil for none yet
	MaySet  bool         // the area lies in the reader's charge
	Current calendar.Day
}

// settingLine is a setting in words.
type settingLine struct {
	InForce
	Title, Shown, Normal string
	Whose                string // whose value it is; "" where the default holds
	Coming               []comingLine
	Path                 string // to set it here
}

type comingLine struct {
	Shown, Whose string
	From         calendar.Day
}

// showSettings lists every setting as it holds in an area today: its value, the default, whose it is and since when, and
// what begins later. With a name it shows the form for that one.
func (s *Service) showSettings(r *page.Request) (page.Reply, error) {
	v, err := s.settings(r)
	return page.Show("registry/settings", v), err
}

func (s *Service) settings(r *page.Request) (*settingsView, error) {
	v := &settingsView{frame: frameOf(r, pageSettings)}
	if err := v.bad.Err(); err != nil {
		return v, err
	}
	names := map[ident.Area]string{}
	if err := s.see(r.Context(), r.Grant, func(tx *db.Tx) error {
		v.Current = today(tx)
		if err := v.place(tx); err != nil {
			return err
		}
		set, err := SettingsIn(tx, v.Place.Code)
		for _, row := range set.rows {
			if err == nil && row.AreaCode != "" {
				names[row.AreaCode], err = FullName(tx, row.AreaCode)
			}
		}
		return err
	}); err != nil {
		return v, err
	}
	shown, err := s.Shown(r.Context(), r.Grant, v.Place.Code)
	if err != nil {
		return v, err
	}
	v.MaySet = r.Grant.CoversArea(v.Place.Code)
	asked := r.Query("name")
	if asked == "" {
		asked = r.Form("name")
	}
	for _, one := range shown {
		v.Lines = append(v.Lines, v.line(one, names))
	}
	for i := range v.Lines {
		if v.Lines[i].Name == asked {
			v.Chosen = &v.Lines[i]
		}
	}
	return v, nil
}

func (v *settingsView) line(f InForce, names map[ident.Area]string) settingLine {
	everywhere := func(a ident.Area) string {
		if a == "" {
			return v.r.Say("registry.setting.everywhere")
		}
		return names[a]
	}
	out := settingLine{InForce: f, Title: f.Says.In(v.r.Lang), Shown: v.value(f.Value), Normal: v.value(f.Default),
		Path: pageSettings + "?area=" + string(v.Place.Code) + "&name=" + f.Name}
	if f.Set {
		out.Whose = everywhere(f.Area)
	}
	for _, c := range f.Later {
		out.Coming = append(out.Coming, comingLine{Shown: v.value(c.Value), Whose: everywhere(c.Area), From: c.From})
	}
	return out
}

// value says on and off in words; a number stands for itself.
func (v *settingsView) value(s string) string {
	if s == "on" || s == "off" {
		return v.r.Say("registry.setting." + s)
	}
	return s
}

// Values are what a setting of a word may be.
func (v *settingsView) Values() []page.Option {
	var out []page.Option
	for _, w := range v.Chosen.Words {
		out = append(out, page.Option{Value: w, Text: v.value(w)})
	}
	return out
}

// setSetting gives the area a value from a day on.
func (s *Service) setSetting(r *page.Request) (page.Reply, error) {
	v, err := s.settings(r)
	if err != nil {
		return page.Reply{}, err
	}
	area, from := ident.Area(r.Form("area")), calendar.Day("")
	if text := r.Form("valid_from"); text != "" {
		if from, err = calendar.ParseDay(text); err != nil {
			return page.Again("registry/settings", v, fault.Of(err).At("valid_from")), nil
		}
	}
	if err := s.Set(r.Context(), r.Grant, area, r.Form("name"), r.Form("value"), from); err != nil {
		return page.Again("registry/settings", v, err), nil
	}
	return page.SeeOther(pageSettings + "?area=" + string(area) + "&done=registry_setting"), nil
}
