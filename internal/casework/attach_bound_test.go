package casework_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"fengqiao/internal/housetest"
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
