package search

import (
	"slices"
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"

	"fengqiao/internal/ident"
)

// surnames are read otherwise than the same character in other words; a surname of two characters comes first.
var surnames = map[string]string{
	"万俟": "mo qi", "尉迟": "yu chi", "单于": "chan yu", "澹台": "tan tai", "长孙": "zhang sun", "令狐": "ling hu",
	"单": "shan", "曾": "zeng", "仇": "qiu", "区": "ou", "解": "xie", "查": "zha", "任": "ren", "华": "hua", "朴": "piao", "盖": "ge",
	"乐": "yue", "翟": "zhai", "缪": "miao", "种": "chong", "繁": "po", "员": "yun", "令": "ling", "秘": "bi", "折": "she", "冼": "xian",
	"覃": "qin", "沈": "shen", "葛": "ge", "尹": "yin", "卜": "bu", "柏": "bai", "石": "shi", "洗": "xian", "哈": "ha", "召": "shao",
	"车": "che", "宓": "fu", "句": "gou", "隗": "wei", "尉": "wei", "过": "guo", "兴": "xing", "祭": "zhai", "那": "na", "逄": "pang",
}

var plainPinyin = pinyin.NewArgs() // without tones

// syllables are a name's, and false for what is no short Chinese name. The letter of 吕 and 女 is v, as people type it.
func syllables(name string) ([]string, bool) {
	r := []rune(name)
	if len(r) == 0 || len(r) > spelled {
		return nil, false
	}
	var out []string
	rest := r
	for _, n := range []int{2, 1} {
		if len(r) > n || n == 1 {
			if read, ok := surnames[string(r[:min(n, len(r))])]; ok {
				out, rest = strings.Fields(read), r[n:]
				break
			}
		}
	}
	for _, c := range rest {
		read := pinyin.SinglePinyin(c, plainPinyin)
		if len(read) == 0 || !unicode.Is(unicode.Han, c) {
			return nil, false
		}
		out = append(out, read[0])
	}
	return out, true
}

// spellings are the pinyin of a name and its first letters, from the surname on and from the given name on.
func spellings(name string) []string {
	read, ok := syllables(name)
	if !ok {
		return nil
	}
	var out []string
	for i := range read {
		if len(read)-i < 2 && i > 0 {
			break
		}
		spelling := strings.Join(read[i:], "")
		out = append(out, spelling[:min(len(spelling), longestLatin)])
		first := ""
		for _, s := range read[i:] {
			first += s[:1]
		}
		if len(first) > 1 {
			out = append(out, first)
		}
	}
	return out
}

// SoundAlike tells whether two Chinese names are read the same, however they are written: 林秀英 and 林秀瑛, 陳志強 and 陈志强.
func SoundAlike(one, other string) bool {
	a, ok := syllables(ident.MatchName(one))
	b, too := syllables(ident.MatchName(other))
	return ok && too && len(a) > 1 && slices.Equal(a, b)
}
