// Package turn is the turn of keys: every sealed value of every table is sealed anew under the newest key of its ring, while people
// work, and a key may be taken away when nothing lies under it any more. Which columns are sealed follows from the models.
package turn

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/db"
	"fengqiao/internal/ident"
	"fengqiao/internal/vault"
)

// Ring is a ring of keys that can seal anew.
type Ring interface {
	KeyIDs() []string // the last one seals
	Reseal(p vault.Place, sealed []byte) ([]byte, error)
}

// The rings of the house.
const (
	Vault  = "vault"
	Caucus = "caucus"
)

// Keeper turns keys.
type Keeper struct {
	store   *db.Store
	vault   *vault.Vault
	rings   map[string]Ring
	columns []Column
}

// New makes a Keeper of sealed columns (Columns).
func New(store *db.Store, v *vault.Vault, c *vault.Caucus, columns []Column) *Keeper {
	return &Keeper{store: store, vault: v, rings: map[string]Ring{Vault: v, Caucus: c}, columns: columns}
}

// Missing is a key that is not in its ring although values lie under it.
type Missing struct {
	Ring, Key string
	Values    int64
}

// Error says what to do.
func (m *Missing) Error() string {
	file := map[string]string{Vault: "keys", Caucus: "caucus-keys"}[m.Ring]
	return fmt.Sprintf("key %s is missing in %s: %d values lie under it and could not be read. Put its line back before the last one; it can go when fengqiao keys turn has said so", m.Key, file, m.Values)
}

// Begin is for every start: it takes the keys of indexes as they are kept, or keeps them; it refuses a ring that lacks a key under which
// something lies (*Missing); and it notes which key this process seals under.
func (k *Keeper) Begin(ctx context.Context) error {
	lacks, err := db.Look(ctx, k.store, actor.System, k.lacks)
	if err != nil {
		return err
	}
	for _, one := range lacks {
		uses, err := k.Uses(ctx, one.Ring)
		if err != nil {
			return err
		}
		if one.Values = of(uses, one.Key); one.Values > 0 {
			return &one
		}
	}
	if err := k.guess(ctx); err != nil {
		return err
	}
	return k.Note(ctx)
}

// guess says from which key the keys of indexes follow where a ring has several and nothing is kept yet, as after an upgrade: the one
// under which most lies.
func (k *Keeper) guess(ctx context.Context) error {
	_, err := db.Look(ctx, k.store, actor.System, fixedIn)
	if ids := k.vault.KeyIDs(); !db.IsNone(err) || len(ids) == 1 {
		if db.IsNone(err) {
			err = nil
		}
		return err
	}
	uses, err := k.Uses(ctx, Vault)
	most := Use{}
	for _, u := range uses {
		if u.Values > most.Values {
			most = u
		}
	}
	k.vault.FixTo(most.Key)
	return err
}

// lacks are keys that were noted and are not in their ring.
func (k *Keeper) lacks(tx *db.Tx) (out []Missing, err error) {
	rows, err := notedIn(tx)
	for _, r := range rows {
		if r.Name != fixedName && !slices.Contains(k.rings[r.Ring].KeyIDs(), r.Name) {
			out = append(out, Missing{Ring: r.Ring, Key: r.Name})
		}
	}
	return out, err
}

// fixedPlace is where the keys of indexes and codes lie.
var fixedPlace = vault.Place{Table: "ring_keys", Column: "key_sealed"}

const fixedName = "fixed"

// Note notes under which keys this process seals, and takes the keys of indexes. Servers do it now and then: one that seals under an
// older key must not go unnoticed.
func (k *Keeper) Note(ctx context.Context) error {
	return k.store.Do(ctx, actor.System, "", func(tx *db.Tx) error {
		rows, err := notedIn(tx)
		if err != nil {
			return err
		}
		for name, ring := range k.rings {
			ids := ring.KeyIDs()
			if !slices.ContainsFunc(rows, func(r ringKey) bool { return r.Ring == name && r.Name != fixedName }) {
				for _, id := range ids[:len(ids)-1] { // nothing was noted yet: what opens may have sealed
					if err := note(tx, ringKey{Ring: name, Name: id, MadeAt: tx.Now}); err != nil {
						return err
					}
				}
			}
			if err := note(tx, ringKey{Ring: name, Name: ids[len(ids)-1], MadeAt: tx.Now}); err != nil {
				return err
			}
		}
		return k.fix(tx)
	})
}

// fix takes the keys of indexes as the first process kept them.
func (k *Keeper) fix(tx *db.Tx) error {
	if err := note(tx, ringKey{Ring: Vault, Name: fixedName, KeySealed: k.vault.Seal(fixedPlace, k.vault.Fixed()), MadeAt: tx.Now}); err != nil {
		return err
	}
	row, err := fixedIn(tx)
	if err != nil {
		return err
	}
	kept, err := k.vault.Open(fixedPlace, row.KeySealed)
	if err != nil {
		return err
	}
	return k.vault.Fix(kept)
}

// Use is how many values lie under a key of a ring.
type Use struct {
	Ring, Key string
	Values    int64
}

func of(uses []Use, key string) (n int64) {
	for _, u := range uses {
		if u.Key == key {
			n += u.Values
		}
	}
	return n
}

// Uses counts the values of a ring by the key under which they lie. It reads every table.
func (k *Keeper) Uses(ctx context.Context, ring string) (out []Use, err error) {
	found := map[string]int64{}
	for _, c := range k.columns {
		if c.Ring != ring {
			continue
		}
		err := k.store.Read(ctx, actor.System, func(tx *db.Tx) error { return c.count(tx, found) })
		if err != nil {
			return nil, err
		}
	}
	if ring == Vault {
		row, err := db.Look(ctx, k.store, actor.System, fixedIn)
		if err == nil {
			found[vault.KeyIDOf(row.KeySealed)]++
		} else if !db.IsNone(err) {
			return nil, err
		}
	}
	for key, n := range found {
		out = append(out, Use{ring, key, n})
	}
	slices.SortFunc(out, func(a, b Use) int { return slices.Compare([]string{a.Key}, []string{b.Key}) })
	return out, nil
}

// Turned is what a turn did.
type Turned struct {
	Ring, Key string   // the key under which everything lies now
	Values    int64    // sealed anew
	Broken    []string // values that did not open, with their place
	Left      []Use    // values under older keys still
	Free      []string // older keys under which nothing lies: they may go
}

// Turn seals every value of a ring that lies under an older key anew. It works in small transactions, changes a value only as it was
// read, and may be stopped and begun again at any time, by several at once. told is called for every column that is done.
func (k *Keeper) Turn(ctx context.Context, ring string, told func(c Column, n int64)) (out Turned, err error) {
	ids := k.rings[ring].KeyIDs()
	out = Turned{Ring: ring, Key: ids[len(ids)-1]}
	for pass := 0; pass < mostPasses; pass++ { // a value may be written back under the old key after it was passed
		n := int64(0)
		out.Broken = nil
		for _, c := range k.columns {
			if c.Ring != ring {
				continue
			}
			done, broken, err := k.reseal(ctx, c, out.Key)
			n, out.Values, out.Broken = n+done, out.Values+done, append(out.Broken, broken...)
			if err != nil {
				return out, err
			}
			if told != nil && done > 0 {
				told(c, done)
			}
		}
		if n == 0 {
			break
		}
	}
	return out, k.finish(ctx, &out)
}

const (
	mostPasses = 5
	atOnce     = 500
)

// finish wraps the keys of indexes anew, looks what is left, and forgets keys that nothing lies under.
func (k *Keeper) finish(ctx context.Context, out *Turned) error {
	if out.Ring == Vault {
		err := k.store.Do(ctx, actor.System, "", func(tx *db.Tx) error {
			return keepFixed(tx, k.vault.Seal(fixedPlace, k.vault.Fixed()))
		})
		if err != nil {
			return err
		}
	}
	uses, err := k.Uses(ctx, out.Ring)
	if err != nil {
		return err
	}
	for _, u := range uses {
		if u.Key != out.Key {
			out.Left = append(out.Left, u)
		}
	}
	return k.store.Do(ctx, actor.System, "", func(tx *db.Tx) error {
		rows, err := notedIn(tx)
		for _, r := range rows {
			if r.Ring == out.Ring && r.Name != fixedName && r.Name != out.Key && of(uses, r.Name) == 0 {
				out.Free = append(out.Free, r.Name)
				err = errors.Join(err, forget(tx, r))
			}
		}
		return err
	})
}

// reseal seals a column anew, county by county.
func (k *Keeper) reseal(ctx context.Context, c Column, current string) (n int64, broken []string, err error) {
	counties, err := db.Look(ctx, k.store, actor.System, c.counties)
	for _, county := range counties {
		after := value{}
		for more := true; more && err == nil; {
			var batch []value
			batch, err = db.Look(ctx, k.store, actor.System, func(tx *db.Tx) ([]value, error) { return c.stale(tx, county, after, current, atOnce) })
			if err != nil || len(batch) == 0 {
				break
			}
			anew, bad := k.anew(c, batch)
			begun := k.store.Now()
			err = k.store.Do(ctx, actor.System, county, func(tx *db.Tx) error {
				done, err := c.put(tx, county, anew)
				n += done
				return err
			})
			broken, after = append(broken, bad...), batch[len(batch)-1]
			if more = len(batch) == atOnce; more && err == nil {
				err = k.give(ctx, k.store.Now().Sub(begun))
			}
		}
	}
	return n, broken, err
}

// anew seals values under the current key, and names those that do not open.
func (k *Keeper) anew(c Column, batch []value) (out []value, broken []string) {
	for _, v := range batch {
		var err error
		if v.Anew, err = k.rings[c.Ring].Reseal(vault.Place{Table: c.Table, Column: c.Name, Row: v.Bound}, v.Sealed); err != nil {
			broken = append(broken, fmt.Sprintf("%s.%s of %s", c.Table, c.Name, v.Bound))
			continue
		}
		out = append(out, v)
	}
	return out, broken
}

const leastPause = 20 * time.Millisecond

// give lets others write: SQLite has one writer, and one who waits for it looks only now and then whether it is free. So the turn rests
// as long as it wrote.
func (k *Keeper) give(ctx context.Context, wrote time.Duration) error {
	if k.store.Dialect() != "sqlite" {
		return nil
	}
	rest := time.NewTimer(max(wrote, leastPause))
	defer rest.Stop()
	select {
	case <-rest.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// value is a sealed value of a row.
type value struct {
	ID     ident.ID `gorm:"column:id"`
	Number int64    `gorm:"column:number"`
	Bound  ident.ID `gorm:"column:bound"`
	Sealed []byte   `gorm:"column:sealed"`
	Anew   []byte   `gorm:"-"`
}
