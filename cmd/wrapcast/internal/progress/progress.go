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
		return &bars{container: mpb.New(mpb.WithOutput(plain.Beneath(t.Err)), mpb.WithWidth(40)),
			bars: map[wrapcast.StepName]*bar{}}
	}
	return &lines{out: t.Err, now: now, last: map[wrapcast.StepName]time.Time{}}
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
	closed bool
}

func (l *lines) Report(p wrapcast.Progress) {
	l.mu.Lock()
	defer l.mu.Unlock()
	finished := p.Total > 0 && p.Done == p.Total
	if l.closed {
		return
	}
	if last, ok := l.last[p.Step]; ok && l.now().Sub(last) < time.Minute && !finished {
		return
	}
	l.last[p.Step] = l.now()
	fmt.Fprintln(l.out, describe(p))
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

// bars draws one bar per step.
type bars struct {
	mu        sync.Mutex
	container *mpb.Progress
	bars      map[wrapcast.StepName]*bar
	closed    bool
}

type bar struct {
	*mpb.Bar
	mu   sync.Mutex
	last wrapcast.Progress
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
		b.bars[p.Step] = one
	}
	one.mu.Lock()
	if p.Total == 0 && p.What == "" { // only a word about waiting
		p.What, p.Done, p.Total = one.last.What, one.last.Done, one.last.Total
	}
	one.last = p
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
		s = fmt.Sprintf("%d of %d %s", b.last.Done, b.last.Total, b.last.What)
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
