package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"fengqiao/internal/housetest"
)

// What people wrote, in the body, the path and the query of what they send and in rows that lie there already.
const (
	inBody, inName, inPath, inQuery, inRow = "红隼一七五二", "苍鹭阿姨", "夜鹭三三九零", "白鹡鸰五一六", "戴胜八八二七"
	inPhone                                = "13777246810"
)

// broken are three ways in which a database fails over a row that somebody is about to write, so that its error repeats the row; and a way
// back. SQLite's own errors repeat nothing, but its rows may hold what is not of their type.
func broken(table, text string) map[string][][2]string {
	refuse := func(as string) [2]string {
		return [2]string{"CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " + as + " RETURN NEW; END $$; CREATE TRIGGER planted BEFORE INSERT ON " + table +
			" FOR EACH ROW EXECUTE FUNCTION planted()", "DROP TRIGGER planted ON " + table + "; DROP FUNCTION planted()"}
	}
	said := "NEW." + text
	return map[string][][2]string{
		"postgres": {
			refuse("PERFORM " + said + "::uuid;"),
			refuse("RAISE unique_violation USING MESSAGE = 'there is ' || " + said + ", DETAIL = 'row ' || NEW, HINT = 'not ' || " + said + ", TABLE = '" + table + "', CONSTRAINT = 'one_only';"),
			{"ALTER TABLE " + table + " ADD CONSTRAINT planted CHECK (" + text + " = '') NOT VALID", "ALTER TABLE " + table + " DROP CONSTRAINT planted"},
		},
		"sqlite": {
			{"CREATE TRIGGER planted BEFORE INSERT ON " + table + " BEGIN SELECT json(" + said + "); END", "DROP TRIGGER planted"},
			{"CREATE TRIGGER planted AFTER INSERT ON " + table + " BEGIN INSERT INTO " + table + " SELECT * FROM " + table + " WHERE id = NEW.id; END", "DROP TRIGGER planted"},
			{"CREATE TRIGGER planted BEFORE INSERT ON " + table + " BEGIN SELECT RAISE(ABORT, 'refused'); END", "DROP TRIGGER planted"},
		},
	}
}

// Whatever fails in the database under a request, the log says what and where, with the request's id, and nothing of what was sent or lies
// in the rows.
func TestT17_NothingPersonalIsLoggedWhenTheDatabaseFails(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		pool, err := town.Store.Pool()
		if err != nil {
			t.Fatal(err)
		}
		exec := func(sql string) {
			t.Helper()
			if _, err := pool.ExecContext(t.Context(), sql); err != nil {
				t.Fatalf("%s: %v", sql, err)
			}
		}
		filing := housetest.Leak()
		filing["title"], filing["facts"] = inBody, inBody+"漏水"
		filing["applicant"].(m)["name"], filing["applicant"].(m)["phone"] = inName, inPhone
		for _, plant := range broken("dispute_cases", "title")[town.Store.Dialect()] {
			exec(plant[0])
			town.As(nil).Post("/cases", filing).Is(http.StatusInternalServerError)
			exec(plant[1])
		}
		for _, plant := range broken("persons", "name")[town.Store.Dialect()] {
			exec(plant[0])
			form := url.Values{"name": {inName}, "login": {"canglu"}, "county": {"350503"}, "phone": {inPhone}}
			town.As(town.Security).Page(http.MethodPost, "/accounts/new?q="+inQuery, form).Is(http.StatusInternalServerError)
			exec(plant[1])
		}
		failsOverARow(t, town, exec)
		looked(t, town.Logged())
	})
}

// failsOverARow asks for a case whose row holds what is not of its type, by the API and by its page, and for what is not there.
func failsOverARow(t *testing.T, town *housetest.Town, exec func(sql string)) {
	t.Helper()
	su := town.As(town.Su)
	c := town.As(nil).Files()
	for _, path := range []string{"/cases/" + inPath, "/mediators/" + inPath + "?name=" + inQuery} {
		if a := su.Get(path); a.Status < 400 {
			t.Errorf("%s: %d", path, a.Status)
		}
		if a := su.Page(http.MethodGet, path, nil); a.Status < 400 {
			t.Errorf("page %s: %d", path, a.Status)
		}
	}
	if town.Store.Dialect() == "postgres" {
		exec("ALTER TABLE dispute_cases ALTER COLUMN difficulty TYPE text USING '" + inRow + "'")
	} else {
		exec("UPDATE dispute_cases SET difficulty = '" + inRow + "'")
	}
	su.Get("/cases/" + c.ID).Is(http.StatusInternalServerError)
	su.Page(http.MethodGet, "/desk/cases/"+c.ID+"?q="+inQuery, nil).Is(http.StatusInternalServerError)
	exec("ALTER TABLE dispute_cases RENAME TO gone")
	su.Get("/cases?q=" + inQuery).Is(http.StatusInternalServerError)
	su.Page(http.MethodGet, "/desk/cases?q="+inQuery, nil).Is(http.StatusInternalServerError)
	if bad, err := town.App.Verify(t.Context()); err == nil {
		t.Errorf("it verifies: %v", bad.All())
	} else {
		town.App.Log.Error("a chore failed", "chore", "planted", "err", err)
	}
}

// looked reads all that was logged: nothing of anybody, and enough for an operator.
func looked(t *testing.T, log string) {
	t.Helper()
	for _, canary := range []string{inBody, inName, inPath, inQuery, inRow, inPhone, url.QueryEscape(inBody), url.QueryEscape(inName), url.QueryEscape(inPath), url.QueryEscape(inQuery), "林秀英", "13800138000"} {
		if at := strings.Index(log, canary); at >= 0 {
			t.Errorf("%q stands in the log: %s", canary, strings.ToValidUTF8(log[max(0, at-300):min(len(log), at+100)], ""))
		}
	}
	failed := 0
	for line := range strings.Lines(log) {
		if !strings.Contains(line, `"level":"ERROR"`) || strings.Contains(line, "planted\",\"err") {
			continue
		}
		failed++
		if !regexp.MustCompile(`"request_id":"[^"]+"`).MatchString(line) || !regexp.MustCompile(`"route":"/`).MatchString(line) ||
			!regexp.MustCompile(`SQLSTATE \w{5}|constraint failed|malformed JSON|no such table|Scan error on column index \d+, name|refused`).MatchString(line) {
			t.Errorf("this helps no operator: %s", line)
		}
	}
	if failed != 10 {
		t.Errorf("%d failures were logged, not 10:\n%s", failed, log)
	}
}
