package meaning

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Decimal is how numbers are written.
type Decimal uint8

// The ways of writing numbers, and what one text says of them.
const (
	// Either: without separators, so that both are the same.
	Either Decimal = iota
	// Point: 1,234.5. Comma: 1.234,5.
	Point
	Comma
	// Unsure: 1.234 or 1,234, a thousand or one and some thousandths.
	Unsure
)

// Number is a text that is a number.
type Number struct {
	// Says is what its text says of how numbers are written.
	Says Decimal
	// Percent is whether a per cent sign follows: its value is the fraction.
	Percent  bool
	negative bool
	text     string // digits, points and commas
	exponent string
}

// maxNumber is the longest text that is taken for a number.
const maxNumber = 64

// ReadNumber reads a number as people write one: with thousands apart by point, comma, space or apostrophe, a sign
// before or behind, negative in brackets, per cent. Neither hexadecimal nor infinite ones are numbers.
func ReadNumber(text string) (n Number, ok bool) {
	if text == "" || len(text) > maxNumber {
		return n, false
	}
	if plainDigits(text) {
		return Number{text: text}, true
	}
	text = n.signs(strings.TrimSpace(text))
	if mantissa, exponent, found := cutExponent(text); found {
		text, n.exponent = mantissa, exponent
	}
	text, grouped, ok := ungroup(text)
	if !ok {
		return n, false
	}
	n.text = text
	n.Says, ok = says(text)
	if grouped && n.Says == Unsure { // 1 234,567: spaces are for the thousands
		n.Says = Point
		if strings.Contains(text, ",") {
			n.Says = Comma
		}
	}
	if n.exponent != "" && n.Says == Unsure {
		n.Says = Point
		if strings.Contains(text, ",") {
			n.Says = Comma
		}
	}
	return n, ok
}

func plainDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}

// signs takes signs, brackets and a per cent sign off a number.
func (n *Number) signs(text string) string {
	text = strings.TrimFunc(strings.Trim(text, "€$£"), isSpace)
	if inner, found := strings.CutPrefix(text, "("); found && strings.HasSuffix(inner, ")") {
		text, n.negative = strings.TrimSpace(inner[:len(inner)-1]), true
	}
	if rest, found := strings.CutSuffix(text, "%"); found {
		text, n.Percent = strings.TrimFunc(rest, isSpace), true
	}
	for _, minus := range []string{"-", "\u2212", "\u2013"} {
		if rest, found := strings.CutPrefix(text, minus); found && !n.negative {
			text, n.negative = strings.TrimFunc(rest, isSpace), true
		} else if rest, found := strings.CutSuffix(text, minus); found && !n.negative {
			text, n.negative = strings.TrimFunc(rest, isSpace), true
		}
	}
	if rest, found := strings.CutPrefix(text, "+"); found {
		text = rest
	}
	return text
}

func isSpace(r rune) bool {
	return r == ' ' || r == '\u00a0' || r == '\u202f' || r == '\u2009' || r == '\u2007'
}

// cutExponent cuts 1.2E+03 at its E.
func cutExponent(text string) (mantissa, exponent string, found bool) {
	i := strings.IndexAny(text, "eE")
	if i <= 0 || i == len(text)-1 {
		return text, "", false
	}
	exponent = text[i+1:]
	digits := strings.TrimLeft(exponent, "+-")
	if len(exponent)-len(digits) > 1 || digits == "" || len(digits) > 3 || !plainDigits(digits) {
		return text, "", false
	}
	return text[:i], exponent, true
}

// ungroup takes spaces and apostrophes from between thousands; what is left has digits, points and commas alone.
func ungroup(text string) (plain string, grouped, ok bool) {
	var groups []string
	begin := 0
	for i, r := range text {
		if isSpace(r) || r == '\'' || r == '\u2019' {
			groups = append(groups, text[begin:i])
			begin = i + utf8.RuneLen(r)
			continue
		}
		if (r < '0' || r > '9') && r != '.' && r != ',' {
			return "", false, false
		}
	}
	groups = append(groups, text[begin:])
	if len(groups) == 1 {
		return text, false, text != ""
	}
	for i, g := range groups {
		whole := g
		if i == len(groups)-1 {
			whole = g[:len(g)-len(strings.TrimLeft(g, "0123456789"))]
		}
		if !plainDigits(whole) || i > 0 && len(whole) != 3 || i == 0 && (whole == "" || len(whole) > 3) {
			return "", false, false
		}
	}
	return strings.Join(groups, ""), true, true
}

// says finds what digits with points and commas say of how numbers are written; ok is false where they are no number.
func says(text string) (d Decimal, ok bool) {
	points, commas := strings.Count(text, "."), strings.Count(text, ",")
	switch {
	case text == "" || strings.Trim(text, ".,") == "":
		return Either, false
	case points == 0 && commas == 0:
		return Either, true
	case points > 0 && commas > 0:
		last, d, group := ".", Point, ","
		if strings.LastIndexByte(text, ',') > strings.LastIndexByte(text, '.') {
			last, d, group = ",", Comma, "."
		}
		whole, _, _ := strings.Cut(text, last)
		return d, strings.Count(text, last) == 1 && inThousands(strings.Split(whole, group))
	case points > 1:
		return Comma, inThousands(strings.Split(text, "."))
	case commas > 1:
		return Point, inThousands(strings.Split(text, ","))
	}
	d, sign := Point, "."
	if commas == 1 {
		d, sign = Comma, ","
	}
	whole, rest, _ := strings.Cut(text, sign)
	if len(rest) == 3 && whole != "" && len(whole) <= 3 && whole[0] != '0' {
		return Unsure, true
	}
	return d, true
}

// inThousands reports whether groups of digits are thousands: three each after the first, or as in India two each
// before the last three.
func inThousands(groups []string) bool {
	last := len(groups) - 1
	if groups[0] == "" || len(groups[0]) > 3 || last > 0 && len(groups[last]) != 3 {
		return false
	}
	three, two := true, len(groups[0]) <= 2
	for _, g := range groups[1:max(last, 1)] {
		three, two = three && len(g) == 3, two && len(g) == 2
	}
	return three || two
}

// As is the number where numbers are written so: Point or Comma.
func (n Number) As(d Decimal) float64 {
	group, decimal := ",", "."
	if d == Comma {
		group, decimal = ".", ","
	}
	text := strings.Replace(strings.ReplaceAll(n.text, group, ""), decimal, ".", 1)
	if n.exponent != "" {
		text += "e" + n.exponent
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(v, 0) {
		return math.NaN()
	}
	if n.Percent {
		v /= 100
	}
	if n.negative {
		v = -v
	}
	return v
}

// Missing reports whether a text says that nothing is known or nothing is there: empty, "-", n/a, #N/A.
func Missing(text string) bool {
	if len(text) > 12 {
		return false
	}
	switch strings.ToLower(text) {
	case "", "-", "--", "---", "\u2013", "\u2014", ".", "na", "n/a", "n.a.", "n.v.", "k.a.", "nan", "null", "nil", "none",
		"#n/a", "#nv", "#n/d", "#n/d!", "#div/0!", "#null!", "(blank)", "(null)", "\\n", "s/d", "n/d", "n.d.", "nc":
		return true
	}
	return false
}
