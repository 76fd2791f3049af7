package fromfile

import (
	"fmt"
	"math"
	"os"
	"strings"

	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/internal/tables"
)

// spare refuses to write over a file that is read, by whatever name: a link, another case.
func (f Flags) spare(to string) error {
	target, err := os.Stat(to)
	if to == "" || to == "-" || err != nil {
		return nil //nolint:nilerr // what is not there is not written over
	}
	for _, read := range []string{f.File, f.calendar} {
		if read == "" || read == "-" {
			continue
		}
		if there, err := os.Stat(read); err == nil && os.SameFile(there, target) {
			return cli.Usage("%s is the file that is read: nothing was written", to).WithHint("name another file for the forecast")
		}
	}
	return nil
}

// explainFile says in full what a file is taken for.
func (cmd Forecast) explainFile(f forecastFlags) error {
	_, how, err := f.options()
	if err != nil {
		return err
	}
	quiet := *cmd.Out
	quiet.Quiet = true
	file, err := f.open(&quiet, how)
	if err != nil {
		return err
	}
	if cmd.Out.JSON {
		return cmd.Out.PrintJSON(fileExplanation{file.Reading, file.Frequency, notNil(file.Notes), spansOf(file)})
	}
	return cmd.Out.Print(explainText(file))
}

// fileExplanation is what `forecast --explain-file --json` prints.
type fileExplanation struct {
	tables.Reading
	Frequency tables.Frequency `json:"frequency"`
	Notes     []string         `json:"notes"`
	Found     []seriesFound    `json:"found"`
}

// seriesFound is one series of a file: its first and its last step, how many steps there are, and how many of them have
// a value.
type seriesFound struct {
	ID    string `json:"series_id"`
	First string `json:"first"`
	Last  string `json:"last"`
	Steps int    `json:"steps"`
	Known int    `json:"known"`
}

func spansOf(file *tables.File) []seriesFound {
	found := []seriesFound{}
	for _, s := range file.Series {
		one := seriesFound{ID: s.ID, First: s.Timestamp(0), Last: s.Timestamp(len(s.Values) - 1), Steps: len(s.Values)}
		for _, v := range s.Values {
			if !math.IsNaN(v) {
				one.Known++
			}
		}
		found = append(found, one)
	}
	return found
}

func notNil(texts []string) []string { return append([]string{}, texts...) }

// shownFound is how many series --explain-file shows as text.
const shownFound = 20

func explainText(file *tables.File) string {
	var b strings.Builder
	for _, line := range file.Reading.Lines() {
		b.WriteString(show.Wrap(line, "  ") + "\n")
	}
	if left := file.Reading.LeftOut; len(left) > 0 {
		b.WriteString("\nleft out:\n")
		for _, l := range left {
			if l.Line > 0 {
				fmt.Fprintf(&b, "  line %d: %s\n", l.Line, l.What)
			} else {
				fmt.Fprintf(&b, "  %s\n", l.What)
			}
		}
	}
	t := show.Table("series", "first", "last", " steps", " known")
	for i, s := range spansOf(file) {
		if i < shownFound {
			t.Row(show.Shorten(s.ID, 30), s.First, s.Last, fmt.Sprint(s.Steps), fmt.Sprint(s.Known))
		}
	}
	b.WriteString("\n" + t.String() + "\n")
	if more := len(file.Series) - shownFound; more > 0 {
		fmt.Fprintf(&b, "  … and %d more (--json has all)\n", more)
	}
	for _, note := range file.Notes {
		b.WriteString("\n" + show.Wrap(note, "") + "\n")
	}
	return b.String()
}
