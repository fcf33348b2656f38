package casework

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fengqiao/internal/ident"
)

var update = flag.Bool("update", false, "write golden files")

func TestTheTableIsSound(t *testing.T) {
	for _, tr := range Lifecycle {
		if len(tr.From) == 0 || tr.Action == "" {
			t.Errorf("%s: comes from nowhere, or belongs to nobody", tr.Event)
		}
		for _, s := range append(slices.Clone(tr.From), tr.leadsTo(&Case{Head: Head{State: tr.From[0]}}, "")) {
			if !slices.Contains(States, s) {
				t.Errorf("%s: %q is no state", tr.Event, s)
			}
		}
	}
	seen := map[string]bool{}
	for _, tr := range Lifecycle {
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
	for _, s := range States {
		if stateNames[s].ZH == "" || stateNames[s].EN == "" {
			t.Errorf("%s has no name", s)
		}
	}
}

// The diagram in the docs is drawn from the table.
func TestDiagram(t *testing.T) {
	golden(t, "../../docs/lifecycle.md", Diagram())
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

// walk lets chance drive a case through a table, and tells the first thing that the law would not allow.
func walk(table []Transition, draw func(label string, n int) int) error {
	c := newWalker()
	for range 40 {
		var possible []Transition
		for _, t := range table {
			if slices.Contains(t.From, c.State) && t.check(&c.Case) == nil {
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
		c.State = t.leadsTo(&c.Case, "")
	}
	return nil
}

func ends(t Transition) bool {
	return slices.Contains([]Event{RefuseAcceptance, PartyRefuses, Terminate, RequestEnd, Withdraw, Reroute, Amend, Retract, HandOver, HandOverHost, MendData}, t.Event)
}

// walker is a case with one applicant and one respondent, on which events have the effect that the acts give them.
type walker struct {
	Case
	maker *ident.Maker
}

func newWalker() *walker {
	w := &walker{maker: ident.NewMaker(zeros{})}
	w.State, w.Source = Registered, "11"
	for i, role := range []string{Applicant, Respondent} {
		id := w.maker.New("350503", time.UnixMilli(int64(i+1)))
		w.Sides = append(w.Sides, Party{Key: id.Key(), Role: role, Name: role})
	}
	return w
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }

func (w *walker) happens(t Transition, draw func(string, int) int) error {
	at := time.Unix(1, 0)
	p := &w.Sides[draw("party", 2)]
	switch t.Event {
	case RecordConsent:
		if p.Consent != Agreed {
			p.Consent = []Consent{Agreed, Unreached}[draw("consent", 2)]
		}
	case PartyRefuses:
		p.Consent, w.Outcome, w.EndedAt = Refused, PartyRefused, &at
	case Reconsider:
		for i := range w.Sides {
			w.Sides[i].Consent = Unasked
		}
		w.Outcome, w.EndedAt = "", nil
	case GiveNotice:
		p.NoticeAt = &at
	case OpenSession:
		w.Sessions++
		return w.mediationIsLawful()
	case FixAgreement:
		w.Agreement = &Agreement{Form: Written, TextHash: "x"}
		return w.mediationIsLawful()
	case Sign:
		w.Agreement.Signatures = append(w.Agreement.Signatures, []Signature{{Signer: ByParty, PartyID: p.ID, TextHash: "x"},
			{Signer: ByMediator, TextHash: "x"}, {Signer: BySeal, TextHash: "x"}}[draw("signer", 3)])
	case BecomeEffective:
		w.Outcome = WrittenAgreement
		if n := len(w.missingSignatures()); n > 0 {
			return fmt.Errorf("in force with %d signatures missing (G4)", n)
		}
	case ReopenAgreement:
		w.Agreement = nil
	case MakeOral:
		w.Agreement, w.Outcome, w.RegisterComplete = &Agreement{Form: Oral}, OralAgreement, draw("register", 2) == 0
	case Accept:
		w.CaseNo = "x"
		if countAgreed(w.Here()) < 2 {
			return fmt.Errorf("accepted without both sides' consent")
		}
	case Close:
		if w.Outcome == OralAgreement && !w.RegisterComplete {
			return fmt.Errorf("closed without the oral register (G1)")
		}
	case Archive:
		if w.PoliceOpen {
			return fmt.Errorf("archived while a police report is owed (M8)")
		}
	case OfferTransfer:
		w.Transfers = append(w.Transfers, Transfer{Kind: KindTransfer, State: OfferPending})
	case DeclineTransfer, JoinMediation:
		w.openOffer().State = OfferDeclined
	case AcceptTransfer, HandOver:
		w.openOffer().State = OfferAccepted
		if w.openOffer() != nil {
			return fmt.Errorf("two offers at once")
		}
	case AssessRisk:
		w.PoliceOpen = true
	case ReportPolice:
		w.PoliceOpen = false
	case Terminate, RequestEnd, Withdraw, RefuseAcceptance:
		w.Outcome, w.EndedAt, w.Guidance = Failed, &at, "told"
	}
	return nil
}

func (w *walker) mediationIsLawful() error {
	told := false
	for _, p := range w.Here() {
		if p.Consent == Refused {
			return fmt.Errorf("mediation although %s refused (A2)", p.Role)
		}
		told = told || p.NoticeAt != nil && p.Consent == Agreed
	}
	if !told {
		return fmt.Errorf("mediation before anybody was told (A10)")
	}
	return nil
}

func TestNoWalkLeavesTheLaw(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		err := walk(Lifecycle, func(label string, n int) int { return rapid.IntRange(0, n-1).Draw(rt, label) })
		if err != nil {
			rt.Fatal(err)
		}
	})
}

// beside are the events that lead nowhere and on which no guard depends: a walk that looks for a hole is only longer by them.
var beside = []Event{RecordNeeds, NameMediator, AddHelper, EndHelper, RecordProperty, RecordReferral, ReferOut, Amend}

// Take one guard away and some walk leaves the law: the property can fail.
func TestAMissingGuardIsFound(t *testing.T) {
	for rule, event := range map[string]Event{"A10": OpenSession, "G4": BecomeEffective, "G1": Close, "M8": Archive, "": Accept} {
		table := slices.DeleteFunc(slices.Clone(Lifecycle), func(tr Transition) bool { return slices.Contains(beside, tr.Event) })
		for i := range table {
			if table[i].Event == event {
				table[i].Guards = slices.DeleteFunc(slices.Clone(table[i].Guards), func(g Guard) bool { return g.Rule == rule })
			}
		}
		found := false
		for seed := range 20000 {
			state := uint32(seed)*2654435761 + 1
			if walk(table, func(_ string, n int) int {
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
	for _, s := range []State{Accepted, Assigned, InMediation} {
		w := newWalker()
		w.State, w.Sides[0].Consent, w.Sides[1].Consent = s, Agreed, Refused
		for _, e := range []Event{Assign, Choose, OpenSession, FixAgreement, MakeOral} {
			if tr, ok := transition(e, s); ok && tr.check(&w.Case) == nil {
				t.Errorf("%s in %s although a party refused", e, s)
			}
		}
	}
}

func TestRoutesAreEventNames(t *testing.T) {
	for _, tr := range Lifecycle {
		if strings.Contains(tr.Event.Route(), "_") {
			t.Errorf("%s", tr.Event.Route())
		}
	}
}
