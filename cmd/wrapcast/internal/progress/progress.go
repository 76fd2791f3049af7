// Package progress shows on standard error how far long steps are.
package progress

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/plain"
)

// Display shows long steps: bars on a terminal, otherwise one line a minute and one at the end of each step.
type Display interface {
	// Report shows how far a step is.
	Report(wrapcast.Progress)
	// Close ends the display; nothing is shown afterwards.
	Close()
}

// New is a display on t as its flags ask for; now tells when a line was written last.
func New(t *terminal.Terminal, now func() time.Time) Display {
	switch {
	case t.Quiet:
		return Silent{}
	case t.Interactive:
		return &bars{container: mpb.New(mpb.WithOutput(plain.Beneath(t.Err)), mpb.WithWidth(40)), now: now,
			bars: map[wrapcast.StepName]*bar{}}
	}
	return &lines{out: t.Err, now: now, last: map[wrapcast.StepName]time.Time{}, paces: map[wrapcast.StepName]pace{}}
}

// Silent shows nothing.
type Silent struct{}

// Report drops what it is told.
func (Silent) Report(wrapcast.Progress) {}

// Close ends nothing.
func (Silent) Close() {}

// lines writes at most one line a minute and step.
type lines struct {
	mu     sync.Mutex
	out    io.Writer
	now    func() time.Time
	last   map[wrapcast.StepName]time.Time
	paces  map[wrapcast.StepName]pace
	closed bool
}

func (l *lines) Report(p wrapcast.Progress) {
	l.mu.Lock()
	defer l.mu.Unlock()
	finished := p.Total > 0 && p.Done == p.Total
	if l.closed {
		return
	}
	if _, begun := l.paces[p.Step]; !begun {
		l.paces[p.Step] = pace{began: l.now(), from: p.Done}
	}
	if last, ok := l.last[p.Step]; ok && l.now().Sub(last) < time.Minute && !finished {
		return
	}
	l.last[p.Step] = l.now()
	fmt.Fprintln(l.out, describe(p)+l.paces[p.Step].left(l.now(), p))
}

func (l *lines) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
}

func describe(p wrapcast.Progress) string {
	s := fmt.Sprintf("%-9s", p.Step)
	if p.Total > 0 {
		s += fmt.Sprintf(" %d of %d %s", p.Done, p.Total, p.What)
	} else if p.What != "" {
		s += " " + p.What
	}
	if p.Waiting != "" {
		s += " (waiting: " + p.Waiting + ")"
	}
	return s
}

// pace is since when a step is watched, and how far it was then.
type pace struct {
	began time.Time
	from  int
}

// left says how long the rest of a step takes at its pace so far, ", about 40 s left"; nothing in its first two seconds, and
// where nothing can be said.
func (w pace) left(now time.Time, p wrapcast.Progress) string {
	const tooSoon = 2 * time.Second
	passed, done := now.Sub(w.began), p.Done-w.from
	if passed < tooSoon || done <= 0 || p.Done >= p.Total {
		return ""
	}
	rest := time.Duration(float64(passed) * float64(p.Total-p.Done) / float64(done))
	switch {
	case rest < 2*time.Minute:
		return fmt.Sprintf(", about %d s left", max(int(rest.Seconds()+2.5)/5*5, 5))
	case rest < 2*time.Hour:
		return fmt.Sprintf(", about %d min left", int(rest.Minutes()+0.5))
	}
	return fmt.Sprintf(", about %d h left", int(rest.Hours()+0.5))
}

// bars draws one bar per step.
type bars struct {
	mu        sync.Mutex
	container *mpb.Progress
	now       func() time.Time
	bars      map[wrapcast.StepName]*bar
	closed    bool
}

type bar struct {
	*mpb.Bar
	mu   sync.Mutex
	last wrapcast.Progress
	pace pace
	left string
}

func (b *bars) Report(p wrapcast.Progress) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return
	}
	one := b.bars[p.Step]
	if one == nil {
		one = b.add(p.Step)
		one.pace = pace{began: b.now(), from: p.Done}
		b.bars[p.Step] = one
	}
	one.mu.Lock()
	if p.Total == 0 && p.What == "" { // only a word about waiting
		p.What, p.Done, p.Total = one.last.What, one.last.Done, one.last.Total
	}
	one.last, one.left = p, one.pace.left(b.now(), p)
	one.mu.Unlock()
	one.SetTotal(int64(max(p.Total, 1)), false)
	one.SetCurrent(int64(p.Done))
}

func (b *bars) add(step wrapcast.StepName) *bar {
	one := &bar{}
	one.Bar = b.container.AddBar(0, // its total is learned later
		mpb.PrependDecorators(decor.Name(fmt.Sprintf("%-9s", step))),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return plain.Visible(one.status()) })))
	return one
}

func (b *bar) status() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.last.What
	if b.last.Total > 0 {
		s = fmt.Sprintf("%d of %d %s", b.last.Done, b.last.Total, b.last.What) + b.left
	}
	if b.last.Waiting != "" {
		s += " · waiting: " + b.last.Waiting
	}
	return s
}

func (b *bars) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	for _, one := range b.bars {
		one.Abort(false)
	}
	b.container.Wait()
}
