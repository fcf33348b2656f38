package wording

import (
	_ "embed"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"fengqiao/internal/fault"
)

// place is a kind of field; what is right to say of facts may be wrong in a term.
type place string

const (
	inClause place = "clause"
	inManner place = "manner"
	inFacts  place = "facts"
	inIssues place = "issues"
	inRecord place = "record"
	inResult place = "result"
)

// wordsFile is the list of words, each group with its reason: a lawyer reads and mends it there.
//
//go:embed words.json
var wordsFile []byte

// entry is a group of words that are pointed out for one reason.
type entry struct {
	ID, Rule string
	Level    Level
	In       []place
	ZH, EN   string
	FixZH    string      `json:"fix_zh"`
	FixEN    string      `json:"fix_en"`
	Words    []string    // as they stand; English ones in small letters
	Patterns [][2]string // words of which one must stand there, divided by |, and the expression
	Unless   []string    // expressions that make it right where they stand in the same sentence

	patterns []pattern
	unless   []*regexp.Regexp
}

type pattern struct {
	near []string
	is   *regexp.Regexp
}

var entries = readWords(wordsFile)

// readWords takes the list in; it is our own file, and a test reads it too.
func readWords(file []byte) []entry {
	var out []entry
	if err := json.Unmarshal(file, &out); err != nil {
		panic("words.json: " + err.Error())
	}
	for i := range out {
		e := &out[i]
		for _, p := range e.Patterns {
			e.patterns = append(e.patterns, pattern{strings.Split(p[0], "|"), regexp.MustCompile(p[1])})
		}
		for _, u := range e.Unless {
			e.unless = append(e.unless, regexp.MustCompile(u))
		}
	}
	return out
}

// clue is a word that was listed: found as it stands, or a reason to try an expression.
type clue struct {
	word    string
	entry   int
	pattern int // -1: the word itself is what is looked for
}

// clues by their first character: a text is gone through once for all lists.
var clues = func() map[rune][]clue {
	out := map[rune][]clue{}
	put := func(word string, entry, pattern int) {
		first, _ := utf8.DecodeRuneInString(word)
		out[first] = append(out[first], clue{word, entry, pattern})
	}
	for i, e := range entries {
		for _, w := range e.Words {
			put(w, i, -1)
		}
		for j, p := range e.patterns {
			for _, w := range p.near {
				put(w, i, j)
			}
		}
	}
	return out
}()

// words looks a field through for every list that is meant for it.
func (r *reader) words(at string, in place, text string) {
	low := lower(text)
	for i, spans := range spansIn(low, in) {
		e := &entries[i]
		for _, span := range spans {
			if !e.allowed(low, span) {
				r.add(e.finding(at, text[span[0]:span[1]]), text, span[0], span[1])
			}
		}
	}
}

// spansIn are where the words of each list stand, in bytes, by the lists' order.
func spansIn(text string, in place) [][][]int {
	out := make([][][]int, len(entries))
	tried := map[clue]bool{}
	for i, c := range text {
		for _, k := range clues[c] {
			e := &entries[k.entry]
			if !strings.HasPrefix(text[i:], k.word) || !slices.Contains(e.In, in) {
				continue
			}
			if k.pattern < 0 {
				out[k.entry] = append(out[k.entry], []int{i, i + len(k.word)})
				continue
			}
			k.word = ""
			if !tried[k] {
				tried[k] = true
				out[k.entry] = append(out[k.entry], e.patterns[k.pattern].is.FindAllStringIndex(text, -1)...)
			}
		}
	}
	return out
}

func (e *entry) finding(at, word string) Finding {
	return Finding{Kind: e.ID, Rule: e.Rule, Level: e.Level, At: at,
		Reason: fault.Say(e.ZH, e.EN, word), Suggestion: fault.Text{ZH: e.FixZH, EN: e.FixEN}}
}

// allowed tells whether what stands beside the words makes them right: an exception that meets them, in their sentence.
func (e *entry) allowed(text string, span []int) bool {
	if len(e.unless) == 0 {
		return false
	}
	from, to := sentence(text, span)
	return slices.ContainsFunc(e.unless, func(u *regexp.Regexp) bool { return u.MatchString(text[from:to]) })
}

const sentenceEnds = "。；;！!？?\n"

// sentence is where the sentence around a span begins and ends, in bytes.
func sentence(text string, span []int) (from, to int) {
	from, to = strings.LastIndexAny(text[:span[0]], sentenceEnds)+1, len(text)
	for from < span[0] && text[from]&0xC0 == 0x80 { // behind the last byte of a mark
		from++
	}
	if i := strings.IndexAny(text[span[1]:], sentenceEnds); i >= 0 {
		to = span[1] + i
	}
	return from, to
}

// lower makes the Latin letters small; every byte stays in its place.
func lower(s string) string {
	return strings.Map(func(c rune) rune {
		if 'A' <= c && c <= 'Z' {
			return c + 'a' - 'A'
		}
		return c
	}, s)
}

// pairs of terms that mean different things and are taken for each other, where both stand in one agreement, C15.
var pairs = []struct {
	one, other string
	why        fault.Text
}{
	{"补偿", "赔偿", fault.Text{ZH: "赔偿以过错或者违约为前提，补偿没有过错也可以给", EN: "赔偿 answers for a fault or a breach, 补偿 is given without one"}},
	{"订金", "定金", fault.Text{ZH: "定金是担保，违约时适用定金罚则；订金是预付款", EN: "定金 is a security that may be lost, 订金 a payment in advance"}},
	{"抚养", "扶养", fault.Text{ZH: "抚养的是未成年子女，扶养的是配偶和兄弟姐妹", EN: "抚养 is of children, 扶养 of a spouse or siblings"}},
}

// pairs looks for two terms of a pair in one draft.
func (r *reader) pairs(d Draft) {
	all := d.Facts + "\n" + d.Issues
	for _, c := range d.Clauses {
		all += "\n" + c.Text
		if c.Owed != nil {
			all += "\n" + c.Owed.Manner
		}
	}
	for _, p := range pairs {
		if strings.Contains(all, p.one) && strings.Contains(all, p.other) {
			r.about(Finding{Kind: "confused_terms", Rule: "C15", Level: Warns, At: "clauses", Found: p.one + " / " + p.other,
				Reason:     fault.Say("同时出现“%s”和“%s”，含义不同："+p.why.ZH, "Both “%s” and “%s” stand in the text, and they differ: "+p.why.EN, p.one, p.other),
				Suggestion: fault.Say("请核对每一处用的是哪一个。", "Please check which of them is meant in each place.")})
		}
	}
}
