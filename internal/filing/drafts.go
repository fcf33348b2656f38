package filing

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/vault"
)

const (
	draftKept   = 30 * 24 * time.Hour // answers are kept so long after the last one, to go on with
	receiptKept = 24 * time.Hour      // what was given on filing can be looked at again so long
	mostOthers  = 5                   // people on the other side that the plain pages ask for
)

// Answers are what somebody has told the filing pages so far, and once it was filed what they were given.
type Answers struct {
	County, Town, Village ident.Area // whoever is not sure of a place repeats the wider one
	NoTowns, NoVillages   bool       // there is none to choose from
	Compounds             bool       // the village has compounds to choose from
	Lies                  string     // in which compound: see the constants below
	Compound              ident.ID
	Category              string
	Title                 string // of their own; else it follows from the category
	Danger                string // whether anybody is in danger or afraid: see triage.go
	Advised               string // the occasion on which the advice was read
	Careful               bool   // no messages before they have said how they may be reached
	Facts, Request        string
	You                   Told
	Others                []Told
	Another               bool     // it is none of the matters that they have under way already
	On                    string   `json:",omitempty"` // the question that came next, by its path: there they go on
	Receipt               *Receipt `json:",omitempty"`
}

// Whether the matter arose in a compound. The empty word: not asked yet.
const (
	compoundListed = "listed"
	compoundOther  = "other" // in one that is not on the list
	compoundNone   = "none"  // in none, or they cannot tell
)

// Told is what they told of one party.
type Told struct {
	Kind, Name, Phone, PhoneReason string
	Unknown                        bool // its telephone is not known to them
}

// Receipt is what somebody is given when they have filed. The code is shown here and nowhere else.
type Receipt struct {
	Case             ident.ID
	Reference, Code  string
	Title, Category  string
	Committee, Phone string
	FiledAt          time.Time
	By               ident.ID     // the account from which it was filed; zero without one
	Careful          bool         // they have still to say how they may safely be reached
	Decided          calendar.Day // by when the committee says whether it takes the case on
	WaitsUntil       time.Time    `json:",omitzero"` // it waits for the committee to look, and is a case by then; zero: it is one
	Changed          bool         // it had been filed before, and answers or files were told since: they are not in the case
}

// Place is where it arose, as exactly as they can say.
func (a *Answers) Place() ident.Area {
	for _, place := range []ident.Area{a.Village, a.Town, a.County} {
		if place != "" {
			return place
		}
	}
	return ""
}

// InCompound tells whether the kinds of dispute of a compound are to be offered.
func (a *Answers) InCompound() bool { return a.Lies == compoundListed || a.Lies == compoundOther }

// Name is the case's title: their own words, or what the kind of dispute is called.
func (a *Answers) Name() string {
	if a.Title != "" || a.Category == "" {
		return a.Title
	}
	return codes.Untitled(a.Category)
}

// phoneUnknown is why there is no number of the other side, for the committee's eyes.
const phoneUnknown = "申请人不知道"

func (t Told) party() casework.PartyIn {
	p := casework.PartyIn{Kind: t.Kind, Name: t.Name, Phone: t.Phone}
	if t.Phone == "" {
		p.PhoneReason = t.PhoneReason
		if t.Unknown {
			p.PhoneReason = phoneUnknown
		}
	}
	return p
}

// Filing is what the answers come to.
func (a *Answers) Filing() casework.Filing {
	you := a.You.party()
	f := casework.Filing{Category: a.Category, AreaCode: a.Place(), Title: a.Name(), Facts: a.Facts, Request: a.Request, Applicant: &you}
	if a.Lies == compoundListed {
		f.CompoundID = a.Compound
	}
	for _, o := range a.Others {
		f.Respondents = append(f.Respondents, o.party())
	}
	return f
}

var errNoDraft = fault.New(fault.Missing, "draft", "没有找到您填写的内容，可能已经超过 30 天。请重新填写。",
	"Your answers were not found; they may be older than 30 days. Please begin again.")

// draft is a row of answers, open.
type draft struct {
	row     draftRow
	token   string // what the browser keeps: id and secret
	answers Answers
}

// draftPlace is where a draft's answers lie sealed.
func draftPlace(id ident.ID) vault.Place {
	return vault.Place{Table: "filing_drafts", Column: "answers_sealed", Row: id}
}

func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte("draft " + secret))
	return hex.EncodeToString(sum[:])
}

// openDraft finds the answers that a token stands for; Missing when there are none, or no more.
func (s *Service) openDraft(tx *db.Tx, token string) (*draft, error) {
	name, secret, _ := strings.Cut(token, ".")
	id, err := ident.ParseID(name)
	if err != nil {
		return nil, errNoDraft
	}
	row, found, err := findDraft(tx, id)
	if err != nil {
		return nil, fmt.Errorf("draft: %w", err)
	}
	right := subtle.ConstantTimeCompare([]byte(row.SecretHash), []byte(hashSecret(secret))) == 1
	if !found || !right || tx.Now.Sub(row.UpdatedAt) > draftKept {
		return nil, errNoDraft
	}
	text, err := s.vault.Open(draftPlace(id), row.AnswersSealed)
	if err != nil {
		return nil, fmt.Errorf("draft: %w", err)
	}
	d := &draft{row: row, token: token}
	return d, json.Unmarshal([]byte(text), &d.answers)
}

// answersOf reads what somebody has told so far; nothing yet when there is no draft.
func (s *Service) answersOf(ctx context.Context, token string) (Answers, bool, error) {
	var a Answers
	err := s.store.Read(ctx, actor.Actor{}, func(tx *db.Tx) error {
		d, err := s.openDraft(tx, token)
		if err == nil {
			a = d.answers
		}
		return err
	})
	if fault.Is(err, fault.Missing) {
		return Answers{}, false, nil
	}
	return a, err == nil, err
}

// keepAnswers writes what somebody told on one page. Without a draft that can still be written it begins one; the token
// that stands for it now is given back.
func (s *Service) keepAnswers(ctx context.Context, token string, a Answers) (string, error) {
	county, err := s.draftCounty(ctx)
	if err != nil {
		return "", err
	}
	err = s.store.Do(ctx, actor.Actor{}, county, func(tx *db.Tx) error {
		d, err := s.openDraft(tx, token)
		if err == nil && d.answers.Receipt == nil {
			d.answers = a
			return s.writeDraft(tx, d, saveDraft)
		}
		if err != nil && !fault.Is(err, fault.Missing) {
			return err
		}
		if err := s.files.HasRoomForWords(); err != nil {
			return err
		}
		d = &draft{row: draftRow{Key: tx.NewKey()}, answers: a}
		secret := make([]byte, 20)
		if _, err := io.ReadFull(s.random, secret); err != nil {
			return fmt.Errorf("draft: %w", err)
		}
		word := hex.EncodeToString(secret)
		d.row.SecretHash, token = hashSecret(word), d.row.ID.String()+"."+word
		return s.writeDraft(tx, d, insertDraft)
	})
	return token, err
}

// writeDraft seals the answers. A receipt is dated back, so that it is forgotten a day from now and not in thirty.
func (s *Service) writeDraft(tx *db.Tx, d *draft, write func(*db.Tx, draftRow) error) error {
	text, err := json.Marshal(d.answers)
	if err != nil {
		return fmt.Errorf("draft: %w", err)
	}
	d.row.AnswersSealed, d.row.UpdatedAt = s.vault.Seal(draftPlace(d.row.ID), string(text)), tx.Now
	if d.answers.Receipt != nil {
		d.row.UpdatedAt = tx.Now.Add(receiptKept - draftKept)
		if err := s.dropFiles(tx, d.row.ID); err != nil { // the case has its own
			return err
		}
	}
	return write(tx, d.row)
}

// draftCounty is where drafts are kept before it is known which county they concern: the city's own.
func (s *Service) draftCounty(ctx context.Context) (county ident.County, err error) {
	err = s.store.Read(ctx, actor.Actor{}, func(tx *db.Tx) error {
		city, err := cityOf(tx)
		county = city.County()
		return err
	})
	return county, err
}

// cityOf is the place whose counties are asked for first: the widest one that has counties directly below it.
func cityOf(tx *db.Tx) (ident.Area, error) {
	var around ident.Area
	for {
		below, err := registry.AreasBelow(tx, around)
		if err != nil {
			return "", err
		}
		if len(below) == 0 {
			return "", fault.New(fault.Unavailable, "", "还没有录入地区，暂时不能在网上申请。请拨打 12348。",
				"No places are entered yet, so nothing can be filed online. Please call 12348.")
		}
		if below[0].Level == ident.Of6 {
			return around, nil
		}
		around = below[0].Code
	}
}

// draftOf is the draft that a token stands for; zero for what is no token.
func draftOf(token string) ident.ID {
	name, _, _ := strings.Cut(token, ".")
	id, _ := ident.ParseID(name)
	return id
}

// dropAnswers forgets what somebody told, at their wish.
func (s *Service) dropAnswers(ctx context.Context, token string) error {
	id := draftOf(token)
	if id.IsZero() { // there is nothing to forget
		return nil
	}
	err := s.store.Do(ctx, actor.Actor{}, id.County(), func(tx *db.Tx) error {
		if _, err := s.openDraft(tx, token); err != nil {
			return err
		}
		return s.forgetDraft(tx, id)
	})
	if fault.Is(err, fault.Missing) {
		return nil
	}
	return err
}

// fileAnswers files what was told, once: a second sending gives the same case and code, at once by the one-time key and
// after days by the draft, of which there is one case. The answers are replaced by the receipt. lang is the language of the page.
func (s *Service) fileAnswers(ctx context.Context, by actor.Actor, token, lang, address string) (Receipt, error) {
	a, found, err := s.answersOf(ctx, token)
	if err != nil {
		return Receipt{}, err
	}
	if !found {
		return Receipt{}, errNoDraft
	}
	if a.Receipt != nil {
		return *a.Receipt, nil
	}
	party := by.Case
	if !party.IsZero() {
		by = actor.Actor{} // a session by code belongs to that other case and speaks for nobody here
	}
	by.Once = actor.Once{Key: sha256.Sum256([]byte("filing " + token)), Body: sha256.Sum256(nil)}
	g, err := s.policy.Allow(by, "case.file")
	if err != nil {
		return Receipt{}, err
	}
	along, err := s.along(ctx, token)
	if err != nil {
		return Receipt{}, err
	}
	along.Draft, along.Address, along.PartyOf = draftOf(token), address, party
	a.goesAlong(&along)
	filing := a.Filing()
	filing.Applicant.Reads = lang // the page was read in it: messages come in it too
	filed, err := s.cases.FileWith(ctx, g, filing, along)
	if err != nil {
		return Receipt{}, err
	}
	r := receiptOf(filed)
	r.By, r.Careful = by.Person, along.NoMessages
	if r.Changed, err = s.toldSince(ctx, token, r.FiledAt); err != nil {
		return Receipt{}, err
	}
	_, err = s.keepAnswers(ctx, token, Answers{Receipt: &r})
	return r, err
}

// toldSince tells whether answers or files were told after the case had been made. They can be: where the program died just
// after the filing, the draft did not know of it, and was gone on with.
func (s *Service) toldSince(ctx context.Context, token string, filed time.Time) (since bool, err error) {
	err = s.store.Read(ctx, actor.Actor{}, func(tx *db.Tx) error {
		d, err := s.openDraft(tx, token)
		if err != nil {
			return err
		}
		aside, err := draftFiles(tx, d.row.ID)
		since = d.answers.Receipt == nil && (d.row.UpdatedAt.After(filed) || slices.ContainsFunc(aside, func(f draftFileRow) bool { return f.AddedAt.After(filed) }))
		return err
	})
	return since, err
}

// receiptOf is what somebody is given who has filed.
func receiptOf(f casework.Filed) Receipt {
	r := Receipt{Case: f.ID, Reference: ident.Reference(f.Reference).Grouped(), Code: f.AccessCode, Title: f.Title, Category: f.Category,
		Committee: f.Committee.Name, Phone: f.Committee.Phone, FiledAt: f.RegisteredAt}
	if f.Held != nil {
		r.WaitsUntil = f.Held.FiledBy
	}
	if i := slices.IndexFunc(f.Clocks, func(c casework.Clock) bool { return c.Name == "intake_decision" }); i >= 0 {
		r.Decided = f.Clocks[i].Due
	}
	return r
}
