package demo

import (
	"testing"

	"fengqiao/internal/codes"
)

// What a mediator brings with them is read in words (W4): a code that no list holds would be shown as it is.
func TestW4_TheDemosMediatorsHaveBackgroundsOfTheList(t *testing.T) {
	for _, words := range background {
		for _, code := range words {
			if err := codes.Backgrounds.Check(code); err != nil {
				t.Errorf("%q: %v", code, err)
			}
		}
	}
}
