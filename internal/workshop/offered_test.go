package workshop

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// Whoever asks for every kind of a family, and takes the answers from each other in whatever way, never comes to one case or
// two: cases that stand in the same answers are three or more.
func TestP4_NoTwoAnswersAboutLikeCasesLeaveOneOrTwo(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 5000 {
		var family []settled
		for kind := range 1 + r.IntN(6) {
			for range r.IntN(7) {
				family = append(family, settled{category: fmt.Sprint("130", kind), days: len(family)}) // days: which case it is
			}
		}
		r.Shuffle(len(family), func(i, j int) { family[i], family[j] = family[j], family[i] })
		in := map[int]string{} // by case: in which answers it stands
		for kind := range 7 {
			like, _ := offered(family, fmt.Sprint("130", kind))
			if n := len(like); n == 1 || n == 2 {
				t.Fatalf("an answer of %d", n)
			}
			for _, c := range like {
				in[c.days] += fmt.Sprint(kind, " ")
			}
		}
		together := map[string]int{}
		for _, answers := range in {
			together[answers]++
		}
		for answers, n := range together {
			if n < fewest {
				t.Fatalf("%d cases are left by the answers for %sof %+v", n, answers, family)
			}
		}
	}
}
