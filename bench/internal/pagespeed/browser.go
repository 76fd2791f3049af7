package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

// browser is a tab of a Chromium that is logged in.
type browser struct {
	ctx  context.Context
	base string // where the dashboard is, up to the slash
}

// patience is how long a page may take to show something.
const patience = 2 * time.Minute

func start(ctx context.Context, url string) (*browser, func(), error) {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		return nil, nil, errors.New("there is no Chromium here: install it")
	}
	ctx, stop := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path),
		chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.Flag("disable-background-networking",
			true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.WSURLReadTimeout(patience))...)
	ctx, closeAll := chromedp.NewContext(ctx)
	both := func() { closeAll(); stop() }
	b := &browser{ctx, url[:strings.LastIndex(url, "/")]}
	err := chromedp.Do(ctx, chromedp.EmulateViewport(1366, 900), chromedp.Navigate(url))
	if err == nil {
		err = b.loaded()
	}
	if err != nil {
		both()
		return nil, nil, err
	}
	return b, both, nil
}

// evaluate runs a script in the page and waits for what it promises.
func evaluate[T any](b *browser, script string) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

// until waits for what a script finds in the page.
func (b *browser) until(script string) error {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if there, err := evaluate[bool](b, "!!("+script+")"); err == nil && there {
			return nil
		}
	}
	return fmt.Errorf("never came about: %s", script)
}

func (b *browser) loaded() error {
	return b.until("document.querySelector('main')?.innerText.trim() && !document.querySelector('.loading')")
}

// paint opens a page anew and returns after how long its largest part was painted, as the browser counts it.
func (b *browser) paint(page string) (time.Duration, error) {
	if err := chromedp.Do(b.ctx, chromedp.Navigate("about:blank"), chromedp.Navigate(b.base+"/"+page)); err != nil {
		return 0, err
	}
	if err := b.loaded(); err != nil {
		return 0, err
	}
	ms, err := evaluate[float64](b, lastPaint)
	return time.Duration(ms * float64(time.Millisecond)), err
}

// lastPaint is when the largest part so far was painted, half a second after everything is there.
const lastPaint = `new Promise(done => setTimeout(() => {
	let last = 0
	new PerformanceObserver(list => { for (const e of list.getEntries()) last = Math.max(last, e.startTime) }).observe({ type: 'largest-contentful-paint', buffered: true })
	setTimeout(() => done(last), 100)
}, 500))`

// showAllQuarterHours draws the two years of quarter-hours of everything.
func (b *browser) showAllQuarterHours() error {
	if _, err := b.paint("#/total"); err != nil {
		return err
	}
	for _, name := range []string{"Quarter-hours", "2 years"} {
		press := fmt.Sprintf(`[...document.querySelectorAll('button')].find(b => b.innerText === %q)`, name)
		if err := b.until(press); err != nil {
			return err
		}
		if _, err := evaluate[bool](b, press+".click() ?? true"); err != nil {
			return err
		}
	}
	return b.until(arrived)
}

// arrived holds once the page has the quarter-hours of more than a year.
const arrived = `performance.getEntriesByType('resource').some(r => r.name.includes('interval=quarter-hour') && r.decodedBodySize > 100_000) &&
	document.querySelector('.plot canvas') && !document.querySelector('.loading')`

// zoomOverAll zooms in and out and moves along, a key a frame, and returns how long the frames took.
const zoomOverAll = `new Promise(done => {
	const keys = [...'++++++++--------+++', 'PageUp', 'PageUp', 'PageUp', 'PageDown', 'PageDown', ...'-----', '0', ...'++++', 'PageUp', 'PageUp', ...'----', '0']
	const plot = document.querySelector('.plot')
	const took = []
	let before = performance.now(), i = 0
	const frame = now => {
		took.push(now - before)
		before = now
		if (i === 4 * keys.length) return done(took.slice(1))
		plot.dispatchEvent(new KeyboardEvent('keydown', { key: keys[i++ % keys.length], bubbles: true }))
		requestAnimationFrame(frame)
	}
	setTimeout(() => { before = performance.now(); requestAnimationFrame(frame) }, 1000)
})`
