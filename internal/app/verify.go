package app

import (
	"context"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/seal"
)

// Verified is what a walk over the record of acts found.
type Verified struct {
	Cases  int
	Breaks []journal.Break
	Seals  seal.Verified
}

const versionsAtOnce = 500

// Verify walks the chain of every case, and of every row that has one beside them, each compared with its own version, looks for chains
// whose case is gone, and compares the record with the seals of every day.
func (a *App) Verify(ctx context.Context) (out Verified, err error) {
	for _, table := range chained {
		if err = a.verifyAll(ctx, table, &out); err != nil {
			return out, err
		}
	}
	err = a.Store.Read(ctx, actor.System, func(tx *db.Tx) error {
		ids, err := chainsWithoutCase(tx)
		for _, id := range ids {
			out.Breaks = append(out.Breaks, journal.Break{Case: id, What: "the case of this chain is gone"})
		}
		return err
	})
	if err == nil {
		out.Seals, err = a.Seals.Verify(ctx, a.Signer.Public())
	}
	return out, err
}

// verifyAll walks the chains of one table's rows.
func (a *App) verifyAll(ctx context.Context, table string, out *Verified) (err error) {
	j := journal.New(a.Vault, a.Random)
	var last ident.Key
	for more := true; more && err == nil; {
		err = a.Store.Read(ctx, actor.System, func(tx *db.Tx) error {
			rows, err := versionsAfter(tx, table, last, versionsAtOnce)
			if err != nil {
				return err
			}
			for _, r := range rows {
				breaks, err := j.Verify(tx, r.ID, r.Version)
				if err != nil {
					return err
				}
				out.Breaks, last = append(out.Breaks, breaks...), r.Key
				if table == chained[0] {
					out.Cases++
				}
			}
			more = len(rows) == versionsAtOnce
			return nil
		})
	}
	return err
}
