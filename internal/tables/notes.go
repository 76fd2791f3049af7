package tables

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// What is told of series, whose names follow where the verb stands.
const (
	alikeNote  = "names that differ in case or spaces alone are series of their own: %s"
	closedNote = "weekdays or hours that are never there are taken for closed, zero (--fill none: for unknown): %s"
	rareNote   = "steps without a row are taken for zero, up to the last step of the file (--fill none: for unknown): %s"
	gapsNote   = "steps without a row are taken for unknown (--fill zero: for zero): %s"
	earlyNote  = "the forecast begins after the series' own last row, before the file ends: %s"
)

// notes are the sentences about a file, each with the series it is about.
type notes map[string]*note

// note is about so many series, of which the first are named.
type note struct {
	named []string
	count int
}

// maxNamed is how many series a sentence names.
const maxNamed = 3

// add tells a sentence of a series, "" where it is about none.
func (t notes) add(sentence, series string) {
	one := t.of(sentence)
	if series == "" {
		return
	}
	if one.count++; one.count <= maxNamed {
		one.named = append(one.named, series)
	}
}

func (t notes) of(sentence string) *note {
	if t[sentence] == nil {
		t[sentence] = &note{}
	}
	return t[sentence]
}

// join adds what was told of later series.
func (t notes) join(later notes) {
	for sentence, more := range later {
		one := t.of(sentence)
		one.named = append(one.named, more.named[:min(len(more.named), maxNamed-len(one.named))]...)
		one.count += more.count
	}
}

// sentences are those about the whole file first, then those about series in the order above.
func (t notes) sentences() (all []string) {
	order := []string{alikeNote, closedNote, rareNote, gapsNote, earlyNote}
	for _, sentence := range slices.Sorted(maps.Keys(t)) {
		if !slices.Contains(order, sentence) {
			all = append(all, sentence)
		}
	}
	for _, sentence := range order {
		if one := t[sentence]; one != nil {
			all = append(all, fmt.Sprintf(sentence, one.names()))
		}
	}
	return all
}

func (o *note) names() string {
	names := strings.Join(o.named, ", ")
	if more := o.count - len(o.named); more > 0 {
		names += fmt.Sprintf(" and %d more series", more)
	}
	return names
}
