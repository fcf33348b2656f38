package ident_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"fengqiao/internal/ident"
)

var friday = time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)

func TestAnIDCarriesEveryCounty(t *testing.T) {
	maker := ident.NewMaker(rand.Reader)
	for n := 1; n <= 999_999; n += 7 {
		county := ident.County(fmt.Sprintf("%06d", n))
		if got := maker.New(county, friday).County(); got != county {
			t.Fatalf("an id made in %s says %s", county, got)
		}
	}
	for _, county := range []ident.County{"350500", "350502", "350583", "000001", "999999"} {
		id := maker.New(county, friday)
		if id.County() != county || id.Key() != (ident.Key{CountyCode: county, ID: id}) {
			t.Errorf("an id made in %s says %s", county, id.County())
		}
	}
}

func TestIDsPassThroughTextJSONAndRows(t *testing.T) {
	maker := ident.NewMaker(rand.Reader)
	rapid.Check(t, func(t *rapid.T) {
		county := ident.County(fmt.Sprintf("%06d", rapid.IntRange(1, 999_999).Draw(t, "county")))
		at := friday.Add(time.Duration(rapid.Int64Range(0, 1e15).Draw(t, "later")))
		id := maker.New(county, at)
		if !id.Time().Equal(at.Truncate(time.Millisecond)) {
			t.Fatalf("made at %s, says %s", at, id.Time())
		}
		if got, err := ident.ParseID(id.String()); err != nil || got != id {
			t.Fatalf("%s was read as %s, %v", id, got, err)
		}
		doc, _ := json.Marshal(map[string]ident.ID{"id": id})
		var back map[string]ident.ID
		if err := json.Unmarshal(doc, &back); err != nil || back["id"] != id {
			t.Fatalf("%s was read as %s, %v", doc, back["id"], err)
		}
		value, _ := id.Value()
		for _, src := range []any{value, []byte(id.String()), id[:], [16]byte(id)} {
			var got ident.ID
			if err := got.Scan(src); err != nil || got != id {
				t.Fatalf("%v was scanned as %s, %v", src, got, err)
			}
		}
	})
}

func TestIDsSortByTheMomentOfMaking(t *testing.T) {
	maker := ident.NewMaker(rand.Reader)
	rapid.Check(t, func(t *rapid.T) {
		gap := time.Duration(rapid.Int64Range(1, 1e6).Draw(t, "gap")) * time.Millisecond
		a, b := maker.New("999999", friday), maker.New("000001", friday.Add(gap))
		if a.String() >= b.String() || bytes.Compare(a[:], b[:]) >= 0 {
			t.Fatalf("%s was made before %s and sorts after it", a, b)
		}
	})
}

func TestNoIDIsNull(t *testing.T) {
	var none ident.ID
	if v, err := none.Value(); v != nil || err != nil || none.String() != "" || none.County() != "" || !none.IsZero() {
		t.Errorf("no id: %v, %v, %q, %q", v, err, none.String(), none.County())
	}
	id := ident.NewMaker(rand.Reader).New("350503", friday)
	if err := id.Scan(nil); err != nil || !id.IsZero() {
		t.Errorf("NULL was read as %s, %v", id, err)
	}
	if err := id.UnmarshalText(nil); err != nil || !id.IsZero() {
		t.Errorf("empty text was read as %s, %v", id, err)
	}
}

func TestParseIDRefusesWhatNoneOfOursIs(t *testing.T) {
	for _, s := range []string{
		"", "1", "0192f0e4-7a3b-7c1d-9e2f-3a4b5c6d7e8f", // version 7
		"0192f0e4-7a3b-8c1d-1e2f-3a4b5c6d7e8f",  // another variant
		"0192f0e4-7a3b-8c1d-8000-00006c6d7e8f",  // no county
		"0192f0e4-7a3b-8c1d-bfff-ff4b5c6d7e8f",  // a county of more than six digits
		"0192f0e47a3b8c1d9e2f3a4b5c6d7e8f",      // no hyphens
		"0192f0e4-7a3b-8c1d-9e2f-3a4b5c6d7e8fa", // too long
		"0192f0e4-7a3b-8c1d-9e2f-3a4b5c6d7e8g",
	} {
		if id, err := ident.ParseID(s); err == nil {
			t.Errorf("%q was read as an id of %s", s, id.County())
		}
	}
	var id ident.ID
	if err := id.Scan(7); err == nil {
		t.Error("a number was read as an id")
	}
}

func TestAMakerRefusesWhatIsNoCounty(t *testing.T) {
	for _, county := range []ident.County{"", "35050", "3505033", "35050a", "000000"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("an id was made in %q", county)
				}
			}()
			ident.NewMaker(rand.Reader).New(county, friday)
		}()
	}
	defer func() {
		if recover() == nil {
			t.Error("an id was made without chance")
		}
	}()
	ident.NewMaker(bytes.NewReader(nil)).New("350503", friday)
}

// Ids of what must not be put in order tell their county and nothing else: they do not follow one another.
func TestAnUnorderedIDTellsNoTime(t *testing.T) {
	rising, before := 0, ident.ID{}
	for range 200 {
		id, err := ident.Unordered(rand.Reader, "350503")
		if err != nil || id.County() != "350503" {
			t.Fatalf("%s of %q: %v", id, id.County(), err)
		}
		if back, err := ident.ParseID(id.String()); err != nil || back != id {
			t.Fatalf("%s does not come back: %v", id, err)
		}
		if id.String() > before.String() {
			rising++
		}
		before = id
	}
	if rising < 60 || rising > 140 {
		t.Errorf("%d of 200 follow the one before", rising)
	}
}
