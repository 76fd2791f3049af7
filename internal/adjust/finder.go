package adjust

import "github.com/wrapcast/wrapcast"

// finder collects what a check finds.
type finder struct{ findings []wrapcast.Finding }

func (f *finder) block(code, place, message, advice string) {
	f.add(wrapcast.Blocking, code, place, message, advice)
}

func (f *finder) warn(code, place, message, advice string) {
	f.add(wrapcast.Warning, code, place, message, advice)
}

func (f *finder) add(severity wrapcast.Severity, code, place, message, advice string) {
	f.findings = append(f.findings, wrapcast.Finding{Code: code, Severity: severity, Place: place, Message: message, Advice: advice})
}
