package wording

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"fengqiao/internal/fault"
)

// How long a sentence may be before people lose its thread: characters of a Chinese sentence, characters between two
// commas of it, and words of an English one.
const (
	longSentence = 90
	longStretch  = 38
	longEnglish  = 35
)

// reading points out sentences that are hard to read aloud at the table.
func (r *reader) reading(at, text string) {
	from := 0
	for from < len(text) {
		to := len(text)
		if i := strings.IndexAny(text[from:], sentenceEnds+"."); i >= 0 {
			to = from + i
		}
		if hard(text[from:to]) {
			start := from + len(text[from:to]) - len(strings.TrimLeftFunc(text[from:to], unicode.IsSpace))
			r.add(Finding{Kind: "long_sentence", Level: Hints, At: at,
				Reason:     fault.Say("这一句有 %d 个字，念给当事人听时不容易听明白", "This sentence has %d characters and is hard to follow when read aloud", utf8.RuneCountInString(text[from:to])),
				Suggestion: fault.Say("请分成几句，一句说一件事。", "Please make several of it, each about one thing.")}, text, start, to)
		}
		if to == len(text) {
			return
		}
		_, n := utf8.DecodeRuneInString(text[to:])
		from = to + n
	}
}

func hard(s string) bool {
	han, stretch, longest := 0, 0, 0
	for _, c := range s {
		switch {
		case strings.ContainsRune("，,、：:（）()“”", c):
			stretch = 0
		case unicode.Is(unicode.Han, c):
			han++
			stretch++
			longest = max(longest, stretch)
		}
	}
	return han > longSentence || longest > longStretch || han == 0 && len(strings.Fields(s)) > longEnglish
}
