package casework

import (
	"crypto/subtle"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
)

// Queue is where filings wait for a committee to look at them (待核实的来件), when more came than are let in unseen. A room
// above keeps it; without one every filing becomes a case at once.
type Queue struct {
	// Over counts a filing that is about to be made and tells which bound it is over; "" for none.
	Over func(tx *db.Tx, from Stranger) (bound string, err error)
	// Keep lays a filing down.
	Keep func(tx *db.Tx, w Waiting) error
	// Find is where a filing stands; not found when it never waited.
	Find func(tx *db.Tx, id ident.ID) (Stand, bool, error)
}

// Stranger is whom a filing comes from whom nobody knows, as far as filings are counted.
type Stranger struct {
	Phone, Address string
	Committee      ident.ID
}

// Waiting is a whole filing that waits: with the keys and the reference that its case will have, so that whoever filed it
// finds the case by what they were given.
type Waiting struct {
	Key       ident.Key
	Reference string
	Applicant ident.ID // the party that it will be
	CodeHash  string
	Committee ident.ID // that would have got it
	Bound     string   // which it was over
	At        time.Time
	Filing    Filing
	Along     Along // its files lie among the rows of its county
}

// Stand is where a filing stands that waits, or waited.
type Stand struct {
	Reference, CodeHash, Title, Category string
	Applicant, Committee                 ident.ID
	At                                   time.Time
	Until                                time.Time // by when it becomes a case if nobody looks at it
	Dropped                              bool
	Stuck                                bool   // it cannot become a case as it is: the committee has to mend it
	Unread                               bool   // it does not open any more: nobody can read what was told
	CodeTo                               string // where a code may be sent by which it becomes a case at once, masked; "" nowhere
}

// HeldBack is what a filer is told of a filing that waits.
type HeldBack struct {
	ReceivedAt time.Time `json:"received_at"`
	FiledBy    time.Time `json:"filed_by" doc:"By then it is a case, whether or not the committee has looked at it"`
	Stuck      bool      `json:"needs_committee,omitempty" doc:"It cannot become a case by itself any more: its place or kind is no longer there, and the committee mends it"`
	Unread     bool      `json:"unreadable,omitempty" doc:"It does not open any more, and nobody can read what was told: it has to be told again"`
	CodeTo     string    `json:"code_to,omitempty" doc:"To this telephone, masked, a code may be asked for by POST /filing-codes, by which it is a case at once"`
}

// holdBack lets a filing wait where too many came of its kind; nil when it is to become a case now. What is wrong with it
// is said at once, as of any other.
func (d *deed) holdBack(f Filing) (*Filed, error) {
	if d.queue.Over == nil {
		return nil, nil //nolint:nilnil // nothing waits
	}
	if known, err := d.known(f); known || err != nil {
		return nil, err
	}
	c, err := d.fromFiling(f)
	if err != nil {
		return nil, err
	}
	committee, err := d.committeeFor(f)
	if err != nil {
		return nil, err
	}
	from := Stranger{Address: f.along.Address, Committee: committee.ID}
	if a := c.Side(Applicant); len(a) > 0 {
		from.Phone = a[0].Phone
	}
	bound, err := d.queue.Over(d.tx, from)
	if bound == "" || err != nil {
		return nil, err
	}
	return d.wait(f, Waiting{Key: d.newKey(), Applicant: d.tx.NewID(), Committee: committee.ID, Bound: bound, At: d.at})
}

// known tells whether somebody files whom we know: staff, a resident with an account, a party whose case a committee has
// taken up. A case that no
// committee has accepted speaks for nobody: whoever files is given the code of one, and may take it some steps by themselves.
func (d *deed) known(f Filing) (bool, error) {
	by := d.grant.By()
	if by.IsStaff() || !by.Person.IsZero() || by.Case.IsZero() && by.Name == actor.System.Name { // a party may be called anything
		return true, nil
	}
	of := f.along.PartyOf
	if of.IsZero() {
		of = by.Case
	}
	if of.IsZero() {
		return false, nil
	}
	var h Head
	if err := headOf(d.tx, of, &h); err != nil {
		return false, err
	}
	return h.AcceptedAt != nil, nil
}

// wait lays a filing down and gives the filer the reference and the code of the case that it will be.
func (d *deed) wait(f Filing, w Waiting) (*Filed, error) {
	var err error
	if w.Reference, err = d.reference(w.Key.ID); err != nil {
		return nil, err
	}
	code := d.codeOf(d.grant.By(), w.Applicant)
	if code == "" {
		if code, err = d.drawCode(); err != nil {
			return nil, err
		}
	}
	w.CodeHash, w.Filing, w.Along = d.hashCode("access_code", w.Applicant, code), f, f.along
	w.Along.Files = nil
	for _, one := range f.along.Files {
		doc, err := d.files.Find(d.tx, one.Document)
		if err != nil {
			return nil, err
		}
		if doc, err = d.files.Again(d.tx, doc); err != nil {
			return nil, err
		}
		w.Along.Files = append(w.Along.Files, Enclosure{Document: doc.ID, Kind: one.Kind})
	}
	if err := d.queue.Keep(d.tx, w); err != nil {
		return nil, err
	}
	if err := f.along.onceOnly(d.tx, w.Key.ID); err != nil {
		return nil, err
	}
	d.tx.Made(w.Key.ID, 0, 202)
	out, err := d.standOf(d.tx, w.Key.ID)
	out.AccessCode = code
	return &out, err
}

// standOf is what a filer is told of a filing that waits; nothing when it does not.
func (s *Service) standOf(tx *db.Tx, id ident.ID) (out Filed, err error) {
	if s.queue.Find == nil {
		return out, nil
	}
	stand, found, err := s.queue.Find(tx, id)
	if err != nil || !found {
		return out, err
	}
	out.Held = &HeldBack{ReceivedAt: stand.At, FiledBy: stand.Until, Stuck: stand.Stuck, Unread: stand.Unread, CodeTo: stand.CodeTo}
	out.View = View{ID: id, Reference: stand.Reference, Title: stand.Title, Category: stand.Category, RegisteredAt: stand.At, Committee: CommitteeName{ID: stand.Committee}}
	out.Committee.Name, out.Committee.Phone, err = registry.NameOf(tx, stand.Committee)
	return out, err
}

// The codes by which whoever comes to a filing that is no case is answered.
const (
	CodeHeld    = "held"
	CodeDropped = "held_dropped"
)

// stillHeld answers whoever comes by reference and code to a filing that waits; nil when it does not, or the code is not its.
func (s *Service) stillHeld(tx *db.Tx, id ident.ID, code string) error {
	if s.queue.Find == nil {
		return nil
	}
	stand, found, err := s.queue.Find(tx, id)
	if err != nil || !found {
		return err
	}
	if subtle.ConstantTimeCompare([]byte(stand.CodeHash), []byte(s.hashCode("access_code", stand.Applicant, code))) != 1 {
		return nil
	}
	_, phone, err := registry.NameOf(tx, stand.Committee)
	if err != nil {
		return err
	}
	if phone == "" {
		phone = "12348"
	}
	if stand.Dropped {
		return fault.New(fault.Conflict, CodeDropped, "您 %[1]s 提交的内容，调委会看过以后没有登记为案件。如果弄错了，请拨打 %[2]s，或者重新提交。",
			"The committee looked at what you sent on %[1]s and did not enter it as a case. If that is a mistake, please call %[2]s, or send it again.", localTime(stand.At), phone)
	}
	if stand.Unread {
		return fault.New(fault.Conflict, CodeHeld, "您 %[1]s 提交的内容收到了，但现在打不开，调委会也看不到您写了什么。请拨打 %[2]s 告诉调委会，或者重新提交一次。",
			"What you sent on %[1]s arrived, but it does not open any more, and the committee cannot read what you wrote. Please call %[2]s and tell them, or send it once more.",
			localTime(stand.At), phone)
	}
	if stand.Stuck {
		return fault.New(fault.Conflict, CodeHeld, "您的申请已于 %[1]s 收到，还没有立为案件：您选的地点或类别现在没有了，调委会会换一个再登记，不用重新提交。着急请拨打 %[2]s。",
			"Your filing was received on %[1]s; it is not a case yet. The place or the kind that you chose is no longer there, and the committee enters it under another; there is no need to send it again. If it is urgent, please call %[2]s.",
			localTime(stand.At), phone)
	}
	return fault.New(fault.Conflict, CodeHeld, "您的申请已于 %[1]s 收到，正在等调委会看，还没有立为案件。最迟 %[2]s 会登记，不用重新提交；登记后用同一个编号和查询码查看。着急请拨打 %[3]s。",
		"Your filing was received on %[1]s and waits for the committee to look at it; it is not a case yet. It will be entered by %[2]s at the latest; there is no need to send it again, and the same reference and code will open it. If it is urgent, please call %[3]s.",
		localTime(stand.At), localTime(stand.Until), phone)
}

// FileWaiting makes a case of a filing that waited, by the act that makes any: in the name of whoever filed it, and at the
// moment when it came, so that what runs from the receipt runs from there.
func (s *Service) FileWaiting(tx *db.Tx, w Waiting) error {
	g, err := s.policy.Allow(actor.Actor{}, "case.file")
	if err != nil {
		return err
	}
	was := tx.By
	tx.By = g.By() // the filer's act; who let it in stands in the queue's own record
	defer func() { tx.By = was }()
	return s.fileWaiting(tx, g, w)
}

func (s *Service) fileWaiting(tx *db.Tx, g authz.Grant, w Waiting) error {
	f := w.Filing
	f.along, f.waited = w.Along, &w
	d, err := s.inTx(tx, g, Order{}, f.AreaCode)
	if err != nil {
		return err
	}
	d.at = w.At
	c, err := d.register(f)
	if err != nil {
		return err
	}
	if err := d.takeAlong(c, f.along); err != nil {
		return err
	}
	var docs []ident.ID
	for _, one := range w.Along.Files {
		docs = append(docs, one.Document)
	}
	if err := s.files.Remove(tx, docs); err != nil { // the case has its own
		return err
	}
	return insertAccess(tx, accessRow{Key: tx.NewKey(), CaseID: c.ID, PartyID: w.Applicant, CodeHash: w.CodeHash, Channel: "screen", IssuedAt: w.At})
}
