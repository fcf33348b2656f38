package payment

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/money"
	"fengqiao/internal/sheet"
)

// Export is one payment list that was taken out of the system.
type Export struct {
	ident.Key
	BatchID   ident.ID  `gorm:"column:batch_id"`
	Format    string    `gorm:"column:format"`
	Persons   int       `gorm:"column:persons"`
	Fen       money.Fen `gorm:"column:fen"`
	TakenBy   ident.ID  `gorm:"column:taken_by"`
	TakenName string    `gorm:"column:taken_name"`
	TakenAt   time.Time `gorm:"column:taken_at"`
}

// TableName is the table's.
func (Export) TableName() string { return "subsidy_exports" }

// Payment is what one person is paid by a batch.
type Payment struct {
	PersonID ident.ID
	Name     string
	Claims   int
	Fen      money.Fen
	Account  Account // zero where none is entered
}

// PayList is a payment list as it leaves the system.
type PayList struct {
	Batch    Batch
	Payments []Payment
	Format   sheet.Format
}

// Total is what the list comes to.
func (p PayList) Total() (sum money.Fen) {
	for _, one := range p.Payments {
		sum += one.Fen
	}
	return sum
}

// Name is what the file is called.
func (p PayList) Name() string {
	return fmt.Sprintf("补贴发放清单-%s-%d.%s", p.Batch.CountyCode, p.Batch.Number, p.Format)
}

// TakePayList gives the payment list of a batch that both have signed, with accounts, and writes down who took it and when. It
// is the one way by which an account leaves the system.
//
// Faults: Missing; Conflict before both have signed, and where the lines are not what was signed; Invalid for a format that is
// none.
func (s *Service) TakePayList(ctx context.Context, g authz.Grant, id ident.ID, format string) (PayList, error) {
	var out PayList
	f, err := sheet.ParseFormat(format)
	if err != nil {
		return out, err
	}
	err = s.Store.Do(ctx, g.By(), id.County(), func(tx *db.Tx) (err error) {
		out, err = s.payList(tx, g, id, f)
		if err != nil {
			return err
		}
		e := Export{Key: tx.NewKey(), BatchID: id, Format: string(f), Persons: len(out.Payments), Fen: out.Total(), TakenBy: tx.By.Person, TakenName: tx.By.Name, TakenAt: tx.Now}
		b := out.Batch
		b.Version++
		tx.Made(e.ID, 0, 200)
		return errors.Join(insertExport(tx, &e), updateBatch(tx, &b),
			s.record(tx, entry{id, b.Version, "list_taken", b.State, b.State, journal.Fact{"export": e.ID.String(), "format": f, "persons": e.Persons, "fen": e.Fen}}))
	})
	var done *db.Done
	if errors.As(err, &done) { // the same list again, under the entry that was made
		return db.Look(ctx, s.Store, g.By(), func(tx *db.Tx) (PayList, error) { return s.payList(tx, g, id, f) })
	}
	return out, err
}

func (s *Service) payList(tx *db.Tx, g authz.Grant, id ident.ID, f sheet.Format) (PayList, error) {
	out := PayList{Format: f}
	var err error
	if out.Batch, err = batchWithin(tx, g, id); err != nil {
		return out, err
	}
	if !out.Batch.Ready() {
		return out, fault.New(fault.Conflict, "batch_state", "两人都签过以后才能导出发放清单。", "The payment list is given out once both have signed.")
	}
	lines, err := linesOf(tx, id)
	if err != nil {
		return out, err
	}
	if out.Batch.digest(lines) != out.Batch.FirstSHA {
		return out, fault.New(fault.Conflict, "batch_changed", "发放明细与两人签过的不一致，不能导出。请报告系统管理员。", "The lines are not those that were signed: nothing is given out. Please tell the administrator.")
	}
	accounts, err := accountsOf(tx, id.County(), personsIn(lines))
	if err != nil {
		return out, err
	}
	out.Payments = payments(lines)
	for i := range out.Payments {
		a, ok := accounts[out.Payments[i].PersonID]
		if !ok {
			continue
		}
		if err := s.open(&a); err != nil {
			return out, err
		}
		out.Payments[i].Account = a
	}
	return out, nil
}

// payments adds up the lines of each person, in the order of their names.
func payments(lines []Line) (out []Payment) {
	at := map[ident.ID]int{}
	for _, l := range lines {
		i, ok := at[l.PersonID]
		if !ok {
			i = len(out)
			at[l.PersonID] = i
			out = append(out, Payment{PersonID: l.PersonID, Name: l.Name})
		}
		out[i].Claims++
		out[i].Fen += l.Fen
	}
	slices.SortFunc(out, func(a, b Payment) int {
		if n := strings.Compare(a.Name, b.Name); n != 0 {
			return n
		}
		return bytes.Compare(a.PersonID[:], b.PersonID[:])
	})
	return out
}

// Write writes the list as a table for spreadsheet programs; its last lines are the total, in figures and in capitals. A sheet
// is for the bank, and in Chinese.
func (p PayList) Write(to io.Writer) error {
	w, err := sheet.New(to, p.Format, "发放清单")
	if err != nil {
		return err
	}
	rows := [][]any{{"序号", "姓名", "案件（岗位）数", "金额（元）", "户名", "开户银行", "账号"}}
	for i, one := range p.Payments {
		number := one.Account.Number
		if number == "" {
			number = "未登记账户"
		}
		rows = append(rows, []any{i + 1, one.Name, one.Claims, one.Fen.String(), one.Account.Holder, one.Account.Bank, number})
	}
	b := p.Batch
	rows = append(rows, []any{"合计", "", b.Claims, p.Total().String(), "", "", ""}, []any{"大写", p.Total().Capital(), "", "", "", "", ""},
		[]any{"批次", fmt.Sprintf("第 %d 批，结案日期 %s 至 %s", b.Number, b.FromOn, b.ToOn), "", "", "", "", ""},
		[]any{"签名", b.FirstName + "、" + b.SecondName, "", "", "", "", ""}, []any{"明细摘要", b.FirstSHA, "", "", "", "", ""})
	for _, row := range rows {
		if err := w.Row(row...); err != nil {
			return err
		}
	}
	return w.Close()
}
