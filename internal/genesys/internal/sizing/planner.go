package sizing

import "time"

// Planner plans one question over a history: what of it is still to be asked, and in pieces of which length. Two
// questions about the same organisation share its limits. It is not safe for concurrent use.
type Planner struct {
	rowForecast
	limits *LearnedLimits
	// longest is the longest piece allowed, in quarter-hours.
	longest int
	left    []Span
	// latest is the length of the latest piece.
	latest int
	// share is the part asked for of what the platform should give at once: it grows with each answer and shrinks with
	// each refusal.
	share float64
	// patience is the part of a length asked for after pieces that were not answered in time, 1 where all were.
	patience float64
	// shorter bounds the pieces that begin where one was refused or not answered in time.
	shorter map[time.Time]int
	// refused are the pieces that were refused and whose rows are not all known yet.
	refused []refusal
	// underWay has the pieces that were not answered yet, with the rows they should have, 0 where nothing was known.
	underWay map[Span]int
	answers  int
	// trying is the piece under way that is longer than any answered in this reading.
	trying Span
}

// refusal is a piece that was refused: the answers about its parts tell how many rows it had.
type refusal struct {
	Span
	// rows were counted so far, in all but unknown of its quarter-hours.
	rows, unknown int
	// sized tells that the limits know of it, as far as it could be predicted.
	sized bool
}

// The share grows by shareStep up to maxShare with each answer, faster while it is below usualShare, and shrinks to
// afterRefusal of itself, patience to afterTimeout. Growth and refusals are in balance at one refusal in thirty.
const (
	shareStep    = 0.001
	usualShare   = 0.9
	maxShare     = 1.05
	afterRefusal = 0.97
	afterTimeout = 0.5
	minShare     = 1.0 / 64
	regained     = 1.3
)

// minSlow is the shortest piece that is asked for in halves where it was not answered in time: an hour.
const minSlow = 4

// NewPlanner plans a question over what is left, in pieces of at most longest quarter-hours. known is the profile of
// its rows; predict, where it is not nil, predicts them better and reports false where it cannot.
func NewPlanner(limits *LearnedLimits, known WeekProfile, predict Predictor, longest int, left []Span) *Planner {
	p := &Planner{rowForecast: newRowForecast(known), limits: limits, longest: longest, left: left,
		share: usualShare, patience: 1,
		shorter: map[time.Time]int{}, underWay: map[Span]int{}}
	if p.predict = predict; p.Known() {
		p.answers = practice
	}
	return p
}

// Next takes the next piece out of what is left; ok is false where nothing is.
func (p *Planner) Next() (piece Span, ok bool) {
	if piece, ok = p.Peek(); !ok {
		return piece, false
	}
	p.latest = piece.Length()
	p.underWay[piece] = int(p.Rows(piece))
	if p.limits.trying == 0 && p.latest > p.limits.proven() {
		p.limits.trying, p.trying = 1, piece
	}
	if p.left[0].From = piece.To; !p.left[0].From.Before(p.left[0].To) {
		p.left = p.left[1:]
	}
	return piece, true
}

// Answered takes in the answer about a piece: how many rows each of its quarter-hours had.
func (p *Planner) Answered(piece Span, rows []int) {
	p.arrived(piece)
	delete(p.shorter, piece.From)
	p.answers++
	if p.share += shareStep; p.share < usualShare {
		p.share = min(regained*p.share, usualShare)
	}
	p.patience = min(regained*p.patience, 1)
	p.share = min(p.share, maxShare)
	p.limits.answered(piece.Length(), int(total(rows)))
	p.learn(piece, rows)
	p.size(piece, rows)
}

// Refused puts a piece back that was too much to be answered at once, to be asked for in shorter ones. It reports false
// where it cannot be shorter.
func (p *Planner) Refused(piece Span) bool {
	if piece.Length() <= 1 {
		return false
	}
	_, again := p.shorter[piece.From]
	p.putBack(piece)
	p.refused = append(p.refused, refusal{Span: piece, unknown: piece.Length(), sized: p.Known()})
	if !p.Known() {
		return true
	}
	rows := p.Rows(piece)
	p.limits.refused(piece.Length(), int(rows))
	switch tooLong := p.limits.TooLong; {
	case 0 < tooLong && tooLong <= piece.Length():
		p.shorter[piece.From] = min(p.limits.safe(), piece.Length()-1)
		return true
	case !again && rows < apart*float64(p.limits.MaxRows):
		p.shorter[piece.From] = piece.Length() * 4 / 5 // it was a near miss
	}
	p.share = max(p.share*afterRefusal, minShare)
	return true
}

// size counts the rows of an answer for the pieces that were refused with it in them.
func (p *Planner) size(answered Span, rows []int) {
	open := p.refused[:0]
	for _, r := range p.refused {
		if !r.sized {
			p.limits.refused(r.Length(), int(p.Rows(r.Span)))
			r.sized = true
		}
		for i, n := range rows {
			if r.Holds(answered.From.Add(Quarters(i))) {
				r.rows, r.unknown = r.rows+n, r.unknown-1
			}
		}
		if r.unknown > 0 {
			open = append(open, r)
			continue
		}
		p.limits.sized(r.Length(), r.rows)
	}
	p.refused = open
}

// Slow puts a piece back that was not answered in time. It reports false for a piece of an hour or less.
func (p *Planner) Slow(piece Span) bool {
	if piece.Length() <= minSlow {
		return false
	}
	p.limits.slow(piece.Length(), int(p.Rows(piece)))
	p.putBack(piece)
	if tooLong := p.limits.TooLong; 0 < tooLong && tooLong <= piece.Length() && p.limits.MaxLength > 0 {
		p.shorter[piece.From] = min(p.limits.safe(), piece.Length()-1) // a longer one was tried
		return true
	}
	p.patience = max(p.patience*afterTimeout, minShare)
	return true
}

// arrived takes a piece out of those under way.
func (p *Planner) arrived(piece Span) {
	delete(p.underWay, piece)
	if p.trying == piece && p.limits.trying > 0 {
		p.limits.trying, p.trying = 0, Span{}
	}
}

// Again puts a piece back that was refused for what was asked of it, not for its size.
func (p *Planner) Again(piece Span) {
	p.arrived(piece)
	p.giveBack(piece)
}

// putBack returns a piece to what is left, to be asked for in halves.
func (p *Planner) putBack(piece Span) {
	p.arrived(piece)
	p.shorter[piece.From] = piece.half()
	p.giveBack(piece)
}

// giveBack returns a piece to what is left, in its place and in one with what follows it.
func (p *Planner) giveBack(piece Span) {
	at := 0
	for at < len(p.left) && p.left[at].From.Before(piece.From) {
		at++
	}
	if at < len(p.left) && p.left[at].From.Equal(piece.To) {
		p.left[at].From = piece.From
		return
	}
	p.left = append(p.left[:at], append([]Span{piece}, p.left[at:]...)...)
}

// Withdraw puts a piece back that nothing was learned of.
func (p *Planner) Withdraw(piece Span) {
	p.putBack(piece)
	delete(p.shorter, piece.From)
}

// SkipBefore drops what of the history lies before a time: it is not asked for any more.
func (p *Planner) SkipBefore(t time.Time) {
	kept := p.left[:0]
	for _, s := range p.left {
		if s.From.Before(t) {
			s.From = t
		}
		if s.From.Before(s.To) {
			kept = append(kept, s)
		}
	}
	p.left = kept
}

// Peek returns what Next would.
func (p *Planner) Peek() (piece Span, ok bool) {
	if len(p.left) == 0 {
		return Span{}, false
	}
	s := p.left[0]
	allowed := min(s.Length(), p.longest)
	if n, ok := p.shorter[s.From]; ok {
		allowed = min(allowed, n)
	}
	n := p.limits.length(allowed, s.Length())
	if again := s.first(min(p.limits.TooLong, allowed)); p.Known() && p.limits.doubtful(p.Rows(again), s.Length()) {
		n = again.Length()
	}
	n = max(1, int(p.patience*float64(n)))
	if rows := p.limits.rows(); rows > 0 && p.Known() {
		n = p.fitting(s.From, n, p.share*rows)
	}
	return s.first(max(1, n)), true
}

// Bound bounds the piece that begins where a span does by that span.
func (p *Planner) Bound(s Span) {
	if n, ok := p.shorter[s.From]; !ok || s.Length() < n {
		p.shorter[s.From] = s.Length()
	}
}

// Left is what was not asked for yet, or put back.
func (p *Planner) Left() []Span { return p.left }

// RequestsLeft is about how many pieces are left, at the length of the latest.
func (p *Planner) RequestsLeft() (n int) {
	for _, s := range p.left {
		n += 1 + (s.Length()-1)/max(p.latest, 1)
	}
	return n
}

// RowsUnderWay is how many rows the pieces should have that were not answered yet.
func (p *Planner) RowsUnderWay() (sum int) {
	for _, rows := range p.underWay {
		sum += rows
	}
	return sum
}

// practice is how many answers it takes until predictions of rows can be relied on.
const practice = 8

// Practised reports whether so many answers came that several pieces may be asked for at a time.
func (p *Planner) Practised() bool { return p.answers >= practice }

// Profile is what was learned of the rows by hour of the week.
func (p *Planner) Profile() WeekProfile { return p.week }
