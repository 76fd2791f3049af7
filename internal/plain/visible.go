package plain

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Visible writes the characters of a text that a terminal would obey, or that change the order or the look of the
// others without being seen, as escapes: "\u001b", "\u202e"; bytes that are no UTF-8 as "\x9b". Line feeds and tabs
// stay. Inside of JSON the escapes mean the same characters, so that a document may pass too.
func Visible(s string) string {
	if harmless(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		appendVisible(&b, r, s[:n])
		s = s[n:]
	}
	return b.String()
}

// harmless reports whether nothing of a text needs an escape; most are.
func harmless(s string) bool {
	for i, r := range s {
		if r == utf8.RuneError && !strings.HasPrefix(s[i:], "\ufffd") || Unseen(r) && r != '\n' && r != '\t' {
			return false
		}
	}
	return true
}

// appendVisible adds a character, which is spelt as in text.
func appendVisible(b *strings.Builder, r rune, text string) {
	switch {
	case r == utf8.RuneError && len(text) == 1:
		fmt.Fprintf(b, `\x%02x`, text[0])
	case r == '\n' || r == '\t' || !Unseen(r):
		b.WriteString(text)
	case r > 0xffff:
		high, low := utf16.EncodeRune(r)
		fmt.Fprintf(b, `\u%04x\u%04x`, high, low)
	default:
		fmt.Fprintf(b, `\u%04x`, r)
	}
}

// Unseen reports whether a character is a control or cannot be seen although it changes what can: C0, DEL and C1, the
// bidirectional ones, those without width, separators of lines and paragraphs, tags and variation selectors'
// supplement, and what Unicode says is to be ignored where it is not known.
func Unseen(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0:
		return true
	case r < 0x300 && r != 0xad:
		return false
	case r == '\u2028', r == '\u2029', r == '\u034f', r == '\u115f', r == '\u1160', r == '\u3164', r == '\uffa0',
		r >= 0xe0000 && r < 0xe1000:
		return true
	}
	return unicode.Is(unicode.Cf, r) && !isPrepended(r)
}

// isPrepended reports whether a format character is seen: the signs that stand before numbers in Arabic, Syriac and
// Kaithi.
func isPrepended(r rune) bool { return unicode.Is(unicode.Prepended_Concatenation_Mark, r) }
