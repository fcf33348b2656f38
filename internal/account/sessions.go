package account

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Session is an open session. The token is told once and kept nowhere.
type Session struct {
	Token  string
	EndsAt time.Time
	Actor  actor.Actor
	Owes   actor.Owing // a step that is not done; until then no post is held
	Half   bool        // the password was right and the code is missing: only FinishSignIn takes the token
}

// kind tells how long a session lasts.
type kind string

const (
	staff    kind = "staff"
	resident kind = "resident"
	party    kind = "party"
	half     kind = "half" // between the password and the code: it lets nobody in
)

// lasting is how long a session lasts without being used, and at most.
type lasting struct{ idle, most time.Duration }

var lastings = map[kind]lasting{
	staff:    {idle: 30 * time.Minute, most: 12 * time.Hour}, // ASVS 7.3
	resident: {idle: 24 * time.Hour, most: 7 * 24 * time.Hour},
	party:    {idle: 2 * time.Hour, most: 24 * time.Hour}, // often on a borrowed telephone
	half:     {idle: 5 * time.Minute, most: 5 * time.Minute},
}

// holder is what the holder of a session acts as, kept in its row.
type holder struct {
	Person ident.ID   `json:"person,omitzero"`
	Name   string     `json:"name,omitempty"`
	Posts  []heldPost `json:"posts,omitempty"`
	Case   ident.ID   `json:"case,omitzero"`
	Party  ident.ID   `json:"party,omitzero"`
	Part   actor.Role `json:"part,omitempty"`
	Helper ident.ID   `json:"helper,omitzero"`

	Owes   actor.Owing `json:"owes,omitempty"`
	device Device
	stale  bool // a provider let them in without asking them anew
}

type heldPost struct {
	Role      actor.Role   `json:"role"`
	Committee ident.ID     `json:"committee,omitzero"`
	Area      ident.Area   `json:"area,omitempty"`
	From      calendar.Day `json:"from"`
	Until     calendar.Day `json:"until,omitempty"`
}

// on is who the holder acts as on a day: a post that ends at midnight is not held after it.
func (h holder) on(day calendar.Day) actor.Actor {
	out := actor.Actor{Person: h.Person, Name: h.Name, Case: h.Case, Party: h.Party, Part: h.Part, Helper: h.Helper, Owes: h.Owes}
	for _, p := range h.Posts {
		if (Post{From: p.From, Until: p.Until}).Holds(day) {
			out.Posts = append(out.Posts, actor.Post{Role: p.Role, Committee: p.Committee, Area: p.Area, Until: p.Until})
		}
	}
	return out
}

// ActorOf is somebody as they may act today, for work that goes on without a session. Fault Missing for whoever has no account
// that lets them in.
func (s *Service) ActorOf(tx *db.Tx, person ident.ID) (actor.Actor, error) {
	row, err := personByID(tx, person)
	if err != nil {
		return actor.Actor{}, err
	}
	account, err := accountByPerson(tx, person)
	if err != nil {
		return actor.Actor{}, err
	}
	if account.State != Active {
		return actor.Actor{}, fault.NoSuch()
	}
	posts, err := postsOf(tx, person)
	slices.SortStableFunc(posts, ownFirst)
	who := holder{Person: person, Name: row.Name}
	for _, p := range posts {
		who.Posts = append(who.Posts, heldPost{Role: p.Role, Committee: p.Committee, Area: p.Area, From: p.From, Until: p.Until})
	}
	return who.on(calendar.DayOf(tx.Now)), err
}

const secretLength = 16 // bytes: 128 bits (ASVS 7.2.3)

func (s *Service) newSession(tx *db.Tx, k kind, who holder) (Session, error) {
	secret := make([]byte, secretLength)
	if _, err := io.ReadFull(s.Random, secret); err != nil {
		return Session{}, fmt.Errorf("session secret: %w", err)
	}
	text, err := json.Marshal(who)
	if err != nil {
		return Session{}, fmt.Errorf("session: %w", err)
	}
	reader := who.Party
	if !who.Helper.IsZero() { // a helper's session ends with the helper, not with the party's code
		reader = who.Helper
	}
	row := sessionRow{Key: tx.NewKey(), Kind: k, PersonID: who.Person, CaseID: who.Case, PartyID: reader,
		SecretHash: hashOf(secret), Actor: string(text), MadeAt: tx.Now, SeenAt: tx.Now, EndsAt: tx.Now.Add(lastings[k].most), Device: who.device}
	if (k == staff || k == resident) && !who.stale { // whoever has just signed in has shown who they are
		row.Confirmed = &tx.Now
	}
	if err := tx.Rows().Create(&row).Error; err != nil {
		return Session{}, err
	}
	token := base64.RawURLEncoding.EncodeToString(append(row.ID[:], secret...))
	return Session{Token: token, EndsAt: row.EndsAt, Actor: row.fresh(who.on(calendar.DayOf(tx.Now)), tx.Now), Owes: who.Owes}, nil
}

func hashOf(secret []byte) string {
	sum := sha256.Sum256(secret)
	return hex.EncodeToString(sum[:])
}

// OpenPartySession opens a session that reaches one case, as one party of it, for whoever showed its access code.
func (s *Service) OpenPartySession(tx *db.Tx, caseID, partyID ident.ID, part actor.Role) (Session, error) {
	return s.newSession(tx, party, holder{Case: caseID, Party: partyID, Part: part})
}

// OpenHelperSession opens a session that reaches one case for whoever acts for a party of it by a code of their own.
func (s *Service) OpenHelperSession(tx *db.Tx, caseID, partyID, helperID ident.ID) (Session, error) {
	return s.newSession(tx, party, holder{Case: caseID, Party: partyID, Part: actor.Agent, Helper: helperID})
}

// EndPartySessions ends what was opened with a party's or a helper's code: it was revoked, or its owner takes part no
// longer.
func (s *Service) EndPartySessions(tx *db.Tx, caseID, partyID ident.ID) error {
	return endPartySessions(tx, caseID, partyID)
}

// EndSessions ends all sessions of a person at once.
func (s *Service) EndSessions(tx *db.Tx, person ident.ID) error { return endSessionsOf(tx, person) }

var errEnded = fault.New(fault.Unauthenticated, "session", "登录已失效，请重新登录。", "Your session has ended; please sign in again.")

// parseToken splits a token; one that none of ours made has ended, as far as anybody is told.
func parseToken(token string) (id ident.ID, secret []byte, err error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != len(id)+secretLength {
		return id, nil, errEnded
	}
	copy(id[:], b)
	if id.County() == "" {
		return id, nil, errEnded
	}
	return id, b[len(id):], nil
}

// Authenticate is who holds a token. Fault Unauthenticated when its session has ended.
func (s *Service) Authenticate(ctx context.Context, token string) (actor.Actor, error) {
	held, err := s.Session(ctx, token)
	return held.Actor, err
}

// Session is the open session that a token names; one look-up. Fault Unauthenticated when it has ended.
func (s *Service) Session(ctx context.Context, token string) (Session, error) {
	row, now, err := s.held(ctx, token)
	if err == nil && row.Kind == half {
		err = errEnded
	}
	if err != nil {
		return Session{}, err
	}
	var who holder
	if err := json.Unmarshal([]byte(row.Actor), &who); err != nil {
		return Session{}, fmt.Errorf("session %s: %w", row.ID, err)
	}
	s.touch(ctx, row, now)
	return Session{Token: token, EndsAt: row.EndsAt.UTC(), Actor: row.fresh(who.on(calendar.DayOf(now)), now), Owes: who.Owes}, nil
}

// held is the row that a token names, while it is not over.
func (s *Service) held(ctx context.Context, token string) (row sessionRow, now time.Time, err error) {
	id, secret, err := parseToken(token)
	if err != nil {
		return row, now, err
	}
	err = s.Store.Ask(ctx, actor.Actor{}, func(tx *db.Tx) (err error) {
		now = tx.Now
		row, err = sessionByID(tx, id)
		return err
	})
	switch {
	case fault.Is(err, fault.Missing):
		return row, now, errEnded
	case err != nil:
		return row, now, err
	case subtle.ConstantTimeCompare([]byte(row.SecretHash), []byte(hashOf(secret))) != 1 || row.over(now):
		return row, now, errEnded
	}
	return row, now, nil
}

// freshFor is how long a proof of who somebody is lasts, for what asks for a fresh one.
const freshFor = 15 * time.Minute

func (r sessionRow) fresh(by actor.Actor, now time.Time) actor.Actor {
	if r.Kind == staff || r.Kind == resident {
		by.Session = r.ID
	}
	by.Fresh = r.Confirmed != nil && now.Sub(*r.Confirmed) < freshFor
	return by
}

func (r sessionRow) over(now time.Time) bool {
	return !now.Before(r.EndsAt) || now.Sub(r.SeenAt) >= lastings[r.Kind].idle
}

const seenEvery = time.Minute // a session's last use is known to the minute: not every request writes

func (s *Service) touch(ctx context.Context, row sessionRow, now time.Time) {
	if now.Sub(row.SeenAt) < seenEvery {
		return
	}
	err := s.Store.Note(ctx, actor.Actor{}, row.CountyCode, func(tx *db.Tx) error { return seen(tx, row.ID, row.SeenAt) })
	if err != nil { // it is only seen a little older than it is
		s.Log.WarnContext(ctx, "session not touched", "err", err)
	}
}

// SignOut ends the session that a token names; it is no fault when there is none.
func (s *Service) SignOut(ctx context.Context, token string) error {
	id, secret, err := parseToken(token)
	if err != nil {
		return nil //nolint:nilerr // a token of no worth has no session to end
	}
	return s.Store.Do(ctx, actor.Actor{}, id.County(), func(tx *db.Tx) error { return endSession(tx, id, hashOf(secret)) })
}
