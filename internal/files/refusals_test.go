package files_test

import (
	"bytes"
	"io"
	"runtime"
	"testing"
	"time"

	"fengqiao/internal/fault"
	"fengqiao/internal/files"
)

// hostile are files that are refused, each with the code of the reason.
var hostile = map[string]struct {
	content []byte
	code    string
}{
	"nothing":                   {nil, "file_empty"},
	"an SVG drawing":            {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "file_page"},
	"an SVG behind XML":         {[]byte("\ufeff <?xml version=\"1.0\"?><svg/>"), "file_page"},
	"a page called photo.jpg":   {[]byte("<!DOCTYPE html><html><body>"), "file_page"},
	"a page in capitals":        {[]byte("\n\n<HTML><SCRIPT>"), "file_page"},
	"a page inside a PDF":       {append([]byte("%PDF-1.7\n<script>alert(1)</script>"), pdf("")...), "file_page"},
	"a text":                    {[]byte("just words"), "file_kind"},
	"a program":                 {[]byte("MZ\x90\x00\x03\x00\x00\x00"), "file_kind"},
	"the anti-virus test":       {[]byte(`X5O!P%@AP[4\PZX54(P^)7CC)7}$` + `EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`), "file_kind"},
	"a GIF":                     {[]byte("GIF89a\x01\x00\x01\x00"), "file_kind"},
	"one byte":                  {[]byte{0xff}, "file_kind"},
	"an archive":                {office("a.txt", "words"), "file_kind"},
	"an old Word file":          {append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...), "file_locked"},
	"a QuickTime film":          {mp4("qt  "), "file_kind"},
	"half a photo":              {plainJPEG()[:len(plainJPEG())/2], "file_damaged"},
	"a photo's first bytes":     {[]byte("\xff\xd8\xff\xe0"), "file_damaged"},
	"a drawing with a slip":     {slipped(), "file_damaged"},
	"half a drawing":            {plainPNG()[:len(plainPNG())-20], "file_damaged"},
	"half a WebP":               {webpPicture()[:60], "file_damaged"},
	"half a PDF":                {pdf("")[:30], "file_damaged"},
	"half a film":               {mp4("isom")[:60], "file_damaged"},
	"a film without its index":  {[]byte(box("ftyp", "isom\x00\x00\x00\x00") + box("mdat", "film")), "file_damaged"},
	"a tune that is not one":    {append([]byte("\xff\xfb\x90\x00"), make([]byte, 900)...), "file_damaged"},
	"a recording without sound": {riffFile("WAVE", riffChunk("fmt ", "1234")), "file_damaged"},
	"half a document":           {docx()[:80], "file_damaged"},
	"a photo with an archive":   {append(photo(), docx()...), "file_mixed"},
	"a PDF with an archive":     {append(pdf(""), docx()...), "file_mixed"},
	"a PDF with a tail":         {append(pdf(""), "MZ something else"...), "file_mixed"},
	"an archive behind a page":  {append(bytes.Repeat([]byte(" "), 2000), docx()...), "file_kind"},
	"50,000 × 50,000 PNG":       {hugePNG(), "file_pixels"},
	"50,000 × 50,000 JPEG":      {hugeJPEG(), "file_pixels"},
	"a bomb":                    {bomb(), "file_bomb"},
	"a bomb that lies":          {liar(), "file_damaged"},
	"a slip out of the folder":  {docx("../../etc/passwd", "x"), "file_mixed"},
	"an absolute path":          {docx("/etc/passwd", "x"), "file_mixed"},
	"a Windows path":            {docx(`..\x`, "x"), "file_mixed"},
	"one name twice":            {docx("word/Document.xml", "x"), "file_mixed"},
	"a macro":                   {docx("word/vbaProject.bin", "x"), "file_active"},
	"an ActiveX control":        {docx("word/activeX/activeX1.xml", "x"), "file_active"},
	"an object of a program":    {docx("word/embeddings/oleObject1.bin", "x"), "file_active"},
	"an entity bomb":            {docx("word/styles.xml", `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "b">]><x/>`), "file_active"},
	"a PDF with a script":       {pdf("2 0 obj\n<< /S /JavaScript /JS (app.alert(1)) >>\nendobj"), "file_active"},
	"a PDF with a short script": {pdf("2 0 obj\n<< /JS(app.alert(1)) >>\nendobj"), "file_active"},
	"a PDF that hides a script": {pdf("2 0 obj\n<< /S /J#61vaScript >>\nendobj"), "file_active"},
	"a PDF that starts things":  {pdf("2 0 obj\n<< /S /Launch /F (cmd.exe) >>\nendobj"), "file_active"},
	"a PDF with a file inside":  {pdf("2 0 obj\n<< /Names << /EmbeddedFiles 3 0 R >> >>\nendobj"), "file_active"},
}

// slipped is a drawing with one wrong bit in its data.
func slipped() []byte {
	b := plainPNG()
	b[60] ^= 1
	return b
}

func TestWhatIsRefusedAndWhy(t *testing.T) {
	each(t, func(t *folder) {
		for name, v := range hostile {
			_, err := t.save("photo.jpg", v.content)
			f := fault.Of(err)
			if !fault.Is(err, fault.Invalid) || f.Code != v.code || f.Text.ZH == "" || f.Text.EN == "" {
				t.Errorf("%s: %v, want %s", name, err, v.code)
			}
			if left := t.onDisk(); len(left) > 0 {
				t.Errorf("%s left behind %v", name, left)
			}
		}
	})
}

func TestWordsThatAreChanceAreNoReason(t *testing.T) {
	each(t, func(t *folder) {
		for name, content := range map[string][]byte{
			"/JS in the data of a stream": pdf("2 0 obj\n<< /Length 9 >>\nstream\n..../JS .\nendstream\nendobj"),
			"a longer name":               pdf("2 0 obj\n<< /JSON 1 /Launcher 2 >>\nendobj"),
		} {
			if _, err := t.save("合同.pdf", content); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestAFileOverTheLimitIsRefusedWithoutBeingReadToItsEnd(t *testing.T) {
	each(t, func(t *folder) {
		endless := io.MultiReader(bytes.NewReader(plainJPEG()), forever{})
		_, err := t.saveFrom("长.jpg", endless)
		if !fault.Is(err, fault.TooLarge) {
			t.Errorf("an endless file: %v", err)
		}
		whole := append(mp3(false), bytes.Repeat(mp3(false), files.Most/len(mp3(false))-1)...)
		whole = append(whole, make([]byte, files.Most-len(whole))...)
		if d, err := t.save("刚好.mp3", whole); err != nil || d.Size != files.Most {
			t.Errorf("a file of 20 MiB: %d, %v", d.Size, err)
		}
		if _, err := t.save("多一个.mp3", append(whole, 0)); !fault.Is(err, fault.TooLarge) {
			t.Errorf("one byte more: %v", err)
		}
	})
}

// What is taken is counted for the whole process: this test runs beside no other, and one engine after the other.
func TestHostileFilesTakeLittleMemory(t *testing.T) {
	eachAlone(t, func(t *folder) {
		hostile := inPieces()
		hostile["bomb"], hostile["huge PNG"], hostile["huge JPEG"] = bomb(), hugePNG(), hugeJPEG()
		for name, content := range hostile {
			began := time.Now()
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			_, err := t.save("x", content)
			runtime.ReadMemStats(&after)
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("%s: it took %v", name, took)
			}
			if grown := after.TotalAlloc - before.TotalAlloc; err == nil || grown > 64<<20 {
				t.Errorf("%s: %v, %d MiB were taken", name, err, grown>>20)
			}
		}
	})
}
