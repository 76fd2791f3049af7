package validate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
)

// listed is how many codes a refusal names.
const listed = 5

// Refuse is strict mode: an InvalidData error when the whole has a blocking finding
// or any code is not good, else nil. The error names the worst codes with their
// reasons, its hint what would help them most cheaply.
func Refuse(report wrapcast.ValidationReport) error {
	var reasons, advice []string
	for _, f := range report.Findings {
		if f.Severity == wrapcast.Blocking {
			reasons = append(reasons, f.Message)
			advice = append(advice, f.Advice)
		}
	}
	bad := slices.DeleteFunc(slices.Clone(report.Codes),
		func(c wrapcast.CodeReport) bool { return c.Verdict == wrapcast.Good })
	if len(bad) == 0 && len(reasons) == 0 {
		return nil
	}
	slices.SortStableFunc(bad, worstFirst)
	for i, c := range bad {
		if i == listed {
			reasons = append(reasons, fmt.Sprintf("and %d more", len(bad)-listed))
			break
		}
		reasons = append(reasons, c.Name+": "+c.Reason)
		if len(c.Findings) > 0 {
			advice = append(advice, c.Findings[0].Advice)
		}
	}
	return wrapcast.Errorf(wrapcast.InvalidData, "validate", "strict mode refuses %d of %d codes: %s",
		len(bad), len(report.Codes), strings.Join(reasons, "; ")).WithHint("%s", hint(advice))
}

// worstFirst puts blocked codes before weak ones and, among equals, the busiest first: it is missed most.
func worstFirst(a, b wrapcast.CodeReport) int {
	return cmp.Or(cmp.Compare(worst(b), worst(a)), cmp.Compare(b.Contacts, a.Contacts), cmp.Compare(a.Code, b.Code))
}

func worst(c wrapcast.CodeReport) int {
	if len(c.Findings) == 0 {
		return 0
	}
	return rank(c.Findings[0].Severity)
}

// hint joins the different pieces of advice and names the way without strict mode.
func hint(advice []string) string {
	pieces := []string{}
	for _, a := range append(advice, "or run without --strict: weak codes are then forecast by the fallback their report names") {
		if a != "" && !slices.Contains(pieces, a) {
			pieces = append(pieces, a)
		}
	}
	return strings.Join(pieces, "; ")
}
