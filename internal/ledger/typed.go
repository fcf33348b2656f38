package ledger

import (
	"slices"
	"strings"

	"fengqiao/internal/casework"
)

// none are the ways in which people write that there is no telephone.
var none = []string{"无", "没有", "none", "no"}

// organisations end like this in a ledger, which has no column for it.
var organisations = []string{"公司", "委员会", "业委会", "居委会", "村委会", "合作社", "中心", "工厂", "商店", "学校", "医院", "幼儿园", "银行", "事务所", "政府"}

// Person reads somebody as a ledger names them: a name, and a telephone or 无.
func Person(name, phone string) casework.PartyIn {
	name, phone = strings.TrimSpace(name), strings.TrimSpace(phone)
	p := casework.PartyIn{Name: name, Phone: phone}
	if slices.Contains(none, strings.ToLower(phone)) {
		p.Phone, p.PhoneReason = "", "没有电话"
	}
	if slices.ContainsFunc(organisations, func(end string) bool { return strings.HasSuffix(name, end) }) {
		p.Kind = "organisation"
	}
	return p
}

// People reads several names that are written one after another; the telephone is the first one's, and of the others it
// says so.
func People(names, phone string) []casework.PartyIn {
	var out []casework.PartyIn
	for _, name := range strings.FieldsFunc(names, func(r rune) bool { return strings.ContainsRune("、,，;；/\n", r) }) {
		if strings.TrimSpace(name) == "" {
			continue
		}
		p := Person(name, phone)
		if len(out) > 0 {
			p.Phone, p.PhoneReason = "", "见第一位"
		}
		out = append(out, p)
	}
	return out
}
