package files

import (
	"archive/zip"
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path"
	"strings"
)

// inspectPDF wants a whole document without programs and without other files inside.
func inspectPDF(file *os.File, size int64) (content, error) {
	text := make([]byte, size)
	if _, err := file.ReadAt(text, 0); err != nil {
		return content{}, notKept(err)
	}
	tail := text[max(0, len(text)-head):]
	if !bytes.Contains(tail, []byte("%%EOF")) {
		return content{}, refused("damaged")
	}
	if rest := tail[bytes.LastIndex(tail, []byte("%%EOF"))+5:]; len(bytes.TrimSpace(bytes.Trim(rest, "\x00"))) > 0 {
		return content{}, refused("mixed")
	}
	if hasActive(text) {
		return content{}, refused("active")
	}
	return content{mediaType: "application/pdf", ending: ".pdf"}, nil
}

// hasActive looks for programs and packed files. /JS is too short to be looked for in the data of streams, where it
// stands by chance. What a document hides in packed objects is not found: it is only ever answered as a download.
func hasActive(text []byte) bool {
	text = unescaped(text)
	for _, word := range []string{"/JavaScript", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia"} {
		if hasName(text, word) {
			return true
		}
	}
	for len(text) > 0 {
		outside, rest, _ := bytes.Cut(text, []byte("stream"))
		if hasName(outside, "/JS") {
			return true
		}
		_, text, _ = bytes.Cut(rest, []byte("endstream"))
	}
	return false
}

// unescaped puts the letters of names that are written by their numbers (/J#61vaScript) in their place, within the same bytes.
func unescaped(text []byte) []byte {
	out := text[:0]
	for i := 0; i < len(text); i++ {
		if text[i] == '#' && i+2 < len(text) {
			var plain [1]byte
			if _, err := hex.Decode(plain[:], text[i+1:i+3]); err == nil {
				out, i = append(out, plain[0]), i+2
				continue
			}
		}
		out = append(out, text[i])
	}
	return out
}

// hasName tells whether a PDF name stands there as a whole.
func hasName(text []byte, name string) bool {
	for {
		_, rest, found := bytes.Cut(text, []byte(name))
		if !found {
			return false
		}
		if len(rest) == 0 || strings.IndexByte(" \t\r\n\x00()<>[]{}/%", rest[0]) >= 0 {
			return true
		}
		text = rest
	}
}

const (
	mostEntries  = 2_000
	mostUnfolded = 100 << 20
)

// inspectOffice takes a zip archive only when it is a Word or Excel file without macros, and unfolds it once into
// nothing to see that it is as large as it says.
func inspectOffice(file *os.File, size int64) (content, error) {
	z, err := directory(file, size)
	switch {
	case errors.Is(err, errLongDirectory), err == nil && len(z.File) > mostEntries:
		return content{}, refused("bomb")
	case err != nil:
		return content{}, refused("damaged")
	}
	left, names := int64(mostUnfolded), map[string]bool{}
	for _, e := range z.File {
		if err := checkEntry(e, names); err != nil {
			return content{}, err
		}
		if left, err = unfold(e, left); err != nil {
			return content{}, err
		}
	}
	switch {
	case !names["[content_types].xml"]:
	case names["word/document.xml"]:
		return content{mediaType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ending: ".docx"}, nil
	case names["xl/workbook.xml"]:
		return content{mediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ending: ".xlsx"}, nil
	}
	return content{}, refused("kind")
}

// checkEntry refuses names that point elsewhere or stand twice, programs, and what is locked.
func checkEntry(e *zip.File, names map[string]bool) error {
	name := strings.ToLower(e.Name)
	switch clean := path.Clean(name); {
	case strings.ContainsAny(name, "\\\x00:"), strings.HasPrefix(name, "/"), clean == "..", strings.HasPrefix(clean, "../"), names[name]:
		return refused("mixed")
	case e.Flags&1 != 0:
		return refused("locked")
	case strings.HasSuffix(name, "vbaproject.bin"), strings.Contains(name, "/activex/"),
		strings.Contains(name, "/embeddings/") && strings.HasSuffix(name, ".bin"),
		strings.HasSuffix(name, ".exe"), strings.HasSuffix(name, ".html"), strings.HasSuffix(name, ".js"):
		return refused("active")
	}
	names[name] = true
	return nil
}

// unfold reads an entry to its end and gives how much may still come. XML that declares entities is refused: they can
// unfold without end in whoever reads them later.
func unfold(e *zip.File, left int64) (int64, error) {
	if e.UncompressedSize64 > uint64(left) {
		return 0, refused("bomb")
	}
	r, err := e.Open()
	if err != nil {
		return 0, refused("damaged")
	}
	defer r.Close()
	var start bytes.Buffer
	n, err := io.Copy(&start, io.LimitReader(r, head))
	if err == nil && bytes.Contains(bytes.ToLower(start.Bytes()), []byte("<!doctype")) {
		return 0, refused("active")
	}
	if err == nil {
		var more int64
		more, err = io.Copy(io.Discard, io.LimitReader(r, left-n+1))
		n += more
	}
	switch {
	case n > left:
		return 0, refused("bomb")
	case err != nil:
		return 0, refused("damaged")
	}
	return left - n, nil
}
