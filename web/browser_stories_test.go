package web_test

import (
	"strconv"
	"strings"
	"testing"
)

// The stories people open the dashboard for.

func TestDashboard(t *testing.T) {
	b := newBrowser(t)
	stories := map[string]func(*testing.T, *browser, screen){
		"the first visit explains itself":            firstVisit,
		"a code is found, and why it says what":      findACode,
		"queues and the tree lead to codes":          queuesAndTree,
		"a chart can be read without eyes or mouse":  readAChart,
		"a plan is looked at per group and day":      lookAtAPlan,
		"the data behind it is judged":               judgeTheData,
		"a run's steps and the audit chain":          runsAndAudit,
		"people log in, wrong passwords are refused": logInAndOut,
		"an admin lets somebody else in":             addAUser,
		"a viewer is told what would be needed":      aViewerMayNot,
		"nothing stored yet is no blank page":        nothingYet,
		"a server that went away is said so":         serverGone,
	}
	for name, tell := range stories {
		for device, as := range screens {
			t.Run(name+" on a "+device, func(t *testing.T) {
				t.Parallel()
				tell(t, b, as)
			})
		}
	}
}

func firstVisit(t *testing.T, b *browser, as screen) {
	p := b.open(t, newLocalSite(t), as)
	p.visit("")
	p.see("What you are looking at")
	p.see("Needs attention")
	p.see("How far to believe it")
	p.see("contacts so far")
	p.click("Got it, hide this")
	p.visit("#/overview")
	p.see("Needs attention")
	if evaluate[bool](p, "document.body.innerText.includes('What you are looking at')") {
		t.Error("the explanation comes back after it was put away")
	}
}

// someCode is a code with a good many contacts.
func someCode(t *testing.T, s *site) (id, name string) {
	t.Helper()
	rows := s.items(t, "/codes?limit=1&sort=next_7")
	return rows[0]["id"].(string), rows[0]["name"].(string)
}

func findACode(t *testing.T, b *browser, as screen) {
	s := newLocalSite(t)
	_, name := someCode(t, s)
	p := b.open(t, s, as)
	p.visit("#/codes")
	p.see(name)
	p.fill("Find a code", strings.ToLower(name[:max(3, len(name)-2)]))
	p.until("document.querySelectorAll('tbody tr.item').length < 40", "the list is narrowed down")
	p.click(name)
	p.until("document.querySelector('h1')?.innerText === "+quoted(name), "its page is open")
	p.see("History and forecast")
	p.see("Why it says that")
	p.see("Shape of the week.")
	p.see("Methods tried")
	p.until("document.querySelector('.plot canvas')", "the chart is drawn")
	p.click("Quarter-hours")
	p.click("1 week")
	p.see("Contacts")
}

func queuesAndTree(t *testing.T, b *browser, as screen) {
	s := newLocalSite(t)
	queue := s.items(t, "/queues?limit=1")[0]["name"].(string)
	p := b.open(t, s, as)
	p.visit("#/codes")
	p.click("Queues")
	p.click(queue)
	p.see("What its contacts are about")
	p.visit("#/codes?by=tree")
	p.click(queue)
	p.click("Open " + queue)
	p.see("What its contacts are about")
}

func readAChart(t *testing.T, b *browser, as screen) {
	s := newLocalSite(t)
	id, _ := someCode(t, s)
	p := b.open(t, s, as)
	p.visit("#/code/" + id)
	p.until("document.querySelector('.plot canvas')", "the chart is drawn")
	key := func(k string) {
		p.must("document.querySelector('.plot').dispatchEvent(new KeyboardEvent('keydown', { key: " + quoted(k) + ", bubbles: true }))")
	}
	key("End")
	p.until("document.querySelector('.readout strong')", "the day under the cursor is read out")
	last := evaluate[string](p, "document.querySelector('.readout').innerText")
	if !strings.Contains(last, "Forecast") || !strings.Contains(last, "–") {
		t.Errorf("the last day's numbers are %q, without a forecast and its bands", last)
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

func lookAtAPlan(t *testing.T, b *browser, as screen) {
	s := newLocalSite(t)
	group := s.items(t, "/planning-groups")[0]["name"].(string)
	p := b.open(t, s, as)
	p.visit("#/publish")
	p.see("published")
	p.must("document.querySelector('tbody th a').click()")
	p.see("Nothing stands in the way")
	p.see("What it says")
	p.click(group)
	p.until("document.querySelector('h3')?.innerText === "+quoted(group), "its week is drawn")
	columns := evaluate[int](p, "document.querySelectorAll('section[aria-labelledby=changes] .scroll thead th').length")
	if columns != 10 {
		t.Errorf("the plan has %d columns, want the group, eight days and the week", columns)
	}
}

func judgeTheData(t *testing.T, b *browser, as screen) {
	p := b.open(t, newLocalSite(t), as)
	p.visit("#/data")
	p.see("What was read")
	p.see("Whether it can carry a forecast")
	p.click("Days set aside")
	p.see("nothing is deleted")
	p.click("Codes")
	p.until("document.querySelectorAll('tbody tr.item').length > 3", "codes are judged one by one")
}

func runsAndAudit(t *testing.T, b *browser, as screen) {
	p := b.open(t, newLocalSite(t), as)
	p.visit("#/runs")
	p.see("filler")
	p.must("document.querySelector('tbody th a').click()")
	p.see("Log")
	p.see("submit.completed")
	p.visit("#/audit")
	p.click("Verify the chain")
	p.see("The chain is whole")
}

func logInAndOut(t *testing.T, b *browser, as screen) {
	p := b.open(t, newSite(t), as)
	p.allow("401")
	p.visit("#/codes")
	p.fill("Name", "adam")
	p.fill("Password", "not the password")
	p.click("Log in")
	p.see("wrong")
	if evaluate[bool](p, "document.body.innerText.includes('wrap-up codes')") {
		t.Fatal("codes are shown to nobody in particular")
	}
	p.fill("Password", adamPassword)
	p.click("Log in")
	p.see("wrap-up codes in")
	p.visit("#/settings")
	p.see("Logged in as adam")
	p.click("Log out")
	p.until(named("Log in"), "the login is back")
}

func addAUser(t *testing.T, b *browser, as screen) {
	s := newSite(t)
	p := b.open(t, s, as)
	p.logIn("adam", adamPassword)
	p.visit("#/settings?view=people")
	p.see("Add")
	p.must(`document.querySelector('form[aria-label="Add a user"]').id = 'add'`)
	p.fillIn("#add input:not([type=password])", "wendy")
	p.fillIn("#add input[type=password]", "too short")
	p.must(`document.querySelector('#add').noValidate = true; document.querySelector('#add button').click()`)
	p.allow("422")
	p.see("A password has at least 12 characters")
	p.fillIn("#add input[type=password]", "a long enough password")
	p.must("document.querySelector('#add button').click()")
	p.see("wendy was added")
	p.click("General")
	p.click("Log out")
	p.logIn("wendy", "a long enough password")
	p.visit("#/settings")
	p.see("Logged in as wendy, viewer")
}

func aViewerMayNot(t *testing.T, b *browser, as screen) {
	p := b.open(t, newLocalSite(t), as)
	p.visit("#/settings")
	p.see("You may look.")
	if evaluate[bool](p, "document.body.innerText.includes('API tokens')") {
		t.Error("tokens are offered to somebody who may only look")
	}
}

func nothingYet(t *testing.T, b *browser, as screen) {
	p := b.open(t, serve(t, t.TempDir()), as)
	p.visit("")
	p.see("Nothing has been forecast yet")
	p.see("wrapcast demo")
}

func serverGone(t *testing.T, b *browser, as screen) {
	s := newLocalSite(t)
	p := b.open(t, s, as)
	p.allow("net::ERR_") // refused, or cut in the middle of the stream of events: each is what is tested here
	p.visit("#/overview")
	p.see("Needs attention")
	s.CloseClientConnections()
	s.Close()
	p.click("wrapcast")
	p.must("location.hash = '#/audit'")
	p.see("wrapcast does not answer")
	p.see("Try again")
}

// logIn logs in where a login is wanted.
func (p *page) logIn(name, password string) {
	p.t.Helper()
	p.allow("401")
	p.visit("#/overview")
	p.fill("Name", name)
	p.fill("Password", password)
	p.click("Log in")
	p.until("!document.querySelector('input[name=password]') && document.querySelector('nav')", name+" is in")
}

func (p *page) fillIn(selector, text string) {
	p.t.Helper()
	p.must(`(() => { const e = document.querySelector(` + quoted(selector) + `); e.value = ` + quoted(text) + `; e.dispatchEvent(new Event('input', { bubbles: true })) })()`)
}
