package forecast

import "math"

// Profile is the share of each part of the day by weekday: how a day's forecast spreads over its quarter-hours.
type Profile struct {
	// Shares holds one row per weekday (Sunday first, as time.Weekday counts) with one share per part of the day. A
	// row adds up to 1, or to 0 where the weekday is closed throughout.
	Shares [7][]float64
}

// ProfileDay is one observed day of a thing to be profiled.
type ProfileDay struct {
	// Weekday is 0 for Sunday to 6 for Saturday.
	Weekday int
	// Parts holds one count per part of the day, NaN where one is missing. Days of unusual length (the clock changes)
	// should be left out by the caller.
	Parts []float64
	// Age is how many weeks ago it was; older days count less.
	Age float64
}

// ProfileOptions say how profiles are learned.
type ProfileOptions struct {
	// Pseudo is how many contacts the borrowed profile is worth. Zero means 50.
	Pseudo float64
	// Fading is the weight of a week for each week that follows it. Zero means 0.98.
	Fading float64
	// Open, where it is not nil, says which parts of which weekday are open; all others get exactly zero.
	Open func(weekday, part int) bool
}

// NewProfile learns the share of each part of the day by weekday from days of one thing. What is thin borrows: a
// weekday from all its days together, these from prior (the profile of like things, such as the queue's), prior from an
// even spread over the open parts. prior may be nil. parts is the number of parts per day, 96 for quarter-hours.
//
//	share(weekday, p) = (C[weekday][p] + κ·all[p]) / (ΣC[weekday] + κ),  all[p] = (ΣC[·][p] + κ·prior[p]) / (ΣΣC + κ)
func NewProfile(days []ProfileDay, parts int, prior *Profile, opt ProfileOptions) Profile {
	if opt.Pseudo == 0 {
		opt.Pseudo = 50
	}
	if opt.Fading == 0 {
		opt.Fading = 0.98
	}
	var sums [7][]float64
	for w := range sums {
		sums[w] = make([]float64, parts)
	}
	for _, d := range days {
		weight := math.Pow(opt.Fading, max(0, finiteOr0(d.Age)))
		for p, v := range d.Parts {
			if v > 0 && p < parts && !math.IsInf(v, 0) {
				sums[((d.Weekday%7)+7)%7][p] += weight * v
			}
		}
	}
	return blend(sums, parts, prior, opt)
}

func blend(sums [7][]float64, parts int, prior *Profile, opt ProfileOptions) Profile {
	var out Profile
	all := make([]float64, parts)
	for w := range sums {
		for p, v := range sums[w] {
			all[p] += v
		}
	}
	for w := range sums {
		even := make([]float64, parts)
		for p := range even {
			even[p] = b2f(opt.Open == nil || opt.Open(w, p))
		}
		base := mixed(all, borrowed(prior, w, even), opt.Pseudo)
		row := mixed(sums[w], base, opt.Pseudo)
		for p := range row {
			row[p] *= even[p]
		}
		out.Shares[w] = normalised(row)
	}
	return out
}

func borrowed(prior *Profile, weekday int, even []float64) []float64 {
	if prior == nil || len(prior.Shares[weekday]) != len(even) {
		return even
	}
	return prior.Shares[weekday]
}

// mixed adds base, scaled to pseudo in all, to the counts.
func mixed(counts, base []float64, pseudo float64) []float64 {
	share := normalised(base)
	return each(len(counts), func(p int) float64 { return counts[p] + pseudo*share[p] })
}

// normalised divides by the sum; all zero stays all zero.
func normalised(x []float64) []float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return each(len(x), func(i int) float64 {
		if !(sum > 0) {
			return 0
		}
		return x[i] / sum
	})
}
