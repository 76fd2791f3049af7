package web_test

import "testing"

// The stories people open the dashboard for, on a laptop and on a phone. Those that only look share one site; those
// that change something follow each other on a site of their own.

func TestDashboard(t *testing.T) {
	b := newBrowser(t)
	shared := newLocalSite(t)
	code, _ := freeze(t, shared)
	for name, as := range map[string]screen{"on a laptop": laptop, "on a phone": phone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Run("looking", func(t *testing.T) { looking(t, b.open(t, shared, as), code) })
			t.Run("at work", func(t *testing.T) { atWork(t, b.open(t, newTwinSite(t), as)) })
			b.open(t, serve(t, t.TempDir()), as).tells(t, "nothing stored yet is no blank page", nothingYet)
		})
	}
	t.Run("the keyboard reaches everything", func(t *testing.T) {
		t.Parallel()
		b.open(t, shared, laptop).tells(t, "with Tab", keyboard)
	})
}

func looking(t *testing.T, p *page, judged string) {
	t.Helper()
	p.tells(t, "the first visit explains itself", firstVisit)
	p.tells(t, "a code is found, and its forecast is explained", findACode)
	p.tells(t, "queues and the tree lead to codes", queuesAndTree)
	p.tells(t, "a chart can be read without eyes or mouse", readAChart)
	p.tells(t, "a plan is looked at per group and day", lookAtAPlan)
	p.tells(t, "forecasts of days that are over are replayed", forecastVsActual(judged))
	p.tells(t, "the data behind it is judged", judgeTheData)
	p.tells(t, "a run's steps and the audit chain", runsAndAudit)
	p.tells(t, "a viewer is told what would be needed", aViewerMayNot)
	p.tells(t, "a page is printed without what is for the screen", printed)
}

func atWork(t *testing.T, p *page) {
	t.Helper()
	p.tells(t, "people log in, wrong passwords are refused", logInAndOut)
	p.tells(t, "an admin lets somebody else in", addAUser)
	p.tells(t, "a plan is submitted and watched", publish)
	p.tells(t, "two weeks are submitted with one confirmation", publishWeeks)
	p.tells(t, "an override shows its effect before it is saved", override)
	p.tells(t, "overrides are looked through on their page", overridesPage)
	p.tells(t, "what it changes in the plan is seen and submitted", publishAgain)
	p.tells(t, "what was published before is restored", rollBack)
	p.tells(t, "an excluded day is included again, others are excluded", masks)
	p.tells(t, "an event is put into the calendar", calendar)
	p.tells(t, "a run is started and watched to its end", startARun)
	p.tells(t, "schedules and webhooks are looked after", schedulesAndWebhooks)
	if p.as == laptop {
		p.tells(t, "no page has a barrier axe finds, in either look", inBothLooks)
	} else {
		p.tells(t, "no page has a barrier axe finds", everyPage)
	}
	p.tells(t, "a server that went away is said so", serverGone)
}
