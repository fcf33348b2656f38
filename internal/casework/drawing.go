package casework

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"

	"fengqiao/internal/fault"
)

// A drawn signature is kept as a path: strokes as lines between points on a sheet of 600 by 200, "M12 80 L14 81 L20 90 M…".
// A path can hold nothing but lines, so it can be shown anywhere and printed at any size.
const (
	drawingWidth, drawingHeight = 600, 200
	drawingPoints               = 12     // fewer is a slip of the finger
	drawingMost                 = 24_000 // characters
)

var drawingStroke = regexp.MustCompile(`^M\d{1,3} \d{1,3}( L\d{1,3} \d{1,3})*( M\d{1,3} \d{1,3}( L\d{1,3} \d{1,3})*)*$`)

// checkDrawing tells whether a path is a signature drawn on the sheet.
func checkDrawing(path string) error {
	if len(path) > drawingMost || !drawingStroke.MatchString(path) || !onTheSheet(path) {
		return fault.New(fault.Invalid, "drawing", "没有认出您手写的签名，请重新写一次，或改为填写姓名。",
			"The signature that you drew cannot be read. Please draw it again, or type your name instead.").At("drawing")
	}
	if strings.Count(path, "L") < drawingPoints {
		return fault.New(fault.Invalid, "drawing", "签名太短，请在框里写下您的姓名。", "That is too short. Please write your name in the box.").At("drawing")
	}
	return nil
}

func onTheSheet(path string) bool {
	for i, word := range strings.Fields(strings.NewReplacer("M", "", "L", "").Replace(path)) {
		n, err := strconv.Atoi(word)
		if err != nil || i%2 == 0 && n > drawingWidth || i%2 == 1 && n > drawingHeight {
			return false
		}
	}
	return true
}

// signedName tells whether somebody typed the name by which the agreement calls them; spaces and the dot inside a name
// are typed in many ways.
func signedName(typed, name string) error {
	plain := func(s string) string {
		return strings.ToLower(strings.NewReplacer(" ", "", "　", "", "·", "", "•", "", "・", "").Replace(s))
	}
	if plain(typed) != plain(name) {
		return fault.New(fault.Invalid, "signed_name", "请填写协议上的姓名：%s。", "Please type your name as it stands in the agreement: %s.", name).At("name")
	}
	return nil
}

func digestOf(path string) string {
	sum := sha256.Sum256([]byte(path))
	return hex.EncodeToString(sum[:])
}
