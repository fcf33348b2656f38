package receipt_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/journal"
	"fengqiao/internal/receipt"
	"fengqiao/internal/vault"
)

var friday = time.Date(2026, 3, 6, 1, 0, 0, 0, time.UTC)

func signer(t testing.TB, seeds ...byte) *vault.Signer {
	t.Helper()
	var all [][]byte
	for _, b := range seeds {
		all = append(all, bytes.Repeat([]byte{b}, vault.MasterSize))
	}
	s, err := vault.NewSigner(all...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// shows is how much a receipt of the test shows of each entry: two whole, one told, one hidden, and so on.
var shows = []receipt.Shown{receipt.Whole, receipt.Told, receipt.Hidden, receipt.Whole}

// made is a signed receipt over the first n entries of one and the same chain.
func made(s *vault.Signer, n int) receipt.Receipt {
	r := receipt.Receipt{CaseID: "case", Reference: "K7QXM3PD", State: "accepted", Version: int64(n), AgreementHash: strings.Repeat("a", 64)}
	prev := ""
	for i := range n {
		at := journal.Moment(friday.Add(time.Duration(i) * time.Hour))
		of := journal.Preimage{Prev: prev, County: "350503", ID: fmt.Sprint("id", i), Case: "case", Seq: fmt.Sprint(i + 1), Event: "attach", From: "registered", To: "registered",
			Actor: "a", Role: "applicant", Party: "p", OccurredAt: at, RecordedAt: at, Late: "false", Fact: `{"n":1,"place":"<林>"}`, Words: strings.Repeat("b", 64)}
		p := journal.Proof{Of: of}
		p.Seq, p.Prev, p.Hash = int64(i+1), prev, of.Hash()
		r.Entries, prev = append(r.Entries, receipt.Link(p, shows[i%len(shows)])), p.Hash
	}
	r.Sign(s, friday)
	return r
}

func text(t testing.TB, r receipt.Receipt) []byte {
	t.Helper()
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func wrong(t *testing.T, name string, file []byte, keys []ed25519.PublicKey, want string) {
	t.Helper()
	if _, err := receipt.Verify(file, keys); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%s: %v, want %q", name, err, want)
	}
}

func TestAGoodReceiptHolds(t *testing.T) {
	s := signer(t, 1)
	r := made(s, 6)
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, text(t, r), "", "  "); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{"as written": text(t, r), "with blanks": pretty.Bytes()} {
		for _, keys := range [][]ed25519.PublicKey{nil, s.Public(), append(signer(t, 9).Public(), s.Public()...)} {
			got, err := receipt.Verify(file, keys)
			if err != nil || got.Recomputed != 3 || got.Named != (keys != nil) {
				t.Errorf("%s: %v %+v", name, err, got)
			}
			if said := got.String(); !strings.Contains(said, receipt.Aloud(r.Head)) || !strings.Contains(said, "6 entries") || strings.Contains(said, "--key") == (keys != nil) {
				t.Error(said)
			}
		}
	}
	if got := receipt.Aloud("0123456789abcdef0123"); got != "0123 4567 89ab cdef" {
		t.Error(got)
	}
}

// Every byte of the file is changed, each bit once: nothing passes, whatever it is.
func TestEveryChangedByteIsSeen(t *testing.T) {
	file := text(t, made(signer(t, 1), 4))
	for i := range file {
		for bit := range 8 {
			changed := bytes.Clone(file)
			changed[i] ^= 1 << bit
			if got, err := receipt.Verify(changed, nil); err == nil {
				t.Fatalf("byte %d, bit %d: holds: %s", i, bit, got)
			}
		}
	}
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	s := signer(t, 1)
	for name, c := range map[string]struct {
		change func(r *receipt.Receipt)
		want   string
	}{
		"an entry left out":         {func(r *receipt.Receipt) { r.Entries = slices.Delete(r.Entries, 2, 3) }, "entry 3 is missing or out of its order: entry 4"},
		"the last entry left out":   {func(r *receipt.Receipt) { r.Entries = r.Entries[:5] }, "entry 5 is the last, but the receipt is for version 6"},
		"two swapped":               {func(r *receipt.Receipt) { r.Entries[1], r.Entries[2] = r.Entries[2], r.Entries[1] }, "entry 2 is missing or out of its order: entry 3"},
		"two swapped and counted":   {func(r *receipt.Receipt) { e := r.Entries; e[1], e[2] = e[2], e[1]; e[1].Seq, e[2].Seq = 2, 3 }, "entry 2 does not follow"},
		"a field of a whole entry":  {func(r *receipt.Receipt) { r.Entries[3].Event = "sign" }, "entry 4 does not give its hash"},
		"its fact":                  {func(r *receipt.Receipt) { r.Entries[4].Inputs.Fact = "{}" }, "entry 5 does not give its hash"},
		"the hash of a hidden one":  {func(r *receipt.Receipt) { r.Entries[2].Hash = r.Head }, "entry 4 does not follow"},
		"a hash that is none":       {func(r *receipt.Receipt) { r.Entries[2].Hash = "x" }, "entry 3 has no hash"},
		"the day of one told":       {func(r *receipt.Receipt) { r.Entries[1].OccurredAt = "2026-01-01T00:00:00Z" }, "the signature does not match"},
		"inputs taken away":         {func(r *receipt.Receipt) { r.Entries[0].Inputs = nil }, "the signature does not match"},
		"the head replaced":         {func(r *receipt.Receipt) { r.Head = r.Entries[0].Hash }, "the head is not the hash of entry 6"},
		"the version":               {func(r *receipt.Receipt) { r.Version = 7 }, "for version 7"},
		"the state":                 {func(r *receipt.Receipt) { r.State = "settled" }, "the signature does not match"},
		"the agreement":             {func(r *receipt.Receipt) { r.AgreementHash = r.Head }, "the signature does not match"},
		"the signature":             {func(r *receipt.Receipt) { r.Signature = "" }, "the signature does not match"},
		"the key it brings":         {func(r *receipt.Receipt) { r.PublicKey = made(signer(t, 2), 1).PublicKey }, "is not the key that it names"},
		"no entries":                {func(r *receipt.Receipt) { r.Entries = nil }, "no entry 1"},
		"another form":              {func(r *receipt.Receipt) { r.Format = "fengqiao receipt 2" }, "the receipt's form"},
		"a short key":               {func(r *receipt.Receipt) { r.PublicKey, r.KeyID = "", "e3b0c44298fc1c14" }, "is not the key that it names"},
		"signed anew by somebody":   {func(r *receipt.Receipt) { r.State = "settled"; r.Sign(signer(t, 2), friday) }, "it is signed by another key"},
		"the whole of another case": {func(r *receipt.Receipt) { r.CaseID = "other" }, "entry 1 does not give its hash"},
	} {
		r := made(s, 6)
		c.change(&r)
		wrong(t, name, text(t, r), s.Public(), c.want)
	}
	file := text(t, made(s, 6))
	for n := range file {
		wrong(t, fmt.Sprint("cut after ", n), file[:n], nil, "the file is cut short")
	}
	wrong(t, "another key", file, signer(t, 2).Public(), "it is signed by another key: by "+vault.SigningKeyID(s.Current()))
	wrong(t, "more behind it", append(bytes.Clone(file), "{}"...), nil, "changed in its form")
	wrong(t, "a word beside what is signed", bytes.Replace(file, []byte(`{"format"`), []byte(`{"note":"x","format"`), 1), nil, "changed in its form")
	wrong(t, "a member said twice", bytes.Replace(file, []byte(`"state":`), []byte(`"state":"settled","state":`), 1), nil, "changed in its form")
	wrong(t, "a member in capitals", bytes.Replace(file, []byte(`"state":`), []byte(`"State":`), 1), nil, "changed in its form")
	wrong(t, "far too much", make([]byte, receipt.Largest+1), nil, "which no receipt has")
}

func TestAnEarlierReceiptIsTheBeginning(t *testing.T) {
	s := signer(t, 1)
	check := func(r receipt.Receipt, keys []ed25519.PublicKey) receipt.Checked {
		t.Helper()
		got, err := receipt.Verify(text(t, r), keys)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	forked := made(s, 3)
	forked.Entries[2].Hash = strings.Repeat("c", 64) // hidden, so that its hash alone stands there
	forked.Sign(s, friday)
	otherCase := made(s, 3)
	otherCase.CaseID, otherCase.Entries = "other", otherCase.Entries[1:2]
	otherCase.Entries[0].Seq, otherCase.Entries[0].Prev, otherCase.Version = 1, "", 1
	otherCase.Sign(s, friday)
	for name, c := range map[string]struct {
		earlier, later receipt.Receipt
		want           string
	}{
		"the beginning":      {made(s, 3), made(s, 6), ""},
		"the same":           {made(s, 6), made(s, 6), ""},
		"the wrong way":      {made(s, 6), made(s, 3), "entries are missing"},
		"another past":       {forked, made(s, 6), "entry 3 is not what it was"},
		"another case":       {otherCase, made(s, 6), "of another case"},
		"signed by a second": {made(signer(t, 2), 3), made(s, 6), "different keys"},
	} {
		later := check(c.later, nil)
		err := later.Extend(check(c.earlier, nil))
		if c.want == "" && (err != nil || !strings.Contains(later.String(), "is its beginning")) || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	turned := signer(t, 1, 2) // the ring after a rotation
	later := check(made(turned, 6), turned.Public())
	if err := later.Extend(check(made(s, 3), turned.Public())); err != nil {
		t.Error(err)
	}
}

func TestKeysAreReadAsPrintedAndAsAnswered(t *testing.T) {
	s := signer(t, 1, 2)
	answered, err := json.Marshal(receipt.Publish(s))
	if err != nil {
		t.Fatal(err)
	}
	printed := "# a comment\n"
	for _, k := range receipt.Publish(s).Items {
		printed += k.ID + " " + k.PublicKey + "\n"
	}
	for name, file := range map[string][]byte{"printed": []byte(printed), "answered": answered} {
		keys, err := receipt.ReadKeys(file)
		if err != nil || len(keys) != 2 || !keys[1].Equal(s.Current()) {
			t.Errorf("%s: %v %v", name, keys, err)
		}
	}
	for name, file := range map[string]string{"empty": "", "cut": string(answered[:30]), "another id": "0000000000000000 " + receipt.Publish(s).Items[0].PublicKey, "short": "x eA=="} {
		if keys, err := receipt.ReadKeys([]byte(file)); err == nil {
			t.Errorf("%s: %v", name, keys)
		}
	}
}

// Whatever it is given, it answers; and what it lets pass is what was signed.
func FuzzVerify(f *testing.F) {
	s := signer(f, 1)
	good := text(f, made(s, 4))
	for _, seed := range []string{"", "{", "null", "[]", "0", `"x"`, `{"entries":[null]}`, `{"entries":[{"inputs":{}}]}`, `{"version":1e99}`, "\x00\xff", strings.Repeat("[", 20000),
		`{"format":"fengqiao receipt 1","public_key":"AA==","entries":[{"seq":1}]}`, string(good), string(good[:len(good)/2])} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		got, err := receipt.Verify(file, s.Public())
		if err == nil && !bytes.Equal(text(t, got.Receipt), good) {
			t.Errorf("holds, but was never signed: %s", got)
		}
		_, _ = receipt.ReadKeys(file)
	})
}

// A slip holds what a code on paper can: the head, signed. Any change of it is told, and so is a record that does not go on from it.
func TestT9_ASlipIsCheckedWithoutTheServer(t *testing.T) {
	s := signer(t, 1)
	early := receipt.SlipOf(made(s, 2), s)
	got, err := receipt.VerifySlip([]byte(early+"\n"), s.Public())
	if err != nil || !receipt.IsSlip([]byte(early)) || got.Version != 2 || got.Reference != "K7QXM3PD" || len(early) > 240 {
		t.Fatalf("%q: %+v, %v", early, got, err)
	}
	for i, part := range strings.Fields(early) {
		changed := strings.Fields(early)
		changed[i] = "1" + part[1:]
		if part[0] == '1' {
			changed[i] = "3" + part[1:]
		}
		if got, err := receipt.VerifySlip([]byte(strings.Join(changed, " ")), s.Public()); err == nil {
			t.Errorf("part %d changed: %+v", i, got)
		}
	}
	for name, keys := range map[string][]ed25519.PublicKey{"no key": nil, "another key": signer(t, 2).Public()} {
		if _, err := receipt.VerifySlip([]byte(early), keys); err == nil {
			t.Errorf("holds with %s", name)
		}
	}
	later, err := receipt.Verify(text(t, made(s, 4)), s.Public())
	if err != nil || later.ExtendSlip(got) != nil {
		t.Errorf("the later record does not go on from it: %v, %v", err, later.ExtendSlip(got))
	}
	first, err := receipt.Verify(text(t, made(s, 1)), s.Public())
	if err != nil || first.ExtendSlip(got) == nil {
		t.Errorf("a record that was cut goes on from it: %v", err)
	}
	rewritten := got
	rewritten.Head = strings.Repeat("0", 32)
	if later.ExtendSlip(rewritten) == nil {
		t.Error("a rewritten record goes on from it")
	}
}
