package casework_test

import (
	"regexp"
	"strings"
	"testing"

	"fengqiao/internal/casework"
	"fengqiao/internal/codes"
)

// telltale are words that would say to whoever reads a telephone what a message is about.
var telltale = strings.Fields("纠纷 争议 矛盾 吵 邻 婚 家庭 离婚 债 欠 赔 款 房 物业 劳动 工资 被打 受伤 暴力 投诉 被告 申请人 对方 dispute quarrel neighbour marriage family debt money rent wage violence complaint respondent applicant")

// What is sent holds the reference, a time and what to do: no place for a name, no category, nothing of the matter.
func TestNoMessageSaysWhatItIsAbout(t *testing.T) {
	texts := casework.Texts()
	holes := regexp.MustCompile(`%(\[[12]\]s)?`)
	for kind, text := range texts {
		for _, said := range []string{text.ZH, text.EN} {
			if !strings.Contains(said, "%[1]s") {
				t.Errorf("%s holds no reference: %s", kind, said)
			}
			for _, hole := range holes.FindAllString(said, -1) {
				if hole == "%" {
					t.Errorf("%s has a place for something else: %s", kind, said)
				}
			}
			for _, c := range codes.Categories { // 99 is any other, and says nothing
				if c.Code != "99" && (strings.Contains(said, c.Name.ZH) || strings.Contains(said, c.Name.EN)) {
					t.Errorf("%s names a category, %s: %s", kind, c.Code, said)
				}
			}
			for _, word := range telltale {
				if strings.Contains(strings.ToLower(said), word) {
					t.Errorf("%s says %q: %s", kind, word, said)
				}
			}
		}
	}
	if len(texts) < 15 {
		t.Errorf("only %d texts were read", len(texts))
	}
}
