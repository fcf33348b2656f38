package notify_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/calendar"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/db/dbtest"
	"fengqiao/internal/ident"
	"fengqiao/internal/journal"
	"fengqiao/internal/notify"
	"fengqiao/internal/vault"
)

const (
	fengze   ident.County = "350503"
	jinjiang ident.County = "350582"
)

// mouth is a channel that remembers what it said, and can be struck dumb.
type mouth struct {
	mu    sync.Mutex
	said  []casework.Message
	tried int
	dumb  error
	first func() // before the first message
}

func (m *mouth) Send(_ context.Context, msg casework.Message) error {
	m.mu.Lock()
	first := m.first
	m.first, m.tried = nil, m.tried+1
	m.mu.Unlock()
	if first != nil {
		first()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dumb == nil {
		m.said = append(m.said, msg)
	}
	return m.dumb
}

func (m *mouth) turn(dumb error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dumb = dumb
}

func (m *mouth) texts() map[string]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[string]int{}
	for _, msg := range m.said {
		out[msg.Text]++
	}
	return out
}

// office has an outbox, a relay and its channel.
type office struct {
	*testing.T
	store *db.Store
	vault *vault.Vault
	clock *dbtest.Clock
	mouth *mouth
	log   *bytes.Buffer
	relay *notify.Relay
}

func each(t *testing.T, fn func(*office)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		v, err := vault.New(rand.Reader, bytes.Repeat([]byte{7}, vault.MasterSize))
		if err != nil {
			t.Fatal(err)
		}
		o := &office{T: t, store: s, vault: v, clock: dbtest.ClockOf(s), mouth: &mouth{}, log: &bytes.Buffer{}}
		o.relay = o.relayTo(o.mouth)
		fn(o)
	})
}

func (o *office) relayTo(c notify.Channel) *notify.Relay {
	log := slog.New(slog.NewJSONHandler(o.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return notify.New(notify.Options{Store: o.store, Vault: o.vault, Channel: c, Log: log})
}

func (o *office) post(county ident.County, text string) {
	o.Helper()
	o.postRaw(county, casework.MessageTopic, casework.Message{Channel: "sms", To: "13905950001", Kind: "invitation", Text: text})
}

func (o *office) postRaw(county ident.County, topic string, what any) {
	o.Helper()
	err := o.store.Do(o.Context(), actor.System, county, func(tx *db.Tx) error {
		text, err := json.Marshal(what)
		if err != nil {
			return err
		}
		id := tx.NewID()
		table, column, row := casework.MessagePlace(id)
		return journal.Post(tx, id, topic, tx.NewID(), o.vault.Seal(vault.Place{Table: table, Column: column, Row: row}, string(text)))
	})
	if err != nil {
		o.Fatal(err)
	}
}

// rounds looks until nothing more is due.
func (o *office) rounds(r *notify.Relay) {
	o.Helper()
	for range 1000 {
		more, err := r.Round(o.Context())
		if err != nil {
			o.Fatal(err)
		}
		if !more {
			return
		}
	}
	o.Fatal("the relay never ends")
}

// waiting are the letters in the outbox, due or not.
func (o *office) waiting() (n int) {
	o.Helper()
	pool, err := o.store.Pool()
	if err == nil {
		err = pool.QueryRowContext(o.Context(), "SELECT count(*) FROM outbox").Scan(&n)
	}
	if err != nil {
		o.Fatal(err)
	}
	return n
}

func (o *office) saidOnce(n int) {
	o.Helper()
	got := o.mouth.texts()
	for text, times := range got {
		if times != 1 {
			o.Errorf("%q was sent %d times", text, times)
		}
	}
	if len(got) != n {
		o.Errorf("%d of %d messages were sent", len(got), n)
	}
}

func TestAMessageIsSentOnce(t *testing.T) {
	each(t, func(o *office) {
		for i := range 20 {
			o.post(fengze, fmt.Sprint("fengze ", i))
			o.post(jinjiang, fmt.Sprint("jinjiang ", i))
		}
		o.rounds(o.relay)
		o.saidOnce(40)
		o.clock.Move(24 * time.Hour)
		o.rounds(o.relay)
		o.saidOnce(40)
		if n := o.waiting(); n != 0 || o.log.Len() != 0 {
			o.Errorf("%d letters wait; logged: %s", n, o.log)
		}
		if m := o.mouth.said[0]; m.Channel != "sms" || m.To != "13905950001" || m.Kind != "invitation" {
			o.Errorf("said %+v", m)
		}
	})
}

// Where a gateway took a message and its answer was lost, the same message comes again: under the same name, so that it can
// be told from a new one.
func TestAMessageComesAgainUnderTheSameName(t *testing.T) {
	each(t, func(o *office) {
		var names, ids []string
		web, err := notify.NewWeb(gateway(t, func(w http.ResponseWriter, r *http.Request) {
			var m casework.Message
			must(t, json.NewDecoder(r.Body).Decode(&m))
			names, ids = append(names, r.Header.Get("Idempotency-Key")), append(ids, m.ID)
			if len(names) == 1 {
				w.WriteHeader(http.StatusGatewayTimeout)
			}
		}))
		must(t, err)
		relay := o.relayTo(web)
		o.post(fengze, "one")
		o.rounds(relay)
		o.clock.Move(time.Minute)
		o.rounds(relay)
		o.post(fengze, "two")
		o.rounds(relay)
		if len(names) != 3 || names[0] == "" || names[0] != names[1] || names[2] == names[0] || !slices.Equal(names, ids) {
			t.Errorf("names %q, ids %q", names, ids)
		}
	})
}

func TestAFailingChannelIsTriedLaterAndNothingIsLost(t *testing.T) {
	each(t, func(o *office) {
		o.mouth.turn(notify.Trouble("the gateway answered 503"))
		for i := range 10 {
			o.post(fengze, fmt.Sprint("text ", i))
		}
		for _, pause := range []time.Duration{0, 10 * time.Second, 20 * time.Second, 40 * time.Second} {
			before := o.mouth.tried
			if pause > 0 {
				o.clock.Move(pause - time.Millisecond)
				o.rounds(o.relay)
				if o.mouth.tried != before {
					o.Errorf("tried again before %v were over", pause)
				}
				o.clock.Move(time.Millisecond)
			}
			o.rounds(o.relay)
			if got := o.mouth.tried - before; got != 10 || o.waiting() != 10 {
				o.Errorf("after %v: %d were tried, %d wait", pause, got, o.waiting())
			}
		}
		o.mouth.turn(nil)
		o.clock.Move(time.Hour)
		o.rounds(o.relay)
		o.saidOnce(10)
		if o.waiting() != 0 || !strings.Contains(o.log.String(), "503") {
			o.Errorf("%d wait; logged: %s", o.waiting(), o.log)
		}
	})
}

func TestAMessageGivenUpIsKept(t *testing.T) {
	each(t, func(o *office) {
		o.mouth.turn(errors.New("no"))
		o.post(fengze, "text")
		for range 2 * notify.Most {
			o.rounds(o.relay)
			o.clock.Move(time.Hour)
		}
		if o.mouth.tried != notify.Most || o.waiting() != 1 || strings.Count(o.log.String(), "message given up and kept") != 1 {
			o.Errorf("tried %d times, %d kept, logged %s", o.mouth.tried, o.waiting(), o.log)
		}
		if n, err := o.relay.CountGivenUp(o.Context()); n != 1 || err != nil {
			o.Errorf("counted as given up: %d %v", n, err)
		}
	})
}

// A message that is pointless from some moment on is not sent then, however long the channel was dumb.
func TestAMessageIsNotSentTooLate(t *testing.T) {
	each(t, func(o *office) {
		until := casework.Message{Channel: "sms", To: "13905950001", Kind: "session_reminder", Until: o.clock.Now().Add(time.Hour)}
		for _, text := range []string{"in time", "late"} {
			until.Text = text
			o.postRaw(fengze, casework.MessageTopic, until)
			if text == "in time" {
				o.clock.Move(time.Hour - time.Microsecond)
				o.rounds(o.relay)
				o.mouth.turn(notify.Trouble("no"))
				continue
			}
			o.rounds(o.relay)
			o.mouth.turn(nil)
			o.clock.Move(time.Minute)
			o.rounds(o.relay)
		}
		o.saidOnce(1)
		if got := o.mouth.said[0]; got.Text != "in time" || !got.Until.IsZero() || o.waiting() != 0 {
			o.Errorf("said %+v; %d wait", got, o.waiting())
		}
	})
}

// One message that cannot be sent keeps no other from being sent.
func TestOneBadLetterHoldsUpNobody(t *testing.T) {
	each(t, func(o *office) {
		o.postRaw(fengze, casework.MessageTopic, "no message")
		o.postRaw(fengze, casework.MessageTopic, casework.Message{Channel: "sms", Text: "to nobody"})
		o.store.Do(o.Context(), actor.System, fengze, func(tx *db.Tx) error {
			return journal.Post(tx, tx.NewID(), casework.MessageTopic, tx.NewID(), []byte("sealed by nobody"))
		})
		for i := range 30 {
			o.post(fengze, fmt.Sprint("text ", i))
		}
		o.rounds(o.relay)
		o.saidOnce(30)
		if o.waiting() != 3 {
			o.Errorf("%d letters are kept", o.waiting())
		}
	})
}

func TestOtherLettersAreLeftAlone(t *testing.T) {
	each(t, func(o *office) {
		o.postRaw(fengze, "figures", casework.Message{To: "13905950001", Text: "not a message"})
		o.rounds(o.relay)
		if o.mouth.tried != 0 || o.waiting() != 1 {
			o.Error("a letter of another topic was taken")
		}
	})
}

func TestManyRelaysSendEachMessageOnce(t *testing.T) {
	each(t, func(o *office) {
		for i := range 60 {
			o.post(fengze, fmt.Sprint("text ", i))
		}
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				relay := notify.New(notify.Options{Store: o.store, Vault: o.vault, Channel: o.mouth, Log: slog.New(slog.DiscardHandler)})
				for range 60 {
					if o.waiting() == 0 {
						return
					}
					if _, err := relay.Round(o.Context()); err != nil {
						o.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		o.saidOnce(60)
	})
}

// While a channel is slow the database is free: nothing waits for a gateway.
func TestASlowChannelHoldsNothing(t *testing.T) {
	each(t, func(o *office) {
		o.post(fengze, "slow")
		inside, free := make(chan bool), make(chan bool)
		o.mouth.first = func() { inside <- true; <-free }
		done := make(chan bool)
		go func() { o.rounds(o.relay); close(done) }()
		<-inside
		ctx, cancel := context.WithTimeout(o.Context(), 5*time.Second)
		defer cancel()
		if err := o.store.Do(ctx, actor.System, fengze, func(tx *db.Tx) error { return tx.Register("login", "lin", tx.NewID()) }); err != nil {
			o.Errorf("nobody could write meanwhile: %v", err)
		}
		other := &mouth{}
		o.rounds(o.relayTo(other)) // what is being sent is nobody else's
		close(free)
		<-done
		if other.tried != 0 {
			o.Error("sent by two")
		}
		o.saidOnce(1)
	})
}

// A process that dies while it sends leaves its letters to the next one.
func TestALetterOfADeadRelayComesBack(t *testing.T) {
	each(t, func(o *office) {
		o.post(fengze, "text")
		func() {
			defer func() { _ = recover() }()
			o.rounds(o.relayTo(&mouth{first: func() { panic("killed") }}))
		}()
		o.rounds(o.relay)
		if o.mouth.tried != 0 {
			o.Error("taken while the first may still be sending")
		}
		o.clock.Move(2 * time.Minute)
		o.rounds(o.relay)
		o.saidOnce(1)
	})
}

// Told to stop, the relay finishes the message in hand, notes it, and begins no other.
func TestStoppingLosesAndDoublesNothing(t *testing.T) {
	each(t, func(o *office) {
		for i := range 5 {
			o.post(fengze, fmt.Sprint("text ", i))
		}
		ctx, stop := context.WithCancel(o.Context())
		o.mouth.first = stop
		ended := make(chan bool)
		go func() { o.relay.Run(ctx); close(ended) }()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			o.Fatal("it does not stop")
		}
		if o.mouth.tried != 1 || o.waiting() != 4 {
			o.Errorf("%d were sent, %d wait", o.mouth.tried, o.waiting())
		}
		o.clock.Move(2 * time.Minute)
		o.rounds(o.relay)
		o.saidOnce(5)
	})
}

func TestARunningRelayWakes(t *testing.T) {
	each(t, func(o *office) {
		ctx, stop := context.WithCancel(o.Context())
		defer stop()
		go o.relay.Run(ctx)
		for i := range 3 {
			o.post(fengze, fmt.Sprint("text ", i))
			o.relay.Wake()
			o.relay.Wake() // more calls than turns are no harm
			for began := time.Now(); len(o.mouth.texts()) != i+1; time.Sleep(5 * time.Millisecond) {
				if time.Since(began) > 10*time.Second {
					o.Fatalf("message %d was not sent", i)
				}
			}
		}
	})
}

func TestNothingPersonalIsLogged(t *testing.T) {
	each(t, func(o *office) {
		const number, text, address = "13805959999", "验证码 424242", "lin-canary@example.com"
		for _, err := range []error{errors.New("cannot reach " + number + " with " + text), fmt.Errorf("to %s: %w", address, errors.New(text)),
			context.DeadlineExceeded, fmt.Errorf("%s: %w", number, notify.Trouble("the gateway answered 500"))} {
			o.mouth.turn(err)
			o.postRaw(fengze, casework.MessageTopic, casework.Message{Channel: "sms", To: number, Kind: "signing_code", Text: text})
			o.postRaw(fengze, casework.MessageTopic, casework.Message{Channel: "email", To: address, Kind: "invitation", Text: text})
			for range notify.Most {
				o.rounds(o.relay)
				o.clock.Move(time.Hour)
			}
		}
		log := o.log.String()
		for _, canary := range []string{number, text, address, "424242", "canary", "9999\""} {
			if strings.Contains(log, canary) {
				o.Errorf("%q stands in the log", canary)
			}
		}
		for _, told := range []string{"messages not sent", "message given up and kept", "the gateway answered 500", "out of time", string(fengze)} {
			if !strings.Contains(log, told) {
				o.Errorf("the operator is not told %q", told)
			}
		}
	})
}

// postFor leaves a message to somebody who may be written to at certain hours, due now.
func (o *office) postFor(hours calendar.Hours, text string) {
	o.Helper()
	err := o.store.Do(o.Context(), actor.System, fengze, func(tx *db.Tx) error {
		what, err := json.Marshal(casework.Message{Channel: "sms", To: "13905950001", Kind: "session", Text: text})
		id := tx.NewID()
		table, column, row := casework.MessagePlace(id)
		l := journal.Letter{ID: id, Topic: casework.MessageTopic, Case: tx.NewID(), Hours: hours, Payload: o.vault.Seal(vault.Place{Table: table, Column: column, Row: row}, string(what))}
		return errors.Join(err, journal.Put(tx, l, tx.Now))
	})
	if err != nil {
		o.Fatal(err)
	}
}

// Whatever happens on the way – a channel that fails, a relay that was down, an operator who sends again – a message
// leaves only in the hours that its party named.
func TestNoAttemptOutsideSafeHours(t *testing.T) {
	each(t, func(o *office) { // Friday, 10:00
		hour := func() int { return o.clock.Now().In(time.FixedZone("", 8*3600)).Hour() }
		var wrong []int
		tried := 0
		look := func() {
			o.rounds(o.relay)
			if o.mouth.tried > tried && (hour() < 9 || hour() >= 11) {
				wrong = append(wrong, hour())
			}
			tried = o.mouth.tried
		}
		o.postFor(calendar.Hours{From: 9, To: 11}, "text")
		o.mouth.turn(notify.Trouble("no"))
		for range 30 * 24 {
			look()
			o.clock.Move(time.Hour)
		}
		if n, err := o.relay.CountGivenUp(o.Context()); n != 1 || err != nil || tried != notify.Most {
			o.Errorf("given up: %d %v, after %d attempts", n, err, tried)
		}
		o.mouth.turn(nil)
		for hour() != 20 {
			o.clock.Move(time.Hour)
		}
		err := o.store.Do(o.Context(), actor.System, fengze, func(tx *db.Tx) error {
			letters, err := journal.GivenUp(tx, casework.MessageTopic, []ident.County{fengze}, 1)
			if err == nil {
				_, err = journal.Again(tx, casework.MessageTopic, letters[0].ID)
			}
			return err
		})
		if err != nil {
			o.Fatal(err)
		}
		o.postFor(calendar.Hours{From: 9, To: 11}, "posted at eight in the evening by mistake")
		look()
		if len(o.mouth.said) != 0 {
			o.Error("sent again at eight in the evening")
		}
		for range 24 {
			o.clock.Move(time.Hour)
			look()
		}
		o.saidOnce(2)
		if len(wrong) > 0 {
			o.Errorf("tried at %v o'clock", wrong)
		}
	})
}

// The letters of a batch are one program's for two minutes. Where its channel is so slow that they end in the middle, it leaves the rest,
// which others may take by then: none is sent twice.
func TestASlowChannelSendsNothingThatAnotherProgramMayHave(t *testing.T) {
	each(t, func(o *office) {
		const letters = 8
		for i := range letters {
			o.post(fengze, fmt.Sprint("letter ", i))
		}
		other := &mouth{}
		slow := slowly{o.mouth, func() {
			o.clock.Move(16 * time.Second)
			o.rounds(o.relayTo(other))
		}}
		o.rounds(o.relayTo(slow))
		for range 2 {
			o.clock.Move(2 * time.Minute)
			o.rounds(o.relayTo(other))
		}
		sent := o.mouth.texts()
		for text, n := range other.texts() {
			sent[text] += n
		}
		for text, n := range sent {
			if n != 1 {
				o.Errorf("%s was sent %d times", text, n)
			}
		}
		if len(sent) != letters || len(o.mouth.texts()) == 0 || len(other.texts()) == 0 {
			o.Errorf("%d letters were sent: %d by the slow program, %d by the other", len(sent), len(o.mouth.texts()), len(other.texts()))
		}
	})
}

// slowly is a channel that takes its time.
type slowly struct {
	*mouth
	wait func()
}

func (s slowly) Send(ctx context.Context, m casework.Message) error {
	s.wait()
	return s.mouth.Send(ctx, m)
}
