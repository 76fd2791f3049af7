package tables

import (
	"fmt"
	"strings"

	"github.com/wrapcast/wrapcast"
)

// Problem is something in a file that cannot be read, with where it stands and what to do.
type Problem struct {
	Line int `json:"line"`
	// Column is its name, or its number where it has none.
	Column string `json:"column,omitempty"`
	What   string `json:"what"`
	Cure   string `json:"cure"`
}

// maxProblems is how many problems of a file are told one by one.
const maxProblems = 20

// problems are those of one file. Of a kind that comes many times the first are kept, so that others are seen too.
type problems struct {
	kept []Problem
	more int
	kind map[string]int
}

// add keeps a problem; kind is what many of them may share.
func (p *problems) add(kind string, problem Problem) {
	const maxOfAKind = 5
	if p.kind == nil {
		p.kind = map[string]int{}
	}
	if p.kind[kind]++; len(p.kept) >= maxProblems || p.kind[kind] > maxOfAKind {
		p.more++
		return
	}
	p.kept = append(p.kept, problem)
}

// err is one error of all problems, nil where there are none: on one line, problem by problem, each with what to do
// where that differs.
func (p *problems) err() error {
	if len(p.kept) == 0 {
		return nil
	}
	var texts, cures []string
	for _, k := range p.kept {
		colon := ":"
		if strings.HasPrefix(k.What, "has ") {
			colon = ""
		}
		texts = append(texts, fmt.Sprintf("line %d%s %s", k.Line, colon, k.What))
		if len(cures) == 0 || cures[len(cures)-1] != k.Cure {
			cures = append(cures, k.Cure)
		}
	}
	if p.more > 0 {
		texts = append(texts, fmt.Sprintf("and %d more", p.more))
	}
	e := wrapcast.Errorf(wrapcast.InvalidData, "", "%w", Problems{strings.Join(texts, "; "), p.kept})
	return e.WithHint("%s", strings.Join(unique(cures), "; "))
}

// Problems are those of a file as an error, for programs that show them one by one.
type Problems struct {
	text string
	// All are the first ones of each kind, with line, column and cure.
	All []Problem
}

// Error tells all of them on one line.
func (p Problems) Error() string { return p.text }

func unique(texts []string) (out []string) {
	seen := map[string]bool{}
	for _, t := range texts {
		if t != "" && !seen[t] {
			out, seen[t] = append(out, t), true
		}
	}
	return out
}

// allOf is one error of several, the first ones one by one, with all there is to do; nil of none.
func allOf(errs []error) error {
	const most = 5
	switch len(errs) {
	case 0:
		return nil
	case 1:
		return errs[0]
	}
	var texts, cures []string
	for _, err := range errs[:min(most, len(errs))] {
		texts = append(texts, err.Error())
	}
	for _, err := range errs {
		cures = append(cures, wrapcast.Hint(err))
	}
	if more := len(errs) - most; more > 0 {
		texts = append(texts, fmt.Sprintf("and %d more", more))
	}
	return invalid("%s", strings.Join(texts, "; ")).WithHint("%s", strings.Join(unique(cures), "; "))
}
