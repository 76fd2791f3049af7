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
	b.update(func(tx *store.Tx) error { return tx.Snapshots().Save(other) })
	b.update(func(tx *store.Tx) error { return tx.Snapshots().Save(day) })
	days := func(source wrapcast.AccuracySource, first, last wrapcast.Date) []wrapcast.ForecastSnapshot {
		return read(b, func(tx *store.Tx) ([]wrapcast.ForecastSnapshot, error) {
			return tx.Snapshots().Days(b.org, source, first, last)
		})
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
		read(b, func(tx *store.Tx) ([]store.SnapshotKey, error) { return tx.Snapshots().Keys(b.org, 20000) }))
}

func testPublications(b bundle) {
	b.withPlans("p1", "p2")
	for i, id := range []wrapcast.PlanID{"p1", "p2"} {
		s := submission(b.org, wrapcast.SubmissionID("s"+string(id)), id)
		s.SentAt, s.State = noon.AddDate(0, 0, 3-i), wrapcast.SubmissionCompleted
		b.update(func(tx *store.Tx) error { return tx.Submissions().Save(s, "") })
	}
	all := read(b, func(tx *store.Tx) ([]store.Publication, error) { return tx.Snapshots().Publications(b.org) })
	if len(all) != 2 || !all[0].At.Equal(noon.AddDate(0, 0, 2)) || all[0].Forecast != "f1" || all[0].From != 20000 || all[0].Days != 2 {
		b.t.Errorf("publications: %+v", all)
	}
}
