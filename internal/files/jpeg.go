package files

import (
	"bufio"
	"encoding/binary"
	"errors"
	"image/jpeg"
	"io"
	"os"
)

func inspectJPEG(file *os.File, size int64) (content, error) {
	config, err := jpeg.DecodeConfig(io.NewSectionReader(file, 0, size))
	if err != nil {
		return content{}, refused("damaged")
	}
	return sized(config.Width, config.Height, content{mediaType: "image/jpeg", ending: ".jpg", rewrite: cleanJPEG})
}

// cleanJPEG copies the picture without what travels with it: the place and the telephone (EXIF, XMP, IPTC), comments, and
// everything behind its end. Only the way it is to be turned is kept.
func cleanJPEG(dst io.Writer, src *os.File, size int64) error {
	r := bufio.NewReaderSize(io.NewSectionReader(src, 0, size), 64<<10)
	w := bufio.NewWriterSize(dst, 64<<10)
	if _, err := io.CopyN(w, r, 2); err != nil {
		return broken(err)
	}
	marker, err := nextMarker(r)
	for parts := 1; ; parts++ {
		switch {
		case parts > mostParts:
			return refused("damaged")
		case err != nil:
			return broken(err)
		case marker == 0xd9: // the end of the picture
			if _, err := w.Write([]byte{0xff, 0xd9}); err != nil {
				return err
			}
			return w.Flush()
		}
		if err := copySegment(w, r, marker); err != nil {
			return err
		}
		if marker == 0xda { // after a scan's header come its data
			marker, err = copyScan(w, r)
			continue
		}
		marker, err = nextMarker(r)
	}
}

// broken is what an unexpected end means.
func broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return refused("damaged")
	}
	return err
}

func nextMarker(r *bufio.Reader) (byte, error) {
	b, err := r.ReadByte()
	if err != nil {
		return 0, err
	}
	if b != 0xff {
		return 0, refused("damaged")
	}
	for b == 0xff { // fill bytes
		if b, err = r.ReadByte(); err != nil {
			return 0, err
		}
	}
	return b, nil
}

func copySegment(w *bufio.Writer, r *bufio.Reader, marker byte) error {
	if marker >= 0xd0 && marker <= 0xd7 || marker == 0x01 { // markers without a body
		_, err := w.Write([]byte{0xff, marker})
		return err
	}
	if marker == 0xd8 { // a second picture inside the first
		return refused("damaged")
	}
	var size [2]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return broken(err)
	}
	n := int(binary.BigEndian.Uint16(size[:]))
	if n < 2 {
		return refused("damaged")
	}
	body := make([]byte, n-2)
	if _, err := io.ReadFull(r, body); err != nil {
		return broken(err)
	}
	if marker == 0xe1 {
		_, err := w.Write(onlyTurned(body))
		return err
	}
	if !belongs(marker, body) {
		return nil
	}
	_, err := w.Write(append([]byte{0xff, marker, size[0], size[1]}, body...))
	return err
}

// belongs tells whether a segment is needed to show the picture: not comments, and of the application's own segments
// only the size of a dot, the colours and how they were stored.
func belongs(marker byte, body []byte) bool {
	switch {
	case marker == 0xe0, marker == 0xee:
		return true
	case marker == 0xe2:
		return len(body) > 12 && string(body[:12]) == "ICC_PROFILE\x00"
	}
	return marker < 0xe0 || marker > 0xef && marker != 0xfe
}

// copyScan copies the data of a scan and gives the marker that ends it.
func copyScan(w *bufio.Writer, r *bufio.Reader) (byte, error) {
	for {
		b, err := r.ReadByte()
		if err != nil {
			return 0, err
		}
		if b != 0xff {
			if err := w.WriteByte(b); err != nil {
				return 0, err
			}
			continue
		}
		for b == 0xff {
			if b, err = r.ReadByte(); err != nil {
				return 0, err
			}
		}
		if b != 0 && (b < 0xd0 || b > 0xd7) {
			return b, nil
		}
		if _, err := w.Write([]byte{0xff, b}); err != nil {
			return 0, err
		}
	}
}

// onlyTurned is an EXIF segment that says nothing but how the picture is to be turned; nothing when it is upright.
func onlyTurned(body []byte) []byte {
	turn := orientation(body)
	if turn <= 1 || turn > 8 {
		return nil
	}
	return append([]byte("\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01"),
		0, byte(turn), 0, 0, 0, 0, 0, 0)
}

// orientation reads tag 0x0112 of the first directory of an EXIF segment; 0 when there is none.
func orientation(body []byte) uint16 {
	if len(body) < 14 || string(body[:6]) != "Exif\x00\x00" {
		return 0
	}
	tiff := body[6:]
	var order binary.ByteOrder = binary.BigEndian
	if string(tiff[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 0
	}
	entries := uint64(order.Uint16(tiff[at:]))
	for i := range entries {
		e := at + 2 + 12*i
		if e+12 > uint64(len(tiff)) {
			return 0
		}
		if order.Uint16(tiff[e:]) == 0x0112 {
			return order.Uint16(tiff[e+8:])
		}
	}
	return 0
}
