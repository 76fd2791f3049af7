package fromfile

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/panel"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/progress"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/show"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/forecast"
	"github.com/wrapcast/wrapcast/internal/tables"
)

// blockSeries is how many series of a large file are held, and learn from each other, at once.
const blockSeries = 10_000

// inBlocks forecasts a long CSV of more series than are held at once to another, block by block. It reports whether it
// did: a file that is smaller, has another shape, or of which more is asked for is for the rest of forecastFile.
func (cmd Forecast) inBlocks(ctx context.Context, f forecastFlags, target, ending string) (bool, error) {
	if ending != ".csv" || f.explain || cmd.Out.JSON || f.File == "-" || cmd.size < 1 {
		return false, nil
	}
	options, how, err := f.options()
	if err != nil {
		return true, err
	}
	known, err := f.known()
	if err != nil {
		return true, err
	}
	in, err := terminal.OpenFile(f.File)
	if err != nil {
		return true, err
	}
	defer in.Close()
	if st, err := in.Stat(); err != nil || !st.Mode().IsRegular() {
		return false, err // a pipe is read once, as a whole
	}
	large, err := tables.ReadLarge(in, how, cmd.size)
	if err != nil || large == nil {
		return err != nil, err
	}
	options.Algorithm = f.algorithm
	b := blocks{Large: large, options: options, known: known, horizon: f.Horizon, display: progress.New(cmd.Out, cmd.Now)}
	defer b.display.Close()
	if err := cmd.Out.WriteFile(target, func(w io.Writer) error { return b.write(ctx, w) }); err != nil {
		return true, fmt.Errorf("%s: %w", f.File, forecastError(err))
	}
	b.display.Close()
	cmd.tellBlocks(b, f)
	return true, nil
}

// blocks are a large file with how it is forecast, and how far that is.
type blocks struct {
	*tables.Large
	options forecast.Options
	known   *wrapcast.Calendar
	horizon int
	display progress.Display
	// done are the series forecast so far, simple those of them with too little history for more than a simple method.
	done, simple int
	// strangers and never are what the calendar names and no block so far knows: queues that are no series, days that
	// never were. AnyKnown says that some series has a value, events that the calendar has days.
	strangers, never []string
	anyKnown, events bool
}

// write forecasts block after block to one CSV.
func (b *blocks) write(ctx context.Context, w io.Writer) error {
	out := tables.NewForecastWriter(w)
	for file, err := range b.Blocks() {
		if err != nil {
			return err
		}
		p, err := panel.New(file, b.known, b.horizon)
		if err != nil {
			return err
		}
		o := b.options
		o.Horizon, o.Events = p.Horizon(), p.Events
		results, err := forecast.Run(ctx, p.Series, o)
		if err != nil {
			return err
		}
		if err := out.Write(file, longForecasts(p.Results(results))); err != nil {
			return err
		}
		b.see(p)
		b.count(results)
	}
	if !b.anyKnown {
		return noValue()
	}
	return nil
}

// see keeps what is told of the whole file, and what is true of all blocks alone.
func (b *blocks) see(p *panel.Panel) {
	if b.done == 0 {
		b.strangers, b.never = p.Strangers(), p.NeverBefore()
	}
	b.strangers, b.never = inBoth(b.strangers, p.Strangers()), inBoth(b.never, p.NeverBefore())
	b.anyKnown = b.anyKnown || p.AnyKnown()
	b.events = b.events || len(p.Events) > 0
}

func inBoth(a, b []string) []string {
	return slices.DeleteFunc(a, func(name string) bool { return !slices.Contains(b, name) })
}

func (b *blocks) count(results []forecast.Result) {
	for _, r := range results {
		if r.Fallback != "" {
			b.simple++
		}
	}
	b.done += len(results)
	b.display.Report(wrapcast.Progress{Step: wrapcast.StepForecast, What: "series", Done: b.done, Total: b.Series})
}

// tellBlocks sums up what was forecast.
func (cmd Forecast) tellBlocks(b blocks, f forecastFlags) {
	for _, note := range b.Notes() {
		cmd.Out.Note(show.Wrap(note, ""))
	}
	noteCalendar(cmd.Out, f.algorithm, b.strangers, b.never, b.events)
	text := fmt.Sprintf("%s, %s ahead, in blocks of %d, each of which learns from its own series",
		show.Count(b.done, "series", "series"), show.Count(f.Horizon, "step", "steps"), cmd.size)
	if b.simple > 0 {
		text += fmt.Sprintf("; %d with too little history for more than a simple method", b.simple)
	}
	cmd.Out.Note(show.Wrap(text, ""))
}
