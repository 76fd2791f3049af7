package main

import (
	"strings"
	"unicode/utf8"
)

// terminalWidth is what every output fits into.
const terminalWidth = 80

// wrap breaks a text at spaces so that no line is longer than the terminal; lines after the first are indented.
func wrap(text, indent string) string {
	var b strings.Builder
	at := 0
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
