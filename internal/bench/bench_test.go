package main

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

const line = "4242 (post (gres) x) S 17 4242 4242 0 -1 4194560 900 1200 0 0 %s 20 0 1 0 5000 1000 200"

func TestTheTimesOfAProcessAreRead(t *testing.T) {
	got, err := parseStat(strings.Replace(line, "%s", "120 30 400 50", 1))
	want := times{parent: 17, own: 1500 * time.Millisecond, children: 4500 * time.Millisecond}
	if err != nil || got != want {
		t.Errorf("read %+v, %v; want %+v", got, err, want)
	}
	for _, broken := range []string{"", "4242 postgres S 17", "4242 (postgres) S 17 1 2", strings.Replace(line, "%s", "x 30 400 50", 1)} {
		if _, err := parseStat(broken); !errors.Is(err, errStat) {
			t.Errorf("%q was read: %v", broken, err)
		}
	}
}

func TestTheTreeHoldsItsRoot(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("no /proc here")
	}
	own, err := timesOf(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if tree, err := treeTime(os.Getpid()); err != nil || tree < own.own {
		t.Errorf("the tree took %s, %v; its root %s", tree, err, own.own)
	}
	if held, err := memoryOf(os.Getpid()); err != nil || held.now < 1000 || held.most < held.now {
		t.Errorf("held %+v, %v", held, err)
	}
}

func TestTheMemoryOfAProcessIsRead(t *testing.T) {
	got, err := parseMemory("Name:\tfloor\nVmHWM:\t   17332 kB\nVmRSS:\t   12001 kB\n")
	if err != nil || got != (memory{now: 12001, most: 17332}) {
		t.Errorf("read %+v, %v", got, err)
	}
	for _, broken := range []string{"Name:\tkthreadd\n", "VmHWM:\t x kB\nVmRSS:\t 1 kB\n"} {
		if _, err := parseMemory(broken); err == nil {
			t.Errorf("%q was read", broken)
		}
	}
}

func TestTheMiddleIsTheMiddle(t *testing.T) {
	for _, v := range []struct {
		of   []float64
		want float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 2}, 2}, {[]float64{4, 1, 2, 100}, 3}} {
		if got := median(v.of); got != v.want {
			t.Errorf("median of %v is %v, not %v", v.of, got, v.want)
		}
	}
}

func TestAPercentileIsAValueThatWasSeen(t *testing.T) {
	var waits []time.Duration
	for n := 20; n > 0; n-- {
		waits = append(waits, time.Duration(n)*time.Second)
	}
	if percentile(waits, 50) != 10*time.Second || percentile(waits, 95) != 19*time.Second || percentile(waits, 100) != 20*time.Second {
		t.Errorf("%s, %s, %s", percentile(waits, 50), percentile(waits, 95), percentile(waits, 100))
	}
	if percentile(nil, 95) != 0 {
		t.Error("no values had a percentile")
	}
}

// pairs has a machine that is twice as slow in the second pair: the ratio is the same in both.
func pairs(name string, times int, most float64) figures {
	f := figures{operation: operation{name: name, what: "read", most: most}}
	for _, ms := range []int{1, 2} {
		base := time.Duration(ms) * time.Millisecond
		one := func(cost time.Duration) round {
			return round{requests: 10, took: 10 * cost, server: 6 * cost, database: 4 * cost, waits: []time.Duration{cost}}
		}
		f.floor, f.product = append(f.floor, one(base)), append(f.product, one(base*time.Duration(times)))
	}
	return f
}

func TestTheTableSaysHowTheyCompare(t *testing.T) {
	got := draw([]figures{pairs("D", 2, 3)})
	want := heading + "| D read | 900 + 600 | 1800 + 1200 | 2.00 × | 0.50 × (750 → 375 a second) | 1.5, 3.0 | 1.5, 3.0 |\n"
	if got != want {
		t.Errorf("drew\n%swant\n%s", got, want)
	}
}

func TestWhatIsTooSlowIsSaidInWords(t *testing.T) {
	got := tooSlow([]figures{pairs("W", 4, 3), pairs("L", 3, 3), pairs("R", 9, 0)})
	if len(got) != 1 || got[0] != "W (read) takes 4.0 times the processor time of the floor; 3 times is the most." {
		t.Errorf("said %q", got)
	}
}

func TestTheFirstFigureIsReadFromEither(t *testing.T) {
	s := scene{counties: 2, closed: 12}
	for _, body := range []string{`{"rows":[{"values":[5,1]},{"values":[7]}]}`,
		`{"rows":[{"values":[{"col":1,"value":5},{"col":5,"value":"0.10"}]},{"values":[{"value":7}]}]}`} {
		if err := s.isCounted(0, []byte(body)); err != nil {
			t.Error(err)
		}
	}
	if s.isCounted(0, []byte(`{"rows":[{"values":[12]}]}`)) == nil {
		t.Error("one county was taken for two")
	}
}

func TestASlowProgramGetsFewerRequests(t *testing.T) {
	for took, want := range map[time.Duration]int{time.Second: 1000, 100 * time.Second: 10, time.Hour: clients} {
		if got := (round{requests: 100, took: took}).fitting(1200); got != want {
			t.Errorf("after %s for 100 requests: %d, want %d", took, got, want)
		}
	}
}
