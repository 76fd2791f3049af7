package adjust

import (
	"fmt"

	"github.com/wrapcast/wrapcast"
)

// finder collects the findings of a check.
type finder struct{ findings []wrapcast.Finding }

// block adds a finding that makes a plan or a forecast unusable.
func (f *finder) block(code, place, advice, format string, args ...any) {
	f.add(wrapcast.Blocking, code, place, advice, fmt.Sprintf(format, args...))
}

// warn adds a finding that somebody should look at.
func (f *finder) warn(code, place, advice, format string, args ...any) {
	f.add(wrapcast.Warning, code, place, advice, fmt.Sprintf(format, args...))
}

// tell adds a finding that is good to know.
func (f *finder) tell(code, place, format string, args ...any) {
	f.add(wrapcast.Info, code, place, "", fmt.Sprintf(format, args...))
}

func (f *finder) add(severity wrapcast.Severity, code, place, advice, message string) {
	f.findings = append(f.findings,
		wrapcast.Finding{Code: code, Severity: severity, Place: place, Message: message, Advice: advice})
}
