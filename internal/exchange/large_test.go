package exchange_test

import (
	"fmt"
	"os"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"fengqiao/internal/housetest"
)

// TestALargeLedgerIsTakenIn measures time and memory of a large ledger. It takes long, and runs only where FENGQIAO_LEDGER says
// how many rows.
func TestALargeLedgerIsTakenIn(t *testing.T) {
	n := 0
	if _, err := fmt.Sscan(os.Getenv("FENGQIAO_LEDGER"), &n); err != nil {
		t.Skip("FENGQIAO_LEDGER does not say how many rows")
	}
	housetest.Each(t, func(t *testing.T, town *housetest.Town) {
		content := large(t, n)
		var peak atomic.Uint64
		done := make(chan struct{})
		defer close(done)
		go func() {
			for tick := time.NewTicker(20 * time.Millisecond); ; {
				select {
				case <-done:
					return
				case <-tick.C:
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					peak.Store(max(peak.Load(), m.HeapInuse+m.StackInuse))
				}
			}
		}()
		runtime.GC()
		step := func(what string, do func()) {
			began := time.Now()
			peak.Store(0)
			do()
			fmt.Fprintf(os.Stderr, "%-8s %6.1f s, peak %d MiB in use\n", what, time.Since(began).Seconds(), peak.Load()>>20) // at once: the whole takes minutes
		}
		var i *sending
		step("upload", func() { i = sends(t, town, content) })
		step("try", func() { i.tried().counts("good", n) })
		step("enter", func() { i.starts(m{"choice": "all"}).counts("made", n) })
		step("again", func() { sends(t, town, content).tried().counts("there", n) })
		t.Logf("%d KiB of %d rows", len(content)>>10, n)
	})
}

func large(t *testing.T, n int) string {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	w, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.SetRow("A1", headings); err != nil {
		t.Fatal(err)
	}
	for k := range n {
		row := line(k, map[int]any{cApplicant: fmt.Sprintf("林秀%d", k), cRespondent: fmt.Sprintf("陈志%d", k), cPhone: fmt.Sprintf("138%08d", k), cFacts: fmt.Sprintf("第 %d 户楼上卫生间漏水，天花板发霉，多次协商没有结果，请求调解。", k)})
		if err := w.SetRow(fmt.Sprint("A", k+2), row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return saved(t, book)
}
