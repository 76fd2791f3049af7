package sizing

import "time"

// FirstLength is the longest interval asked for before one was answered, in quarter-hours: seven days. Programs that
// were written for live organisations stay within it at quarter-hours.
const FirstLength = 7 * 96

// LearnedLimits is what an organisation's answers have taught: how much the platform gives at once, and how many rows
// there are at which hour of the week. It is kept between runs; the zero value knows nothing. What was answered once
// may be refused later: then the newer refusal counts.
type LearnedLimits struct {
	// MaxRows is the largest answer given so far, in rows (quarter-hours of groups); 0 before the first.
	MaxRows int `json:"most_rows,omitempty"`
	// MaxLength is the longest interval answered so far, in quarter-hours; 0 before the first.
	MaxLength int `json:"longest,omitempty"`
	// TooManyRows is the smallest number of rows that was refused, and TooLong the shortest interval that was refused
	// for its length, in quarter-hours; 0 where none was.
	TooManyRows int `json:"too_many_rows,omitempty"`
	TooLong     int `json:"too_long,omitempty"`
	// TooLongRows is how many rows the interval of TooLong should have had where these may be what was too much; 0
	// where it was surely its length.
	TooLongRows int `json:"too_long_rows,omitempty"`
	// NothingBefore is from when on there is history, zero where no beginning is known.
	NothingBefore time.Time `json:"nothing_before,omitzero"`
	// counted tells that TooManyRows was counted in later answers, not only predicted.
	counted bool
	// here is the largest answer of this reading, trying how many pieces are under way that are longer than any of it.
	here   struct{ rows, length int }
	trying int
	// seen tells that a length was refused in this reading: what was only believed from an earlier one may be outdated.
	seen bool
	// Queues and Codes are how many rows the questions about queues and about codes have by hour of the week.
	Queues WeekProfile `json:"queues,omitempty"`
	Codes  WeekProfile `json:"codes,omitempty"`
	// CodesByContacts predicts the rows about codes by the contacts that the answers about queues have; RowRatioByHour
	// is how many there were over that prediction, by hour of the week.
	CodesByContacts CodesByContacts `json:"codes_by_contacts,omitempty"`
	RowRatioByHour  WeekProfile     `json:"beside_told,omitempty"`
	// CountedBy names what contacts were counted by beyond queue, code and channel where that makes rows more: what was
	// learned of rows holds for it alone.
	CountedBy string `json:"counted_by,omitempty"`
}

// For is what of the limits holds where contacts are counted by something: of rows nothing where that is new.
func (l LearnedLimits) For(countedBy string) LearnedLimits {
	if l.CountedBy != countedBy {
		l.Queues, l.Codes, l.CodesByContacts, l.RowRatioByHour = nil, nil, nil, nil
		l.CountedBy = countedBy
	}
	return l
}

const (
	// apart is by which factor two bounds must differ to be worth an attempt in between.
	apart = 1.03
	// surely is the part of rows that were given once up to which a prediction is seldom wrong.
	surely = 0.9
	// fewRows are never too many: what has fewer was refused for its length.
	fewRows = 1000
)

// answered takes in that an interval of a length was answered with so many rows. What was refused with fewer rows, or
// at a shorter length, was refused for another reason.
func (l *LearnedLimits) answered(length, rows int) {
	l.MaxRows, l.MaxLength = max(l.MaxRows, rows), max(l.MaxLength, length)
	l.here.rows, l.here.length = max(l.here.rows, rows), max(l.here.length, length)
	if l.TooManyRows > 0 {
		l.TooManyRows = max(l.TooManyRows, l.MaxRows+1)
	}
	if l.TooLong <= l.here.length {
		l.TooLong, l.TooLongRows = 0, 0
	}
}

// refused takes in that an interval of a length was refused that should have had so many rows. What they were is
// learned later: see sized.
func (l *LearnedLimits) refused(length, rows int) {
	switch {
	case length <= l.here.length: // then it was not too long, and neither was what was believed to be
		l.TooLong, l.TooLongRows = 0, 0
		l.tooMany(rows)
	case rows < fewRows, float64(rows) < surely*float64(l.MaxRows):
		l.tooLong(length, 0)
	case length > FirstLength && (l.TooManyRows == 0 || rows < l.TooManyRows):
		l.tooLong(length, rows)
	default:
		l.tooMany(rows)
	}
}

// slow takes in that an interval of a length was not answered in time.
func (l *LearnedLimits) slow(length, rows int) {
	if length > l.here.length {
		l.tooLong(length, max(rows, 1))
	}
}

func (l *LearnedLimits) tooMany(rows int) {
	if !l.counted && rows >= fewRows {
		l.TooManyRows = max(min(rows, orElse(l.TooManyRows, rows)), l.MaxRows+1)
	}
}

// tooLong takes in that a length was refused; rows are what it should have had where they may be the reason, else 0.
func (l *LearnedLimits) tooLong(length, rows int) {
	l.seen = true
	if l.TooLong == 0 || length < l.TooLong || length == l.TooLong && rows < l.TooLongRows {
		l.TooLong, l.TooLongRows = length, rows
	}
}

// sized takes in how many rows an interval had that was refused earlier: answers about its parts have told. With no
// more than were ever given it was refused for its length.
func (l *LearnedLimits) sized(length, rows int) {
	predicted := l.TooLong == length && l.TooLongRows == 0
	switch {
	case rows > l.MaxRows && l.TooLong > 0 && length >= l.TooLong && !predicted: // its length is reason enough
	case rows > max(l.MaxRows, fewRows):
		if predicted { // by a prediction that was wrong
			l.TooLong = 0
		}
		if !l.counted || rows < l.TooManyRows {
			l.TooManyRows, l.counted = rows, true
		}
	case length > l.MaxLength:
		l.tooLong(length, 0)
		if !l.counted {
			l.TooManyRows = 0
		}
	default:
		l.shrunk(length, rows)
	}
}

// shrunk takes in that an interval was refused that is neither longer than what was answered earlier nor has more rows:
// the platform gives less than it did. Which of both became less, what is nearer to its bound tells.
func (l *LearnedLimits) shrunk(length, rows int) {
	fewer := rows > max(l.here.rows, fewRows) && float64(rows) >= surely*float64(l.MaxRows)
	switch {
	case l.TooManyRows > 0 && fewer, length <= l.here.length && rows > max(l.here.rows, fewRows):
		l.MaxRows, l.TooManyRows, l.counted = l.here.rows, rows, true
	case length > l.here.length:
		l.tooLong(length, 0)
	}
}

// rows is how many rows to try, 0 where no bound is known: halfway to what was refused while that is far off.
func (l *LearnedLimits) rows() float64 {
	switch {
	case l.TooManyRows == 0:
		return 0
	case float64(l.TooManyRows) > apart*float64(l.MaxRows):
		return float64(l.MaxRows+l.TooManyRows) / 2
	}
	return float64(l.MaxRows)
}

// safe is the length that may be expected to be answered, in quarter-hours: what was answered before, or what anybody
// begins with.
func (l *LearnedLimits) safe() int {
	switch {
	case l.TooLong == 0 || l.TooLong > max(l.MaxLength, FirstLength):
		return max(l.MaxLength, FirstLength)
	case l.TooLong > l.MaxLength && l.MaxLength > 0:
		return l.MaxLength
	}
	return max(orElse(l.here.length, min(FirstLength, l.TooLong/2)), 1) // less is given than was before
}

// length is how many quarter-hours to try of so many that are allowed, where so many are left to be asked for. Longer
// ones than the safe are tried one at a time, and only where they save requests. Whoever limits an interval thinks in
// days.
func (l *LearnedLimits) length(allowed, left int) int {
	n, worth := l.safe(), 2
	if n > FirstLength { // then the platform is none that answers a week at most
		worth = 1
	}
	if l.trying > 0 {
		n = min(n, l.proven())
	} else if longer := l.longer(n, allowed); saved(left, n, longer) >= worth {
		n = longer
	}
	return min(n, allowed)
}

// proven is the length up to which any number of pieces may be under way.
func (l *LearnedLimits) proven() int { return max(l.here.length, FirstLength) }

// longer is the next length to try beyond the safe one: halfway to what was refused, or twice as long.
func (l *LearnedLimits) longer(safe, allowed int) int {
	switch {
	case l.here.length == 0, allowed <= safe: // what is safe is asked for first
		return safe
	case l.TooLong == 0:
		const nearly = 1.25
		if nearly*2*float64(safe) >= float64(allowed) {
			return allowed
		}
		return 2 * safe
	case float64(l.TooLong) <= apart*float64(safe):
		return safe
	}
	n := (safe + l.TooLong) / 2
	if n >= 2*96 {
		n = max(n-n%96, safe)
	}
	return min(n, allowed)
}

// saved is how many requests fewer a length takes than another for what is left.
func saved(left, length, longer int) int { return (left-1)/length - (left-1)/longer }

// doubtful reports whether an interval of the length that was refused for it may be tried again, where so many
// quarter-hours are left: it has far fewer rows than the refused one, whose rows may have been what was too much, or
// the refusal was in an earlier reading and much would be saved.
func (l *LearnedLimits) doubtful(rows float64, left int) bool {
	const fewer, much = 0.8, 8
	if l.trying > 0 || l.here.length == 0 || l.TooLong <= l.safe() {
		return false
	}
	return rows < fewer*float64(l.TooLongRows) || !l.seen && saved(left, l.safe(), max(l.TooLong, 2*l.safe())) >= much
}

// Settled is what is kept for later readings: a length that was refused after it had been answered is no longer among
// what is given.
func (l LearnedLimits) Settled() LearnedLimits {
	if l.TooLong > 0 && l.TooLong <= l.MaxLength {
		l.MaxLength = l.here.length
	}
	return l
}

func orElse(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}
