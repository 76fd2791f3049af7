package schedule

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/robfig/cron/v3"
)

// field is one of the five of a cron expression.
type field struct {
	name  string
	takes string
	part  cron.ParseOption
}

// fields are the five, in their order; weekday is the place of the last.
func fields() []field {
	return []field{
		{"minute", "0 to 59", cron.Minute},
		{"hour", "0 to 23", cron.Hour},
		{"day of the month", "1 to 31", cron.Dom},
		{"month", "1 to 12, or jan to dec", cron.Month},
		{"weekday", "0 to 7, both 0 and 7 for Sunday, or sun to sat", cron.Dow},
	}
}

const (
	weekday    = 4
	fieldCount = 5
)

// whatIsWrong says which field of an expression that cannot be read is the wrong one.
func whatIsWrong(given []string) string {
	if len(given) == 1 && strings.HasPrefix(given[0], "@") {
		return "known names are @hourly, @daily, @weekly, @monthly and @yearly"
	}
	if len(given) != fieldCount {
		return fmt.Sprintf("it has %d of %d fields", len(given), fieldCount)
	}
	for i, f := range fields() {
		text := given[i]
		if i == weekday {
			text = sundays(text)
		}
		if _, err := cron.NewParser(f.part).Parse(text); err != nil {
			return fmt.Sprintf("the %s is %q; it takes %s, lists (1,2), ranges (1-5) and steps (*/2)", f.name, given[i], f.takes)
		}
	}
	return "its fields do not fit together"
}

// sundays writes the weekday 7 of a field as 0, which is all that the library knows: 5-7 becomes 5,6,0.
func sundays(text string) string {
	items := strings.Split(text, ",")
	for i, item := range items {
		span, step, stepped := strings.Cut(item, "/")
		first, last, ranged := strings.Cut(span, "-")
		if !ranged {
			last = first
		}
		from, err := strconv.Atoi(first)
		by, badStep := strconv.Atoi(step)
		if !stepped {
			by, badStep = 1, nil
		}
		if last != "7" || err != nil || badStep != nil || from < 0 || from > 7 || by < 1 {
			continue
		}
		var days []string
		for day := from; day <= 7; day += by {
			days = append(days, strconv.Itoa(day%7))
		}
		items[i] = strings.Join(days, ",")
	}
	return strings.Join(items, ",")
}
