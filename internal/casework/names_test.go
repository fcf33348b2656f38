package casework_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
	"fengqiao/web"
)

// pageTexts are the sentences of the pages in a language. A key that stands twice has two meanings, of which one is lost.
func pageTexts(t *testing.T, lang string) map[string]string {
	t.Helper()
	raw, err := web.FS.ReadFile("i18n/" + lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	d := json.NewDecoder(bytes.NewReader(raw))
	for _, err = d.Token(); d.More() && err == nil; {
		var key json.Token
		var text string
		if key, err = d.Token(); err == nil {
			err = d.Decode(&text)
		}
		name, _ := key.(string)
		if _, twice := words[name]; twice {
			t.Errorf("%s: %s stands twice", lang, name)
		}
		words[name] = text
	}
	if err != nil {
		t.Fatal(err)
	}
	return words
}

// What the tables of the case know, its people can read in both languages: each event with what it is called, why one does
// it and how it is told afterwards; each clock; each task.
func TestEveryEventClockAndTaskHasItsText(t *testing.T) {
	var keys []string
	for _, tr := range casework.Lifecycle {
		keys = append(keys, "desk.event."+string(tr.Event))
		if !tr.Event.IsInternal() {
			keys = append(keys, "desk.do."+string(tr.Event), "desk.why."+string(tr.Event))
		}
		if !tr.Event.IsInward() {
			keys = append(keys, "mine.event."+string(tr.Event))
		}
	}
	for _, name := range casework.ClockNames() {
		keys = append(keys, "desk.clock."+name)
	}
	words := map[string]map[string]string{"zh-CN": pageTexts(t, "zh-CN"), "en": pageTexts(t, "en")}
	for lang, w := range words {
		for _, key := range keys {
			if w[key] == "" {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
		for key := range w {
			if words["zh-CN"][key] == "" || words["en"][key] == "" {
				t.Errorf("%s stands in one language only", key)
			}
		}
		for _, kind := range casework.TaskKinds() {
			if codes.Tasks.Check(kind) != nil || codes.Tasks.Name(kind, lang) == "" {
				t.Errorf("the task %s has no name in %s", kind, lang)
			}
		}
	}
}
