package flow

import (
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/planning"
)

// withOverrides puts the overrides that are in use on top of a forecast, which keeps what it was without them.
func withOverrides(base wrapcast.Forecast, overrides []wrapcast.Override, now time.Time) wrapcast.Forecast {
	base = base.WithoutOverrides()
	changed, effects, findings := planning.ApplyOverrides(base, overrides, now)
	changed.Findings = append(changed.Findings[:len(changed.Findings):len(changed.Findings)], findings...)
	if len(effects) == 0 {
		return changed
	}
	changed.Overrides, changed.Base = effects, &base
	return changed
}
