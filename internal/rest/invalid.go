package rest

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"fengqiao/internal/fault"
)

// speakInWords makes huma's checks say a word and its measure instead of an English sentence, before any route is
// registered; sentence turns them into ours. A measure that could repeat what was submitted is dropped ("%.0s").
func speakInWords() {
	validation.MsgUnexpectedProperty = "unknown"
	validation.MsgExpectedRequiredProperty = "required %s"
	validation.MsgExpectedDependentRequiredProperty = "required %s%.0s"
	validation.MsgExpectedRFC3339DateTime = "date-time"
	validation.MsgExpectedRFC3339Date = "date"
	validation.MsgExpectedRFC3339Time = "time"
	validation.MsgExpectedBoolean = "boolean"
	validation.MsgExpectedNumber = "number"
	validation.MsgExpectedInteger = "integer"
	validation.MsgExpectedString = "string"
	validation.MsgExpectedArray = "array"
	validation.MsgExpectedObject = "object"
	validation.MsgExpectedOneOf = "one-of %s"
	validation.MsgExpectedMinimumNumber = "at-least %v"
	validation.MsgExpectedExclusiveMinimumNumber = "more-than %v"
	validation.MsgExpectedMaximumNumber = "at-most %v"
	validation.MsgExpectedExclusiveMaximumNumber = "less-than %v"
	validation.MsgExpectedMinLength = "length-at-least %d"
	validation.MsgExpectedMaxLength = "length-at-most %d"
	validation.MsgExpectedMinItems = "items-at-least %d"
	validation.MsgExpectedMaxItems = "items-at-most %d"
	validation.MsgExpectedArrayItemsUnique = "unique"
	for _, m := range []*string{&validation.MsgExpectedBePattern, &validation.MsgExpectedMatchPattern,
		&validation.MsgExpectedRFC5322Email, &validation.MsgExpectedRFC3986URI, &validation.MsgExpectedRFC4122UUID,
		&validation.MsgExpectedRegexp, &validation.MsgExpectedDuration, &validation.MsgExpectedNumberBeMultipleOf,
		&validation.MsgExpectedMinProperties, &validation.MsgExpectedMaxProperties} {
		*m = "form%.0s"
	}
}

var sentences = map[string]fault.Text{
	"unknown":         {ZH: "没有这一项，请检查名称。", EN: "There is no such field; check its name."},
	"required":        {ZH: "请填写这一项。", EN: "This is needed."},
	"date-time":       {ZH: "请写成时刻，例如 2026-03-06T02:00:00Z。", EN: "Give a moment such as 2026-03-06T02:00:00Z."},
	"date":            {ZH: "请填写真实存在的日期，例如 2026-03-06。", EN: "Give a date that exists, for example 2026-03-06."},
	"time":            {ZH: "请写成时间，例如 09:30:00。", EN: "Give a time such as 09:30:00."},
	"boolean":         {ZH: "请填 true 或 false。", EN: "Give true or false."},
	"number":          {ZH: "请填写数字。", EN: "Give a number."},
	"integer":         {ZH: "请填写整数。", EN: "Give a whole number."},
	"string":          {ZH: "请填写文字。", EN: "Give a text."},
	"array":           {ZH: "请填写一个列表。", EN: "Give a list."},
	"object":          {ZH: "请按说明分项填写。", EN: "Give an object with named values."},
	"one-of":          {ZH: "请从这些值中选择：%s。", EN: "Choose one of: %s."},
	"at-least":        {ZH: "不能小于 %s。", EN: "This must be at least %s."},
	"more-than":       {ZH: "必须大于 %s。", EN: "This must be more than %s."},
	"at-most":         {ZH: "不能大于 %s。", EN: "This must be at most %s."},
	"less-than":       {ZH: "必须小于 %s。", EN: "This must be less than %s."},
	"length-at-least": {ZH: "至少要写 %s 个字。", EN: "Write at least %s characters."},
	"length-at-most":  {ZH: "太长了，最多 %s 个字。", EN: "This is too long: at most %s characters."},
	"items-at-least":  {ZH: "至少要有 %s 项。", EN: "Give at least %s items."},
	"items-at-most":   {ZH: "太多了，最多 %s 项。", EN: "This is too many: at most %s items."},
	"unique":          {ZH: "同一项不能写两次。", EN: "The same item may not stand twice."},
	"several":         {ZH: "这一项只能填一次。", EN: "Give this once only."},
	"form":            {ZH: "格式不对，请对照说明检查。", EN: "This does not have the right form; see the description."},
}

// huma's own words for values of the path, the query and the headers, which cannot be set.
var fixed = []struct{ begins, word string }{
	{"required ", "required"}, {"invalid integer", "integer"}, {"invalid float", "number"},
	{"invalid boolean", "boolean"}, {"invalid date/time", "date-time"}, {"unknown query parameter", "unknown"},
	{"expected at most one value", "several"},
}

// understand turns what huma found wrong into a fault.
func understand(status int, msg string, errs []error) *fault.Fault {
	if status >= 500 {
		return fault.Of(errors.Join(append(errs, errors.New(msg))...))
	}
	var check []fault.Field
	for _, err := range errs {
		var d huma.ErrorDetailer
		if !errors.As(err, &d) {
			continue
		}
		at, text := wrong(d.ErrorDetail())
		if strings.HasPrefix(at, "path.") {
			return fault.NoSuch() // what is no id names nothing
		}
		check = append(check, fault.Field{At: at, Text: text})
	}
	slices.SortStableFunc(check, func(a, b fault.Field) int { return strings.Compare(a.At, b.At) })
	f := fault.New(fault.Invalid, "", "有 %d 处需要改正。", "%d things need to be corrected.", len(check))
	switch len(check) {
	case 0:
		f.Text = sentences["form"]
	case 1:
		f.Text = check[0].Text
	}
	f.Fields = check
	return f
}

// wrong is where and what: huma names the object that lacks a field, we name the field.
func wrong(d *huma.ErrorDetail) (at string, text fault.Text) {
	word, measure, _ := strings.Cut(d.Message, " ")
	at = d.Location
	if word == "required" && !strings.HasSuffix(d.Message, " parameter is missing") {
		at += "." + measure
	} else if _, ours := sentences[word]; !ours || word == "required" {
		word, measure = foreignWord(d.Message), ""
	}
	if word == "length-at-least" && measure == "1" {
		word = "required"
	}
	t := sentences[word]
	if strings.Contains(t.ZH, "%s") {
		t = fault.Say(t.ZH, t.EN, measure)
	}
	return place(at), t
}

func foreignWord(msg string) string {
	for _, f := range fixed {
		if strings.HasPrefix(msg, f.begins) {
			return f.word
		}
	}
	return "form"
}

var plainName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,40}(\[[0-9]+\])*$`)

// place is the path as the documents name it. A name that was made up may hold anything, so it is not repeated.
func place(at string) string {
	for _, prefix := range []string{"body.", "query.", "form."} {
		at = strings.TrimPrefix(at, prefix)
	}
	parts := strings.Split(at, ".")
	if len(parts) > deepest {
		parts = parts[:deepest]
	}
	for i, p := range parts {
		if !plainName.MatchString(p) {
			parts[i] = "?"
		}
	}
	return strings.Join(parts, ".")
}
