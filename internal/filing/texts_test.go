package filing

import (
	"encoding/json"
	"testing"

	"fengqiao/internal/codes"
	"fengqiao/web"
)

func TestTheKindsOfferedAreOnTheOfficialList(t *testing.T) {
	t.Parallel()
	for _, code := range append(kindsOffered(true), kindsOffered(false)...) {
		if err := codes.Categories.Check(code); err != nil {
			t.Errorf("%s: %v", code, err)
		}
	}
}

// Every kind of dispute that is offered is named and explained in both languages.
func TestTheKindsOfferedAreNamed(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"zh-CN", "en"} {
		raw, err := web.FS.ReadFile("i18n/" + lang + ".json")
		words := map[string]string{}
		if err == nil {
			err = json.Unmarshal(raw, &words)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range append(kindsOffered(true), kindsOffered(false)...) {
			for _, key := range []string{"file.kind." + code, "file.kind_hint." + code} {
				if words[key] == "" {
					t.Errorf("%s lacks %s", lang, key)
				}
			}
		}
	}
}
