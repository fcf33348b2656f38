package rest_test

import (
	"strings"
	"testing"
)

func TestWhatIsWrongIsSaidInBothLanguages(t *testing.T) {
	tn := newTown(t)
	for _, c := range []struct{ body, zh, en string }{
		{`{}`, "name 请填写这一项。", "name This is needed."},
		{``, "name 请填写这一项。", "name This is needed."},
		{`{"name":""}`, "name 请填写这一项。", "name This is needed."},
		{`{"name":"林","colour":"红"}`, "colour 没有这一项，请检查名称。", "colour There is no such field; check its name."},
		{`{"Name":"林"}`, "Name 没有这一项，请检查名称。\nname 请填写这一项。", "Name There is no such field; check its name.\nname This is needed."},
		{`{"name":1}`, "name 请填写文字。", "name Give a text."},
		{`{"name":null}`, "name 请填写这一项。", "name This is needed."}, // to say null is to say nothing
		{`{"name":"一二三四五六"}`, "name 太长了，最多 5 个字。", "name This is too long: at most 5 characters."},
		{`{"name":"林","kind":"god"}`, "kind 请从这些值中选择：person, organisation。", "kind Choose one of: person, organisation."},
		{`{"name":"林","amount_fen":-1}`, "amount_fen 不能小于 0。", "amount_fen This must be at least 0."},
		{`{"name":"林","amount_fen":1.5}`, "amount_fen 请填写整数。", "amount_fen Give a whole number."},
		{`{"name":"林","due":"2026-02-30"}`, "due 请填写真实存在的日期，例如 2026-03-06。", "due Give a date that exists, for example 2026-03-06."},
		{`{"name":"林","of":"x"}`, "of 格式不对，请对照说明检查。", "of This does not have the right form; see the description."},
		{`{"name":"林","inner":{"phone":"138000138000"}}`, "inner.phone 太长了，最多 5 个字。", "inner.phone This is too long: at most 5 characters."},
		{`{"name":"林","inner":[]}`, "inner 请按说明分项填写。", "inner Give an object with named values."},
		{`{"name":"林","tags":"x"}`, "tags 请填写一个列表。", "tags Give a list."},
		{`{"name":"林","tags":["a",1]}`, "tags[1] 请填写文字。", "tags[1] Give a text."},
		{`{"name":"林","tags":["a","b","c","d"]}`, "tags 太多了，最多 3 项。", "tags This is too many: at most 3 items."},
	} {
		a := tn.ask("POST", "/api/v1/things", c.body).is(422)
		if p := a.problem(); p["code"] != "invalid" || a.wrongs() != c.zh {
			t.Errorf("%s: %s %s", c.body, a.wrongs(), a.Body)
		}
		if got := tn.ask("POST", "/api/v1/things", c.body, en).wrongs(); got != c.en {
			t.Errorf("%s: %s", c.body, got)
		}
	}
}

func TestWhatIsWrongInTheQuery(t *testing.T) {
	tn := newTown(t)
	for query, want := range map[string]string{
		"limit=0":         "limit 不能小于 1。",
		"limit=101":       "limit 不能大于 100。",
		"limit=many":      "limit 请填写整数。",
		"state=shut":      "state 请从这些值中选择：open, closed。",
		"stat=open":       "stat 没有这一项，请检查名称。",
		"from=2026-13-01": "from 请填写真实存在的日期，例如 2026-03-06。",
		"%E6%9E%97=1":     "? 没有这一项，请检查名称。",
	} {
		if got := tn.ask("GET", "/api/v1/things?"+query, "", "Authorization: Bearer wu").is(422).wrongs(); got != want {
			t.Errorf("%s: %s", query, got)
		}
	}
	for _, q := range []string{"state=%00", "state=%ff", "%00=1"} {
		tn.ask("GET", "/api/v1/things?"+q, "", "Authorization: Bearer wu").is(422)
	}
}

// canary stands in every place of a body where a value can be wrong; it must come back from none.
func TestSubmittedValuesAreNeverEchoed(t *testing.T) {
	const canary = "11010519491231002X"
	tn := newTown(t)
	for _, body := range []string{
		`{"name":"` + canary + `"}`, `{"name":{"a":"` + canary + `"}}`, `{"name":"林","kind":"` + canary + `"}`,
		`{"name":"林","of":"` + canary + `"}`, `{"name":"林","due":"` + canary + `"}`, `{"name":"林","` + canary + `":1}x`,
		`{"name":"林","tags":["` + canary + `",["` + canary + `"]]}`, `"` + canary + `"`, `["` + canary + `"]`, canary,
		`{"name":"林","amount_fen":1e400,"kind":"` + canary + `"}`, `{"name":"林","amount_fen":110105194912310021101051949}`,
		`{"name":"林","of":"110105194912310021-1"}`, `{"name":"林","林` + canary + `":1}`,
		`{"name":"林","of":"11010519-4912-8100-8000-000000000000"}`,
	} {
		for _, lang := range []string{"zh", "en"} {
			a := tn.ask("POST", "/api/v1/things", body, "Accept-Language: "+lang).is(422)
			a.problem()
			if strings.Contains(a.Body.String(), "110105") || strings.Contains(a.Body.String(), "expected") || strings.Contains(a.Body.String(), "json:") {
				t.Errorf("%s: %s", body, a.Body)
			}
		}
	}
	if strings.Contains(tn.log.String(), "110105") {
		t.Error("in the log")
	}
}

func TestDocumentsThatTwoReadersWouldUnderstandDifferently(t *testing.T) {
	tn := newTown(t)
	for _, body := range []string{
		`{"name":"林","name":"陈"}`,
		`{"name":"林","inner":{"phone":"1380013800013800"},"inner":{"note":"x"}}`, // the first would slip by the check
		`{"name":"a\u0000b"}`, `{"name":"a\u001bb"}`, "{\"name\":\"\xff\"}", `{"name":"\ud800"}x`,
		`{"name":"林"} {}`, `{"name":"林"`, `{"name":`, `[`, `{"name":"林"}}`, strings.Repeat("[", 100_000),
		`{"a":` + strings.Repeat(`{"a":`, 40) + `1` + strings.Repeat("}", 41),
	} {
		tn.ask("POST", "/api/v1/things", body).is(422).problem()
	}
	tn.ask("POST", "/api/v1/things", `{"name":"a\n\t."}`).is(201)
	tn.ask("POST", "/api/v1/things", `{"name":"𠅤䶮"}`).is(201)
}

func TestMediaTypesAndSizes(t *testing.T) {
	tn := newTown(t)
	const body = `{"name":"林"}`
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "", "application/json+x", "nonsense/;", "application/cbor"} {
		if p := tn.ask("POST", "/api/v1/things", body, "Content-Type: "+kind).is(415).problem(); p["code"] != "media_type" {
			t.Error(kind, p)
		}
	}
	tn.ask("POST", "/api/v1/things", body, "Content-Type: application/json; charset=utf-8").is(201)
	tn.ask("POST", "/api/v1/things", `{"name":"`+strings.Repeat("x", 1<<20)+`"}`).is(413)
	tn.ask("POST", "/api/v1/things", strings.Repeat(" ", 1<<20-len(body))+body).is(201)
}

func TestOtherSitesCannotAct(t *testing.T) {
	tn := newTown(t)
	const body = `{"name":"林"}`
	for _, h := range []string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: https://evil.example", "Origin: null"} {
		if p := tn.ask("POST", "/api/v1/things", body, h).is(403).problem(); p["code"] != "cross_site" {
			t.Error(p)
		}
	}
	if len(tn.once) != 0 {
		t.Error("something was done")
	}
	tn.ask("POST", "/api/v1/things", body, "Sec-Fetch-Site: same-origin").is(201)
	tn.ask("POST", "/api/v1/things", body, "Origin: http://example.com").is(201) // httptest's own host
}

func TestLanguages(t *testing.T) {
	tn := newTown(t)
	for header, want := range map[string]string{
		"": "没有找到", "en": "Not found", "en-GB,en;q=0.9": "Not found", "zh-TW": "没有找到", "fr": "没有找到",
		"fr, en;q=0.5, zh;q=0.4": "Not found", "zh;q=0.1, en;q=0": "没有找到", "en;q=x": "没有找到", "*": "没有找到",
	} {
		if p := tn.ask("GET", "/api/v1/nothing", "", "Accept-Language: "+header).is(404).problem(); p["title"] != want {
			t.Errorf("%q: %v", header, p["title"])
		}
	}
}
