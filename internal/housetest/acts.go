package housetest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"

	"fengqiao/internal/app"
	"fengqiao/internal/ident"
)

// Hand is somebody about to act over HTTP.
type Hand struct {
	town   *Town
	token  string
	plain  bool // does not show who it is when it is asked to
	header http.Header
	from   string // address; empty for the one of everybody
}

// As is somebody of the town; nil is anybody, not signed in.
func (town *Town) As(p *Person) Hand {
	if p == nil {
		return Hand{town: town}
	}
	town.mu.Lock()
	defer town.mu.Unlock()
	if p.token == "" {
		answer := Hand{town: town}.Post("/sessions", M{"login": p.Login, "password": Password})
		answer.Is(http.StatusCreated)
		p.token = answer.Text("token")
	}
	return Hand{town: town, token: p.token}
}

// Elsewhere is somebody of the town who signs in at another program, over a database that has the same people; nobody signs in as nobody.
func (town *Town) Elsewhere(a *app.App, p *Person) Hand {
	town.t.Helper()
	there := &Town{t: town.t, Store: a.Store, Clock: town.Clock, App: a, handler: a.Handler(), Home: town.Home}
	if p == nil {
		return Hand{town: there}
	}
	answer := Hand{town: there}.Post("/sessions", M{"login": p.Login, "password": Password}).Is(http.StatusCreated)
	return Hand{town: there, token: answer.Text("token")}
}

// Party is a party of a case who came by reference and code.
func (town *Town) Party(c *Case, code string) Hand {
	town.t.Helper()
	answer := Hand{town: town}.Post("/access", M{"reference": c.Reference, "code": code})
	answer.Is(http.StatusCreated)
	return Hand{town: town, token: answer.Text("token")}
}

// M is a JSON object.
type M = map[string]any

// With sends a header along.
func (h Hand) With(name, value string) Hand {
	header := h.header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set(name, value)
	h.header = header
	return h
}

// From acts from another address: who sends much from one is slowed down.
func (h Hand) From(address string) Hand {
	h.from = address + ":4711"
	return h
}

// Get reads a path below /api/v1.
func (h Hand) Get(path string) Answer { return h.Send("GET", path, nil) }

// Post sends a JSON body to a path below /api/v1.
func (h Hand) Post(path string, body any) Answer { return h.Send("POST", path, body) }

// File is sent as multipart.
type File struct {
	Name, Content string
	Paper         string // of the dossier that it is, if any
	Committee     string // whose it is, where that is said
}

// Pixel is the content of a picture that is right in every way, as text.
var Pixel = Dot(0)

// Dot is a Pixel of some grey: each grey has other bytes.
func Dot(grey byte) string {
	var b bytes.Buffer
	dot := image.NewGray(image.Rect(0, 0, 1, 1))
	dot.Pix[0] = grey
	if err := png.Encode(&b, dot); err != nil {
		panic(err)
	}
	return b.String()
}

// SendAny sends a JSON body, a File, or nothing.
func (h Hand) SendAny(method, path string, body any) Answer {
	h.town.t.Helper()
	f, isFile := body.(File)
	if !isFile {
		return h.Send(method, path, body)
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	h.town.must(w.SetBoundary("fengqiao-fixed-boundary")) // the same file is the same body
	part, err := w.CreateFormFile("file", f.Name)
	h.town.must(err)
	_, err = io.WriteString(part, f.Content)
	h.town.must(err)
	for _, field := range [][2]string{{"paper", f.Paper}, {"committee_id", f.Committee}} {
		if field[1] != "" {
			h.town.must(w.WriteField(field[0], field[1]))
		}
	}
	h.town.must(w.Close())
	return h.send(method, path, &b, w.FormDataContentType())
}

// SendForm sends texts, and a file where it has a name, as multipart.
func (h Hand) SendForm(method, path string, texts map[string]string, f File) Answer {
	h.town.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if f.Name != "" {
		part, err := w.CreateFormFile("file", f.Name)
		h.town.must(err)
		_, err = io.WriteString(part, f.Content)
		h.town.must(err)
	}
	for name, text := range texts {
		h.town.must(w.WriteField(name, text))
	}
	h.town.must(w.Close())
	return h.send(method, path, &b, w.FormDataContentType())
}

// Send sends a JSON body, or nothing.
func (h Hand) Send(method, path string, body any) Answer {
	h.town.t.Helper()
	var content []byte
	if body != nil {
		var err error
		if content, err = json.Marshal(body); err != nil {
			h.town.t.Fatal(err)
		}
	}
	kind := ""
	if body != nil {
		kind = "application/json"
	}
	return h.send(method, path, bytes.NewReader(content), kind)
}

// Plain is a hand that is told so when a step asks for a fresh proof of who it is; others give it and go on.
func (h Hand) Plain() Hand {
	h.plain = true
	return h
}

// proven tries something, and once more after showing who it is where that was asked for.
func (h Hand) proven(asked func(Answer) bool, try func() Answer) Answer {
	answer := try()
	if h.plain || !asked(answer) {
		return answer
	}
	proof := h
	proof.plain, proof.header = true, nil
	proof.Post("/sessions/current/confirm", M{"password": Password}).Is(http.StatusNoContent)
	return try()
}

func (h Hand) send(method, path string, body io.Reader, kind string) Answer {
	h.town.t.Helper()
	content, err := io.ReadAll(body)
	h.town.must(err)
	asked := func(a Answer) bool {
		return a.Status == http.StatusForbidden && bytes.Contains(a.Body, []byte(`"code":"step_up"`))
	}
	return h.proven(asked, func() Answer { return h.sendOnce(method, path, bytes.NewReader(content), kind) })
}

func (h Hand) sendOnce(method, path string, body io.Reader, kind string) Answer {
	r := httptest.NewRequestWithContext(context.Background(), method, "/api/v1"+path, body)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	r.Header.Set("Accept-Language", "en")
	for k, v := range h.header {
		r.Header[k] = v
	}
	if h.from != "" {
		r.RemoteAddr = h.from
	}
	if h.token != "" {
		r.Header.Set("Authorization", "Bearer "+h.token)
	}
	w := httptest.NewRecorder()
	h.town.handler.ServeHTTP(w, r)
	return Answer{town: h.town, what: method + " " + path, Status: w.Code, Header: w.Header(), Body: w.Body.Bytes()}
}

// Answer is what came back.
type Answer struct {
	town   *Town
	what   string
	Status int
	Header http.Header
	Body   []byte
}

// What is the request that was answered.
func (a Answer) What() string { return a.what }

// Is fails the test unless the answer has this status.
func (a Answer) Is(status int) Answer {
	a.town.t.Helper()
	if a.Status != status {
		a.town.t.Fatalf("%s: status %d, want %d: %s", a.what, a.Status, status, a.Body)
	}
	return a
}

// Refuses fails the test unless the answer is a conflict with this code.
func (a Answer) Refuses(code string) Answer {
	a.town.t.Helper()
	if a.Status != http.StatusConflict || a.Text("code") != code {
		a.town.t.Fatalf("%s: %d %s, want 409 %s", a.what, a.Status, a.Body, code)
	}
	return a
}

// Value digs into the answer: "agreements.0.text_hash"; nil when there is none.
func (a Answer) Value(path string) any {
	var v any
	if err := json.Unmarshal(a.Body, &v); err != nil {
		a.town.t.Fatalf("%s: no JSON: %s", a.what, a.Body)
	}
	for _, key := range strings.Split(path, ".") {
		switch node := v.(type) {
		case map[string]any:
			v = node[key]
		case []any:
			var i int
			if _, err := fmt.Sscan(key, &i); err != nil || i >= len(node) {
				return nil
			}
			v = node[i]
		default:
			return nil
		}
	}
	return v
}

// Text is a value as text; "" when there is none.
func (a Answer) Text(path string) string {
	switch v := a.Value(path).(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		return fmt.Sprint(v)
	}
}

// Case is a case as somebody last saw it.
type Case struct {
	town                  *Town
	ID                    string
	Reference             string
	Code                  string // the filer's access code
	Version               string
	State                 string
	Applicant, Respondent string // party ids
	Last                  Answer
}

// Leak is a filing as a resident would send it.
func Leak() M {
	return M{"category": "02", "area_code": Shaolin, "title": "楼上漏水", "facts": "楼上卫生间漏水，天花板发霉。", "request": "请修好并赔偿。",
		"applicant":   M{"kind": "person", "name": "林秀英", "id_number": "11010519491231002X", "phone": "13800138000", "address": "少林社区 1 号 201"},
		"respondents": []M{{"kind": "person", "name": "陈志强", "phone": nil, "phone_reason": "不知道"}}}
}

// Files files a dispute; changes replace fields of Leak.
func (h Hand) Files(changes ...M) *Case {
	h.town.t.Helper()
	body := Leak()
	for _, m := range changes {
		for k, v := range m {
			body[k] = v
			if v == nil {
				delete(body, k)
			}
		}
	}
	c := &Case{town: h.town}
	c.see(h.Post("/cases", body).Is(http.StatusCreated))
	c.Code = c.Last.Text("access_code")
	return c
}

// Alike are three disputes of different people who gave one telephone.
func (h Hand) Alike(phone string, changes ...M) (all []*Case) {
	h.town.t.Helper()
	for _, name := range []string{"黄丽华", "吴建国", "蔡美珍"} {
		all = append(all, h.Files(append(changes, M{"applicant": M{"kind": "person", "name": name, "phone": phone, "address": "少林社区 9 号"}})...))
	}
	return all
}

func (c *Case) see(a Answer) {
	c.Last, c.ID, c.Version, c.State = a, a.Text("id"), a.Text("version"), a.Text("state")
	if r := a.Text("reference"); r != "" {
		c.Reference = r
	}
	for i := range 5 {
		if a.Text(fmt.Sprintf("parties.%d.removed", i)) != "" {
			continue
		}
		switch id := a.Text(fmt.Sprintf("parties.%d.id", i)); a.Text(fmt.Sprintf("parties.%d.role", i)) {
		case "applicant":
			c.Applicant = id
		case "respondent":
			c.Respondent = id
		}
	}
}

// Does does an act on a case, on the version last seen; the case is then as the act left it.
func (h Hand) Does(c *Case, event string, body M) Answer {
	h.town.t.Helper()
	if body == nil {
		body = M{}
	}
	a := h.With("If-Match", `"`+c.Version+`"`).Post("/cases/"+c.ID+"/"+event, body)
	if a.Status == http.StatusOK {
		c.see(a)
	}
	return a
}

// Sees reads the case anew.
func (h Hand) Sees(c *Case) Answer {
	h.town.t.Helper()
	a := h.Get("/cases/" + c.ID)
	if a.Status == http.StatusOK {
		c.see(a)
	}
	return a
}

// Agree asks both sides and records their yes.
func (h Hand) Agree(c *Case) {
	h.town.t.Helper()
	h.Does(c, "ask-consent", nil).Is(http.StatusOK)
	for _, p := range []string{c.Applicant, c.Respondent} {
		h.Does(c, "record-consent", M{"party_id": p, "consent": "agreed", "channel": "phone"}).Is(http.StatusOK)
	}
}

// Accepted brings a case to acceptance.
func (h Hand) Accepted(c *Case) {
	h.town.t.Helper()
	h.Agree(c)
	h.Does(c, "accept", nil).Is(http.StatusOK)
}

// Hosted brings a case to a host: the acting mediator takes it.
func (h Hand) Hosted(c *Case, mediator *Person) {
	h.town.t.Helper()
	h.Accepted(c)
	h.Does(c, "assign", M{"host_mediator_id": mediator.Mediator, "co_mediator_ids": []ident.ID{}, "chosen_by": "parties"}).Is(http.StatusOK)
}

// Sitting is the record of a joint session with both sides.
func (c *Case) Sitting() M {
	now := c.town.Clock.Now()
	return M{"starts_at": now.Add(-2 * 3600e9).Format("2006-01-02T15:04:05Z07:00"), "place": "社区调解室", "mode": "in_person", "kind": "joint", "open": false,
		"attending": []string{c.Applicant, c.Respondent}, "participants": []M{}, "record": "双方陈述。", "risk": 1, "result": "继续协商"}
}

// Met brings a case to its first joint session.
func (h Hand) Met(c *Case, mediator *Person) {
	h.town.t.Helper()
	h.Hosted(c, mediator)
	h.Does(c, "give-notice", M{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(http.StatusOK)
	h.Does(c, "open-session", c.Sitting()).Is(http.StatusOK)
}

// Terms is an agreement that is complete: the respondent pays 1,800 yuan in ten days.
func (c *Case) Terms() M {
	return M{"facts": "卫生间渗水", "issues": "维修和赔偿", "copies": 3, "clauses": []M{{"text": "陈志强赔偿林秀英粉刷费用。",
		"obligation": M{"debtor_party_id": c.Respondent, "creditor_party_id": c.Applicant, "kind": "pay", "amount_fen": 180000,
			"due": c.town.Today().Plus(10), "manner": "微信转账"}}}}
}

// Signed brings a case to an agreement in force, signed in ink by all.
func (h Hand) Signed(c *Case, mediator *Person) {
	h.town.t.Helper()
	h.Met(c, mediator)
	h.Does(c, "fix-agreement", c.Terms()).Is(http.StatusOK)
	hash := c.Last.Text("agreements.0.text_hash")
	for _, who := range []M{{"party_id": c.Applicant}, {"party_id": c.Respondent}, {"mediator_id": mediator.Mediator}, {"seal": true}} {
		who["kind"], who["text_hash"] = "wet_ink", hash
		h.Does(c, "sign", who).Is(http.StatusOK)
	}
}

// Performed brings a case to performance confirmed by the creditor.
func (h Hand) Performed(c *Case, mediator *Person) {
	h.town.t.Helper()
	h.Signed(c, mediator)
	h.Does(c, "record-performance", M{"obligation_id": c.Last.Text("obligations.0.id"), "state": "performed", "on": c.town.Today(),
		"evidence_ids": []string{}, "confirmed_by": "creditor"}).Is(http.StatusOK)
}
