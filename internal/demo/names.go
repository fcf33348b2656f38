package demo

import (
	"fmt"
	"math/rand/v2"

	"fengqiao/internal/calendar"
	"fengqiao/internal/ident"
)

// Family names as they are frequent in the south of Fujian, the commonest several times.
var families = []string{"陈", "陈", "陈", "陈", "林", "林", "林", "黄", "黄", "黄", "张", "张", "吴", "吴", "李", "李", "王", "王", "郑", "蔡", "蔡", "许", "许",
	"谢", "杨", "苏", "苏", "庄", "庄", "洪", "洪", "郭", "曾", "刘", "叶", "颜", "施", "施", "柯", "傅", "戴", "赖", "何", "周", "邱", "欧阳"}

var girls = []string{"秀英", "丽华", "美玲", "淑贞", "雅芳", "玉兰", "婉婷", "素珍", "彩霞", "惠敏", "月娥", "晓燕", "碧云", "佳颖", "思琪", "春梅", "锦绣", "巧玲", "燕萍", "文静"}

var boys = []string{"志强", "建国", "文彬", "伟民", "水木", "国荣", "清源", "进财", "俊杰", "明辉", "天赐", "海峰", "永福", "东升", "宗翰", "景山", "培元", "家豪", "振兴", "丁财"}

// Given names of two characters drawn apart, as the young have them.
var girlFirst, girlLast = []rune("雅淑丽婷晓佳思美玉秀燕慧"), []rune("玲芳萍婷英珍云娟霞琴梅欣")
var boyFirst, boyLast = []rune("志文建国伟明永俊家宗金荣"), []rune("强辉彬峰杰龙华山福民鑫泉")

type person struct {
	name string
	sex  ident.Sex
	born calendar.Day
}

// someone is an adult of between 24 and 68 in a year.
func someone(r *rand.Rand, year int) person {
	p := person{sex: ident.Male, born: calendar.Day(fmt.Sprintf("%04d-%02d-%02d", year-24-r.IntN(44), 1+r.IntN(12), 1+r.IntN(28)))}
	given, first, last := boys, boyFirst, boyLast
	if r.IntN(5) < 2 {
		p.sex, given, first, last = ident.Female, girls, girlFirst, girlLast
	}
	p.name = pick(r, families)
	if r.IntN(2) == 0 {
		p.name += pick(r, given)
	} else {
		p.name += string([]rune{pick(r, first), pick(r, last)})
	}
	return p
}

// Numbers are drawn from a block that no carrier gives to anybody, 199 0000 xxxx, so that the demo can call nobody:
// even ones for those who mediate, odd ones for parties, so that no party seems to be a mediator.
func staffPhone(r *rand.Rand) string { return fmt.Sprintf("1990000%04d", 2*r.IntN(5000)) }
func partyPhone(r *rand.Rand) string { return fmt.Sprintf("1990000%04d", 2*r.IntN(5000)+1) }
