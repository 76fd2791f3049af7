package sizing

// LearnedLimits is what an organisation's answers have taught: how much the platform gives at once, and how many rows
// there are at which hour of the week. It is kept between runs; the zero value knows nothing.
type LearnedLimits struct {
	// MaxRows is the largest answer given so far, in rows (quarter-hours of groups); 0 before the first.
	MaxRows int `json:"most_rows,omitempty"`
	// MaxLength is the longest interval answered so far, in quarter-hours; 0 before the first.
	MaxLength int `json:"longest,omitempty"`
	// TooManyRows is the smallest number of rows that was refused, and TooLong the shortest interval that was refused
	// for its length, in quarter-hours; 0 where none was.
	TooManyRows int `json:"too_many_rows,omitempty"`
	TooLong     int `json:"too_long,omitempty"`
	// counted tells that TooManyRows was counted in later answers, not only predicted.
	counted bool
	// Queues and Codes are how many rows the questions about queues and about codes have by hour of the week.
	Queues WeekProfile `json:"queues,omitempty"`
	Codes  WeekProfile `json:"codes,omitempty"`
	// CodesByContacts predicts the rows about codes by the contacts that the answers about queues have; RowRatioByHour
	// is how many there were over that prediction, by hour of the week.
	CodesByContacts CodesByContacts `json:"codes_by_contacts,omitempty"`
	RowRatioByHour  WeekProfile     `json:"beside_told,omitempty"`
}

// apart is by which factor two bounds must differ to be worth an attempt in between.
const apart = 1.03

// answered takes in that an interval of a length was answered with so many rows. What was refused with fewer rows, or
// at a shorter length, was refused for another reason.
func (l *LearnedLimits) answered(length, rows int) {
	l.MaxRows, l.MaxLength = max(l.MaxRows, rows), max(l.MaxLength, length)
	if l.TooManyRows > 0 {
		l.TooManyRows = max(l.TooManyRows, l.MaxRows+1)
	}
	if l.TooLong <= l.MaxLength {
		l.TooLong = 0
	}
}

// refused takes in that an interval of a length was refused that should have had so many rows. What they were is
// learned later: see sized.
func (l *LearnedLimits) refused(length, rows int) {
	const surely = 0.9 // of the rows that were given once: so far off is a prediction seldom
	switch {
	case length <= l.MaxLength: // then it was not too long, and neither was what was believed to be
		l.TooLong = 0
		l.tooMany(rows)
	case float64(rows) < surely*float64(l.MaxRows):
		l.TooLong = min(length, orElse(l.TooLong, length))
	default:
		l.tooMany(rows)
	}
}

func (l *LearnedLimits) tooMany(rows int) {
	if !l.counted {
		l.TooManyRows = max(min(rows, orElse(l.TooManyRows, rows)), l.MaxRows+1)
	}
}

// sized takes in how many rows an interval had that was refused earlier: answers about its parts have told. With no
// more than were ever given it was refused for its length.
func (l *LearnedLimits) sized(length, rows int) {
	switch {
	case rows > l.MaxRows:
		if !l.counted || rows < l.TooManyRows {
			l.TooManyRows, l.counted = rows, true
		}
	case length > l.MaxLength:
		l.TooLong = min(length, orElse(l.TooLong, length))
		if !l.counted {
			l.TooManyRows = 0
		}
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

// length is how many quarter-hours to try of so many that are allowed. Whoever limits an interval thinks in days.
func (l *LearnedLimits) length(allowed int) int {
	if l.TooLong == 0 {
		return allowed
	}
	n := l.MaxLength
	if float64(l.TooLong) > apart*float64(l.MaxLength) {
		if n = (l.MaxLength + l.TooLong) / 2; n >= 2*96 {
			n = max(n-n%96, l.MaxLength)
		}
	}
	return min(allowed, max(n, 1))
}

func orElse(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}
