package search

import (
	"slices"
	"strings"
	"testing"

	"fengqiao/internal/authz"
)

// finds tells whether every piece of a search begins a term of the words, as the statement asks it.
func finds(q string, w Words, kinds ...Kind) bool {
	query := Parse(q)
	for _, word := range query.words {
		for _, piece := range word {
			if !slices.ContainsFunc(w.Terms(), func(t Term) bool { return slices.Contains(kinds, t.Kind) && strings.HasPrefix(t.Text, piece) }) {
				return false
			}
		}
	}
	return !query.Empty()
}

var leak = Words{Names: []string{"林秀英", "欧阳志强", "单雄信", "曾𠅤", "泉州市东湖物业服务有限公司", "吕布", "John Smith"}, Title: "楼上卫生间漏水", Places: []string{"少林社区居委会", "东湖花园"}}

func TestNamesAreFoundAsTheyAreWrittenAndSpelled(t *testing.T) {
	for _, q := range []string{"林秀英", "林秀", "秀英", "林", "linxiuying", "LinXiuYing", "lxy", "xiuying", "xy", "欧阳", "志强", "ouyangzhiqiang", "oyzq", "zhiqiang",
		"shanxiongxin", "sxx", "曾𠅤", "𠅤", "lvbu", "东湖物业服务有限公司", "泉州市东湖物业服务有限公司", "john", "John Smith", "smith", "林秀英 志强", "林 秀 英"} {
		if want := q != "𠅤"; finds(q, leak, Name) != want { // one character alone stands only for a whole text
			t.Errorf("%q: want %v", q, want)
		}
	}
	for _, q := range []string{"林秀兰", "danxiongxin", "林志强", "lxyz", "漏水", "东湖花园", "", "  ", "%", "林秀英 陈"} {
		if finds(q, leak, Name) {
			t.Errorf("%q finds a name", q)
		}
	}
}

func TestTitlesAndPlacesAreFoundByAnyPiece(t *testing.T) {
	for q, kind := range map[string]Kind{"漏水": Title, "卫生间": Title, "楼上卫生间漏水": Title, "少林社区": Place, "少林": Place, "花园": Place, "东湖花园": Place} {
		if !finds(q, leak, kind) {
			t.Errorf("%q not found", q)
		}
		for _, other := range []Kind{Name, Title, Place} {
			if other != kind && q != "少林" && finds(q, Words{Title: leak.Title, Places: leak.Places}, other) {
				t.Errorf("%q found as %s", q, other)
			}
		}
	}
	if finds("居委会", leak, Place) {
		t.Error("the office of every place is a term")
	}
	if !finds("楼上 东湖", leak, Title, Place) {
		t.Error("two words of two kinds are not found")
	}
}

func TestTermsAreFewAndShort(t *testing.T) {
	for _, term := range leak.Terms() {
		if n := len([]rune(term.Text)); n > longestLatin || n == 0 {
			t.Errorf("term %q", term.Text)
		}
	}
	if n := len((Words{Names: []string{"林秀英", "陈志强"}, Title: "楼上漏水", Places: []string{"少林社区居委会"}}).Terms()); n > 20 {
		t.Errorf("%d terms of an ordinary case", n)
	}
}

// What a list does not show, nobody finds a case by.
func TestAViewFindsByWhatItShows(t *testing.T) {
	for v, want := range map[authz.View]int{authz.Full: 3, authz.Offered: 3, authz.Party: 1, authz.Masked: 1, authz.Status: 0, authz.Counts: 0, authz.None: 0} {
		if got := len(KindsOf(v)); got != want {
			t.Errorf("%s finds by %d kinds, want %d", v, got, want)
		}
	}
}
