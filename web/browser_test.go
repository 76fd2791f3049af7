package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// The dashboard is tested in a real Chromium against the real server. That needs both; make test
// sees to it and says so in WRAPCAST_BROWSER, without which these tests are skipped where either is missing.

const patience = 20 * time.Second

// browser is a running Chromium.
type browser struct{ ctx context.Context }

// newBrowser starts a Chromium that talks to nobody but the pages it is sent to.
func newBrowser(t *testing.T) *browser {
	t.Helper()
	path := chromium()
	if _, err := os.Stat("dist/index.html"); err != nil || path == "" {
		if os.Getenv("WRAPCAST_BROWSER") == "required" {
			t.Fatal("the dashboard must be built (make ui) and Chromium must be installed")
		}
		t.Skip("needs the built dashboard (make ui) and Chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("no-pings", true), chromedp.Flag("disable-domain-reliability", true), chromedp.Flag("lang", "en-GB"),
		chromedp.Flag("disable-dev-shm-usage", true))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, closeAll := chromedp.NewContext(ctx)
	t.Cleanup(closeAll)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	return &browser{ctx}
}

func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// screen is how a page is looked at.
type screen struct {
	width, height int64
	look          string
}

// screens are a laptop and a phone, one light and one dark.
var screens = map[string]screen{"laptop": {1366, 900, "light"}, "phone": {390, 844, "dark"}}

// page is one tab; it hears of everything that goes wrong in it.
type page struct {
	t    *testing.T
	ctx  context.Context
	site *site

	mu      sync.Mutex
	wrong   []string
	allowed []string
}

// open opens a tab on a site, with cookies of its own. At the end nothing may have gone wrong in it that was not allowed.
func (b *browser) open(t *testing.T, s *site, as screen) *page {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(closeTab)
	p := &page{t: t, ctx: ctx, site: s}
	if err := chromedp.Listen(ctx, p.hear); err != nil {
		t.Fatal(err)
	}
	p.do(chromedp.EmulateViewport(as.width, as.height), p.command(func(ctx context.Context) error {
		if _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); err != nil {
			return err
		}
		_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
		return err
	}))
	p.media("", as.look)
	t.Cleanup(p.nothingWentWrong)
	return p
}

// tells runs a story in this tab.
func (p *page) tells(t *testing.T, name string, story func(*page)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		before := p.t
		p.t = t
		defer func() { p.t = before }()
		story(p)
		p.nothingWentWrong()
	})
}

// media sees the page on a medium, "" for the screen, in a look.
func (p *page) media(medium, look string) {
	p.t.Helper()
	p.do(p.command(func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: medium,
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: look}}})
		return err
	}))
}

func (p *page) command(f func(context.Context) error) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error { return f(p.ctx) })
}

// hear notes faults of scripts, refusals of the security policy, and requests to anywhere else.
func (p *page) hear(event any) {
	said := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		said = "exception: " + e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			said += " " + e.ExceptionDetails.Exception.Description
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			for _, v := range e.Args {
				said += "console: " + string(v.Value) + v.Description
			}
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			said = "log: " + e.Entry.Text + " " + e.Entry.URL
		}
	case *network.EventRequestWillBeSent:
		u, err := url.Parse(e.Request.URL)
		if err == nil && (u.Scheme == "http" || u.Scheme == "https") && !strings.HasPrefix(e.Request.URL, p.site.URL) {
			said = "request elsewhere: " + e.Request.URL
		}
	}
	if said != "" {
		p.mu.Lock()
		p.wrong = append(p.wrong, said)
		p.mu.Unlock()
	}
}

// allow lets answers with a status go without being a fault: a wrong password is one on purpose.
func (p *page) allow(words string) { p.allowed = append(p.allowed, words) }

func (p *page) nothingWentWrong() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range p.wrong {
		if !containsAny(w, p.allowed) {
			p.t.Errorf("the page met: %s", w)
		}
	}
	p.wrong = nil
}

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// do runs steps, with patience.
func (p *page) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx); err != nil { // the first one starts the tab and must not be limited
		p.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("%v\nthe page shows:\n%s", err, p.shown())
	}
}

// visit goes to a page of the dashboard, such as "#/codes". A page that is loaded changes its address, as a link does.
func (p *page) visit(hash string) {
	p.t.Helper()
	if evaluate[bool](p, "location.href.startsWith("+quoted(p.site.URL)+") && location.hash !== "+quoted(hash)+" && "+quoted(hash)+" !== ''") {
		p.must("location.hash = " + quoted(hash))
		return
	}
	p.do(chromedp.Navigate("about:blank"), chromedp.Navigate(p.site.URL+"/"+hash))
}

// key presses keys as people do.
func (p *page) key(keys string) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(keys))
}

// see waits until the page shows a text.
func (p *page) see(text string) {
	p.t.Helper()
	p.until("document.body.innerText.replaceAll('\\u00a0', ' ').includes("+quoted(text)+")", "it shows "+text)
}

// until waits until an expression of JavaScript holds.
func (p *page) until(expression, what string) {
	p.t.Helper()
	deadline := time.Now().Add(patience)
	for !evaluate[bool](p, "Boolean("+expression+")") {
		if time.Now().After(deadline) {
			p.t.Fatalf("waited in vain until %s; the page shows:\n%s", what, p.shown())
		}
		time.Sleep(30 * time.Millisecond)
	}
}

// click clicks what carries a name: a button, a link, a field, as people and screen readers find it.
func (p *page) click(name string) {
	p.t.Helper()
	p.until(named(name), "there is something called "+name)
	p.must(fmt.Sprintf("(%s).click()", named(name)))
}

// fill writes into the field with a name, as typing does.
func (p *page) fill(name, text string) {
	p.t.Helper()
	p.until(named(name), "there is a field called "+name)
	p.must(fmt.Sprintf(`(() => { const e = %s; e.focus(); e.value = %s
		e.dispatchEvent(new Event('input', { bubbles: true })); e.dispatchEvent(new Event('change', { bubbles: true })) })()`, named(name), quoted(text)))
}

func (p *page) must(expression string) {
	p.t.Helper()
	if _, err := chromedp.Run(p.ctx, chromedp.Evaluate[chromedp.Void](expression)); err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
}

func (p *page) shown() string {
	text, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string]("location.href + '\\n' + document.body.innerText"))
	return text
}

func evaluate[T any](p *page, expression string) T {
	p.t.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// named is an expression for the first visible thing to click or fill that has a name.
func named(name string) string {
	return `[...document.querySelectorAll('a, button, summary, input, select, textarea')].find(e => e.checkVisibility() && !e.disabled &&
		[e.getAttribute('aria-label'), e.innerText, e.labels?.[0]?.innerText, e.placeholder].some(n => (n ?? '').trim().split('\n')[0].trim() === ` + quoted(name) + `))`
}

func quoted(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}
