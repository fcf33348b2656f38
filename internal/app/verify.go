package app

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/db"
	"fengqiao/internal/files"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/rollup"
	"fengqiao/internal/seal"
)

// Verified is what a look at everything that can be proved found.
type Verified struct {
	Cases   int // cases, without what else has a chain
	Chains  int
	Entries int64
	Breaks  []journal.Break // of the record
	Seals   seal.Verified
	Files   files.Verified
	Months  rollup.Verified
}

const (
	entriesAtOnce  = 2000
	versionsAtOnce = 500
	countiesAtOnce = 2 // readers at work
)

// Verify walks every chain of the record, each compared with the version of its case or of what else it belongs to, looks for cases
// without a chain and chains without a case, and compares the record with the seals of every day, files with their rows, and
// months with the rows that they add up. It holds a batch at a time; the program may go on working.
func (a *App) Verify(ctx context.Context) (out Verified, err error) {
	if err := a.verifyRecord(ctx, &out); err != nil {
		return out, err
	}
	if out.Seals, err = a.Seals.Verify(ctx, a.Signer.Public()); err != nil {
		return out, err
	}
	if out.Files, err = a.Files.Verify(ctx, a.Store); err != nil {
		return out, err
	}
	out.Months, err = a.Rollup.Verify(ctx)
	return out, err
}

func (a *App) verifyRecord(ctx context.Context, out *Verified) error {
	counties, err := db.Look(ctx, a.Store, actor.System, journal.Recorded)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	g, each := errgroup.WithContext(ctx)
	g.SetLimit(countiesAtOnce)
	for _, county := range counties {
		g.Go(func() error {
			return a.verifyCounty(each, county, func(batch Verified) {
				mu.Lock()
				defer mu.Unlock()
				out.Chains, out.Entries, out.Breaks = out.Chains+batch.Chains, out.Entries+batch.Entries, append(out.Breaks, batch.Breaks...)
			})
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return a.Store.Read(ctx, actor.System, func(tx *db.Tx) error {
		without, err := casesWithoutChain(tx)
		for _, id := range without {
			out.Breaks = append(out.Breaks, journal.Break{Case: id, What: "it has no entry at all"})
		}
		if err != nil {
			return err
		}
		out.Cases, err = countCases(tx)
		return err
	})
}

// verifyCounty walks a county's chains, some thousand entries in each reading transaction.
func (a *App) verifyCounty(ctx context.Context, county ident.County, add func(Verified)) error {
	j := journal.New(a.Vault, a.Random)
	var last ident.ID
	for {
		batch := Verified{}
		err := a.Store.Read(ctx, actor.System, func(tx *db.Tx) error {
			chains, err := j.Walk(tx, county, last, entriesAtOnce)
			if err != nil || len(chains) == 0 {
				return err
			}
			last, batch.Chains = chains[len(chains)-1].Case, len(chains)
			if err := compareVersions(tx, county, chains, &batch); err != nil {
				return err
			}
			return compareFiles(tx, county, chains, &batch)
		})
		if err != nil || batch.Chains == 0 {
			return err
		}
		add(batch)
	}
}

// compareVersions compares chains with what they belong to.
func compareVersions(tx *db.Tx, county ident.County, chains []journal.Walked, out *Verified) error {
	versions := make(map[ident.ID]int64, len(chains))
	for _, table := range chained {
		var open []ident.ID
		for _, c := range chains {
			if _, known := versions[c.Case]; !known {
				open = append(open, c.Case)
			}
		}
		for part := range slices.Chunk(open, versionsAtOnce) {
			rows, err := versionsOf(tx, table, county, part)
			if err != nil {
				return err
			}
			for _, r := range rows {
				versions[r.ID] = r.Version
			}
		}
	}
	for _, c := range chains {
		out.Entries += c.Length
		version, known := versions[c.Case]
		if !known {
			out.Breaks = append(out.Breaks, journal.Break{Case: c.Case, What: "the case of this chain is gone"})
			version = c.Length
		}
		out.Breaks = append(out.Breaks, c.Against(version)...)
	}
	return nil
}

// compareFiles looks whether the files that entries name are in the books still, but for as many as entries tell were erased.
func compareFiles(tx *db.Tx, county ident.County, chains []journal.Walked, out *Verified) error {
	var hashes []string
	for _, c := range chains {
		hashes = append(hashes, c.Files...)
	}
	known := map[string]bool{}
	for part := range slices.Chunk(hashes, versionsAtOnce) {
		some, err := files.Known(tx, county, part)
		if err != nil {
			return err
		}
		for h := range some {
			known[h] = true
		}
	}
	for _, c := range chains {
		gone := 0
		for _, h := range c.Files {
			if !known[h] {
				gone++
			}
		}
		if gone > c.Erased {
			out.Breaks = append(out.Breaks, journal.Break{Case: c.Case, What: fmt.Sprintf("%d files that were attached are gone without an entry that says so", gone-c.Erased)})
		}
	}
	return nil
}

// All are the breaks, a line each.
func (v Verified) All() (out []string) {
	for _, b := range v.Breaks {
		out = append(out, fmt.Sprintf("case %s, entry %d: %s", b.Case, b.Seq, b.What))
	}
	for _, b := range v.Seals.Breaks {
		out = append(out, fmt.Sprintf("county %s, sealed until %s: %s", b.County, b.Until, b.What))
	}
	for _, b := range v.Files.Breaks {
		line := fmt.Sprintf("file %s: %s", b.File, b.What)
		if !b.Document.IsZero() {
			line = fmt.Sprintf("document %s, file %s: %s", b.Document, b.File, b.What)
		}
		out = append(out, line)
	}
	for _, b := range v.Months.Breaks {
		out = append(out, fmt.Sprintf("county %s, month %.7s: the figures are not those of the rows", b.County, b.Month))
	}
	return out
}

// Read says what was read.
func (v Verified) Read() string {
	return fmt.Sprintf("%d cases, %d chains with %d entries, %d seals, %d documents in %d files, %d months", v.Cases, v.Chains, v.Entries, v.Seals.Seals,
		v.Files.Documents, v.Files.Files, v.Months.Months)
}

// Report writes what was read and every break, for whoever keeps such reports.
func (a *App) Report(to io.Writer, v Verified) error {
	breaks := v.All()
	_, err := fmt.Fprintf(to, "Fengqiao %s, %s: verification\nRead: %s.\n", a.Version, calendar.Local(a.Store.Now()).Format("2006-01-02 15:04 MST"), v.Read())
	if v.Files.Waiting > 0 && err == nil {
		_, err = fmt.Fprintf(to, "Files younger than a day without a row: %d. They are of acts that failed, and go by themselves.\n", v.Files.Waiting)
	}
	for _, line := range breaks {
		if err == nil {
			_, err = fmt.Fprintln(to, line)
		}
	}
	if err == nil {
		_, err = fmt.Fprintf(to, "Breaks: %d.\n", len(breaks))
	}
	return err
}
