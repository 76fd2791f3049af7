package cells

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// unpack reads all of a file, unpacked where it is gzipped.
func unpack(r io.Reader) (content []byte, packed bool, err error) {
	if content, err = readAll(r); err != nil {
		return nil, false, err
	}
	if !bytes.HasPrefix(content, []byte("\x1f\x8b")) {
		return content, false, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err == nil {
		content, err = readAll(z)
	}
	if err != nil {
		return nil, true, invalid("the file is not CSV: unpacking it: %w", err).
			WithHint("the gzip archive is damaged or was cut off: bring it again, or unpack it first")
	}
	return content, true, nil
}

func readAll(r io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err == nil && len(content) > maxBytes {
		return nil, invalid("the file is larger than %d MB", maxBytes>>20).
			WithHint("split it by series, or save it as a CSV with the columns series_id, timestamp and value, which may be longer")
	}
	return content, err
}

// decode turns bytes into UTF-8 text and names the encoding they were in.
func decode(content []byte) (text, name string, err error) {
	from, name, mark := encodingOf(content)
	if from == nil {
		return string(content[mark:]), name, nil
	}
	out, err := from.NewDecoder().Bytes(content[mark:])
	if err != nil {
		return "", name, invalid("the file is not text in %s: %w", name, err).WithHint("save it as CSV in UTF-8")
	}
	return string(out), name, nil
}

// encodingOf finds the encoding of a text, nil where it is UTF-8 already, and how long its byte order mark is.
func encodingOf(content []byte) (from encoding.Encoding, name string, mark int) {
	little := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	big := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	switch {
	case bytes.HasPrefix(content, []byte("\xef\xbb\xbf")) && utf8.Valid(content):
		return nil, "UTF-8", 3
	case bytes.HasPrefix(content, []byte("\xff\xfe\x00\x00")):
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), "UTF-32", 4
	case bytes.HasPrefix(content, []byte("\xff\xfe")):
		return little, "UTF-16", 2
	case bytes.HasPrefix(content, []byte("\xfe\xff")):
		return big, "UTF-16", 2
	case looksLike16(content, binary.LittleEndian):
		return little, "UTF-16 without a mark", 0
	case looksLike16(content, binary.BigEndian):
		return big, "UTF-16 without a mark", 0
	case utf8.Valid(content):
		return nil, "UTF-8", 0
	case bytes.HasPrefix(content, []byte("\xef\xbb\xbf")):
		return charmap.Windows1252, "Windows-1252", 3
	}
	return charmap.Windows1252, "Windows-1252", 0
}

// looksLike16 reports whether a text without a mark has two bytes a letter: nearly all of a table are Latin letters,
// digits and separators, whose upper byte is zero.
func looksLike16(content []byte, order binary.ByteOrder) bool {
	const sample, most = 4096, 0.7
	n := min(len(content), sample) / 2
	if n < 4 || len(content)%2 != 0 {
		return false
	}
	latin := 0
	for i := range n {
		if u := order.Uint16(content[2*i:]); u > 0 && u < 0x100 {
			latin++
		}
	}
	return float64(latin) >= most*float64(n)
}

// refuse says of files that are no table at all what they are, and what to do with them.
func refuse(content []byte) error {
	hint := "open it in Excel or LibreOffice and save it as .xlsx or as CSV in UTF-8"
	head := bytes.TrimPrefix(content[:min(len(content), 512)], []byte("\xef\xbb\xbf"))
	head = bytes.ToLower(bytes.TrimLeft(head, " \t\r\n"))
	for _, k := range []struct{ begin, what, hint string }{
		{"\xd0\xcf\x11\xe0", "a workbook of Excel 97 to 2003 (.xls), or one with a password", hint},
		{"<!doctype html", "a web page, whatever its name says", hint},
		{"<html", "a web page, whatever its name says", hint},
		{"<table", "a web page, whatever its name says", hint},
		{"<meta", "a web page, whatever its name says", hint},
		{"<?xml", "XML", hint},
		{"%pdf", "a PDF", "export the numbers behind it as CSV or .xlsx"},
		{"{", "JSON", "write it as CSV: a row per series and step"},
		{"[{", "JSON", "write it as CSV: a row per series and step"},
		{"sqlite format 3", "a database", "select what is to be forecast into a CSV"},
		{"par1", "a Parquet file", "write it as CSV: a row per series and step"},
		{"bzh", "packed by bzip2", "unpack it first, or pack it by gzip"},
		{"\x28\xb5\x2f\xfd", "packed by zstd", "unpack it first, or pack it by gzip"},
		{"7z\xbc\xaf", "packed by 7-Zip", "unpack it first"},
	} {
		if bytes.HasPrefix(head, []byte(k.begin)) {
			return invalid("the file is %s, not a table", k.what).WithHint("%s", k.hint)
		}
	}
	return nil
}
