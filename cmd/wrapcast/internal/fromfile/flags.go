// Package fromfile forecasts and backtests the series of a file, beside any organisation.
package fromfile

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/panel"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/tables"
)

// Flags say which series of a CSV file are forecast, and how; File and Horizon (steps) have no default.
type Flags struct {
	File        string
	Horizon     int
	freq        string
	seasons     []float64
	levels      []float64
	nonNegative string
	fill        string
	zone        string
	columns     tables.Columns
	writing     tables.Writing
	addUp       bool
	explainFile bool
	holidays    []string
	calendar    string
	budget      time.Duration
	seed        uint64
	workers     int
}

// Register lets c take the flags.
func (f *Flags) Register(c *cobra.Command) {
	l := c.Flags()
	l.StringVar(&f.File, "from-csv", "", "`file` to read, - for standard input: the same as FILE without the flag")
	l.StringVar(&f.columns.Time, "time", "", "`column` of times, or two of date and interval with a comma between, by name or number")
	l.StringVar(&f.columns.ID, "id", "", "`column` that names the series, or several with commas between")
	l.StringVar(&f.columns.Value, "value", "", "`column` of the numbers; several are a series each")
	l.StringVar(&f.columns.Sheet, "sheet", "", "`sheet` of a workbook, by name or number")
	l.BoolVar(&f.columns.Count, "count", false, "each row is one contact: count them, per day or by --freq")
	l.StringVar(&f.writing.Dates, "dates", "", "how 3/4/2026 is meant where the file leaves it open: dmy or mdy")
	l.StringVar(&f.writing.Decimal, "decimal", "", "how 1.234 is meant where the file leaves it open: comma or point")
	l.StringVar(&f.writing.Spans, "spans", "", "how handle times such as 5:30 are meant: m:ss or h:mm")
	l.BoolVar(&f.addUp, "add-up", false, "add rows of one series and time, such as those of agents")
	l.BoolVar(&f.explainFile, "explain-file", false, "say in full what the file is taken for, and forecast nothing")
	l.IntVar(&f.Horizon, "horizon", 0, "how many steps to forecast")
	l.StringVar(&f.freq, "freq", "", "D, H, 30min, 15min, W, M or step (default: the commonest step of the file)")
	l.Float64SliceVar(&f.seasons, "season", nil,
		"lengths of the seasons in steps, such as 7,365.25 (default: by frequency)")
	l.Float64SliceVar(&f.levels, "level", []float64{80, 95}, "level of an interval in per cent; may be repeated")
	l.StringVar(&f.nonNegative, "non-negative", "auto",
		"auto, true or false; auto keeps forecasts above zero where the history is")
	l.StringVar(&f.fill, "fill", "", "what steps without a row or a value are: zero or none (unknown);\n"+
		"by default zero where the pattern of the file plainly says so, else unknown")
	l.StringVar(&f.zone, "tz", "", "time `zone` whose wall clock the file is kept by, such as America/New_York")
	l.StringSliceVar(&f.holidays, "holidays", nil, "`region` whose public holidays are learned and forecast, such as US-MA or DE; may be repeated")
	l.StringVar(&f.calendar, "calendar", "", "YAML `file` with holidays, closures and events (docs/PLANNING.md)")
	l.DurationVar(&f.budget, "budget", 0,
		"computing time per series that auto may plan with, such as 5ms (default: no bound)")
	l.Uint64Var(&f.seed, "seed", 1, "seed of the random numbers")
	l.IntVar(&f.workers, "workers", 0, "series forecast at once (default: one per processor); the numbers do not depend on it")
}

// filePanel is a CSV file in the engine's terms, with the options it is forecast with.
type filePanel struct {
	*panel.Panel
	options forecast.Options
	// horizon is how many steps of the file are asked for; the engine may forecast more of them.
	horizon int
}

// read turns flags and file into series and options; the algorithm is left to the command. What the file was taken for,
// and what was made of it that its owner may not expect, is said.
func (f Flags) read(out *terminal.Terminal) (*filePanel, error) {
	options, how, err := f.options()
	if err != nil {
		return nil, err
	}
	known, err := f.known()
	if err != nil {
		return nil, err
	}
	file, err := f.open(out, how)
	if err != nil {
		return nil, err
	}
	p, err := panel.New(file, known, f.Horizon)
	if err == nil && !p.AnyKnown() {
		err = noValue()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.File, err)
	}
	if file.Frequency == tables.Monthly && len(options.Seasons) == 0 {
		options.Seasons = []float64{12}
	}
	for _, note := range file.Notes {
		out.Note(show.Wrap(note, ""))
	}
	options.Horizon, options.Events = p.Horizon(), p.Events
	return &filePanel{p, options, f.Horizon}, nil
}

// noValue refuses a file of which nothing is known.
func noValue() error {
	return wrapcast.Errorf(wrapcast.InvalidData, "", "no series of the file has a value").
		WithHint("look whether the column value is the right one")
}

// open reads the file, and says in three lines what it was taken for unless it is a long CSV as wrapcast writes them.
func (f Flags) open(out *terminal.Terminal, how tables.Options) (*tables.File, error) {
	in := out.In
	if f.File != "-" {
		opened, err := terminal.OpenFile(f.File)
		if err != nil {
			return nil, err
		}
		defer opened.Close()
		in = opened
	}
	file, err := tables.Read(in, how)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.File, err)
	}
	if !file.Reading.Plain {
		for _, line := range file.Reading.Lines() {
			out.Note(show.Wrap(line, "  "))
		}
	}
	return file, nil
}

// TakeFile takes the argument for the file, which --from-csv may name as well.
func (f *Flags) TakeFile(args []string) error {
	if len(args) == 0 {
		return nil
	}
	if f.File != "" {
		return cli.Usage("both --from-csv and %s name a file", args[0]).WithHint("name one")
	}
	f.File = args[0]
	return nil
}

// known is the calendar of the flags, nil where they name none.
func (f Flags) known() (*wrapcast.Calendar, error) {
	if len(f.holidays) == 0 && f.calendar == "" {
		return nil, nil //nolint:nilnil // no calendar is a valid answer
	}
	known := &wrapcast.Calendar{}
	if f.calendar != "" {
		var err error
		if known, err = settings.ReadCalendar(f.calendar); err != nil {
			return nil, err
		}
	}
	known.Holidays = append(known.Holidays, f.holidays...)
	return known, nil
}

func (f Flags) options() (o forecast.Options, r tables.Options, err error) {
	if err := f.check(); err != nil {
		return o, r, err
	}
	if err := f.writing.Check(); err != nil {
		return o, r, err
	}
	o = forecast.Options{Horizon: f.Horizon, Seasons: f.seasons, Budget: f.budget, Seed: f.seed, Workers: f.workers}
	if o.Levels, err = fractions(f.levels); err != nil {
		return o, r, err
	}
	if o.NonNegative, err = parseNonNegative(f.nonNegative); err != nil {
		return o, r, err
	}
	r.Fill, r.AddUp, r.Columns, r.Writing = tables.Filling(f.fill), f.addUp, f.columns, f.writing
	if r.Zone, err = loadZone(f.zone); err != nil {
		return o, r, err
	}
	r.Frequency, err = tables.ParseFrequency(f.freq)
	return o, r, err
}

func (f Flags) check() error {
	switch {
	case f.File == "":
		return cli.Usage("the file is missing").WithHint("name the file with the history: wrapcast forecast history.csv --horizon 28")
	case f.Horizon < 1 && !f.explainFile:
		return cli.Usage("--horizon is %d", f.Horizon).WithHint("say how many steps to forecast: --horizon 28")
	case !slices.Contains([]tables.Filling{tables.FillPattern, tables.FillZero, tables.FillNone}, tables.Filling(f.fill)):
		return cli.Usage("--fill is %q", f.fill).WithHint("it is zero or none; without it the file's pattern decides")
	case f.budget < 0:
		return cli.Usage("--budget is %s", f.budget).WithHint("say how long a series may take, such as 5ms")
	}
	return nil
}

// noteCalendar says of which of the days ahead nothing could be learned, and that an algorithm does not learn the
// calendar asked for.
func (p *filePanel) noteCalendar(out *terminal.Terminal, algorithm string) {
	noteCalendar(out, algorithm, p.Strangers(), p.NeverBefore(), len(p.Events) > 0)
}

func noteCalendar(out *terminal.Terminal, algorithm string, strangers, never []string, events bool) {
	if names := strangers; len(names) > 0 {
		out.Note(show.Wrap("the calendar names queues that are no series of the file: "+
			show.Shorten(strings.Join(names, ", "), 200), ""))
	}
	if names := never; len(names) > 0 {
		out.Note(show.Wrap("never before in this history: "+show.Shorten(strings.Join(names, ", "), 200)+
			". Holidays are forecast like the other holidays, events as the calendar expects them (expected: +30 %), else "+
			"like ordinary days", ""))
	}
	if events && algorithm != forecast.Auto && algorithm != "regression" {
		out.Note(show.Wrap(algorithm+" does not learn holidays and events; auto and regression do. What is closed is zero all the same.", ""))
	}
}

// AlgorithmHelp begins the help of --algorithm; the names follow.
const AlgorithmHelp = "auto, or one of: "

// fractions turns levels in per cent, as people write them, into fractions in ascending order.
func fractions(percent []float64) ([]float64, error) {
	var levels []float64
	for _, p := range percent {
		switch {
		case !(p > 0 && p < 100):
			return nil, cli.Usage("--level %v is not between 0 and 100 per cent", p)
		case p < 1:
			return nil, cli.Usage("--level %v is less than 1 per cent", p).WithHint("levels are per cents: write --level %s", percentWords(p))
		}
		levels = append(levels, p/100)
	}
	slices.Sort(levels)
	return slices.Compact(levels), nil
}

// percentWords is a fraction in per cent, as people write it.
func percentWords(fraction float64) string {
	return strconv.FormatFloat(math.Round(fraction*1e8)/1e6, 'f', -1, 64)
}

func parseNonNegative(s string) (forecast.NonNegative, error) {
	if s == "auto" {
		return forecast.NonNegativeAuto, nil
	}
	yes, err := strconv.ParseBool(s)
	if err != nil {
		return 0, cli.Usage("--non-negative is %q; it is auto, true or false", s)
	}
	if yes {
		return forecast.NonNegativeAlways, nil
	}
	return forecast.NonNegativeNever, nil
}

// loadZone loads a time zone by name; "" is none.
func loadZone(name string) (*time.Location, error) {
	if name == "" {
		return nil, nil //nolint:nilnil // no zone is a valid answer: offsets are kept as written
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, cli.Usage("there is no time zone %q",
			name).WithHint("use a name such as America/New_York or Europe/Berlin")
	}
	return zone, nil
}
