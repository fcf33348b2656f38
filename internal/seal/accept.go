package seal

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
)

// Acceptance is an operator's word that the database's last seal counts although another is kept beside the keys, as after an older
// backup was put back. It has a chain of its own in the record, with the reason.
type Acceptance struct {
	ident.Key
	Version    int64     `gorm:"column:version"`
	HadNumber  int64     `gorm:"column:had_number"` // what was kept; 0: nothing that holds
	HadHash    string    `gorm:"column:had_hash"`
	Number     int64     `gorm:"column:number"` // the database's last; 0: none
	Hash       string    `gorm:"column:hash"`
	AcceptedAt time.Time `gorm:"column:accepted_at"`
}

// TableName is the table's.
func (Acceptance) TableName() string { return "seal_acceptances" }

const longestReason = 500 // characters

// Accept takes the database's last seals as they are in each county that a sweep refuses to seal, and enters the reason in its record.
func (s *Service) Accept(ctx context.Context, reason string) (out []Acceptance, err error) {
	if reason = strings.TrimSpace(reason); reason == "" || utf8.RuneCountInString(reason) > longestReason {
		return nil, fault.New(fault.Invalid, "reason", "请写明原因，最多 500 个字。", "Please say why, in 500 characters at most.")
	}
	counties, err := s.counties(ctx)
	for _, county := range counties {
		one, refused, bad := s.accept(ctx, county, reason)
		if err = errors.Join(err, bad); bad == nil && refused {
			out = append(out, one)
		}
	}
	if err == nil && len(out) == 0 {
		err = fault.New(fault.Conflict, "seals", "封存记录没有缺失，不需要确认。", "No seal is missing: there is nothing to accept.")
	}
	return out, err
}

// accept is for one county, while no other program keeps a head; the record is written before the head is put, so that no head is put
// back without an entry that says so, and the head lies on the disk before that, so that nothing is entered where it cannot.
func (s *Service) accept(ctx context.Context, county ident.County, reason string) (a Acceptance, refused bool, err error) {
	err = s.heads.folder.Do(ctx, func() error {
		a, refused, err = s.acceptAlone(ctx, county, reason)
		return err
	})
	return a, refused, err
}

func (s *Service) acceptAlone(ctx context.Context, county ident.County, reason string) (a Acceptance, refused bool, err error) {
	kept, bad, err := s.heads.of(county)
	if err != nil {
		return a, false, err
	}
	var next laid
	defer func() { next.drop() }()
	err = s.Store.Do(ctx, actor.System, county, func(tx *db.Tx) error {
		last, what, err := s.since(tx, county, kept)
		if refused = len(what)+len(bad) > 0; err != nil || !refused {
			return err
		}
		a = Acceptance{Key: tx.NewKey(), Version: 1, HadNumber: kept.Number, HadHash: kept.Hash, Number: last.Number, Hash: last.Hash, AcceptedAt: tx.Now}
		if err := insertAcceptance(tx, a); err != nil {
			return err
		}
		if _, err = s.Journal.Append(tx, journal.Entry{Case: a.ID, Seq: a.Version, Event: "seals_accepted", Words: journal.Words{"reason": reason},
			Fact: journal.Fact{"had_number": kept.Number, "had_hash": kept.Hash, "number": last.Number, "hash": last.Hash}}); err != nil {
			return err
		}
		next.drop() // of a transaction that was begun again
		next, err = s.heads.lay(head{County: county, Number: last.Number, Hash: last.Hash})
		return err
	})
	if err != nil || !refused {
		return a, false, err
	}
	return a, true, next.put()
}

// Accepted are all acceptances, oldest first.
func (s *Service) Accepted(ctx context.Context) ([]Acceptance, error) {
	return db.Look(ctx, s.Store, actor.System, acceptances)
}
