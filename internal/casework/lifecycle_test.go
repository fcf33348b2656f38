package casework_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fengqiao/internal/casework"
	"fengqiao/internal/ident"
)

var update = flag.Bool("update", false, "write golden files")

func TestTheTableIsSound(t *testing.T) {
	for _, tr := range casework.Lifecycle {
		if len(tr.From) == 0 || tr.Action == "" {
			t.Errorf("%s: comes from nowhere, or belongs to nobody", tr.Event)
		}
		for _, s := range append(slices.Clone(tr.From), tr.LeadsTo(&casework.Case{Head: casework.Head{State: tr.From[0]}}, "")) {
			if !slices.Contains(casework.States, s) {
				t.Errorf("%s: %q is no state", tr.Event, s)
			}
		}
	}
	seen := map[string]bool{}
	for _, tr := range casework.Lifecycle {
		for _, s := range tr.From {
			key := string(tr.Event) + " " + string(s)
			if seen[key] {
				t.Errorf("%s stands twice", key)
			}
			seen[key] = true
		}
	}
}

func TestEveryStateHasItsName(t *testing.T) {
	for _, s := range casework.States {
		if s.Name("zh-CN") == "" || s.Name("en") == "" {
			t.Errorf("%s has no name", s)
		}
	}
}

// The diagram in the docs is drawn from the table.
func TestDiagram(t *testing.T) {
	golden(t, "../../docs/lifecycle.md", casework.Diagram())
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s is not what the code says; run make golden and read the difference", path)
	}
}

// stroll lets chance drive a case through a table, and tells the first thing that the law would not allow.
func stroll(table []casework.Transition, draw func(label string, n int) int) error {
	c := newWalker()
	for range 40 {
		var possible []casework.Transition
		for _, t := range table {
			if slices.Contains(t.From, c.State) && t.Check(&c.Case) == nil {
				possible = append(possible, t)
			}
		}
		if on := slices.DeleteFunc(slices.Clone(possible), ends); len(on) > 0 && draw("on", 20) > 0 {
			possible = on // chance alone would end nearly every case before it began
		}
		if len(possible) == 0 {
			return nil
		}
		t := possible[draw("step", len(possible))]
		if err := c.happens(t, draw); err != nil {
			return err
		}
		c.State = t.LeadsTo(&c.Case, "")
	}
	return nil
}

func ends(t casework.Transition) bool {
	return slices.Contains([]casework.Event{casework.RefuseAcceptance, casework.PartyRefuses, casework.Terminate, casework.RequestEnd, casework.Withdraw, casework.Reroute, casework.Amend, casework.Retract, casework.HandOver, casework.HandOverHost, casework.MendData}, t.Event)
}

// walker is a case with one applicant and one respondent, on which events have the effect that the acts give them.
type walker struct {
	casework.Case
	maker *ident.Maker
}

func newWalker() *walker {
	w := &walker{maker: ident.NewMaker(zeros{})}
	w.State, w.Source = casework.Registered, "11"
	for i, role := range []string{casework.Applicant, casework.Respondent} {
		id := w.maker.New("350503", time.UnixMilli(int64(i+1)))
		w.Sides = append(w.Sides, casework.Party{Key: id.Key(), Role: role, Name: role})
	}
	return w
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }

func (w *walker) happens(t casework.Transition, draw func(string, int) int) error {
	at := time.Unix(1, 0)
	p := &w.Sides[draw("party", 2)]
	switch t.Event {
	case casework.RecordConsent:
		if p.Consent != casework.Agreed {
			p.Consent = []casework.Consent{casework.Agreed, casework.Unreached}[draw("consent", 2)]
		}
	case casework.PartyRefuses:
		p.Consent, w.Outcome, w.EndedAt = casework.Refused, casework.PartyRefused, &at
	case casework.Reconsider:
		for i := range w.Sides {
			w.Sides[i].Consent = casework.Unasked
		}
		w.Outcome, w.EndedAt = "", nil
	case casework.GiveNotice:
		p.NoticeAt = &at
	case casework.OpenSession:
		w.Sessions++
		return w.mediationIsLawful()
	case casework.FixAgreement:
		w.Agreement = &casework.Agreement{Form: casework.Written, TextHash: "x"}
		return w.mediationIsLawful()
	case casework.Sign:
		w.Agreement.Signatures = append(w.Agreement.Signatures, []casework.Signature{{Signer: casework.ByParty, PartyID: p.ID, TextHash: "x"},
			{Signer: casework.ByMediator, TextHash: "x"}, {Signer: casework.BySeal, TextHash: "x"}}[draw("signer", 3)])
	case casework.BecomeEffective:
		w.Outcome = casework.WrittenAgreement
		if n := len(w.MissingSignatures()); n > 0 {
			return fmt.Errorf("in force with %d signatures missing (G4)", n)
		}
	case casework.ReopenAgreement:
		w.Agreement = nil
	case casework.MakeOral:
		w.Agreement, w.Outcome, w.RegisterComplete = &casework.Agreement{Form: casework.Oral}, casework.OralAgreement, draw("register", 2) == 0
	case casework.Accept:
		w.CaseNo = "x"
		if slices.ContainsFunc(w.Here(), func(p casework.Party) bool { return p.Consent != casework.Agreed }) {
			return fmt.Errorf("accepted without both sides' consent")
		}
	case casework.Close:
		if w.Outcome == casework.OralAgreement && !w.RegisterComplete {
			return fmt.Errorf("closed without the oral register (G1)")
		}
	case casework.Archive:
		if w.PoliceOpen {
			return fmt.Errorf("archived while a police report is owed (M8)")
		}
	case casework.OfferTransfer:
		w.Transfers = append(w.Transfers, casework.Transfer{Kind: casework.KindTransfer, State: casework.OfferPending})
	case casework.DeclineTransfer, casework.JoinMediation:
		w.answer(casework.OfferDeclined)
	case casework.AcceptTransfer, casework.HandOver:
		w.answer(casework.OfferAccepted)
		if slices.ContainsFunc(w.Transfers, isOpen) {
			return fmt.Errorf("two offers at once")
		}
	case casework.AssessRisk:
		w.PoliceOpen = true
	case casework.ReportPolice:
		w.PoliceOpen = false
	case casework.Terminate, casework.RequestEnd, casework.Withdraw, casework.RefuseAcceptance:
		w.Outcome, w.EndedAt, w.Guidance = casework.Failed, &at, "told"
	}
	return nil
}

// answer gives the open offer its end.
func (w *walker) answer(state string) {
	w.Transfers[slices.IndexFunc(w.Transfers, isOpen)].State = state
}

func isOpen(t casework.Transfer) bool { return t.State == casework.OfferPending }

func (w *walker) mediationIsLawful() error {
	told := false
	for _, p := range w.Here() {
		if p.Consent == casework.Refused {
			return fmt.Errorf("mediation although %s refused (A2)", p.Role)
		}
		told = told || p.NoticeAt != nil && p.Consent == casework.Agreed
	}
	if !told {
		return fmt.Errorf("mediation before anybody was told (A10)")
	}
	return nil
}

func TestNoWalkLeavesTheLaw(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		err := stroll(casework.Lifecycle, func(label string, n int) int { return rapid.IntRange(0, n-1).Draw(rt, label) })
		if err != nil {
			rt.Fatal(err)
		}
	})
}

// beside are the events that lead nowhere and on which no guard depends: a walk that looks for a hole is only longer by them.
var beside = []casework.Event{casework.RecordNeeds, casework.NameMediator, casework.AddHelper, casework.EndHelper, casework.RecordProperty, casework.RecordReferral, casework.ReferOut, casework.Amend}

// Take one guard away and some walk leaves the law: the property can fail.
func TestAMissingGuardIsFound(t *testing.T) {
	for rule, event := range map[string]casework.Event{"A10": casework.OpenSession, "G4": casework.BecomeEffective, "G1": casework.Close, "M8": casework.Archive, "": casework.Accept} {
		table := slices.DeleteFunc(slices.Clone(casework.Lifecycle), func(tr casework.Transition) bool { return slices.Contains(beside, tr.Event) })
		for i := range table {
			if table[i].Event == event {
				table[i].Guards = slices.DeleteFunc(slices.Clone(table[i].Guards), func(g casework.Guard) bool { return g.Rule == rule })
			}
		}
		found := false
		for seed := range 20000 {
			state := uint32(seed)*2654435761 + 1
			if stroll(table, func(_ string, n int) int {
				state ^= state << 13
				state ^= state >> 17
				state ^= state << 5
				return int(state % uint32(n))
			}) != nil {
				found = true
				break
			}
		}
		if !found {
			t.Errorf("without the guard %q of %s, 20,000 walks found nothing wrong", rule, event)
		}
	}
}

// A2: once a party has refused, no event but an end, an answer or a correction is open.
func TestA2_ARefusalStopsMediation(t *testing.T) {
	for _, s := range []casework.State{casework.Accepted, casework.Assigned, casework.InMediation} {
		w := newWalker()
		w.State, w.Sides[0].Consent, w.Sides[1].Consent = s, casework.Agreed, casework.Refused
		for _, e := range []casework.Event{casework.Assign, casework.Choose, casework.OpenSession, casework.FixAgreement, casework.MakeOral} {
			for _, tr := range casework.Lifecycle {
				if tr.Event == e && slices.Contains(tr.From, s) && tr.Check(&w.Case) == nil {
					t.Errorf("%s in %s although a party refused", e, s)
				}
			}
		}
	}
}

func TestRoutesAreEventNames(t *testing.T) {
	for _, tr := range casework.Lifecycle {
		if strings.Contains(tr.Event.Route(), "_") {
			t.Errorf("%s", tr.Event.Route())
		}
	}
}
