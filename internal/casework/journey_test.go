package casework_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

type m = housetest.M

func TestADisputeFromFilingToArchive(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		if c.State != "registered" || c.Code == "" || c.Last.Text("committee.id") != town.Home.ID.String() {
			t.Fatalf("filed: %s", c.Last.Body)
		}
		su := town.As(town.Su)
		su.Sees(c).Is(http.StatusOK)
		su.Performed(c, town.Su)
		if c.State != "performing" || c.Last.Text("outcome") != "written_agreement" {
			t.Fatalf("after performance: %s", c.Last.Body)
		}
		su.Does(c, "close", nil).Is(http.StatusOK)
		town.As(town.Zheng).Does(c, "archive", nil).Is(http.StatusOK)
		if c.State != "archived" {
			t.Fatalf("state %s", c.State)
		}
		timeline := su.Get("/cases/" + c.ID + "/timeline").Is(http.StatusOK)
		if timeline.Text("items.0.event") != "submit" {
			t.Errorf("timeline: %s", timeline.Body)
		}
	})
}

func TestAPartySignsByItself(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		su := town.As(town.Su)
		su.Sees(c)
		su.Met(c, town.Su)
		su.Does(c, "fix-agreement", c.Terms()).Is(http.StatusOK)
		hash := c.Last.Text("agreements.0.text_hash")
		lin := town.Party(c, c.Code)
		lin.Post("/cases/"+c.ID+"/sign", m{"kind": "code", "text_hash": hash, "code": "000000"}).Is(http.StatusUnprocessableEntity)
		lin.Post("/cases/"+c.ID+"/signing-codes", nil).Is(http.StatusCreated)
		code := town.LastMessage(c, "signing_code")
		lin.Post("/cases/"+c.ID+"/sign", m{"kind": "code", "text_hash": hash, "code": code}).Is(http.StatusOK)
		lin.Post("/cases/"+c.ID+"/sign", m{"kind": "code", "text_hash": hash, "code": code}).Refuses("signed")
	})
}

func TestACaseOutOfReachIsMissing(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		missing := town.As(town.OtherMediator).Get("/cases/" + town.Home.ID.String()).Is(http.StatusNotFound)
		for _, who := range []*housetest.Person{town.OtherMediator, town.OtherChair, town.FarMediator, town.FarStation, town.FarCounty, town.Wang, town.OtherCourt} {
			got := town.As(who).Get("/cases/" + c.ID).Is(http.StatusNotFound)
			if string(got.Body) != string(missing.Body) {
				t.Errorf("%s is told apart: %s", who.Login, got.Body)
			}
		}
		town.As(nil).Get("/cases/" + c.ID).Is(http.StatusUnauthorized)
	})
}

// 100 equal submits with one key, all at once: one case, and in every answer its reference and the filer's code.
func TestAHundredEqualSubmitsAreOneCase(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		anyone := town.As(nil).With("Idempotency-Key", "k-1")
		answers := make([]string, 100)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() {
				a := anyone.From(fmt.Sprintf("203.0.113.%d", i)).Post("/cases", housetest.Leak())
				answers[i] = strings.Join([]string{a.Text("id"), a.Text("reference"), a.Text("access_code"), a.Text("version")}, " ")
			})
		}
		all.Wait()
		again := anyone.Post("/cases", housetest.Leak()).Is(http.StatusCreated)
		answers = append(answers, strings.Join([]string{again.Text("id"), again.Text("reference"), again.Text("access_code"), again.Text("version")}, " "))
		for _, a := range answers {
			if a != answers[0] || len(strings.Fields(a)) != 4 {
				t.Errorf("one submit made %q, another %q", answers[0], a)
			}
		}
		if list, _ := town.As(town.Su).Get("/cases").Is(http.StatusOK).Value("items").([]any); len(list) != 1 {
			t.Errorf("%d cases", len(list))
		}
		town.Party(&housetest.Case{Reference: again.Text("reference")}, again.Text("access_code"))
		other := housetest.Leak()
		other["title"] = "另一件事"
		anyone.Post("/cases", other).Is(http.StatusUnprocessableEntity)
	})
}

func TestAnOldVersionIsRefused(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		su := town.As(town.Su)
		su.Post("/cases/"+c.ID+"/ask-consent", m{}).Is(http.StatusPreconditionRequired)
		su.Does(c, "ask-consent", nil).Is(http.StatusOK)
		su.With("If-Match", `"1"`).Post("/cases/"+c.ID+"/record-consent", m{"party_id": c.Applicant, "consent": "agreed", "channel": "phone"}).
			Is(http.StatusPreconditionFailed)
	})
}

func TestCaseNumbersHaveNoGap(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		for _, want := range []string{"（2026）少林人调字第0001号", "（2026）少林人调字第0002号"} {
			c := town.As(nil).Files()
			su.Sees(c)
			su.Accepted(c)
			if got := c.Last.Text("case_no"); got != want {
				t.Errorf("number %q, want %q", got, want)
			}
			refused := town.As(nil).Files() // a case that is refused takes no number
			su.Does(refused, "refuse-acceptance", m{"reason": "N4", "guidance": "请向区政府申请行政复议。", "notice_date": town.Today()}).Is(http.StatusOK)
		}
	})
}

func TestASupervisorSeesNoNames(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		a := town.As(town.County).Get("/cases/" + c.ID).Is(http.StatusOK)
		for _, secret := range []string{"林秀英", "陈志强", "13800138000", "11010519491231002X", "天花板发霉", "少林社区 1 号"} {
			if a.Holds(secret) {
				t.Errorf("a supervisor reads %q: %s", secret, a.Body)
			}
		}
	})
}

func TestARespondentSeesNoAccusationAndNoContacts(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		letter := town.As(town.Su).Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(http.StatusCreated)
		chen := town.Party(c, letter.Text("letter.code"))
		a := chen.Get("/cases/" + c.ID).Is(http.StatusOK)
		for _, secret := range []string{"13800138000", "天花板发霉", "少林社区 1 号", "1101"} {
			if a.Holds(secret) {
				t.Errorf("the respondent reads %q", secret)
			}
		}
		town.Later(10 * time.Minute)
		chen.Post("/cases/"+c.ID+"/record-consent", m{"consent": "agreed"}).Refuses("lifecycle")
		c.Version = town.As(town.Su).Sees(c).Text("version")
		town.As(town.Su).Does(c, "ask-consent", nil).Is(http.StatusOK)
		chen.Post("/cases/"+c.ID+"/record-consent", m{"consent": "agreed"}).Is(http.StatusOK)
	})
}

// A party's own acts carry no version: two at the same moment both count, one after the other.
func TestTwoPartiesActAtOnce(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Does(c, "ask-consent", nil).Is(http.StatusOK)
		letter := su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(http.StatusCreated)
		hands := []housetest.Hand{town.Party(c, c.Code), town.Party(c, letter.Text("letter.code"))}
		answers := make([]housetest.Answer, 20)
		var all sync.WaitGroup
		for i := range answers {
			all.Add(1)
			go func() {
				defer all.Done()
				answers[i] = hands[i%2].Post("/cases/"+c.ID+"/record-consent", m{"consent": "agreed"})
			}()
		}
		all.Wait()
		for _, a := range answers {
			if a.Status != http.StatusOK {
				t.Errorf("%d %s", a.Status, a.Body)
			}
		}
		if v := su.Sees(c).Text("version"); v != "23" { // filed, asked, invited, and twenty answers
			t.Errorf("version %s", v)
		}
	})
}

// 50 write at once on one version: one has its way, 49 are told that it is old, and the journal has one entry more.
func TestOneOfFiftyWritersWins(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		su := town.As(town.Su).With("If-Match", `"1"`)
		statuses := make([]int, 50)
		var all sync.WaitGroup
		for i := range statuses {
			all.Go(func() {
				statuses[i] = su.Post("/cases/"+c.ID+"/assess-risk", m{"risk": 2, "reason": "x"}).Status
			})
		}
		all.Wait()
		count := map[int]int{}
		for _, s := range statuses {
			count[s]++
		}
		if count[http.StatusOK] != 1 || count[http.StatusPreconditionFailed] != 49 {
			t.Errorf("answers by status: %v", count)
		}
		if list, _ := su.Get("/cases/" + c.ID + "/timeline").Value("items").([]any); len(list) != 2 || su.Sees(c).Text("version") != "2" {
			t.Errorf("%d entries at version %s", len(list), c.Version)
		}
	})
}

func TestANewCodeEndsTheOldOne(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		lin := town.Party(c, c.Code)
		letter := town.As(town.Su).Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Applicant, "channel": "letter"}).Is(http.StatusCreated)
		lin.Get("/cases/" + c.ID).Is(http.StatusUnauthorized) // at once
		town.As(nil).Post("/access", m{"reference": c.Reference, "code": c.Code}).Is(http.StatusUnauthorized)
		town.Party(c, letter.Text("letter.code")).Get("/cases/" + c.ID).Is(http.StatusOK)
	})
}

func TestWrongCodesShutNobodyOut(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		for range 10 {
			town.As(nil).Post("/access", m{"reference": c.Reference, "code": "AAAA-AAAA-AAAAA"}).Is(http.StatusUnauthorized)
		}
		town.As(nil).Post("/access", m{"reference": c.Reference, "code": c.Code}).Is(http.StatusCreated)
		wrong := town.As(nil).Post("/access", m{"reference": "ZZZZ-ZZZZ", "code": c.Code}).Is(http.StatusUnauthorized)
		bad := town.As(nil).Post("/access", m{"reference": c.Reference, "code": "AAAA-AAAA-AAAAA"}).Is(http.StatusUnauthorized)
		if string(wrong.Body) != string(bad.Body) {
			t.Errorf("told apart: %s %s", wrong.Body, bad.Body)
		}
	})
}

func TestAMistypedFilterIsSaid(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		for _, q := range []string{"state=opened", "category=77", "area=35", "area=nowhere", "outcome=won", "due=tomorrow", "limit=0", "cursor=x", "colour=red"} {
			a := town.As(town.Su).Get("/cases?" + q)
			if want := http.StatusUnprocessableEntity; a.Status != want && q != "area=35" {
				t.Errorf("%s: %d", q, a.Status)
			}
		}
	})
}

func TestWhatIsSentAgainIsShownAgain(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		su := town.As(town.Su).With("Idempotency-Key", "again")
		body := m{"party_id": c.Respondent, "channel": "letter"}
		if first := su.Post("/cases/"+c.ID+"/invitations", body).Is(http.StatusCreated); first.Text("letter.code") == "" {
			t.Errorf("no letter: %s", first.Body)
		}
		if again := su.Post("/cases/"+c.ID+"/invitations", body).Is(http.StatusCreated); again.Text("letter.code") != "" {
			t.Errorf("printed twice: %s", again.Body)
		}
		png := housetest.File{Name: "a.png", Content: housetest.Pixel}
		one := su.With("Idempotency-Key", "file").SendAny("POST", "/cases/"+c.ID+"/attachments", png).Is(http.StatusCreated)
		if c.Version = su.Sees(c).Text("version"); c.Last.Text("attachments.0.id") != one.Text("id") {
			t.Errorf("attached: %s", c.Last.Body)
		}
		if two := su.With("Idempotency-Key", "file").SendAny("POST", "/cases/"+c.ID+"/attachments", png); two.Text("id") != one.Text("id") {
			t.Errorf("attached twice: %s", two.Body)
		}
	})
}

// Files and visits come beside a case to whom they are for: to those who work it all of them, to a party its own files.
func TestFilesAndVisitsComeBesideACase(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su, lin := town.As(town.Su), town.As(town.Lin)
		c := lin.Files()
		su.Signed(c, town.Su)
		own := lin.SendAny("POST", "/cases/"+c.ID+"/attachments", housetest.File{Name: "a.png", Content: housetest.Pixel}).Is(http.StatusCreated).Text("id")
		ours := su.SendAny("POST", "/cases/"+c.ID+"/attachments", housetest.File{Name: "b.png", Content: housetest.Pixel}).Is(http.StatusCreated).Text("id")
		c.Version = su.Sees(c).Text("version")
		for _, note := range []string{"首期已付清", "双方和好"} {
			su.Does(c, "follow-up", m{"visited_on": town.Today(), "visitor": "洪国荣", "performed": true, "note": note}).Is(http.StatusOK)
		}
		all := su.Sees(c) // rows of one moment come in either order
		for _, part := range []string{own, ours, "首期已付清", "双方和好"} {
			if !all.Holds(part) {
				t.Errorf("the mediator does not read %s: %s", part, all.Body)
			}
		}
		if seen := lin.Sees(c); seen.Text("attachments.0.id") != own || seen.Holds(ours) || seen.Holds("首期已付清") || seen.Text("follow_ups.0.id") != "" {
			t.Errorf("the applicant reads %s", seen.Body)
		}
	})
}

func TestOnlyWhoSaidNoChangesTheirMind(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Does(c, "ask-consent", nil).Is(http.StatusOK)
		su.Does(c, "record-consent", m{"party_id": c.Respondent, "consent": "refused", "channel": "phone", "reason": "D6"}).Is(http.StatusOK)
		lin := town.Party(c, c.Code)
		if a := lin.Get("/cases/" + c.ID).Is(http.StatusOK); a.Holds(`"D6"`) {
			t.Errorf("the applicant reads why: %s", a.Body)
		}
		lin.Post("/cases/"+c.ID+"/reconsider", m{}).Is(http.StatusForbidden)
		su.Does(c, "reconsider", m{"party_id": c.Respondent}).Is(http.StatusOK)
	})
}

func TestAnObligationIsConfirmedByWhoItConcerns(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(town.Lin).Files()
		su.Signed(c, town.Su)
		body := m{"obligation_id": c.Last.Text("obligations.0.id"), "state": "performed", "on": town.Today()}
		a := town.As(town.Lin).Post("/cases/"+c.ID+"/record-performance", body).Is(http.StatusOK)
		if got := a.Text("obligations.0.confirmed_by"); got != "creditor" {
			t.Errorf("confirmed by %s", got)
		}
	})
}
