package genesys

import (
	"time"
)

// track plans one question over a history: what of it is still to be asked, and in pieces of which
// length. A piece is as long as the platform is believed to answer at once.
type track struct {
	expectation
	sizes *Sizes
	// longest is the longest piece allowed, in quarter-hours.
	longest int
	left    []span
	// latest is the length of the latest piece.
	latest int
	// shorter bounds the pieces that begin where one was refused.
	shorter map[time.Time]int
	// unsized are pieces that were refused before anything was known of their size.
	unsized []span
	// ease shortens pieces after a timeout, which says less than a refusal and may pass.
	ease float64
	// asked are the pieces that were not answered yet.
	asked map[span]asked
	// wait is how many answers to wait before a bound is doubted again; it doubles with every doubt that was wrong,
	// from patience on.
	wait, patience int
}

// asked is what was thought of a piece when it was asked for: how many rows it should have, 0 where nothing was known, and whether it
// doubts a bound.
type asked struct {
	rows  int
	doubt bool
}

// firstPatience is how many answers to wait after the first doubt that was wrong.
const firstPatience = 20

func newTrack(sizes *Sizes, e expectation, longest int, left []span) *track {
	return &track{expectation: e, sizes: sizes, longest: longest, left: left, shorter: map[time.Time]int{}, ease: 1,
		patience: firstPatience, asked: map[span]asked{}}
}

// next takes the next piece out of what is left.
func (t *track) next() (span, bool) {
	if len(t.left) == 0 {
		return span{}, false
	}
	s := t.left[0]
	n, doubt := t.fit(s)
	piece := span{s.From, s.From.Add(quarters(n))}
	t.latest = n
	if doubt {
		t.wait = t.patience
	}
	t.take(piece, doubt)
	return piece, true
}

// take takes a piece from the beginning of what is left.
func (t *track) take(piece span, doubt bool) {
	t.asked[piece] = asked{t.foretold(piece), doubt}
	if t.left[0].From = piece.To; !t.left[0].From.Before(t.left[0].To) {
		t.left = t.left[1:]
	}
}

// foretold is how many rows a piece should have, 0 where nothing is known.
func (t *track) foretold(s span) int {
	if !t.known() {
		return 0
	}
	return int(t.of(s))
}

// rowsAsked is how many rows the pieces should have that were not answered yet.
func (t *track) rowsAsked() (sum int) {
	for _, a := range t.asked {
		sum += a.rows
	}
	return sum
}

// requestsLeft is about how many pieces are left, at the length of the latest.
func (t *track) requestsLeft() (n int) {
	for _, s := range t.left {
		n += 1 + (s.length()-1)/max(t.latest, 1)
	}
	return n
}

// atMost bounds the piece that begins where a span does by that span.
func (t *track) atMost(s span) {
	if n, ok := t.shorter[s.From]; !ok || s.length() < n {
		t.shorter[s.From] = s.length()
	}
}

// peek returns what next would.
func (t *track) peek() (span, bool) {
	if len(t.left) == 0 {
		return span{}, false
	}
	s := t.left[0]
	n, _ := t.fit(s)
	return span{s.From, s.From.Add(quarters(n))}, true
}

// fit returns how many of a span's first quarter-hours the platform should answer at once, or, in doubt of a bound, may.
func (t *track) fit(s span) (n int, doubt bool) {
	allowed := min(s.length(), t.longest)
	if n, ok := t.shorter[s.From]; ok {
		allowed = min(allowed, n)
	}
	allowed = max(1, int(t.ease*float64(allowed)))
	byLength := min(allowed, t.lengthToTry())
	byRows, surely := t.rowsToTry(s.From, allowed)
	if t.wait <= 0 {
		if wide := t.boundToDoubt(byLength, byRows, surely); wide > 0 {
			return wide, true
		}
		if wide := t.beyond(s.From, byLength); wide > byRows {
			return wide, true
		}
	}
	return max(1, min(byLength, byRows)), false
}

// apart is by which factor two bounds must differ to be worth an attempt in between.
const apart = 1.03

// lengthToTry is the longest piece that is believed to be allowed, or the middle between that and what was refused.
func (t *track) lengthToTry() int {
	given, refused := t.sizes.Longest, t.sizes.tooLong()
	switch {
	case refused == 0:
		return t.longest
	case float64(refused) > apart*float64(given):
		return max(wholeDays((given+refused)/2), given, 1)
	}
	return given
}

// rowsToTry is the longest piece whose rows are believed to be few enough, and the longest one that leaves a margin. While
// no bound to rows is sure, the first leaves none.
func (t *track) rowsToTry(from time.Time, most int) (n, surely int) {
	refused, sure := t.sizes.tooManyRows()
	if refused == 0 || !t.known() {
		return most, most
	}
	ceiling := t.ease * float64(t.sizes.MostRows)
	if middle := t.ease * float64(t.sizes.MostRows+refused) / 2; float64(refused) > apart*float64(t.sizes.MostRows) {
		ceiling = middle
	}
	surely = t.fitting(from, most, ceiling*(1-t.margin()))
	if sure {
		return surely, surely
	}
	return t.fitting(from, most, ceiling), surely
}

// boundToDoubt returns a longer piece where one of the bounds costs much and may be none: what was refused
// was both longer and larger than anything given, and one of the two can have been the reason alone.
func (t *track) boundToDoubt(byLength, byRows, surely int) int {
	const much = 1.1
	_, sure := t.sizes.tooManyRows()
	switch {
	case float64(surely) > much*float64(byLength):
		return surely
	case float64(byLength) > much*float64(byRows) && !sure:
		return byLength
	}
	return 0
}

// beyond returns a piece of a few more rows than were refused once, where nothing else was refused with about as many.
func (t *track) beyond(from time.Time, most int) int {
	bound, _ := t.sizes.tooManyRows()
	if bound == 0 || !t.known() || !t.sizes.alone() {
		return 0
	}
	return t.fitting(from, most, 1.05*float64(bound))
}

// wholeDays rounds two days and more down to days: whoever limits an interval thinks in them.
func wholeDays(n int) int {
	if n < 2*96 {
		return n
	}
	return n - n%96
}

// answered learns from an answer: rows has how many every quarter-hour of the span had.
func (t *track) answered(s span, rows []int) {
	total := 0
	for _, n := range rows {
		total += n
	}
	delete(t.shorter, s.From)
	t.ease = min(1, 1.3*t.ease)
	t.wait--
	a := t.settle(s, true)
	t.sizes.given(s.length(), total)
	t.compare(a.rows, total)
	t.learn(s, rows)
	if t.known() {
		for _, u := range t.unsized {
			t.sizes.refused(u.length(), int(t.of(u)))
		}
		t.unsized = nil
	}
}

// tooMuch puts a piece back that was refused as too large, to be asked for in shorter ones. It reports
// false where it cannot be shorter.
func (t *track) tooMuch(s span) bool {
	if s.length() <= 1 {
		return false
	}
	a := t.settle(s, false)
	if !a.doubt && s.length() <= t.sizes.Longest {
		t.compare(a.rows, t.sizes.MostRows+1) // at least
	}
	t.shorten(s)
	t.putBack(s)
	return true
}

// shorten learns from a refusal, and bounds what is asked for in its place.
func (t *track) shorten(s span) {
	_, again := t.shorter[s.From]
	t.shorter[s.From] = s.half()
	if !t.known() {
		t.unsized = append(t.unsized, s)
		return
	}
	rows := t.of(s)
	if !again && rows < apart*float64(t.sizes.MostRows) {
		t.shorter[s.From] = s.length() * 4 / 5 // it was a near miss
	}
	t.sizes.refused(s.length(), int(rows))
}

// settle takes a piece from those that were not answered yet. A doubt that was right is followed by the next at once, one that was
// wrong after a longer wait.
func (t *track) settle(s span, right bool) asked {
	a := t.asked[s]
	delete(t.asked, s)
	switch {
	case !a.doubt:
	case right:
		t.wait, t.patience = 0, firstPatience
	default:
		t.patience *= 2
		t.wait = t.patience
	}
	return a
}

// tooSlow puts a piece back that was not answered in time.
func (t *track) tooSlow(s span) bool {
	if s.length() <= 96 {
		return false
	}
	delete(t.asked, s) // a doubt that was not answered in time stays one
	t.shorter[s.From] = s.half()
	t.ease = max(t.ease/2, 1.0/64)
	t.putBack(s)
	return true
}

// half is half a span's length, up to a UTC day's border where there is one near: what is left of a night tells little.
func (i span) half() int {
	if a, _, ok := i.halves(); ok && 4*a.length() >= i.length() {
		return a.length()
	}
	return max(1, i.length()/2)
}

// putBack returns a piece to what is left, in its place and in one with what follows it.
func (t *track) putBack(s span) {
	at := 0
	for at < len(t.left) && t.left[at].From.Before(s.From) {
		at++
	}
	if at < len(t.left) && t.left[at].From.Equal(s.To) {
		t.left[at].From = s.From
		return
	}
	t.left = append(t.left[:at], append([]span{s}, t.left[at:]...)...)
}
