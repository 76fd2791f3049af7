package web_test

import (
	"strconv"
	"strings"
	"unicode"
)

func firstVisit(p *page) {
	p.visit("")
	p.see("What you are looking at")
	p.see("Needs attention")
	p.see("contacts so far")
	totalsComeFirst(p)
	p.accessible()
	p.click("Got it, hide this")
	p.visit("#/codes")
	p.visit("#/overview")
	p.see("Needs attention")
	if evaluate[bool](p, "document.body.innerText.includes('What you are looking at')") {
		p.t.Error("the explanation comes back after it was put away")
	}
}

// totalsComeFirst reads what a planner reads first: the total's error and the queues', then those of single codes, in the
// figures and in the lists; the total's is the smallest.
func totalsComeFirst(p *page) {
	p.t.Helper()
	const rows = "[...document.querySelectorAll('section[aria-labelledby=forecast-accuracy] tbody tr')]"
	p.until(rows+".length >= 3", "the accuracy is there by level")
	names := evaluate[[]string](p, rows+".map(r => r.querySelector('th').innerText)")
	errors := evaluate[[]float64](p, rows+".map(r => parseFloat(r.querySelector('td').innerText))")
	if names[0] != "All contacts" || names[1] != "Queues" || names[len(names)-1] != "Wrap-up codes" {
		p.t.Errorf("the accuracy is that of %q", names)
	}
	if !(errors[0] > 0) || errors[0] >= errors[len(errors)-1] {
		p.t.Errorf("errors of %q are %v", names, errors)
	}
	p.until(`document.querySelector('#top-queues').compareDocumentPosition(document.querySelector('#top')) ===
		Node.DOCUMENT_POSITION_FOLLOWING`, "queues stand before codes")
}

// someCode is a code with a good many contacts.
func (p *page) someCode() (id, name string) {
	p.t.Helper()
	rows := p.site.items(p.t, "/codes?limit=1&sort=next_7")
	return rows[0]["id"].(string), rows[0]["name"].(string)
}

func findACode(p *page) {
	_, name := p.someCode()
	p.visit("#/codes")
	p.see(name)
	p.fill("Find a code", strings.ToLower(name[:max(3, len(name)-2)]))
	p.until("document.querySelectorAll('tbody tr.item').length < 40", "the list is narrowed down")
	p.click(name)
	p.until("document.querySelector('h1')?.innerText === "+quoted(name), "its page is open")
	p.see("History and forecast")
	p.see("Why this forecast")
	p.see("Weekday profile")
	p.see("Methods tried")
	p.until("document.querySelector('.plot canvas')", "the chart is drawn")
	p.takenAway("CSV", "-"+strings.Join(strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), "-")+"-")
	p.click("Handle time")
	p.seeIn(".readout", "Handle time")
	p.click("Quarter-hours")
	p.click("1 week")
	p.seeIn(".readout", "Forecast")
	p.click("Numbers as a table")
	p.until("document.querySelectorAll('details[open] tbody tr').length > 96", "the table has the quarter-hours")
	p.until("document.querySelector('details[open] tbody tr td:nth-of-type(2)').innerText.trim()", "the last of them is forecast")
	p.click("Components")
	p.seeIn(".readout", "Weekday")
	p.click("Numbers as a table")
	p.until(partsAddUp, "the parts of the last day add up to its contacts")
}

// takenAway exports what the page shows, and looks at the file's name.
func (p *page) takenAway(form, name string) {
	p.t.Helper()
	p.must("globalThis.saved = ''; addEventListener('click', e => { if (e.target.download) { saved = e.target.download; e.preventDefault() } }); undefined")
	p.click("Export")
	p.accessible()
	p.click(form)
	p.until("saved.includes("+quoted(name)+")", "a file is saved that is called "+name)
}

// partsAddUp holds where the figures of the first row, but for what rounding leaves, are the first of them and what it
// is made of.
const partsAddUp = `(() => {
	const cells = [...document.querySelectorAll('details[open] tbody tr:first-child td.num')].map(c => Number(c.innerText.replaceAll(',', '').replace('−', '-')))
	return cells.length > 2 && Math.abs(cells[0] - cells.slice(1).reduce((s, v) => s + v, 0)) <= cells.length / 2
})()`

func queuesAndTree(p *page) {
	queue := p.site.items(p.t, "/queues?limit=1")[0]["name"].(string)
	p.visit("#/codes")
	p.click("Queues")
	p.click(queue)
	p.see("Codes in it")
	p.visit("#/codes?by=tree")
	p.click(queue)
	p.click("Open " + queue)
	p.see("Codes in it")
}

func readAChart(p *page) {
	id, _ := p.someCode()
	p.visit("#/code/" + id)
	p.until("document.querySelector('.plot canvas')", "the chart is drawn")
	key := func(k string) {
		p.must("document.querySelector('.plot').dispatchEvent(new KeyboardEvent('keydown', { key: " + quoted(k) + ", bubbles: true }))")
	}
	key("End")
	p.until("document.querySelector('.readout strong')", "the day under the cursor is read out")
	last := evaluate[string](p, "document.querySelector('.readout').innerText")
	if !strings.Contains(last, "Forecast") || !strings.Contains(last, "–") {
		p.t.Errorf("the last day's numbers are %q, without a forecast and its intervals", last)
	}
	key("ArrowLeft")
	p.until("document.querySelector('.readout').innerText !== "+quoted(last), "the day before is read out")
	key("+")
	p.click("Numbers as a table")
	p.until("document.querySelectorAll('details[open] tbody tr').length > 3", "the table has the numbers")
	shown := evaluate[int](p, "document.querySelectorAll('details[open] tbody tr').length")
	key("0")
	p.until("document.querySelectorAll('details[open] tbody tr').length > "+strconv.Itoa(shown), "zooming out shows more rows")
}

func lookAtAPlan(p *page) {
	group := p.site.items(p.t, "/planning-groups")[0]["name"].(string)
	p.visit("#/publish")
	p.see("Published")
	p.press(one("tbody th a"))
	p.see("All checks passed")
	p.see("Planned week")
	p.click(group)
	p.until("document.querySelector('h3')?.innerText === "+quoted(group), "its week is drawn")
	columns := evaluate[int](p, "document.querySelectorAll('section[aria-labelledby=changes] .scroll thead th').length")
	if columns != 10 {
		p.t.Errorf("the plan has %d columns, want the group, eight days and the week", columns)
	}
}

// forecastVsActual looks at forecasts of days that are over and at their actuals: of all contacts, and of one code that
// had an override.
func forecastVsActual(code string) func(*page) {
	return func(p *page) {
		name := p.site.items(p.t, "/accuracy/things?source=made&kind=code&id="+code)[0]["name"].(string)
		p.visit("#/accuracy?source=made")
		p.see("By level and days ahead")
		p.see("All contacts: forecast 7 days out vs actual")
		p.click("Bias")
		p.seeIn("caption", "forecast too high")
		p.press("[...document.querySelectorAll('tbody button')].find(b => b.innerText.includes(" + quoted(name) + "))")
		p.see(name + ": forecast 7 days out vs actual")
		p.seeIn(".readout", "Forecast without overrides")
		p.see("Drift")
	}
}

func judgeTheData(p *page) {
	p.visit("#/data")
	p.see("History read")
	p.see("Data quality")
	p.click("Excluded days")
	p.see("Nothing is deleted")
	p.visit("#/data?view=codes")
	p.until("document.querySelectorAll('tbody tr.item').length > 3", "codes are judged one by one")
	p.click("Reconciliation")
	p.see("Every contact is accounted for")
	p.click("By day")
	p.until("document.querySelectorAll('tbody tr').length >= 28", "each of four weeks' days has its account")
}

func runsAndAudit(p *page) {
	p.visit("#/runs")
	p.see("filler")
	p.press(one("tbody th a"))
	p.see("Log")
	p.see("submit.completed")
	p.visit("#/audit")
	p.click("Verify the chain")
	p.see("The chain is intact")
}

func aViewerMayNot(p *page) {
	p.visit("#/settings")
	p.see("You may look.")
	for _, hash := range []string{"#/runs", "#/publish", "#/data?view=masks", "#/data?view=calendar"} {
		p.visit(hash)
		p.see("open the address with the token")
	}
	if evaluate[bool](p, `document.querySelector("form[aria-label='Add a day']") !== null`) {
		p.t.Error("days are named by somebody who may only look")
	}
}

// keyboard walks with Tab through pages: everything that can be clicked is met, is seen to have the focus, and nothing
// holds it.
func keyboard(p *page) {
	id, _ := p.someCode()
	for _, hash := range []string{"#/overview", "#/codes", "#/code/" + id, "#/accuracy"} {
		p.load(hash) // anew, so that Tab begins at the beginning
		p.keys(strings.Repeat("\t", evaluate[int](p, walkBegin)+5))
		if missed := evaluate[[]string](p, "walk.all.filter(e => !walk.met.has(e)).map(walk.say)"); len(missed) > 0 {
			p.t.Errorf("%s: Tab does not reach %s", hash, strings.Join(missed, "; "))
		}
		if unseen := evaluate[[]string](p, "walk.unseen"); len(unseen) > 0 {
			p.t.Errorf("%s: nobody sees the focus on %s", hash, strings.Join(unseen, "; "))
		}
	}
}

// walkBegin notes from now on where the focus goes, and whether it is seen there. Its value is how many places there
// are to reach.
const walkBegin = `globalThis.walk = {
	all: [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')].filter(e => e.checkVisibility() && !e.disabled),
	met: new Set(), unseen: [],
	say: e => e.tagName + ' ' + (e.getAttribute('aria-label') || e.innerText || '').slice(0, 40) }
	document.addEventListener('focusin', ({ target: e }) => {
		walk.met.add(e)
		const s = getComputedStyle(e)
		if (s.outlineStyle === 'none' || parseFloat(s.outlineWidth) === 0) walk.unseen.push(walk.say(e))
	})
	walk.all.length`

func printed(p *page) {
	id, _ := p.someCode()
	p.visit("#/code/" + id)
	p.see("Why this forecast")
	p.media("print", "light")
	defer p.media("", "light")
	if left := evaluate[[]string](p, "[...document.querySelectorAll('header, .no-print, .skip')].filter(e => e.checkVisibility()).map(e => e.className)"); len(left) > 0 {
		p.t.Errorf("on paper there is %v", left)
	}
	if evaluate[string](p, "getComputedStyle(document.documentElement).backgroundColor") != "rgb(255, 255, 255)" {
		p.t.Error("the paper is not white")
	}
}
