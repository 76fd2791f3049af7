package adjust

import (
	"slices"

	"github.com/wrapcast/wrapcast"
)

func date(text string) wrapcast.Date {
	d, err := wrapcast.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func codesOf(findings []wrapcast.Finding) []string {
	codes := []string{}
	for _, f := range findings {
		codes = append(codes, f.Code)
	}
	return codes
}

func blocked(findings []wrapcast.Finding) bool {
	return slices.ContainsFunc(findings, func(f wrapcast.Finding) bool { return f.Severity == wrapcast.Blocking })
}
