package filing

import (
	"context"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/holding"
	"fengqiao/internal/page"
)

const codePage = "/file/done/code"

// codePages mounts the way by which a filing that waits is let in: a code to the telephone that it names. Who it is for says the
// receipt in this browser; nothing of it stands in an address.
func (s *Service) codePages(site *page.Site) {
	site.Handle("GET", codePage, holding.Proving, s.askCode)
	site.Handle("POST", codePage, holding.Proving, s.takeCode)
}

// standing brings a receipt up to what became of its filing since, and tells what its filer may do.
func (s *Service) standing(ctx context.Context, was Receipt) (r Receipt, o holding.Offer, err error) {
	if was.WaitsUntil.IsZero() {
		return was, o, nil
	}
	if o, err = s.holding.Offer(ctx, was.Case); err != nil || o.Waits || o.Dropped {
		if !o.Until.IsZero() && o.Waits {
			was.WaitsUntil = o.Until
		}
		return was, o, err
	}
	f, err := s.cases.FiledNow(ctx, was.Case)
	return was.became(f), o, err
}

// became is the receipt of a filing that is a case by now, with the code that they were given.
func (r Receipt) became(f casework.Filed) Receipt {
	is := receiptOf(f)
	is.Code, is.By, is.Careful, is.Changed = r.Code, r.By, r.Careful, r.Changed
	return is
}

// codeView is the page on which a code is typed.
type codeView struct {
	To        string     // masked
	GoodUntil *time.Time // nil: none was sent, or it is good no more
}

// askCode asks for the code; who has nothing that waits for one is led to what they filed.
func (s *Service) askCode(r *page.Request) (page.Reply, error) {
	v, found, err := s.codeView(r)
	if err != nil || !found {
		return page.SeeOther("/file/done"), err
	}
	return page.Show("filing/code", v), nil
}

func (s *Service) codeView(r *page.Request) (v codeView, found bool, err error) {
	receipt, found := s.receipt(r)
	if !found {
		return v, false, nil
	}
	_, o, err := s.standing(r.Context(), receipt)
	return codeView{To: o.To, GoodUntil: o.GoodUntil}, o.To != "", err
}

// takeCode sends a code, or takes the one that was typed.
func (s *Service) takeCode(r *page.Request) (page.Reply, error) {
	receipt, found := s.receipt(r)
	if !found {
		return page.SeeOther("/file/done"), nil
	}
	k := casework.Key{Reference: receipt.Reference, Code: receipt.Code, Address: r.Address()}
	var err error
	if r.Form("do") == "send" {
		if _, err = s.holding.SendCode(r.Context(), r.Grant, k); err == nil {
			return page.SeeOther(codePage + "?done=code_sent"), nil
		}
	} else if err = s.proven(r, receipt, k); err == nil {
		return page.SeeOther("/file/done?done=code_right"), nil
	}
	v, waits, fails := s.codeView(r)
	if fails != nil {
		return page.Reply{}, fails
	}
	if !waits && !fault.Is(err, fault.TooMany) { // it is a case by now, or the committee has it in hand: the receipt says which
		return page.SeeOther("/file/done"), nil
	}
	return page.Again("filing/code", v, err), nil
}

// proven lets the filing in and keeps the new receipt.
func (s *Service) proven(r *page.Request, receipt Receipt, k casework.Key) error {
	f, err := s.holding.Prove(r.Context(), r.Grant, k, r.Form("code"))
	if err != nil {
		return err
	}
	is := receipt.became(f)
	return s.keepReceipt(r.Context(), r.Cookie(filedCookie), is)
}

// keepReceipt replaces what somebody was given by what it is now; it is kept no longer for it.
func (s *Service) keepReceipt(ctx context.Context, token string, is Receipt) error {
	return s.store.Do(ctx, actor.Actor{}, draftOf(token).County(), func(tx *db.Tx) error {
		d, err := s.openDraft(tx, token)
		if err != nil || d.answers.Receipt == nil {
			return err
		}
		d.answers.Receipt = &is
		kept := d.row.UpdatedAt
		return s.writeDraft(tx, d, func(tx *db.Tx, row draftRow) error {
			row.UpdatedAt = kept
			return saveDraft(tx, row)
		})
	})
}
