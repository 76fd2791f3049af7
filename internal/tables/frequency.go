package tables

import (
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Frequency is the distance between two steps of a series, as --freq names it.
type Frequency string

// The frequencies.
const (
	QuarterHourly Frequency = "15min"
	HalfHourly    Frequency = "30min"
	Hourly        Frequency = "H"
	Daily         Frequency = "D"
	Weekly        Frequency = "W"
	// Monthly steps are months of any length.
	Monthly Frequency = "M"
	// Steps are plain whole numbers: no clock and no calendar.
	Steps Frequency = "step"
)

const day = 24 * time.Hour

// frequencies lists the clock frequencies with the distance in ticks: seconds below a day, days from there on.
func frequencies() []struct {
	f    Frequency
	step time.Duration
} {
	return []struct {
		f    Frequency
		step time.Duration
	}{{QuarterHourly, 15 * time.Minute}, {HalfHourly, 30 * time.Minute}, {Hourly, time.Hour}, {Daily, day}, {Weekly,
		7 * day}}
}

// ParseFrequency reads a frequency as people write it; "" stays "" and means the commonest step of the file.
func ParseFrequency(s string) (Frequency, error) {
	known := []Frequency{"", QuarterHourly, HalfHourly, Hourly, Daily, Weekly, Monthly, Steps}
	i := slices.IndexFunc(known, func(f Frequency) bool { return strings.EqualFold(string(f), s) })
	if i < 0 {
		return "", wrapcast.Errorf(wrapcast.Usage, "", "unknown frequency %q", s).
			WithHint("choose one of D, H, 30min, 15min, W, M or step")
	}
	return known[i], nil
}

// Step returns the distance between two steps, 0 for Steps and Monthly.
func (f Frequency) Step() time.Duration {
	for _, k := range frequencies() {
		if k.f == f {
			return k.step
		}
	}
	return 0
}

// byDate reports whether steps of the frequency are dates rather than times of day.
func (f Frequency) byDate() bool { return f == Daily || f == Weekly || f == Monthly }
