package web_test

import (
	"encoding/json"
	"os"
	"strings"
	"sync"
)

// axe is the accessibility checker, as npm has it.
var axe = sync.OnceValues(func() (string, error) {
	text, err := os.ReadFile("ui/node_modules/axe-core/axe.min.js")
	return string(text), err
})

// accessible fails where axe finds a violation of WCAG 2.2 AA or of good practice in what is shown, or where it is
// wider than the screen.
func (p *page) accessible() {
	p.t.Helper()
	p.loaded()
	p.loadAxe()
	p.found("", evaluate[string](p, axeRun))
	if wide := evaluate[int](p, "document.documentElement.scrollWidth - innerWidth"); wide > 0 {
		p.t.Errorf("%s is %d pixels wider than the screen", evaluate[string](p, "location.hash"), wide)
	}
}

// readableInTheOtherLook fails where what is shown has too little contrast in the look that is not chosen: only colours
// differ.
func (p *page) readableInTheOtherLook() {
	p.t.Helper()
	turn := `document.documentElement.dataset.theme = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'`
	p.must(turn)
	p.found(" in the other look", evaluate[string](p, axeColours))
	p.must(turn)
}

func (p *page) loadAxe() {
	p.t.Helper()
	if evaluate[bool](p, "typeof axe === 'object'") {
		return
	}
	text, err := axe()
	if err != nil {
		p.t.Fatalf("axe is not installed (make ui): %v", err)
	}
	p.must(text + "; undefined")
}

const (
	axeTell    = `.then(r => JSON.stringify(r.violations.map(v => ({ id: v.id, help: v.help, at: v.nodes.slice(0, 3).map(n => n.target.join(' ') + ': ' + n.failureSummary.split('\n').slice(1).join(' ')) }))))`
	axeRun     = `axe.run(document, { preload: false, resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } })` + axeTell
	axeColours = `axe.run(document, { preload: false, resultTypes: ['violations'], runOnly: { type: 'rule', values: ['color-contrast'] } })` + axeTell
)

func (p *page) found(where, text string) {
	p.t.Helper()
	var all []struct {
		ID, Help string
		At       []string
	}
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		p.t.Fatalf("axe says %q: %v", text, err)
	}
	for _, v := range all {
		p.t.Errorf("%s%s: %s (%s)\n\t%s", evaluate[string](p, "location.hash"), where, v.Help, v.ID, strings.Join(v.At, "\n\t"))
	}
}

// everyPage looks at each page as an admin, with everything on it that can be done.
func everyPage(p *page) {
	for _, hash := range everyAddress(p) {
		p.visit(hash)
		p.accessible()
	}
}

// inBothLooks looks at each page in the look that is not chosen as well.
func inBothLooks(p *page) {
	for _, hash := range everyAddress(p) {
		p.visit(hash)
		p.accessible()
		p.readableInTheOtherLook()
	}
}

func everyAddress(p *page) []string {
	p.t.Helper()
	code, _ := p.someCode()
	queue := p.site.items(p.t, "/queues?limit=1")[0]["id"].(string)
	plan := p.site.items(p.t, "/plans?limit=1")[0]["id"].(string)
	return []string{
		"#/overview", "#/codes", "#/codes?by=queue", "#/codes?by=tree", "#/code/" + code, "#/code/" + code + "?queue=" + queue, "#/queue/" + queue, "#/total",
		"#/today", "#/overrides", "#/overrides?view=ledger", "#/staff", "#/data?view=lineage", "#/organisations",
		"#/publish", "#/publish/" + plan, "#/accuracy", "#/data", "#/data?view=codes", "#/data?view=masks", "#/data?view=calendar", "#/data?view=account",
		"#/runs", "#/runs/latest", "#/audit", "#/settings", "#/settings?view=schedules", "#/settings?view=webhooks", "#/settings?view=people", "#/no-such-page",
	}
}
