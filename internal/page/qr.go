package page

import (
	"fmt"
	"html/template"
	"strings"

	"rsc.io/qr"
)

const quiet = 4 // empty squares around the code, ISO/IEC 18004

// QR draws an address as a code for a telephone's camera: an SVG that prints sharp and needs no picture file. label says
// aloud where it leads.
func QR(address, label string) (template.HTML, error) {
	code, err := qr.Encode(address, qr.M)
	if err != nil {
		return "", fmt.Errorf("code of an address of %d bytes: %w", len(address), err)
	}
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	side := code.Size + 2*quiet
	return template.HTML(fmt.Sprintf(`<svg class="qr" role="img" aria-label="%s" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%dv%dH0z"/><path fill="#000" d="%s"/></svg>`,
		template.HTMLEscapeString(label), side, side, side, side, path.String())), nil
}

// Absolute is the full address of a page of ours, as the reader's own browser reached this one.
func (v *View) Absolute(path string) string {
	scheme := "http"
	if v.site.o.Secure {
		scheme = "https"
	}
	return scheme + "://" + v.host + path
}
