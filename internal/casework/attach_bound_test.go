package casework_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/actor"
	"fengqiao/internal/casework"
	"fengqiao/internal/db"
	"fengqiao/internal/housetest"
	"fengqiao/internal/ident"
)

// Whoever found a letter may be anybody: so many files come by one code, and the mediator and the other side add theirs all the same.
func TestAPartyByCodeFillsNoDisk(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(town.Lin).Files()
		town.As(town.Su).Accepted(c)
		lin := town.Party(c, c.Code)
		give := func(h housetest.Hand, i int) housetest.Answer {
			town.Later(10 * time.Second)
			return h.SendAny("POST", "/cases/"+c.ID+"/attachments", housetest.File{Name: fmt.Sprint(i, ".png"), Content: housetest.Pixel})
		}
		for i := range 60 {
			give(lin, i).Is(http.StatusCreated)
		}
		before := town.Stored()
		town.Later(10 * time.Second)
		lin.SendAny("POST", "/cases/"+c.ID+"/attachments", housetest.File{Name: "60.png", Content: housetest.Pixel + "another"}).Refuses("most_files")
		if n := town.Stored(); n != before {
			t.Errorf("what was refused lies on the disk: %d files, before %d", n, before)
		}
		give(town.As(town.Su), 61).Is(http.StatusCreated)
		give(town.As(town.Lin), 62).Is(http.StatusCreated) // with an account, by name
	})
}

// meanwhile does something while a file is read.
type meanwhile struct {
	io.Reader
	once *sync.Once
	do   func()
}

func (m meanwhile) Read(b []byte) (int, error) {
	m.once.Do(m.do)
	return m.Reader.Read(b)
}

// A file takes as long as whoever sends it likes: nobody else waits for it, on SQLite neither, where one writes at a time.
func TestT3_NobodyWaitsForAFileThatComesSlowly(t *testing.T) {
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(town.Lin).Files()
		town.As(town.Su).Hosted(c, town.Su)
		by, err := db.Look(t.Context(), town.Store, actor.System, func(tx *db.Tx) (actor.Actor, error) { return town.App.Accounts.ActorOf(tx, town.Su.ID) })
		if err != nil {
			t.Fatal(err)
		}
		g, err := town.App.Policy.Allow(by, "case.attach")
		if err != nil {
			t.Fatal(err)
		}
		id, err := ident.ParseID(c.ID)
		if err != nil {
			t.Fatal(err)
		}
		filed := ""
		body := meanwhile{strings.NewReader(housetest.Pixel), &sync.Once{}, func() { filed = town.As(town.Wang).Files().ID }}
		if _, err := town.App.Cases.AddFile(t.Context(), g, id, casework.Attachment{Name: "慢.png", Kind: "2", Body: body}); err != nil || filed == "" {
			t.Errorf("filed %q meanwhile: %v", filed, err)
		}
	})
}
