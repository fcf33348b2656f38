package codes

import (
	"fmt"
	"strings"
)

// ethnicities are the fifty-six of the national standard (GB/T 3304), in its order: 01 is 汉.
var ethnicities = strings.Fields(`汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇
	柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺`)

// Ethnicity is what a paper writes for a code of the national list: 汉族 for 01. What is no code stays as it is.
func Ethnicity(code string) string {
	if len(code) == 2 && code[0] >= '0' && code[0] <= '9' && code[1] >= '0' && code[1] <= '9' {
		if n := int(code[0]-'0')*10 + int(code[1]-'0'); n >= 1 && n <= len(ethnicities) {
			return ethnicities[n-1] + "族"
		}
	}
	return code
}

// Ethnicities are the entries of the national list; they are called in both languages as in Chinese.
var Ethnicities = func() (out List) {
	for i, name := range ethnicities {
		out = append(out, of(fmt.Sprintf("%02d", i+1), name+"族", name+"族"))
	}
	return out
}()
