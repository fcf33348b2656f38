package paper

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// Word writes sheets as a Word file to be edited: paragraphs and tables, in Song type on A4. The same sheets give the same
// bytes. It is the small part of WordprocessingML that Word and LibreOffice both read; no library that is kept writes less.
func Word(w io.Writer, sheets []Paper) error {
	var doc wordDoc
	doc.raw(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`)
	for i, p := range sheets {
		if i > 0 {
			doc.raw(`<w:p><w:r><w:br w:type="page"/></w:r></w:p>`)
		}
		doc.sheet(p)
	}
	doc.raw(`<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1020" w:right="907" w:bottom="1020" w:left="907" w:header="500" w:footer="500" w:gutter="0"/></w:sectPr></w:body></w:document>`)
	z := zip.NewWriter(w)
	for _, part := range []struct{ name, text string }{
		{"[Content_Types].xml", wordTypes}, {"_rels/.rels", wordRels}, {"word/document.xml", doc.String()}, {"word/_rels/document.xml.rels", wordDocRels}, {"word/styles.xml", wordStyles},
	} {
		entry, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate, Modified: noTime})
		if err != nil {
			return err
		}
		if _, err := io.WriteString(entry, part.text); err != nil {
			return err
		}
	}
	return z.Close()
}

// noTime is the moment in archives, so that the same papers give the same bytes.
var noTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

const (
	wordTypes = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>`
	wordRels  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`

	wordDocRels = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`
	wordStyles  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="SimSun" w:hAnsi="SimSun" w:eastAsia="SimSun" w:cs="SimSun"/><w:sz w:val="22"/><w:szCs w:val="22"/><w:lang w:val="zh-CN" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:line="300" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>`
)

type wordDoc struct{ bytes.Buffer }

func (d *wordDoc) raw(s string) { d.WriteString(s) }

// style is how a paragraph looks.
type style struct {
	align  string // left, center, right
	size   int    // half points
	bold   bool
	indent bool // of the first line
	spaced bool // room before it
	keep   bool // with the next
}

// par writes a paragraph.
func (d *wordDoc) par(text string, s style) {
	d.raw("<w:p><w:pPr>")
	if s.keep {
		d.raw("<w:keepNext/>")
	}
	if s.spaced {
		d.raw(`<w:spacing w:before="120" w:line="300" w:lineRule="auto"/>`)
	}
	if s.indent {
		d.raw(`<w:ind w:firstLineChars="200" w:firstLine="440"/>`)
	}
	if s.align != "" {
		fmt.Fprintf(d, `<w:jc w:val=%q/>`, s.align)
	}
	d.raw("</w:pPr>")
	d.run(text, s)
	d.raw("</w:p>")
}

func (d *wordDoc) run(text string, s style) {
	if text == "" {
		return
	}
	d.raw("<w:r><w:rPr>")
	if s.bold {
		d.raw("<w:b/>")
	}
	if s.size > 0 {
		fmt.Fprintf(d, `<w:sz w:val="%d"/><w:szCs w:val="%d"/>`, s.size, s.size)
	}
	d.raw(`</w:rPr><w:t xml:space="preserve">`)
	_ = xml.EscapeText(d, []byte(text)) // into memory
	d.raw("</w:t></w:r>")
}

func (d *wordDoc) sheet(p Paper) {
	title := 40
	if p.Cover {
		title = 64
	}
	d.par(p.Region, style{align: "center"})
	d.par(p.Unit, style{align: "center"})
	d.par(p.Letters(), style{align: "center", size: title, bold: true, spaced: true})
	if !p.Cover {
		d.par(p.Number, style{align: "right", size: 22})
	}
	for _, b := range p.Blocks {
		d.block(b)
	}
	foot := fmt.Sprintf("%s　%s　版本 %d　校验值 %s", p.Unit, p.Number, p.Foot.Version, p.Foot.Short())
	if p.Foot.TextHash != "" {
		foot += "　协议文本校验值 " + p.Foot.TextHash
	}
	d.par(foot, style{size: 16, spaced: true})
}

func (d *wordDoc) block(b Block) {
	if b.Heading != "" {
		d.par(b.Heading, style{bold: true, spaced: true, keep: true})
	}
	if len(b.Fields) > 0 {
		d.fields(b.Rows())
	}
	for _, p := range b.Paras {
		d.par(p, style{indent: true})
	}
	for i, item := range b.Items {
		d.par(fmt.Sprintf("%d．%s", i+1, item), style{indent: true})
	}
	for _, x := range b.Boxes {
		d.par(x.Mark()+" "+x.Text, style{})
	}
	for _, t := range b.Turns {
		d.par(strings.TrimPrefix(t.Who+"："+t.Text, "："), style{})
	}
	if b.Table != nil {
		d.table(b.Table.Widths, append([][]string{b.Table.Head}, b.Table.Rows...))
	}
	for range b.Lines {
		d.par("______________________________________________________________________", style{})
	}
	for _, s := range b.Signs {
		name := s.Name
		if name == "" || s.How == "" {
			name += "________________"
		}
		d.par(s.Who+"："+name+"　"+s.Date(), style{spaced: true})
		if s.How != "" {
			d.par(s.How, style{align: "right", size: 18})
		}
	}
	if b.Seal != "" {
		d.par(b.Seal+"（印章）", style{align: "right", spaced: true})
	}
}

const (
	textWidth = 10092 // twentieths of a point between the margins
	borders   = `<w:tblBorders><w:top w:val="single" w:sz="6"/><w:left w:val="single" w:sz="6"/><w:bottom w:val="single" w:sz="6"/><w:right w:val="single" w:sz="6"/><w:insideH w:val="single" w:sz="6"/><w:insideV w:val="single" w:sz="6"/></w:tblBorders>`
)

// fields writes labelled places: label, value, label, value; one that is wide takes the rest of its row.
func (d *wordDoc) fields(rows [][]Field) {
	label, value := textWidth*14/100, textWidth*36/100
	d.begin([]int{label, value, label, value})
	for _, row := range rows {
		d.raw(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
		for _, f := range row {
			d.cell(f.Label, label, 1, "center")
			if len(row) == 1 {
				d.cell(f.Value, textWidth-label, 3, "")
				continue
			}
			d.cell(f.Value, value, 1, "")
		}
		d.raw(`</w:tr>`)
	}
	d.end()
}

// table writes a table; its head repeats on each page, and no row is split.
func (d *wordDoc) table(widths []int, rows [][]string) {
	columns := make([]int, len(widths))
	for i, w := range widths {
		columns[i] = textWidth * w / 100
	}
	d.begin(columns)
	for i, row := range rows {
		d.raw(`<w:tr><w:trPr><w:cantSplit/>`)
		if i == 0 {
			d.raw(`<w:tblHeader/>`)
		}
		d.raw(`</w:trPr>`)
		for j, text := range row {
			d.cell(text, columns[j], 1, map[bool]string{true: "center"}[i == 0])
		}
		d.raw(`</w:tr>`)
	}
	d.end()
}

func (d *wordDoc) begin(columns []int) {
	fmt.Fprintf(d, `<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/>%s<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`, textWidth, borders)
	for _, c := range columns {
		fmt.Fprintf(d, `<w:gridCol w:w="%d"/>`, c)
	}
	d.raw(`</w:tblGrid>`)
}

func (d *wordDoc) end() { d.raw(`</w:tbl><w:p/>`) }

func (d *wordDoc) cell(text string, width, span int, align string) {
	fmt.Fprintf(d, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, width)
	if span > 1 {
		fmt.Fprintf(d, `<w:gridSpan w:val="%d"/>`, span)
	}
	d.raw(`<w:vAlign w:val="center"/></w:tcPr>`)
	lines := strings.Split(text, "\n")
	for _, line := range lines {
		d.par(line, style{align: align, size: 22})
	}
	d.raw(`</w:tc>`)
}
