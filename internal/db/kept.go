package db

import (
	"sync"
	"time"
)

// kept is what this process remembers of rows that everybody reads and hardly anybody changes: the calendar, places,
// the names of committees. A change made here is seen at once; another process's within keptFor.
type kept struct {
	mu      sync.Mutex
	changes int64 // how often everything was forgotten: what was read before a change is not kept after it
	at      map[any]keptValue
}

type keptValue struct {
	value  any
	readAt time.Time
}

const (
	keptFor  = time.Minute
	keptMost = 10_000 // values; then everything is forgotten, so that a nation's places do not fill the memory
)

// Recall is what a transaction of this process kept under a key within the last minute. It is shared: it must not be
// changed. Keys are of the caller's own types.
func Recall[T any](tx *Tx, key any) (value T, ok bool) {
	if tx.outdates {
		return value, false
	}
	k := &tx.store.kept
	k.mu.Lock()
	defer k.mu.Unlock()
	v, ok := k.at[key]
	if age := tx.Now.Sub(v.readAt); !ok || age < 0 || age >= keptFor {
		return value, false
	}
	value, ok = v.value.(T)
	return value, ok
}

// Keep remembers for a minute what was read, for Recall.
func (tx *Tx) Keep(key, value any) {
	if tx.outdates {
		return
	}
	k := &tx.store.kept
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.changes != tx.changes: // it may have been read before the change
		return
	case k.at == nil || len(k.at) >= keptMost:
		k.at = map[any]keptValue{}
	}
	k.at[key] = keptValue{value, tx.Now}
}

// Outdate says that the transaction changes what others keep: it recalls nothing itself from here on, and when it ends,
// everything is forgotten.
func (tx *Tx) Outdate() { tx.outdates = true }

func (k *kept) changesSoFar() int64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.changes
}

func (k *kept) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.changes++
	k.at = nil
}
