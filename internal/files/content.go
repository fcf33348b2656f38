package files

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"strings"
)

// content is what a file turned out to be.
type content struct {
	mediaType, ending string
	width, height     int
	// rewrite writes the file anew without what is not wanted; nil keeps it as it is.
	rewrite func(dst io.Writer, src *os.File, size int64) error
}

// head is how much of the beginning tells the kind.
const head = 1024

// inspect tells what a file is by its content alone, and refuses what is not taken.
func inspect(file *os.File, size int64) (content, error) {
	start := make([]byte, min(size, head))
	if _, err := file.ReadAt(start, 0); err != nil {
		return content{}, notKept(err)
	}
	if bytes.HasPrefix(start, []byte("PK\x03\x04")) {
		return inspectOffice(file, size)
	}
	for _, k := range kinds {
		if !k.is(start) {
			continue
		}
		if hasZip(file, size) {
			return content{}, refused("mixed")
		}
		if !k.picture && isMarkup(start) { // what a picture hides is cleaned away
			return content{}, refused("page")
		}
		return k.inspect(file, size)
	}
	if isMarkup(start) {
		return content{}, refused("page")
	}
	if bytes.HasPrefix(start, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) { // also what a locked docx looks like
		return content{}, refused("locked")
	}
	return content{}, refused("kind")
}

var kinds = []struct {
	picture bool
	is      func(start []byte) bool
	inspect func(*os.File, int64) (content, error)
}{
	{true, begins("\xff\xd8\xff"), inspectJPEG},
	{true, begins("\x89PNG\r\n\x1a\n"), inspectPNG},
	{true, riff("WEBP"), inspectWebP},
	{false, riff("WAVE"), inspectWAV},
	{false, begins("%PDF-"), inspectPDF},
	{false, isMP4, inspectMP4},
	{false, isMP3, inspectMP3},
}

func begins(magic string) func([]byte) bool {
	return func(start []byte) bool { return bytes.HasPrefix(start, []byte(magic)) }
}

func riff(form string) func([]byte) bool {
	return func(start []byte) bool {
		return len(start) >= 12 && string(start[:4]) == "RIFF" && string(start[8:12]) == form
	}
}

// isMarkup tells whether a browser might take the beginning for a page, a drawing or a program.
func isMarkup(start []byte) bool {
	text := strings.ToLower(string(start))
	for _, sign := range []string{"<!doctype", "<html", "<script", "<svg", "<body", "<iframe", "<?php", "<?xml"} {
		if at := strings.Index(text, sign); at >= 0 && (sign != "<?xml" || strings.TrimLeft(text[:at], "\ufeff \t\r\n") == "") {
			return true
		}
	}
	return false
}

// hasZip tells whether the file can be opened as an archive as well: a trick to pass for two things.
func hasZip(file io.ReaderAt, size int64) bool {
	_, err := zip.NewReader(file, size)
	return err == nil
}

const (
	longestSide = 20_000      // pixels
	mostPixels  = 120_000_000 // 108 million is the largest photo of a common telephone
)

// sized is a picture, unless its header promises more pixels than anybody could look at.
func sized(width, height int, c content) (content, error) {
	switch {
	case width <= 0 || height <= 0:
		return content{}, refused("damaged")
	case width > longestSide || height > longestSide || width*height > mostPixels:
		return content{}, refused("pixels")
	}
	c.width, c.height = width, height
	return c, nil
}
