package meaning

import (
	"strconv"
	"strings"
)

// day reads a day, a month or a week; what it cannot read it leaves.
func (p *parser) day(s *Stamp) Fault {
	begin := p.at
	fault := p.plainDay(s)
	if fault != NoStamp {
		return fault
	}
	p.at = begin
	if t := p.peek(0); t.kind == 'w' {
		weekday, ok := p.words.weekday(t.text)
		if !ok {
			return NoStamp
		}
		p.at++
		if p.peek(0).kind == '-' && p.peek(1).text == "feira" {
			p.at += 2
		}
		p.take(".")
		p.take(",")
		if p.spaces(); p.at < len(p.tokens) {
			s.Weekday = weekday
			if fault := p.plainDay(s); fault != NoStamp {
				return fault
			}
		}
	}
	p.at, s.Weekday = begin, AnyDay
	return NoStamp
}

// plainDay is day without a weekday in front.
func (p *parser) plainDay(s *Stamp) Fault {
	first := p.peek(0)
	switch {
	case first.kind == 'w' && p.isWeek(first.text):
		return p.weekFirst(s)
	case first.kind == 'w':
		return p.monthFirst(s)
	case first.kind != 'n':
		return NoStamp
	case len(first.text) == 4:
		return p.yearFirst(s)
	case len(first.text) > 4:
		return p.digits(s)
	case len(first.text) <= 2:
		return p.dayFirst(s)
	}
	return NoStamp
}

func (p *parser) isWeek(word string) bool {
	return strings.Contains(" w kw cw wk week sem semaine semana s woche settimana ", " "+word+" ")
}

// isSign reports whether a token may stand between the parts of a day.
func isSign(t token) bool { return t.kind == '-' || t.kind == '/' || t.kind == '.' }

// yearFirst reads 2026-03-04, 2026-Mar-04, 2026-W09, 2026-03.
func (p *parser) yearFirst(s *Stamp) Fault {
	s.Year = p.peek(0).n
	i := 1
	if isSign(p.peek(i)) || p.peek(i).kind == ' ' {
		i++
	}
	second := p.peek(i)
	switch {
	case second.kind == 'w' && p.isWeek(second.text):
		for i++; p.peek(i).kind == ' ' || p.peek(i).kind == '.'; {
			i++
		}
		return p.week(s, p.peek(i), i+1)
	case second.kind == 'w':
		return p.yearAndName(s, p.words.month(second.text), i)
	case i != 2 || second.kind != 'n' || len(second.text) > 2 || p.peek(1).kind == ' ':
		return NoStamp
	}
	if sign := p.peek(1); p.peek(3).kind == sign.kind && p.peek(4).kind == 'n' && len(p.peek(4).text) <= 2 {
		return p.whole(s, s.Year, second.n, p.peek(4).n, 5)
	}
	if len(second.text) != 2 || p.peek(1).kind == '.' || !ofOurTime(s.Year) {
		return NoStamp // 2026.5 is a number
	}
	s.First = second.n
	p.at, s.Form = p.at+3, Month
	return exists(s.Year, s.First, 1)
}

// yearAndName reads what follows a year and the name of a month at place i: 2026-Mar-04, 2026 Mar.
func (p *parser) yearAndName(s *Stamp, month, i int) Fault {
	if month == 0 {
		return NoStamp
	}
	s.First = month
	if p.peek(i+1).kind != 0 && p.peek(i+2).kind == 'n' && len(p.peek(i+2).text) <= 2 && p.peek(i+3).kind != ':' {
		return p.whole(s, s.Year, month, p.peek(i+2).n, i+3)
	}
	p.at, s.Form = p.at+i+1, Month
	return Fine
}

// ofOurTime reports whether a number may be the year of a month: else 12.3456 would be one.
func ofOurTime(year int) bool { return year >= 1900 && year < 2200 }

// whole is a day of which all is known, written by so many tokens.
func (p *parser) whole(s *Stamp, year, month, day, tokens int) Fault {
	s.Form, s.Year, s.First, s.Second = Day, year, month, day
	p.at += tokens
	return exists(year, month, day)
}

func exists(year, month, day int) Fault {
	if !Valid(year, month, day) {
		return NoSuchDay
	}
	return Fine
}

func (p *parser) week(s *Stamp, number token, tokens int) Fault {
	if number.kind != 'n' || len(number.text) > 2 {
		return NoStamp
	}
	s.Form, s.First = Week, number.n
	p.at += tokens
	if s.First < 1 || s.First > 53 {
		return NoSuchDay
	}
	return Fine
}

// weekFirst reads W09 2026, KW 9/2026.
func (p *parser) weekFirst(s *Stamp) Fault {
	i := 1
	for p.peek(i).kind == ' ' || p.peek(i).kind == '.' || p.peek(i).kind == '-' {
		i++
	}
	number := p.peek(i)
	for i++; p.peek(i).kind == ' ' || p.peek(i).kind == ',' || isSign(p.peek(i)); {
		i++
	}
	year := p.peek(i)
	if number.kind == 'n' && year.kind == 0 {
		return NoYear
	}
	if year.kind != 'n' || len(year.text) != 4 {
		return NoStamp
	}
	s.Year = year.n
	return p.week(s, number, i+1)
}

// monthFirst reads Mar 3 2026, March 3rd, 2026, Mar 2026, Mar-26.
func (p *parser) monthFirst(s *Stamp) Fault {
	month := p.words.month(p.peek(0).text)
	if month == 0 {
		return NoStamp
	}
	i := p.skipJoint(1)
	number := p.peek(i)
	if number.kind != 'n' {
		return NoStamp
	}
	if len(number.text) <= 2 {
		j := i + 1
		if strings.Contains(" st nd rd th ", " "+p.peek(j).text+" ") && p.peek(j).kind == 'w' {
			j++
		}
		if p.peek(j).kind == ',' {
			j++
		}
		if j = p.skipJoint(j); j > i+1 && p.peek(j).kind == 'n' && len(p.peek(j).text) == 4 && p.peek(j+1).kind != ':' {
			return p.whole(s, p.peek(j).n, month, number.n, j+1)
		}
	}
	switch {
	case len(number.text) == 4:
		s.Year = number.n
	case !p.atEnd(i + 1):
		return NoStamp // mar. 3 mars 2026: a Tuesday
	case len(number.text) == 2:
		s.Year, s.ShortYear = longYear(number.n), true
	default:
		return NoYear
	}
	s.Form, s.First = Month, month
	p.at += i + 1
	return Fine
}

// skipJoint is the place after signs, spaces and "de" between the parts of a day.
func (p *parser) skipJoint(i int) int {
	for {
		t := p.peek(i)
		of := t.kind == 'w' && (t.text == "de" || t.text == "of" || t.text == "del")
		if isSign(t) || t.kind == ' ' || t.kind == '\'' || of {
			i++
			continue
		}
		return i
	}
}

func longYear(two int) int {
	if two < 70 {
		return 2000 + two
	}
	return 1900 + two
}

// dayFirst reads 04.03.2026, 3/4/26, 3-Mar-2026, 3. März 2026, 03/2026.
func (p *parser) dayFirst(s *Stamp) Fault {
	first := p.peek(0)
	if sign := p.peek(1); isSign(sign) && p.peek(2).kind == 'n' {
		return p.numeric(s, first, sign)
	}
	i := 1
	if strings.Contains(" st nd rd th er o ", " "+p.peek(1).text+" ") && p.peek(1).kind == 'w' {
		i++
	}
	if p.peek(i).text == "º" || p.peek(i).text == "ª" {
		i++
	}
	i = p.skipJoint(i)
	month := 0
	if p.peek(i).kind == 'w' {
		month = p.words.month(p.peek(i).text)
	}
	if month == 0 {
		return NoStamp
	}
	j := i + 1
	if p.peek(j).kind == ',' {
		j++
	}
	j = p.skipJoint(j)
	year := p.peek(j)
	switch {
	case year.kind == 'n' && len(year.text) == 4 && p.peek(j+1).kind != ':':
		return p.whole(s, year.n, month, first.n, j+1)
	case year.kind == 'n' && len(year.text) == 2 && p.peek(j+1).kind != ':' && j > i+1:
		s.ShortYear = true
		return p.whole(s, longYear(year.n), month, first.n, j+1)
	}
	return NoYear
}

// numeric reads a day of numbers alone, of which either of two may be the month.
func (p *parser) numeric(s *Stamp, first, sign token) Fault {
	second := p.peek(2)
	if len(second.text) == 4 { // 03/2026
		if !ofOurTime(second.n) {
			return NoStamp
		}
		s.Form, s.Year, s.First = Month, second.n, first.n
		p.at += 3
		return exists(s.Year, s.First, 1)
	}
	third := p.peek(4)
	year := third.kind == 'n' && (len(third.text) == 4 || len(third.text) == 2)
	if p.peek(3).kind != sign.kind || !year || len(second.text) > 2 {
		if sign.kind != '.' && p.atEnd(3) || p.peek(3).kind == '.' && p.atEnd(4) {
			return NoYear // 3/4, or 03.04.
		}
		return NoStamp
	}
	p.at += 5
	s.Form, s.First, s.Second, s.Year = Numeric, first.n, second.n, third.n
	s.Dots = sign.kind == '.'
	if len(third.text) == 2 {
		s.ShortYear = true
		if first.n > 31 { // 96-03-04
			return p.whole(s, longYear(first.n), second.n, third.n, 0)
		}
		s.Year = longYear(third.n)
	}
	if !Valid(s.Year, s.Second, s.First) && !Valid(s.Year, s.First, s.Second) {
		return NoSuchDay
	}
	return Fine
}

// digits reads days and times of digits alone: 20260304, 202603041415, 202603, serial numbers, seconds since 1970.
func (p *parser) digits(s *Stamp) Fault {
	text := p.peek(0).text
	part := func(from, to int) int { n, _ := strconv.Atoi(text[from:to]); return n }
	switch len(text) {
	case 8, 12, 14:
		if year := part(0, 4); year < 1900 || year >= 2200 {
			return NoStamp
		}
		if len(text) > 8 {
			s.Clock = part(8, 10)*3600 + part(10, 12)*60
			if len(text) == 14 {
				s.Clock += part(12, 14)
			}
			if part(8, 10) > 24 || part(10, 12) > 59 || s.Clock > 86400 {
				return NoSuchDay
			}
		}
		return p.whole(s, part(0, 4), part(4, 6), part(6, 8), 1)
	case 6:
		s.Form, s.Year, s.First = SixDigits, part(0, 4), part(4, 6)
		p.at++
		if s.Year < 1900 || s.Year >= 2200 || s.First < 1 || s.First > 53 {
			return NoStamp
		}
		return Fine
	case 5:
		return p.serial(s)
	case 10, 13:
		s.Form = Epoch
		s.Number, _ = strconv.ParseFloat(text, 64)
		if len(text) == 13 {
			s.Number /= 1000
		}
		p.at++
		return Fine
	}
	return NoStamp
}

// serial reads the number of a day, and the part of it that has passed.
func (p *parser) serial(s *Stamp) Fault {
	text := p.peek(0).text
	s.Form = Serial
	if sign := p.peek(1).kind; (sign == '.' || sign == ',') && p.peek(2).kind == 'n' {
		text += "." + p.peek(2).text
		p.at += 2
	}
	p.at++
	s.Number, _ = strconv.ParseFloat(text, 64)
	const first, last = 20_000, 80_000 // 1954 to 2119
	if s.Number < first || s.Number > last {
		return NoStamp
	}
	return Fine
}
