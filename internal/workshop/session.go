package workshop

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"fengqiao/internal/casework"
	"fengqiao/internal/ident"
	"fengqiao/internal/wording"
)

// answers are the record of a session as it is typed: what was sent under each name that the form has.
type answers map[string][]string

// asked are the names of the form's questions. line_who and line_text are the line that is being added.
var asked = []string{"kind", "starts_at", "ends_at", "place", "mode", "attending", "helper_ids", "despite_violence", "told", "record", "line_who", "line_text", "result", "risk", "open",
	"points", "appointment_id", "mediators", "recorder", "matter", "interviewee", "asked_closed", "secret", "participants_consented", "next_starts_at", "next_ends_at", "next_place",
	"participants[0].name", "participants[0].kind", "participants[1].name", "participants[1].kind", "participants[2].name", "participants[2].kind"}

const mostGuests = 3 // that the page has room for

func readAnswers(all func(string) []string) answers {
	a := answers{}
	for _, name := range asked {
		if values := all(name); len(values) > 0 {
			a[name] = values
		}
	}
	return a
}

func (a answers) one(name string) string {
	if len(a[name]) == 0 {
		return ""
	}
	return strings.TrimSpace(a[name][0])
}

// caucus tells whether it is of a session with one party: what is said there is sealed in a place of its own when it is
// saved, and is kept nowhere before.
func (a answers) caucus() bool { return a.one("kind") == "caucus" }

// sharesWords tells whether two records have words in common: a line, or so many signs in a row, whatever stands between
// them. Two sessions about one dispute share names and words; they do not share sentences.
func (a answers) sharesWords(o answers) bool {
	const run = 8 // signs
	one, other := a.words(), o.words()
	whole := strings.Join(other, "\n")
	for _, line := range one {
		if slices.Contains(other, line) {
			return true
		}
		signs := []rune(line)
		for i := 0; i+run <= len(signs); i++ {
			if strings.Contains(whole, string(signs[i:i+run])) {
				return true
			}
		}
	}
	return false
}

// words are the lines of what was typed about what was said, letters and digits alone.
func (a answers) words() (out []string) {
	for _, name := range []string{"record", "result", "line_text", "matter"} {
		for line := range strings.Lines(a.one(name)) {
			line = strings.Map(func(r rune) rune {
				if unicode.IsLetter(r) || unicode.IsDigit(r) {
					return r
				}
				return -1
			}, line)
			if line != "" {
				out = append(out, line)
			}
		}
	}
	return out
}

// addLine puts the line that was typed behind the record: a question, an answer with whose it is, or a note.
func (a answers) addLine(name func(ident.ID) string) {
	text := strings.Join(strings.Fields(a.one("line_text")), " ")
	if text == "" {
		return
	}
	who := a.one("line_who")
	switch id, err := ident.ParseID(who); {
	case who == "question":
		text = "问：" + text
	case err == nil && name(id) != "":
		text = "答（" + name(id) + "）：" + text
	}
	a["record"] = []string{strings.TrimLeft(a.one("record")+"\n"+text, "\n")}
	delete(a, "line_text")
	if who == "question" { // an answer follows; whose, is chosen
		delete(a, "line_who")
	}
}

// found is what the record should be looked at for.
func (a answers) found(s *Service) []wording.Finding {
	if a.caucus() {
		return nil
	}
	return wording.CheckRecord(wording.Record{Text: a.one("record"), Result: a.one("result"), On: s.today()})
}

func (u *understood) ids(at string, values []string) []ident.ID {
	out := []ident.ID{}
	for _, value := range values {
		if id := u.id(at, value); !id.IsZero() {
			out = append(out, id)
		}
	}
	return out
}

// sitting is the record as the case takes it.
func (a answers) sitting(u *understood) casework.Sitting {
	in := casework.Sitting{EndsAt: u.moment("ends_at", a.one("ends_at")), Place: a.one("place"), Mode: a.one("mode"), Kind: a.one("kind"), Open: a.one("open") != "",
		Present: u.ids("attending", a["attending"]), Record: a.one("record"), Risk: u.number("risk", a.one("risk")), Result: a.one("result"), Despite: a.one("despite_violence"),
		Points: slices.Clone(a["points"]), Appointment: u.id("appointment_id", a.one("appointment_id"))}
	if present := u.ids("mediators", a["mediators"]); len(present) > 0 { // nobody ticked: whoever works the case
		in.Mediators = present
	}
	in.Details = casework.Details{Recorder: a.one("recorder"), Matter: a.one("matter"), Interviewee: a.one("interviewee"), AskedClosed: u.ids("asked_closed", a["asked_closed"]),
		Helpers: u.ids("helper_ids", a["helper_ids"]), Secret: a.one("secret")}
	if a.one("starts_at") == "" {
		u.bad.Add("starts_at", "请填写开始时间。", "Please say when it began.")
	} else if start := u.moment("starts_at", a.one("starts_at")); start != nil {
		in.StartsAt = *start
	}
	for i := range mostGuests {
		at := "participants[" + string(rune('0'+i)) + "]"
		if name := a.one(at + ".name"); name != "" {
			in.Guests = append(in.Guests, casework.Guest{Name: name, Kind: a.one(at + ".kind"), Consented: a.one("participants_consented") != ""})
		}
	}
	return in
}

const usualSession = 90 * time.Minute // where nobody says how long the next one is to be

// next is the appointment that follows, if a day for it was named: joint, at the same place unless another was said.
func (a answers) next(u *understood) *casework.Appointing {
	start := u.moment("next_starts_at", a.one("next_starts_at"))
	if start == nil {
		return nil
	}
	end := u.moment("next_ends_at", a.one("next_ends_at"))
	if end == nil {
		usual := start.Add(usualSession)
		end = &usual
	}
	in := &casework.Appointing{StartsAt: start, EndsAt: end, Place: a.one("next_place"), Mode: a.one("mode")}
	if in.Place == "" {
		in.Place = a.one("place")
	}
	return in
}
