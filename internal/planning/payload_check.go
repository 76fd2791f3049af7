package planning

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/forecast"
)

var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// CheckPayload finds, before anything is sent, what the REST target answers 400 for: codes that are no ids, windows
// that are no times or too long, an unknown algorithm or granularity, a confidence outside 0 to 1, values missing or
// not finite. maxDays is the longest horizon in local days: zero means 90, a negative number no limit. All findings are
// blocking; none means that it may be sent.
func CheckPayload(p wrapcast.ForecastPayload, maxDays int) []wrapcast.Finding {
	c := payloadChecker{&finder{findings: []wrapcast.Finding{}}}
	c.texts(p)
	c.dimensions(p.Dimensions)
	c.windows(p, cmp.Or(maxDays, 90))
	c.metadata(p.Metadata)
	return c.findings
}

type payloadChecker struct{ *finder }

func (c payloadChecker) texts(p wrapcast.ForecastPayload) {
	if strings.TrimSpace(p.Name) == "" {
		c.block("name", "name", "", "the payload has no name")
	}
	if strings.TrimSpace(p.Description) == "" {
		c.block("description", "description", "", "the payload has no description")
	}
	if !(p.ConfidenceLevel > 0 && p.ConfidenceLevel < 1) {
		c.block("confidence", "confidenceLevel", "write 85 per cent as 0.85", "%g does not lie between 0 and 1",
			p.ConfidenceLevel)
	}
	if p.TargetMetric != payloadMetric {
		c.block("metric", "targetMetric", "", "%q is not %s", p.TargetMetric, payloadMetric)
	}
	if known := append([]string{forecast.Auto}, forecast.Names()...); !slices.Contains(known, p.Algorithm) {
		c.block("algorithm", "algorithm", "", "%q is none of %s", p.Algorithm, strings.Join(known, ", "))
	}
}

func (c payloadChecker) dimensions(dimensions []wrapcast.PayloadDimension) {
	if len(dimensions) == 0 {
		c.block("no-codes", "dimensions", "choose at least one that has an id", "the payload names no wrap-up code")
	}
	seen := map[string]bool{}
	for i, d := range dimensions {
		place := fmt.Sprintf("dimensions[%d]", i)
		if d.Name != payloadDimension {
			c.block("dimension", place, "", "%q is not %s", d.Name, payloadDimension)
		}
		if !uuid.MatchString(d.Value) && !wrapcast.CodeID(d.Value).IsSystem() {
			c.block("code-id", place, "list the codes with wrapcast codes", "%q is neither a UUID nor a system code",
				d.Value)
		}
		if seen[d.Value] {
			c.block("code-twice", place, "", "%q is named twice", d.Value)
		}
		seen[d.Value] = true
	}
}

func (c payloadChecker) windows(p wrapcast.ForecastPayload, maxDays int) {
	if len(p.TimeWindows) == 0 {
		c.block("no-window", "timeWindows", "", "the payload has no time window")
	}
	loc, err := time.LoadLocation(p.Metadata.Wrapcast.TimeZone)
	if err != nil {
		c.block("zone", "metadata.wrapcast.timeZone", "", "%q is no time zone", p.Metadata.Wrapcast.TimeZone)
		loc = time.UTC
	}
	for i, w := range p.TimeWindows {
		place := fmt.Sprintf("timeWindows[%d]", i)
		if w.Granularity != payloadDay {
			c.block("granularity", place, "", "%q is not %s", w.Granularity, payloadDay)
		}
		start, startErr := time.Parse(time.RFC3339, w.Start)
		end, endErr := time.Parse(time.RFC3339, w.End)
		if startErr != nil || endErr != nil {
			c.block("time", place, "", "%q to %q are not times of RFC 3339", w.Start, w.End)
			continue
		}
		// Local days, not hours: ninety of them may be an hour longer or shorter than 90 × 24.
		days := int(wrapcast.DateOf(end.In(loc)) - wrapcast.DateOf(start.In(loc)))
		switch {
		case !end.After(start):
			c.block("window", place, "", "it ends at %s, not after its start", w.End)
		case maxDays > 0 && days > maxDays:
			c.block("horizon", place, "forecast fewer days, or raise the limit in the configuration",
				"%d days are more than the %d allowed", days, maxDays)
		}
	}
}

func (c payloadChecker) metadata(m wrapcast.PayloadMetadata) {
	if _, err := time.Parse(time.RFC3339, m.ValidationTimestamp); err != nil {
		c.block("time", "metadata.validationTimestamp", "", "%q is not a time of RFC 3339", m.ValidationTimestamp)
	}
	if m.OutliersFiltered < 0 {
		c.block("bad-number", "metadata.outliersFiltered", "", "%d is no number of days", m.OutliersFiltered)
	}
	for _, code := range m.Wrapcast.Codes {
		if !sound(code, len(m.Wrapcast.Days)) {
			c.block("bad-number", "metadata.wrapcast.codes", "run the forecast again",
				"code %q lacks one finite value of at least zero for each of %d days", code.Name, len(m.Wrapcast.Days))
		}
	}
}

// sound reports whether every array of a code holds one amount for each day.
func sound(code wrapcast.PayloadCode, days int) bool {
	ok := func(values []float64) bool { return len(values) == days && !slices.ContainsFunc(values, notAnAmount) }
	for _, b := range code.Bands {
		if !ok(b.Lower) || !ok(b.Upper) {
			return false
		}
	}
	return ok(code.Mean) && ok(code.Median)
}

func notAnAmount(v float64) bool { return !(v >= 0) || math.IsInf(v, 1) }
