package workshop_test

import (
	"context"
	"net/http"
	"testing"

	"fengqiao/internal/housetest"
)

// drafts counts what lies there of what is being written.
func drafts(t *testing.T, town *housetest.Town) (n int) {
	t.Helper()
	pool, err := town.Store.Pool()
	if err == nil {
		err = pool.QueryRowContext(t.Context(), "SELECT count(*) FROM workshop_drafts").Scan(&n)
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Su types what was said in a caucus, keeps it, and only then says that it is one: what was kept goes, whether the record is
// saved or only kept in the form.
func TestWhatWasKeptBeforeItWasCalledACaucusGoes(t *testing.T) {
	hosted(t, func(t *testing.T, town *housetest.Town, c *housetest.Case) {
		su := housetest.OnDoorstep(town).Enters(town.Su)
		town.As(town.Su).Does(c, "give-notice", m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(http.StatusOK)
		page, said := "/desk/cases/"+c.ID+"/open-session", "林秀英说最低三千元，请不要告诉对方。"
		su.Opens(page).Says("kind", "joint", "record", said, "do", "keep").Is(200, page).Reads("草稿由您保存于")
		su.Says("kind", "caucus", "record", said+"\n她还怕他。", "do", "keep").Is(200, page).Reads("她还怕他").ReadsNot("草稿由您保存于")
		if n := drafts(t, town); n != 0 {
			t.Errorf("%d drafts hold what was said in a caucus", n)
		}
		su.Says("kind", "joint", "record", "其实是双方一起谈的。", "do", "keep").Is(200, page).Reads("草稿由您保存于")

		su.Opens(page).Says("kind", "joint", "record", said, "do", "keep").Is(200, page)
		su.Says("kind", "caucus", "starts_at", "2026-03-06T09:30", "place", "社区调解室", "mode", "in_person", "attending", c.Applicant,
			"record", "她说：林秀英说最低三千元，请不要告诉对方，也不要告诉主任。", "risk", "1").Is(200, "/desk/cases/"+c.ID+"?done=desk_open_session")
		if n := drafts(t, town); n != 0 {
			t.Errorf("%d drafts hold what was said in a caucus", n)
		}
		su.Opens(page).ReadsNot("三千元")
	})
}

// What was written for a case that ended goes when the house is tidied, and at once where another committee leads it.
func TestTheDraftsOfACaseThatEndedOrWentGo(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, c *housetest.Case) {
		su := town.As(town.Su)
		other := su.Files(m{"category": "1306"})
		su.Met(other, town.Su)
		door := housetest.OnDoorstep(town)
		for _, one := range []*housetest.Case{c, other} {
			for _, form := range []string{"fix-agreement", "open-session"} {
				at := "/desk/cases/" + one.ID + "/" + form
				door.Enters(town.Su).Opens(at).Says("kind", "joint", "record", "只写了一半", "facts", "只写了一半", "do", "keep").Is(200, at)
			}
		}
		tidy := func(want int) {
			t.Helper()
			if _, err := town.App.Workshop.ForgetDrafts(context.Background()); err != nil {
				t.Fatal(err)
			}
			if n := drafts(t, town); n != want {
				t.Errorf("%d drafts, want %d", n, want)
			}
		}
		tidy(4)
		refreshed(town, c)
		su.Does(c, "terminate", m{"reason": "T1", "guidance": "可以起诉。"}).Is(http.StatusOK)
		tidy(2)

		refreshed(town, other)
		su.Does(other, "transfer", m{"to_committee_id": town.Other.ID, "kind": "transfer", "reason": "party_wish", "text": "当事人要求",
			"consents": []string{other.Applicant, other.Respondent}}).Is(http.StatusOK)
		chair := town.As(town.OtherChair)
		chair.Sees(other)
		chair.Does(other, "accept-transfer", nil).Is(http.StatusOK)
		chair.Does(other, "assign", m{"host_mediator_id": town.OtherMediator.Mediator, "chosen_by": "committee"}).Is(http.StatusOK)
		at := "/desk/cases/" + other.ID + "/open-session"
		door.Enters(town.OtherMediator).Opens(at).Is(200, at).ReadsNot("只写了一半").
			Says("kind", "joint", "record", "从头谈", "do", "keep").Is(200, at).Reads("从头谈")
		tidy(1)
	})
}

// The text is fixed and its draft goes, or neither: what cannot be forgotten is not fixed.
func TestAnAgreementIsFixedAndItsDraftForgottenOrNeither(t *testing.T) {
	met(t, func(t *testing.T, town *housetest.Town, c *housetest.Case) {
		su := housetest.OnDoorstep(town).Enters(town.Su)
		page := "/desk/cases/" + c.ID + "/fix-agreement"
		all := append([]string{"facts", "渗水。", "issues", "赔偿。"}, term("clauses[0]", "text", "陈志强赔偿林秀英粉刷费用。", "kind", "pay", "debtor_party_id", c.Respondent,
			"creditor_party_id", c.Applicant, "amount_fen", "1,000", "due", "2026-05-31", "manner", "银行转账")...)
		su.Opens(page).Says(append(all, "do", "keep")...).Is(200, page)
		pool, err := town.Store.Pool()
		if err != nil {
			t.Fatal(err)
		}
		bar := map[string][]string{
			"sqlite": {"CREATE TRIGGER stays BEFORE DELETE ON workshop_drafts BEGIN SELECT RAISE(ABORT, 'no power'); END"},
			"postgres": {"CREATE FUNCTION stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no power'; END $$",
				"CREATE TRIGGER stays BEFORE DELETE ON workshop_drafts FOR EACH ROW EXECUTE FUNCTION stays()"},
		}[town.Store.Dialect()]
		for _, sql := range bar {
			if _, err := pool.ExecContext(t.Context(), sql); err != nil {
				t.Fatal(err)
			}
		}
		if su.Says(all...); su.Status < 500 {
			t.Errorf("said that it was done: %d", su.Status)
		}
		if refreshed(town, c); c.State != "in_mediation" {
			t.Errorf("the text stands, and its draft as well: %s", c.State)
		}
	})
}
