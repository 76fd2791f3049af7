package web

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/flow"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/store"
)

// snapshot is what is known of an organisation at one version of its store, worked out
// for the lists people search and sort. It never changes once made.
type snapshot struct {
	version store.Version
	// made is when it was worked out.
	made      time.Time
	directory wrapcast.Directory
	zone      *time.Location
	// asOf is up to when the history was read, today its local day: the present of the numbers, whatever the clock says.
	asOf  time.Time
	today wrapcast.Date
	// read are the intervals that were read, in their order.
	read []wrapcast.Interval
	// stored is the latest forecast as it was made, forecast the same under the overrides in use now: what a plan made
	// now would say. Both are nil where there is none. It holds until an override expires, for ever where that is zero.
	stored, forecast *wrapcast.Forecast
	until            time.Time
	// report is the latest, nil where there is none.
	report *wrapcast.ValidationReport
	// maskEdits are what people decided about days of history, in the order they were made.
	maskEdits []wrapcast.MaskEdit

	// used are the leaves that ever handled a contact, recent what was handled in the last weeks.
	used       []wrapcast.Leaf
	recent     recent
	codeNames  map[wrapcast.CodeID]wrapcast.Code
	queueNames map[wrapcast.QueueID]string

	codes  []CodeRow
	queues []QueueRow
	leaves []leafRow
}

// recentDays is how much history a row of a list shows.
const recentDays = 8 * 7

// aheadDays is how much of the forecast it shows.
const aheadDays = 14

// snapshots keeps the latest snapshot of each organisation.
type snapshots struct {
	store *store.Store
	clock wrapcast.Clock
	gate  gate
	byOrg map[wrapcast.OrganisationID]*snapshot
}

// of returns the snapshot of an organisation's present version, made anew where the one kept is older.
func (k *snapshots) of(ctx context.Context, org wrapcast.OrganisationID) (*snapshot, error) {
	if err := k.gate.enter(ctx); err != nil {
		return nil, err
	}
	defer k.gate.leave()
	now := k.clock.Now()
	var fresh *snapshot
	err := k.store.View(ctx, func(tx *store.Tx) error {
		version, err := tx.Version(org)
		if err != nil {
			return err
		}
		if kept := k.byOrg[org]; kept != nil && kept.shows(version, now) {
			fresh = kept
			return nil
		}
		fresh, err = readSnapshot(tx, org, version, now, k.byOrg[org])
		return err
	})
	if err != nil {
		return nil, err
	}
	k.byOrg[org] = fresh
	return fresh, nil
}

// readEvery is how often what is shown follows a history that is being read, interval by interval.
const readEvery = 10 * time.Second

// shows reports whether a snapshot still shows a version. A change that somebody made shows at once; a history that is being
// read, and is not whole before it has been, now and then.
func (s *snapshot) shows(version store.Version, now time.Time) bool {
	if !s.until.IsZero() && !now.Before(s.until) {
		return false
	}
	return s.version == version || s.version.AuditSeq == version.AuditSeq && now.Sub(s.made) < readEvery
}

// gate lets one in at a time, and gives up waiting when its context does.
type gate chan struct{}

func (g gate) enter(ctx context.Context) error {
	select {
	case g <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g gate) leave() { <-g }

// readSnapshot works a snapshot out; documents that did not change are taken from the one before.
func readSnapshot(tx *store.Tx, org wrapcast.OrganisationID, version store.Version, now time.Time, before *snapshot) (*snapshot, error) {
	s := &snapshot{version: version, made: now}
	var err error
	if s.directory, err = tx.Directory(org); err != nil {
		return nil, err
	}
	if s.zone, err = planning.Zone(s.directory.BusinessUnit); err != nil {
		return nil, err
	}
	if s.read, err = tx.Coverage(org, time.Time{}); err != nil {
		return nil, err
	}
	if n := len(s.read); n > 0 {
		s.asOf = s.read[n-1].To
		s.today = wrapcast.DateOf(s.asOf.In(s.zone))
	}
	if err := s.readRecent(tx, org, before); err != nil {
		return nil, err
	}
	if s.maskEdits, err = tx.MaskEdits(org); err != nil {
		return nil, err
	}
	s.nameAll()
	if err := s.readDocuments(tx, org, before); err != nil {
		return nil, err
	}
	if err := s.override(tx, org, now); err != nil {
		return nil, err
	}
	s.makeRows()
	return s, nil
}

func (s *snapshot) readDocuments(tx *store.Tx, org wrapcast.OrganisationID, before *snapshot) error {
	id, err := tx.LatestForecastID(org)
	if err != nil {
		return err
	}
	switch {
	case id == "":
	case before != nil && before.stored != nil && before.stored.ID == id:
		s.stored = before.stored
	default:
		made, err := tx.Forecast(org, id)
		if err != nil {
			return err
		}
		s.stored = &made
	}
	report, err := tx.LatestValidation(org)
	if wrapcast.KindOf(err) == wrapcast.NotFound {
		return nil
	}
	s.report = &report
	return err
}

// override puts the overrides of this moment on the forecast, so that pages show what somebody has just decided.
func (s *snapshot) override(tx *store.Tx, org wrapcast.OrganisationID, now time.Time) error {
	s.forecast = s.stored
	if s.stored == nil {
		return nil
	}
	all, err := tx.Overrides(org, s.stored.From)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.Active(now) && !o.ExpiresAt.IsZero() && (s.until.IsZero() || o.ExpiresAt.Before(s.until)) {
			s.until = o.ExpiresAt
		}
	}
	if len(all) > 0 || s.stored.Base != nil {
		changed := flow.WithOverrides(*s.stored, all, now)
		changed.ID, changed.Run, changed.MadeAt = s.stored.ID, s.stored.Run, s.stored.MadeAt // not those of its base
		s.forecast = &changed
	}
	return nil
}

// recent is what was handled in the last weeks, by code and by queue, oldest first; NaN on days that were not read.
type recent struct {
	from   wrapcast.Date
	codes  map[wrapcast.CodeID][]float64
	queues map[wrapcast.QueueID][]float64
}

// readRecent reads what was handled in the last weeks, or takes it from the snapshot before where the history is still the same.
func (s *snapshot) readRecent(tx *store.Tx, org wrapcast.OrganisationID, before *snapshot) (err error) {
	if before != nil && before.version.ReadAt == s.version.ReadAt && before.version.ReadTo == s.version.ReadTo && before.zone.String() == s.zone.String() {
		s.used, s.recent = before.used, before.recent
		return nil
	}
	if s.used, err = tx.Leaves(org); err != nil {
		return err
	}
	s.recent = recent{from: s.today - recentDays, codes: map[wrapcast.CodeID][]float64{}, queues: map[wrapcast.QueueID][]float64{}}
	codes, err := tx.CodeDays(org, s.recent.from, s.today-1)
	if err != nil {
		return err
	}
	days := s.emptyDays(s.recent.from, s.today-1)
	for _, d := range codes {
		place(s.recent.codes, d.Code, days)[d.Day-s.recent.from] = float64(d.Handled)
	}
	queues, err := tx.QueueDays(org, s.recent.from, s.today-1)
	for _, d := range queues {
		place(s.recent.queues, d.Queue, days)[d.Day-s.recent.from] = float64(d.Handled)
	}
	return err
}

// place returns the days of a thing, made as those without a contact where there are none.
func place[K comparable](all map[K][]float64, key K, days []float64) []float64 {
	if all[key] == nil {
		all[key] = slices.Clone(days)
	}
	return all[key]
}

// emptyDays has a zero for every local day of which something was read, NaN for every other.
func (s *snapshot) emptyDays(from, to wrapcast.Date) []float64 {
	days := make([]float64, max(int(to-from)+1, 0))
	for i := range days {
		days[i] = math.NaN()
	}
	for _, r := range s.read {
		first := max(wrapcast.DateOf(r.From.In(s.zone)), from)
		last := min(wrapcast.DateOf(r.To.Add(-1).In(s.zone)), to)
		for d := first; d <= last; d++ {
			days[d-from] = 0
		}
	}
	return days
}
