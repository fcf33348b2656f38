package casework_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

// tomorrow is an hour of tomorrow by the town's clock, as a program writes it.
func tomorrow(town *housetest.Town, hour, minute int) string {
	return town.Today().Plus(1).Start().Add(time.Duration(hour*60+minute) * time.Minute).Format(time.RFC3339)
}

func meeting(town *housetest.Town, from, to int) m {
	return m{"starts_at": tomorrow(town, from, 0), "ends_at": tomorrow(town, to, 0), "place": "社区调解室"}
}

// invited gives the respondent's way in.
func invited(town *housetest.Town, su housetest.Hand, c *housetest.Case) housetest.Hand {
	letter := su.Post("/cases/"+c.ID+"/invitations", m{"party_id": c.Respondent, "channel": "letter"}).Is(201)
	su.Sees(c)
	return town.Party(c, letter.Text("letter.code"))
}

func TestASessionIsArrangedMovedAndCancelled(t *testing.T) {
	mediated(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "schedule-session", meeting(town, 9, 10)).Is(200)
		if c.State != "assigned" || c.Last.Text("appointments.0.state") != "planned" || c.Last.Text("appointments.0.attending.1") == "" {
			t.Fatalf("arranged: %s", c.Last.Body)
		}
		if got := c.Last.Text("clocks.0.name") + " " + c.Last.Text("clocks.0.due"); got != "session 2026-03-07" {
			t.Errorf("clock %s", got)
		}
		id := c.Last.Text("appointments.0.id")
		su.Does(c, "schedule-session", m{"appointment_id": id, "starts_at": tomorrow(town, 14, 30)}).Is(200)
		if c.Last.Text("appointments.0.starts_at") != tomorrow(town, 6, 30) && c.Last.Text("appointments.0.ends_at") != tomorrow(town, 15, 30) {
			t.Errorf("moved: %s", c.Last.Body) // as long as before
		}
		su.Does(c, "schedule-session", m{"appointment_id": id, "cancelled": true}).Is(http.StatusUnprocessableEntity)
		su.Does(c, "schedule-session", m{"appointment_id": id, "cancelled": true, "reason": "林秀英住院"}).Is(200)
		if c.Last.Text("appointments.0.state") != "cancelled" || c.Last.Holds(`"name":"session"`) {
			t.Errorf("cancelled: %s", c.Last.Body)
		}
		su.Does(c, "schedule-session", m{"appointment_id": id, "place": "别处"}).Refuses("appointment_over")
		su.Does(c, "schedule-session", m{"starts_at": "2026-03-06T01:00:00Z", "ends_at": "2026-03-06T02:00:00Z", "place": "x"}).Is(http.StatusUnprocessableEntity)
		su.Does(c, "schedule-session", m{}).Is(http.StatusUnprocessableEntity)
		timeline := su.Get("/cases/" + c.ID + "/timeline").Is(200)
		for _, said := range []string{`"change":"made"`, `"change":"moved"`, `"change":"cancelled"`, "林秀英住院"} {
			if !timeline.Holds(said) {
				t.Errorf("the record lacks %s", said)
			}
		}
	})
}

func TestNobodyIsBookedTwice(t *testing.T) {
	mediated(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "schedule-session", meeting(town, 9, 11)).Is(200)
		other := town.As(nil).Files(m{"title": "停车纠纷"})
		su.Hosted(other, town.Su)
		clash := meeting(town, 10, 12)
		clash["place"] = "别的房间"
		a := su.Does(other, "schedule-session", clash).Refuses("double_booked")
		if a.Text("clash.starts_at") != tomorrow(town, 9, 0) || a.Text("clash.ends_at") != tomorrow(town, 11, 0) || a.Holds(c.ID) || a.Holds("漏水") || !a.Holds("mediator") || !a.Holds("09:00 until 11:00") {
			t.Errorf("a mediator taken: %s", a.Body)
		}
		su.Does(other, "schedule-session", meeting(town, 11, 12)).Is(200) // one begins when the other ends
		hong := town.As(town.Hong)
		third := town.As(nil).Files()
		hong.Hosted(third, town.Hong)
		room := meeting(town, 9, 10)
		room["place"] = " 社区 调解室" // the same room, written otherwise
		if a := hong.Does(third, "schedule-session", room).Refuses("double_booked"); !a.Holds("place is taken") {
			t.Errorf("a room taken: %s", a.Body)
		}
		room["mode"] = "online" // nobody meets in a room
		hong.Does(third, "schedule-session", room).Is(200)
		su.Does(c, "schedule-session", m{"appointment_id": c.Last.Text("appointments.0.id"), "cancelled": true, "reason": "改约"}).Is(200)
		hong.Does(third, "schedule-session", m{"appointment_id": third.Last.Text("appointments.0.id"), "mode": "in_person"}).Is(200)
	})
}

func TestAnEndedCaseTakesNobody(t *testing.T) {
	mediated(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "schedule-session", meeting(town, 9, 11)).Is(200)
		town.Party(c, c.Code).Post("/cases/"+c.ID+"/request-end", m{}).Is(200)
		if a := su.Sees(c); a.Text("appointments.0.state") != "lapsed" || a.Holds(`"name":"session"`) {
			t.Errorf("after the end: %s", a.Body)
		}
		other := town.As(nil).Files()
		su.Hosted(other, town.Su)
		su.Does(other, "schedule-session", meeting(town, 9, 11)).Is(200)
	})
}

// Many arrange the same hour for different cases at once: one gets it. Round after round, for a race is not lost each time.
func TestOneOfManyBookingsWins(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		cases := make([]*housetest.Case, 6)
		for i := range cases {
			cases[i] = town.As(nil).Files()
			su.Hosted(cases[i], town.Su)
		}
		for hour := range 12 {
			body, won := meeting(town, hour, hour+1), make([]bool, len(cases))
			var all sync.WaitGroup
			for i, c := range cases {
				all.Go(func() {
					a := su.With("If-Match", `"`+c.Version+`"`).Post("/cases/"+c.ID+"/schedule-session", body)
					won[i] = a.Status == http.StatusOK
					if !won[i] && a.Text("code") != "double_booked" {
						t.Errorf("%d %s", a.Status, a.Body)
					}
				})
			}
			all.Wait()
			if n := len(slices.DeleteFunc(slices.Clone(won), func(w bool) bool { return !w })); n != 1 {
				t.Fatalf("%d of %d got the hour %d", n, len(cases), hour)
			}
			su.Sees(cases[slices.Index(won, true)])
		}
	})
}

func TestAPartySeesItsOwnAppointmentsOnly(t *testing.T) {
	mediated(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		chen, lin := invited(town, su, c), town.Party(c, c.Code)
		alone := meeting(town, 9, 10)
		alone["kind"], alone["attending"], alone["place"] = "caucus", []string{c.Applicant}, "二楼小间"
		su.Does(c, "schedule-session", alone).Is(200)
		id := c.Last.Text("appointments.0.id")
		if a := lin.Get("/cases/" + c.ID); !a.Holds("二楼小间") || !a.Holds(`"name":"session"`) {
			t.Errorf("Lin does not see her own: %s", a.Body)
		}
		if !lin.Get("/cases/" + c.ID + "/timeline").Holds("schedule_session") {
			t.Error("Lin's timeline lacks it")
		}
		for _, path := range []string{"/cases/" + c.ID, "/cases/" + c.ID + "/timeline", "/cases"} {
			if a := chen.Get(path).Is(200); a.Holds("二楼小间") || a.Holds(id) || a.Holds(`"session"`) || a.Holds("schedule_session") || a.Holds("2026-03-07") {
				t.Errorf("Chen hears of it at %s: %s", path, a.Body)
			}
		}
		chen.Get("/cases/" + c.ID + "/appointments/" + id + "/calendar").Is(http.StatusNotFound)
		if a := town.As(town.Zheng).Get("/cases/" + c.ID).Is(200); a.Holds("二楼小间") || a.Text("appointments.0.attending.0") != "" || a.Text("appointments.0.kind") != "caucus" {
			t.Errorf("the chair sees more than that it is: %s", a.Body)
		}
		su.Does(c, "schedule-session", meeting(town, 11, 12)).Is(200)
		if a := chen.Get("/cases/" + c.ID).Is(200); !a.Holds("社区调解室") || a.Holds("二楼小间") {
			t.Errorf("Chen does not see the joint one: %s", a.Body)
		}
	})
}

func TestACalendarFileSaysWhenAndNotWhat(t *testing.T) {
	mediated(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "schedule-session", meeting(town, 9, 10)).Is(200)
		lin, id := town.Party(c, c.Code), c.Last.Text("appointments.0.id")
		path := "/cases/" + c.ID + "/appointments/" + id + "/calendar"
		a := lin.Get(path).Is(200)
		if kind := a.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/calendar") {
			t.Errorf("Content-Type %s", kind)
		}
		for _, want := range []string{"BEGIN:VCALENDAR\r\n", "UID:" + id, "DTSTART:20260307T010000Z\r\n", "DTEND:20260307T020000Z\r\n", "SUMMARY:Appointment\r\n", "SEQUENCE:0\r\n", "TRIGGER:-PT2H"} {
			if !a.Holds(want) {
				t.Errorf("no %q in %s", want, a.Body)
			}
		}
		for _, never := range []string{"漏水", "陈志强", "林秀英", "苏惠敏", "调解委员会", c.Reference} {
			if a.Holds(never) {
				t.Errorf("it says %s: %s", never, a.Body)
			}
		}
		for _, line := range strings.Split(string(a.Body), "\r\n") {
			if len(line) > 75 {
				t.Errorf("a line of %d octets", len(line))
			}
		}
		su.Does(c, "schedule-session", m{"appointment_id": id, "cancelled": true, "reason": "改约"}).Is(200)
		if a := lin.Get(path).Is(200); !a.Holds("STATUS:CANCELLED") || !a.Holds("SEQUENCE:1") || a.Holds("VALARM") {
			t.Errorf("cancelled: %s", a.Body)
		}
	})
}

func TestASessionKeepsItsAppointment(t *testing.T) {
	mediated(t, func(t *testing.T, town *housetest.Town, su housetest.Hand, c *housetest.Case) {
		su.Does(c, "give-notice", m{"party_ids": []string{c.Applicant, c.Respondent}, "manner": "oral"}).Is(200)
		su.Does(c, "schedule-session", meeting(town, 9, 10)).Is(200)
		town.Later(26 * time.Hour)
		su = town.Again(town.Su)
		sitting := c.Sitting()
		sitting["appointment_id"] = c.Applicant
		su.Does(c, "open-session", sitting).Is(http.StatusUnprocessableEntity)
		sitting["appointment_id"] = c.Last.Text("appointments.0.id")
		su.Does(c, "open-session", sitting).Is(200)
		if c.Last.Text("appointments.0.state") != "held" || c.Last.Text("appointments.0.session_id") != c.Last.Text("sessions.0.id") || c.Last.Holds(`"name":"session"`) {
			t.Errorf("held: %s", c.Last.Body)
		}
		su.Does(c, "open-session", sitting).Is(http.StatusUnprocessableEntity) // it was held once
	})
}

func TestWhoTakesACaseOverHearsOfAClash(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		su := town.As(town.Su)
		mine, other := town.As(nil).Files(), town.As(nil).Files()
		su.Hosted(mine, town.Su)
		su.Does(mine, "schedule-session", meeting(town, 9, 10)).Is(200)
		su.Accepted(other)
		elsewhere := meeting(town, 9, 10)
		elsewhere["place"] = "居委会"
		su.Does(other, "schedule-session", elsewhere).Is(200) // nobody hosts it yet
		su.Does(other, "assign", m{"host_mediator_id": town.Su.Mediator, "chosen_by": "parties"}).Is(200)
		if !strings.Contains(other.Last.Text("warnings"), "2026-03-07 09:00") {
			t.Errorf("warnings %s", other.Last.Text("warnings"))
		}
	})
}
