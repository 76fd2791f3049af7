// Package plain makes what other people and systems wrote harmless where it is shown: control and bidirectional
// characters on a terminal and in a log, formulas in a spreadsheet, names that only look like another.
package plain
