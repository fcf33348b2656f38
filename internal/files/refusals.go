package files

import (
	"path"
	"slices"
	"strings"

	"fengqiao/internal/fault"
	"fengqiao/internal/ident"
)

// refusals say what is wrong with a file and what to do about it.
var refusals = map[string]fault.Text{
	"empty": {ZH: "文件是空的（0 字节），请重新选择。", EN: "The file is empty; please choose it again."},
	"kind": {ZH: "不支持这种文件。可以上传照片（JPG、PNG、WebP）、PDF、录音（MP3、M4A、WAV）、录像（MP4）、Word（docx）和 Excel（xlsx）文件。",
		EN: "Files of this kind are not taken. You can send photos (JPG, PNG, WebP), PDF, sound (MP3, M4A, WAV), video (MP4), Word (docx) and Excel (xlsx)."},
	"page": {ZH: "不能上传网页或 SVG 图形，里面可能藏有程序。请改用照片或 PDF。",
		EN: "Web pages and SVG drawings are not taken: they can hide programs. Please send a photo or a PDF instead."},
	"mixed": {ZH: "这个文件里混有另一种文件，不能上传。请重新导出或拍照后再试。",
		EN: "Another file is hidden inside this one, so it is not taken. Please export it again, or take a photo."},
	"damaged": {ZH: "文件已损坏或不完整，请重新选择。", EN: "The file is damaged or incomplete; please choose it again."},
	"pixels": {ZH: "图片尺寸太大，请缩小后再上传（最多 1.2 亿像素）。",
		EN: "The picture has too many pixels; please make it smaller (120 million at most)."},
	"bomb": {ZH: "这个 Word 或 Excel 文件展开后太大，不能上传。请另存为一份新文件后再试。",
		EN: "This Word or Excel file unfolds to too much, so it is not taken. Please save it as a new file and try again."},
	"active": {ZH: "这个文件里带有程序（宏或脚本），不能上传。请另存为不带宏的文件，或者打印成 PDF。",
		EN: "The file carries a program (a macro or script), so it is not taken. Please save it without macros, or print it to PDF."},
	"locked": {ZH: "这个文件设有密码，打不开，不能上传。请取消密码后再试。",
		EN: "The file is locked with a password, so it is not taken. Please remove the password and try again."},
}

func refused(why string) *fault.Fault {
	return &fault.Fault{Kind: fault.Invalid, Code: "file_" + why, Text: refusals[why]}
}

// notKept says that the disk did not take the file; nothing of it is left.
func notKept(err error) error {
	return fault.New(fault.Unavailable, "", "文件暂时存不进去，请稍后再试。没有保存任何内容。",
		"The file cannot be kept just now; please try again later. Nothing was saved.").Because(err)
}

// endings that may stand for a kind of content, the one we give first.
var endings = map[string][]string{".jpg": {".jpg", ".jpeg"}, ".mp4": {".mp4", ".m4v"}}

const longestName = 80 // characters

// harmless is a name without folders and invisible characters, with the ending that the content asks for.
func harmless(name, ending string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	base := []rune(path.Base(name))
	ext := []rune(path.Ext(string(base)))
	if len(base) > longestName && len(ext) < 10 {
		base = append(base[:longestName-len(ext)], ext...)
	}
	clean, err := ident.ParseName(string(base[:min(len(base), longestName)]))
	clean = strings.Trim(clean, ". ")
	if err != nil || clean == "" || clean == "/" {
		clean = "附件"
	}
	has := strings.ToLower(path.Ext(clean))
	if has == ending || slices.Contains(endings[ending], has) {
		return clean
	}
	return clean + ending
}
