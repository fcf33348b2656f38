package enrolment

import (
	"bytes"
	"context"
	"io"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/rest"
	"fengqiao/internal/sheet"
)

// Routes puts this room's operations on the API.
func (s *Service) Routes(a *rest.API) {
	const keep = registry.Keeping
	rest.Handle(a, "GET", "/registry/tables/{kind}", registry.Exporting, s.getTable, rest.Says("导出名册", "The register as a table"))
	rest.Handle(a, "POST", "/registry/imports", keep, s.postTable, rest.Says("上传表格并试算", "Send a table and have each row tried"), rest.Patient(2*readingTime))
	rest.Handle(a, "GET", "/registry/imports/{id}", keep, s.getImport, rest.Says("逐行结果", "What became of each row"))
	rest.Handle(a, "POST", "/registry/imports/{id}/enter", keep, s.postEnter, rest.Says("录入可以录入的行", "Enter the rows that pass"), rest.Patient(2*readingTime))
	rest.Handle(a, "DELETE", "/registry/imports/{id}", keep, s.dropImport, rest.Says("不录入，删除", "Enter nothing, and delete what was sent"))
}

// ByID names an import.
type ByID struct {
	ID ident.ID `path:"id"`
}

// ByVersion names an import and the version that was seen of it.
type ByVersion struct {
	ID ident.ID `path:"id"`
	rest.IfMatch
}

type tableIn struct {
	Kind   string `path:"kind" enum:"committees,mediators,compounds"`
	County string `query:"county" required:"true" pattern:"^[0-9]{6}$" doc:"six digits"`
}

func (s *Service) getTable(ctx context.Context, g authz.Grant, in *tableIn) (*rest.Stream, error) {
	county := ident.County(in.County)
	if !g.CoversArea(county.Area()) {
		return nil, fault.NoSuch()
	}
	var b bytes.Buffer
	if err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) error { return writeTable(tx, &b, county, in.Kind) }); err != nil {
		return nil, err
	}
	return rest.Download(tableNames[in.Kind]+"名册.xlsx", sheet.XLSX.MediaType(), func(w io.Writer) error {
		_, err := b.WriteTo(w)
		return err
	}), nil
}

// TableOut is a table and what became of its rows.
type TableOut struct {
	ID      ident.ID      `json:"id"`
	Version int64         `json:"version"`
	Kind    string        `json:"kind"`
	State   string        `json:"state" enum:"tried,entered,dropped"`
	Rows    int           `json:"rows"`
	Good    int           `json:"good"`
	There   int           `json:"there"`
	Bad     int           `json:"bad"`
	Each    []TableRowOut `json:"each" nullable:"false"`
}

// TableRowOut is what became of a row, or would.
type TableRowOut struct {
	Number int    `json:"number" doc:"as the spreadsheet program counts"`
	What   string `json:"what"`
	State  string `json:"state" enum:"good,there,bad"`
	Column string `json:"column,omitempty"`
	Why    string `json:"why,omitempty"`
}

// shown reads an import as it stands.
func (s *Service) shown(ctx context.Context, g authz.Grant, id ident.ID) (TableOut, error) {
	var i Import
	err := s.Store.Read(ctx, g.By(), func(tx *db.Tx) (err error) {
		i, err = importOf(tx, g, id)
		return err
	})
	out := TableOut{ID: i.ID, Version: i.Version, Kind: i.Kind, State: i.State, Rows: i.Rows, Good: i.Good, There: i.There, Bad: i.Bad, Each: []TableRowOut{}}
	for _, o := range i.Outcomes {
		out.Each = append(out.Each, TableRowOut{o.Number, o.What, o.State, o.At, o.Why.In(rest.Lang(ctx))})
	}
	return out, err
}

func (s *Service) postTable(ctx context.Context, g authz.Grant, in *rest.Upload) (*rest.Made[TableOut], error) {
	_, body, err := in.File("file")
	if err != nil {
		return nil, err
	}
	defer body.Close()
	id, err := s.Upload(ctx, g, ident.County(in.Value("county")), in.Value("kind"), body)
	if err != nil {
		return nil, err
	}
	out, err := s.shown(ctx, g, id)
	return rest.MakeAnswer("/registry/imports/"+id.String(), out.Version, out), err
}

func (s *Service) getImport(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[TableOut], error) {
	out, err := s.shown(ctx, g, in.ID)
	return rest.See(out.Version, out), err
}

func (s *Service) postEnter(ctx context.Context, g authz.Grant, in *ByVersion) (*rest.Seen[TableOut], error) {
	return s.ended(ctx, g, in, s.Enter)
}

func (s *Service) dropImport(ctx context.Context, g authz.Grant, in *ByVersion) (*rest.Seen[TableOut], error) {
	return s.ended(ctx, g, in, s.Drop)
}

func (s *Service) ended(ctx context.Context, g authz.Grant, in *ByVersion, do func(context.Context, authz.Grant, ident.ID, int64) (ident.ID, error)) (*rest.Seen[TableOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	if _, err := do(ctx, g, in.ID, expect); err != nil {
		return nil, err
	}
	out, err := s.shown(ctx, g, in.ID)
	return rest.See(out.Version, out), err
}
