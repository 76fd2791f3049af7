package store_test

import (
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

func directory(org wrapcast.OrganisationID) wrapcast.Directory {
	return wrapcast.Directory{
		Organisation: wrapcast.Organisation{ID: org, Name: "City of Boston", Region: "us-east-1"},
		BusinessUnit: wrapcast.BusinessUnit{ID: "bu", Name: "311", TimeZone: "America/New_York", WeekStart: time.Monday},
		Queues:       []wrapcast.Queue{{ID: "q1", Name: "Parks"}, {ID: "q2", Name: "Public Works"}},
		Codes: []wrapcast.Code{{ID: wrapcast.NoCode, Name: "no code"}, {ID: "ININ-WRAP-UP-TIMEOUT", Name: "Timeout"},
			{ID: "c1", Name: "Pothole"}, {ID: "c2", Name: "Café ☕ \"'`", Deleted: true}},
		PlanningGroups: []wrapcast.PlanningGroup{
			{ID: "g1", Name: "Parks voice", Routes: []wrapcast.Route{{Queue: "q1", Media: wrapcast.Voice}}},
			{ID: "g2", Name: "Spanish", Routes: []wrapcast.Route{{Queue: "q2", Media: wrapcast.Chat, Language: "es", Skills: []wrapcast.SkillID{"a", "b"}}}},
		},
	}
}

func testDirectoryRoundTrip(b bundle) {
	want := directory(b.org)
	want.Languages = []wrapcast.Language{{ID: "es", Name: "Spanish"}}
	want.Skills = []wrapcast.Skill{{ID: "a", Name: "Accounts"}, {ID: "b", Name: "Billing"}}
	want.PlanningGroups[0].Goal = &wrapcast.ServiceGoal{Template: "Phones", ServiceLevel: 0.8, Within: 20, ASA: 30, Abandoned: 0.05}
	for range 2 { // the second time over what is there
		b.update(func(tx *store.Tx) error { return tx.Directory().Save(want) })
		wantSame(b.t, "directory", want, read(b, func(tx *store.Tx) (wrapcast.Directory, error) { return tx.Directory().Of(b.org) }))
	}
}

func testDirectoryKeepsTheDeparted(b bundle) {
	b.update(func(tx *store.Tx) error { return tx.Directory().Save(directory(b.org)) })
	next := directory(b.org)
	next.Organisation.Name = "Boston"
	next.BusinessUnit = wrapcast.BusinessUnit{ID: "bu2", Name: "another", TimeZone: "UTC"}
	next.Queues = []wrapcast.Queue{{ID: "q2", Name: "Streets"}}
	next.Codes = []wrapcast.Code{{ID: "c2", Name: "Coffee"}, {ID: "c3", Name: "New"}}
	next.PlanningGroups = nil
	b.update(func(tx *store.Tx) error { return tx.Directory().Save(next) })

	want := next
	want.Queues = []wrapcast.Queue{{ID: "q1", Name: "Parks"}, {ID: "q2", Name: "Streets"}}
	want.Codes = []wrapcast.Code{{ID: wrapcast.NoCode, Name: "no code", Deleted: true}, {ID: "ININ-WRAP-UP-TIMEOUT", Name: "Timeout", Deleted: true},
		{ID: "c1", Name: "Pothole", Deleted: true}, {ID: "c2", Name: "Coffee"}, {ID: "c3", Name: "New"}}
	before := directory(b.org)
	want.Others = []wrapcast.PlannedUnit{{BusinessUnit: before.BusinessUnit, PlanningGroups: before.PlanningGroups}}
	wantSame(b.t, "directory", want, read(b, func(tx *store.Tx) (wrapcast.Directory, error) { return tx.Directory().Of(b.org) }))
}

func testOrganisationsAreKeptApart(b bundle) {
	other := b.another()
	mine := wrapcast.Extract{From: noon, To: noon.Add(time.Hour), ReadAt: noon, Observations: []wrapcast.Observation{observation("c1", noon, 5)}}
	theirs := wrapcast.Extract{From: noon, To: noon.Add(time.Hour), ReadAt: noon}
	b.update(func(tx *store.Tx) error { return tx.Directory().Save(directory(b.org)) })
	b.update(func(tx *store.Tx) error { _, err := tx.History().Replace(b.org, time.UTC, mine); return err })
	other.update(func(tx *store.Tx) error {
		return tx.Directory().Save(wrapcast.Directory{Organisation: wrapcast.Organisation{ID: other.org}})
	})
	other.update(func(tx *store.Tx) error { _, err := tx.History().Replace(other.org, time.UTC, theirs); return err })

	wantSame(b.t, "my directory", directory(b.org), read(b, func(tx *store.Tx) (wrapcast.Directory, error) { return tx.Directory().Of(b.org) }))
	wantSame(b.t, "my totals", store.Totals{Contacts: 5, Observations: 1}, read(b, func(tx *store.Tx) (store.Totals, error) { return tx.History().Totals(b.org, nil) }))
	wantSame(b.t, "their totals", store.Totals{}, read(b, func(tx *store.Tx) (store.Totals, error) { return tx.History().Totals(other.org, nil) }))
	found := map[wrapcast.OrganisationID]string{}
	for _, o := range read(b, func(tx *store.Tx) ([]wrapcast.Organisation, error) { return tx.Directory().Organisations() }) {
		found[o.ID] = o.Name
	}
	if name, there := found[other.org]; !there || name != "" || found[b.org] != "City of Boston" {
		b.t.Errorf("organisations are %v", found)
	}
}
