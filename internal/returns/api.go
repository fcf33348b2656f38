package returns

import (
	"context"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
	"fengqiao/internal/rest"
	"fengqiao/internal/sheet"
	"fengqiao/internal/tally"
)

// tableIn adds by which day and in which groups cases are counted.
type tableIn struct {
	tally.PeriodIn
	Basis tally.Basis `query:"basis" doc:"closed (default) or accepted"`
	Group string      `query:"group" doc:"area or committee"`
}

func (in tableIn) ask() tally.Ask {
	a := in.PeriodIn.Ask()
	a.Basis, a.Group = in.Basis, in.Group
	return a
}

// Routes mounts the API of the official tables.
func (s *Service) Routes(a *rest.API) {
	tally.Serve(a, tablePath, "report.read", "人民调解案件情况统计表（第 1–49 栏）", "The case table, columns 1–49",
		func(ctx context.Context, g authz.Grant, in tableIn) (Table, error) {
			return s.CaseTable(ctx, g, in.ask())
		})
	tally.Serve(a, organisationPath, "report.brief", "组织队伍经费保障情况统计表", "The table of organisation, staff and funding",
		func(ctx context.Context, g authz.Grant, in tally.PeriodIn) (Organisation, error) {
			return s.Organisation(ctx, g, in.Ask())
		})
	rest.Handle(a, "GET", ofStanding, "report.brief", s.listStanding, rest.Says("组织队伍表某一栏的名单", "What a column of the organisation table counts"))
	rest.Handle(a, "GET", fundingPath, "report.brief", s.getFunding, rest.Says("一个单位一年的经费，和它下级单位的", "A unit's money for a year, and that of the units below"))
	rest.Handle(a, "POST", fundingPath, Recording, s.postFunding, rest.Says("填报经费", "Enter a unit's money for a year"))
	rest.Handle(a, "GET", handedPath, "report.read", s.listHanded, rest.Says("已报送的统计表，最近的在前", "Tables that were handed in, newest first"))
	rest.Handle(a, "POST", handedPath, Handing, s.postHanded, rest.Says("报送统计表：封存数字和校验值；再次报送是更正", "Hand a table in: its figures are frozen and hashed; again is an amendment"), rest.Patient(tally.Patience))
	rest.Handle(a, "GET", handedPath+"/{id}", "report.read", s.getHanded, rest.Says("一份已报送的统计表", "A table that was handed in"))
	rest.Handle(a, "GET", handedPath+"/{id}/file", "report.read", s.fileHanded, rest.Says("一份已报送的统计表的文件", "A table that was handed in, as a file"))
}

type listingIn struct {
	rest.PageIn
	Area     ident.Area   `query:"area"`
	Place    ident.Area   `query:"place" doc:"A unit below: who serves two is counted in one of them"`
	On       calendar.Day `query:"on"`
	Col      int          `query:"col" minimum:"1" maximum:"60"`
	AreaOnly bool         `query:"area_only"`
	Led      string       `query:"led" enum:"own,below"`
}

func (s *Service) listStanding(ctx context.Context, g authz.Grant, in *listingIn) (*rest.Listed[Standing], error) {
	ask := Listing{Area: ident.Widen(string(in.Area)), Place: ident.Widen(string(in.Place)), On: in.On, Col: in.Col, AreaOnly: in.AreaOnly, Led: in.Led, Limit: in.Limit}
	if _, err := in.After(ctx, &ask.After); err != nil {
		return nil, err
	}
	rows, _, next, err := s.Listed(ctx, g, ask)
	if err != nil {
		return nil, err
	}
	return rest.List(ctx, rows, position(next))
}

func position(next ident.ID) *ident.ID {
	if next.IsZero() {
		return nil
	}
	return &next
}

// FundingOut is a unit's money for a year.
type FundingOut struct {
	ID                   ident.ID   `json:"id,omitempty,omitzero" doc:"Left out while nothing was entered"`
	AreaCode             ident.Area `json:"area_code"`
	Year                 int        `json:"year"`
	GuidanceBudgetedFen  money.Fen  `json:"guidance_budgeted_fen"`
	GuidanceSpentFen     money.Fen  `json:"guidance_spent_fen"`
	SubsidyBudgetedFen   money.Fen  `json:"subsidy_budgeted_fen"`
	SubsidySpentFen      money.Fen  `json:"subsidy_spent_fen"`
	AllowanceBudgetedFen money.Fen  `json:"allowance_budgeted_fen"`
	AllowanceSpentFen    money.Fen  `json:"allowance_spent_fen"`
	OwnBudgetedFen       money.Fen  `json:"own_budgeted_fen"`
	OwnSpentFen          money.Fen  `json:"own_spent_fen"`
	EnteredAt            *time.Time `json:"entered_at,omitempty"`
	EnteredBy            string     `json:"entered_by,omitempty"`
}

func fundingOut(f Funding) FundingOut {
	out := FundingOut{ID: f.ID, AreaCode: f.AreaCode, Year: f.Year, GuidanceBudgetedFen: f.GuidanceBudgeted, GuidanceSpentFen: f.GuidanceSpent,
		SubsidyBudgetedFen: f.SubsidyBudgeted, SubsidySpentFen: f.SubsidySpent, AllowanceBudgetedFen: f.AllowanceBudgeted, AllowanceSpentFen: f.AllowanceSpent,
		OwnBudgetedFen: f.OwnBudgeted, OwnSpentFen: f.OwnSpent, EnteredBy: f.EnteredName}
	if !f.EnteredAt.IsZero() {
		out.EnteredAt = &f.EnteredAt
	}
	return out
}

type fundingIn struct {
	Area ident.Area `query:"area" required:"true"`
	Year int        `query:"year" doc:"This year when left out"`
}

// FundingSeen is a unit's money with that of the units below that entered any.
type FundingSeen struct {
	FundingOut
	Below []FundingOut `json:"below"`
}

func (s *Service) getFunding(ctx context.Context, g authz.Grant, in *fundingIn) (*rest.Seen[FundingSeen], error) {
	own, below, err := s.FundingOf(ctx, g, ident.Widen(string(in.Area)), in.Year)
	out := FundingSeen{FundingOut: fundingOut(own), Below: []FundingOut{}}
	for _, f := range below {
		out.Below = append(out.Below, fundingOut(f))
	}
	return rest.See(0, out), err
}

type fundingBody struct {
	Body struct {
		AreaCode             ident.Area `json:"area_code"`
		Year                 int        `json:"year"`
		GuidanceBudgetedFen  money.Fen  `json:"guidance_budgeted_fen,omitempty"`
		GuidanceSpentFen     money.Fen  `json:"guidance_spent_fen,omitempty"`
		SubsidyBudgetedFen   money.Fen  `json:"subsidy_budgeted_fen,omitempty"`
		SubsidySpentFen      money.Fen  `json:"subsidy_spent_fen,omitempty"`
		AllowanceBudgetedFen money.Fen  `json:"allowance_budgeted_fen,omitempty"`
		AllowanceSpentFen    money.Fen  `json:"allowance_spent_fen,omitempty"`
		OwnBudgetedFen       money.Fen  `json:"own_budgeted_fen,omitempty"`
		OwnSpentFen          money.Fen  `json:"own_spent_fen,omitempty"`
	}
}

func (s *Service) postFunding(ctx context.Context, g authz.Grant, in *fundingBody) (*rest.Made[FundingOut], error) {
	b := in.Body
	f, err := s.EnterFunding(ctx, g, Funding{AreaCode: ident.Widen(string(b.AreaCode)), Year: b.Year, GuidanceBudgeted: b.GuidanceBudgetedFen, GuidanceSpent: b.GuidanceSpentFen,
		SubsidyBudgeted: b.SubsidyBudgetedFen, SubsidySpent: b.SubsidySpentFen, AllowanceBudgeted: b.AllowanceBudgetedFen, AllowanceSpent: b.AllowanceSpentFen,
		OwnBudgeted: b.OwnBudgetedFen, OwnSpent: b.OwnSpentFen})
	return rest.MakeAnswer(fundingPath+"?area="+string(f.AreaCode), 0, fundingOut(f)), err
}

// HandedOut is a handed-in table without what it says.
type HandedOut struct {
	ID         ident.ID     `json:"id"`
	Report     string       `json:"report" doc:"case_table or organisation_table"`
	AreaCode   ident.Area   `json:"area_code"`
	From       calendar.Day `json:"from"`
	To         calendar.Day `json:"to"`
	Basis      tally.Basis  `json:"basis"`
	Number     int          `json:"number" doc:"1 for the first version; a later one amends it"`
	Reason     string       `json:"reason,omitempty" doc:"Why it was amended"`
	SnapshotAt time.Time    `json:"snapshot_at"`
	SHA256     string       `json:"sha256" doc:"Of the frozen content, as it lies in the database"`
	MadeAt     time.Time    `json:"handed_in_at"`
	MadeBy     string       `json:"handed_in_by"`
}

func handedOut(h HandedIn) HandedOut {
	return HandedOut{h.ID, h.Report, h.AreaCode, h.From, h.To, h.Basis, h.Number, h.Reason, h.SnapshotAt, h.ContentHash, h.MadeAt, h.MadeName}
}

// HandedSeen is a handed-in table with what it says, and what it changed.
type HandedSeen struct {
	HandedOut
	Intact    bool        `json:"intact" doc:"The content is what was hashed when it was handed in"`
	Latest    bool        `json:"latest" doc:"No later version was handed in"`
	Changes   []Change    `json:"changes" doc:"What the version before had otherwise"`
	Versions  []HandedOut `json:"versions" doc:"Of the same table, newest first"`
	Unsettled []HandedOut `json:"unsettled" doc:"This table or wider ones that are no longer the sum of the months and quarters that were handed in: one of these was amended since (S11)"`
	Table     Sheet       `json:"table"`
}

type handedIn struct {
	rest.PageIn
	Area   ident.Area `query:"area"`
	Report string     `query:"report"`
}

func (s *Service) listHanded(ctx context.Context, g authz.Grant, in *handedIn) (*rest.Listed[HandedOut], error) {
	ask := HandedAsked{Area: ident.Widen(string(in.Area)), Report: in.Report, Limit: in.Limit}
	if _, err := in.After(ctx, &ask.After); err != nil {
		return nil, err
	}
	rows, next, err := s.HandedList(ctx, g, ask)
	if err != nil {
		return nil, err
	}
	out := make([]HandedOut, 0, len(rows))
	for _, h := range rows {
		out = append(out, handedOut(h))
	}
	return rest.List(ctx, out, position(next))
}

type handInBody struct {
	Body struct {
		Report  string       `json:"report" doc:"case_table or organisation_table"`
		Area    ident.Area   `json:"area"`
		From    calendar.Day `json:"from" doc:"The first day of a month"`
		To      calendar.Day `json:"to" doc:"The last day of a month that is over"`
		Basis   tally.Basis  `json:"basis,omitempty" doc:"closed (default) or accepted"`
		Reason  string       `json:"reason,omitempty" doc:"Of an amendment, and where despite is said"`
		Despite bool         `json:"despite,omitempty" doc:"A unit below handed in something else (409 below_differs), and that was looked into"`
	}
}

func (s *Service) postHanded(ctx context.Context, g authz.Grant, in *handInBody) (*rest.Made[HandedOut], error) {
	b := in.Body
	h, err := s.HandInTable(ctx, g, HandIn{Report: b.Report, Area: ident.Widen(string(b.Area)), From: b.From, To: b.To, Basis: b.Basis, Reason: b.Reason, Despite: b.Despite})
	return rest.MakeAnswer(handedPath+"/"+h.ID.String(), 0, handedOut(h)), err
}

// ByID names a thing in an address.
type ByID struct {
	ID ident.ID `path:"id"`
}

type fileIn struct {
	ByID
	Format string `query:"format" enum:"xlsx,csv" doc:"xlsx when left out"`
}

func (s *Service) getHanded(ctx context.Context, g authz.Grant, in *ByID) (*rest.Seen[HandedSeen], error) {
	h, versions, changes, err := s.HandedBefore(ctx, g, in.ID)
	if err != nil {
		return nil, err
	}
	unsettled, err := s.Unsettled(ctx, g, h)
	if err != nil {
		return nil, err
	}
	f, err := h.Open()
	out := HandedSeen{Unsettled: []HandedOut{}, HandedOut: handedOut(h), Intact: h.Intact(), Latest: versions[0].ID == h.ID, Changes: append([]Change{}, changes...), Table: f.In(rest.Lang(ctx))}
	for _, v := range versions {
		out.Versions = append(out.Versions, handedOut(v))
	}
	for _, u := range unsettled {
		out.Unsettled = append(out.Unsettled, handedOut(u))
	}
	return rest.See(0, out), err
}

func (s *Service) fileHanded(ctx context.Context, g authz.Grant, in *fileIn) (*rest.Stream, error) {
	format := sheet.XLSX
	if in.Format != "" {
		format = sheet.Format(in.Format)
	}
	h, err := s.Handed(ctx, g, in.ID)
	if err != nil {
		return nil, err
	}
	grid, err := h.Grid(rest.Lang(ctx))
	if err != nil {
		return nil, err
	}
	return tally.Attach(h.File(), grid, format)
}
