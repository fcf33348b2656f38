package paper

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"html"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/authz"
	"fengqiao/internal/casework"
)

var update = flag.Bool("update", false, "write golden files")

// Each form from fixed cases, as it is read: between two people and with an organisation; in writing, by word of mouth, and
// without an agreement.
func TestEachPaperIsWhatTheHandbookSays(t *testing.T) {
	s := service(t)
	for _, against := range []string{"person", "organisation"} {
		for _, how := range []string{"written", "oral", "failed"} {
			t.Run(against+"_"+how, func(t *testing.T) {
				f := dossierOf(against, how)
				f.volume(pagination{})
				var out strings.Builder
				for _, form := range formNames {
					sheets, err := f.papers(form.form, false)
					if err != nil {
						fmt.Fprintf(&out, "===== %s %s: 没有\n\n", form.form, form.title)
						continue
					}
					for _, p := range sheets {
						body, err := s.body(p)
						if err != nil {
							t.Fatal(err)
						}
						fmt.Fprintf(&out, "===== %s %s\n%s\n\n", form.form, p.Name(), prose(string(body)))
					}
				}
				golden(t, against+"_"+how+".txt", out.String())
			})
		}
	}
}

func TestABlankFormHoldsTheNumberAndNothingElse(t *testing.T) {
	s := service(t)
	var out strings.Builder
	f := dossierOf("person", "written")
	for _, form := range formNames {
		sheets, err := f.papers(form.form, true)
		if err != nil {
			t.Fatalf("%s: %v", form.form, err)
		}
		body, err := s.body(sheets[0])
		if err != nil {
			t.Fatal(err)
		}
		text := prose(string(body))
		for _, secret := range []string{rareOne, rareOther, "13800138000", "漏水", "苏惠敏", "1号201", "贰仟"} {
			if strings.Contains(text, secret) {
				t.Errorf("the blank %s holds %q", form.form, secret)
			}
		}
		fmt.Fprintf(&out, "===== %s\n%s\n\n", form.form, text)
	}
	golden(t, "blank.txt", out.String())
	f.CaseNo = ""
	sheets, err := f.papers("f3", true)
	if err != nil || !strings.Contains(sheets[0].Number, "登20260306-001") || !strings.Contains(sheets[0].Number, "第　　　号") {
		t.Errorf("a number that is not given yet: %v %v", sheets, err)
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := errors.Join(os.MkdirAll("testdata", 0o755), os.WriteFile(path, []byte(got), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s is not what is drawn; run with -update and read the difference", path)
	}
}

var (
	tags   = regexp.MustCompile(`<[^>]*>`)
	breaks = regexp.MustCompile(`</(tr|p|h1|h2|li|div|footer)>|<div class="rule">`)
	cells  = regexp.MustCompile(`</(td|th|span)>`)
	spaces = regexp.MustCompile(`[ \t]+`)
)

// prose is what a sheet says, line by line.
func prose(sheet string) string {
	text := breaks.ReplaceAllStringFunc(strings.ReplaceAll(sheet, "\n", " "), func(m string) string {
		if strings.HasPrefix(m, "<div") {
			return "____"
		}
		return "\n"
	})
	text = html.UnescapeString(tags.ReplaceAllString(cells.ReplaceAllString(text, " | "), ""))
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.Trim(spaces.ReplaceAllString(line, " "), " |"); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// The same case gives the same bytes; and every letter comes through, in the page, in the Word file and in names.
func TestTheSamePapersGiveTheSameBytes(t *testing.T) {
	s := service(t)
	for _, form := range formNames {
		var html, word [2][]byte
		for i := range 2 {
			f := dossierOf("person", "written")
			f.volume(pagination{})
			sheets, err := f.papers(form.form, false)
			if err != nil {
				continue
			}
			var buf bytes.Buffer
			if html[i], err = s.document("x", drawnOf(sheets)); err != nil {
				t.Fatal(err)
			}
			if err := Word(&buf, sheets); err != nil {
				t.Fatal(err)
			}
			word[i] = buf.Bytes()
		}
		if !bytes.Equal(html[0], html[1]) || !bytes.Equal(word[0], word[1]) {
			t.Errorf("%s is drawn otherwise the second time", form.form)
		}
	}
}

func TestRareLettersComeThroughEveryFace(t *testing.T) {
	s := service(t)
	f := dossierOf("person", "written")
	sheets, err := f.papers("f10", false)
	if err != nil {
		t.Fatal(err)
	}
	page, err := s.document("x", drawnOf(sheets))
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := Word(&buf, sheets); err != nil {
		t.Fatal(err)
	}
	for _, letter := range []string{"㛃", "䶮", "𠅤"} {
		if !strings.Contains(string(page), letter) || !strings.Contains(wordText(t, buf.Bytes()), letter) {
			t.Errorf("%s is lost", letter)
		}
		if plainName("告知书（"+letter+"）/..") != "告知书（"+letter+"）_" {
			t.Errorf("a name: %q", plainName("告知书（"+letter+"）/.."))
		}
	}
}

// wordText is the text of a Word file; each part of it must be whole XML.
func wordText(t *testing.T, file []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, e := range z.File {
		r, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(r)
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", e.Name, err)
			}
			if c, ok := token.(xml.CharData); ok && e.Name == "word/document.xml" {
				text.Write(c)
			}
		}
	}
	return text.String()
}

// P4: on no paper that a party gets stands what is known of the other side beyond its name.
func TestAPartysPapersKeepTheOtherSidesData(t *testing.T) {
	s := service(t)
	for _, me := range []struct {
		who, other casework.Party
	}{{dossierOf("person", "written").Sides[0], dossierOf("person", "written").Sides[1]}, {dossierOf("person", "written").Sides[1], dossierOf("person", "written").Sides[0]}} {
		f := dossierOf("person", "written")
		f.Seen, f.Me = authz.Party, me.who.ID
		f.Helpers = slices.DeleteFunc(f.Helpers, func(h casework.Helper) bool { return h.PartyID != me.who.ID })
		var forms []string
		for _, i := range f.items() {
			for _, p := range i.Sheets {
				forms = append(forms, p.Form)
				body, err := s.body(p)
				if err != nil {
					t.Fatal(err)
				}
				for _, secret := range []string{me.other.Phone, me.other.Address, me.other.IDNumber} {
					if secret != "" && strings.Contains(string(body), secret) {
						t.Errorf("%s of %s holds %s", p.Form, me.who.Name, secret)
					}
				}
				if p.Form == "f10" && (!strings.Contains(string(body), me.other.Name) || !strings.Contains(string(body), me.who.Phone)) {
					t.Errorf("the agreement of %s lacks a name or its own data", me.who.Name)
				}
			}
		}
		want := []string{"f5", "f10", "f13"}
		if me.who.Role == casework.Applicant {
			want = []string{"f3", "f5", "f6", "f10", "f13"}
		}
		if !slices.Equal(forms, want) {
			t.Errorf("%s sees %v, want %v", me.who.Name, forms, want)
		}
		for _, form := range []string{"f4", "f7", "f9", "f12", "f14", "f16", "f17b"} {
			if _, err := f.papers(form, false); err == nil {
				t.Errorf("a party gets %s", form)
			}
		}
	}
}

// M11: where a party is kept safe no paper names its home, since the other side gets the papers too.
func TestM11_AHiddenAddressIsOnNoPaper(t *testing.T) {
	s := service(t)
	f := dossierOf("person", "written")
	f.Sides[0].AddressHidden = true
	f.volume(pagination{})
	for _, form := range formNames {
		sheets, _ := f.papers(form.form, false) // there is no failure among them
		for _, p := range sheets {
			if body, err := s.body(p); err != nil || strings.Contains(string(body), "1号201") {
				t.Errorf("%s names the home: %v", form.form, err)
			}
		}
	}
}

func TestC9_TheContentsAreWhatIsThere(t *testing.T) {
	f := dossierOf("person", "written")
	parts := f.parts()
	pages := pagination{Begins: map[string]int{}, Total: len(parts) + 3}
	for i, p := range parts {
		pages.Begins[p.Anchor] = i + 1 // the last has four pages
	}
	parts = f.volume(pages)
	if wrong, found := f.checked(parts, pages); found {
		t.Errorf("a whole dossier: %s", wrong.Says.ZH)
	}
	if f.total != len(parts)-2+3 || f.contents[0].Page != 1 || f.contents[len(f.contents)-1].Page != len(parts)-2 {
		t.Errorf("%d pages, contents %v", f.total, f.contents)
	}
	if wrong, found := f.checked(parts[:len(parts)-1], pages); !found || wrong.ID != "C9" {
		t.Error("a paper is gone and nobody says so")
	}
	f.total--
	if wrong, found := f.checked(parts, pages); !found || !strings.Contains(wrong.Says.ZH, "页") {
		t.Error("a page is gone and nobody says so")
	}
}

// The order of a dossier, and what each kind of case must have.
func TestADossierHasItsOrder(t *testing.T) {
	for how, want := range map[string]string{
		"written": "0f1 0f2 1f3 2f5 3identity 4f6 5f7 6f8 7f9 8f10 9performance 10f12 11f13 11decision 12f17b 12f14 12f16 13f15",
		"oral":    "0f1 0f2 1f3 2f5 3identity 4f6 5f7 6f8 7f9 8f11 9performance 10f12 11decision 12f17b 12f14 12f16 13f15",
		"failed":  "0f1 0f2 1f3 2f5 3identity 4f6 5f7 6f8 7f9 8f17c 9performance 10f12 11decision 12f17b 12f14 12f16 13f15",
	} {
		f := dossierOf("person", how)
		var got []string
		for _, i := range f.items() {
			if i.Need != Outside {
				got = append(got, fmt.Sprint(i.Place)+i.Paper)
			}
			if i.Missing {
				t.Errorf("%s: %s is missing", how, i.Paper)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %s", how, strings.Join(got, " "))
		}
	}
	f := dossierOf("person", "written")
	f.Attachments = f.Attachments[:1]
	f.Sides[1].NoticeAt = nil
	f.Sittings = f.Sittings[:1]
	var missing []string
	for _, i := range f.items() {
		if i.Missing {
			missing = append(missing, i.Paper)
		}
	}
	if !slices.Equal(missing, []string{"f5", "identity", "f9"}) {
		t.Errorf("missing: %v", missing)
	}
}

// A photograph of the signed sheet follows its form.
func TestAPhotographFollowsItsForm(t *testing.T) {
	f := dossierOf("person", "written")
	f.Attachments = append(f.Attachments, casework.Attached{Paper: "f10", Name: "协议.jpg", MediaType: "image/jpeg"})
	var names []string
	for _, p := range f.parts() {
		names = append(names, p.Name)
	}
	i := slices.Index(names, "人民调解协议书")
	if i < 0 || names[i+1] != "人民调解协议书（签署件）" {
		t.Errorf("the order: %v", names)
	}
}

// M11: where a home is kept safe, so is where somebody works: both stand in one place of the papers.
func TestM11_AHiddenAddressHidesTheEmployerToo(t *testing.T) {
	f := dossierOf("person", "written")
	f.Sides[0].AddressHidden, f.Sides[0].Employer = true, "东湖第一小学"
	for _, form := range formNames {
		sheets, _ := f.papers(form.form, false) // there is no failure among them
		for _, p := range sheets {
			if body, err := service(t).body(p); err != nil || strings.Contains(string(body), "东湖第一小学") {
				t.Errorf("%s names where she works: %v", form.form, err)
			}
		}
	}
}

// An application to a court that nobody made is offered to be printed, and is no part of the dossier.
func TestADossierHoldsNoApplicationThatNobodyMade(t *testing.T) {
	need := func(f *file) Need {
		items := f.items()
		return items[slices.IndexFunc(items, func(i Item) bool { return i.Form == "f13" })].Need
	}
	f := dossierOf("person", "written")
	if need(f) != AsNeeded {
		t.Error("an application that was made")
	}
	f.Courts = nil
	if _, err := f.papers("f13", false); err != nil || need(f) != Outside {
		t.Errorf("within the thirty days: %v, %s", err, need(f))
	}
	f.Attachments = append(f.Attachments, casework.Attached{Paper: "f13", Name: "申请.jpg", MediaType: "image/jpeg"})
	if need(f) != AsNeeded {
		t.Error("signed and photographed back")
	}
}

// What a party photographs and calls a signed form says who gave it, and does not stand for a form that must be there.
func TestAPartysPhotographIsNoFormOfItsOwn(t *testing.T) {
	f := dossierOf("person", "written")
	f.Agreement, f.Outcome, f.State = nil, "", casework.InMediation
	f.Attachments = append(f.Attachments, casework.Attached{Paper: "f10", Name: "协议.jpg", MediaType: "image/jpeg", PartyID: lin})
	for _, i := range f.items() {
		if i.Form == "f10" && !i.Missing {
			t.Error("a party's photograph stands for the agreement")
		}
	}
	if !slices.ContainsFunc(f.parts(), func(p Part) bool { return p.Name == "人民调解协议书（"+rareOne+"提供）" }) {
		t.Error("nothing says who gave it")
	}
}

// A name that turns around on a screen, or hides a part of itself, is no name of a file.
func TestANameOfAFileHidesNothing(t *testing.T) {
	if got := plainName("甲\u202egpj.exe\u200b乙"); got != "甲gpj.exe乙" {
		t.Errorf("a name that turns around: %q", got)
	}
}

// F13: an agreement whose text was never fixed here, as one that was entered from a ledger, leaves its day to the hand.
func TestTheApplicationToTheCourtLeavesAnUnknownDayBlank(t *testing.T) {
	f := dossierOf("person", "written")
	f.Agreement.FixedAt = nil
	sheets, err := f.papers("f13", false)
	if err != nil {
		t.Fatal(err)
	}
	body, err := service(t).body(sheets[0])
	if err != nil || strings.Contains(string(body), "申请人于经") || !strings.Contains(string(body), "申请人于　　　　年　　月　　日经") {
		t.Errorf("the request: %v", err)
	}
	f.Agreement = nil
	if sheets, err = f.papers("f13", false); err == nil {
		if body, _ = service(t).body(sheets[0]); strings.Contains(string(body), "申请人于经") {
			t.Error("a request without a day")
		}
	}
}
