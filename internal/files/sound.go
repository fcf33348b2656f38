package files

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"regexp"
	"slices"
)

func inspectWAV(file *os.File, size int64) (content, error) {
	parts, err := riffParts(file, size)
	if err != nil {
		return content{}, err
	}
	has := func(name string) bool {
		return slices.ContainsFunc(parts, func(p part) bool { return p.name == name })
	}
	if !has("fmt ") || !has("data") {
		return content{}, refused("damaged")
	}
	return content{mediaType: "audio/wav", ending: ".wav"}, nil
}

func isMP3(start []byte) bool {
	return bytes.HasPrefix(start, []byte("ID3")) || len(start) > 4 && frameLength(start) > 0
}

// inspectMP3 wants two frames, one right after the other: a single sync word stands in many files by chance.
func inspectMP3(file *os.File, size int64) (content, error) {
	var b [10]byte
	if _, err := file.ReadAt(b[:], 0); err != nil {
		return content{}, refused("damaged")
	}
	at := int64(0)
	if string(b[:3]) == "ID3" {
		at = 10 + int64(b[6]&0x7f)<<21 + int64(b[7]&0x7f)<<14 + int64(b[8]&0x7f)<<7 + int64(b[9]&0x7f)
	}
	for range 2 {
		if _, err := file.ReadAt(b[:4], at); err != nil {
			return content{}, refused("damaged")
		}
		n := frameLength(b[:4])
		if n == 0 || at+n > size {
			return content{}, refused("damaged")
		}
		at += n
	}
	return content{mediaType: "audio/mpeg", ending: ".mp3"}, nil
}

// bitRates of layer III in kbit/s, MPEG 1 and MPEG 2; sampling rates by version bits.
var (
	bitRates = [2][16]int64{
		{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0},
		{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0},
	}
	samplings = [4][3]int64{{11025, 12000, 8000}, {}, {22050, 24000, 16000}, {44100, 48000, 32000}}
)

// frameLength is the length of the layer III frame that begins here; 0 when none does.
func frameLength(b []byte) int64 {
	version, layer, sampling := b[1]>>3&3, b[1]>>1&3, b[2]>>2&3
	if b[0] != 0xff || b[1]>>5 != 7 || version == 1 || layer != 1 || sampling == 3 {
		return 0
	}
	table, slots := 0, int64(144)
	if version != 3 {
		table, slots = 1, 72
	}
	rate := bitRates[table][b[2]>>4]
	if rate == 0 {
		return 0
	}
	return slots*rate*1000/samplings[version][sampling] + int64(b[2]>>1&1)
}

func isMP4(start []byte) bool { return len(start) >= 12 && string(start[4:8]) == "ftyp" }

// brands that mean MP4; a film of another family (QuickTime, HEIF pictures) only shares the way of packing.
var brands = []string{"isom", "iso2", "iso3", "iso4", "iso5", "iso6", "mp41", "mp42", "avc1", "M4V ", "MSNV", "3gp4", "3gp5", "3gp6", "dash"}

func inspectMP4(file *os.File, size int64) (content, error) {
	var brand [4]byte
	if _, err := file.ReadAt(brand[:], 8); err != nil {
		return content{}, refused("damaged")
	}
	c := content{mediaType: "video/mp4", ending: ".mp4", rewrite: cleanMP4}
	switch {
	case string(brand[:]) == "M4A ", string(brand[:]) == "M4B ":
		c.mediaType, c.ending = "audio/mp4", ".m4a"
	case !slices.Contains(brands, string(brand[:])):
		return content{}, refused("kind")
	}
	boxes, err := boxesOf(file, size)
	if err != nil {
		return content{}, err
	}
	if !slices.ContainsFunc(boxes, func(p part) bool { return p.name == "moov" }) {
		return content{}, refused("damaged")
	}
	return c, nil
}

// boxesOf walks the outermost boxes of an MP4; they must fill the file.
func boxesOf(src io.ReaderAt, size int64) ([]part, error) {
	var out []part
	for at := int64(0); at < size; {
		var b [16]byte
		if n, err := src.ReadAt(b[:], at); n < 8 || err != nil && err != io.EOF {
			return nil, refused("damaged")
		}
		n := int64(binary.BigEndian.Uint32(b[:4]))
		switch n {
		case 0: // to the end of the file
			n = size - at
		case 1: // a 64-bit length follows
			n = int64(binary.BigEndian.Uint64(b[8:]))
		}
		if n < 8 || n > size-at {
			return nil, refused("damaged")
		}
		if out = append(out, part{string(b[4:8]), at, n}); len(out) > mostParts {
			return nil, refused("damaged")
		}
		at += n
	}
	return out, nil
}

// cleanMP4 copies the film and blanks the place where it was taken: within moov the boxes ©xyz and loci become
// free space of the same length, and a place that is written out becomes zeros.
func cleanMP4(dst io.Writer, src *os.File, size int64) error {
	boxes, err := boxesOf(src, size)
	if err != nil {
		return err
	}
	c := newCopier()
	for _, p := range boxes {
		if p.name != "moov" {
			if err := c.part(dst, src, p.at, p.size); err != nil {
				return err
			}
			continue
		}
		moov := make([]byte, p.size)
		if _, err := src.ReadAt(moov, p.at); err != nil {
			return err
		}
		blank(moov, "\xa9xyz")
		blank(moov, "loci")
		for _, at := range written.FindAllIndex(moov, -1) {
			copy(moov[at[0]:], bytes.Repeat([]byte("0"), at[1]-at[0]))
		}
		if _, err := dst.Write(moov); err != nil {
			return err
		}
	}
	return nil
}

// written is a place written out (ISO 6709): +24.8741+118.6757/
var written = regexp.MustCompile(`[+-]\d{1,3}\.\d{3,}[+-]\d{1,3}\.\d{3,}`)

const longestPlace = 1024 // bytes of a box that holds a place

// blank turns every box of a name into free space.
func blank(moov []byte, name string) {
	for from := 4; from < len(moov); {
		i := bytes.Index(moov[from:], []byte(name))
		if i < 0 {
			return
		}
		at := from + i
		from = at + len(name)
		n := int(binary.BigEndian.Uint32(moov[at-4:]))
		if n < 8 || n > longestPlace || at-4+n > len(moov) {
			continue // the letters stand there by chance
		}
		copy(moov[at:], "free")
		clear(moov[from : at-4+n])
	}
}
