package notify

import (
	"context"
	"log/slog"

	"fengqiao/internal/casework"
)

// Switch sends text messages by one channel and e-mail by another.
type Switch struct{ SMS, Email Channel }

// Send hands a message to the channel of its kind.
func (s Switch) Send(ctx context.Context, m casework.Message) error {
	switch m.Channel {
	case casework.BySMS:
		return s.SMS.Send(ctx, m)
	case casework.ByEmail:
		return s.Email.Send(ctx, m)
	}
	return Trouble("the letter names no channel")
}

// Log notes that there was a message, of what kind and for whom as far as they would recognise it, and never what it
// said. It sends nothing: for trying out.
type Log struct{ log *slog.Logger }

// NewLog writes to a log.
func NewLog(log *slog.Logger) Log { return Log{log} }

// Send notes one message.
func (l Log) Send(ctx context.Context, m casework.Message) error {
	l.log.InfoContext(ctx, "message", "kind", m.Kind, "channel", m.Channel, "to", casework.Masked(m.To))
	return nil
}
