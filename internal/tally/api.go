package tally

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
	"fengqiao/internal/sheet"
)

// PeriodIn is which area and which days a report is about.
type PeriodIn struct {
	PlaceIn
	From calendar.Day `query:"from" doc:"Default: 1 January of the year in which the period ends"`
	To   calendar.Day `query:"to" doc:"Default: today"`
}

// PlaceIn is which area a report is about, and how it is answered.
type PlaceIn struct {
	Area   ident.Area `query:"area" doc:"12-digit code, or its leading digits: 3505 for the city. Default: the area of your post."`
	Only   ident.ID   `query:"committee_id" doc:"One committee of the area"`
	Format string     `query:"format" enum:"xlsx,csv" doc:"Answer a file; without it, JSON"`
}

// Ask is the question.
func (in PeriodIn) Ask() Ask {
	return Ask{Area: ident.Widen(string(in.Area)), From: in.From, To: in.To, Only: in.Only}
}

func (in PlaceIn) format() string { return in.Format }

// InAPI are the lists as the API has them.
var InAPI = Lists{Base: rest.Base, Cases: rest.Base + "/cases"}

// Report is what is answered: it is put into a language with its lists on a face, and written as a table.
type Report[T any] interface {
	In(lang string, l Lists) T
	Grid(lang string) sheet.Grid
	// File is what the report is called as a file, without an ending.
	File() string
}

// Attach answers a table as a file of a format, called name without its ending. It is whole before it is sent.
func Attach(name string, g sheet.Grid, f sheet.Format) (*rest.Stream, error) {
	var b bytes.Buffer
	if err := g.Write(&b, f); err != nil {
		return nil, err
	}
	return rest.Download(name+"."+string(f), f.MediaType(), func(to io.Writer) error {
		_, err := b.WriteTo(to)
		return err
	}), nil
}

// Patience is how long a report may take.
const Patience = 30 * time.Second

// Serve mounts a report: as JSON, and as a file where format asks for one.
func Serve[I interface{ format() string }, T Report[T]](a *rest.API, path string, action authz.Action, zh, en string, answer func(context.Context, authz.Grant, I) (T, error)) {
	slow := rest.Patient(Patience)
	rest.Handle(a, "GET", path, action, func(ctx context.Context, g authz.Grant, in *I) (*rest.Seen[T], error) {
		t, err := answer(ctx, g, *in)
		if err != nil {
			return nil, err
		}
		return rest.See(0, t.In(rest.Lang(ctx), InAPI)), nil
	}, rest.Says(zh, en), slow)
	file := path + "/file"
	rest.Handle(a, "GET", file, action, func(ctx context.Context, g authz.Grant, in *I) (*rest.Stream, error) {
		format, err := sheet.XLSX, error(nil)
		if asked := (*in).format(); asked != "" {
			format, err = sheet.ParseFormat(asked)
		}
		t, bad := answer(ctx, g, *in)
		if err = errors.Join(err, bad); err != nil {
			return nil, err
		}
		t = t.In(rest.Lang(ctx), InAPI)
		return Attach(t.File(), t.Grid(rest.Lang(ctx)), format)
	}, rest.Says(zh+"（xlsx 或 csv 文件，和 format= 一样）", en+", as a file, as format= answers it"), slow)
	a.Elsewhere(path, "format", file)
}
