package enrolment

import (
	"io"
	"slices"

	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/registry"
	"fengqiao/internal/sheet"
)

// Kinds of tables that go in and out.
const (
	OfCommittees = "committees"
	OfMediators  = "mediators"
	OfCompounds  = "compounds"
)

// Column is one of the fixed columns of a table.
type Column struct {
	Name   string // the heading
	Needed bool
	Out    bool       // also written when the register is taken out; what is not tells of a person alone
	In     bool       // also read; what is not is only for reading
	Says   fault.Text // how it is filled in
}

// The headings.
const (
	colName      = "名称"
	colShort     = "简称"
	colType      = "类型"
	colArea      = "区划代码"
	colSector    = "行业领域"
	colPhone     = "联系电话"
	colAddress   = "地址"
	colMethod    = "产生方式"
	colElecting  = "选举（设立）单位"
	colDecided   = "选举日期"
	colState     = "状态"
	colSince     = "设立日期"
	colTermEnds  = "任期届满"
	colOf        = "调委会"
	colPerson    = "姓名"
	colIDNumber  = "身份证号"
	colMobile    = "手机号"
	colOffice    = "职务"
	colSex       = "性别"
	colEthnic    = "民族"
	colCitizen   = "中国公民"
	colEducation = "学历"
	colFullTime  = "专职"
	colBrings    = "背景"
	colFrom      = "起始日期"
	colKind      = "身份"
	colCompound  = "小区名称"
	colHouses    = "户数"
	colFirm      = "物业企业"
	colCovered   = "物业调委会"
)

// Tables are the columns of each kind of table, in their order.
var Tables = map[string][]Column{
	OfCommittees: {
		both(colName, true, "全称，例如：少林社区人民调解委员会", "The full name"),
		both(colShort, true, "案号用，全县（市、区）不重复；设立后不再改", "For case numbers, once in a county; fixed once it serves"),
		both(colType, true, "01 至 06 或者类型的名称", "01 to 06, or the type's name"),
		both(colArea, true, "12 位区划代码", "The code of its place, 12 digits"),
		both(colSector, false, "行业性专业性调委会填写，例如：物业", "Of an industry committee, such as 物业"),
		both(colPhone, false, "", ""), both(colAddress, false, "", ""),
		in(colMethod, false, "填了就登记一次选举，例如：居民代表会议（O5）", "Where it is filled in an election is entered (O5)"),
		in(colElecting, false, "和产生方式一起填", "Goes with the method"), in(colDecided, false, "和产生方式一起填", "Goes with the method"),
		out(colState), out(colSince), out(colTermEnds),
	},
	OfMediators: {
		both(colOf, true, "调委会的简称或者全称，须已登记", "The committee's short or full name; it is entered already"),
		both(colPerson, true, "", ""),
		in(colIDNumber, true, "18 位；年满 18 周岁才能担任（O10）。导出时没有这一列", "18 digits; 18 years or older (O10). It is never written out"),
		in(colMobile, false, "导出时没有这一列", "It is never written out"),
		both(colOffice, false, "主任、副主任、委员；空着的是聘任的调解员（O9）", "主任, 副主任 or 委员; left empty for one who is engaged (O9)"),
		out(colKind), out(colSex),
		both(colEthnic, false, "例如：汉族", "Such as 汉族"),
		in(colCitizen, true, "填“是”（O10）", "是 for a citizen (O10)"),
		both(colEducation, false, "例如：大学本科", "Such as 大学本科"), both(colFullTime, false, "是、否", "是 or 否"),
		both(colBrings, false, "几项用顿号分开，例如：党员、律师（W4）", "Several with 、 between them, such as 党员、律师 (W4)"),
		both(colFrom, false, "就任或聘任日期；空着就是今天", "The first day; today when empty"),
	},
	OfCompounds: {
		both(colCompound, true, "", ""), both(colArea, true, "所在村（社区）的 12 位区划代码", "The code of its community, 12 digits"),
		both(colAddress, false, "", ""), both(colHouses, false, "", ""),
		both(colFirm, false, "没有登记过的，会一起登记", "One that is not entered yet is entered with it"),
		both(colCovered, false, "填了就指定这个物业调委会服务（简称或全称）", "The property committee that is to serve it (short or full name)"),
	},
}

func both(name string, needed bool, zh, en string) Column {
	return Column{Name: name, Needed: needed, In: true, Out: true, Says: fault.Text{ZH: zh, EN: en}}
}

func in(name string, needed bool, zh, en string) Column {
	return Column{Name: name, Needed: needed, In: true, Says: fault.Text{ZH: zh, EN: en}}
}

func out(name string) Column { return Column{Name: name, Out: true} }

func headings(kind string, keep func(Column) bool) (out []any) {
	for _, c := range Tables[kind] {
		if keep(c) {
			out = append(out, c.Name)
		}
	}
	return out
}

// writeEmpty writes the table that is filled in: its headings.
func writeEmpty(to io.Writer, kind string) error {
	w, err := sheet.New(to, sheet.XLSX, tableNames[kind])
	if err != nil {
		return err
	}
	if err := w.Row(headings(kind, func(c Column) bool { return c.In })...); err != nil {
		return err
	}
	return w.Close()
}

var tableNames = map[string]string{OfCommittees: "调委会", OfMediators: "调解员", OfCompounds: "小区"}

// cells of a line by heading.
type cells map[string]any

// writeTable writes the register of a county as it stands. It holds no identity number and no telephone of a person: the
// register has neither.
func writeTable(tx *db.Tx, to io.Writer, county ident.County, kind string) error {
	w, err := sheet.New(to, sheet.XLSX, tableNames[kind])
	if err != nil {
		return err
	}
	shown := headings(kind, func(c Column) bool { return c.Out })
	if err := w.Row(slices.Clone(shown)...); err != nil {
		return err
	}
	line := func(c cells) error {
		row := make([]any, len(shown))
		for i, h := range shown {
			if row[i] = c[h.(string)]; row[i] == nil {
				row[i] = ""
			}
		}
		return w.Row(row...)
	}
	write := map[string]func(*db.Tx, ident.County, func(cells) error) error{OfCommittees: committeesOut, OfMediators: mediatorsOut, OfCompounds: compoundsOut}[kind]
	if err := write(tx, county, line); err != nil {
		return err
	}
	return w.Close()
}

func committeesOut(tx *db.Tx, county ident.County, line func(cells) error) error {
	all, err := registry.StandingIn(tx, county, registry.Draft, registry.Active)
	if err != nil {
		return err
	}
	states := map[registry.State]string{registry.Draft: "筹备中", registry.Active: "已设立"}
	for _, c := range all {
		term, err := registry.TermOf(tx, c.ID)
		if err != nil {
			return err
		}
		sector := ""
		if c.Sector != "" {
			sector = codes.Sectors.Name(c.Sector, "zh-CN")
		}
		err = line(cells{colName: c.Name, colShort: c.ShortName, colType: codes.CommitteeTypes.Name(string(c.Type), "zh-CN"), colArea: string(c.AreaCode), colSector: sector,
			colPhone: c.Phone, colAddress: c.Address, colState: states[c.State], colSince: string(c.ActivatedOn), colTermEnds: string(term.EndsOn)})
		if err != nil {
			return err
		}
	}
	return nil
}

const atOnce = 500 // rows of one statement

func mediatorsOut(tx *db.Tx, county ident.County, line func(cells) error) error {
	offices, err := inOffice(tx, county)
	if err != nil {
		return err
	}
	all, err := registry.StandingIn(tx, county, registry.Draft, registry.Active)
	if err != nil {
		return err
	}
	of := map[ident.ID]string{}
	for _, c := range all {
		of[c.ID] = c.ShortName
	}
	for after := (ident.ID{}); ; {
		some, err := mediatorsIn(tx, county, after, atOnce)
		if err != nil {
			return err
		}
		for _, m := range some {
			after = m.ID
			if of[m.CommitteeID] == "" { // a desk, or one that was closed down
				continue
			}
			if err := line(mediatorCells(m, of[m.CommitteeID], offices[[2]ident.ID{m.CommitteeID, m.PersonID}])); err != nil {
				return err
			}
		}
		if len(some) < atOnce {
			return nil
		}
	}
}

func mediatorCells(m registry.Mediator, of string, office registry.Office) cells {
	yes := map[bool]string{true: "是", false: "否"}
	out := cells{colOf: of, colPerson: m.Name, colKind: map[registry.MediatorKind]string{registry.OfCommittee: "委员", registry.Engaged: "聘任"}[m.Kind],
		colSex: map[ident.Sex]string{ident.Male: "男", ident.Female: "女"}[m.Sex], colFullTime: yes[m.FullTime], colFrom: string(m.EngagedOn)}
	if office != "" {
		out[colOffice] = codes.Offices.Name(string(office), "zh-CN")
	}
	if m.Ethnicity != "" {
		out[colEthnic] = codes.Ethnicity(m.Ethnicity)
	}
	if m.Education != "" {
		out[colEducation] = codes.Educations.Name(m.Education, "zh-CN")
	}
	brings := ""
	for i, b := range m.Background {
		if i > 0 {
			brings += "、"
		}
		brings += codes.Backgrounds.Name(b, "zh-CN")
	}
	out[colBrings] = brings
	return out
}

func compoundsOut(tx *db.Tx, county ident.County, line func(cells) error) error {
	for after := (ident.ID{}); ; {
		some, more, err := registry.Compounds(tx, registry.CompoundsAsked{Area: county.Area()}, registry.Page{After: after, Limit: atOnce})
		if err != nil {
			return err
		}
		for _, c := range some {
			after = c.ID
			out := cells{colCompound: c.Name, colArea: string(c.AreaCode), colAddress: c.Address}
			if c.Households > 0 {
				out[colHouses] = c.Households
			}
			if !c.PropertyFirmID.IsZero() {
				f, err := registry.FindFirm(tx, c.PropertyFirmID)
				if err != nil {
					return err
				}
				out[colFirm] = f.Name
			}
			if c.By != nil {
				out[colCovered] = c.By.Name
			}
			if err := line(out); err != nil {
				return err
			}
		}
		if !more {
			return nil
		}
	}
}
