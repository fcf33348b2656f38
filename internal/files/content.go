package files

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"math"
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

// mostParts is of how many parts a file may be made: a film of a telephone has some hundreds, a picture written piece by piece some
// thousands. One of millions is made to keep us busy.
const mostParts = 20_000

const buffered = 64 << 10 // bytes that are read or written at once

// copier copies many parts, each by the same few bytes of memory.
type copier struct{ buffer []byte }

func newCopier() copier { return copier{make([]byte, buffered)} }

// part copies n bytes from a place.
func (c copier) part(dst io.Writer, src io.ReaderAt, at, n int64) error {
	_, err := io.CopyBuffer(struct{ io.Writer }{dst}, io.NewSectionReader(src, at, n), c.buffer)
	return err
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
	_, err := directory(file, size)
	return err == nil || errors.Is(err, errLongDirectory)
}

// longestDirectory is how much is read of what an archive says that it holds; of an Office file it is some tens of kilobytes.
const longestDirectory = 2 << 20

var errLongDirectory = errors.New("files: an archive's directory is very long")

// directory reads what an archive holds, unless that alone would fill the memory.
func directory(file io.ReaderAt, size int64) (*zip.Reader, error) {
	bounded := &upTo{src: file, left: longestDirectory}
	z, err := zip.NewReader(bounded, size)
	if bounded.left < 0 {
		return nil, errLongDirectory
	}
	if err != nil {
		return nil, err
	}
	bounded.left = math.MaxInt64 // what it holds has a bound of its own
	return z, nil
}

// upTo reads so many bytes and no more.
type upTo struct {
	src  io.ReaderAt
	left int64
}

func (u *upTo) ReadAt(b []byte, at int64) (int, error) {
	if u.left -= int64(len(b)); u.left < 0 {
		return 0, errLongDirectory
	}
	return u.src.ReadAt(b, at)
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
