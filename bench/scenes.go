package main

import (
	"math"
	"slices"
	"strconv"
	"time"
)

// scene is a made-up history in which something changes, and what comes after it. Its mean is known, so that forecasts
// can be compared with the best that there could be.
type scene struct {
	name    string
	sizes   []float64 // contacts a day of each code, a week or a cycle on average
	days    int       // of history
	horizon int       // steps
	step    time.Duration
	week    []float64 // factor of each weekday from Monday; nil for a usual week
	// factor is what the day brings over the size of the code; nil for 1.
	factor func(spot) float64
	// hidden tells whether the history has no value; nil for never. What is hidden before the first value is cut off.
	hidden func(spot) bool
	// judged tells whether a code is measured; nil for all.
	judged func(code int) bool
}

// spot is one day of one code.
type spot struct {
	code int
	ago  int // days before the first one forecast: 1 is the newest of the history, 0 and less are to come
	day  time.Time
}

func manySizes() []float64 { return []float64{3, 6, 10, 15, 20, 25, 40, 80, 150, 300} }

func usualWeek() []float64 { return []float64{1.28, 1.12, 1.05, 1, 1.02, 0.8, 0.73} }

// from is a factor from so many days ago on, 1 before.
func from(ago int, factor float64) func(spot) float64 {
	return func(s spot) float64 { return since(s.ago, ago, factor) }
}

func since(at, ago int, factor float64) float64 {
	if at <= ago {
		return factor
	}
	return 1
}

// begins is a factor of 1 from so many days ago on, nothing before.
func begins(ago int) func(spot) float64 {
	return func(s spot) float64 { return float64(btoi(s.ago <= ago)) }
}

// yearly is a factor that swings over the year.
func yearly(s spot) float64 { return 1 + 0.4*math.Sin(float64(s.day.YearDay())/58.1) }

// days is a daily scene of two hundred days.
func days(name string, factor func(spot) float64) scene {
	return scene{name: name, sizes: manySizes(), days: 200, horizon: 14, step: wholeDay, factor: factor}
}

func (s scene) of(sizes ...float64) scene {
	s.sizes = sizes
	return s
}

func (s scene) over(days, horizon int) scene {
	s.days, s.horizon = days, horizon
	return s
}

func (s scene) with(week ...float64) scene {
	s.week = week
	return s
}

func (s scene) at(step time.Duration, horizon int) scene {
	s.step, s.horizon = step, horizon
	return s
}

func (s scene) hiding(hidden func(spot) bool) scene {
	s.hidden = hidden
	return s
}

// onlyFirst measures the first code alone, and only it changes.
func (s scene) onlyFirst() scene {
	s.judged = func(code int) bool { return code == 0 }
	inner := s.factor
	if inner != nil {
		s.factor = func(p spot) float64 {
			if p.code != 0 {
				return 1
			}
			return inner(p)
		}
	}
	if hidden := s.hidden; hidden != nil {
		s.hidden = func(p spot) bool { return p.code == 0 && hidden(p) }
	}
	return s
}

// scenes are all there are.
func scenes() []scene {
	return slices.Concat(levelScenes(), newScenes(), dayScenes(), otherScenes())
}

// levelScenes are changes of level.
func levelScenes() []scene {
	out := []scene{days("steady", nil)}
	for _, ago := range []int{5, 7, 10, 14, 21, 28, 35, 45, 60, 90} {
		out = append(out, days("doubled"+strconv.Itoa(ago), from(ago, 2)))
	}
	for _, ago := range []int{7, 10, 21, 30, 45} {
		out = append(out, days("halved"+strconv.Itoa(ago), from(ago, 0.5)))
	}
	few := manySizes()[2:7]
	return append(out,
		days("tripled14", from(14, 3)), days("tenfold14", from(14, 10)), days("half-more14", from(14, 1.5)),
		days("half-more28", from(28, 1.5)),
		days("third-less21", from(21, 0.67)), days("quarter-less30", from(30, 0.75)),
		days("doubled14-of-few", from(14, 2)).of(20),
		days("doubled10-one-of-three", from(10, 2)).of(40, 20, 60).onlyFirst(),
		days("halved14-one-of-five", from(14, 0.5)).of(30, 8, 100, 15, 60).onlyFirst(),
		days("doubled10-of-100-days", from(10, 2)).over(100, 14),
		days("doubled10-of-50-days", from(10, 2)).over(50, 14),
		days("doubled14-of-two-years", from(14, 2)).over(730, 28),
		days("doubled21-rare", from(21, 2)).of(0.3, 0.5, 0.8, 1, 1.5, 2),
		days("rises-over-28", func(s spot) float64 { return 1 + max(0, min(1, float64(29-s.ago)/28)) }),
		days("rises-over-60", func(s spot) float64 { return 1 + max(0, min(1, float64(61-s.ago)/60)) }),
		days("falls-over-40", func(s spot) float64 { return 1 - 0.6*max(0, min(1, float64(41-s.ago)/40)) }),
		days("rises-since-28-and-on", func(s spot) float64 { return 1 + max(0, float64(29-s.ago)/28) }),
		days("doubled35-and-14", func(s spot) float64 { return since(s.ago, 35, 2) * since(s.ago, 14, 2) }),
		days("doubled35-and-back14", func(s spot) float64 { return since(s.ago, 35, 2) * since(s.ago, 14, 0.5) }),
		days("doubled30-halved9", func(s spot) float64 { return since(s.ago, 30, 2) * since(s.ago, 9, 0.5) }),
		days("half-more40-and-12", func(s spot) float64 { return since(s.ago, 40, 1.5) * since(s.ago, 12, 1.5) }),
		days("up-and-down-each-month", func(s spot) float64 { return since(((s.ago+300)/30)%2, 0, 2) }),
		days("stops7", from(7, 0)), days("stops10", from(10, 0)), days("stops20", from(20, 0)),
		days("stops14-of-few", from(14, 0)).of(30),
		days("stops14-large", from(14, 0)).of(100, 300, 800), days("stops25-rare", from(25, 0)).of(0.5, 1, 2),
		days("fades-to-a-tenth14", from(14, 0.1)),
		days("fades-to-a-thirtieth10", from(10, 0.03)).of(50, 100, 200, 400),
		days("away14-back7", func(s spot) float64 {
			if s.ago > 7 && s.ago <= 21 {
				return 0
			}
			return 1
		}), days("constant-then-free", nil).of(500, 300, 120, 40),
		days("growth", func(s spot) float64 { return math.Exp(0.004 * float64(200-s.ago)) }),
		days("few-strong-weekdays", nil).of(30).with(2, 1.5, 1, 1, 1, 0.4, 0.1),
		days("three-strong-weekdays", nil).of(12, 60, 200).with(2, 1.5, 1, 1, 1, 0.4, 0.1),
		days("doubled14-strong-weekdays", from(14, 2)).of(few...).with(2, 1.5, 1, 1, 1, 0.4, 0.1),
		days("doubled9-closed-weekend", from(9, 2)).with(1.5, 1.4, 1.4, 1.4, 1.3, 0, 0),
	)
}

// newScenes are codes that began, or woke.
func newScenes() []scene {
	var out []scene
	for _, n := range []int{5, 10, 15, 25, 40} {
		out = append(out, days("all-new"+strconv.Itoa(n), nil).over(n, 14),
			days("new-after-zeros"+strconv.Itoa(n), begins(n)),
			days("new-among-old"+strconv.Itoa(n), nil).of(40, 10, 20, 30, 60, 90, 150).
				hiding(func(s spot) bool { return s.ago > n }).onlyFirst())
	}
	wakes := func(ago int) func(spot) float64 {
		return func(s spot) float64 {
			switch {
			case s.ago <= ago:
				return 1
			case s.ago == 190:
				return 0.02
			}
			return 0
		}
	}
	return append(out, days("woke5", wakes(5)).of(50, 100, 150, 200), days("woke6", wakes(6)).of(20, 50, 100),
		days("woke8", wakes(8)).of(50, 100, 150, 200),
		days("woke12", wakes(12)).of(5, 20, 60), days("woke35", wakes(35)).of(50, 100, 150, 200),
		days("woke70", wakes(70)).of(50, 100, 150, 200), days("woke100", wakes(100)).of(50, 100, 150, 200),
		days("woke100-small", wakes(100)).of(5, 10, 20, 3),
		days("woke10-one-of-ten", wakes(10)).onlyFirst().of(60, 6, 10, 15, 20, 25, 40, 80, 150, 300),
		days("woke5-one-of-ten", wakes(5)).onlyFirst().of(60, 6, 10, 15, 20, 25, 40, 80, 150, 300))
}

// dayScenes are days that are special.
func dayScenes() []scene {
	spike := func(by float64, at ...int) func(spot) float64 {
		return func(s spot) float64 {
			if slices.Contains(at, s.ago) {
				return by
			}
			return 1
		}
	}
	monthly := func(by float64, at ...int) func(spot) float64 {
		return func(s spot) float64 {
			last := s.day.AddDate(0, 0, 1).Day() == 1
			if slices.Contains(at, s.day.Day()) || last && slices.Contains(at, -1) {
				return by
			}
			return 1
		}
	}
	feasts := func(by float64) func(spot) float64 {
		return func(s spot) float64 {
			if slices.Contains([]string{"01-01", "01-06", "04-21", "05-01", "07-04", "08-15", "10-03", "11-01", "12-24",
				"12-25", "12-26"},
				s.day.Format("01-02")) {
				return by
			}
			return 1
		}
	}
	return []scene{days("spike1", spike(8, 1)), days("spike3", spike(8, 3)), days("spike9", spike(5, 9)),
		days("spike20", spike(10, 20)),
		days("spikes2-and-4", spike(6, 2, 4)), days("three-spikes", spike(4, 2, 3, 4)),
		days("spike5-of-50-days", spike(8, 5)).over(50, 14), days("spike3-of-25-days", spike(8, 3)).over(25, 14),
		days("zero2", spike(0, 2)), days("zeros3-to-6", spike(0, 3, 4, 5, 6)),
		days("low-week", spike(0.3, 1, 2, 3, 4, 5)),
		days("bill-3rd", monthly(1.8, 3)).over(730, 35), days("bill-10th-25th", monthly(2, 10, 25)).over(500, 35),
		days("bill-last", monthly(2.2, -1)).over(730, 35), days("bill-1st-of-a-year", monthly(2, 1)).over(365, 35),
		days("bill-few", monthly(2, 5, 20)).of(40, 120).over(600, 35),
		days("feasts-1.3-years", feasts(0.1)).over(470, 28), days("feasts-1.8-years", feasts(0.3)).over(650, 28),
		days("feasts-2.5-years", feasts(0.2)).over(910, 28),
		days("feasts-few", feasts(0.1)).of(50, 150).over(800, 28),
	}
}

// otherScenes are other steps, rare codes, weekends and what is missing.
func otherScenes() []scene {
	hours := func(name string, n int, factor func(spot) float64) scene {
		return days(name, factor).of(20, 60, 150, 500).over(n, 168).at(time.Hour, 168)
	}
	quarters := func(name string, n int, factor func(spot) float64) scene {
		return days(name, factor).of(40, 150, 400, 1500).over(n, 672).at(quarterHour, 672)
	}
	weeks := func(name string, n int, factor func(spot) float64) scene {
		return days(name, factor).over(n*7, 8).at(7*wholeDay, 8)
	}
	rare := []float64{0.02, 0.04, 0.05, 0.07, 0.09, 0.03, 0.06, 0.08, 0.05, 0.05}
	return []scene{
		hours("hours-10-days", 10, nil), hours("hours-3-weeks", 21, nil), hours("hours-6-weeks", 42, nil),
		hours("hours-15-weeks", 105, nil),
		hours("hours-doubled10", 105, from(10, 2)), hours("hours-doubled14-of-7-weeks", 49, from(14, 2)),
		hours("hours-halved7", 140, from(7, 0.5)), hours("hours-stops10", 105, from(10, 0)),
		hours("hours-rare", 105, nil).of(1, 2, 4), hours("hours-doubled35", 140, from(35, 2)),
		quarters("quarters-10-days", 10, nil), quarters("quarters-3-weeks", 21, nil),
		quarters("quarters-5-weeks", 35, nil),
		quarters("quarters-doubled14", 70, from(14, 2)), weeks("weeks", 60, nil),
		weeks("weeks-doubled6", 60, from(42, 2)), weeks("weeks-doubled3", 60, from(21, 2)),
		weeks("weeks-doubled10", 80, from(70, 2)),
		weeks("weeks-halved4", 80, from(28, 0.5)), weeks("weeks-stops5", 60, from(35, 0)),
		weeks("weeks-20-of", 20, nil), weeks("weeks-8-of", 8, nil), weeks("weeks-doubled8-of-30", 30, from(56, 2)),
		weeks("weeks-new12", 12, nil), weeks("weeks-small", 60, nil).of(0.1, 0.3, 0.5, 0.05),
		weeks("weeks-doubled6-of-two-years", 110, from(42, 2)),
		weeks("weeks-woke6", 60, begins(42)),
		days("rare60", nil).of(rare...).over(60, 14), days("rare200", nil).of(rare...).over(200, 28),
		days("rare400", nil).of(rare...).over(400, 28),
		days("rare-of-many", nil).of(slices.Concat(rare, manySizes())...).over(300, 28),
		days("rare-tenths", nil).of(0.1, 0.2, 0.3, 0.4, 0.5, 0.7).over(150, 14),
		days("rare-closed-weekend", nil).of(0.1, 0.2, 0.4, 0.8).with(1.4, 1.4, 1.4, 1.4, 1.4, 0, 0),
		days("zero-weekends", nil).with(1.4, 1.4, 1.4, 1.4, 1.4, 0, 0),
		days("zero-sunday-20-days", nil).over(20, 14).with(1.2, 1.2, 1.2, 1.2, 1.2, 1, 0),
		days("zero-weekends-few", nil).of(15).with(1.4, 1.4, 1.4, 1.4, 1.4, 0, 0).over(60, 14),
		days("saturday-opens30", func(s spot) float64 {
			if s.day.Weekday() == time.Sunday || s.day.Weekday() == time.Saturday && s.ago > 30 {
				return 0
			}
			return 1
		}),
		days("weekend-closes21", func(s spot) float64 {
			if s.ago <= 21 && (s.day.Weekday() == time.Saturday || s.day.Weekday() == time.Sunday) {
				return 0
			}
			return 1
		}),
		days("masked-fortnight", nil).hiding(func(s spot) bool { return s.ago > 3 && s.ago <= 17 }),
		days("masked-newest10", nil).hiding(func(s spot) bool { return s.ago <= 10 }),
		days("masked-mondays", nil).hiding(func(s spot) bool { return s.day.Weekday() == time.Monday && s.ago < 60 }),
		days("masked-half", nil).hiding(func(s spot) bool { return (s.ago*7+s.code)%5 < 2 }),
		days("doubled12-with-mask", from(12, 2)).
			hiding(func(s spot) bool { return s.ago == 3 || s.ago == 4 || s.ago == 8 }),
		days("two-years-yearly", yearly).over(760, 28),
		days("yearly-doubled14", func(s spot) float64 { return yearly(s) * since(s.ago, 14, 2) }).over(760, 28),
		days("bursty", func(s spot) float64 {
			return 0.6 + 1.6*math.Pow(float64((s.code*31+s.ago*17+s.day.YearDay()*13)%11)/11, 3)
		}),
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
