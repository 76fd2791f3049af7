package plain

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Formula reports whether a spreadsheet might take a text for a formula: it begins with = + - or @, in any width or
// height and after any space or character that is not seen, or with a tab or a line break.
func Formula(s string) bool {
	if s != "" && strings.ContainsRune("\t\r\n", rune(s[0])) {
		return true
	}
	for _, r := range s {
		if unicode.IsSpace(r) || Unseen(r) {
			continue
		}
		return isOperator(r)
	}
	return false
}

func isOperator(r rune) bool {
	plain, _ := utf8.DecodeRuneInString(norm.NFKC.String(string(r)))
	return strings.ContainsRune("=+-@\u2212\u02d7\u2795\u2796", plain) // minus and plus have other names too
}

// Cell is a text as it may stand in a CSV that a spreadsheet opens: one that could be taken for a formula gets an
// apostrophe before it, and controls are escaped.
func Cell(s string) string {
	if Formula(s) {
		s = "'" + s
	}
	return Visible(s)
}
