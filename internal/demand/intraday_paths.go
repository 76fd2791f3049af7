package demand

import (
	"cmp"
	"context"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/wrapcast/wrapcast"
)

// Paths spreads the joint paths of some leaves of a forecast over the quarter-hours of the days from first to last,
// both included, stream by stream: each handed stream holds until each returns. A path's day is shared out as its
// stream's days are, its shares scattering as they did in recent weeks, neighbours alike (a busy half hour is busy as a
// whole); contacts then fall by chance. Handle times are those of the codes that come in the path, scattered as those
// of single contacts and of days did. Over all paths the means are those of QuarterHours but for what chance leaves.
//
// The same forecast and patterns give the same paths, bit for bit, whatever leaves and days are asked for. False where
// the forecast has no joint paths.
func (s *IntradayProfiles) Paths(ctx context.Context, made *wrapcast.Forecast, of func(wrapcast.Leaf) bool, first,
	last wrapcast.Date, each func(wrapcast.StreamPaths) error) (bool, error) {
	return s.PathsByGroup(ctx, made, func(l wrapcast.Leaf) (int, bool) { return 0, of(l) }, first, last,
		func(_ int, p wrapcast.StreamPaths) error { return each(p) })
}

// PathsByGroup is Paths for leaves of several groups, told apart by a number: of each day the streams of a group come
// one after the other.
func (s *IntradayProfiles) PathsByGroup(ctx context.Context, made *wrapcast.Forecast,
	groupOf func(wrapcast.Leaf) (int, bool), first, last wrapcast.Date,
	each func(group int, p wrapcast.StreamPaths) error) (bool, error) {
	p := newPaths(made)
	first, last = max(first, made.From), min(last, made.From+wrapcast.Date(len(made.Total.Mean))-1)
	if p == nil || first > last {
		return p != nil, nil
	}
	streams := leavesByStream(made, groupOf)
	return true, p.draw(ctx, first, last, func(day wrapcast.Date, leaves [][]float64) error {
		for _, stream := range streams {
			d := newDaySpread(s, made, stream, day)
			if err := each(stream.group, d.spread(p, leaves)); err != nil {
				return err
			}
		}
		return nil
	})
}

// streamLeaves are the places of a stream's leaves in a forecast.
type streamLeaves struct {
	wrapcast.Stream
	group  int
	leaves []int
}

// leavesByStream sorts some leaves by group and stream, streams of a group in the order of the leaves.
func leavesByStream(made *wrapcast.Forecast, groupOf func(wrapcast.Leaf) (int, bool)) []streamLeaves {
	var all []streamLeaves
	place := map[wrapcast.Stream]int{}
	for l, leaf := range made.Leaves {
		group, ok := groupOf(leaf.Leaf)
		if !ok {
			continue
		}
		i, known := place[leaf.Leaf.Stream()]
		if !known {
			i = len(all)
			place[leaf.Leaf.Stream()] = i
			all = append(all, streamLeaves{Stream: leaf.Leaf.Stream(), group: group})
		}
		all[i].leaves = append(all[i].leaves, l)
	}
	slices.SortStableFunc(all, func(a, b streamLeaves) int { return cmp.Compare(a.group, b.group) })
	return all
}

// shareMemory is how much a quarter-hour's share has of the one before: half is left after an hour and a half.
const shareMemory = 0.89

// daySpread spreads the paths of a stream's day.
type daySpread struct {
	streamLeaves
	made    *wrapcast.Forecast
	day     wrapcast.Date
	shares  []float64
	scatter wrapcast.IntradayScatter
	rng     *rand.Rand
	weights []float64 // of one path
	counts  []float64
}

func newDaySpread(s *IntradayProfiles, made *wrapcast.Forecast, stream streamLeaves, day wrapcast.Date) *daySpread {
	shares := s.Recent.OpenShares(stream.Stream, day, s.Calendar.Open(stream.Queue, day, s.Zone))
	return &daySpread{streamLeaves: stream, made: made, day: day, shares: shares, scatter: s.Recent.Scatter(stream.Stream),
		rng:     rand.New(rand.NewPCG(made.Errors.Seed^nameOf(stream.Stream), uint64(day))),
		weights: make([]float64, len(shares)), counts: make([]float64, len(shares))}
}

// nameOf is a number that tells streams apart.
func nameOf(s wrapcast.Stream) uint64 {
	h := fnv.New64a()
	for _, part := range []string{string(s.Queue), string(s.Media), string(s.Direction), string(s.Language),
		string(s.Skills)} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return h.Sum64()
}

// spread spreads all paths.
func (d *daySpread) spread(p *paths, leaves [][]float64) wrapcast.StreamPaths {
	out := wrapcast.StreamPaths{Stream: d.Stream, Day: d.day, Contacts: make([][]float64, len(d.shares)),
		Seconds: make([][]float64, len(d.shares))}
	for q := range d.shares {
		out.Contacts[q], out.Seconds[q] = make([]float64, p.count), make([]float64, p.count)
	}
	step := int(d.day - d.made.From)
	for _, l := range d.leaves {
		out.Leaves = append(out.Leaves, wrapcast.LeafPaths{Code: d.made.Leaves[l].Leaf.Code, Contacts: leaves[l],
			HandleSeconds: d.made.Leaves[l].HandleSeconds[step]})
	}
	for k := range p.count {
		contacts, seconds := 0.0, 0.0
		for _, l := range d.leaves {
			contacts += leaves[l][k]
			seconds += leaves[l][k] * d.made.Leaves[l].HandleSeconds[step]
		}
		d.weigh()
		if contacts > 0 && sumOf(d.weights) > 0 {
			d.place(contacts)
			handle := seconds / contacts * logNormal(d.scatter.HandleDay, d.rng.NormFloat64())
			for q, n := range d.counts {
				out.Contacts[q][k] = n
				if n > 0 {
					out.Seconds[q][k] = n * handle * logNormal(d.scatter.Handle/math.Max(n, 1), d.rng.NormFloat64())
				}
			}
		}
	}
	return out
}

// logNormal is a factor of mean 1 and a relative variance, at a normal score.
func logNormal(variance, z float64) float64 {
	s2 := math.Log1p(variance)
	return math.Exp(math.Sqrt(s2)*z - s2/2)
}

// weigh scatters the shares of one path.
func (d *daySpread) weigh() {
	s2 := math.Log1p(d.scatter.Shares)
	sigma, z, sum := math.Sqrt(s2), d.rng.NormFloat64(), 0.0
	for q, share := range d.shares {
		if share > 0 && sigma > 0 {
			share *= math.Exp(sigma*z - s2/2)
		}
		d.weights[q] = share
		sum += share
		z = shareMemory*z + math.Sqrt(1-shareMemory*shareMemory)*d.rng.NormFloat64()
	}
	if sum > 0 {
		for q := range d.weights {
			d.weights[q] /= sum
		}
	}
}

// oneByOne is how many contacts of a day find their quarter-hour one by one.
const oneByOne = 150

// place lets a day's contacts fall into its quarter-hours by the weights: one by one where they are few, with
// the fraction that is left shared out; else each quarter-hour gets a Poisson count, drawn to the day's sum.
func (d *daySpread) place(contacts float64) {
	single := math.Floor(contacts)
	if contacts > oneByOne {
		single = 0
	}
	for q, w := range d.weights {
		d.counts[q] = (contacts - single) * w
	}
	if single > 0 {
		d.drop(int(single))
		return
	}
	if contacts <= 1 {
		return
	}
	sum := 0.0
	for q, mean := range d.counts {
		d.counts[q] = d.poisson(mean)
		sum += d.counts[q]
	}
	for q := range d.counts {
		d.counts[q] *= contacts / math.Max(sum, 1)
	}
}

// drop lets contacts fall one by one.
func (d *daySpread) drop(contacts int) {
	below := make([]float64, len(d.weights))
	sum := 0.0
	for q, w := range d.weights {
		sum += w
		below[q] = sum
	}
	for range contacts {
		q, _ := slices.BinarySearch(below, d.rng.Float64()*sum)
		for q < len(below)-1 && d.weights[q] == 0 {
			q++
		}
		d.counts[min(q, len(below)-1)]++
	}
}

// poisson draws a count of a mean.
func (d *daySpread) poisson(mean float64) float64 {
	if mean >= 30 {
		return math.Max(0, math.Round(mean+math.Sqrt(mean)*d.rng.NormFloat64()))
	}
	n, left := 0.0, math.Exp(-mean)
	for u := d.rng.Float64(); u > left; u *= d.rng.Float64() {
		n++
	}
	return n
}
