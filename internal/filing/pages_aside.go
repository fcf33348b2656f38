package filing

import (
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// filesView is the question for photos and papers, with those that were put aside already.
type filesView struct {
	question
	Aside []fileLine
	More  bool // one more may come
	Most  int
}

type fileLine struct {
	Row        ident.ID
	Name, Size string
}

func (s *Service) filesView(r *page.Request, st prompt, a Answers) (filesView, error) {
	v := filesView{Most: mostFiles}
	var err error
	if v.question, err = s.question(r, st, a); err != nil {
		return v, err
	}
	kept, err := s.aside(r.Context(), r.Cookie(draftCookie))
	for _, f := range kept {
		v.Aside = append(v.Aside, fileLine{Row: f.Row, Name: f.Name, Size: page.Size(f.Size)})
	}
	v.More = len(kept) < mostFiles
	return v, err
}

func (s *Service) askFiles(r *page.Request, st prompt) (page.Reply, error) {
	a, _, err := s.answersOf(r.Context(), r.Cookie(draftCookie))
	if err != nil {
		return page.Reply{}, err
	}
	if first, tooEarly := st.needs(&a); tooEarly {
		return page.SeeOther("/file/" + first.path), nil
	}
	v, err := s.filesView(r, st, a)
	return page.Show("filing/photos", v), err
}

// takeFile puts a file aside, takes one away, or goes on. A file chosen when somebody goes on is not lost.
func (s *Service) takeFile(r *page.Request, st prompt) (page.Reply, error) {
	a, found, err := s.answersOf(r.Context(), r.Cookie(draftCookie))
	if err != nil {
		return page.Reply{}, err
	}
	if first, tooEarly := st.needs(&a); tooEarly {
		return page.SeeOther("/file/" + first.path), nil
	}
	if !found || a.Receipt != nil {
		return page.SeeOther(s.withoutDraft(r)), nil
	}
	stays, err := s.changeFiles(r)
	v, drawn := s.filesView(r, st, a)
	switch {
	case drawn != nil:
		return page.Reply{}, drawn
	case err != nil:
		return page.Again("filing/photos", v, err), nil
	case stays:
		return page.SeeOther(v.Action), nil
	}
	return s.goOn(r, st, a)
}

// changeFiles does what the form says to the files put aside, and tells whether its sender stays on the page.
func (s *Service) changeFiles(r *page.Request) (stays bool, err error) {
	token := r.Cookie(draftCookie)
	if r.Form("remove") != "" {
		row, err := ident.ParseID(r.Form("remove"))
		if err != nil {
			return true, nil // not one of ours, nothing to take away
		}
		return true, s.takeAway(r.Context(), token, row)
	}
	stays = r.Form("add") != ""
	sent, ok := r.File("file")
	if !ok {
		if stays {
			err = fault.New(fault.Invalid, "", "请先选择一张照片或一个文件。", "Please choose a photo or a file first.").At("file")
		}
		return stays, err
	}
	body, err := sent.Open()
	if err != nil {
		return stays, err
	}
	defer body.Close()
	err = s.putAside(r.Context(), r.By().Once, token, r.Address(), sent.Filename, body)
	if f := fault.Of(err); err != nil && (f.Kind == fault.Invalid || f.Kind == fault.TooLarge || f.Kind == fault.TooMany || f.Kind == fault.Unavailable) && len(f.Fields) == 0 {
		err = f.At("file")
	}
	return stays, err
}

func rowOfFiles(r *page.Request, n int) page.Row {
	row := page.Row{Label: r.Say("file.row_photos"), Change: "/file/photos?to=check"}
	if n > 0 {
		row.Value = r.Say("file.photos_number", n)
	}
	return row
}
