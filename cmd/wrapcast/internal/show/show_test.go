package show

import (
	"math"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
)

func TestNumbersAreWrittenForPeople(t *testing.T) {
	t.Parallel()
	none := wrapcast.NotMeasured()
	for _, c := range []struct{ got, want string }{
		{Thousands(0), "0"}, {Thousands(999), "999"}, {Thousands(1000), "1,000"}, {Thousands(121145), "121,145"},
		{Thousands(-1234567), "-1,234,567"}, {Thousands(-999), "-999"},
		{Count(1, "code", "codes"), "1 code"}, {Count(0, "code", "codes"), "0 codes"}, {Count(1580, "code", "codes"), "1,580 codes"},
		{Amount(9.94), "9.9"}, {Amount(9.95), "10"}, {Amount(1234.5), "1,235"},
		{SignedAmount(0.04), "0"}, {SignedAmount(0.05), "+0.1"}, {SignedAmount(-12), "-12"},
		{Short(7), "7"}, {Short(640), "640"}, {Short(6400), "6.4k"}, {Short(64000), "64k"},
		{SignedShort(0.4), "·"}, {SignedShort(12), "+12"}, {SignedShort(-6400), "-6.4k"},
		{Bound(12), "12"}, {Bound(2.5), "2.5"}, {Measured(none), "–"}, {Measured(3), "3.0"},
		{Percent(none), "–"}, {Percent(0.125), "12.5 %"}, {SignedPercent(0.125), "+12.5 %"}, {SignedPercent(-0.5), "-50.0 %"},
		{PercentAs(0.85, "%.0f %%"), "85 %"}, {Figure(none), "–"}, {Figure(0.805), "0.81"},
		{Minutes(819), "13:39"}, {Minutes(59.6), "1:00"},
		{Duration(340 * time.Millisecond), "340 ms"}, {Duration(9800 * time.Millisecond), "9.8 s"}, {Duration(260 * time.Second), "4 min 20 s"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
	if math.IsNaN(float64(none)) && none.Known() {
		t.Error("what was not measured is known")
	}
}

func TestWrapKeepsEveryWordWithinTheWidth(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.StringMatching(`[a-zäß–]{1,20}`)).Draw(t, "words")
		indent := rapid.SampledFrom([]string{"", "  ", "    "}).Draw(t, "indent")
		text := Wrap(strings.Join(words, " "), indent)
		if got := strings.Join(strings.Fields(text), " "); got != strings.Join(words, " ") {
			t.Fatalf("the words became %q", got)
		}
		for i, line := range strings.Split(text, "\n") {
			if n := utf8.RuneCountInString(line); n > width {
				t.Fatalf("line %d has %d columns", i, n)
			}
			if i > 0 && !strings.HasPrefix(line, indent) {
				t.Fatalf("line %d is not indented: %q", i, line)
			}
		}
	})
}

func TestFitKeepsEveryCharacterWithinTheColumns(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.StringMatching(`[a-zäß/,]{1,90}`)).Draw(t, "words")
		indent := rapid.SampledFrom([]string{"", "  ", "        "}).Draw(t, "indent")
		text := Fit(strings.Join(words, " "), indent, 40)
		if got := strings.Join(strings.Fields(text), ""); got != strings.Join(words, "") {
			t.Fatalf("the words became %q", got)
		}
		for i, line := range strings.Split(text, "\n") {
			if i == 0 {
				line = indent + line
			}
			if n := utf8.RuneCountInString(line); n > 40 {
				t.Fatalf("line %d has %d columns", i, n)
			}
			if !strings.HasPrefix(line, indent) {
				t.Fatalf("line %d is not indented: %q", i, line)
			}
		}
	})
}

func TestChecksBeginWithWhatIsWrong(t *testing.T) {
	t.Parallel()
	got := Checks([]wrapcast.Check{
		{Name: "data directory", Status: wrapcast.CheckOK, Message: "/var/lib/wrapcast"},
		{Name: "permission routing:queue:view", Status: wrapcast.CheckOK, Message: "17 queues are visible"},
		{Name: "clock", Status: wrapcast.CheckWarning, Message: "this machine's clock is 10m0s behind the platform's", Advice: "set it"},
		{Name: "permission wfm:shortTermForecast:add", Status: wrapcast.CheckFailed,
			Message: "POST /api/v2/workforcemanagement/businessunits/{id}/weeks/2026-11-30/import was answered 403", Advice: "give a role the permission"},
		{Name: "forecasts", Status: wrapcast.CheckSkipped, Message: "not looked at"},
		{Name: "webhook", Status: wrapcast.CheckSkipped, Message: "none is set"},
		{Name: "notifications", Status: wrapcast.CheckSkipped, Message: "not looked at"},
	})
	want := `1 problem, 1 warning.

failed  permission wfm:shortTermForecast:add: POST
        /api/v2/workforcemanagement/businessunits/{id}/
        weeks/2026-11-30/import was answered 403
        → give a role the permission
warning clock: this machine's clock is 10m0s behind the
        platform's
        → set it
ok      data directory: /var/lib/wrapcast
ok      17 queues are visible
skipped forecasts, notifications: not looked at
skipped webhook: none is set
`
	if got = ansi.ReplaceAllString(got, ""); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

var ansi = regexp.MustCompile("\x1b\\[[0-9;]*m")

// Whatever a table holds, no line is longer than the terminal is wide, and every word of it can be read, in its order.
func TestTablesFitTheTerminal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		page := Page{Columns: rapid.IntRange(30, 100).Draw(t, "columns")}
		columns := rapid.IntRange(1, 10).Draw(t, "n")
		var headers []string
		for i := range columns {
			header := rapid.StringMatching(`[a-z]{1,8}( [a-z]{1,8})?`).Draw(t, "header")
			if i > 0 && rapid.Bool().Draw(t, "number") {
				header = " " + header
			}
			headers = append(headers, header)
		}
		table, words := page.Table(headers...), map[string]bool{}
		for range rapid.IntRange(1, 4).Draw(t, "rows") {
			row := make([]string, columns)
			for i := range row {
				pattern := `[a-zäß]{1,25}( [a-zäß]{1,25}){0,3}`
				if headers[i][0] == ' ' {
					pattern = `[0-9]{1,9}`
				}
				row[i] = rapid.StringMatching(pattern).Draw(t, "cell")
				for _, word := range strings.Fields(row[i]) {
					words[word] = true
				}
			}
			table.Row(row...)
		}
		text := ansi.ReplaceAllString(table.String(), "")
		for _, line := range strings.Split(text, "\n") {
			if n := utf8.RuneCountInString(line); n > page.Columns {
				t.Fatalf("a line of %d columns in a terminal of %d:\n%s", n, page.Columns, text)
			}
		}
		for word := range words {
			if !strings.Contains(text, word) {
				t.Fatalf("no %q in\n%s", word, text)
			}
		}
	})
}

func TestATableIsFoldedWhereTheTerminalIsNarrow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		columns int
		want    string
	}{
		{0, "planning group          week  change  what\n" +
			"────────────────────────────────────────────────────────────────\n" +
			"Returns and complaints    84     +12  exceeds the publish limits"},
		{50, "planning group     week  change  what\n" +
			"──────────────────────────────────────────────────\n" +
			"Returns and          84     +12  exceeds the\n" +
			"complaints                       publish limits"},
		{36, "planning group          week  change\n  what\n" +
			"────────────────────────────────────\n" +
			"Returns and complaints    84     +12\n  exceeds the publish limits"},
		{30, "planning group    week  change\n  what\n" +
			"──────────────────────────────\n" +
			"Returns and         84     +12\ncomplaints\n  exceeds the publish limits"},
	} {
		page := Page{Columns: c.columns}
		got := page.Table("planning group", " week", " change", "what").Row("Returns and complaints", "84", "+12", "exceeds the publish limits").String()
		if got = ansi.ReplaceAllString(got, ""); got != c.want {
			t.Errorf("in %d columns:\n%s\nwant\n%s", c.columns, got, c.want)
		}
	}
}

func TestTextsAreCutToTheirLength(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want string }{
		{Shorten("Müllabfuhr", 10), "Müllabfuhr"}, {Shorten("Müllabfuhr", 5), "Müll…"},
		{Squeeze("Claims voice", 12), "Claims voice"}, {Squeeze("Claims and returns voice", 11), "Claim…voice"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestColumnsOfNumbersAreFlushRight(t *testing.T) {
	t.Parallel()
	got := Table("code", " contacts").Row("Refund", "7").Row("Billing", "1,234").String()
	for _, line := range []string{"Refund          7", "Billing     1,234"} {
		if !strings.Contains(got, line) {
			t.Errorf("no line %q in\n%s", line, got)
		}
	}
}
