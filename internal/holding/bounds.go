package holding

import (
	"time"

	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Bounds are how many filings by people whom nobody knows are let in unseen. What is over one waits.
type Bounds struct {
	Phone     int // of one telephone, a day
	Address   int // from one network address, an hour
	Committee int // for one committee, an hour
}

// Usual are the bounds where the operator sets none. Nobody has six disputes in a day. A telephone company may put a whole
// quarter behind one address, and a village often has a single one, so that bound is wide. A committee is brought a case every few
// months; thirty in an hour is a flooded building with every household filing, and one more.
var Usual = Bounds{Phone: 5, Address: 40, Committee: 30}

// Which bound a filing was over.
const (
	OfPhone     = "phone"
	OfAddress   = "address"
	OfCommittee = "committee"
)

// over counts a filing under its telephone, its address and its committee, and tells which bound it is over. The counts are of the
// database, so that several programs count together; a filing that is not made is not counted. Always in this order: two at
// once wait for each other and not for ever.
func (s *Service) over(tx *db.Tx, from casework.Stranger) (bound string, err error) {
	for _, one := range []struct {
		of, value string
		most      int
		within    time.Duration
	}{
		{OfPhone, from.Phone, s.Bounds.Phone, 24 * time.Hour},
		{OfAddress, ident.Network(from.Address), s.Bounds.Address, time.Hour},
		{OfCommittee, from.Committee.String(), s.Bounds.Committee, time.Hour},
	} {
		if one.value == "" || one.most == 0 {
			continue
		}
		n, err := count(tx, s.Vault.Index("filings_of_"+one.of, one.value), one.within)
		if err != nil {
			return "", err
		}
		if n > one.most && bound == "" {
			bound = one.of
		}
	}
	return bound, nil
}

// asideMost are the bytes that may be put aside with filings from one network in a day. A filing has some photographs of 3 MB; twenty
// whole ones of a village behind one address go in, and whoever would fill the disk needs many networks.
const asideMost = 500 << 20

// PutAside counts the bytes of a file that somebody whom nobody knows puts aside with a filing; a file that is over the bound is not
// counted.
func (s *Service) PutAside(tx *db.Tx, address string, size int64) error {
	const kib = 1 << 10
	n, err := countMore(tx, s.Vault.Index("put_aside_of_address", ident.Network(address)), int((size+kib-1)/kib), 24*time.Hour)
	if err == nil && n > asideMost/kib {
		err = errAsideMost
	}
	return err
}

var errAsideMost = fault.New(fault.TooMany, "aside_most", "您这个网络今天放的文件已经很多了。请先提交申请，文件明天再到案件页面补交，或者交给调解员。",
	"Very many files came from your network today. Please file without this one; you can add it on the page of the case tomorrow, or give it to the mediator.")

// provenTimes is how many times the bound of a telephone may be let in by codes to it. Whoever shows that the number is theirs
// is a person with a telephone: the bounds of the address and the committee hold them up no longer. Yet a telephone is cheap.
const provenTimes = 3

// mayProve counts a filing that is to be let in by a code to its telephone.
func (s *Service) mayProve(tx *db.Tx, phone ident.Phone) error {
	if phone == "" {
		return errNoCode
	}
	n, err := count(tx, s.provenKey(phone), 24*time.Hour)
	if err == nil && n > provenTimes*s.Bounds.Phone {
		err = errNoMoreCodes
	}
	return err
}

func (s *Service) provenKey(phone ident.Phone) string {
	return s.Vault.Index("filings_proven", string(phone))
}

// maySend counts a code that is to be sent. To have messages sent to the telephones of others is an abuse too, and they cost money:
// so many go for one filing, to one telephone, at the wish of one address, for one committee, and in all. Where there are
// too many none is counted.
func (s *Service) maySend(tx *db.Tx, r heldRow, to ident.Phone, address string) error {
	for _, one := range []struct {
		of, value string
		most      int
		within    time.Duration
	}{
		{"filing", r.ID.String(), 3, waitsFor},
		{"phone", string(to), 3, time.Hour},
		{"phone_day", string(to), 6, 24 * time.Hour},
		{"address", ident.Network(address), 10, time.Hour},
		{"committee", r.CommitteeID.String(), 60, time.Hour},
		{"all", "all", 300, time.Hour},
	} {
		if one.value == "" {
			continue
		}
		n, err := count(tx, s.Vault.Index("filing_codes_of_"+one.of, one.value), one.within)
		if err != nil {
			return err
		}
		if n > one.most {
			return errNoMoreCodes
		}
	}
	n, err := counted(tx, s.provenKey(to))
	if err == nil && n >= provenTimes*s.Bounds.Phone { // the code would be of no use
		err = errNoMoreCodes
	}
	return err
}
