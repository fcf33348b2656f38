package registry

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"fengqiao/internal/actor"
	"fengqiao/internal/authz"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// Area is a place of the administrative division, or one that the operator added (a development zone).
type Area struct {
	Code        ident.Area `gorm:"primaryKey"`
	Name        string
	FullName    string
	Level       ident.Level
	Kind        ident.AreaKind // 街道, 镇, 乡, 居委会, 村委会 …; empty for a county and wider
	Parent      ident.Area
	Custom      bool
	MultiEthnic bool // several ethnic groups live there: a committee should have a member of a smaller one (O4)
	ValidFrom   calendar.Day
	ValidTo     calendar.Day
}

// quanzhouCSV is the 2023 edition of the National Bureau of Statistics: code,name,level,parent.
//
//go:embed quanzhou-areas.csv
var quanzhouCSV string

// Quanzhou gives the areas that the product is delivered with, each after the one it lies in.
func Quanzhou() []Area {
	lines := strings.Split(strings.TrimSpace(quanzhouCSV), "\n")[1:]
	out, full := make([]Area, 0, len(lines)), map[ident.Area]string{}
	for _, line := range lines {
		f := strings.Split(line, ",")
		a := Area{Code: ident.Area(f[0]), Name: f[1], Level: ident.Level(f[2]), Parent: ident.Area(f[3])}
		a.Kind = a.Code.Kind()
		a.FullName = full[a.Parent] + a.Name
		a.MultiEthnic = strings.Contains(a.Name, "族") // 百崎回族乡 and the ethnic villages name themselves so
		full[a.Code] = a.FullName
		out = append(out, a)
	}
	return out
}

// LoadAreas fills an empty database with the areas of Quanzhou and the published holidays, and gives every county its
// desk, so that a place is always served by somebody. What is there already stays as it is.
func LoadAreas(ctx context.Context, store *db.Store) error {
	areas, desks := Quanzhou(), map[ident.County]bool{}
	err := store.Do(ctx, actor.System, "350500", func(tx *db.Tx) error {
		there, err := areaCodes(tx)
		if err != nil {
			return err
		}
		if desks, err = countiesWithDesk(tx); err != nil {
			return err
		}
		missing := slices.DeleteFunc(slices.Clone(areas), func(a Area) bool { return there[a.Code] })
		if err := seedAreas(tx, missing); err != nil {
			return fmt.Errorf("load areas: %w", err)
		}
		return seedHolidays(tx)
	})
	if err != nil {
		return err
	}
	for _, a := range areas {
		if a.Level != ident.Of6 && a.Level != ident.City || desks[a.Code.County()] {
			continue
		}
		err := store.Do(ctx, actor.System, a.Code.County(), func(tx *db.Tx) error { return openDesk(tx, a) })
		if err != nil {
			return fmt.Errorf("desk of %s: %w", a.Name, err)
		}
	}
	return nil
}

// openDesk gives a county the intake desk of its bureau, unless it has one.
func openDesk(tx *db.Tx, a Area) error {
	return insertDesk(tx, Committee{Type: Desk, Name: a.Name + "司法局人民调解受理窗口", ShortName: a.Name + "窗口",
		AreaCode: a.Code, State: Active, ActivatedOn: today(tx)})
}

// FullName is the whole name of a place, widest first: 福建省泉州市丰泽区东湖街道少林社区居委会.
func FullName(tx *db.Tx, code ident.Area) (string, error) {
	a, err := FindArea(tx, code)
	return a.FullName, err
}

// NamesFrom are places by their names as seen from another: 东湖街道少林社区居委会 from its county. From the empty area they
// are whole.
func NamesFrom(tx *db.Tx, from Area, at []ident.Area) (map[ident.Area]string, error) {
	found, err := areasOf(tx, at)
	out := make(map[ident.Area]string, len(found))
	for _, a := range found {
		if out[a.Code] = strings.TrimPrefix(a.FullName, from.FullName); out[a.Code] == "" {
			out[a.Code] = a.Name
		}
	}
	return out, err
}

// Nearby is where one can go from an area: itself and all that lie around it, widest first, and those directly in it.
func Nearby(tx *db.Tx, code ident.Area) (around, below []Area, err error) {
	if around, err = areasOf(tx, code.Wider()); err != nil {
		return nil, nil, err
	}
	slices.Reverse(around)
	below, err = AreasBelow(tx, code)
	return around, below, err
}

// Counties are the county codes that an area covers: the county itself, or a city's counties and its own code, under
// which what belongs to the city is kept.
func Counties(tx *db.Tx, area ident.Area) ([]ident.County, error) {
	switch area.Level() {
	case "":
		return nil, noArea()
	case ident.Province, ident.City:
		return countiesIn(tx, area)
	}
	return []ident.County{area.County()}, nil
}

func noArea() *fault.Fault {
	return fault.New(fault.Invalid, "area", "没有这个地方，请重新选择。", "There is no such place; please choose again.")
}

// NewArea is a place that the operator adds: a development zone under a county, a new community under a street, or a
// zone with a six-digit code of its own under the city.
type NewArea struct {
	Code        ident.Area
	Name        string
	MultiEthnic bool
	ValidFrom   calendar.Day
}

// AddArea adds a place. Its code says what it lies in; that place must exist. A new county gets its desk with it.
func (s *Service) AddArea(ctx context.Context, g authz.Grant, in NewArea) (Area, error) {
	again := func(tx *db.Tx, _ ident.ID) (Area, error) { return FindArea(tx, in.Code) }
	return writeAs(ctx, s, g, Writing, in.Code, again, func(tx *db.Tx) (Area, error) {
		a, err := customArea(tx, in)
		if err != nil {
			return a, err
		}
		if err := insertArea(tx, a); err != nil || a.Level != ident.Of6 {
			return a, err
		}
		return a, openDesk(tx, a)
	})
}

func customArea(tx *db.Tx, in NewArea) (Area, error) {
	level := in.Code.Level()
	if level != ident.Of6 && level != ident.Town && level != ident.Village {
		return Area{}, fault.New(fault.Invalid, "area", "请填写 12 位区划代码：县级、乡级或村级。",
			"Give a code of 12 digits, of a county, a township or a village.").At("code")
	}
	name, err := ident.ParseName(in.Name)
	if err != nil {
		return Area{}, fault.Of(err).At("name")
	}
	parent, err := FindArea(tx, in.Code.Parent())
	if err != nil {
		return Area{}, noArea().At("code")
	}
	return Area{Code: in.Code, Name: name, FullName: parent.FullName + name, Level: level, Kind: in.Code.Kind(),
		Parent: parent.Code, Custom: true, MultiEthnic: in.MultiEthnic, ValidFrom: in.ValidFrom}, nil
}

func (a Area) identity() (ident.ID, int64) { return ident.ID{}, 1 }

// isMultiEthnic tells whether the place, or one that it lies in, is a multi-ethnic area (O4).
func isMultiEthnic(tx *db.Tx, code ident.Area) (bool, error) {
	around, err := areasOf(tx, code.Wider())
	return slices.ContainsFunc(around, func(a Area) bool { return a.MultiEthnic }), err
}
