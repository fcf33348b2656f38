package payment

import (
	"bytes"
	"strconv"

	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/money"
	"fengqiao/internal/page"
	"fengqiao/internal/registry"
	"fengqiao/internal/scheme"
	"fengqiao/internal/subsidy"
)

const (
	pageBatches  = "/subsidy/batches"
	pageAccount  = "/subsidy/account"
	pageAccounts = "/subsidy/accounts"
)

// Pages mounts batches and accounts for people.
func (s *Service) Pages(site *page.Site) {
	site.Handle("GET", pageBatches, Paying, s.showBatches)
	site.Handle("GET", pageBatches+"/new", Paying, s.askBatch)
	site.Handle("POST", pageBatches+"/new", Paying, s.takeBatch)
	site.Handle("GET", pageBatches+"/:id", Paying, s.showBatch)
	site.Handle("POST", pageBatches+"/:id/sign", Paying, s.takeSign)
	site.Handle("GET", pageBatches+"/:id/take-out/:claim", Paying, s.askTakeOut)
	site.Handle("POST", pageBatches+"/:id/take-out/:claim", Paying, s.takeTakeOut)
	site.Handle("POST", pageBatches+"/:id/paid", Paying, s.takePaid)
	site.Handle("POST", pageBatches+"/:id/payment-list", Paying, s.takePayList)
	site.Handle("GET", pageAccount, Owning, s.askOwn)
	site.Handle("POST", pageAccount, Owning, s.takeOwn)
	site.Handle("GET", pageAccounts, Paying, s.showAccounts)
	site.Handle("GET", pageAccounts+"/:id", Paying, s.askAccount)
	site.Handle("POST", pageAccounts+"/:id", Paying, s.takeAccount)
}

type batchesView struct {
	Lines []batchLine
	Next  string
}

type batchLine struct {
	Batch
	Where, Status, Shade, Which string
}

var shades = map[string]string{Open: "info", SignedOnce: "info", Signed: "ok", PaidOut: "ok"}

func (s *Service) showBatches(r *page.Request) (page.Reply, error) {
	var after ident.ID
	var err error
	if text := r.Query("cursor"); text != "" {
		if after, err = ident.ParseID(text); err != nil {
			return page.Reply{}, fault.NoSuch()
		}
	}
	rows, next, err := s.Batches(r.Context(), r.Grant, after, 0)
	if err != nil {
		return page.Reply{}, err
	}
	v := &batchesView{}
	if !next.IsZero() {
		v.Next = next.String()
	}
	for _, b := range rows {
		line, err := s.dress(r, b)
		if err != nil {
			return page.Reply{}, err
		}
		v.Lines = append(v.Lines, line)
	}
	return page.Show("subsidy/batches", v), nil
}

func (s *Service) dress(r *page.Request, b Batch) (out batchLine, err error) {
	out = batchLine{Batch: b, Status: r.Say("payment.state." + b.State), Shade: shades[b.State], Which: codes.SubsidyKinds.Name(b.Kind, r.Lang)}
	err = s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) (err error) {
		out.Where, err = registry.FullName(tx, b.CountyCode.Area())
		return err
	})
	return out, err
}

// batchForm is the form of a batch.
type batchForm struct{ Counties, Kinds []page.Option }

func (s *Service) batchForm(r *page.Request) (*batchForm, error) {
	v := &batchForm{Kinds: page.Coded(codes.SubsidyKinds, r.Lang)}
	return v, s.Store.Read(r.Context(), r.By(), func(tx *db.Tx) (err error) {
		v.Counties, err = subsidy.Counties(tx, scheme.HomeOf(r.Grant))
		return err
	})
}

func (s *Service) askBatch(r *page.Request) (page.Reply, error) {
	v, err := s.batchForm(r)
	return page.Show("subsidy/batch-new", v), err
}

func (s *Service) takeBatch(r *page.Request) (page.Reply, error) {
	v, err := s.batchForm(r)
	if err != nil {
		return page.Reply{}, err
	}
	in := NewBatch{County: ident.County(r.Form("county_code")), Kind: r.Form("kind"), From: calendar.Day(r.Form("from")), To: calendar.Day(r.Form("to"))}
	b, err := s.Compose(r.Context(), r.Grant, in)
	if err != nil {
		return page.Again("subsidy/batch-new", v, err), nil
	}
	return page.SeeOther(pageBatches + "/" + b.ID.String() + "?done=batch_made"), nil
}

// batchView is one batch, a page of its lines at a time.
type batchView struct {
	BatchSeen
	batchWords
	Shown   []Line
	Next    string
	MaySign bool
	Total   money.Fen
	Today   calendar.Day
	OutOf   []heldLine
}

// batchWords are what a batch is called.
type batchWords struct{ Where, Status, Shade, Which string }

type heldLine struct {
	HeldOut
	Says []string
}

const shown = 100 // lines on one page

func (s *Service) batchView(r *page.Request) (*batchView, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return nil, fault.NoSuch()
	}
	b, err := s.SeeBatch(r.Context(), r.Grant, id)
	if err != nil {
		return nil, err
	}
	line, err := s.dress(r, b.Batch)
	if err != nil {
		return nil, err
	}
	v := &batchView{BatchSeen: b, batchWords: batchWords{line.Where, line.Status, line.Shade, line.Which}, Total: b.Fen, Today: calendar.DayOf(s.Store.Now())}
	v.MaySign = !b.Ready() && b.FirstBy != r.By().Person && len(b.Lines) > 0
	for _, h := range b.Held {
		v.OutOf = append(v.OutOf, heldLine{h, subsidy.Sentences(h.Why, r.Lang)})
	}
	from, err := strconv.Atoi(r.Query("cursor"))
	if err != nil || from < 0 || from > len(b.Lines) {
		from = 0
	}
	to := min(from+shown, len(b.Lines))
	if v.Shown = b.Lines[from:to]; to < len(b.Lines) {
		v.Next = strconv.Itoa(to)
	}
	return v, nil
}

func (s *Service) showBatch(r *page.Request) (page.Reply, error) {
	v, err := s.batchView(r)
	return page.Show("subsidy/batch", v), err
}

// acted leads back to the batch, or shows it again with what was wrong.
func (s *Service) acted(r *page.Request, err error, done string) (page.Reply, error) {
	if err == nil {
		return page.SeeOther(pageBatches + "/" + r.Param("id") + "?done=" + done), nil
	}
	v, fails := s.batchView(r)
	if fails != nil {
		return page.Reply{}, fails
	}
	return page.Again("subsidy/batch", v, err), nil
}

func (s *Service) takeSign(r *page.Request) (page.Reply, error) {
	v, err := s.batchView(r)
	if err != nil {
		return page.Reply{}, err
	}
	if !r.Ticked("read") {
		err = fault.New(fault.Invalid, "", "请确认已经核对。", "Please confirm that you have looked at it.").At("read")
	} else {
		_, err = s.Sign(r.Context(), r.Grant, v.ID, r.Version(), r.Form("sha256"))
	}
	return s.acted(r, err, "batch_signed")
}

// outView is a claim that is to be taken out.
type outView struct {
	*batchView
	Claim  ident.ID
	Called string
}

func (s *Service) outView(r *page.Request) (*outView, error) {
	b, err := s.batchView(r)
	if err != nil {
		return nil, err
	}
	for _, l := range b.Lines {
		if l.ClaimID.String() == r.Param("claim") {
			return &outView{b, l.ClaimID, l.Called}, nil
		}
	}
	return nil, fault.NoSuch()
}

func (s *Service) askTakeOut(r *page.Request) (page.Reply, error) {
	v, err := s.outView(r)
	return page.Show("subsidy/take-out", v), err
}

func (s *Service) takeTakeOut(r *page.Request) (page.Reply, error) {
	v, err := s.outView(r)
	if err != nil {
		return page.Reply{}, err
	}
	if _, err := s.TakeOut(r.Context(), r.Grant, v.ID, v.Claim, r.Version(), r.Form("reason")); err != nil {
		return page.Again("subsidy/take-out", v, err), nil
	}
	return page.SeeOther(pageBatches + "/" + v.ID.String() + "?done=batch_line_out"), nil
}

func (s *Service) takePaid(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	_, err = s.PayOut(r.Context(), r.Grant, id, r.Version(), calendar.Day(r.Form("paid_on")))
	return s.acted(r, err, "batch_paid")
}

func (s *Service) takePayList(r *page.Request) (page.Reply, error) {
	id, err := ident.ParseID(r.Param("id"))
	if err != nil {
		return page.Reply{}, fault.NoSuch()
	}
	list, err := s.TakePayList(r.Context(), r.Grant, id, r.Form("format"))
	if err != nil {
		return s.acted(r, err, "")
	}
	var b bytes.Buffer
	if err := list.Write(&b); err != nil {
		return page.Reply{}, err
	}
	return page.Download(list.Name(), list.Format.MediaType(), &b), nil
}
