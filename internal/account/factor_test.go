package account_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"fengqiao/internal/account"
	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/policies"
)

// code is what a telephone would show now, some steps aside.
func (h house) code(secret string, aside int64) string {
	h.Helper()
	code, err := hotp.GenerateCode(secret, uint64(h.clock.Now().Unix()/30+aside))
	h.must(err)
	return code
}

// withFactor is somebody who has set a factor: the account, the secret and the recovery codes.
func (h house) withFactor(login string, posts ...account.Post) (acc ident.ID, secret string, codes []string) {
	h.Helper()
	_, acc = h.enter(login, good, posts...)
	in := h.in(login)
	h.clock.Move(time.Second)
	e, err := h.BeginFactor(h.Context(), in.Actor)
	h.must(err)
	codes, out, err := h.ConfirmFactor(h.Context(), in.Actor, account.Credentials{Code: h.code(e.Secret, 0), Address: here})
	h.must(err)
	if !h.ended(in.Token) || out.Owes != "" {
		h.Fatal("the session from before the factor is still open, or the new one owes something:", out.Owes)
	}
	h.clock.Move(time.Minute)
	return acc, e.Secret, codes
}

func (h house) withCode(login, code string) (account.Session, error) {
	h.Helper()
	return h.SignIn(h.Context(), account.Credentials{Login: login, Password: good, Code: code, Address: here})
}

// The vectors of RFC 6238, appendix B, with the last six digits: our codes are those of every app.
func TestT13_CodesAreThoseOfRFC6238(t *testing.T) {
	each(t, func(h house) {
		const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
		for at, want := range map[int64]string{59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130"} {
			got, err := hotp.GenerateCodeCustom(secret, uint64(at/30), hotp.ValidateOpts{Digits: otp.DigitsEight, Algorithm: otp.AlgorithmSHA1})
			if err != nil || got != want {
				h.Errorf("at %d: %s, want %s (%v)", at, got, want, err)
			}
			if step, err := account.StepOf(secret, want[2:], at, 0); step != at/30 || err != nil {
				h.Errorf("at %d the code is of step %d (%v)", at, step, err)
			}
		}
	})
}

func TestT13_ASecondFactorIsAskedOnlyOfWhoHasThePasswordRight(t *testing.T) {
	each(t, func(h house) {
		_, secret, _ := h.withFactor("wu", station)
		_, err := h.signIn("wu", good)
		if f := fault.Of(err); f.Kind != fault.Unauthenticated || f.Code != "second_factor" {
			h.Errorf("%+v", f)
		}
		_, wrong := h.SignIn(h.Context(), account.Credentials{Login: "wu", Password: "wrong password", Code: h.code(secret, 0), Address: here})
		_, nobody := h.SignIn(h.Context(), account.Credentials{Login: "nobody", Password: good, Code: "000000", Address: here})
		if fault.Of(wrong).Code != "sign_in" || fmt.Sprintf("%+v", fault.Of(wrong)) != fmt.Sprintf("%+v", fault.Of(nobody)) {
			h.Error("a wrong password tells of the factor:", wrong, nobody)
		}
		if _, err := h.withCode("wu", "000000"); fault.Of(err).Code != "second_factor" {
			h.Error(err)
		}
		s, err := h.withCode("wu", h.code(secret, 0))
		if err != nil || !s.Actor.Holds(actor.StationOfficer) {
			h.Error(err, s.Actor)
		}
	})
}

func TestT13_ACodeIsAcceptedOnce(t *testing.T) {
	each(t, func(h house) {
		_, secret, codes := h.withFactor("wu", station)
		code := h.code(secret, 0)
		other := account.New(h.Options) // another process over the same database
		var wg sync.WaitGroup
		var mu sync.Mutex
		in := 0
		for i := range 6 {
			wg.Go(func() {
				s := []*account.Service{h.Service, other}[i%2]
				_, err := s.SignIn(h.Context(), account.Credentials{Login: "wu", Password: good, Code: code, Address: fmt.Sprintf("198.51.100.%d", i)})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					in++
				} else if !fault.Is(err, fault.Unauthenticated) && !fault.Is(err, fault.TooMany) {
					h.Error(err)
				}
			})
		}
		wg.Wait()
		if in != 1 {
			h.Errorf("one code opened %d sessions", in)
		}
		h.clock.Move(20 * time.Minute)
		if _, err := h.withCode("wu", h.code(secret, -3)); fault.Of(err).Code != "second_factor" {
			h.Error("a code of long ago:", err)
		}
		_, err := h.withCode("wu", h.code(secret, 1))
		h.must(err)
		if _, err := h.withCode("wu", h.code(secret, 0)); fault.Of(err).Code != "second_factor" {
			h.Error("a code from before the one last used:", err)
		}
		_, err = h.withCode("wu", strings.ToLower(codes[3]))
		h.must(err)
		if _, err := h.withCode("wu", codes[3]); fault.Of(err).Code != "second_factor" {
			h.Error("a recovery code works twice:", err)
		}
		_, err = h.withCode("wu", strings.ReplaceAll(codes[4], "-", " "))
		h.must(err)
	})
}

func TestT13_WrongCodesAreThrottledLikePasswords(t *testing.T) {
	each(t, func(h house) {
		_, secret, _ := h.withFactor("wu", station)
		h.clock.Move(time.Hour)
		begun, err := h.BeginSignIn(h.Context(), account.Credentials{Login: "wu", Password: good, Address: here})
		h.must(err)
		if _, err := h.Authenticate(h.Context(), begun.Token); !begun.Half || !fault.Is(err, fault.Unauthenticated) {
			h.Error("half a session lets somebody in:", err)
		}
		looked := 0
		for i := range 50 {
			s := []*account.Service{h.Service, account.New(h.Options)}[i%2]
			_, err := s.FinishSignIn(h.Context(), begun.Token, account.Credentials{Code: fmt.Sprintf("%06d", i), Address: here})
			if fault.Is(err, fault.Unauthenticated) {
				looked++
			}
		}
		if looked != 4 { // the password was the first try
			h.Errorf("%d codes were looked at in a minute", looked)
		}
		h.clock.Move(3 * time.Minute)
		in, err := h.FinishSignIn(h.Context(), begun.Token, account.Credentials{Code: h.code(secret, 0), Address: here})
		if err != nil || !in.Actor.IsStaff() {
			h.Fatal(err, in.Actor)
		}
		if _, err := h.FinishSignIn(h.Context(), begun.Token, account.Credentials{Code: h.code(secret, 1), Address: here}); !fault.Is(err, fault.Unauthenticated) {
			h.Error("half a session was made whole twice:", err)
		}
	})
}

func TestT13_StaffWithoutAFactorHoldNothing(t *testing.T) {
	p, err := authz.Load(policies.Model, policies.Policy)
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(h house) {
		h.Factor = true
		h.enter("wu", good, station)
		h.enter("lin", good)
		in := h.in("wu")
		if in.Owes != actor.OwesFactor || in.Actor.IsStaff() {
			h.Error(in.Owes, in.Actor)
		}
		for _, a := range p.Actions() {
			if a == account.Owning || a == account.Factoring {
				continue
			}
			_, of := p.Allow(in.Actor, a)
			if _, anyone := p.Allow(actor.Actor{}, a); (of == nil) != (anyone == nil) {
				h.Errorf("%s: %v, and %v for anyone", a, of, anyone)
			}
		}
		if s := h.in("lin"); s.Owes != "" {
			h.Error("a resident owes", s.Owes)
		}
		e, err := h.BeginFactor(h.Context(), in.Actor)
		h.must(err)
		if _, _, err := h.ConfirmFactor(h.Context(), in.Actor, account.Credentials{Code: "000000", Address: here}); !fault.Is(err, fault.Invalid) {
			h.Error(err)
		}
		if s := h.in("wu"); s.Owes != actor.OwesFactor {
			h.Error("a factor that was not confirmed counts")
		}
		_, out, err := h.ConfirmFactor(h.Context(), in.Actor, account.Credentials{Code: h.code(e.Secret, 0), Address: here})
		if err != nil || !out.Actor.Holds(actor.StationOfficer) {
			h.Fatal(err, out.Actor)
		}
		if err := h.RemoveFactor(h.Context(), out.Actor); fault.Of(err).Code != "second_factor_required" {
			h.Error(err)
		}
	})
}

func TestT13_AResetKeepsTheFactor(t *testing.T) {
	each(t, func(h house) {
		acc, secret, _ := h.withFactor("wu", station)
		_, admin := h.keeper()
		h.clock.Move(time.Second)
		password, err := h.ResetPassword(h.Context(), admin, acc)
		h.must(err)
		if _, err := h.SignIn(h.Context(), account.Credentials{Login: "wu", Password: password, Address: here}); fault.Of(err).Code != "second_factor" {
			h.Fatal("a reset password lets somebody in without the factor:", err)
		}
		h.clock.Move(time.Second)
		s, err := h.SignIn(h.Context(), account.Credentials{Login: "wu", Password: password, Code: h.code(secret, 0), Address: here})
		if err != nil || s.Owes != actor.OwesPassword {
			h.Fatal(err, s.Owes)
		}
		h.clock.Move(time.Second)
		h.must(h.DropFactor(h.Context(), admin, acc))
		if !h.ended(s.Token) {
			h.Error("the sessions outlive the factor")
		}
		h.clock.Move(time.Second)
		s, err = h.SignIn(h.Context(), account.Credentials{Login: "wu", Password: password, Address: here})
		h.must(err)
		events, err := h.Account(h.Context(), admin, acc)
		h.must(err)
		got := []account.Event{}
		for _, e := range events.Events {
			got = append(got, e.Event)
			if byAdmin := e.ByName == "吴建国" && e.By == admin.By().Person; byAdmin != (e.Event == account.PasswordReset || e.Event == account.FactorRemoved) {
				h.Errorf("%+v", e)
			}
		}
		slices.Sort(got[5:]) // they are of one moment
		if want := []account.Event{account.SignedIn, account.FactorRemoved, account.SignedIn, account.PasswordReset, account.FactorSet, account.Entered, account.PostGiven, account.SignedIn}; !slices.Equal(got, want) {
			h.Errorf("%v, want %v", got, want)
		}
	})
}

// keeper is an administrator of safety of the county, with the grants to keep accounts.
func (h house) keeper() (account.Session, authz.Grant) {
	h.Helper()
	h.enter("security", good, account.Post{Role: actor.AdminSecurity, Area: "350503000000"})
	in := h.in("security")
	p, err := authz.Load(policies.Model, policies.Policy)
	h.must(err)
	g, err := p.Admit(in.Actor, account.Keeping)
	h.must(err)
	return in, g
}

func TestT13_AnAdministratorKeepsTheirAreaAndNotThemselves(t *testing.T) {
	each(t, func(h house) {
		_, acc := h.enter("wu", good, station)
		in, admin := h.keeper()
		wu := h.in("wu")
		h.must(h.EndAll(h.Context(), admin, acc))
		if !h.ended(wu.Token) {
			h.Error("still in")
		}
		own, err := h.FindAccount(h.Context(), admin, " Security ")
		h.must(err)
		if err := h.EndAll(h.Context(), admin, own.ID); fault.Of(err).Code != "own_account" || h.ended(in.Token) {
			h.Error(err)
		}
		var far ident.ID
		hash, err := h.Hash(h.Context(), good, "far")
		h.must(err)
		h.must(h.store.Do(h.Context(), actor.System, "350502", func(tx *db.Tx) error {
			person, err := h.AddPerson(tx, account.Person{Name: "赖雅芳"})
			if err == nil {
				far, err = h.AddAccount(tx, account.NewAccount{Person: person, Login: "far", PasswordHash: hash})
			}
			return err
		}))
		_, found := h.FindAccount(h.Context(), admin, "far")
		_, none := h.FindAccount(h.Context(), admin, "nobody")
		if !fault.Is(found, fault.Missing) || fmt.Sprint(found) != fmt.Sprint(none) || !fault.Is(h.EndAll(h.Context(), admin, far), fault.Missing) {
			h.Error("another county's account:", found, none)
		}
		h.in("far")
		log, err := h.EventsBefore(h.Context(), admin, account.Happened{}, 100)
		if err != nil || slices.ContainsFunc(log, func(e account.Happened) bool { return e.Login == "far" }) || len(log) != 7 { // two entered, two posts, two signed in, one sent out
			h.Error(err, log)
		}
		rest, err := h.EventsBefore(h.Context(), admin, log[1], 100)
		if err != nil || !slices.Equal(rest, log[2:]) {
			h.Error(err, rest)
		}
	})
}

func TestT13_OwnSessionsAreListedAndEnded(t *testing.T) {
	each(t, func(h house) {
		h.enter("wu", good, station)
		h.enter("lin", good)
		one, other := h.in("wu"), h.in("lin")
		two, err := h.SignIn(h.Context(), account.Credentials{Login: "wu", Password: good, Address: here, Agent: "Mozilla/5.0 (Linux; Android 14) Chrome"})
		h.must(err)
		three := h.in("wu")
		visits, err := h.Visits(h.Context(), two.Actor, two.Token)
		if err != nil || len(visits) != 3 {
			h.Fatal(err, visits)
		}
		for _, v := range visits {
			if v.Current != (v.Device == "android") {
				h.Errorf("%+v", v)
			}
		}
		strangers, err := h.Visits(h.Context(), other.Actor, other.Token)
		h.must(err)
		if err := h.EndVisit(h.Context(), two.Actor, strangers[0].ID); !fault.Is(err, fault.Missing) || h.ended(other.Token) {
			h.Error("somebody else's session:", err)
		}
		h.must(h.EndOthers(h.Context(), two.Actor, two.Token))
		if !h.ended(one.Token) || !h.ended(three.Token) || h.ended(two.Token) || h.ended(other.Token) {
			h.Error("not the others alone")
		}
	})
}

func TestT13_AProofIsGoodForAQuarterOfAnHour(t *testing.T) {
	p, err := authz.Load(policies.Model, policies.Policy)
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(h house) {
		_, secret, _ := h.withFactor("chair", account.Post{Role: actor.BureauSupervisor, Area: "350503000000"})
		in, err := h.withCode("chair", h.code(secret, 0))
		h.must(err)
		fresh := func() bool {
			by, err := h.Authenticate(h.Context(), in.Token)
			h.must(err)
			_, err = p.Admit(by, "case.export")
			if err != nil && fault.Of(err).Code != "step_up" {
				h.Fatal(err)
			}
			_, lists := p.Admit(by, "case.list")
			h.must(lists)
			return err == nil
		}
		if !fresh() {
			h.Error("who has just signed in is asked again")
		}
		h.clock.Move(15 * time.Minute)
		if fresh() {
			h.Error("a proof of a quarter of an hour ago counts")
		}
		confirm := func(c account.Credentials) error {
			c.Address = here
			return h.Confirm(h.Context(), in.Actor, c)
		}
		if err := confirm(account.Credentials{Password: "wrong password"}); !fault.Is(err, fault.Invalid) || fresh() {
			h.Error(err)
		}
		if err := confirm(account.Credentials{Code: "000000"}); !fault.Is(err, fault.Invalid) || fresh() {
			h.Error(err)
		}
		h.must(confirm(account.Credentials{Code: h.code(secret, 0)}))
		if !fresh() {
			h.Error("a code proves nothing")
		}
		h.clock.Move(16 * time.Minute)
		h.must(confirm(account.Credentials{Password: good}))
		if !fresh() {
			h.Error("a password proves nothing")
		}
	})
}

func TestT13_TheLogIsOnlyAddedTo(t *testing.T) {
	each(t, func(h house) {
		h.enter("wu", good, station)
		h.in("wu")
		h.guess("wu", here, 2)
		h.guess("nobody", here, 2)
		var n int64
		h.must(h.do(func(tx *db.Tx) error { return db.Cross(tx.Rows()).Table("account_events").Count(&n).Error }))
		if n != 5 {
			h.Errorf("%d entries: entered, given a post, a sign-in and two wrong guesses make five, and a login that nobody has none", n)
		}
		h.appendOnly()
		if err := h.do(func(tx *db.Tx) error { // what is undone was not noted
			id, _, err := h.FindLogin(tx, "wu")
			return errors.Join(err, h.SetState(tx, id, account.Disabled), errors.New("undone"))
		}); err == nil {
			h.Fatal("not undone")
		}
		h.must(h.do(func(tx *db.Tx) error { return db.Cross(tx.Rows()).Table("account_events").Count(&n).Error }))
		if n != 5 {
			h.Errorf("%d entries after an act that was undone", n)
		}
	})
}

// appendOnly tries to change the log: a trigger refuses it on SQLite; on PostgreSQL the program's role may not, and the
// tests' own role, which may do everything, is asked what it was granted.
func (h house) appendOnly() {
	h.Helper()
	if h.store.Dialect() == "postgres" {
		var granted string
		h.must(h.do(func(tx *db.Tx) error {
			return tx.Rows().Raw("SELECT array_to_string(relacl, ',') FROM pg_class WHERE relname = 'account_events'").Scan(&granted).Error
		}))
		if rights := regexp.MustCompile(`=([a-zA-Z*]+)/`).FindStringSubmatch(granted); len(rights) != 2 || strings.ContainsAny(rights[1], "wdD") {
			h.Errorf("the role may do %s", granted)
		}
		return
	}
	for _, sql := range []string{"UPDATE account_events SET event = 'x' WHERE county_code = '350503'", "DELETE FROM account_events WHERE county_code = '350503'"} {
		if err := h.do(func(tx *db.Tx) error { return tx.Rows().Exec(sql).Error }); err == nil {
			h.Errorf("%s was done", sql)
		}
	}
}

func TestT13_AFactorIsSealedAndItsCodesAreHashed(t *testing.T) {
	each(t, func(h house) {
		acc, secret, codes := h.withFactor("wu", station)
		var kept []struct {
			TOTPSealed []byte `gorm:"column:totp_sealed"`
			Index      string `gorm:"column:code_index"`
		}
		h.must(h.do(func(tx *db.Tx) error {
			return tx.Rows().Raw("SELECT a.totp_sealed, r.code_index FROM accounts a JOIN recovery_codes r ON r.county_code = a.county_code AND r.account_id = a.id WHERE a.county_code = ? AND a.id = ?", fengze, acc).Scan(&kept).Error
		}))
		if len(kept) != 10 || len(codes) != 10 {
			h.Fatal(len(kept), len(codes))
		}
		for _, k := range kept {
			if strings.Contains(string(k.TOTPSealed), secret) || slices.Contains(codes, k.Index) || strings.Contains(h.log.String(), secret) {
				h.Error("in the clear")
			}
		}
	})
}

var lettersOf = regexp.MustCompile(`class="spelled">([A-Z2-7 ]+)<`)

func TestT13_EnrollingAndSigningInOnPages(t *testing.T) {
	each(t, func(h house) {
		h.Factor = true
		h.enter("wu", good, station)
		d := h.open()
		w := d.form("/sign-in", url.Values{"login": {"wu"}, "password": {good}})
		if w.Header().Get("Location") != "/second-factor" {
			h.Fatal(w.Code, w.Header())
		}
		in := kept(w)
		if w := d.form("/second-factor", nil, in); w.Header().Get("Location") != "/second-factor/new" {
			h.Fatal(w.Code, w.Body)
		}
		w = d.ask("GET", "/second-factor/new", "", "", in)
		found := lettersOf.FindStringSubmatch(w.Body.String())
		if len(found) != 2 || !strings.Contains(w.Body.String(), `class="qr"`) {
			h.Fatal(w.Code, w.Body)
		}
		secret := strings.ReplaceAll(found[1], " ", "")
		if w := d.form("/second-factor/new", url.Values{"code": {"000000"}}, in); w.Code != 422 || !strings.Contains(w.Body.String(), found[1]) {
			h.Error(w.Code, w.Body)
		}
		w = d.form("/second-factor/new", url.Values{"code": {h.code(secret, 0)}}, in)
		codes := regexp.MustCompile(`<code>([A-Z2-7-]{14})</code>`).FindAllStringSubmatch(w.Body.String(), -1)
		if w.Code != 200 || len(codes) != 10 {
			h.Fatal(w.Code, w.Body)
		}
		if who := d.ask("GET", "/account", "", "", kept(w)); who.Code != 200 || !strings.Contains(who.Body.String(), "绑定动态验证码") {
			h.Error(who.Code, who.Body)
		}
		h.clock.Move(time.Minute)
		w = d.form("/sign-in", url.Values{"login": {"wu"}, "password": {good}, "then": {"/account"}})
		half := ""
		for _, c := range w.Result().Cookies() {
			if c.Name == "fengqiao-half" {
				half = "Cookie: fengqiao-half=" + c.Value
			}
		}
		if w.Header().Get("Location") != "/sign-in/code?then=%2Faccount" || half == "" {
			h.Fatal(w.Code, w.Header())
		}
		if w := d.ask("GET", "/account", "", "", strings.Replace(half, "fengqiao-half", "fengqiao", 1)); w.Code != 303 {
			h.Error("half a session opens a page:", w.Code)
		}
		if w := d.form("/sign-in/code", url.Values{"code": {"1"}, "then": {"/account"}}, half); w.Code != 422 || !strings.Contains(w.Body.String(), "验证码不对") {
			h.Error(w.Code, w.Body)
		}
		w = d.form("/sign-in/code", url.Values{"code": {codes[0][1]}, "then": {"/account"}}, half)
		if w.Code != 303 || w.Header().Get("Location") != "/account" {
			h.Error(w.Code, w.Header())
		}
		if w := d.ask("GET", "/sign-in/code", "", ""); w.Header().Get("Location") != "/sign-in" {
			h.Error(w.Code, w.Header())
		}
	})
}

func TestT13_TheAPIAsksForACodeAndAFreshProof(t *testing.T) {
	each(t, func(h house) {
		_, secret, _ := h.withFactor("wu", account.Post{Role: actor.AdminSecurity, Area: "350503000000"})
		d := h.open()
		if w := d.api("POST", "/sessions", `{"login":"wu","password":"`+good+`"}`); w.Code != 401 || !strings.Contains(w.Body.String(), `"code":"second_factor"`) {
			h.Error(w.Code, w.Body)
		}
		w := d.api("POST", "/sessions", `{"login":"wu","password":"`+good+`","code":"`+h.code(secret, 0)+`"}`)
		var in struct{ Token string }
		h.must(json.Unmarshal(w.Body.Bytes(), &in))
		bearer := "Authorization: Bearer " + in.Token
		find := func() (int, string) {
			w := d.api("POST", "/accounts/find", `{"login":"wu"}`, bearer)
			return w.Code, w.Body.String()
		}
		if code, body := find(); code != http.StatusOK || strings.Contains(body, secret) {
			h.Error(code, body)
		}
		h.clock.Move(16 * time.Minute)
		if code, body := find(); code != http.StatusForbidden || !strings.Contains(body, `"code":"step_up"`) || !strings.Contains(body, "sessions/current/confirm") {
			h.Error(code, body)
		}
		if w := d.ask("GET", "/accounts/find", "", "", "Cookie: fengqiao="+in.Token); w.Header().Get("Location") != "/confirm?then=%2Faccounts%2Ffind" {
			h.Error(w.Code, w.Header())
		}
		if w := d.form("/confirm", url.Values{"password": {good}, "then": {"/accounts/find"}}, "Cookie: fengqiao="+in.Token); w.Header().Get("Location") != "/accounts/find" {
			h.Error(w.Code, w.Body)
		}
		if code, body := find(); code != http.StatusOK {
			h.Error(code, body)
		}
		if w := d.api("POST", "/sessions/current/confirm", `{"code":"000000"}`, bearer); w.Code != 422 {
			h.Error(w.Code, w.Body)
		}
		for _, path := range []string{"/sessions", "/sessions/events", "/sessions/current/second-factor", "/account-events"} {
			if w := d.api("GET", path, "", bearer); w.Code != 200 {
				h.Error(path, w.Code, w.Body)
			}
			if w := d.api("GET", path, ""); w.Code != 401 {
				h.Error(path, w.Code, w.Body)
			}
		}
	})
}
