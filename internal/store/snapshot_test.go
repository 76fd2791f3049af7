package store_test

import (
	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

func testSnapshots(b bundle) {
	value := wrapcast.SnapshotValue{Mean: 2.5, Median: 2, HandleSeconds: 300, Bands: []wrapcast.BandValue{{Level: 0.85, Lower: 0, Upper: 5}}}
	day := wrapcast.ForecastSnapshot{Organisation: b.org, Day: 20000, Lead: 7, Age: 8, Forecast: "f1", MadeAt: noon, Published: true, Latest: true,
		Values: []wrapcast.SubjectSnapshot{{Kind: wrapcast.LevelCode, ID: "c1", Name: "Pothole", SnapshotValue: value, Base: &value, Scale: 1.5},
			{Kind: wrapcast.LevelGroup, ID: "g1", Routes: []wrapcast.Route{{Queue: "q1", Media: wrapcast.Voice}}, SnapshotValue: value, Scale: wrapcast.NotMeasured()}}}
	other := day
	other.Day, other.Lead = 20001, 1
	b.forecasts("f1", "", "f2", "", "f3", "another unit")
	b.update(func(tx *store.Tx) error { return tx.Snapshots().Save(other) })
	b.update(func(tx *store.Tx) error { return tx.Snapshots().Save(day) })
	daysOf := func(unit wrapcast.BusinessUnitID, source wrapcast.AccuracySource, first, last wrapcast.Date) []wrapcast.ForecastSnapshot {
		return read(b, func(tx *store.Tx) ([]wrapcast.ForecastSnapshot, error) {
			return tx.Snapshots().Days(b.org, unit, source, first, last)
		})
	}
	days := func(source wrapcast.AccuracySource, first, last wrapcast.Date) []wrapcast.ForecastSnapshot {
		return daysOf("", source, first, last)
	}
	wantSame(b.t, "all days", []wrapcast.ForecastSnapshot{day, other}, days(wrapcast.SourcePublished, 0, 30000))
	wantSame(b.t, "one day", []wrapcast.ForecastSnapshot{other}, days(wrapcast.SourceMade, 20001, 20001))

	later := day // a later forecast held after all, once its submission was settled
	later.Forecast, later.Latest = "f2", false
	b.update(func(tx *store.Tx) error { return tx.Snapshots().Save(later) })
	wantSame(b.t, "published", []wrapcast.ForecastSnapshot{later}, days(wrapcast.SourcePublished, 20000, 20000))
	day.Published = false
	wantSame(b.t, "made", []wrapcast.ForecastSnapshot{day}, days(wrapcast.SourceMade, 20000, 20000))
	wantSame(b.t, "keys", []store.SnapshotKey{{Day: 20000, Lead: 7, Forecast: "f1", Latest: true}, {Day: 20000, Lead: 7, Forecast: "f2", Published: true},
		{Day: 20001, Lead: 1, Forecast: "f1", Published: true, Latest: true}},
		read(b, func(tx *store.Tx) ([]store.SnapshotKey, error) { return tx.Snapshots().Keys(b.org, "", 20000) }))

	theirs := later // what another unit had takes nobody's place
	theirs.Forecast, theirs.Latest = "f3", true
	b.update(func(tx *store.Tx) error { return tx.Snapshots().Save(theirs) })
	wantSame(b.t, "published by the other unit", []wrapcast.ForecastSnapshot{theirs}, daysOf("another unit", wrapcast.SourcePublished, 0, 30000))
	wantSame(b.t, "published still", []wrapcast.ForecastSnapshot{later}, days(wrapcast.SourcePublished, 20000, 20000))
	wantSame(b.t, "made still", []wrapcast.ForecastSnapshot{day}, days(wrapcast.SourceMade, 20000, 20000))
}

// forecasts stores forecasts, each for a business unit.
func (b bundle) forecasts(ids ...string) {
	b.t.Helper()
	for i := 0; i+1 < len(ids); i += 2 {
		f := forecast(b.org, wrapcast.ForecastID(ids[i]))
		f.BusinessUnit = wrapcast.BusinessUnitID(ids[i+1])
		b.update(func(tx *store.Tx) error { return tx.Forecasts().Add(f) })
	}
}

func testForecastsOfUnits(b bundle) {
	b.forecasts("f1", "europe", "f2", "america", "f3", "europe", "f4", "")
	for unit, want := range map[wrapcast.BusinessUnitID]wrapcast.ForecastID{"europe": "f3", "america": "f2", "": "f4", "asia": ""} {
		id := read(b, func(tx *store.Tx) (wrapcast.ForecastID, error) { return tx.Forecasts().LatestID(b.org, unit) })
		heads := read(b, func(tx *store.Tx) ([]store.ForecastHead, error) {
			all, _, err := tx.Forecasts().Heads(b.org, store.ForecastQuery{BusinessUnit: &unit, Limit: 9})
			return all, err
		})
		if id != want || len(heads) > 0 != (want != "") || len(heads) > 0 && (heads[0].ID != want || heads[0].BusinessUnit != unit) {
			b.t.Errorf("%q has %q, heads %+v", unit, id, heads)
		}
		err := b.View(b.T.Context(), func(tx *store.Tx) error {
			f, err := tx.Forecasts().OfRun(b.org, "r1", unit)
			if err == nil && f.ID != want {
				b.t.Errorf("of the run: %q", f.ID)
			}
			return err
		})
		if (err == nil) != (want != "") {
			b.t.Errorf("of the run: %v", err)
		}
	}
}

func testPublications(b bundle) {
	b.withPlans("p1", "p2")
	for i, id := range []wrapcast.PlanID{"p1", "p2"} {
		s := submission(b.org, wrapcast.SubmissionID("s"+string(id)), id)
		s.SentAt, s.State = noon.AddDate(0, 0, 3-i), wrapcast.SubmissionCompleted
		b.update(func(tx *store.Tx) error { return tx.Submissions().Save(s, "") })
	}
	all := read(b, func(tx *store.Tx) ([]store.Publication, error) { return tx.Snapshots().Publications(b.org, "") })
	if len(all) != 2 || !all[0].At.Equal(noon.AddDate(0, 0, 2)) || all[0].Forecast != "f1" || all[0].From != 20000 || all[0].Days != 2 {
		b.t.Errorf("publications: %+v", all)
	}
}
