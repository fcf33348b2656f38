package sheet_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"io"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"fengqiao/internal/fault"
	"fengqiao/internal/sheet"
)

// book is a workbook of one sheet, of which some parts are others.
func book(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	const spread, office = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	all := map[string]string{
		"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
		"_rels/.rels":                `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns="` + spread + `" xmlns:r="` + office + `"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="` + office + `/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   rowsOf(`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`),
		"xl/sharedStrings.xml":       `<sst xmlns="` + spread + `"><si><t>甲</t></si></sst>`,
		"xl/styles.xml":              `<styleSheet xmlns="` + spread + `"/>`,
	}
	for name, text := range parts {
		if all[name] = text; text == "" {
			delete(all, name)
		}
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	for name, text := range all {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func rowsOf(rows string) string {
	return `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + rows + `</sheetData></worksheet>`
}

const ns = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`

// texts is a workbook with so many texts.
func texts(t testing.TB, n int, text string) []byte {
	return book(t, map[string]string{"xl/sharedStrings.xml": "<sst " + ns + ">" + strings.Repeat(text, n) + "</sst>"})
}

func cells(t testing.TB, n int, some string) []byte {
	return book(t, map[string]string{"xl/worksheets/sheet1.xml": rowsOf(strings.Repeat(some, n))})
}

// bombs are small, and what they are made of is not.
func bombs(t testing.TB) map[string][]byte {
	return map[string][]byte{
		"texts":            texts(t, 800_000, "<si/>"),
		"texts with words": texts(t, 400_000, "<si><t>a</t></si>"),
		"much text":        texts(t, 33<<5, "<si><t>"+strings.Repeat("a", 1<<15)+"</t></si>"),
		"formats":          book(t, map[string]string{"xl/styles.xml": "<styleSheet " + ns + "><cellXfs>" + strings.Repeat("<xf/>", 400_000) + "</cellXfs></styleSheet>"}),
		"sheets":           book(t, map[string]string{"xl/workbook.xml": "<workbook " + ns + "><sheets>" + strings.Repeat("<sheet/>", 400_000) + "</sheets></workbook>"}),
		"few sheets":       book(t, map[string]string{"xl/workbook.xml": "<workbook " + ns + "><sheets>" + strings.Repeat("<sheet/>", 15_000) + "</sheets></workbook>"}),
		"sheets and links": book(t, map[string]string{"xl/workbook.xml": "<workbook " + ns + "><sheets>" + strings.Repeat("<sheet/>", 30_000) + "</sheets></workbook>",
			"xl/_rels/workbook.xml.rels": "<Relationships>" + strings.Repeat("<Relationship/>", 30_000) + "</Relationships>"}),
		"links without names": book(t, map[string]string{"xl/workbook.xml": "<workbook " + ns + "><sheets>" + strings.Repeat("<sheet/>", 1900) + "</sheets></workbook>",
			"xl/_rels/workbook.xml.rels": "<Relationships>" + strings.Repeat("<Relationship/>", 19_000) + "</Relationships>"}),
		"a sheet by another name":  elsewhere(t, "xl/worksheets/sheet1.dat", "xl/workbook.xml"),
		"a book by another name":   elsewhere(t, "xl/worksheets/sheet1.xml", "xl/workbook.dat"),
		"two of one part":          book(t, map[string]string{`xl\worksheets\sheet1.xml`: rowsOf("")}),
		"much text by a backslash": book(t, map[string]string{`xl\SharedStrings.xml`: "<sst " + ns + ">" + strings.Repeat("<si><t>"+strings.Repeat("a", 1<<15)+"</t></si>", 33<<5) + "</sst>", "xl/sharedStrings.xml": ""}),
		"kinds of parts":           book(t, map[string]string{"[Content_Types].xml": "<Types>" + strings.Repeat("<Override/>", 400_000) + "</Types>"}),
		"cells":                    cells(t, 4_100_000, "<c/>"),
		"cells of a row":           cells(t, 1, "<row>"+strings.Repeat("<c/>", 20_000)+"</row>"),
		"far cells":                cells(t, 1000, `<row><c r="XFD1"/></row>`),
		"a long cell":              cells(t, 1, `<row><c t="inlineStr"><is><t>`+strings.Repeat("a", 2<<20)+"</t></is></c></row>"),
		"a lie":                    liar(t),
		"commas":                   bytes.Repeat([]byte(","), sheet.MostBytes),
	}
}

// elsewhere is a workbook whose sheet, or whose book, lies where no program puts it, with sixteen million attributes on one element.
func elsewhere(t testing.TB, sheet, of string) []byte {
	long := "<worksheet><sheetData><row " + strings.Repeat(`a=""`, 15<<20) + "/></sheetData></worksheet>"
	office := "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	parts := map[string]string{
		"_rels/.rels":                `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="` + office + `/officeDocument" Target="` + of + `"/></Relationships>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="` + office + `/worksheet" Target="/` + sheet + `"/></Relationships>`,
	}
	if parts[of] = long; of == theBook {
		delete(parts, of)
		parts[sheet] = long
	}
	return book(t, parts)
}

const theBook = "xl/workbook.xml"

// liar is a workbook of which a part says that it is small, and is not.
func liar(t testing.TB) []byte {
	t.Helper()
	var b, packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err == nil {
		_, err = w.Write(bytes.Repeat([]byte("<si/>"), 1<<20))
	}
	if err == nil {
		err = w.Close()
	}
	z := zip.NewWriter(&b)
	for _, name := range []string{"xl/sharedStrings.xml", "xl/workbook.xml"} {
		if err == nil {
			var part io.Writer
			if part, err = z.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, CompressedSize64: uint64(packed.Len()), UncompressedSize64: 100}); err == nil {
				_, err = part.Write(packed.Bytes())
			}
		}
	}
	if err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(ctx context.Context, b []byte) (n int, err error) {
	f, err := sheet.Open(b)
	if err == nil {
		err = f.Each(ctx, func(r sheet.Row) error {
			n++
			return r.Tidy()
		})
	}
	return n, err
}

// taken is how much memory something took altogether, given back or not: it does not hang on what else the machine does, as a watch would.
func taken(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// What unpacks to millions of elements, or says that it is small, is refused in words before anything is made of it.
func TestT12_ABombIsRefusedBeforeAnythingIsMadeOfIt(t *testing.T) {
	for name, b := range bombs(t) {
		var err error
		most := uint64(16<<20 + 2*len(b))
		if got := taken(func() { _, err = read(t.Context(), b) }); got > most || !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %d bytes made %d MiB: %v", name, len(b), got>>20, err)
		}
	}
	if n, err := read(t.Context(), cells(t, 1<<20+1, "<row/>")); n > 0 || !fault.Is(err, fault.Invalid) { // more than a sheet can have: read once, and none made
		t.Errorf("%d empty rows were made: %v", n, err)
	}
}

// What is as much as may be read, of every part at once, takes less than 256 MiB at any moment.
func TestT10_ALargeWorkbookTakesLittleMemory(t *testing.T) {
	b := book(t, map[string]string{
		"xl/sharedStrings.xml": "<sst " + ns + ">" + strings.Repeat("<si><t>a</t></si>", 370_000) + "</sst>",
		"xl/styles.xml":        "<styleSheet " + ns + "><cellXfs>" + strings.Repeat("<xf/>", 270_000) + "</cellXfs></styleSheet>",
		"xl/workbook.xml":      `<workbook ` + ns + ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets><definedNames>` + strings.Repeat("<definedName/>", 19_000) + `</definedNames></workbook>`,
	})
	most := peak(func() {
		if n, err := read(t.Context(), b); err != nil || n != 1 {
			t.Errorf("%d rows, %v", n, err)
		}
	})
	if most > 256<<20 {
		t.Errorf("%d MiB at once", most>>20)
	}
}

// peak is the most that lies in memory while something is done, collected as the program collects.
func peak(do func()) (most uint64) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	runtime.GC()
	over, seen := make(chan struct{}), make(chan uint64)
	go func() {
		most, lies := uint64(0), []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		for tick := time.NewTicker(time.Millisecond); ; {
			metrics.Read(lies)
			most = max(most, lies[0].Value.Uint64())
			select {
			case <-over:
				tick.Stop()
				seen <- most
				return
			case <-tick.C:
			}
		}
	}()
	do()
	close(over)
	return <-seen
}
