package review

import (
	"context"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

// SheetOut is a sheet in the API's words. Whose it is, is not told.
type SheetOut struct {
	Number  int               `json:"number" doc:"1; 2 after an answer"`
	Points  map[string]int    `json:"points"`
	Remarks map[string]string `json:"remarks"`
	Veto    string            `json:"veto,omitempty"`
	Score   int               `json:"score"`
	Grade   string            `json:"grade"`
	MadeAt  time.Time         `json:"made_at"`
}

// MachineOut is what a machine sees of a dossier.
type MachineOut struct {
	Item   string `json:"item"`
	Rule   string `json:"rule"`
	Points int    `json:"points" doc:"That it would take off"`
	Says   string `json:"says"`
}

// OpenedOut is an item as its reviewer has it before them. The dossier itself is read on the page.
type OpenedOut struct {
	ItemOut
	Machine  []MachineOut   `json:"machine"`
	Proposed map[string]int `json:"proposed" doc:"Points by item after what the machine saw"`
	Sheets   []SheetOut     `json:"sheets"`
	Answer   string         `json:"answer,omitempty" doc:"What those who mediated say to the first sheet"`
}

// OwnOut is what became of a dossier of one's own.
type OwnOut struct {
	ItemOut
	Sheets []SheetOut `json:"sheets"`
	Answer string     `json:"answer,omitempty"`
	May    bool       `json:"may_answer"`
}

func sheetsOut(rows []Sheet) []SheetOut {
	out := []SheetOut{}
	for _, h := range rows {
		remarks := h.Remarks
		if remarks == nil {
			remarks = map[string]string{}
		}
		out = append(out, SheetOut{h.Number, h.Points, remarks, h.Veto, h.Score, h.Grade, h.MadeAt})
	}
	return out
}

type sheetIn struct {
	ByID
	rest.IfMatch
	Body Filled
}

type answerIn struct {
	ByID
	rest.IfMatch
	Body struct {
		Text string `json:"text" doc:"Which item, and why; at least ten characters"`
	}
}

func (s *Service) sheetRoutes(a *rest.API) {
	rest.Handle(a, "GET", "/review/items", MyWork, s.listMine, rest.Says("由我评查的案卷", "The dossiers that one is to look at"))
	rest.Handle(a, "GET", "/review/items/{id}", Working, s.getItem, rest.Says("打开一件案卷的评分表；每次打开都有记录", "Open the sheet of a dossier; each opening is recorded"))
	rest.Handle(a, "POST", "/review/items/{id}/sheets", Working, s.postSheet, rest.Says("提交评分表", "Hand in a sheet"))
	rest.Handle(a, "POST", "/review/items/{id}/give-back", Working, s.postGiveBack, rest.Says("退回案卷，由别人评查", "Give a dossier back, for another to look at"))
	rest.Handle(a, "POST", "/review/items/{id}/reassign", Managing, s.postGiveBack, rest.Says("换人评查", "Have another look at a dossier"))
	rest.Handle(a, "GET", "/review/rounds/{id}/openings", Reading, s.listOpenings, rest.Says("谁在什么时候打开过哪件案卷", "Who opened which dossier, and when"))
	rest.Handle(a, "GET", "/review/results", Results, s.listOwn, rest.Says("自己案卷的评查结果", "What became of one's own dossiers"))
	rest.Handle(a, "GET", "/review/results/{id}", Results, s.getOwn, rest.Says("一件案卷的评查结果和理由", "What became of a dossier, and why"))
	rest.Handle(a, "POST", "/review/results/{id}/answer", Answering, s.postAnswer, rest.Says("对评查结果申诉一次", "Answer to a result, once"))
}

func (s *Service) listMine(ctx context.Context, g authz.Grant, in *rest.PageIn) (*rest.Listed[ItemOut], error) {
	var after ident.ID
	if _, err := in.After(ctx, &after); err != nil {
		return nil, err
	}
	rows, next, err := s.Mine(ctx, g, after, in.Limit)
	if err != nil {
		return nil, err
	}
	items := make([]ItemOut, 0, len(rows))
	for _, i := range rows {
		items = append(items, itemOut(i, calendar.DayOf(s.Store.Now())))
	}
	return rest.List(ctx, items, goOn(next))
}

func (s *Service) getItem(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[OpenedOut], error) {
	o, err := s.Open(ctx, g, in.ID)
	if err != nil {
		return nil, err
	}
	out := OpenedOut{ItemOut: itemOut(o.Item, calendar.DayOf(s.Store.Now())), Machine: []MachineOut{}, Proposed: map[string]int{}, Sheets: sheetsOut(o.Sheets), Answer: o.Appeal}
	for _, d := range o.Machine {
		out.Machine = append(out.Machine, MachineOut{d.Part, d.Rule, d.Points, d.Says.In(rest.Lang(ctx))})
	}
	for _, p := range Parts {
		out.Proposed[p.Code] = left(p, o.Machine)
	}
	return rest.See(o.Version, out), nil
}

func (s *Service) postSheet(ctx context.Context, g authz.Grant, in *sheetIn) (*rest.Seen[ItemOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	i, err := s.Submit(ctx, g, in.ID, expect, in.Body)
	return rest.See(i.Version, itemOut(i, calendar.DayOf(s.Store.Now()))), err
}

type reasonIn struct {
	ByID
	rest.IfMatch
	Body struct {
		Reason string `json:"reason"`
	}
}

func (s *Service) postGiveBack(ctx context.Context, g authz.Grant, in *reasonIn) (*rest.Seen[ItemOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	i, err := s.GiveBack(ctx, g, in.ID, expect, in.Body.Reason)
	return rest.See(i.Version, itemOut(i, calendar.DayOf(s.Store.Now()))), err
}

// OpeningOut is one time that somebody opened a dossier for its review.
type OpeningOut struct {
	ItemID   ident.ID  `json:"item_id"`
	CaseNo   string    `json:"case_no"`
	PersonID ident.ID  `json:"person_id"`
	Name     string    `json:"name"`
	What     string    `json:"what" doc:"dossier, papers, a form such as f10, or the id of a file"`
	At       time.Time `json:"at"`
}

func (s *Service) listOpenings(ctx context.Context, g authz.Grant, in *itemsIn) (*rest.Listed[OpeningOut], error) {
	var after ident.ID
	if _, err := in.After(ctx, &after); err != nil {
		return nil, err
	}
	rows, next, err := s.Openings(ctx, g, in.ID, after, in.Limit)
	if err != nil {
		return nil, err
	}
	items := make([]OpeningOut, 0, len(rows))
	for _, o := range rows {
		items = append(items, OpeningOut{o.ItemID, o.CaseNo, o.PersonID, o.Name, o.What, o.OpenedAt})
	}
	return rest.List(ctx, items, goOn(next))
}

func (s *Service) ownOut(o Own) OwnOut {
	return OwnOut{itemOut(o.Item, calendar.DayOf(s.Store.Now())), sheetsOut(o.Sheets), o.Appeal, o.May}
}

func (s *Service) listOwn(ctx context.Context, g authz.Grant, in *rest.PageIn) (*rest.Listed[OwnOut], error) {
	var after ident.ID
	if _, err := in.After(ctx, &after); err != nil {
		return nil, err
	}
	rows, next, err := s.Owned(ctx, g, after, in.Limit)
	if err != nil {
		return nil, err
	}
	items := make([]OwnOut, 0, len(rows))
	for _, o := range rows {
		items = append(items, s.ownOut(o))
	}
	return rest.List(ctx, items, goOn(next))
}

func (s *Service) getOwn(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[OwnOut], error) {
	o, err := s.SeeOwn(ctx, g, in.ID)
	return rest.See(o.Version, s.ownOut(o)), err
}

func (s *Service) postAnswer(ctx context.Context, g authz.Grant, in *answerIn) (*rest.Seen[ItemOut], error) {
	expect, err := in.Expect(g)
	if err != nil {
		return nil, err
	}
	i, err := s.Answer(ctx, g, in.ID, expect, in.Body.Text)
	return rest.See(i.Version, itemOut(i, calendar.DayOf(s.Store.Now()))), err
}
