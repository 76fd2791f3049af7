package calendar

import (
	_ "embed" // the table of holidays
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
)

// holidaysTable says where the law has public holidays otherwise than the library; its head describes its form.
//
//go:embed holidays.txt
var holidaysTable string

// holiday is a public holiday of a region.
type holiday struct {
	name string
	// on returns its days in a year; none in years that do not have it.
	on func(year int) []heldDay
}

// heldDay is a day of a holiday and the one it is observed on, the same where nothing moves.
type heldDay struct{ actual, observed wrapcast.Date }

// amend changes the holidays of regions as a table says.
func amend(known map[string][]holiday, table string) error {
	var regions []string
	for i, line := range strings.Split(table, "\n") {
		text := strings.TrimSpace(line)
		var err error
		switch {
		case text == "" || text[0] == '#':
		case line[0] != ' ':
			regions, err = openRegions(known, text)
		default:
			err = amendRegions(known, regions, strings.Split(text, "|"))
		}
		if err != nil {
			return fmt.Errorf("holidays.txt, line %d: %w", i+1, err)
		}
	}
	return nil
}

// openRegions reads the head of some rows; a region that takes over another begins as that.
func openRegions(known map[string][]holiday, head string) ([]string, error) {
	names, law, found := strings.Cut(head, ": ")
	if !found || strings.TrimSpace(law) == "" {
		return nil, fmt.Errorf("%q names no law", head)
	}
	names, base, inherits := strings.Cut(names, " from ")
	regions := strings.Fields(names)
	if inherits {
		taken, ok := known[strings.TrimSpace(base)]
		if !ok {
			return nil, fmt.Errorf("%q is not known above %q", base, names)
		}
		for _, r := range regions {
			if _, twice := known[r]; !twice { // a few the library has
				known[r] = slices.Clone(taken)
			}
		}
	}
	return regions, nil
}

func amendRegions(known map[string][]holiday, regions, fields []string) error {
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	if len(regions) == 0 || len(fields) < 2 || len(fields) > 4 || fields[1] == "" {
		return fmt.Errorf("%q is no row of a region: RULE | NAME [| YEARS [| MOVES]]", strings.Join(fields, " | "))
	}
	if fields[0] == "drop" {
		return drop(known, regions, fields[1])
	}
	h, err := holidayOf(append(fields, "", "")[:4])
	for _, r := range regions {
		known[r] = append(known[r], h)
	}
	return err
}

func drop(known map[string][]holiday, regions []string, name string) error {
	for _, r := range regions {
		left := slices.DeleteFunc(slices.Clone(known[r]), func(h holiday) bool { return name == "*" || h.name == name })
		if len(left) == len(known[r]) {
			return fmt.Errorf("%s has no %q to drop", r, name)
		}
		known[r] = left
	}
	return nil
}

// holidayOf reads a row: rule, name, years and moves.
func holidayOf(fields []string) (holiday, error) {
	days, err := parseRule(fields[0])
	if err != nil {
		return holiday{}, err
	}
	in, err := parseYears(fields[2])
	if err != nil {
		return holiday{}, err
	}
	instead := strings.HasPrefix(fields[3], "moved ")
	moves, err := parseMoves(strings.TrimPrefix(fields[3], "moved "))
	return holiday{fields[1], func(year int) (held []heldDay) {
		if !in(year) {
			return nil
		}
		for _, day := range days(year) {
			by := moves[day.Weekday()]
			if instead {
				day, by = day+by, 0
			}
			held = append(held, heldDay{day, day + by})
		}
		return held
	}}, err
}

// daysIn are the days of a holiday in a year.
type daysIn func(year int) []wrapcast.Date

// once is the rule of a holiday of every year.
func once(day func(year int) wrapcast.Date) daysIn {
	return func(year int) []wrapcast.Date { return []wrapcast.Date{day(year)} }
}

// parseRule reads when a holiday falls.
func parseRule(text string) (daysIn, error) {
	words := strings.Fields(text)
	if n := len(words); n > 1 && (words[n-1][0] == '+' || words[n-1][0] == '-') {
		offset, err := strconv.Atoi(words[n-1])
		if err != nil {
			return nil, fmt.Errorf("%q is no number of days", words[n-1])
		}
		from, err := parseRule(strings.Join(words[:n-1], " "))
		return func(year int) []wrapcast.Date {
			days := slices.Clone(from(year))
			for i := range days {
				days[i] += wrapcast.Date(offset)
			}
			return days
		}, err
	}
	switch {
	case text == "easter":
		return once(easter), nil
	case text == "orthodox":
		return once(orthodoxEaster), nil
	case len(words) > 1 && words[0] == "on":
		return parseDates(words[1:])
	case len(words) == 2:
		day, err := parseDay(words[0], words[1])
		return once(day), err
	case len(words) == 4 && (words[1] == "from" || words[1] == "by"):
		return parseNear(words)
	case len(words) == 3:
		return parseWeekday(words)
	}
	return nil, fmt.Errorf("%q says not when a holiday falls", text)
}

// parseDates reads days that were set one by one.
func parseDates(words []string) (daysIn, error) {
	days := map[int][]wrapcast.Date{}
	for _, word := range words {
		day, err := wrapcast.ParseDate(word)
		if err != nil {
			return nil, err
		}
		days[day.Year()] = append(days[day.Year()], day)
	}
	return func(year int) []wrapcast.Date { return days[year] }, nil
}

// parseDay reads "12 june".
func parseDay(number, name string) (func(year int) wrapcast.Date, error) {
	month, ok := monthOf(name)
	day, err := strconv.Atoi(number)
	if err != nil || !ok || day < 1 || day > 31 {
		return nil, fmt.Errorf("%q is no day of the year", number+" "+name)
	}
	return func(year int) wrapcast.Date { return wrapcast.NewDate(year, month, day) }, nil
}

// parseNear reads "friday from 20 june" and "monday by 24 may".
func parseNear(words []string) (daysIn, error) {
	weekday, ok := weekdayOf(words[0])
	limit, err := parseDay(words[2], words[3])
	if err != nil || !ok {
		return nil, fmt.Errorf("%q is no weekday near a day", strings.Join(words, " "))
	}
	return once(func(year int) wrapcast.Date {
		day := limit(year)
		if words[1] == "from" {
			return day + wrapcast.Date((7+weekday-day.Weekday())%7)
		}
		return day - wrapcast.Date((7+day.Weekday()-weekday)%7)
	}), nil
}

// parseWeekday reads "monday 3 march" and "monday last may".
func parseWeekday(words []string) (daysIn, error) {
	weekday, ok := weekdayOf(words[0])
	month, known := monthOf(words[2])
	n, err := strconv.Atoi(words[1])
	if words[1] == "last" {
		n, err = 5, nil
	}
	if err != nil || !ok || !known || n < 1 || n > 5 {
		return nil, fmt.Errorf("%q is no weekday of a month", strings.Join(words, " "))
	}
	return once(func(year int) wrapcast.Date { return nthWeekday(year, month, weekday, n) }), nil
}

func monthOf(name string) (time.Month, bool) {
	for m := time.January; m <= time.December; m++ {
		if strings.ToLower(m.String()) == name {
			return m, true
		}
	}
	return 0, false
}

// parseYears reads "2021-", "-2023", "2020-2022,2025", "even"; "" is every year.
func parseYears(text string) (func(int) bool, error) {
	type span struct{ from, to int }
	var spans []span
	even := false
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		if part == "even" {
			even = true
			continue
		}
		from, to, isRange := strings.Cut(part, "-")
		s := span{0, 9999}
		for _, end := range []struct {
			text string
			to   *int
		}{{from, &s.from}, {to, &s.to}} {
			if end.text == "" {
				continue
			}
			year, err := strconv.Atoi(end.text)
			if err != nil {
				return nil, fmt.Errorf("%q are no years", part)
			}
			*end.to = year
		}
		if !isRange {
			s.to = s.from
		}
		spans = append(spans, s)
	}
	return func(year int) bool {
		inSpan := func(s span) bool { return s.from <= year && year <= s.to }
		return (len(spans) == 0 || slices.ContainsFunc(spans, inSpan)) && (!even || year%2 == 0)
	}, nil
}

// parseMoves reads "sat-1 sun+1": by how many days a holiday moves from a weekday.
func parseMoves(text string) (map[time.Weekday]wrapcast.Date, error) {
	moves := map[time.Weekday]wrapcast.Date{}
	for word := range strings.FieldsSeq(text) {
		at := strings.IndexAny(word, "+-")
		if at < 0 {
			return nil, fmt.Errorf("%q moves nothing", word)
		}
		weekday, ok := weekdayOf(word[:at])
		by, err := strconv.Atoi(word[at:])
		if err != nil || !ok {
			return nil, fmt.Errorf("%q moves nothing", word)
		}
		moves[weekday] = wrapcast.Date(by)
	}
	return moves, nil
}

// orthodoxEaster is Easter Sunday of the eastern churches, by the algorithm of Meeus for the Julian calendar
// (Astronomical Algorithms, chapter 8), 13 days later in ours: 1900 to 2099.
func orthodoxEaster(year int) wrapcast.Date {
	a, b, c := year%4, year%7, year%19
	d := (19*c + 15) % 30
	e := (2*a + 4*b - d + 34) % 7
	month, day := (d+e+114)/31, (d+e+114)%31+1
	return wrapcast.NewDate(year, time.Month(month), day) + 13
}
