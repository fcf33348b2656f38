package seal

import (
	"bufio"
	"context"
	"io"
	"regexp"
	"strings"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
)

// inBook is a line of the book: a day, anything, and the 32 characters in groups or in one.
var inBook = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})\b.*?((?:[0-9a-fA-F]{4}[ \t]*){8})$`)

// Compare reads digests that were kept on paper and tells the days of which the database says something else, in the order of the
// book. n is how many days the book has.
func (s *Service) Compare(ctx context.Context, book io.Reader) (differ []calendar.Day, n int, err error) {
	lines := bufio.NewScanner(book)
	for at := 1; lines.Scan(); at++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		m := inBook.FindStringSubmatch(line)
		if m == nil {
			return nil, 0, fault.New(fault.Invalid, "book", "第 %d 行不是“日期 + 32 位摘要”。", "Line %d is no day with its 32 characters.", at)
		}
		on := calendar.Day(m[1])
		all, err := db.Look(ctx, s.Store, actor.System, func(tx *db.Tx) ([]Seal, error) { return sealsUntil(tx, on) })
		if err != nil {
			return nil, 0, err
		}
		said := strings.ToLower(strings.Join(strings.Fields(m[2]), ""))
		if n++; len(all) == 0 || !strings.HasPrefix(dayOf(on, all).Digest, said) {
			differ = append(differ, on)
		}
	}
	return differ, n, lines.Err()
}
