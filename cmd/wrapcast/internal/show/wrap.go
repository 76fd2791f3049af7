package show

import (
	"strings"
	"unicode/utf8"
)

// width is how many columns every output fits into.
const width = 80

// Wrap breaks a text at spaces so that no line is longer than 80 columns. Lines after the first begin with indent; the
// first is broken as if it did too. A word that is longer stays whole.
func Wrap(text, indent string) string { return wrap(text, indent, width, false) }

// Fit breaks a text like Wrap, to so many columns. A word that is longer, such as an address, is broken too, after a
// slash or a comma where it has one.
func Fit(text, indent string, columns int) string { return wrap(text, indent, columns, true) }

func wrap(text, indent string, columns int, cut bool) string {
	var b strings.Builder
	begin := utf8.RuneCountInString(indent)
	at := begin
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i > 0 && at+1+n > columns:
			b.WriteString("\n" + indent)
			at = begin
		case i > 0:
			b.WriteByte(' ')
			at++
		}
		for ; cut && n > columns-begin; n = utf8.RuneCountInString(word) {
			first := piece(word, columns-begin)
			b.WriteString(first + "\n" + indent)
			word = word[len(first):]
		}
		b.WriteString(word)
		at += n
	}
	return b.String()
}

// piece is the beginning of a word that is longer than so many characters.
func piece(word string, room int) string {
	first := string([]rune(word)[:room])
	if at := strings.LastIndexAny(first, "/,"); at > 0 {
		return first[:at+1]
	}
	return first
}

// Shorten cuts a text to at most maxRunes characters at its end.
func Shorten(s string, maxRunes int) string {
	if r := []rune(s); len(r) > maxRunes {
		return string(r[:maxRunes-1]) + "…"
	}
	return s
}

// Squeeze cuts a text to at most maxRunes characters in its middle: the ends tell more, a queue's name and its channel.
func Squeeze(s string, maxRunes int) string {
	r := []rune(s)
	if len(r) <= maxRunes {
		return s
	}
	tail := maxRunes / 2
	return string(r[:maxRunes-tail-1]) + "…" + string(r[len(r)-tail:])
}
