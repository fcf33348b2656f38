package referrer

import (
	"context"

	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
	"fengqiao/internal/sheet"
)

// referral is one of the organ's own cases in words.
type referral struct {
	casework.Referred
	Ref       string // as it is read aloud
	Number    string // of the organ's letter
	Organ     string
	How       string // advised, delegated, entrusted, handed over
	Committee string
	Phone     string // of the committee: whom to ask
	Tag       page.Tag
	Result    string // "" while there is none
	Reason    string
	On        calendar.Day // of the agreement, or of the end
}

var letters = map[string]fault.Text{
	casework.LetterAgreement:   fault.Say("达成调解协议", "Agreement reached"),
	casework.LetterNoAgreement: fault.Say("调解不成", "No agreement"),
	casework.LetterNotAccepted: fault.Say("不予受理", "Not accepted"),
	casework.LetterTransferred: fault.Say("已移交其他调委会", "Handed to another committee"),
}

var tags = map[string]string{casework.LetterAgreement: "ok", casework.LetterNoAgreement: "plain", casework.LetterNotAccepted: "err", casework.LetterTransferred: "plain"}

// dress puts a referral into words.
func dress(one casework.Referred, lang string) referral {
	r := referral{Referred: one, Ref: ident.Reference(one.Reference).Grouped(), Tag: page.Tag{Kind: "info", Text: one.State.Name(lang)}}
	if v := one.Referral; v != nil {
		r.Number, r.Organ, r.How = v.Number, v.Organ, codes.ReferralKinds.Name(v.Kind, lang)
	}
	if done := one.Result; done != nil {
		r.Result, r.Reason, r.On = letters[done.Letter].In(lang), reason(done.ReasonCode, lang), done.AgreedOn
		r.Tag.Kind = tags[done.Letter]
		if r.On.IsZero() {
			r.On = done.EndedOn
		}
	}
	return r
}

// reason is why a case ended, in words; why a party said no is its own.
func reason(code, lang string) string {
	for _, list := range []codes.List{codes.NonAcceptance, codes.Termination} {
		if c, ok := list.Find(code); ok {
			return c.Name.In(lang)
		}
	}
	return ""
}

// lines dresses referrals and says which committee has each.
func (s *Service) lines(ctx context.Context, g authz.Grant, found []casework.Referred, lang string) ([]referral, error) {
	out := make([]referral, 0, len(found))
	err := s.store.Read(ctx, g.By(), func(tx *db.Tx) error {
		names := map[ident.ID][2]string{}
		for _, one := range found {
			r := dress(one, lang)
			if _, known := names[one.CommitteeID]; !known && !one.CommitteeID.IsZero() {
				name, phone, err := registry.NameOf(tx, one.CommitteeID)
				if err != nil && !fault.Is(err, fault.Missing) {
					return err
				}
				names[one.CommitteeID] = [2]string{name, phone}
			}
			r.Committee, r.Phone = names[one.CommitteeID][0], names[one.CommitteeID][1]
			out = append(out, r)
		}
		return nil
	})
	return out, err
}

var (
	sheetName = fault.Say("移送案件", "Referrals")
	headings  = []fault.Text{fault.Say("文号", "Document number"), fault.Say("编号", "Reference"), fault.Say("移送方式", "How"), fault.Say("登记日期", "Registered"), fault.Say("承办调委会", "Committee"),
		fault.Say("状态", "State"), fault.Say("结果", "Result"), fault.Say("原因", "Reason"), fault.Say("日期", "Date")}
	mostOnSheet = 5000
)

// sheet writes all the organ's referrals that a filter finds, page after page.
func (s *Service) sheet(ctx context.Context, g authz.Grant, f casework.Filter, lang string) (sheet.Grid, error) {
	out := sheet.Grid{Name: sheetName.In(lang), Title: sheetName.In(lang), Head: [][]sheet.Span{{}}}
	for _, h := range headings {
		out.Head[0] = append(out.Head[0], sheet.Span{Text: h.In(lang)})
	}
	f.Limit, f.After = 100, ident.ID{}
	for {
		found, next, err := s.cases.Referrals(ctx, g, f)
		if err != nil {
			return out, err
		}
		lines, err := s.lines(ctx, g, found, lang)
		if err != nil {
			return out, err
		}
		for _, r := range lines {
			out.Rows = append(out.Rows, []any{r.Number, r.Ref, r.How, string(calendar.DayOf(r.RegisteredAt)), r.Committee, r.State.Name(lang), r.Result, r.Reason, string(r.On)})
		}
		if next.IsZero() || len(out.Rows) >= mostOnSheet {
			if !next.IsZero() {
				out.Notes = append(out.Notes, fault.Say("一个文件最多 %d 件，后面还有。请按状态或者文号缩小范围。", "One file holds %d at most, and there are more. Please narrow the list by state or number.", mostOnSheet).In(lang))
			}
			return out, nil
		}
		f.After = next
	}
}
