package registry

import (
	"errors"

	"fengqiao/internal/calendar"
	"fengqiao/internal/codes"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

const adult = 18 // years; PML 14, O10

// Educations are the levels of the national standard that statistics ask for.
var Educations = []string{"", "10", "20", "30", "40", "60", "70", "80", "90"}

// Person is somebody who takes a place: the id of one who is known already, or what is needed to enter one.
type Person struct {
	ID        ident.ID
	Name      string
	IDNumber  string // needed for somebody new; tells the birth date and the sex
	Phone     string
	Born      calendar.Day // for somebody known
	Sex       ident.Sex
	Ethnicity string // of the national list: 01 is Han
	Citizen   bool
}

// Served is what is recorded of anybody who mediates.
type Served struct {
	Education  string
	FullTime   bool
	Background []string
}

func (v Served) check(c *fault.Check) {
	allowed(c, "education", v.Education, Educations...)
	for _, b := range v.Background { // W4
		c.Take("background", codes.Backgrounds.Check(b))
	}
}

// newcomer checks a person and enters them when they are not known: an adult citizen (O10).
func (s *Service) newcomer(tx *db.Tx, p Person, v Served) (Person, error) {
	var check fault.Check
	var err error
	p.Name, err = ident.ParseName(p.Name)
	check.Take("person.name", err)
	unread := false // a number that cannot be read says nothing of the sex, and nobody is asked for it
	if p.ID.IsZero() || p.IDNumber != "" {
		n, err := ident.ParseIDNumber(p.IDNumber, string(today(tx)))
		check.Take("person.id_number", err)
		unread = err != nil
		p.IDNumber, p.Born, p.Sex = string(n), calendar.Day(n.Born()), n.Sex()
	}
	if p.Born.IsZero() && p.IDNumber == "" && !p.ID.IsZero() {
		check.Add("person.born", "请填写出生日期。", "Give the date of birth.")
	}
	if !unread {
		allowed(&check, "person.sex", p.Sex, ident.Male, ident.Female)
	}
	v.check(&check)
	if err := check.Err(); err != nil {
		return p, err
	}
	if err := mayMediate(p, today(tx)); err != nil {
		return p, err
	}
	if !p.ID.IsZero() {
		return p, nil
	}
	if s.AddPerson == nil {
		return p, errors.New("registry: nobody enters new persons")
	}
	p.ID, err = s.AddPerson(tx, p)
	return p, err
}

// left tells of somebody who left, or took another office.
func (s *Service) left(tx *db.Tx, committee, person ident.ID) error {
	if s.Left == nil {
		return nil
	}
	return s.Left(tx, committee, person)
}

// mayMediate holds a person to O10: an adult citizen.
func mayMediate(p Person, day calendar.Day) error {
	if p.Born.AgeOn(day) < adult {
		return fault.Rule("O10", "人民调解员应当是成年公民（人民调解法第十四条），须年满 18 周岁。",
			"A mediator must be an adult citizen (People's Mediation Law, article 14): 18 years or older.")
	}
	if !p.Citizen {
		return fault.Rule("O10", "人民调解员应当是成年公民（人民调解法第十四条），请确认其公民身份。",
			"A mediator must be an adult citizen (People's Mediation Law, article 14); please confirm the citizenship.")
	}
	return nil
}

// handedOver refuses to let a mediator go who still works on cases (R8).
func (s *Service) handedOver(tx *db.Tx, m Mediator) error {
	if s.OpenCases == nil {
		return errors.New("registry: nobody counts open cases") // not knowing is no reason to let somebody go
	}
	open, err := s.OpenCases(tx, m.ID)
	if err != nil {
		return err
	}
	if open > 0 {
		return fault.Rule("R8", "%s 还有 %d 件未结案件，请先移交。", "%s still has %d open cases; please hand them over first.", m.Name, open)
	}
	return nil
}
