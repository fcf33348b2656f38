package ident

import (
	"fmt"
	"strings"
	"time"
)

// IDNumber is an 18-character identity number that has been checked; the check character X is upper case.
type IDNumber string

// Sex by the national standard.
type Sex string

const (
	Male   Sex = "1"
	Female Sex = "2"
)

var (
	idWeights = [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	idChecks  = "10X98765432"
)

// ParseIDNumber reads an identity number: 17 digits and a check character, with a birth date that exists and does not
// lie after today (2006-01-02). A residence permit for people of Hong Kong, Macau and Taiwan (81, 82, 83) has the same
// shape; its check character blocks nothing.
func ParseIDNumber(s, today string) (IDNumber, error) {
	s = Plain(s)
	if len(s) != 18 || !allDigits(s[:17]) || !strings.Contains("0123456789X", s[17:]) {
		return "", invalid("id_number", "身份证号码应为 18 位，请检查。", "An identity number has 18 characters; please check.")
	}
	n := IDNumber(s)
	if born, err := time.Parse("20060102", s[6:14]); err != nil || born.Format("2006-01-02") > today {
		return "", invalid("id_number", "身份证号码中的出生日期不存在或晚于今天，请检查。",
			"The birth date in the identity number does not exist or lies in the future; please check.")
	}
	if !n.ResidencePermit() && s[17] != n.check() {
		return "", invalid("id_number", "身份证号码有误（校验位不符），请逐位核对。",
			"The identity number has a mistake (its check character does not fit); please compare it digit by digit.")
	}
	return n, nil
}

func (n IDNumber) check() byte {
	sum := 0
	for i, w := range idWeights {
		sum += w * int(n[i]-'0')
	}
	return idChecks[sum%11]
}

// ResidencePermit tells whether this is the number of a residence permit (港澳台居民居住证).
func (n IDNumber) ResidencePermit() bool {
	return len(n) == 18 && n[0] == '8' && n[1] >= '1' && n[1] <= '3'
}

// Born is the birth date, 2006-01-02.
func (n IDNumber) Born() string {
	if len(n) != 18 {
		return ""
	}
	return fmt.Sprintf("%s-%s-%s", n[6:10], n[10:12], n[12:14])
}

// Sex is told by the 17th digit: odd is male.
func (n IDNumber) Sex() Sex {
	switch {
	case len(n) != 18:
		return ""
	case n[16]%2 == 1:
		return Male
	}
	return Female
}

// AgeOn is the full years of age on a day (2006-01-02); 0 before the birth.
func (n IDNumber) AgeOn(day string) int {
	born := n.Born()
	if born == "" || len(day) != len(born) || day < born {
		return 0
	}
	age := year(day) - year(born)
	if day[5:] < born[5:] {
		age--
	}
	return age
}

func year(day string) int {
	n := 0
	for _, c := range day[:4] {
		n = n*10 + int(c-'0')
	}
	return n
}

// Doubtful tells whether the holder would be older than 120 on a day: a warning, never a refusal.
func (n IDNumber) Doubtful(day string) bool { return n.AgeOn(day) > 120 }

// Masked hides the county and the birth date: 1101**********002X.
func (n IDNumber) Masked() string {
	if len(n) != 18 {
		return ""
	}
	return string(n[:4]) + "**********" + string(n[14:])
}

// PaperKind is the kind of paper by which a person shows who they are.
type PaperKind string

const (
	IDCard             PaperKind = "id_card"
	ResidencePermit    PaperKind = "residence_permit" // 港澳台居民居住证
	Passport           PaperKind = "passport"
	HongKongMacauPass  PaperKind = "hong_kong_macau_pass" // 港澳居民来往内地通行证
	TaiwanPass         PaperKind = "taiwan_pass"          // 台湾居民来往大陆通行证
	ForeignerResidence PaperKind = "foreigner_residence"  // 外国人永久居留身份证
	OtherPaper         PaperKind = "other"
)

// ParsePaper reads the number of any paper and gives it in one form. Only an identity number has to pass its check;
// for other papers a person is believed.
func ParsePaper(kind PaperKind, s, today string) (string, error) {
	if kind == IDCard || kind == ResidencePermit {
		n, err := ParseIDNumber(s, today)
		return string(n), err
	}
	s = Plain(s)
	if len(s) < 5 || len(s) > 20 || strings.Trim(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ()") != "" {
		return "", invalid("paper_number", "证件号码应为 5 至 20 位字母或数字，请检查。",
			"The number of a paper has 5 to 20 letters or digits; please check.")
	}
	return s, nil
}
