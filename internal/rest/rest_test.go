package rest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/rest"
)

const model = `
[request_definition]
r = role, act, lvl
[policy_definition]
p = role, act, lvl, view
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.role, p.role) && r.act == p.act && r.lvl == p.lvl
`

const policy = `
p, anyone, home.read, any, status
p, anyone, thing.file, any, full
p, mediator, thing.read, committee, full
p, mediator, thing.write, committee, full
p, applicant, thing.write, own, party
p, admin_audit, audit.read, area, counts
`

var (
	friday    = time.Date(2026, 3, 6, 2, 0, 0, 0, time.UTC)
	committee = mustID("0195678a-bcde-8123-8d5f-3c0123456789")
	wu        = actor.Actor{Person: mustID("0195678a-bcde-8123-8d5f-3c0123456781"), Name: "吴建国",
		Posts: []actor.Post{{Role: actor.Mediator, Committee: committee}}}
	lin = actor.Actor{Person: mustID("0195678a-bcde-8123-8d5f-3c0123456782"), Name: "林秀英"}
)

func mustID(s string) ident.ID {
	var id ident.ID
	for i := range id {
		id[i] = s[i%len(s)]
	}
	return ident.NewMaker(bytes.NewReader(id[:])).New("350503", friday)
}

// Thing is what the tests send and get.
type Thing struct {
	Name   string       `json:"name" minLength:"1" maxLength:"5"`
	Kind   string       `json:"kind,omitempty" enum:"person,organisation"`
	Amount int64        `json:"amount_fen,omitempty" minimum:"0"`
	Due    calendar.Day `json:"due,omitempty"`
	Of     ident.ID     `json:"of,omitempty"`
	Inner  *Inner       `json:"inner,omitempty"`
	Tags   []string     `json:"tags,omitempty" maxItems:"3"`
}

// Inner is a thing's inside.
type Inner struct {
	Phone string `json:"phone,omitempty" maxLength:"5"`
	Note  string `json:"note,omitempty"`
}

// Shown is what the tests look at.
type Shown struct {
	Name  string         `json:"name"`
	Tags  []string       `json:"tags"`
	Deep  []Shown        `json:"deep"`
	Notes map[string]int `json:"notes"`
}

type filing struct{ Body Thing }

type one struct {
	ID ident.ID `path:"id"`
}

type change struct {
	one
	rest.IfMatch
	Body Thing
}

type position struct {
	At time.Time `json:"at"`
	ID ident.ID  `json:"id"`
}

type wishes struct {
	rest.PageIn
	State string       `query:"state" enum:"open,closed"`
	Order string       `query:"order" enum:"newest,oldest" default:"newest"`
	From  calendar.Day `query:"from"`
}

// town is a small API with the log it wrote.
type town struct {
	*testing.T
	echo *echo.Echo
	api  *rest.API
	log  *lockedBuffer
	once []actor.Once
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newTown(t *testing.T, set ...func(*rest.Options)) *town {
	t.Helper()
	p, err := authz.Load(model, policy)
	if err != nil {
		t.Fatal(err)
	}
	tn := &town{T: t, echo: echo.New(), log: &lockedBuffer{}}
	o := rest.Options{Policy: p, Now: func() time.Time { return friday },
		Log: slog.New(rest.LogHandler(slog.NewJSONHandler(tn.log, nil))), Secret: []byte("test"),
		Authenticate: func(_ context.Context, token string) (actor.Actor, error) {
			switch token {
			case "wu":
				return wu, nil
			case "lin":
				return lin, nil
			}
			return actor.Actor{}, fault.New(fault.Unauthenticated, "", "登录已失效。", "The session has ended.")
		}}
	for _, f := range set {
		f(&o)
	}
	rest.Harden(tn.echo, o)
	tn.api = rest.New(tn.echo, o)
	tn.mount()
	return tn
}

func (tn *town) mount() {
	a := tn.api
	rest.Handle(a, "POST", "/things", "thing.file", func(_ context.Context, g authz.Grant, in *filing) (*rest.Made[Shown], error) {
		tn.once = append(tn.once, g.By().Once)
		return rest.MakeAnswer("/things/1", 1, Shown{Name: in.Body.Name}), nil
	}, rest.Says("登记", "File a thing"))
	rest.Handle(a, "GET", "/things/{id}", "thing.read", func(_ context.Context, _ authz.Grant, in *one) (*rest.Seen[Shown], error) {
		return nil, fault.NoSuch()
	})
	rest.Handle(a, "GET", "/things", "thing.read", func(ctx context.Context, _ authz.Grant, in *wishes) (*rest.Listed[Shown], error) {
		var at position
		if later, err := in.After(ctx, &at); err != nil || later && !at.At.Equal(friday) {
			return nil, errors.Join(err)
		}
		if in.Limit != 20 {
			return rest.List[Shown](ctx, nil, nil)
		}
		return rest.List(ctx, []Shown{{Name: "x"}}, &position{At: friday, ID: committee})
	})
	rest.Handle(a, "POST", "/things/{id}/change", "thing.write", func(_ context.Context, g authz.Grant, in *change) (*rest.Seen[int64], error) {
		v, err := in.Expect(g)
		tn.once = append(tn.once, g.By().Once)
		return rest.See(v+1, v), err
	})
	rest.Handle(a, "POST", "/fails/{how}", "thing.file", func(ctx context.Context, _ authz.Grant, in *struct {
		How string `path:"how"`
	}) (*struct{}, error) {
		switch in.How {
		case "rule":
			return nil, fault.Rule("A10", "还没有告知权利。", "The rights notice is missing.").With("next", []string{"give-notice"}).With("status", "200")
		case "slow":
			<-ctx.Done()
			return nil, ctx.Err()
		case "panic":
			panic("planted")
		}
		return nil, errors.New("planted secret 林秀英")
	})
	rest.Handle(a, "POST", "/files", "thing.file", func(_ context.Context, g authz.Grant, in *rest.Upload) (*rest.Made[string], error) {
		tn.once = append(tn.once, g.By().Once)
		name, f, err := in.File("file")
		if err != nil {
			return nil, err
		}
		defer f.Close()
		b, err := io.ReadAll(f)
		return rest.MakeAnswer("/files/1", 0, name+"="+string(b)+in.Value("note")), err
	})
	rest.Handle(a, "GET", "/audit", "audit.read", func(context.Context, authz.Grant, *struct{}) (*rest.Stream, error) {
		return nil, nil
	})
	rest.Handle(a, "GET", "/table", "home.read", func(context.Context, authz.Grant, *struct{}) (*rest.Stream, error) {
		return rest.Download("案件表.csv", "text/csv", func(w io.Writer) error {
			_, err := io.WriteString(w, "a,b\n")
			return err
		}), nil
	})
}

// answer is what came back.
type answer struct {
	*testing.T
	*httptest.ResponseRecorder
}

// ask sends a request; headers are written "Name: value".
func (tn *town) ask(method, path, body string, headers ...string) answer {
	tn.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if strings.EqualFold(name, "remote") {
			r.RemoteAddr = value
			continue
		}
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	tn.echo.ServeHTTP(w, r)
	return answer{tn.T, w}
}

func (a answer) is(status int) answer {
	a.Helper()
	if a.Code != status {
		a.Errorf("status %d, want %d: %s", a.Code, status, a.Body)
	}
	return a
}

func (a answer) problem() map[string]any {
	a.Helper()
	if got := a.Header().Get("Content-Type"); got != "application/problem+json" {
		a.Errorf("content type %q", got)
	}
	var m map[string]any
	if err := json.Unmarshal(a.Body.Bytes(), &m); err != nil {
		a.Fatalf("%v: %s", err, a.Body)
	}
	return m
}

// wrongs are the locations and messages of a problem.
func (a answer) wrongs() string {
	a.Helper()
	var p struct{ Errors []rest.Wrong }
	if err := json.Unmarshal(a.Body.Bytes(), &p); err != nil {
		a.Fatal(err)
	}
	var out []string
	for _, e := range p.Errors {
		out = append(out, e.Location+" "+e.Message)
	}
	return strings.Join(out, "\n")
}

const en = "Accept-Language: en"
