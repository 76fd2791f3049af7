package show

import (
	"strings"
	"unicode/utf8"
)

// width is how many columns every output fits into.
const width = 80

// Wrap breaks a text at spaces so that no line is longer than 80 columns. Lines after the first begin with indent; the
// first is broken as if it did too.
func Wrap(text, indent string) string {
	var b strings.Builder
	at := utf8.RuneCountInString(indent)
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i > 0 && at+1+n > width:
			b.WriteString("\n" + indent)
			at = utf8.RuneCountInString(indent)
		case i > 0:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += n
	}
	return b.String()
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
