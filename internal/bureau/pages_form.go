package bureau

import (
	"mime/multipart"

	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// step is an act with its form: what is asked, and what is done with the answers.
type step struct {
	name   string // of its texts
	at     string
	upload bool
	ask    func(*asking) error
	do     func(r *page.Request, id ident.ID) (to string, err error)
}

// asking is a form as it is put together. What it says of a rule stands beside the field that the rule is about.
type asking struct {
	*Place  // nil where the thing itself says which county it is
	Title   string
	Lead    string
	Heading string // whom or what it is about
	Back    string
	Submit  string
	Action  string
	Version int64
	Upload  bool
	Danger  bool
	Barred  []string // what stands in the way: nothing can be sent
	Told    []string // what to know before
	Fields  []*field

	r  *page.Request
	tx *db.Tx
	id ident.ID
}

// field is a question of a form.
type field struct {
	Part, Name, Label, Hint, Value, Blank string
	Max, Mode, Width, Accept              string
	Values                                []string
	Options                               []page.Option
	Length, Rows                          int
	Optional, Inline                      bool
	say                                   func(string, ...any) string
}

func (f *field) hint(key string) *field {
	f.Hint = f.say("bureau.h." + key)
	return f
}
func (f *field) is(value string) *field   { f.Value = value; return f }
func (f *field) optional() *field         { f.Optional = true; return f }
func (f *field) wide(class string) *field { f.Width = class; return f }

func (a *asking) add(part, name string, length int) *field {
	f := &field{Part: part, Name: name, Label: a.r.Say("bureau.f." + name), Length: length, say: a.r.Say}
	a.Fields = append(a.Fields, f)
	return f
}

func (a *asking) text(name string, length int) *field { return a.add("text", name, length) }
func (a *asking) box(name string) *field              { return a.add("checkbox", name, 0) }

func (a *asking) area(name string) *field {
	f := a.add("textarea", name, 500)
	f.Rows = 3
	return f
}

// day asks for a day that does not lie ahead.
func (a *asking) day(name string) *field {
	f := a.add("date", name, 0).wide("medium")
	f.Max = string(today(a.tx))
	return f
}

func (a *asking) hidden(name, value string) { a.add("hidden", name, 0).is(value) }

// radios are a few choices, list many of which one is chosen.
func (a *asking) radios(name string, options []page.Option) *field {
	f := a.add("radios", name, 0)
	f.Options = options
	return f
}

func (a *asking) list(name string, options []page.Option) *field {
	f := a.add("select", name, 0)
	f.Options, f.Blank = options, a.r.Say("bureau.choose")
	return f
}

func (a *asking) boxes(name string, options []page.Option, ticked []string) *field {
	f := a.add("checkboxes", name, 0)
	f.Options, f.Values, f.Inline = options, ticked, true
	return f
}

func (a *asking) file(accept string) *field {
	f := a.add("file", "file", 0)
	f.Accept = accept
	return f
}

func (a *asking) coded(list codes.List) []page.Option { return page.Coded(list, a.r.Lang) }

// form draws a step's form.
func (s *Service) form(r *page.Request, st step) (*asking, error) {
	a := &asking{r: r, Title: r.Say("bureau.do." + st.name), Submit: r.Say("bureau.do." + st.name), Action: st.at, Upload: st.upload}
	err := s.read(r, func(tx *db.Tx) (err error) {
		a.tx = tx
		if r.Param("id") == "" {
			if a.Place, err = PlaceOf(tx, r); err != nil {
				return err
			}
			a.hidden("county", string(a.County))
			return st.ask(a)
		}
		if a.id, err = IDOf(r, "id"); err != nil {
			return err
		}
		a.Action = replaced(st.at, a.id)
		return st.ask(a)
	})
	return a, err
}

// asker shows a step's form.
func (s *Service) asker(st step) func(*page.Request) (page.Reply, error) {
	return func(r *page.Request) (page.Reply, error) {
		a, err := s.form(r, st)
		return page.Show("bureau/form", a), err
	}
}

// taker does a step, or shows the form again with what was typed and what is wrong with it.
func (s *Service) taker(st step) func(*page.Request) (page.Reply, error) {
	return func(r *page.Request) (page.Reply, error) {
		a, err := s.form(r, st)
		if err != nil {
			return page.Reply{}, err
		}
		to, err := st.do(r, a.id)
		if err != nil {
			return page.Again("bureau/form", a, err), nil
		}
		return page.SeeOther(to), nil
	}
}

// sent reads values of a form and gathers what is wrong with them.
type sent struct {
	*page.Request
	bad fault.Check
}

func (f *sent) day(name string) calendar.Day {
	text := f.Form(name)
	if text == "" {
		return ""
	}
	d, err := calendar.ParseDay(text)
	f.bad.Take(name, err)
	return d
}

func (f *sent) id(name string) ident.ID {
	text := f.Form(name)
	if text == "" {
		return ident.ID{}
	}
	id, err := ident.ParseID(text)
	if err != nil {
		f.bad.Add(name, "请从列表中选择。", "Please choose one from the list.")
	}
	return id
}

// upload opens the file that came with a form; nil where none was chosen. done closes it.
func (f *sent) upload() (u *Upload, done func()) {
	header, ok := f.File("file")
	if !ok {
		return nil, func() {}
	}
	var body multipart.File
	body, err := header.Open()
	if err != nil {
		f.bad.Take("file", err)
		return nil, func() {}
	}
	return &Upload{Name: header.Filename, Body: body}, func() { _ = body.Close() }
}
