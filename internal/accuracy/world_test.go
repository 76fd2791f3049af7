package accuracy

import (
	"strconv"
	"strings"

	"github.com/wrapcast/wrapcast"
)

func date(text string) wrapcast.Date {
	d, err := wrapcast.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func localDay(day, code string, handled int) wrapcast.LocalDay {
	return wrapcast.LocalDay{
		Leaf:        wrapcast.Leaf{Queue: "q", Code: wrapcast.CodeID(code), Media: wrapcast.Voice},
		Day:         date(day),
		Handled:     handled,
		HandleMs:    int64(handled) * 60001,
		AfterCallMs: int64(handled) * 7,
	}
}

func lineage(kind wrapcast.LineageKind, on, from string, to ...string) wrapcast.LineageChange {
	c := wrapcast.LineageChange{Kind: kind, On: date(on)}
	for code := range strings.SplitSeq(from, " ") {
		c.From = append(c.From, wrapcast.CodeID(code))
	}
	for _, text := range to {
		var s wrapcast.LineageShare
		code, share, _ := strings.Cut(text, "=")
		s.Code = wrapcast.CodeID(code)
		s.Share, _ = strconv.ParseFloat(share, 64)
		c.To = append(c.To, s)
	}
	return c
}
