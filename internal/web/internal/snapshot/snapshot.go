package snapshot

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/planning"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
)

// Snapshot is an organisation at one version of its store, seen from one of its business units, with the lists worked
// out that people search and sort. It never changes once made.
type Snapshot struct {
	Version store.Version
	// made is when it was worked out.
	made      time.Time
	Directory wrapcast.Directory
	// Zone is that of the business unit: its local days are the days of every list and series.
	Zone *time.Location
	// AsOf is the end of the history that was read, Today its local day: the present of the numbers, whatever the clock
	// says.
	AsOf  time.Time
	Today wrapcast.Date
	// Read are the intervals that were read, in their order.
	Read []wrapcast.Interval
	// Stored is the latest forecast as it was made, Forecast the same under the overrides in use now: what a plan made
	// now would say. Both are nil where there is none. It holds until an override expires, for ever where that is zero.
	Stored, Forecast *wrapcast.Forecast
	until            time.Time
	// Report is the latest of validation, nil where there is none.
	Report *wrapcast.ValidationReport
	// MaskEdits are the decisions of people about days of history, in the order they were made.
	MaskEdits []wrapcast.MaskEdit
	// Newer are the decisions that the latest forecast does not know.
	Newer []Newer

	// Directions are those whose contacts the forecast counts, and all lists and series with it.
	Directions []wrapcast.Direction

	// Used are the leaves that ever handled a contact of these directions; recent has the contacts of the last weeks.
	Used       []wrapcast.Leaf
	recent     recent
	codeNames  map[wrapcast.CodeID]wrapcast.Code
	queueNames map[wrapcast.QueueID]string
	next7      nextWeek

	Total  TotalRow
	Codes  []CodeRow
	Queues []QueueRow
	Leaves []LeafRow
}

// RecentDays is the days of history that a row of a list shows.
const RecentDays = 8 * 7

// AheadDays is the days of the forecast that it shows.
const AheadDays = 14

// Snapshots keeps the latest snapshot of each organisation and business unit.
type Snapshots struct {
	store *store.Store
	clock wrapcast.Clock
	// specs name the business units of the settings: the first is shown where none is asked for.
	specs Specs
	gate  gate
	kept  map[snapshotKey]*Snapshot
}

// snapshotKey names what a snapshot is of; the unit "" is the one shown where none is asked for.
type snapshotKey struct {
	org  wrapcast.OrganisationID
	unit wrapcast.BusinessUnitID
}

// Specs has the settings of runs of an organisation; zero where there are none.
type Specs func(wrapcast.OrganisationID) steps.Spec

// NewSnapshots makes the keeper of the snapshots of a store; specs has the settings of runs.
func NewSnapshots(db *store.Store, clock wrapcast.Clock, specs Specs) *Snapshots {
	return &Snapshots{store: db, clock: clock, specs: specs, gate: make(gate, 1), kept: map[snapshotKey]*Snapshot{}}
}

// Of returns the snapshot of an organisation's present version, seen from a business unit, made anew where the one kept
// is older. Without a unit it is the first of the settings, or the one planned last. It returns NotFound where the
// organisation has no such unit.
func (k *Snapshots) Of(
	ctx context.Context, org wrapcast.OrganisationID, unit wrapcast.BusinessUnitID,
) (*Snapshot, error) {
	key := snapshotKey{org, unit}
	if err := k.gate.enter(ctx); err != nil {
		return nil, err
	}
	defer k.gate.leave()
	now := k.clock.Now()
	var fresh *Snapshot
	err := k.store.View(ctx, func(tx *store.Tx) error {
		version, err := tx.Version(org)
		if err != nil {
			return err
		}
		if kept := k.kept[key]; kept != nil && kept.shows(version, now) {
			fresh = kept
			return nil
		}
		directory, err := k.directory(tx, key)
		if err != nil {
			return err
		}
		key.unit = directory.BusinessUnit.ID
		if kept := k.kept[key]; kept != nil && kept.shows(version, now) {
			fresh = kept
			return nil
		}
		fresh, err = readSnapshot(tx, directory, version, now, k.kept[key])
		return err
	})
	if err != nil {
		return nil, err
	}
	k.kept[snapshotKey{org, unit}], k.kept[key] = fresh, fresh
	return fresh, nil
}

// Spec makes settings of runs those of the snapshot's business unit.
func (s *Snapshot) Spec(spec steps.Spec) steps.Spec {
	unit := s.Directory.BusinessUnit
	spec.BusinessUnits, spec.TimeZone = wrapcast.ChooseUnits(string(unit.ID)), unit.TimeZone
	if !s.Directory.HasUnit() {
		spec.BusinessUnits = wrapcast.ChooseUnits(wrapcast.NoUnit)
	}
	return spec
}

// directory is that of an organisation as it is seen from a business unit.
func (k *Snapshots) directory(tx *store.Tx, key snapshotKey) (wrapcast.Directory, error) {
	d, err := tx.Directory().Of(key.org)
	if err != nil {
		return d, err
	}
	if wanted := d; k.specs(key.org).LookFrom(&wanted) == nil { // settings may name units that were never planned
		d = wanted
	}
	if key.unit == "" {
		return d, nil
	}
	from, found := d.From(key.unit)
	if !found {
		return d, wrapcast.Errorf(wrapcast.NotFound, "", "business unit %s is not planned", key.unit)
	}
	return from, nil
}

// readEvery is the least time between two snapshots of a history that is being read, interval by interval.
const readEvery = 10 * time.Second

// shows reports whether a snapshot still shows a version. A change that somebody made shows at once; a history that is
// being read, and is not whole before it has been, now and then.
func (s *Snapshot) shows(version store.Version, now time.Time) bool {
	if !s.until.IsZero() && !now.Before(s.until) {
		return false
	}
	return s.Version == version || s.Version.AuditSeq == version.AuditSeq && now.Sub(s.made) < readEvery
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
func readSnapshot(tx *store.Tx, directory wrapcast.Directory, version store.Version, now time.Time,
	before *Snapshot) (*Snapshot, error) {
	s, org := &Snapshot{Version: version, made: now, Directory: directory}, directory.Organisation.ID
	var err error
	if s.Zone, err = planning.Zone(s.Directory.BusinessUnit); err != nil {
		return nil, err
	}
	if s.Read, err = tx.Readings().Coverage(org, time.Time{}); err != nil {
		return nil, err
	}
	if n := len(s.Read); n > 0 {
		s.AsOf = s.Read[n-1].To
		s.Today = wrapcast.DateOf(s.AsOf.In(s.Zone))
	}
	if s.MaskEdits, err = store.DecisionsOf[wrapcast.MaskEdit](tx).All(org); err != nil {
		return nil, err
	}
	s.nameAll()
	if err := s.readDocuments(tx, org, before); err != nil {
		return nil, err
	}
	if err := s.readNewer(tx, org); err != nil {
		return nil, err
	}
	if s.Directions = []wrapcast.Direction{wrapcast.Inbound}; s.Stored != nil && len(s.Stored.Directions) > 0 {
		s.Directions = s.Stored.Directions
	}
	if err := s.readRecent(tx, org, before); err != nil {
		return nil, err
	}
	if err := s.override(tx, org, now); err != nil {
		return nil, err
	}
	return s, s.makeRows(tx.Context(), before)
}

func (s *Snapshot) readDocuments(tx *store.Tx, org wrapcast.OrganisationID, before *Snapshot) error {
	id, err := tx.Forecasts().LatestID(org, s.Directory.BusinessUnit.ID)
	if err != nil {
		return err
	}
	switch {
	case id == "":
	case before != nil && before.Stored != nil && before.Stored.ID == id:
		s.Stored = before.Stored
	default:
		made, err := tx.Forecasts().Get(org, id)
		if err != nil {
			return err
		}
		s.Stored = &made
	}
	report, err := tx.Validations().Latest(org, s.Directory.BusinessUnit.ID)
	if wrapcast.KindOf(err) == wrapcast.NotFound {
		return nil
	}
	s.Report = &report
	return err
}

// override puts the overrides of this moment on the forecast, so that pages show what somebody has just decided.
func (s *Snapshot) override(tx *store.Tx, org wrapcast.OrganisationID, now time.Time) error {
	s.Forecast = s.Stored
	if s.Stored == nil {
		return nil
	}
	all, err := steps.OverridesSince(tx, org, s.Stored.From)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.Active(now) && !o.ExpiresAt.IsZero() && (s.until.IsZero() || o.ExpiresAt.Before(s.until)) {
			s.until = o.ExpiresAt
		}
	}
	if len(all) > 0 || s.Stored.Base != nil {
		changed := steps.WithOverrides(*s.Stored, all, now)
		changed.ID, changed.Run, changed.MadeAt = s.Stored.ID, s.Stored.Run, s.Stored.MadeAt // not those of its base
		s.Forecast = &changed
	}
	return nil
}

// recent has the contacts handled per day of the last weeks, by code and by queue, oldest first; NaN on days that were
// not read.
type recent struct {
	from   wrapcast.Date
	codes  map[wrapcast.CodeID][]float64
	queues map[wrapcast.QueueID][]float64
}

// readRecent reads the contacts of the last weeks, or takes them from the snapshot before where the history is the
// same.
func (s *Snapshot) readRecent(tx *store.Tx, org wrapcast.OrganisationID, before *Snapshot) (err error) {
	if before != nil && before.Version.ReadAt == s.Version.ReadAt && before.Version.ReadTo == s.Version.ReadTo &&
		before.Zone.String() == s.Zone.String() && slices.Equal(before.Directions, s.Directions) {
		s.Used, s.recent = before.Used, before.recent
		return nil
	}
	if s.Used, err = tx.History().Leaves(org); err != nil {
		return err
	}
	s.Used = slices.DeleteFunc(s.Used, func(l wrapcast.Leaf) bool { return !slices.Contains(s.Directions, l.Direction) })
	s.recent = recent{from: s.Today - RecentDays, codes: map[wrapcast.CodeID][]float64{},
		queues: map[wrapcast.QueueID][]float64{}}
	codes, err := tx.Sums().CodeDays(org, s.Directions, s.Zone, s.recent.from, s.Today-1)
	if err != nil {
		return err
	}
	days := s.emptyDays(s.recent.from, s.Today-1)
	for _, d := range codes {
		place(s.recent.codes, d.Code, days)[d.Day-s.recent.from] = float64(d.Handled)
	}
	queues, err := tx.Sums().QueueDays(org, s.Directions, s.Zone, s.recent.from, s.Today-1)
	for _, d := range queues {
		place(s.recent.queues, d.Queue, days)[d.Day-s.recent.from] = float64(d.Handled)
	}
	return err
}

// place returns the days of a code or queue, made as days without a contact where there are none yet.
func place[K comparable](all map[K][]float64, key K, days []float64) []float64 {
	if all[key] == nil {
		all[key] = slices.Clone(days)
	}
	return all[key]
}

// emptyDays has a zero for every local day of which something was read, NaN for every other.
func (s *Snapshot) emptyDays(from, to wrapcast.Date) []float64 {
	days := make([]float64, max(int(to-from)+1, 0))
	for i := range days {
		days[i] = math.NaN()
	}
	for _, r := range s.Read {
		first := max(wrapcast.DateOf(r.From.In(s.Zone)), from)
		last := min(wrapcast.DateOf(r.To.Add(-1).In(s.Zone)), to)
		for d := first; d <= last; d++ {
			days[d-from] = 0
		}
	}
	return days
}
