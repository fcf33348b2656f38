package main

import (
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/db/dbtest"
)

// Every figure that the example's alerts ask for is one that the program shows, with the labels that they ask for.
func TestTheAlertsAskForFiguresThatThereAre(t *testing.T) {
	if !slices.Contains(dbtest.Dialects(), "sqlite") {
		return // its database is a SQLite file
	}
	o := newOperator(t)
	metrics := o.freePort()
	address, _, _ := o.serves("--metrics-listen", metrics)
	o.fetched(http.MethodGet, address+"/healthz", "", "")
	shown := string(o.fetched(http.MethodGet, "http://"+metrics+"/metrics", "", ""))
	text, err := os.ReadFile("../../docs/deploy/alerts.yml")
	o.must(err)
	asked := 0
	for _, expr := range regexp.MustCompile(`(?m)^ *expr: (.+)$`).FindAllStringSubmatch(string(text), -1) {
		for _, m := range regexp.MustCompile(`\b((?:fengqiao|go|process)_\w+)(?:\{([^}]*)\})?`).FindAllStringSubmatch(expr[1], -1) {
			asked++
			line := regexp.MustCompile(`(?m)^` + m[1] + `[{ ].*$`).FindString(shown)
			if line == "" {
				t.Errorf("%s is no figure of the program", m[1])
			}
			for _, label := range regexp.MustCompile(`(\w+)=~?"`).FindAllStringSubmatch(m[2], -1) {
				if label[1] != "job" && !strings.Contains(line, label[1]+`="`) { // job is Prometheus' own
					t.Errorf("%s has no label %s: %s", m[1], label[1], line)
				}
			}
		}
	}
	if asked < 5 {
		t.Errorf("only %d figures found in the alerts", asked)
	}
}

// Whoever is woken by an alert finds in the operator's guide what to do, and the guide tells of no alert that there is not.
func TestEachAlertHasALineOfWhatToDo(t *testing.T) {
	named := func(path, what string) (out []string) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(what).FindAllStringSubmatch(string(text), -1) {
			out = append(out, m[1])
		}
		slices.Sort(out)
		return out
	}
	alerts := named("../../docs/deploy/alerts.yml", `(?m)- alert: (\w+)$`)
	told := named("../../docs/operations.md", "(?m)^\\| `(Fengqiao\\w+)` \\| \\S")
	if len(alerts) < 5 || !slices.Equal(alerts, told) {
		t.Errorf("there are the alerts %q, and lines of what to do for %q", alerts, told)
	}
}

// The operator's guide names every command that the program has.
func TestEveryCommandStandsInTheGuide(t *testing.T) {
	guide, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	code, help := newOperator(t).run("", "--help")
	commands := regexp.MustCompile(`(?m)^  ([a-z]+(?:[ -][a-z]+)*)`).FindAllStringSubmatch(help[strings.Index(help, "Commands:"):], -1)
	if code != 0 || len(commands) < 15 {
		t.Fatalf("%d commands: %s", len(commands), help)
	}
	for _, one := range commands {
		name := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(one[1], " record"), " list"), " print") // what is meant without a word
		if !regexp.MustCompile("`" + name + "[` ]").Match(guide) {
			t.Errorf("the guide does not name %s", one[1])
		}
	}
}
