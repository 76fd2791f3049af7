package progress

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
)

func TestLinesComeOnceAMinuteAndAtTheEndOfAStep(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	now := time.Date(2026, 11, 30, 2, 0, 0, 0, time.UTC)
	d := New(&terminal.Terminal{Err: &out}, func() time.Time { return now })
	at := func(after time.Duration, p wrapcast.Progress) { now = now.Add(after); d.Report(p) }
	at(0, wrapcast.Progress{Step: wrapcast.StepExtract, Done: 1, Total: 9, What: "intervals"})
	at(30*time.Second, wrapcast.Progress{Step: wrapcast.StepExtract, Done: 2, Total: 9, What: "intervals"})
	at(30*time.Second, wrapcast.Progress{Step: wrapcast.StepExtract, Done: 3, Total: 9, What: "intervals", Waiting: "the rate limit"})
	at(time.Second, wrapcast.Progress{Step: wrapcast.StepExtract, Done: 9, Total: 9, What: "intervals"})
	d.Close()
	at(time.Hour, wrapcast.Progress{Step: wrapcast.StepForecast, What: "too late"})
	want := "extract   1 of 9 intervals\nextract   3 of 9 intervals (waiting: the rate limit), about 3 min left\nextract   9 of 9 intervals\n"
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

// What is left is told by the pace since the step was first seen, which what was done before does not make quicker.
func TestWhatIsLeftFollowsThePace(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 11, 30, 2, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		after       time.Duration
		done, total int
		want        string
	}{
		{time.Second, 20, 100, ""},
		{10 * time.Second, 10, 100, ""},
		{10 * time.Second, 20, 100, ", about 80 s left"},
		{10 * time.Second, 99, 100, ", about 5 s left"},
		{10 * time.Second, 100, 100, ""},
		{time.Minute, 20, 1000, ", about 98 min left"},
		{10 * time.Minute, 20, 1000, ", about 16 h left"},
		{time.Minute, 20, 0, ""},
	} {
		got := pace{began: began, from: 10}.left(began.Add(c.after), wrapcast.Progress{Done: c.done, Total: c.total})
		if got != c.want {
			t.Errorf("%d of %d after %v: %q, want %q", c.done, c.total, c.after, got, c.want)
		}
	}
}

func TestBarsAreDrawnOnATerminalAlone(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	d := New(&terminal.Terminal{Err: &out, Interactive: true}, time.Now)
	d.Report(wrapcast.Progress{Step: wrapcast.StepExtract, Done: 3, Total: 9, What: "intervals"})
	d.Report(wrapcast.Progress{Step: wrapcast.StepExtract, Waiting: "the rate limit"})
	d.Close()
	if d, ok := d.(*bars); !ok || !strings.Contains(d.bars[wrapcast.StepExtract].status(), "3 of 9 intervals · waiting: the rate limit") {
		t.Errorf("it shows %q", out.String())
	}
	out.Reset()
	quiet := New(&terminal.Terminal{Err: &out, Interactive: true, Quiet: true}, time.Now)
	quiet.Report(wrapcast.Progress{Step: wrapcast.StepExtract, Done: 3, Total: 9})
	quiet.Close()
	if out.Len() > 0 {
		t.Errorf("a quiet command shows %q", out.String())
	}
}
