package exchange_test

import (
	"archive/zip"
	"bytes"
	"testing"
)

func zipped(t testing.TB, pairs ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.Create(pairs[i])
		if err == nil {
			_, err = w.Write([]byte(pairs[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// bomb is small, and a hundred megabytes when it is unpacked.
func bomb(t testing.TB) string {
	t.Helper()
	return zipped(t, "xl/workbook.xml", "<workbook/>", "xl/worksheets/sheet1.xml", string(make([]byte, 100<<20)))
}
