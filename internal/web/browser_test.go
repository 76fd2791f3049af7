package web_test

import (
	"context"
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

// patience is how long a page may take to show something. Nothing is judged by how fast it comes: a machine that
// tests other packages at the same time is slow, and what never comes fails all the same.
const patience = time.Minute

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
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.WSURLReadTimeout(2*patience))
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

// A laptop and a phone, one light and one dark.
var (
	laptop = screen{1366, 900, "light"}
	phone  = screen{390, 844, "dark"}
)

// page is one tab; it hears of everything that goes wrong in it.
type page struct {
	t    *testing.T
	ctx  context.Context
	site *site
	as   screen

	mu      sync.Mutex
	wrong   []string
	allowed []string
}

// open opens a tab on a site, with cookies of its own. At the end nothing may have gone wrong in it that was not
// allowed.
func (b *browser) open(t *testing.T, s *site, as screen) *page {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(closeTab)
	p := &page{t: t, ctx: ctx, site: s, as: as}
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
