package show

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/plain"
)

// checkColumns is how wide the lines about checks are: a narrow window, or a message to somebody, holds them.
const checkColumns = 60

// Checks says what is wrong and what to do about it, failures first, then what works, a line each, then what was not
// looked at. No line is longer than 60 columns.
func Checks(checks []wrapcast.Check) string {
	var b strings.Builder
	b.WriteString(checkSummary(checks) + "\n\n")
	for _, s := range []wrapcast.CheckStatus{wrapcast.CheckFailed, wrapcast.CheckWarning, wrapcast.CheckOK} {
		for _, c := range withStatus(checks, s) {
			b.WriteString(checkLines(c))
		}
	}
	for _, line := range unchecked(checks) {
		b.WriteString(line)
	}
	return b.String()
}

func checkSummary(checks []wrapcast.Check) string {
	failed, warnings := len(withStatus(checks, wrapcast.CheckFailed)), len(withStatus(checks, wrapcast.CheckWarning))
	switch {
	case failed > 0 && warnings > 0:
		return Count(failed, "problem", "problems") + ", " + Count(warnings, "warning", "warnings") + "."
	case failed > 0:
		return Count(failed, "problem", "problems") + "."
	case warnings > 0 && slices.ContainsFunc(checks, func(c wrapcast.Check) bool { return c.Holds }):
		return "A run would work, and submit nothing until the silence\nbelow is accepted. " +
			Count(warnings, "warning", "warnings") + "."
	case warnings > 0:
		return "A run would work. " + Count(warnings, "warning", "warnings") + "."
	}
	return "Everything a run needs works."
}

func withStatus(checks []wrapcast.Check, status wrapcast.CheckStatus) (some []wrapcast.Check) {
	for _, c := range checks {
		if c.Status == status {
			some = append(some, c)
		}
	}
	return some
}

// checkLines is what was found, and what to do about it. Of a permission that works nobody needs to know the name.
func checkLines(c wrapcast.Check) string {
	const indent = "        "
	text := c.Name + ": " + c.Message
	if c.Status == wrapcast.CheckOK && strings.HasPrefix(c.Name, "permission ") {
		text = c.Message
	}
	lines := checkMark(c.Status) + Fit(text, indent, checkColumns) + "\n"
	if c.Advice != "" {
		lines += indent + "→ " + Fit(c.Advice, indent+"  ", checkColumns) + "\n"
	}
	return lines
}

// unchecked are two lines of names: what was not looked at because of an earlier failure, and what had nothing to look
// at, each with its reason.
func unchecked(checks []wrapcast.Check) (lines []string) {
	names := map[string][]string{}
	var reasons []string
	for _, c := range withStatus(checks, wrapcast.CheckSkipped) {
		if names[c.Message] == nil {
			reasons = append(reasons, c.Message)
		}
		names[c.Message] = append(names[c.Message], c.Name)
	}
	for _, reason := range reasons {
		c := wrapcast.Check{Name: strings.Join(names[reason], ", "), Status: wrapcast.CheckSkipped, Message: reason}
		lines = append(lines, checkLines(c))
	}
	return lines
}

func checkMark(s wrapcast.CheckStatus) string {
	look := map[wrapcast.CheckStatus]int{wrapcast.CheckOK: plain.Green, wrapcast.CheckWarning: plain.Yellow,
		wrapcast.CheckFailed: plain.Red, wrapcast.CheckSkipped: plain.Faint}[s]
	return plain.Marked(look, fmt.Sprintf("%-7s", s)) + " "
}
