package imports

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/source"
	"github.com/wrapcast/wrapcast/internal/store"
)

// streamsOf are the streams of all that is stored of an organisation.
func streamsOf(tx *store.Tx, org wrapcast.OrganisationID) (all []wrapcast.Stream, err error) {
	leaves, err := tx.History().Leaves(org)
	for _, l := range leaves {
		all = append(all, l.Stream())
	}
	return all, err
}

// planned makes a directory that of one business unit, with a planning group for each queue and channel; of an
// organisation that has days alone it has none.
func planned(d wrapcast.Directory, zone string, intervals bool, streams []wrapcast.Stream) wrapcast.Directory {
	if !intervals {
		d.Plan(nil, zone)
		return d
	}
	unit := wrapcast.PlannedUnit{BusinessUnit: wrapcast.BusinessUnit{ID: wrapcast.BusinessUnitID(d.Organisation.ID),
		Name: d.Organisation.Name, TimeZone: zone, WeekStart: time.Monday}}
	channels := map[wrapcast.QueueID]map[wrapcast.MediaType]bool{}
	for _, s := range streams {
		if channels[s.Queue] == nil {
			channels[s.Queue] = map[wrapcast.MediaType]bool{}
		}
		channels[s.Queue][s.Media] = true
	}
	for queue, media := range channels {
		for m := range media {
			name := d.Queue(queue).Name
			if len(media) > 1 {
				name += " / " + string(m)
			}
			sum := sha256.Sum256([]byte("wrapcast file group\x00" + string(queue) + "\x00" + string(m)))
			unit.PlanningGroups = append(unit.PlanningGroups, wrapcast.PlanningGroup{ID: wrapcast.PlanningGroupID(fmt.Sprintf(
				"%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])), Name: name,
				Routes: []wrapcast.Route{{Queue: queue, Media: m}}})
		}
	}
	slices.SortFunc(unit.PlanningGroups, func(a, b wrapcast.PlanningGroup) int {
		if a.Name != b.Name {
			return map[bool]int{true: -1, false: 1}[a.Name < b.Name]
		}
		return map[bool]int{true: -1, false: 1}[a.ID < b.ID]
	})
	d.Plan([]wrapcast.PlannedUnit{unit}, zone)
	return d
}

// Source is an organisation that is fed by files. It asks nobody: what it knows was imported.
type Source struct {
	Keeper
	// Named is the id or the name of the organisation.
	Named string
	// Folder is where new files are looked for, nil for nowhere.
	Folder *Folder
}

var _ source.Source = Source{}

// Organisation takes in what is new in the folder, and says whose history this is.
func (s Source) Organisation(ctx context.Context) (o wrapcast.Organisation, err error) {
	if s.Folder != nil {
		if err := s.Folder.Take(ctx); err != nil {
			return o, err
		}
	}
	d, err := s.stored(ctx)
	return d.Organisation, err
}

// stored is what was imported of the organisation.
func (s Source) stored(ctx context.Context) (d wrapcast.Directory, err error) {
	err = s.Store.View(ctx, func(tx *store.Tx) error {
		org, found, err := Find(tx, s.Named)
		if err != nil {
			return err
		}
		if !found || !org.FromFiles() {
			return wrapcast.Errorf(wrapcast.NotFound, "", "no file of %s was imported yet", s.Named).
				WithHint("wrapcast import FILE --organisation %q", s.Named)
		}
		d, err = tx.Directory().Of(org.ID)
		return err
	})
	return d, err
}

// Units implements [source.Source]: one, that of the whole organisation, unless its files have days alone.
func (s Source) Units(ctx context.Context) (all []wrapcast.BusinessUnit, err error) {
	d, err := s.stored(ctx)
	for _, u := range d.Units() {
		all = append(all, u.BusinessUnit)
	}
	return all, err
}

// PlannedUnits implements [source.Source].
func (s Source) PlannedUnits(ctx context.Context, units []wrapcast.BusinessUnit) (all []wrapcast.PlannedUnit,
	err error) {
	d, err := s.stored(ctx)
	for _, u := range d.Units() {
		if slices.ContainsFunc(units, func(b wrapcast.BusinessUnit) bool { return b.ID == u.ID }) {
			all = append(all, u)
		}
	}
	return all, err
}

// Directory implements [source.Source].
func (s Source) Directory(ctx context.Context, _ wrapcast.Organisation) (wrapcast.Directory, error) {
	return s.stored(ctx)
}

// ReadHistory implements [source.Source]: all there is was stored when it was imported.
func (s Source) ReadHistory(context.Context, source.Reading) (json.RawMessage, error) {
	return nil, nil
}

// Check says what the organisation has, and whether its directory can be looked through.
func (s Source) Check(ctx context.Context) []wrapcast.Check {
	d, err := s.stored(ctx)
	var last []wrapcast.Import
	if err == nil {
		err = s.Store.View(ctx, func(tx *store.Tx) (err error) {
			last, err = tx.Imports().All(d.Organisation.ID)
			return err
		})
	}
	c := wrapcast.Check{Name: "files", Status: wrapcast.CheckOK}
	kept := slices.IndexFunc(last, func(i wrapcast.Import) bool { return i.State == wrapcast.ImportKept })
	switch {
	case err != nil:
		c.Status, c.Message, c.Advice, c.Kind = wrapcast.CheckFailed, err.Error(), wrapcast.Hint(err), wrapcast.KindOf(err)
	case kept >= 0:
		c.Message = "the last was " + Sentence(last[kept])
	}
	checks := []wrapcast.Check{c}
	for _, i := range last[:max(kept, 0)] {
		checks = append(checks, wrapcast.Check{Name: "files", Status: wrapcast.CheckWarning, Message: i.File + " was refused: " +
			i.Reason, Advice: i.Hint})
	}
	if s.Folder != nil {
		if _, err := os.ReadDir(s.Folder.Dir); err != nil {
			checks = append(checks, wrapcast.Check{Name: "directory of files", Status: wrapcast.CheckFailed, Message: err.Error(),
				Advice: "make it readable, or correct files.directory in the settings", Kind: wrapcast.Usage})
		}
	}
	return checks
}
