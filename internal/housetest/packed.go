package housetest

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
)

const mostUnpacked = 64 << 20 // bytes of one thing: tests pack no bombs

// Unpacked is a file as it is, and whatever is packed in it, in however many wrappings: the files of a zip (xlsx, docx, a dossier), of a
// tar and of a gzip, the streams of a PDF and what it reads as, the rows of a dump of PostgreSQL.
func Unpacked(b []byte) [][]byte {
	out := [][]byte{b}
	for _, inner := range within(b) {
		out = append(out, Unpacked(inner)...)
	}
	return out
}

func within(b []byte) (out [][]byte) {
	add := func(r io.Reader, err error) {
		if err == nil {
			if inner, _ := io.ReadAll(io.LimitReader(r, mostUnpacked)); len(inner) > 0 { // of a broken one what there is
				out = append(out, inner)
			}
		}
	}
	switch {
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return nil
		}
		for _, f := range z.File {
			out = append(out, []byte(f.Name))
			r, err := f.Open()
			add(r, err)
		}
	case bytes.HasPrefix(b, []byte("\x1f\x8b")):
		r, err := gzip.NewReader(bytes.NewReader(b))
		add(r, err)
	case len(b) > 262 && string(b[257:262]) == "ustar":
		for t := tar.NewReader(bytes.NewReader(b)); ; {
			h, err := t.Next()
			if err != nil {
				return out
			}
			out = append(out, []byte(h.Name))
			add(t, nil)
		}
	case bytes.HasPrefix(b, []byte("%PDF-")):
		for _, part := range bytes.Split(b, []byte("stream"))[1:] {
			r, err := zlib.NewReader(bytes.NewReader(bytes.TrimLeft(part, "\r\n")))
			add(r, err)
		}
		out = append(out, told(b, "pdftotext", "-", "-")...) // letters of an embedded font are numbers in the streams
	case bytes.HasPrefix(b, []byte("PGDMP")):
		programs, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pg_restore")
		out = append(out, told(b, append(programs, "pg_restore")[0], "--file=-")...)
	}
	return out
}

// told is what a program says of a file; nothing where it is not there.
func told(b []byte, program string, args ...string) [][]byte {
	cmd := exec.CommandContext(context.Background(), program, args...)
	cmd.Stdin = bytes.NewReader(b)
	text, err := cmd.Output()
	if err != nil {
		return nil
	}
	return [][]byte{text}
}

// Holds tells whether a text stands anywhere in the answer, packed or not.
func (a Answer) Holds(text string) bool {
	for _, part := range Unpacked(a.Body) {
		if strings.Contains(string(part), text) {
			return true
		}
	}
	return false
}
