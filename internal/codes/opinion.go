package codes

import "slices"

// Agreements are how far somebody agrees with a statement, most first; saying nothing is an answer too.
var Agreements = List{
	of("5", "完全同意", "Fully"), of("4", "比较同意", "Mostly"), of("3", "一般", "So-so"), of("2", "不太同意", "Hardly"), of("1", "完全不同意", "Not at all"),
	of("0", "不想说", "Rather not say"),
}

// AgeBands, Sexes and YesOrUnsaid are what a party may say of itself.
var (
	AgeBands = List{of("u18", "18 岁以下", "Under 18"), of("18", "18 到 34 岁", "18 to 34"), of("35", "35 到 59 岁", "35 to 59"), of("60", "60 岁以上", "60 and over"),
		of("0", "不想说", "Rather not say")}
	Sexes       = List{of("2", "女", "Female"), of("1", "男", "Male"), of("0", "不想说", "Rather not say")}
	YesOrUnsaid = append(slices.Clone(YesNo), of("0", "不想说", "Rather not say"))
)
