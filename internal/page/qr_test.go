package page

import (
	"strings"
	"testing"
)

func TestACodeToScanIsDrawn(t *testing.T) {
	t.Parallel()
	svg, err := QR("https://example.cn/follow#AAAA-BBBB.1234", `扫"一"扫`)
	if err != nil {
		t.Fatal(err)
	}
	text := string(svg)
	// the corner square: seven black squares in its first line, behind the quiet zone
	if !strings.Contains(text, "M4 4h7v1h-7z") || !strings.Contains(text, `aria-label="扫&#34;一&#34;扫"`) {
		t.Errorf("%.200s", text)
	}
	if _, err := QR(strings.Repeat("x", 5000), ""); err == nil {
		t.Error("an address that no code holds")
	}
}
