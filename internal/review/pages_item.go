package review

import (
	"strconv"
	"strings"

	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
)

// itemPages mounts the dossier with its sheet, and the result for those who mediated.
func (s *Service) itemPages(site *page.Site) {
	site.Handle("GET", pageItem+":id", Working, s.showItem)
	site.Handle("GET", pageItem+":id/files/:file", Working, s.showFile)
	site.Handle("POST", pageItem+":id", Working, s.takeSheet)
	site.Handle("GET", pageItem+":id/give-back", Working, s.askGiveBack)
	site.Handle("POST", pageItem+":id/give-back", Working, s.takeGiveBack)
	site.Handle("GET", pageItem+":id/reassign", Managing, s.askGiveBack)
	site.Handle("POST", pageItem+":id/reassign", Managing, s.takeGiveBack)
	site.Handle("GET", pageResults+":id", Results, s.showResult)
	site.Handle("POST", pageResults+":id/answer", Answering, s.takeAnswer)
}

// itemView is the dossier beside the sheet.
type itemView struct {
	Opened
	Kind    string
	Lines   []partLine
	Vetoes  []page.Option
	Parties []partyLine
	Before  []sheetView
}

// partLine is an item of the sheet as it is filled in.
type partLine struct {
	Code, Name, Looks string
	Most, Proposed    int
	Seen              []string // by the machine
}

type partyLine struct {
	casework.Party
	Side, Told, Agreed string
}

// sheetView is a sheet that was handed in, in words.
type sheetView struct {
	Sheet
	Lines            []sheetLine
	Result, Vetoed   string
	Because, Besides string
}

type sheetLine struct {
	Name, Remark string
	Got, Most    int
}

func sheetOf(h Sheet, lang string) sheetView {
	v := sheetView{Sheet: h, Result: GradeName(h.Grade, lang) + " " + strconv.Itoa(h.Score), Besides: h.Remarks["all"]}
	for _, p := range Parts {
		v.Lines = append(v.Lines, sheetLine{p.Name.In(lang), h.Remarks[p.Code], h.Points[p.Code], p.Points})
	}
	if veto, ok := vetoOf(h.Veto); ok {
		v.Vetoed, v.Because = veto.Name.In(lang), h.Remarks["veto"]
	}
	return v
}

func (s *Service) itemView(r *page.Request) (*itemView, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, fault.NoSuch()
	}
	o, err := s.Open(r.Context(), r.Grant, id)
	if err != nil {
		return nil, err
	}
	v := &itemView{Opened: o, Kind: kindName(o.Dossier.Category, r.Lang)}
	for _, p := range Parts {
		l := partLine{Code: p.Code, Name: p.Name.In(r.Lang), Looks: p.Looks.In(r.Lang), Most: p.Points, Proposed: left(p, o.Machine)}
		for _, d := range o.Machine {
			if d.Part == p.Code {
				l.Seen = append(l.Seen, d.Says.In(r.Lang)+"（"+d.Rule+"，-"+strconv.Itoa(d.Points)+"）")
			}
		}
		v.Lines = append(v.Lines, l)
	}
	for _, one := range Vetoes {
		v.Vetoes = append(v.Vetoes, page.Option{Value: one.Code, Text: one.Name.In(r.Lang)})
	}
	for _, p := range o.Dossier.Here() {
		l := partyLine{Party: p, Side: r.Say("review.side." + p.Role), Agreed: r.Say("review.consent." + string(p.Consent))}
		if p.NoticeAt != nil {
			l.Told = page.When(*p.NoticeAt, r.Lang)
		}
		v.Parties = append(v.Parties, l)
	}
	for _, h := range o.Sheets {
		v.Before = append(v.Before, sheetOf(h, r.Lang))
	}
	return v, nil
}

// Who names those whom ids of parties or mediators stand for.
func (v *itemView) Who(ids []ident.ID) string {
	var out []string
	for _, id := range ids {
		name := v.Dossier.MediatorName(id)
		for _, p := range v.Dossier.Sides {
			if p.ID == id {
				name = p.Name
			}
		}
		if name != "" {
			out = append(out, name)
		}
	}
	return strings.Join(out, "、")
}

// Signer names who put a signature.
func (v *itemView) Signer(h casework.Signature) string {
	switch h.Signer {
	case casework.ByParty:
		return v.Who([]ident.ID{h.PartyID})
	case casework.ByMediator:
		return v.Who([]ident.ID{h.MediatorID})
	}
	return "印章"
}

// How tells how a signature was put.
func (v *itemView) How(h casework.Signature, lang string) string {
	return codes.SignatureKinds.Name(h.Kind, lang)
}

func (s *Service) showItem(r *page.Request) (page.Reply, error) {
	v, err := s.itemView(r)
	return page.Show("review/item", v), err
}

func (s *Service) showFile(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	file, bad := ident.ParseID(r.Param("file"))
	if err != nil || bad != nil {
		return page.Reply{}, fault.NoSuch()
	}
	body, at, err := s.OpenFile(r.Context(), r.Grant, id, file)
	if err != nil {
		return page.Reply{}, err
	}
	return page.Download(at.Name, at.MediaType, body), nil
}

func (s *Service) takeSheet(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	in := Filled{Points: map[string]int{}, Remarks: map[string]string{}, Veto: r.Form("veto")}
	for _, p := range Parts {
		if n, err := strconv.Atoi(r.Form("points." + p.Code)); err == nil {
			in.Points[p.Code] = n
		}
	}
	for _, code := range append(codesOf(), "veto", "all") {
		if text := r.Form("remarks." + code); text != "" {
			in.Remarks[code] = text
		}
	}
	if _, err = s.Submit(r.Context(), r.Grant, id, r.Version(), in); err == nil {
		return page.SeeOther(pageMine + "?done=review_submitted"), nil
	}
	v, fails := s.itemView(r)
	if fails != nil {
		return page.Reply{}, fails
	}
	return page.Again("review/item", v, err), nil
}

// backView is the form with which a dossier is given to another reviewer.
type backView struct {
	Item
	Back, Step string
	Own        bool
}

func (s *Service) backView(r *page.Request) (*backView, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, fault.NoSuch()
	}
	v := &backView{Own: r.Grant.Action() == Working, Back: pageItem + id.String(), Step: "give-back"}
	err = s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) error {
		v.Item, err = givenOut(tx, r.Grant, id)
		return err
	})
	if !v.Own {
		v.Back, v.Step = pageRound+v.RoundID.String(), "reassign"
	}
	return v, err
}

func (s *Service) askGiveBack(r *page.Request) (page.Reply, error) {
	v, err := s.backView(r)
	return page.Show("review/give-back", v), err
}

func (s *Service) takeGiveBack(r *page.Request) (page.Reply, error) {
	v, err := s.backView(r)
	if err != nil {
		return page.Reply{}, err
	}
	if _, err = s.GiveBack(r.Context(), r.Grant, v.ID, r.Version(), r.Form("reason")); err != nil {
		return page.Again("review/give-back", v, err), nil
	}
	if v.Own {
		return page.SeeOther(pageMine + "?done=review_given_back"), nil
	}
	return page.SeeOther(v.Back + "?done=review_given_back"), nil
}

func codesOf() (out []string) {
	for _, p := range Parts {
		out = append(out, p.Code)
	}
	return out
}

// resultView is what became of a dossier, for those who mediated.
type resultView struct {
	ownLine
	Before []sheetView
	May    bool
}

func (s *Service) resultView(r *page.Request) (*resultView, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, fault.NoSuch()
	}
	g, err := s.Policy.Allow(r.By(), Results)
	if err != nil {
		return nil, err
	}
	o, err := s.SeeOwn(r.Context(), g, id)
	if err != nil {
		return nil, err
	}
	l := itemLineOf(r, o.Item, calendar.DayOf(s.Store.Now()))
	v := &resultView{ownLine: ownLine{o, l.Kind, l.Shade, l.Standing, l.Result}, May: o.May && r.May(Answering)}
	for _, h := range o.Sheets {
		v.Before = append(v.Before, sheetOf(h, r.Lang))
	}
	return v, nil
}

func (s *Service) showResult(r *page.Request) (page.Reply, error) {
	v, err := s.resultView(r)
	return page.Show("review/result", v), err
}

func (s *Service) takeAnswer(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err == nil {
		_, err = s.Answer(r.Context(), r.Grant, id, r.Version(), r.Form("text"))
	}
	if err == nil {
		return page.SeeOther(pageResults + id.String() + "?done=review_answered"), nil
	}
	v, fails := s.resultView(r)
	if fails != nil {
		return page.Reply{}, fails
	}
	return page.Again("review/result", v, err), nil
}

// OutcomeName is how the case ended, in words.
func (v *itemView) OutcomeName(lang string) string {
	return codes.Outcomes.Name(string(v.Dossier.Outcome), lang)
}

// Performance is how far an obligation has come.
func (v *itemView) Performance(state, lang string) string {
	return codes.Performances.Name(state, lang)
}
