package codes_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/codes"
	"fengqiao/internal/fault"
)

// Columns 20 to 37 of the official case table, in its order.
func TestTheEighteenCategoriesFillTheirColumns(t *testing.T) {
	official := "01 02 03 04 05 06 07 08 09 1001 1099 1401 1402 1499 11 12 13 99"
	var got []string
	for i, c := range codes.Categories[:18] {
		got = append(got, c.Code)
		if c.Column != 20+i {
			t.Errorf("%s %s stands in column %d, not %d", c.Code, c.Name.ZH, c.Column, 20+i)
		}
	}
	if strings.Join(got, " ") != official {
		t.Errorf("categories: %v", got)
	}
}

func TestEveryPropertyDisputeRollsUpToOneColumn(t *testing.T) {
	var kinds []string
	for _, c := range codes.Categories[18:] {
		kinds = append(kinds, c.Code)
		if c.Column != 36 || !codes.IsProperty(c.Code) {
			t.Errorf("%s %s is counted in column %d", c.Code, c.Name.ZH, c.Column)
		}
	}
	var want []string
	for i := range 15 {
		want = append(want, fmt.Sprintf("13%02d", i+1))
	}
	if !slices.Equal(kinds, append(want, "1399")) {
		t.Errorf("kinds: %v", kinds)
	}
	for _, c := range codes.Categories[:18] {
		if codes.IsProperty(c.Code) != (c.Code == "13") {
			t.Errorf("%s is property: %v", c.Code, codes.IsProperty(c.Code))
		}
	}
}

// Every case has one source, and is counted once: on application, on one's own motion, or commissioned.
func TestSourcesRollUpToThree(t *testing.T) {
	for _, c := range codes.Sources {
		families := map[int]bool{13: codes.IsApplication(c.Code), 12: codes.IsOwnMotion(c.Code), 14: codes.IsCommissioned(c.Code)}
		n := 0
		for column, is := range families {
			if is {
				n++
				if c.Column != column {
					t.Errorf("%s %s is counted in column %d, not %d", c.Code, c.Name.ZH, c.Column, column)
				}
			}
		}
		if n != 1 {
			t.Errorf("%s belongs to %d families", c.Code, n)
		}
	}
}

func TestCommitteeTypesFillTheirColumns(t *testing.T) {
	for i, c := range codes.CommitteeTypes {
		if c.Code != fmt.Sprintf("%02d", i+1) || c.Column != 6+i {
			t.Errorf("%s stands in column %d", c.Code, c.Column)
		}
	}
	if len(codes.CommitteeTypes) != 6 {
		t.Errorf("%d types", len(codes.CommitteeTypes))
	}
}

var lists = map[string]codes.List{
	"categories": codes.Categories, "sources": codes.Sources, "committee types": codes.CommitteeTypes, "outcomes": codes.Outcomes,
	"non-acceptance": codes.NonAcceptance, "termination": codes.Termination, "refusals": codes.Refusals, "recusals": codes.Recusals, "reveal purposes": codes.RevealPurposes,
	"consents": codes.Consents, "channels": codes.Channels, "difficulties": codes.Difficulties, "risks": codes.Risks,
	"performances": codes.Performances, "obligation kinds": codes.ObligationKinds, "session kinds": codes.SessionKinds,
	"session modes": codes.SessionModes, "signature kinds": codes.SignatureKinds, "invited kinds": codes.InvitedKinds, "evidence": codes.Evidence,
	"session points": codes.SessionPoints, "note readings": codes.NoteReadings, "note destructions": codes.NoteDestructions, "session secrets": codes.SessionSecrets,
	"party pairs": codes.PartyPairs, "transfer reasons": codes.TransferReasons, "referred to": codes.ReferredTo,
	"screenings": codes.Screenings, "preventions": codes.Preventions, "complaints": codes.Complaints,
	"complaint states": codes.ComplaintStates, "complaint outcomes": codes.ComplaintOutcomes, "backgrounds": codes.Backgrounds,
}

// A code or a name that stands twice would be found as the first, and counted as it.
func TestEveryEntryIsItsOwn(t *testing.T) {
	for name, l := range lists {
		seen := map[string]bool{}
		for _, c := range l {
			for _, word := range []string{c.Code, c.Name.ZH, c.Name.EN} {
				if word == "" || seen[word] || strings.TrimSpace(word) != word {
					t.Errorf("%s: %q of %s is missing or stands twice", name, word, c.Code)
				}
				seen[word] = true
			}
			if byCode, ok := l.Resolve(c.Code); !ok || byCode != c {
				t.Errorf("%s: by its code %s is %v", name, c.Code, byCode)
			}
			if byName, ok := l.Resolve(c.Name.ZH); !ok || byName != c {
				t.Errorf("%s: by its name %s is %v", name, c.Name.ZH, byName)
			}
			if found, ok := l.Find(c.Code); !ok || found != c || l.Check(c.Code) != nil {
				t.Errorf("%s: %s cannot be found or chosen", name, c.Code)
			}
		}
	}
}

func TestWhatIsNotInTheList(t *testing.T) {
	for _, word := range []string{"", "0", "1", "130", "13011", " 01", "01 ", "Marriage and family", "不存在", "%", "01' OR '1'='1"} {
		if c, ok := codes.Categories.Resolve(word); ok {
			t.Errorf("%q is %v", word, c)
		}
		if err := codes.Categories.Check(word); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q may be chosen: %v", word, err)
		}
		if got := codes.Categories.Name(word, "en"); got != word {
			t.Errorf("%q is called %q", word, got)
		}
	}
	if codes.Categories.Name("1306", "zh-CN") != "漏水、返水" || codes.Categories.Name("1306", "en") != "Leak" {
		t.Error("names")
	}
}

// A retired code stays readable on old cases and cannot be chosen for new ones.
func TestARetiredCodeIsReadAndNotOffered(t *testing.T) {
	l := codes.List{{Code: "1501", Name: fault.Say("计划生育", "Family planning"), Retired: true}, codes.Categories[0]}
	if _, ok := l.Find("1501"); !ok || l.Name("1501", "en") != "Family planning" {
		t.Error("an old case cannot be read")
	}
	if err := l.Check("1501"); !fault.Is(err, fault.Invalid) {
		t.Errorf("it may be chosen: %v", err)
	}
	if got := l.Offered(); len(got) != 1 || got[0].Code != "01" || len(l) != 2 || l[0].Code != "1501" {
		t.Errorf("offered %v of %v", got, l)
	}
}
