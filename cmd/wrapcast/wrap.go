package main

import (
	"strings"
	"unicode/utf8"
)

// terminalWidth is what every output fits into.
const terminalWidth = 80

// wrap breaks a text at spaces so that no line is longer than the terminal; lines after the first are indented, and
// the first may be, by as much.
func wrap(text, indent string) string {
	var b strings.Builder
	at := utf8.RuneCountInString(indent)
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i > 0 && at+1+n > terminalWidth:
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

// squeeze cuts a text to at most so many characters in its middle: the ends tell most, a queue's name and its channel.
func squeeze(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	tail := most / 2
	return string(r[:most-tail-1]) + "…" + string(r[len(r)-tail:])
}
