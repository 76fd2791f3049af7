package planning

import (
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
)

var planNow = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// coherent is a forecast of ten days from 23 November whose sums hold: codes a and b in queues x and y, 10 to 40 a day.
func coherent() wrapcast.Forecast {
	f := wrapcast.Forecast{TimeZone: "UTC", From: date("2026-11-23"), Days: 10}
	daily := func(mean, seconds float64) wrapcast.DailyForecast {
		return wrapcast.DailyForecast{
			Mean:          slices.Repeat([]float64{mean}, 10),
			Median:        slices.Repeat([]float64{mean * 0.9}, 10),
			HandleSeconds: slices.Repeat([]float64{seconds}, 10),
			Bands: []wrapcast.Band{
				{Level: 0.85, Lower: slices.Repeat([]float64{mean / 2}, 10), Upper: slices.Repeat([]float64{mean * 2}, 10)},
			},
		}
	}
	leaf := func(code wrapcast.CodeID, queue wrapcast.QueueID, mean, seconds float64) {
		f.Leaves = append(
			f.Leaves,
			wrapcast.LeafForecast{Leaf: wrapcast.Leaf{Queue: queue, Code: code, Media: wrapcast.Voice},
				Mean: slices.Repeat([]float64{mean}, 10), HandleSeconds: slices.Repeat([]float64{seconds}, 10)},
		)
	}
	leaf("a", "x", 10, 100)
	leaf("a", "y", 20, 100)
	leaf("b", "x", 30, 400)
	leaf("b", "y", 40, 400)
	f.Codes = []wrapcast.CodeForecast{
		{Code: wrapcast.Code{ID: "a"}, DailyForecast: daily(30, 100)},
		{Code: wrapcast.Code{ID: "b"}, DailyForecast: daily(70, 400)},
	}
	f.Queues = []wrapcast.QueueForecast{
		{Queue: wrapcast.Queue{ID: "x"}, DailyForecast: daily(40, 325)},
		{Queue: wrapcast.Queue{ID: "y"}, DailyForecast: daily(60, 300)},
	}
	f.Total = daily(100, 310)
	return f
}
