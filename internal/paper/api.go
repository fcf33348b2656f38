package paper

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

type caseIn struct {
	ID ident.ID `path:"id"`
}

type paperIn struct {
	ID     ident.ID `path:"id"`
	Form   string   `path:"form" doc:"f1 … f17d"`
	Format string   `query:"format" doc:"html (default), pdf or docx"`
	Blank  bool     `query:"blank" doc:"The same form with nothing in it but the number"`
	Number int      `query:"n" doc:"The n-th sheet of the form; all of them where it is left out"`
}

type dossierIn struct {
	ID     ident.ID `path:"id"`
	Format string   `query:"format" doc:"zip (default) or pdf"`
}

// ItemOut is one place of the dossier.
type ItemOut struct {
	Place   int                 `json:"place" doc:"Order in the dossier; 0 for cover and contents"`
	Form    string              `json:"form,omitempty" doc:"f1 … f17d; absent for a proof that is no form"`
	Paper   string              `json:"paper" doc:"As attachments are marked"`
	Title   string              `json:"title"`
	Need    Need                `json:"need" doc:"must, as_needed, or outside this dossier"`
	Exists  bool                `json:"exists"`
	Missing bool                `json:"missing" doc:"Must be there, and is not whole"`
	Sheets  []SheetOut          `json:"sheets"`
	Files   []casework.Attached `json:"files" doc:"Photographed back, or the proof itself"`
}

// SheetOut is one sheet of a form.
type SheetOut struct {
	Number int    `json:"n"`
	Name   string `json:"name"`
	Hash   string `json:"hash" doc:"SHA-256 of what stands on it"`
	Masked bool   `json:"numbers_masked" doc:"Identity numbers on it are masked for whoever asks; the committee that leads the case, and its station, print them whole"`
}

// FindingOut is a place where the papers would not agree.
type FindingOut struct {
	ID   string `json:"id"`
	Bars bool   `json:"bars_archive"`
	Says string `json:"detail"`
}

// ListOut are the papers of a case.
type ListOut struct {
	Items    []ItemOut    `json:"items"`
	Findings []FindingOut `json:"findings"`
}

// List is what a case's dossier holds and lacks, in its order.
func (s *Service) List(ctx context.Context, g authz.Grant, id ident.ID, lang string) (ListOut, int64, error) {
	f, err := s.of(ctx, g, id)
	if err != nil {
		return ListOut{}, 0, err
	}
	out := ListOut{Items: []ItemOut{}, Findings: []FindingOut{}}
	for _, i := range f.items() {
		one := ItemOut{Place: i.Place, Form: i.Form, Paper: i.Paper, Title: i.Title, Need: i.Need, Exists: i.Exists(), Missing: i.Missing, Sheets: []SheetOut{}, Files: append([]casework.Attached{}, i.Files...)}
		for n, p := range i.Sheets {
			one.Sheets = append(one.Sheets, SheetOut{n + 1, p.Name(), p.Foot.Hash, p.Masks})
		}
		out.Items = append(out.Items, one)
	}
	for _, one := range f.Findings {
		out.Findings = append(out.Findings, FindingOut{one.ID, one.Bars, one.Says.In(lang)})
	}
	return out, f.Version, nil
}

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "GET", "/cases/{id}/papers", Listing, func(ctx context.Context, g authz.Grant, in *caseIn) (*rest.Seen[ListOut], error) {
		out, version, err := s.List(ctx, g, in.ID, rest.Lang(ctx))
		return rest.See(version, out), err
	}, rest.Says("卷宗里有哪些文书，按顺序，缺什么", "The papers of a case in the order of its dossier, and what is missing"))
	rest.Handle(a, "GET", "/cases/{id}/papers/{form}", Printing, func(ctx context.Context, g authz.Grant, in *paperIn) (*rest.Stream, error) {
		made, err := s.Print(ctx, g, Asked{Case: in.ID, Form: in.Form, Format: in.Format, Blank: in.Blank, Number: in.Number})
		return s.answer(made, err)
	}, rest.Says("打印一份文书", "One paper: a page to print, a PDF, or a Word file"), rest.Patient(patience))
	rest.Handle(a, "GET", "/cases/{id}/dossier", Exporting, func(ctx context.Context, g authz.Grant, in *dossierIn) (*rest.Stream, error) {
		made, err := s.Bind(ctx, g, in.ID, in.Format)
		return s.answer(made, err)
	}, rest.Says("整卷：文书、目录、附件和校验值", "The whole dossier: papers, contents, attachments and their hashes"), rest.Patient(patience))
}

func (s *Service) answer(made Made, err error) (*rest.Stream, error) {
	if err != nil {
		return nil, err
	}
	if made.Kind != kindHTML {
		return rest.Download(made.Name, made.Kind, made.Write), nil
	}
	out := rest.Inline(made.Kind, made.Write)
	out.Policy = s.policyOfSheet()
	return out, nil
}
