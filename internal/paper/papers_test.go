package paper_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/housetest"
)

type m = housetest.M

func forms(a housetest.Answer, which string) (out []string) {
	items, _ := a.Value("items").([]any)
	for _, one := range items {
		i := one.(map[string]any)
		if which == "missing" && i["missing"] == true || which == "exists" && i["exists"] == true && i["need"] != "outside" {
			out = append(out, i["paper"].(string))
		}
	}
	return out
}

func attach(h housetest.Hand, c *housetest.Case, name, paper string) {
	h.SendAny("POST", "/cases/"+c.ID+"/attachments", housetest.File{Name: name, Content: housetest.Pixel, Paper: paper}).Is(http.StatusCreated)
	h.Sees(c)
}

// A dossier grows with its case: the list says what is there and what is missing, in the order of the handbook.
func TestThePapersOfACaseGrowWithIt(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		if got := forms(su.Get("/cases/"+c.ID+"/papers").Is(200), "missing"); !slices.Equal(got, []string{"f5", "identity", "f9", "f10"}) {
			t.Errorf("a new case lacks %v", got)
		}
		su.Performed(c, town.Su)
		su.Does(c, "follow-up", m{"visited_on": town.Today(), "visitor": "洪国荣", "satisfied": 5, "performed": true}).Is(200)
		attach(su, c, "身份证.png", "identity")
		attach(su, c, "签好的协议.png", "f10")
		list := su.Get("/cases/" + c.ID + "/papers").Is(200)
		if got := forms(list, "exists"); !slices.Equal(got, []string{"f1", "f2", "f3", "f5", "identity", "f9", "f10", "f12", "f15"}) {
			t.Errorf("a performed case has %v", got)
		}
		if got := forms(list, "missing"); len(got) > 0 {
			t.Errorf("and lacks %v", got)
		}
		page := su.Get("/cases/" + c.ID + "/papers/f10").Is(200)
		for _, text := range []string{"人民调解协议书", "林秀英", "陈志强", "1,800.00元（大写：人民币壹仟捌佰元整）", c.Last.Text("case_no"), c.Last.Text("agreements.0.text_hash")} {
			if !page.Holds(text) {
				t.Errorf("the agreement lacks %s", text)
			}
		}
		if policy := page.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "style-src 'sha256-") || strings.Contains(policy, "unsafe") {
			t.Errorf("policy %s", policy)
		}
		if again := su.Get("/cases/" + c.ID + "/papers/f10"); !bytes.Equal(again.Body, page.Body) {
			t.Error("the same paper is drawn otherwise")
		}
		if small, large := su.Get("/cases/"+c.ID+"/papers/f2"), su.Get("/cases/"+c.ID+"/papers/F2").Is(200); !bytes.Equal(small.Body, large.Body) || !large.Holds("人民调解回访记录") {
			t.Error("the contents by their name in capitals are empty")
		}
		if word := su.Get("/cases/" + c.ID + "/papers/f10?format=docx").Is(200); !bytes.HasPrefix(word.Body, []byte("PK")) {
			t.Error("no Word file")
		}
		su.Get("/cases/" + c.ID + "/papers/f10?format=rtf").Is(http.StatusUnprocessableEntity)
		su.Get("/cases/" + c.ID + "/papers/f10?format=pdf").Is(http.StatusServiceUnavailable) // the town has no browser
		su.Get("/cases/" + c.ID + "/papers/f11").Is(http.StatusNotFound)
		su.Get("/cases/" + c.ID + "/papers/f99").Is(http.StatusNotFound)
		if blank := su.Get("/cases/" + c.ID + "/papers/f11?blank=true").Is(200); blank.Holds("林秀英") || !blank.Holds(c.Last.Text("case_no")) {
			t.Error("a blank form")
		}
	})
}

// The dossier as one archive: every paper in its order, the photographs behind their forms, and the print of each file.
func TestADossierIsWholeAndCanBeChecked(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files(m{"respondents": []m{{"name": "陈䶮𠅤", "phone": "13900139000"}}})
		su.Performed(c, town.Su)
		attach(su, c, "签好的协议.png", "f10")
		attach(su, c, "天花板.png", "")
		a := su.Get("/cases/" + c.ID + "/dossier").Is(200)
		z, err := zip.NewReader(bytes.NewReader(a.Body), int64(len(a.Body)))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		sums := map[string]string{}
		var manifest string
		for _, e := range z.File {
			r, err := e.Open()
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			if e.Name == "manifest.sha256" {
				manifest = string(body)
				continue
			}
			sum := sha256.Sum256(body)
			sums[e.Name] = hex.EncodeToString(sum[:])
			names = append(names, e.Name)
		}
		for name, sum := range sums {
			if !strings.Contains(manifest, sum+"  "+name+"\n") {
				t.Errorf("the manifest lacks %s", name)
			}
		}
		if lines := strings.Count(manifest, "\n"); lines != len(names) {
			t.Errorf("%d lines of %d files", lines, len(names))
		}
		signed := slices.IndexFunc(names, func(n string) bool { return strings.HasSuffix(n, "人民调解协议书（签署件）.png") })
		if signed < 1 || !strings.Contains(names[signed-1], "人民调解协议书.") {
			t.Errorf("the photograph does not follow its form: %v", names)
		}
		if !slices.ContainsFunc(names, func(n string) bool { return strings.Contains(n, "陈䶮𠅤") }) {
			t.Errorf("rare letters are lost: %v", names)
		}
		if again := su.Get("/cases/" + c.ID + "/dossier"); !bytes.Equal(again.Body, a.Body) {
			t.Error("the same dossier is another archive")
		}
		su.Get("/cases/" + c.ID + "/dossier?format=rar").Is(http.StatusUnprocessableEntity)
	})
}

// Who may have papers: those who work the case, the chair, the station; parties their own; no bureau.
func TestPapersAreForThoseWhoWorkTheCaseAndItsParties(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files(m{"respondents": []m{{"name": "陈志强", "phone": "13900139000", "id_number": "440524188001010014", "address": "少林社区 1 号 301"}}})
		su.Met(c, town.Su)
		su.Does(c, "open-session", caucus(c)).Is(200)
		su.Does(c, "fix-agreement", c.Terms()).Is(200)
		hash := c.Last.Text("agreements.0.text_hash")
		for _, who := range []m{{"party_id": c.Applicant}, {"party_id": c.Respondent}, {"mediator_id": town.Su.Mediator}, {"seal": true}} {
			who["kind"], who["text_hash"] = "wet_ink", hash
			su.Does(c, "sign", who).Is(200)
		}
		for _, p := range []*housetest.Person{town.Su, town.Zheng, town.Station} {
			town.As(p).Get("/cases/" + c.ID + "/papers/f10").Is(200)
			town.As(p).Get("/cases/" + c.ID + "/dossier").Is(200)
		}
		for _, p := range []*housetest.Person{town.County, town.Bureau, town.System, town.Court, town.Housing, town.OtherChair, town.FarStation, town.Wang} {
			for _, path := range []string{"/papers", "/papers/f10"} {
				town.As(p).Get("/cases/" + c.ID + path).Is(http.StatusNotFound)
			}
			if a := town.As(p).Get("/cases/" + c.ID + "/dossier"); a.Status != 403 && a.Status != 404 {
				t.Errorf("%s takes the dossier: %d", p.Name, a.Status)
			}
		}
		party := town.Party(c, c.Code)
		if got := forms(party.Get("/cases/"+c.ID+"/papers").Is(200), "exists"); !slices.Equal(got, []string{"f3", "f5", "f10"}) {
			t.Errorf("a party sees %v", got)
		}
		for _, form := range []string{"f3", "f5", "f10", "f13"} {
			a := party.Get("/cases/" + c.ID + "/papers/" + form).Is(200)
			for _, secret := range []string{"13900139000", "440524188001010014", "1 号 301"} {
				if a.Holds(secret) {
					t.Errorf("%s tells the applicant %s", form, secret)
				}
			}
		}
		for _, form := range []string{"f1", "f4", "f7", "f8", "f9", "f12", "f14", "f16", "f17b"} {
			party.Get("/cases/" + c.ID + "/papers/" + form).Is(http.StatusNotFound)
		}
		party.Get("/cases/" + c.ID + "/dossier").Is(http.StatusForbidden)
		if whole := su.Get("/cases/" + c.ID + "/papers/f9").Is(200); whole.Holds("只对调解员说") {
			t.Error("a caucus stands in a record")
		}
	})
}

// caucus is the record of a caucus with the applicant.
func caucus(c *housetest.Case) m {
	s := c.Sitting()
	s["kind"], s["attending"], s["record"] = "caucus", []string{c.Applicant}, "只对调解员说的话。"
	return s
}

// A restricted case is for those who work it: the station, which sees no names of it, gets no papers.
func TestM11_TheStationGetsNoPapersOfARestrictedCase(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files(m{"respondents": []m{{"name": "陈志强", "phone_reason": "不知道", "born_on": "2013-03-07"}}})
		town.As(town.Station).Get("/cases/" + c.ID + "/papers").Is(http.StatusForbidden)
		town.As(town.Station).Get("/cases/" + c.ID + "/dossier").Is(http.StatusForbidden)
		town.As(town.Su).Get("/cases/" + c.ID + "/papers").Is(200)
	})
}

// On the pages: a mediator reads, prints and attaches; a party finds its own.
func TestThePagesOfPapers(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su, d := town.As(town.Su), housetest.OnDoorstep(town)
		c := town.As(town.Lin).Files(m{"applicant": m{"kind": "person", "name": "林秀英", "phone": "13800138000", "address": "少林社区 1 号 201"}})
		su.Signed(c, town.Su)
		r := d.Enters(town.Su).Opens("/desk/cases/" + c.ID)
		r.Reads("文书和卷宗")
		r.Opens("/desk/cases/"+c.ID+"/papers").Reads("人民调解协议书", "导出整卷", "缺", "身份证明")
		r.Opens("/desk/cases/"+c.ID+"/papers/f10").Reads("一式3份", "另存为 PDF", "下载 Word")
		r.Opens("/desk/cases/" + c.ID + "/papers/f10?format=pdf").Reads("这台服务器不能制作 PDF")
		r.Opens("/desk/cases/"+c.ID+"/papers/f12?blank=1").Reads("空白表", "回访人").ReadsNot("林秀英与")
		r.Opens("/desk/cases/"+c.ID+"/papers/f5?n=2").Reads("被告知人", "陈志强", "同一种文书还有")
		r.Opens("/desk/cases/"+c.ID+"/attach?paper=f10").Uploads("协议.png", []byte(housetest.Pixel), "kind", "99", "paper", "f10").Is(200, "/desk/cases/"+c.ID+"?done=desk_attach")
		r.Opens("/desk/cases/" + c.ID + "/papers").Reads("签署件：协议.png")
		mine := d.Enters(town.Lin).Opens("/mine/" + c.ID)
		mine.Reads("文书")
		mine.Opens("/mine/"+c.ID+"/papers").Reads("您的文书", "人民调解协议书").ReadsNot("导出整卷", "回访记录")
		mine.Opens("/mine/"+c.ID+"/papers/f10").Reads("林秀英", "（不在此显示）")
		for _, path := range []string{"/desk/cases/" + c.ID + "/papers", "/desk/cases/" + c.ID + "/papers/f10", "/desk/cases/" + c.ID + "/dossier"} {
			if a := town.As(town.County).Page("GET", path, nil); a.Status != http.StatusForbidden && a.Status != http.StatusNotFound {
				t.Errorf("the bureau at %s: %d", path, a.Status)
			}
		}
		if a := town.As(town.Su).Page("GET", "/desk/cases/"+c.ID+"/papers/f10?format=docx", nil); a.Status != 200 || !strings.Contains(a.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("a Word file: %d %s", a.Status, fmt.Sprint(a.Header))
		}
	})
}

// An agent fetches papers as far as its power of attorney goes, C12.
func TestC12_AnAgentTakesPapersWithThePowerForIt(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		for scopes, status := range map[string]int{"papers": 200, "evidence": http.StatusConflict} {
			c := town.As(nil).Files()
			su.Does(c, "add-helper", m{"party_id": c.Applicant, "kind": "agent", "name": "林志远", "id_number": "440524188001010014", "phone": "13700137000", "scopes": []string{scopes}, "dated": town.Today(), "signature_kind": "wet_ink"}).Is(200)
			helper := c.Last.Text("helpers.0.id")
			a := su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Applicant, "helper_id": helper, "channel": "letter"}).Is(http.StatusCreated)
			agent := town.Party(c, a.Text("letter.code"))
			if got := agent.Get("/cases/" + c.ID + "/papers"); got.Status != status {
				t.Errorf("an agent for %s: %d %s", scopes, got.Status, got.Body)
			}
		}
	})
}

// Whoever asks for the head alone gets the head of what a GET would give, and no body.
func TestTheHeadOfAPaperIsAnswered(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		for _, path := range []string{"/cases/" + c.ID + "/papers", "/cases/" + c.ID + "/papers/f3", "/cases/" + c.ID + "/papers/f3?format=docx", "/cases/" + c.ID + "/dossier"} {
			whole, head := su.Get(path).Is(200), su.Send("HEAD", path, nil)
			if head.Status != 200 || head.Header.Get("Content-Type") != whole.Header.Get("Content-Type") || head.Header.Get("Content-Disposition") != whole.Header.Get("Content-Disposition") {
				t.Errorf("HEAD %s: %d %v", path, head.Status, head.Header)
			}
		}
		if a := su.Send("HEAD", "/cases/"+c.ID+"/papers/f3", nil); len(a.Body) > 0 {
			t.Errorf("a head with a body of %d bytes", len(a.Body))
		}
		su.Send("HEAD", "/cases/"+c.ID+"/papers/f11", nil).Is(http.StatusNotFound)
		for path, status := range map[string]int{"/papers/f3": 200, "/papers/f3?format=docx": 200, "/dossier": 200, "/papers/f11": 404} {
			if a := su.Page("HEAD", "/desk/cases/"+c.ID+path, nil); a.Status != status {
				t.Errorf("HEAD of the page %s: %d", path, a.Status)
			}
		}
	})
}

// What no program of ours writes is refused by name on the pages as it is in the API, and only 1 asks for a blank form.
func TestAPageOfAPaperTakesTheFormatsThereAre(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		at := "/desk/cases/" + c.ID + "/papers/f3"
		for query, want := range map[string]int{"": 200, "?format=html": 200, "?format=docx": 200, "?format=rtf": 422, "?format=PDF": 422, "?blank=0": 200} {
			a := su.Page("GET", at+query, nil)
			if a.Status != want {
				t.Errorf("%s: %d", query, a.Status)
			}
			if want == 422 && !a.Holds("请选择") {
				t.Errorf("%s does not say what may be chosen", query)
			}
		}
		if a := su.Page("GET", at+"?blank=0", nil); !a.Holds("林秀英") {
			t.Error("blank=0 gives a blank form")
		}
		if a := su.Page("GET", at+"?blank=1", nil); a.Status != 200 || a.Holds("申请人：林秀英") || !a.Holds("空白表") {
			t.Error("blank=1 gives no blank form")
		}
	})
}

// F12 names the party that was visited.
func TestTheRecordOfAVisitNamesWhoWasVisited(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Signed(c, town.Su)
		visit := m{"visited_on": town.Today(), "visitor": "洪国荣", "satisfied": 5, "performed": true}
		named := func() (cell string) {
			_, after, _ := strings.Cut(string(su.Get("/cases/"+c.ID+"/papers/f12?n=1").Is(200).Body), "被回访当事人")
			cell, _, _ = strings.Cut(after, "协议编号")
			return cell
		}
		visit["party_ids"] = []string{c.Applicant}
		su.Does(c, "follow-up", visit).Is(200)
		if got := c.Last.Text("follow_ups.0.party_ids.0"); got != c.Applicant {
			t.Errorf("the visit was to %q", got)
		}
		if cell := named(); !strings.Contains(cell, "林秀英") || strings.Contains(cell, "陈志强") {
			t.Errorf("the record of the visit names %s", cell)
		}
		visit["party_ids"] = []string{c.ID}
		su.Does(c, "follow-up", visit).Is(http.StatusUnprocessableEntity)
		visit["party_ids"] = []string{c.Applicant, c.Applicant}
		su.Does(c, "follow-up", visit).Is(http.StatusUnprocessableEntity)
		r := housetest.OnDoorstep(town).Enters(town.Su).Opens("/desk/cases/" + c.ID + "/follow-up")
		r.Reads("被回访当事人", "林秀英", "陈志强")
		r.Says("visited_on", string(town.Today()), "visitor", "苏惠敏", "performed", "yes", "party_ids", c.Respondent).Is(200, "/desk/cases/"+c.ID+"?done=desk_follow_up").Reads("回访 陈志强")
	})
}

// C9: a file that is marked as a form which the case does not have lies in the dossier all the same, and in its contents.
func TestC9_NoFileIsLeftOutOfTheDossier(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		c := town.As(nil).Files()
		su.Signed(c, town.Su)
		attach(su, c, "误标的登记表.png", "f11")
		attach(su, c, "受理表.png", "f4")
		list := su.Get("/cases/" + c.ID + "/papers").Is(200)
		if got := forms(list, "exists"); !slices.Contains(got, "f11") || !slices.Contains(got, "f4") {
			t.Errorf("the dossier has %v", got)
		}
		if !list.Holds("stands in the contents all the same") {
			t.Error("nothing says that the form is not the case's")
		}
		contents := su.Get("/cases/" + c.ID + "/papers/f2").Is(200)
		if !contents.Holds("人民调解口头协议登记表（签署件）") || !contents.Holds("人民调解受理登记表（签署件）") {
			t.Error("a file is in no line of the contents")
		}
	})
}
