package account

import (
	"fmt"

	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

// Person is somebody, with what is known of them in the clear. Only the name is needed.
type Person struct {
	ID        ident.ID
	Name      string
	IDNumber  string
	Phone     string
	Address   string
	Sex       ident.Sex // told by the identity number where there is one
	Ethnicity string    // of the national list: 01 is Han
	Born      calendar.Day
}

const (
	loginKind    = "login"
	idNumberKind = "id_number"
	phoneKind    = "phone"
)

// AddPerson enters somebody and gives their id: that of the person who is known under this identity number already, if
// there is one. Faults: Invalid values by name, Conflict when the number belongs to somebody of another name.
func (s *Service) AddPerson(tx *db.Tx, p Person) (ident.ID, error) {
	p, err := checked(p, calendar.DayOf(tx.Now))
	if err != nil {
		return ident.ID{}, err
	}
	if known, err := s.known(tx, p); err != nil || !known.IsZero() {
		return known, err
	}
	row := s.personRow(tx, p)
	if p.IDNumber != "" {
		if err := tx.Register(idNumberKind, row.IDNumberIndex, row.ID); err != nil {
			return ident.ID{}, at("id_number", err)
		}
	}
	return row.ID, tx.Rows().Create(&row).Error
}

// AddPersons enters many people at once, for loading in bulk: values are taken as they are, and an identity number
// that is known fails the whole.
func (s *Service) AddPersons(tx *db.Tx, in []Person) ([]ident.ID, error) {
	rows, ids, names := make([]personRow, len(in)), make([]ident.ID, len(in)), map[string]ident.ID{}
	for i, p := range in {
		rows[i] = s.personRow(tx, p)
		ids[i] = rows[i].ID
		if p.IDNumber != "" {
			names[rows[i].IDNumberIndex] = ids[i]
		}
	}
	if len(names) > 0 {
		if err := tx.RegisterAll(idNumberKind, names); err != nil {
			return nil, err
		}
	}
	return ids, db.Load(tx, rows)
}

func checked(p Person, today calendar.Day) (Person, error) {
	var check fault.Check
	var err error
	p.Name, err = ident.ParseName(p.Name)
	check.Take("name", err)
	if p.IDNumber != "" {
		n, err := ident.ParseIDNumber(p.IDNumber, string(today))
		check.Take("id_number", err)
		if err == nil {
			p.IDNumber, p.Born, p.Sex = string(n), calendar.Day(n.Born()), n.Sex()
		}
	}
	if p.Phone != "" {
		n, err := ident.ParsePhone(p.Phone)
		check.Take("phone", err)
		p.Phone = string(n)
	}
	return p, check.Err()
}

// known is the person whom this identity number names, under any key of the vault; the zero id for nobody.
func (s *Service) known(tx *db.Tx, p Person) (ident.ID, error) {
	for _, index := range s.Vault.Indexes(idNumberKind, p.IDNumber) {
		id, err := tx.LookUp(idNumberKind, index)
		if fault.Is(err, fault.Missing) {
			continue
		}
		if err != nil {
			return ident.ID{}, err
		}
		row, err := personByID(tx, id)
		if err == nil && ident.MatchName(row.Name) != ident.MatchName(p.Name) {
			return ident.ID{}, fault.New(fault.Conflict, "id_number", "这个身份证号码已登记在另一个姓名下，请核对。",
				"This identity number is entered under another name; please check it.").At("id_number")
		}
		return id, err
	}
	return ident.ID{}, nil
}

func (s *Service) personRow(tx *db.Tx, p Person) personRow {
	key := tx.NewKey()
	place := func(column string) vault.Place { return vault.Place{Table: "persons", Column: column, Row: key.ID} }
	return personRow{Key: key, Version: 1, Name: p.Name,
		IDNumberSealed: s.Vault.Seal(place("id_number_sealed"), p.IDNumber), IDNumberIndex: s.Vault.Index(idNumberKind, p.IDNumber),
		PhoneSealed: s.Vault.Seal(place("phone_sealed"), p.Phone), PhoneIndex: s.Vault.Index(phoneKind, p.Phone),
		AddressSealed: s.Vault.Seal(place("address_sealed"), p.Address),
		Sex:           string(p.Sex), Ethnicity: p.Ethnicity, Born: p.Born, MadeAt: tx.Now}
}

// FindPerson is a person with their sealed values opened. Fault Missing.
func (s *Service) FindPerson(tx *db.Tx, id ident.ID) (Person, error) {
	row, err := personByID(tx, id)
	if err != nil {
		return Person{}, err
	}
	p := Person{ID: row.ID, Name: row.Name, Sex: ident.Sex(row.Sex), Ethnicity: row.Ethnicity, Born: row.Born}
	for _, v := range []struct {
		column string
		sealed []byte
		to     *string
	}{{"id_number_sealed", row.IDNumberSealed, &p.IDNumber}, {"phone_sealed", row.PhoneSealed, &p.Phone},
		{"address_sealed", row.AddressSealed, &p.Address}} {
		if *v.to, err = s.Vault.Open(vault.Place{Table: "persons", Column: v.column, Row: id}, v.sealed); err != nil {
			return Person{}, fmt.Errorf("person %s: %w", id, err)
		}
	}
	return p, nil
}

// NameOf is a person's name, without opening what is sealed. Fault Missing.
func (s *Service) NameOf(tx *db.Tx, id ident.ID) (string, error) {
	row, err := personByID(tx, id)
	return row.Name, err
}

// PhoneIndex is the blind index of a person's telephone; "" when none is known.
func (s *Service) PhoneIndex(tx *db.Tx, id ident.ID) (string, error) {
	row, err := personByID(tx, id)
	return row.PhoneIndex, err
}
