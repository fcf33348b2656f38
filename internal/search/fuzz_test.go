package search

import (
	"strings"
	"testing"
	"unicode"
)

// Whatever is typed, a search has pieces no longer than a term, and a text of letters and digits is found by itself.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"林秀英", "lin xiuying", "少林路 8 号", "\u202e\x00", "ā", "𠅤㛃", "   "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q := Parse(text)
		for _, word := range q.words {
			for _, piece := range word {
				if r := []rune(piece); len(r) == 0 || len(r) > max(longest, longestLatin) {
					t.Errorf("%q has the piece %q", text, piece)
				}
			}
		}
		if marks := func(c rune) bool { return c == unicode.ReplacementChar || !unicode.IsLetter(c) && !unicode.IsDigit(c) }; !q.Empty() && len(text) < 50 && !strings.ContainsFunc(text, marks) && !finds(text, Words{Title: text}, Title) {
			t.Errorf("%q is not found by itself: %v in %v", text, q.words, Words{Title: text}.Terms())
		}
	})
}
