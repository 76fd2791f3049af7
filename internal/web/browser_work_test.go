package web_test

import "time"

func logInAndOut(p *page) {
	p.allow("401")
	p.visit("#/codes")
	p.fill("Name", "adam")
	p.fill("Password", "not the password")
	p.accessible()
	p.click("Log in")
	p.see("wrong")
	if evaluate[bool](p, "document.body.innerText.includes('wrap-up codes')") {
		p.t.Fatal("codes are shown to nobody in particular")
	}
	p.fill("Password", adamPassword)
	p.click("Log in")
	p.see("wrap-up codes in")
	p.visit("#/settings")
	p.see("Logged in as adam")
	p.click("Log out")
	p.until(named("Log in"), "the login is back")
}

func addAUser(p *page) {
	p.logIn("adam", adamPassword)
	p.visit("#/settings?view=people")
	p.see("Add")
	const form = "form[aria-label='Add a user'] "
	p.write(one(form+"input:not([type=password])"), "wendy")
	p.write(one(form+"input[type=password]"), "too short")
	p.must(one(form) + ".noValidate = true")
	p.allow("422")
	p.press(one(form + "button"))
	p.see("A password has at least 12 characters")
	p.write(one(form+"input[type=password]"), "a long enough password")
	p.press(one(form + "button"))
	p.see("wendy was added")
	p.click("General")
	p.click("Log out")
	p.logIn("wendy", "a long enough password")
	p.visit("#/settings")
	p.see("Logged in as wendy, viewer")
	p.visit("#/runs")
	p.see("To start a run you need the role planner; yours is viewer.")
	p.visit("#/settings")
	p.click("Log out")
	p.logIn("adam", adamPassword)
}

func override(p *page) {
	id, _ := p.someCode()
	p.visit("#/code/" + id)
	p.see("No overrides here.")
	p.overrideFormByKeyboard()
	p.click("Override the forecast")
	p.fill("Change (%)", "12")
	p.fill("Reason", "a mailing goes out")
	p.fill("Ticket (optional)", "WFM-17")
	p.fill("Not used from (optional)", time.Now().AddDate(0, 2, 0).Format(time.DateOnly))
	p.seeIn("form table tbody tr:last-child", "All contacts")
	p.seeIn(".readout", "With your change")
	p.until("[...document.querySelectorAll('form table tbody tr')].some(r => r.innerText.includes('queue') && /\\+\\d/.test(r.innerText))", "its queues move")
	p.accessible()
	p.click("Save +12%")
	p.see("The override was saved")
	p.until("[...document.querySelectorAll('section[aria-labelledby=overrides] tbody tr')].some(r => r.innerText.includes('+12%') && r.innerText.includes('adam') && r.innerText.includes('in use'))", "it is listed with its author")
	p.seeIn(".readout", "Before overrides")
	p.visit("#/audit?action=override")
	p.see("override.added")
}

// overrideFormByKeyboard opens the form, which takes the focus; Escape leaves it, and the focus is back where it was.
func (p *page) overrideFormByKeyboard() {
	p.t.Helper()
	const button = "Override the forecast"
	p.must(named(button) + ".focus()")
	p.keys("\r")
	p.until("document.activeElement === document.querySelector('form[aria-label^=Override] input')", "the first field has the focus")
	p.keys("\x1b")
	p.until("!document.querySelector('form[aria-label^=Override]') && document.activeElement?.innerText === "+quoted(button),
		"Escape closes the form, the focus is back")
}

// overridesPage lists what was changed with its ticket; what is withdrawn there is asked for first.
func overridesPage(p *page) {
	p.visit("#/overrides")
	p.see("a mailing goes out")
	p.see("ticket WFM-17")
	p.see("in use")
	p.accessible()
	p.click("Was it worth it?")
	p.loaded()
	p.click("Overrides")
	p.see("a mailing goes out")
	withdraw := "[...document.querySelectorAll('section[aria-labelledby=list] tbody button')].find(b => b.innerText.startsWith('Withdraw'))"
	p.until(withdraw, "it can be withdrawn")
	p.must(withdraw + ".focus()")
	p.keys("\r")
	p.seeIn("dialog[open]", "Withdraw this override?")
	p.keys("\x1b")
	p.until("!document.querySelector('dialog[open]') && document.activeElement?.innerText.startsWith('Withdraw')",
		"Escape withdraws nothing, the focus is back")
	p.see("in use")
}

// publish plans the coming week, of which the platform has nothing yet.
func publish(p *page) {
	p.visit("#/publish")
	p.click("Plan the coming weeks")
	p.see("Nothing is submitted: this is a dry run.")
	p.accessible()
	p.click("Plan")
	p.see("Planned week")
	p.submit()
}

// submit submits the plan that is shown, and watches the platform's steps to their end.
func (p *page) submit() {
	p.t.Helper()
	p.see("not submitted")
	p.confirm("Submit to Workforce Management", "Publish 1 week")
	p.until("document.querySelector('ol .done')", "the platform's steps are shown")
	p.see("Genesys forecast ID")
	p.see("this plan, published now")
}

// confirm begins to publish and confirms it, by keyboard: the first click publishes nothing and says what changes, Escape
// leaves it, and the focus comes back.
func (p *page) confirm(button, confirmed string) {
	p.t.Helper()
	runs := len(p.site.items(p.t, "/runs"))
	p.until(named(button), "there is "+button)
	p.must(named(button) + ".focus()")
	p.keys("\r")
	p.until(one("dialog[open] table tbody tr"), "what changes is named")
	p.seeIn("dialog[open]", "planning groups")
	p.until("/is told by webhook|Nobody is told/.test(document.querySelector('dialog[open]').innerText)", "who is told is named")
	p.accessible()
	p.keys("\x1b")
	p.until("!document.querySelector('dialog[open]') && document.activeElement?.innerText === "+quoted(button), "Escape closes it, the focus is back")
	if now := len(p.site.items(p.t, "/runs")); now != runs {
		p.t.Fatalf("%d runs were begun before anything was confirmed", now-runs)
	}
	p.click(button)
	p.must("document.querySelector('dialog[open] input[type=checkbox]')?.click() ?? true") // where a limit is exceeded
	p.click(confirmed)
}

// publishAgain plans the week once more: what changes is what the override moved.
func publishAgain(p *page) {
	p.visit("#/publish")
	p.click("Plan the coming weeks")
	p.click("Plan")
	p.see("Changes")
	p.see("in Genesys when it was planned")
	p.click("Change")
	p.until("/^\\+\\d/.test(document.querySelector('tfoot td:last-child')?.innerText)", "the week has more contacts")
	p.accessible()
	p.submit()
}

// publishWeeks plans two weeks: the first says what was just published, the second is new.
func publishWeeks(p *page) {
	p.visit("#/publish")
	p.click("Plan the coming weeks")
	p.fill("Number of weeks, from next week", "2")
	p.click("Plan")
	p.see("What changes per week")
	p.see("not submitted")
	p.accessible()
	p.see("One week is unchanged")
	p.confirm("Submit 1 week to Workforce Management", "Publish 1 week")
	p.until("['unchanged', 'published'].every(state => [...document.querySelectorAll('tbody tr')].some(r => r.innerText.includes(state)))",
		"each week ends in its state")
}

func rollBack(p *page) {
	p.click("Restore the previous plan")
	p.see("It restores an earlier plan")
	p.submit()
}

func masks(p *page) {
	rows := p.site.items(p.t, "/masks?limit=1")
	p.visit("#/data?view=masks")
	p.see("Nothing is deleted")
	if len(rows) > 0 {
		p.press("[...document.querySelectorAll('tbody button')].find(b => b.innerText.startsWith('Include again'))")
		p.until("/^Include .* again/.test(document.querySelector('dialog[open] h2')?.innerText)", "it asks for the reason")
		p.write(one("dialog[open] input"), "it was a real day")
		p.accessible()
		p.click("Include day")
		p.see("it was a real day")
	}
	p.click("Exclude days by hand, such as an outage")
	p.click("All codes")
	day := time.Now().AddDate(0, 0, -20).Format(time.DateOnly)
	p.fill("First day", day)
	p.write(one("details input:not([type])"), "the line was down")
	p.click("Exclude days")
	p.see("The days are excluded from the next forecast on.")
	p.see("Manual decisions")
	p.press("[...document.querySelectorAll('section[aria-labelledby=decided] tr')].find(r => r.innerText.includes('the line was down'))?.querySelector('button')")
	p.see("Withdraw this decision?")
	p.click("Withdraw decision")
	p.see("withdrawn by adam")
}

func calendar(p *page) {
	p.visit("#/data?view=calendar")
	p.see("Upcoming special days")
	const form = "form[aria-label='Add a day'] "
	p.write(one(form+"input:not([type])"), "Rent day")
	p.write(one(form+"input[type=date]"), time.Now().AddDate(0, 0, 5).Format(time.DateOnly))
	p.press(one(form + "button"))
	p.see("Saved. The next forecast uses it.")
	p.seeIn("section[aria-labelledby=coming]", "Rent day")
	p.write(one(form+"input:not([type])"), "Launch")
	p.write(one(form+"input[type=date]"), time.Now().AddDate(0, 0, 6).Format(time.DateOnly))
	p.write(one(form+"input[type=number]"), "30")
	p.press(one(form + "button"))
	p.see("+30% expected")
	if _, found := p.site.get(p.t, "/calendar/suggestion"); len(listOf(found["regions"])) > 0 { // one click
		p.see("Found in the history")
		region, _ := listOf(found["regions"])[0].(map[string]any)["region"].(string)
		p.press(one("section[aria-labelledby=suggested] button.primary"))
		p.seeIn("section[aria-labelledby=holidays]", region)
	}
	p.fill("Region, such as US-MA, GB-ENG, DE-BY", "US-MA")
	p.press(one("section[aria-labelledby=holidays] form button"))
	p.see("Holidays observed here")
}

// listOf is a list of an answer, empty where it has none.
func listOf(v any) []any {
	list, _ := v.([]any)
	return list
}

func startARun(p *page) {
	p.visit("#/runs")
	p.click("Start a run")
	p.see("reads, checks, forecasts and plans; nothing is sent")
	p.accessible()
	p.click("Start")
	p.see("dry run: nothing is sent")
	p.until("document.querySelector('[role=log] li')", "the log fills")
	p.see("It made the plan of the week")
	p.until("document.querySelectorAll('[role=log] li').length > 3", "every step is in the log")
}

func schedulesAndWebhooks(p *page) {
	p.visit("#/settings?view=schedules")
	p.see("every day at 02:00")
	p.write(one("form[aria-label='Add a schedule'] select"), "working")
	p.see("Next due:")
	p.click("Add schedule")
	p.see("Monday to Friday at 02:00")
	p.press("[...document.querySelectorAll('tr')].find(r => r.innerText.includes('Monday to Friday'))?.querySelectorAll('button')[1]")
	p.click("Delete it")
	p.until("document.querySelector('table') && !document.querySelector('table').innerText.includes('Monday to Friday')", "it is gone")
	p.click("Webhooks")
	p.click("Send a test message")
	p.until("[...document.querySelectorAll('[role=status]')].some(e => e.innerText.includes('delivered'))", "it arrives")
	p.click("General")
	p.see("Credentials valid.")
	p.click("Check what a run needs")
	p.until("document.querySelectorAll('[aria-label=\"What was checked\"] li').length > 3", "everything a run needs is checked")
}

func nothingYet(p *page) {
	p.visit("")
	p.see("Nothing has been forecast yet")
	p.see("wrapcast demo")
	p.accessible()
}

func serverGone(p *page) {
	p.allow("net::ERR_")        // refused, or cut in the middle of the stream of events: each is what is tested here
	_ = p.site.Listener.Close() // before the connections, or the page would connect again at once
	p.site.CloseClientConnections()
	p.visit("#/audit")
	p.see("wrapcast does not answer")
	p.see("Try again")
}

// logIn logs in where a login is wanted.
func (p *page) logIn(name, password string) {
	p.t.Helper()
	p.allow("401")
	p.fill("Name", name)
	p.fill("Password", password)
	p.click("Log in")
	p.until("!document.querySelector('input[name=password]') && document.querySelector('nav')", name+" is in")
}
