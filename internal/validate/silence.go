package validate

import (
	"fmt"
	"math"

	"github.com/wrapcast/wrapcast"
)

// silence returns how many days at the end were read and had no contact, and how
// long the longest such stretch before was. Days never read neither end nor lengthen one.
func (h history) silence() (now, before int) {
	run := 0
	for _, v := range h.values {
		switch {
		case v > 0:
			before = max(before, run)
			run = 0
		case v == 0:
			run++
		}
	}
	return run, before
}

// ended reports whether a code seems to be used no more: silent for long by the
// rules and for more than twice its longest silence before, or deleted and silent for a week.
func (h history) ended(code wrapcast.Code, rules Rules) (days int, ended bool) {
	now, before := h.silence()
	if code.Deleted && now >= week {
		return now, true
	}
	return now, rules.EndedAfter > 0 && now >= rules.EndedAfter && now > 2*before
}

// span is a stretch of days, both included.
type span struct{ from, to wrapcast.Date }

func (s span) String() string {
	if s.from == s.to {
		return s.from.String()
	}
	return s.from.String() + " to " + s.to.String()
}

// gapSpans lists the stretches of days never read.
func (h history) gapSpans() []span {
	var spans []span
	for t, v := range h.values {
		if !math.IsNaN(v) {
			continue
		}
		if n := len(spans); n > 0 && spans[n-1].to == h.day(t)-1 {
			spans[n-1].to++
		} else {
			spans = append(spans, span{h.day(t), h.day(t)})
		}
	}
	return spans
}

// someOf writes the first few of many: "a, b, c and 4 more".
func someOf[T fmt.Stringer](items []T, few int) string {
	text := ""
	for i, item := range items {
		if i == few {
			return fmt.Sprintf("%s and %d more", text, len(items)-few)
		}
		if i > 0 {
			text += ", "
		}
		text += item.String()
	}
	return text
}
