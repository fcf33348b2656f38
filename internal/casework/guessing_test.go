package casework_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"fengqiao/internal/housetest"
)

// Nothing can be listed by guessing (T15): a reference that is somebody's and one that is nobody's are answered alike, word
// for word, and after the same time.
func TestT15_AReferenceCannotBeFoundOutByGuessing(t *testing.T) {
	t.Parallel()
	const each = 40
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		c := town.As(nil).Files()
		took := map[bool][]time.Duration{}
		answers := map[string]bool{}
		var mu sync.Mutex
		var all sync.WaitGroup
		gate := make(chan bool, 4)
		for i := range 2 * each {
			all.Go(func() {
				gate <- true
				defer func() { <-gate }()
				real := i%2 == 0
				reference := "ZZZZ-ZZZZ"
				if real {
					reference = c.Reference
				}
				stranger := town.As(nil).From(fmt.Sprintf("198.51.%d.7", 100+i))
				began := time.Now()
				a := stranger.Post("/access", m{"reference": reference, "code": "AAAA-AAAA-AAAAA"})
				lasted := time.Since(began)
				mu.Lock()
				defer mu.Unlock()
				took[real] = append(took[real], lasted)
				answers[fmt.Sprint(a.Status, string(a.Body))] = true
			})
		}
		all.Wait()
		if len(answers) != 1 {
			t.Errorf("answered in %d ways: %v", len(answers), answers)
		}
		median := func(d []time.Duration) float64 { slices.Sort(d); return float64(d[len(d)/2]) }
		if r := median(took[true]) / median(took[false]); r < 0.95 || r > 1.05 {
			t.Errorf("a reference that is somebody's takes %.3f of the time of one that is not", r)
		}
	})
}
