package files

import (
	"encoding/binary"
	"hash/crc32"
	"image/png"
	"io"
	"os"

	"golang.org/x/image/webp"
)

func inspectPNG(file *os.File, size int64) (content, error) {
	config, err := png.DecodeConfig(io.NewSectionReader(file, 0, size))
	if err != nil {
		return content{}, refused("damaged")
	}
	return sized(config.Width, config.Height, content{mediaType: "image/png", ending: ".png", rewrite: cleanPNG})
}

// shown are the chunks of a PNG that say how it looks; texts, times, places and whatever else is dropped.
var shown = map[string]bool{"IHDR": true, "PLTE": true, "IDAT": true, "IEND": true, "tRNS": true, "gAMA": true, "cHRM": true,
	"sRGB": true, "iCCP": true, "sBIT": true, "bKGD": true, "pHYs": true}

func cleanPNG(dst io.Writer, src *os.File, size int64) error {
	c := newCopier()
	if err := c.part(dst, src, 0, 8); err != nil {
		return err
	}
	for at, parts := int64(8), 1; ; parts++ {
		b, err := chunkAt(src, at, size)
		if err != nil {
			return err
		}
		name, n := string(b[4:]), int64(binary.BigEndian.Uint32(b[:4]))
		whole := 12 + n // length, name, body, checksum
		if at+whole > size || parts > mostParts || name[0] < 'a' && !shown[name] {
			return refused("damaged")
		}
		if shown[name] {
			if err := c.checked(dst, src, at, n); err != nil {
				return err
			}
		}
		if name == "IEND" {
			return nil
		}
		at += whole
	}
}

// chunkAt reads the head of a chunk: in PNG the length and then the name, in RIFF the name and then the length.
func chunkAt(src io.ReaderAt, at, size int64) (b [8]byte, err error) {
	if at+8 > size {
		return b, refused("damaged")
	}
	_, err = src.ReadAt(b[:], at)
	return b, err
}

func (c copier) checked(dst io.Writer, src io.ReaderAt, at, n int64) error {
	sum := crc32.NewIEEE()
	var length, want [4]byte
	if _, err := src.ReadAt(length[:], at); err != nil {
		return err
	}
	if _, err := src.ReadAt(want[:], at+8+n); err != nil {
		return err
	}
	if _, err := dst.Write(length[:]); err != nil {
		return err
	}
	if err := c.part(io.MultiWriter(dst, sum), src, at+4, 4+n); err != nil {
		return err
	}
	if sum.Sum32() != binary.BigEndian.Uint32(want[:]) {
		return refused("damaged")
	}
	_, err := dst.Write(want[:])
	return err
}

func inspectWebP(file *os.File, size int64) (content, error) {
	config, err := webp.DecodeConfig(io.NewSectionReader(file, 0, size))
	if err != nil {
		return content{}, refused("damaged")
	}
	return sized(config.Width, config.Height, content{mediaType: "image/webp", ending: ".webp", rewrite: cleanWebP})
}

// kept are the chunks of a WebP that say how it looks.
var kept = map[string]bool{"VP8 ": true, "VP8L": true, "VP8X": true, "ALPH": true, "ANIM": true, "ANMF": true, "ICCP": true}

type part struct {
	name     string
	at, size int64 // of the whole chunk, its head included
}

// riffParts walks the chunks of a RIFF file.
func riffParts(src io.ReaderAt, size int64) ([]part, error) {
	b, err := chunkAt(src, 0, size)
	if err != nil {
		return nil, err
	}
	end := 8 + int64(binary.LittleEndian.Uint32(b[4:]))
	if end > size {
		return nil, refused("damaged")
	}
	var out []part
	for at := int64(12); at < end; {
		b, err := chunkAt(src, at, end)
		if err != nil {
			return nil, err
		}
		n := int64(binary.LittleEndian.Uint32(b[4:]))
		n += 8 + n%2
		if at+n > end+1 { // the last byte of padding is often left out
			return nil, refused("damaged")
		}
		if out = append(out, part{string(b[:4]), at, min(n, end-at)}); len(out) > mostParts {
			return nil, refused("damaged")
		}
		at += n
	}
	return out, nil
}

func cleanWebP(dst io.Writer, src *os.File, size int64) error {
	parts, err := riffParts(src, size)
	if err != nil {
		return err
	}
	total := int64(4)
	for _, p := range parts {
		if kept[p.name] {
			total += p.size
		}
	}
	header := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(total))
	if _, err := dst.Write(append(header, "WEBP"...)); err != nil {
		return err
	}
	for _, p := range parts {
		if !kept[p.name] {
			continue
		}
		body := make([]byte, p.size)
		if _, err := src.ReadAt(body, p.at); err != nil {
			return err
		}
		if p.name == "VP8X" && len(body) > 8 {
			body[8] &^= 0x0c // no EXIF, no XMP any more
		}
		if _, err := dst.Write(body); err != nil {
			return err
		}
	}
	return nil
}
