package files_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"sync"

	"fengqiao/internal/files"
)

// canary stands wherever a place or a secret may travel with a file, and may never be kept.
const canary = "GPS-24.8741N-118.6757E"

func picture() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for i := range 64 * 48 {
		m.Set(i%64, i/64, color.RGBA{uint8(i), uint8(i / 64 * 5), 90, 255})
	}
	return m
}

func plainJPEG() []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func segment(marker byte, body string) string {
	return string([]byte{0xff, marker}) + string(binary.BigEndian.AppendUint16(nil, uint16(len(body)+2))) + body
}

// exif is a camera's note: turned by 90 degrees, and where it was taken.
func exif() string {
	return "Exif\x00\x00II*\x00\x08\x00\x00\x00" + "\x02\x00" +
		"\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00" + // orientation 6
		"\x25\x88\x04\x00\x01\x00\x00\x00\x26\x00\x00\x00" + // the directory of the place
		"\x00\x00\x00\x00" + canary
}

// photo is a telephone's picture: with its place three times over, a comment, and a web page behind its end.
func photo() []byte {
	plain := string(plainJPEG())
	return []byte(plain[:2] + segment(0xe1, exif()) + segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00"+canary) +
		segment(0xed, "Photoshop 3.0\x00"+canary) + segment(0xfe, canary+"<script>") + plain[2:] + "<html>" + canary)
}

func plainPNG() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func chunk(name, body string) string {
	sum := crc32.ChecksumIEEE([]byte(name + body))
	return string(binary.BigEndian.AppendUint32(nil, uint32(len(body)))) + name + body + string(binary.BigEndian.AppendUint32(nil, sum))
}

func annotatedPNG() []byte {
	p := string(plainPNG())
	const afterHeader = 8 + 25
	return []byte(p[:afterHeader] + chunk("tEXt", "Comment\x00"+canary) + chunk("eXIf", exif()[6:]) + p[afterHeader:] + "<html>" + canary)
}

func riffChunk(name, body string) string {
	pad := ""
	if len(body)%2 == 1 {
		pad = "\x00"
	}
	return name + string(binary.LittleEndian.AppendUint32(nil, uint32(len(body)))) + body + pad
}

func riffFile(form string, chunks ...string) []byte {
	return []byte(riffChunk("RIFF", form+strings.Join(chunks, "")))
}

func webpPicture() []byte {
	plain, err := base64.StdEncoding.DecodeString("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")
	if err != nil {
		panic(err)
	}
	size := binary.LittleEndian.Uint32(plain[16:])
	return riffFile("WEBP", riffChunk("VP8X", "\x0c\x00\x00\x00\x00\x00\x00\x00\x00\x00"), string(plain[12:20+size]),
		riffChunk("EXIF", exif()), riffChunk("XMP ", canary), riffChunk("ABCD", canary))
}

func wav() []byte {
	return riffFile("WAVE", riffChunk("fmt ", strings.Repeat("\x01", 16)), riffChunk("data", strings.Repeat("\x07", 99)))
}

func mp3(tag bool) []byte {
	frame := "\xff\xfb\x90\x00" + strings.Repeat("\x11", 413)
	if tag {
		return []byte("ID3\x04\x00\x00\x00\x00\x00\x0a" + strings.Repeat("\x00", 10) + frame + frame + frame)
	}
	return []byte(frame + frame)
}

func box(name, body string) string {
	return string(binary.BigEndian.AppendUint32(nil, uint32(len(body)+8))) + name + body
}

func mp4(brand string) []byte {
	place := box("\xa9xyz", "\x00\x12\x15\xc7+24.8741+118.6757/") + box("loci", canary)
	return []byte(box("ftyp", brand+"\x00\x00\x02\x00isomiso2") + box("moov", box("mvhd", "head")+box("udta", place)+
		box("meta", box("data", "+24.8741+118.6757+023.000/"))) + box("mdat", "film"))
}

func pdf(objects string) []byte {
	return []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + objects + "\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n")
}

// office packs entries into an archive, names and bodies by turns.
func office(entries ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(entries); i += 2 {
		w, err := z.Create(entries[i])
		if err != nil {
			panic(err)
		}
		if _, err := io.WriteString(w, entries[i+1]); err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func docx(more ...string) []byte {
	return office(append([]string{"[Content_Types].xml", "<Types/>", "word/document.xml", "<w:document/>"}, more...)...)
}

func xlsx() []byte {
	return office("[Content_Types].xml", "<Types/>", "xl/workbook.xml", "<workbook/>")
}

// bomb unfolds to 200 MiB of nothing.
var bomb = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, size := range map[string]int64{"[Content_Types].xml": 10, "word/document.xml": 10, "word/media/image1.bmp": 200 << 20} {
		w, err := z.Create(name)
		if err != nil {
			panic(err)
		}
		if _, err := io.CopyN(w, forever{}, size); err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
})

// forever is a sender who never stops.
type forever struct{}

func (forever) Read(b []byte) (int, error) { return len(b), nil }

// liar is a document whose directory says that a large entry is small.
func liar() []byte {
	const size = 3 << 20
	b := docx("word/media/image1.bmp", strings.Repeat("\x00", size))
	was := binary.LittleEndian.AppendUint32(nil, size)
	return bytes.ReplaceAll(b, was, binary.LittleEndian.AppendUint32(nil, 1000))
}

// hugePNG and hugeJPEG promise 50,000 × 50,000 pixels in a few bytes.
func hugePNG() []byte {
	side := string(binary.BigEndian.AppendUint32(nil, 50_000))
	return []byte("\x89PNG\r\n\x1a\n" + chunk("IHDR", side+side+"\x08\x02\x00\x00\x00") + chunk("IDAT", "") + chunk("IEND", ""))
}

func hugeJPEG() []byte {
	b := plainJPEG()
	at := bytes.Index(b, []byte("\xff\xc0"))
	binary.BigEndian.PutUint16(b[at+5:], 50_000)
	binary.BigEndian.PutUint16(b[at+7:], 50_000)
	return b
}

// filled is a file of 20 MiB: a beginning, the same piece over and over, and an end.
func filled(begin, piece, end string) []byte {
	return []byte(begin + strings.Repeat(piece, (files.Most-len(begin)-len(end))/len(piece)) + end)
}

// inPieces are files of millions of parts, each of which would cost somebody a look.
func inPieces() map[string][]byte {
	still := string(plainPNG())
	sound := filled("RIFF\x00\x00\x00\x00WAVE"+riffChunk("fmt ", strings.Repeat("\x01", 16))+riffChunk("data", "\x07\x07"), riffChunk("LIST", ""), "")
	binary.LittleEndian.PutUint32(sound[4:], uint32(len(sound)-8))
	photo := string(plainJPEG())
	return map[string][]byte{"a film of boxes": filled(string(mp4("isom")), box("free", ""), ""), "a picture of chunks": filled(still[:len(still)-12], chunk("IDAT", ""), still[len(still)-12:]),
		"a sound of chunks": sound, "a photo of segments": filled(photo[:2], segment(0xe0, ""), photo[2:]), "an archive of names": crowded(),
		"a document of letters": filled("%PDF-1.7\n", "#41", "/#4aavaScript\n%%EOF\n")}
}

// crowded is an archive with nothing in it but a list of what it holds.
func crowded() []byte {
	entry := "PK\x01\x02" + strings.Repeat("\x00", 42)
	begin := "PK\x03\x04" + strings.Repeat("\x00", 26)
	b := filled(begin, entry, strings.Repeat("\x00", 22))
	b = b[:len(b)-22]
	n := (len(b) - len(begin)) / len(entry)
	b = append(b, "PK\x05\x06\x00\x00\x00\x00"...)
	b = binary.LittleEndian.AppendUint16(b, uint16(n))
	b = binary.LittleEndian.AppendUint16(b, uint16(n))
	b = binary.LittleEndian.AppendUint32(b, uint32(n*len(entry)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(begin)))
	return append(b, 0, 0)
}
