package staff

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
)

// What people type is read strictly: a time has a unit and a share is a fraction or has a per cent sign, so that 80 is
// never taken for 80 seconds or 8,000 %.

// readShare reads a share such as 80% or 0.8, at least 0 and below 1; least is what is mistyped below.
func readShare(flag, text string, least float64) (float64, error) {
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, cli.Usage("--%s is %q, which is no share", flag, text).WithHint("write 80%% or 0.8")
	}
	share := v
	if percent {
		share = v / 100
	}
	switch {
	case share < 0:
		return 0, cli.Usage("--%s is %s, and a share is never negative", flag, text).WithHint("write 80%% or 0.8")
	case share > 1 && !percent && v < 100:
		return 0, cli.Usage("--%s is %s, and a share is below 1", flag, text).
			WithHint("if you mean %v per cent write %v%% or %v", v, v, tidy(v/100))
	case share >= 1:
		return 0, cli.Usage("--%s is %s, which no number of agents reaches", flag, text).WithHint("write 99%% or 0.99")
	case share > 0 && share < least:
		return 0, cli.Usage("--%s is %s, which is less than one in %.0f", flag, text, 1/least).
			WithHint("if you mean %v per cent write %v%% or %v", tidy(100*v), tidy(100*v), v)
	}
	return share, nil
}

// tidy takes off what dividing by a hundred left in the last digits.
func tidy(v float64) float64 { return math.Round(v*1e9) / 1e9 }

var (
	onlyNumber = regexp.MustCompile(`^[+-]?[0-9]*\.?[0-9]+$`)
	longUnit   = regexp.MustCompile(`(?i)([0-9])\s*(hours?|hrs?|minutes?|mins?|seconds?|secs?)`)
)

// readTime reads a time with its unit, such as 30m, 180s, 1h30m or 3 min, in seconds.
func readTime(flag, text string) (float64, error) {
	text = strings.TrimSpace(text)
	if onlyNumber.MatchString(text) && strings.Trim(text, "+-0.") != "" {
		return 0, cli.Usage("--%s is %s without a unit", flag, text).
			WithHint("write %ss for seconds, %sm for minutes, %sh for hours", text, text, text)
	}
	short := longUnit.ReplaceAllStringFunc(text, func(found string) string {
		i := strings.IndexFunc(found, func(r rune) bool { return r < '0' || r > '9' })
		return found[:i] + strings.ToLower(strings.TrimSpace(found[i:]))[:1]
	})
	d, err := time.ParseDuration(strings.ReplaceAll(short, " ", ""))
	if err != nil {
		return 0, cli.Usage("--%s is %q, which is no time", flag, text).WithHint("write 20s, 3m or 1h30m")
	}
	if d < 0 {
		return 0, cli.Usage("--%s is %s, and a time is never negative", flag, text).WithHint("write 20s, 3m or 1h30m")
	}
	return d.Seconds(), nil
}

// readLength reads a time that cannot be zero.
func readLength(flag, text string) (float64, error) {
	seconds, err := readTime(flag, text)
	if err == nil && seconds == 0 {
		return 0, cli.Usage("--%s is %s, and cannot be zero", flag, text).WithHint("write 20s, 3m or 1h30m")
	}
	return seconds, err
}

// readContacts reads how many contacts come; a part of one too, since averages have them.
func readContacts(text string) (float64, error) {
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	switch {
	case err != nil || math.IsNaN(v) || math.IsInf(v, 0):
		return 0, cli.Usage("--contacts is %q, which is no number", text).WithHint("write 100 or 12.5, without commas")
	case v < 0:
		return 0, cli.Usage("--contacts is %s, and contacts are never negative", text)
	}
	return v, nil
}

const maxAgents = 1_000_000

// readAgents reads a whole number of people.
func readAgents(flag, text string, least int) (int, error) {
	text = strings.TrimSpace(text)
	n, err := strconv.Atoi(text)
	switch {
	case err != nil && onlyNumber.MatchString(text) && strings.Contains(text, "."):
		return 0, cli.Usage("--%s is %s, and people are whole", flag, text)
	case err != nil:
		return 0, cli.Usage("--%s is %q, which is no number", flag, text).WithHint("write a whole number such as 14")
	case n < least:
		return 0, cli.Usage("--%s is %s, and cannot be less than %d", flag, text, least)
	case n > maxAgents:
		return 0, cli.Usage("--%s is %s, which is more than %d", flag, text, maxAgents)
	}
	return n, nil
}
