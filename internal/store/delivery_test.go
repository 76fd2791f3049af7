package store_test

import (
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

func delivery(org wrapcast.OrganisationID, id wrapcast.DeliveryID, next time.Time) wrapcast.Delivery {
	return wrapcast.Delivery{ID: id, Run: "r1", Organisation: org, URL: "https://example.com/hook", Body: []byte("{\"a\":\x00\xff1}"),
		State: wrapcast.DeliveryPending, NextAt: next, CreatedAt: noon}
}

func testDeliveryLife(b bundle) {
	early, late := delivery(b.org, "d1", noon.Add(time.Minute)), delivery(b.org, "d2", noon.Add(time.Hour))
	at := delivery(b.org, "d0", noon.Add(2*time.Minute))
	for _, d := range []wrapcast.Delivery{late, early, at} {
		b.update(func(tx *store.Tx) error { return tx.Deliveries().Add(d) })
	}
	b.refused(wrapcast.Conflict, "delivery d1 is already stored", func(tx *store.Tx) error { return tx.Deliveries().Add(early) })
	due := func(now time.Time, limit int) []wrapcast.Delivery {
		return read(b, func(tx *store.Tx) ([]wrapcast.Delivery, error) { return tx.Deliveries().Due(b.org, now, limit) })
	}
	wantSame(b.t, "due at noon", []wrapcast.Delivery(nil), due(noon, 9))
	wantSame(b.t, "due two minutes later", []wrapcast.Delivery{early, at}, due(noon.Add(2*time.Minute), 9))
	wantSame(b.t, "the first of them", []wrapcast.Delivery{early}, due(noon.Add(2*time.Minute), 1))

	dead := early
	dead.State, dead.Attempts, dead.StatusCode, dead.Reason = wrapcast.DeliveryDead, 5, 503, "service unavailable"
	b.update(func(tx *store.Tx) error { return tx.Deliveries().Save(dead, early) })
	delivered := at
	delivered.State, delivered.Attempts, delivered.StatusCode, delivered.DeliveredAt = wrapcast.DeliveryDelivered, 1, 204, noon.Add(3*time.Minute)
	b.update(func(tx *store.Tx) error { return tx.Deliveries().Save(delivered, at) })
	wantSame(b.t, "due in a day", []wrapcast.Delivery{late}, due(noon.AddDate(0, 0, 1), 9))
	wantSame(b.t, "dead", []wrapcast.Delivery{dead},
		read(b, func(tx *store.Tx) ([]wrapcast.Delivery, error) {
			dead, total, err := tx.Deliveries().Before(b.org, store.DeliveryQuery{State: wrapcast.DeliveryDead, Limit: 9})
			if total != 1 {
				b.t.Errorf("%d messages are dead", total)
			}
			return dead, err
		}))
	wantSame(b.t, "of the run", []wrapcast.Delivery{delivered, dead, late},
		read(b, func(tx *store.Tx) ([]wrapcast.Delivery, error) { return tx.Deliveries().OfRun(b.org, "r1") }))

	replayed := dead
	replayed.State, replayed.Attempts, replayed.NextAt = wrapcast.DeliveryPending, 0, noon.Add(time.Hour)
	b.update(func(tx *store.Tx) error { return tx.Deliveries().Save(replayed, dead) })
	wantSame(b.t, "replayed", replayed, read(b, func(tx *store.Tx) (wrapcast.Delivery, error) { return tx.Deliveries().Get(b.org, "d1") }))
}

func testDeliveryIsMovedOnce(b bundle) {
	d := delivery(b.org, "d1", noon)
	b.update(func(tx *store.Tx) error { return tx.Deliveries().Add(d) })
	tried := d
	tried.Attempts, tried.NextAt = 1, noon.Add(time.Minute)
	b.update(func(tx *store.Tx) error { return tx.Deliveries().Save(tried, d) })
	b.refused(wrapcast.Conflict, "delivery d1 is pending after 1 attempts, not pending after 0", func(tx *store.Tx) error { return tx.Deliveries().Save(tried, d) })
}
