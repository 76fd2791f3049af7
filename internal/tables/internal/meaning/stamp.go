package meaning

import (
	"strings"
	"time"
)

// Form is how the day of a time is written.
type Form uint8

// The forms.
const (
	// NoDay is a time of day alone.
	NoDay Form = iota
	// Day is one reading alone: year, month and day are known.
	Day
	// Numeric has two numbers before the year, of which either may be the day.
	Numeric
	// Month and Week have a year and its month, or its week by ISO 8601.
	Month
	Week
	// SixDigits are a year and its month, or its week: 202603.
	SixDigits
	// Serial counts days as spreadsheets do, Epoch seconds since 1970.
	Serial
	Epoch
)

// None is the clock of a stamp that has none.
const None = -1

// Stamp is a text that is a time.
type Stamp struct {
	Form Form
	// Year, and of a Day its month and day; of Numeric the two numbers in their order; of Month, Week and SixDigits the
	// first is the month or week.
	Year, First, Second int
	// ShortYear says that the year has two digits, so that it may stand first as well; Dots that points stand between.
	ShortYear, Dots bool
	// Weekday is that of a name in front (0 is Sunday), else AnyDay.
	Weekday int
	// Clock and Until are the begin and the end of an interval in seconds of the day, else None.
	Clock, Until int
	// MaybeOffset says that Until follows directly with a minus, which may be an offset from UTC.
	MaybeOffset bool
	// Zoned says that Offset from UTC is written, in seconds; UTC that it is written as Z.
	Zoned, UTC bool
	Offset     int
	// Number is that of a Serial, or the seconds of an Epoch.
	Number float64
}

// Fault says what is wrong with a text that is no stamp.
type Fault uint8

// The faults.
const (
	// Fine: it is one.
	Fine Fault = iota
	// NoStamp: it is not written like one.
	NoStamp
	// NoSuchDay: it is written like one, of a day or an hour that does not exist.
	NoSuchDay
	// NoYear: the year is missing.
	NoYear
	// ZoneName: a zone is named that several places share.
	ZoneName
)

// maxStamp is the longest text that is taken for a time.
const maxStamp = 80

// ReadStamp reads a time.
func (w *Words) ReadStamp(text string) (Stamp, Fault) {
	if text == "" || len(text) > maxStamp || !strings.ContainsAny(text, "0123456789") {
		return Stamp{}, NoStamp
	}
	p := parser{words: w, tokens: tokensOf(text)}
	s := Stamp{Weekday: AnyDay, Clock: None, Until: None}
	fault := p.stamp(&s)
	if fault == Fine && p.at < len(p.tokens) {
		fault = NoStamp
		if p.spaces(); p.atEnd(1) && isZoneName(p.peek(0).text) {
			fault = ZoneName
		}
	}
	return s, fault
}

func isZoneName(word string) bool {
	return strings.Contains(" est edt cst cdt mst mdt pst pdt cet cest mez mesz bst ist wet west eet eest aest aedt et ct pt ",
		" "+word+" ")
}

// token is a run of digits, a word, a sign, or a space.
type token struct {
	kind byte // 'n', 'w', or the sign itself
	text string
	n    int
}

// tokensOf cuts a text into tokens; words are folded. What stands in brackets at the end is left out.
func tokensOf(text string) []token {
	text = Fold(text)
	if i := strings.Index(text, " ("); i > 0 && strings.HasSuffix(text, ")") {
		text = text[:i]
	}
	if strings.Contains(text, "m") {
		text = meridiems().Replace(text)
	}
	var out []token
	for i := 0; i < len(text); {
		end := i + 1
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			n := int(c - '0')
			for ; end < len(text) && text[end] >= '0' && text[end] <= '9'; end++ {
				n = min(n*10+int(text[end]-'0'), 1<<53)
			}
			out = append(out, token{'n', text[i:end], n})
		case isLetter(c):
			for end < len(text) && isLetter(text[end]) {
				end++
			}
			out = append(out, token{kind: 'w', text: text[i:end]})
		default:
			out = append(out, token{kind: c, text: text[i:end]})
		}
		i = end
	}
	return out
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 0x80 }

// meridiems gives a.m. and p.m. one spelling, and dashes and signs of others too.
func meridiems() *strings.Replacer {
	return strings.NewReplacer("a. m.", "am", "p. m.", "pm", "a.m.", "am", "p.m.", "pm", "a.m", "am", "p.m", "pm")
}

// parser walks over tokens.
type parser struct {
	words  *Words
	tokens []token
	at     int
}

func (p *parser) peek(i int) token {
	if p.at+i < len(p.tokens) {
		return p.tokens[p.at+i]
	}
	return token{}
}

func (p *parser) atEnd(after int) bool { return p.at+after >= len(p.tokens) }

// take steps over a token of one of the kinds given.
func (p *parser) take(kinds string) bool {
	if k := p.peek(0).kind; k != 0 && strings.IndexByte(kinds, k) >= 0 {
		p.at++
		return true
	}
	return false
}

func (p *parser) word(words ...string) bool {
	if t := p.peek(0); t.kind == 'w' {
		for _, w := range words {
			if t.text == w {
				p.at++
				return true
			}
		}
	}
	return false
}

func (p *parser) spaces() {
	for p.take(" ") {
	}
}

// stamp reads a day, a time of day, or both, and the end of the interval after them.
func (p *parser) stamp(s *Stamp) Fault {
	p.word("von", "from", "de", "das", "du")
	p.spaces()
	fault := p.day(s)
	if fault != Fine && fault != NoStamp {
		return fault
	}
	hasDay := fault == Fine
	begin := p.at
	if hasDay {
		p.between()
	}
	compact := hasDay && s.Form == Day && len(p.tokens[0].text) == 8
	switch clock, ok := p.clock(compact || !hasDay && len(p.tokens) != 1); {
	case ok && clock < 0:
		return NoSuchDay
	case ok:
		s.Clock = clock
	case !hasDay:
		return NoStamp
	default:
		p.at = begin
	}
	if s.Clock != None {
		p.offset(s)
	}
	return p.until(s)
}

// between steps over what stands between a day and a time of day.
func (p *parser) between() {
	p.take(",")
	if p.spaces(); p.word("t", "at", "um", "as", "a", "les", "à") || p.take("-") && p.peek(0).kind == ' ' {
		p.spaces()
		p.word("las", "la")
		p.spaces()
	}
}

// clock reads a time of day; it is below zero where there is no such time. Bare digits count where they are asked for.
func (p *parser) clock(bare bool) (seconds int, ok bool) {
	begin := p.at
	hour := p.peek(0)
	if hour.kind != 'n' || len(hour.text) > 2 && (!bare || len(hour.text) != 4 && len(hour.text) != 6) {
		return 0, false
	}
	p.at++
	minute, second := 0, 0
	switch {
	case len(hour.text) == 6:
		hour.n, minute, second = hour.n/10000, hour.n/100%100, hour.n%100
	case len(hour.text) == 4:
		hour.n, minute = hour.n/100, hour.n%100
	case p.peek(0).kind == ':' && p.peek(1).kind == 'n':
		minute, second = p.afterHour()
	case p.peek(0).text == "h":
		p.at++
		if t := p.peek(0); t.kind == 'n' && len(t.text) == 2 {
			minute = t.n
			p.at++
			p.word("min", "mn")
		}
	case !p.meridiemNext():
		p.at = begin
		return 0, false
	}
	return secondsAt(p.meridiem(hour.n), minute, second), true
}

// secondsAt is a time of day in seconds, below zero where there is no such time.
func secondsAt(hour, minute, second int) int {
	if hour > 24 || hour < 0 || minute > 59 || second > 60 || hour == 24 && minute+second > 0 {
		return -1
	}
	return hour*3600 + minute*60 + second
}

// afterHour reads :15, :15:30 and :15:30.000.
func (p *parser) afterHour() (minute, second int) {
	minute = p.peek(1).n
	p.at += 2
	if p.peek(0).kind != ':' || p.peek(1).kind != 'n' {
		return minute, 0
	}
	second = p.peek(1).n
	p.at += 2
	if (p.peek(0).kind == '.' || p.peek(0).kind == ',') && p.peek(1).kind == 'n' {
		p.at += 2
	}
	return minute, second
}

func (p *parser) meridiemNext() bool {
	i := 0
	for p.peek(i).kind == ' ' {
		i++
	}
	return p.peek(i).text == "am" || p.peek(i).text == "pm"
}

// meridiem is an hour with the AM or PM that follows it; below zero where there is no such hour.
func (p *parser) meridiem(hour int) int {
	begin := p.at
	p.spaces()
	switch {
	case p.word("am"):
		if hour < 1 || hour > 12 {
			return -1
		}
		return hour % 12
	case p.word("pm"):
		if hour < 1 || hour > 12 {
			return -1
		}
		return hour%12 + 12
	case p.word("uhr", "hrs", "hs"):
		return hour
	}
	p.at = begin
	return hour
}

// offset reads an offset from UTC, or nothing. One with a minus and nothing between may be the end of an interval too.
func (p *parser) offset(s *Stamp) {
	begin := p.at
	p.spaces()
	if p.word("z", "utc", "gmt") {
		s.Zoned, s.UTC = true, true
		if k := p.peek(0).kind; k != '+' && k != '-' {
			return
		}
	}
	sign := p.peek(0).kind
	if sign != '+' && (sign != '-' || s.Form == NoDay) {
		if !s.Zoned {
			p.at = begin
		}
		return
	}
	direct := p.at == begin
	p.at++
	seconds, ok := p.offsetLength()
	apart := !direct || seconds > 24*3600 || p.peek(0).kind == ':' || p.meridiemNext()
	if !ok || sign == '-' && !s.Zoned && apart {
		p.at = begin
		return
	}
	if sign == '-' {
		if !s.Zoned {
			s.MaybeOffset, s.Until = true, seconds
		}
		seconds = -seconds
	}
	s.Zoned, s.UTC, s.Offset = true, false, seconds
}

// offsetLength reads 05:00, 0500 and 05, in seconds.
func (p *parser) offsetLength() (seconds int, ok bool) {
	hour := p.peek(0)
	if hour.kind != 'n' || len(hour.text) != 2 && len(hour.text) != 4 {
		return 0, false
	}
	p.at++
	if len(hour.text) == 4 {
		return hour.n/100*3600 + hour.n%100*60, true
	}
	seconds = hour.n * 3600
	if p.peek(0).kind == ':' && p.peek(1).kind == 'n' && len(p.peek(1).text) == 2 {
		seconds += p.peek(1).n * 60
		p.at += 2
	}
	return seconds, true
}

// until reads the end of an interval, or nothing.
func (p *parser) until(s *Stamp) Fault {
	begin := p.at
	p.spaces()
	if !p.take("-/") && !p.word("to", "bis", "until", "till", "a", "ate", "hasta", "as", "and", "au") && !p.dash() {
		p.at = begin
		return Fine
	}
	p.spaces()
	p.word("las", "as")
	p.spaces()
	end := Stamp{Weekday: AnyDay, Clock: None, Until: None}
	if p.day(&end) == Fine {
		p.between()
	}
	am := p.meridiemAhead()
	clock, ok := p.clock(true)
	if !ok || clock < 0 {
		p.at = begin
		return Fine
	}
	p.offset(&end)
	s.Until = clock
	if am && s.Clock >= 0 && s.Clock < 12*3600 && clock-s.Clock > 6*3600 && !p.saidBefore(begin) {
		s.Clock += 12 * 3600 // 1:00 - 1:15 PM
	}
	return Fine
}

// dash steps over a dash that is longer than a minus.
func (p *parser) dash() bool {
	if t := p.peek(0); t.kind == 'w' && (t.text == "–" || t.text == "—" || t.text == "→") {
		p.at++
		return true
	}
	return false
}

// meridiemAhead reports whether PM follows somewhere; saidBefore whether AM or PM stood before a place.
func (p *parser) meridiemAhead() bool {
	for _, t := range p.tokens[p.at:] {
		if t.text == "pm" {
			return true
		}
	}
	return false
}

func (p *parser) saidBefore(at int) bool {
	for _, t := range p.tokens[:at] {
		if t.text == "am" || t.text == "pm" {
			return true
		}
	}
	return false
}

// Valid reports whether a year has such a month and day.
func Valid(year, month, day int) bool {
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31 {
		return false
	}
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() == day
}
