package casework_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
)

// A code is read as forgivingly as a reference: keyboards for Chinese write wide letters and long dashes.
func TestACodeIsReadAsAChineseKeyboardWritesIt(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		wide := strings.Map(func(r rune) rune { return r + '！' - '!' }, c.Code)
		for _, code := range []string{strings.ToLower(c.Code), strings.ReplaceAll(c.Code, "-", "—"), strings.ReplaceAll(c.Code, "-", " – "), strings.ReplaceAll(c.Code, "-", "\u3000"), wide} {
			town.As(nil).Post("/access", m{"reference": strings.ReplaceAll(c.Reference, "-", "—"), "code": code}).Is(http.StatusCreated)
		}
	})
}

// What a case is called are the words of whoever applied; the other side is told neutrally what it is about.
func TestP4_TheOtherSideDoesNotReadTheApplicantsWords(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files(m{"title": "丈夫多次打我"})
		chen := town.Party(c, town.As(town.Su).Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201).Text("letter.code"))
		for _, path := range []string{"/cases", "/cases/" + c.ID, "/cases/" + c.ID + "/timeline"} {
			if a := chen.Get(path).Is(200); a.Holds("打我") {
				t.Errorf("%s: %s", path, a.Body)
			}
		}
		if a := town.Party(c, c.Code).Get("/cases/" + c.ID).Is(200); !a.Holds("打我") {
			t.Errorf("the applicant's own: %s", a.Body)
		}
	})
}

// A code that no longer opens anything is not sent: what still waited for its hour is taken back with it.
func TestACodeThatIsReplacedIsNotSentAnyMore(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) { // Friday 6 March, 10:00
		c := town.As(nil).Files(both())
		su := town.As(town.Su)
		su.Sees(c)
		su.Does(c, "record-needs", m{"party_id": c.Respondent, "contact": "hours", "from_hour": 18, "to_hour": 20}).Is(200)
		invite := "/cases/" + c.ID + "/invitations"
		su.Post(invite, m{"party_id": c.Respondent, "channel": "sms"}).Is(201)
		su.Post(invite, m{"party_id": c.Respondent, "channel": "letter"}).Is(201)
		town.Later(8 * time.Hour)
		for _, one := range town.Delivered(c) {
			t.Errorf("sent although a letter took its place: %s", one.Text)
		}
		su = town.Again(town.Su)
		agent := power(town, c.Respondent, "evidence")
		agent["name"], agent["phone"] = "陈芳", "13700137000"
		su.Sees(c)
		su.Does(c, "add-helper", agent).Is(200)
		id := helper(c, "陈芳")
		for range 2 {
			su.Post(invite, m{"party_id": c.Respondent, "helper_id": id, "channel": "sms"}).Is(201)
		}
		if got := town.Messages(c); len(got) != 1 {
			t.Errorf("%d invitations to the agent", len(got))
		}
		su.Sees(c)
		su.Does(c, "end-helper", m{"helper_id": id, "reason": "x"}).Is(200)
		if got := town.Messages(c); len(got) != 0 {
			t.Errorf("an invitation to one who acts for nobody any more: %v", got)
		}
	})
}

// Whoever shows a code at the moment at which it ends is let in before that, with a session that ends then, or not at all.
func TestWhoComesWhileTheCodeEndsIsNotLeftInside(t *testing.T) {
	town := housetest.New(t, dbtest.Only(t, "postgres"))
	c := town.As(nil).Files()
	town.Party(c, c.Code) // opened before: who comes again writes nothing into the case
	pool, err := town.Store.Pool()
	if err != nil {
		t.Fatal(err)
	}
	ending, err := pool.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ending.Rollback() //nolint:errcheck // committed below
	for _, statement := range []string{"SELECT 1 FROM dispute_cases WHERE id = $1 FOR UPDATE", "UPDATE access_codes SET revoked_at = now() WHERE case_id = $1"} {
		if _, err := ending.ExecContext(t.Context(), statement, c.ID); err != nil {
			t.Fatal(err)
		}
	}
	came := make(chan housetest.Answer, 1)
	go func() { came <- town.As(nil).Post("/access", m{"reference": c.Reference, "code": c.Code}) }()
	select {
	case a := <-came:
		t.Fatalf("they did not wait: %d %s", a.Status, a.Body)
	case <-time.After(time.Second):
	}
	if err := ending.Commit(); err != nil {
		t.Fatal(err)
	}
	if a := <-came; a.Status != http.StatusUnauthorized || a.Text("code") != "access" {
		t.Errorf("%d %s", a.Status, a.Body)
	}
}

// A session that is left of a party who was removed, or of somebody who acts for one no more, opens nothing.
func TestASessionThatIsLeftOpensNothing(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(town.Lin).Files()
		su.Does(c, "add-party", m{"name": "吴建国", "phone_reason": "不知道", "reason": "共有人"}).Is(http.StatusOK)
		su.Does(c, "add-helper", power(town, c.Applicant, "papers")).Is(http.StatusOK)
		idOf := func(text string) ident.ID {
			id, err := ident.ParseID(text)
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		id, lin, wu, agent := idOf(c.ID), idOf(c.Applicant), idOf(c.Respondent), idOf(helper(c, "林芳"))
		left := func(open func(tx *db.Tx) (account.Session, error)) housetest.Hand {
			t.Helper()
			var opened account.Session
			err := town.Store.Do(t.Context(), actor.Actor{}, id.County(), func(tx *db.Tx) (err error) {
				opened, err = open(tx)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return town.As(nil).With("Authorization", "Bearer "+opened.Token)
		}
		ofParty := func(tx *db.Tx) (account.Session, error) {
			return town.App.Accounts.OpenPartySession(tx, id, wu, actor.Respondent)
		}
		ofHelper := func(tx *db.Tx) (account.Session, error) {
			return town.App.Accounts.OpenHelperSession(tx, id, lin, agent)
		}
		opens := func(when string, status int) {
			t.Helper()
			for who, h := range map[string]housetest.Hand{"the party": left(ofParty), "who acts for one": left(ofHelper)} {
				for _, path := range []string{"", "/timeline", "/receipt", "/papers"} {
					if a := h.Get("/cases/" + c.ID + path); a.Status != status {
						t.Errorf("%s, %s: %s is answered %d: %s", when, who, path, a.Status, a.Body)
					}
				}
			}
		}
		opens("while they are in it", http.StatusOK)
		su.Does(c, "remove-party", m{"party_id": wu, "reason": "与本案无关"}).Is(http.StatusOK)
		su.Does(c, "end-helper", m{"helper_id": agent, "reason": "不再委托"}).Is(http.StatusOK)
		opens("when they are no more", http.StatusNotFound)
	})
}

// Whoever comes by the code that was sent anew ends the lost one, and with it the session of whoever is coming by it at that moment.
func TestP8_ANewCodeEndsWhoComesByTheLostOne(t *testing.T) {
	town := housetest.New(t, dbtest.Only(t, "postgres"))
	c := town.As(nil).Files()
	v, err := town.App.Cases.Enter(t.Context(), casework.Key{Reference: c.Reference, Code: c.Code})
	if err != nil {
		t.Fatal(err)
	}
	if err := town.App.Cases.Recover(t.Context(), c.Reference, "13800138000", "198.51.100.7"); err != nil {
		t.Fatal(err)
	}
	code, came := regexp.MustCompile(`查询码 ([0-9A-Z-]+)`).FindStringSubmatch(town.Messages(c, "recovery")[0].Text)[1], make(chan housetest.Answer, 1)
	var left account.Session
	err = town.Store.Do(t.Context(), actor.Actor{}, v.Case.County(), func(tx *db.Tx) (err error) {
		if err := town.App.Cases.StillIn(tx, v); err != nil {
			return err
		}
		if left, err = town.App.Accounts.OpenPartySession(tx, v.Case, v.Party, v.Part); err != nil {
			return err
		}
		go func() { came <- town.As(nil).Post("/access", m{"reference": c.Reference, "code": code}) }()
		select {
		case a := <-came:
			came <- a
			t.Errorf("they did not wait for who comes by the lost code: %d", a.Status)
		case <-time.After(time.Second):
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	(<-came).Is(http.StatusCreated)
	if a := town.As(nil).With("Authorization", "Bearer "+left.Token).Get("/cases/" + c.ID); a.Status != http.StatusUnauthorized {
		t.Errorf("the session of the lost code is answered %d", a.Status)
	}
}
