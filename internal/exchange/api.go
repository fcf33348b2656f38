package exchange

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
	"fengqiao/internal/sheet"
)

type oneIn struct {
	ID ident.ID `path:"id"`
}

type listIn struct{ rest.PageIn }

type matchIn struct {
	ID ident.ID `path:"id"`
	rest.IfMatch
	Body struct {
		Columns []string `json:"columns" nullable:"false" doc:"For each heading the field it is, in their order; empty for none"`
	}
}

type startIn struct {
	ID ident.ID `path:"id"`
	rest.IfMatch
	Body Start
}

type dropIn struct {
	ID ident.ID `path:"id"`
	rest.IfMatch
}

type rowsIn struct {
	ID ident.ID `path:"id"`
	rest.PageIn
	State string `query:"state" enum:"new,good,bad,double,there,made,failed" doc:"Only rows that came to this"`
}

// Found is what a row came to.
type Found struct {
	Number   int       `json:"number" doc:"As the spreadsheet program counts"`
	State    string    `json:"state" doc:"new, good, bad, double (may be there already), there (entered before), made, failed"`
	Problems []Problem `json:"problems" nullable:"false"`
	CaseID   ident.ID  `json:"case_id,omitempty,omitzero" doc:"The case that it became, or may be"`
}

// Problem is what is wrong with a row.
type Problem struct {
	Column  string `json:"column,omitempty" doc:"The column of the template, or its letter"`
	Message string `json:"message"`
}

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	rest.Handle(a, "GET", "/ledger/template", Importing, func(context.Context, authz.Grant, *struct{}) (*rest.Stream, error) {
		return rest.Download("台账模板.xlsx", sheet.XLSX.MediaType(), writeTemplate), nil
	}, rest.Says("台账模板", "The template of a ledger"))
	rest.Handle(a, "POST", "/ledger/imports", Importing, func(ctx context.Context, g authz.Grant, in *rest.Upload) (*rest.Made[Import], error) {
		_, body, err := in.File("file")
		if err != nil {
			return nil, err
		}
		defer body.Close()
		var committee ident.ID
		if text := in.Value("committee_id"); text != "" {
			if committee, err = ident.ParseID(text); err != nil {
				return nil, fault.New(fault.Invalid, "", "请选择是哪个调委会的台账。", "Please choose whose ledger it is.").At("committee_id")
			}
		}
		i, err := s.Upload(ctx, g, committee, body)
		return rest.MakeAnswer("/ledger/imports/"+i.ID.String(), i.Version, i), err
	}, rest.Says("上传台账", "Send a ledger"), rest.Patient(2*readingTime))
	rest.Handle(a, "GET", "/ledger/imports", Importing, func(ctx context.Context, g authz.Grant, in *listIn) (*rest.Listed[Import], error) {
		var after ident.ID
		if _, err := in.After(ctx, &after); err != nil {
			return nil, err
		}
		items, next, err := s.Imports(ctx, g, after, in.Limit)
		if err != nil || next.IsZero() {
			return listed(ctx, items, nil, err)
		}
		return listed(ctx, items, &next, err)
	}, rest.Says("台账导入列表", "List imports"))
	rest.Handle(a, "GET", "/ledger/imports/{id}", Importing, func(ctx context.Context, g authz.Grant, in *oneIn) (*rest.Seen[Import], error) {
		i, err := s.see(ctx, g, in.ID)
		return rest.See(i.Version, i), err
	}, rest.Says("台账导入进度", "How an import stands"))
	rest.Handle(a, "GET", "/ledger/imports/{id}/rows", Importing, s.rowsOp, rest.Says("台账每一行的检查结果", "What each row came to"))
	rest.Handle(a, "POST", "/ledger/imports/{id}/columns", Importing, func(ctx context.Context, g authz.Grant, in *matchIn) (*rest.Seen[Import], error) {
		return moved(in.Expect(g))(func(v int64) (Import, error) { return s.Match(ctx, g, in.ID, v, in.Body.Columns) })
	}, rest.Says("确认各列并检查每一行", "Say which column is which, and try every row"))
	rest.Handle(a, "POST", "/ledger/imports/{id}/start", Importing, func(ctx context.Context, g authz.Grant, in *startIn) (*rest.Seen[Import], error) {
		return moved(in.Expect(g))(func(v int64) (Import, error) { return s.Start(ctx, g, in.ID, v, in.Body) })
	}, rest.Says("开始录入", "Enter the rows"))
	rest.Handle(a, "DELETE", "/ledger/imports/{id}", Importing, func(ctx context.Context, g authz.Grant, in *dropIn) (*rest.Seen[Import], error) {
		return moved(in.Expect(g))(func(v int64) (Import, error) { return s.Drop(ctx, g, in.ID, v) })
	}, rest.Says("停止并删除上传的内容", "Stop, and delete what was sent"))
}

func moved(version int64, err error) func(func(int64) (Import, error)) (*rest.Seen[Import], error) {
	return func(do func(int64) (Import, error)) (*rest.Seen[Import], error) {
		if err != nil {
			return nil, err
		}
		i, err := do(version)
		return rest.See(i.Version, i), err
	}
}

func listed[T any](ctx context.Context, items []T, next any, err error) (*rest.Listed[T], error) {
	if err != nil {
		return nil, err
	}
	return rest.List(ctx, items, next)
}

// Imports lists a committee's imports, the newest first.
func (s *Service) Imports(ctx context.Context, g authz.Grant, after ident.ID, limit int) (out []Import, next ident.ID, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		out, err = importsOf(tx, g, after, limit+1)
		return err
	})
	if len(out) > limit {
		out = out[:limit]
		next = out[limit-1].ID
	}
	return out, next, err
}

func (s *Service) rowsOp(ctx context.Context, g authz.Grant, in *rowsIn) (*rest.Listed[Found], error) {
	after := 0
	if _, err := in.After(ctx, &after); err != nil {
		return nil, err
	}
	var states []string
	if in.State != "" {
		states = []string{in.State}
	}
	rows, next, err := s.Found(ctx, g, in.ID, after, in.Limit, rest.Lang(ctx), states...)
	if err != nil || next == 0 {
		return listed(ctx, rows, nil, err)
	}
	return listed(ctx, rows, &next, err)
}

// Found is what the rows of an import came to, in the order of the file, and the number to go on after; 0 when that was all.
func (s *Service) Found(ctx context.Context, g authz.Grant, id ident.ID, after, limit int, lang string, states ...string) (out []Found, next int, err error) {
	err = s.Store.Read(ctx, g.By(), func(tx *db.Tx) error {
		i, err := importWithin(tx, g, id)
		if err != nil {
			return err
		}
		rows, err := rowsAfter(tx, i.ID, after, limit+1, states...)
		if err != nil {
			return err
		}
		if len(rows) > limit {
			rows = rows[:limit]
			next = rows[limit-1].Number
		}
		for _, r := range rows {
			f := Found{Number: r.Number, State: r.State, CaseID: r.CaseID, Problems: []Problem{}}
			for _, p := range r.Problems {
				f.Problems = append(f.Problems, Problem{p.Column, p.Text.In(lang)})
			}
			out = append(out, f)
		}
		return nil
	})
	return out, next, err
}
