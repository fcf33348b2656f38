package notify

import (
	"context"
	"sync"
	"time"

	"fengqiao/internal/casework"
)

const recentKept = 100

// Recent is a channel that remembers what another one sent, so that a demo can be tried without a telephone. Nothing
// but a demo has one: what it keeps are people's messages.
type Recent struct {
	next Channel
	now  func() time.Time
	mu   sync.Mutex
	kept []Sent // oldest first
}

// Sent is a message as the demo shows it.
type Sent struct {
	At      time.Time
	Channel string
	To      string // masked
	Text    string
}

// NewRecent remembers what next sent.
func NewRecent(next Channel, now func() time.Time) *Recent { return &Recent{next: next, now: now} }

// Send sends by the other channel and remembers what it took.
func (r *Recent) Send(ctx context.Context, m casework.Message) error {
	if err := r.next.Send(ctx, m); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept = append(r.kept, Sent{At: r.now(), Channel: m.Channel, To: casework.Masked(m.To), Text: m.Text})
	if over := len(r.kept) - recentKept; over > 0 {
		r.kept = append([]Sent(nil), r.kept[over:]...)
	}
	return nil
}

// Newest are the messages remembered, newest first.
func (r *Recent) Newest() []Sent {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]Sent, 0, len(r.kept))
	for i := len(r.kept) - 1; i >= 0; i-- {
		out = append(out, r.kept[i])
	}
	return out
}
