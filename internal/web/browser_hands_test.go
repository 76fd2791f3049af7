package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/chromedp/chromedp"
)

// What is done to a page, as people do it. Every act waits until what it needs is there: pages fill as answers come.

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

// visit goes to a page of the dashboard, such as "#/codes", and waits until it has loaded. A dashboard that is open
// changes its address, as a link does.
func (p *page) visit(hash string) {
	p.t.Helper()
	if hash == "" || !evaluate[bool](p, "location.href.startsWith("+quoted(p.site.URL)+")") {
		p.load(hash)
		return
	}
	evaluate[bool](p, `new Promise(done => {
		if (location.hash === `+quoted(hash)+`) return done(true)
		addEventListener('hashchange', () => setTimeout(done, 0, true), { once: true })
		location.hash = `+quoted(hash)+` })`)
	p.loaded()
}

// load begins anew at a page of the dashboard.
func (p *page) load(hash string) {
	p.t.Helper()
	p.do(chromedp.Navigate("about:blank"), chromedp.Navigate(p.site.URL+"/"+hash))
	p.loaded()
}

func (p *page) loaded() {
	p.t.Helper()
	p.until("document.querySelector('main')?.innerText.trim() && !document.querySelector('.loading')", "the page has loaded")
}

// keys presses keys as people do.
func (p *page) keys(all string) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(all))
}

// see waits until the page shows a text.
func (p *page) see(text string) {
	p.t.Helper()
	p.until("document.body.innerText.replaceAll('\\u00a0', ' ').includes("+quoted(text)+")", "it shows "+text)
}

// seeIn waits until a part of the page, given by its selector, shows a text.
func (p *page) seeIn(selector, text string) {
	p.t.Helper()
	p.until("document.querySelector("+quoted(selector)+")?.innerText.includes("+quoted(text)+")", selector+" shows "+text)
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
	p.press(named(name))
}

// press clicks the element of an expression, once there is one.
func (p *page) press(element string) {
	p.t.Helper()
	p.until("(e => e && (e.click(), true))("+element+")", element+" can be clicked")
}

// fill writes into the field with a name, as typing does.
func (p *page) fill(name, text string) {
	p.t.Helper()
	p.write(named(name), text)
}

// write writes into the field of an expression, once there is one.
func (p *page) write(element, text string) {
	p.t.Helper()
	p.until(fmt.Sprintf(`(e => { if (!e) return false
		e.focus(); e.value = %s
		e.dispatchEvent(new Event('input', { bubbles: true })); e.dispatchEvent(new Event('change', { bubbles: true }))
		return true })(%s)`, quoted(text), element), element+" can be written into")
}

// must evaluates an expression for what it does.
func (p *page) must(expression string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](expression)); err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
}

func (p *page) shown() string {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string]("location.href + '\\n' + document.body.innerText"))
	return text
}

func evaluate[T any](p *page, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// one is an expression for the first element a selector finds.
func one(selector string) string { return "document.querySelector(" + quoted(selector) + ")" }

// named is an expression for the first visible thing to click or fill that has a name.
func named(name string) string {
	return `[...document.querySelectorAll('a, button, summary, input, select, textarea')].find(e => e.checkVisibility() && !e.disabled &&
		[e.getAttribute('aria-label'), e.innerText, e.labels?.[0]?.innerText, e.placeholder].some(n => (n ?? '').trim().split('\n')[0].trim() === ` + quoted(name) + `))`
}

func quoted(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}
