package calendar

import (
	_ "embed"
	"strings"
)

// holidaysCSV holds the tables that the State Council has published, as day,kind,name. Later years are entered by the
// administrator when they come out, each November.
//
//go:embed holidays.csv
var holidaysCSV string

// Published gives the tables the product was built with, in order of days.
func Published() []Holiday {
	lines := strings.Split(strings.TrimSpace(holidaysCSV), "\n")[1:]
	out := make([]Holiday, 0, len(lines))
	for _, line := range lines {
		f := strings.SplitN(line, ",", 3)
		out = append(out, Holiday{Day: Day(f[0]), Kind: Kind(f[1]), Name: f[2]})
	}
	return out
}
