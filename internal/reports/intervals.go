package reports

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/target/files"
)

// IntervalOptions say which interval file is made.
type IntervalOptions struct {
	Template files.Template
	// From is the first local day, Days how many; zero From is the first week that begins in the forecast, zero Days all
	// whole weeks from there, as many as the template takes.
	From wrapcast.Date
	Days int
	// Name is the file's.
	Name string
}

// IntervalFile is a forecast as another WFM system takes it.
type IntervalFile struct {
	Forecast wrapcast.ForecastID
	From     wrapcast.Date
	Days     int
	Rows     int
	// Contacts are those in the file, Forecasted those that were laid out before they were rounded.
	Contacts, Forecasted float64
	// Bytes are the file's, Digest is their SHA-256.
	Bytes  []byte
	Digest string
}

// Intervals lays a forecast out as an interval file, by planning group or, where there are none or the template asks
// for it, by queue and channel. What the template's rules refuse is an error; nothing is written.
func Intervals(ctx context.Context, v *steps.View, made wrapcast.Forecast, o IntervalOptions) (IntervalFile, error) {
	f := IntervalFile{Forecast: made.ID}
	if err := f.chooseDays(v, made, o); err != nil {
		return f, err
	}
	intraday, err := v.Intraday(ctx, &made)
	if err != nil {
		return f, err
	}
	groups, channels := subjectsOf(v, made, o.Template)
	if len(groups) == 0 {
		return f, wrapcast.Errorf(wrapcast.NotFound, "", "the forecast has no contacts that could be written")
	}
	plans, err := intraday.Days(groups, f.From, f.Days)
	if err != nil {
		return f, err
	}
	in := files.Input{Zone: v.Zone, From: f.From, Days: f.Days, WeekStart: v.Directory.BusinessUnit.WeekStart}
	for i, p := range plans {
		in.Subjects = append(in.Subjects, files.Subject{ID: string(p.Group), Name: p.Name, Channel: channels[i],
			Offered: p.Offered, Seconds: p.HandleSeconds})
		for _, n := range p.Offered {
			f.Forecasted += n
		}
	}
	file, err := files.New(o.Template, in, o.Name)
	if err != nil {
		return f, err
	}
	var b bytes.Buffer
	err = file.Write(&b)
	sum := sha256.Sum256(b.Bytes())
	f.Rows, f.Contacts, f.Bytes, f.Digest = file.Rows, file.Contacts, b.Bytes(), hex.EncodeToString(sum[:])
	return f, err
}

// chooseDays finds the days of the file.
func (f *IntervalFile) chooseDays(v *steps.View, made wrapcast.Forecast, o IntervalOptions) error {
	begins, end := v.Directory.BusinessUnit.WeekStart, made.From+wrapcast.Date(made.Days)
	if f.From = o.From; f.From == 0 {
		if f.From = made.From.StartOfWeek(begins); f.From < made.From {
			f.From += 7
		}
	}
	if f.Days = o.Days; f.Days == 0 {
		f.Days = int(end-f.From) / 7 * 7
		if most := o.Template.Rules.MaxDays; most > 0 {
			f.Days = min(f.Days, most)
		}
	}
	if f.Days < 1 || f.From < made.From || f.From+wrapcast.Date(f.Days) > end {
		return wrapcast.Errorf(wrapcast.Usage, "", "the forecast has %s to %s, not %d days from %s on", made.From, end-1,
			f.Days, f.From).WithHint("choose days within it with --from and --days, or forecast further: `wrapcast run --dry-run --weeks 6`")
	}
	return nil
}

// subjectsOf are the planning groups, or one for each queue and channel of the forecast, and the channel of each.
func subjectsOf(v *steps.View, made wrapcast.Forecast, t files.Template) (groups []wrapcast.PlanningGroup,
	channels []string) {
	if t.Of == "planning_group" && len(v.Directory.PlanningGroups) > 0 {
		for _, g := range v.Directory.PlanningGroups {
			if slices.Contains(v.LeftOut(), g.ID) {
				continue
			}
			groups, channels = append(groups, g), append(channels, channelOf(v.Directory, g))
		}
		return groups, channels
	}
	return queuesAsGroups(v.Directory, made)
}

// channelOf is the channel of a group where all its routes have one.
func channelOf(d wrapcast.Directory, g wrapcast.PlanningGroup) (channel string) {
	for i, r := range g.Routes {
		name := d.ChannelName(wrapcast.Stream{Media: r.Media})
		if i > 0 && name != channel {
			return ""
		}
		channel = name
	}
	return channel
}

// queuesAsGroups are the queues of a forecast by channel, in the order of their names. One with several channels has
// the channel in its name.
func queuesAsGroups(d wrapcast.Directory, made wrapcast.Forecast) (groups []wrapcast.PlanningGroup, channels []string) {
	type at struct {
		queue wrapcast.QueueID
		media wrapcast.MediaType
	}
	var all []at
	several := map[wrapcast.QueueID]int{}
	for _, l := range made.Leaves {
		if a := (at{l.Leaf.Queue, l.Leaf.Media}); !slices.Contains(all, a) {
			all = append(all, a)
			several[a.queue]++
		}
	}
	slices.SortFunc(all, func(a, b at) int {
		return cmp.Or(cmp.Compare(d.Queue(a.queue).Name, d.Queue(b.queue).Name), cmp.Compare(a.queue, b.queue),
			cmp.Compare(a.media, b.media))
	})
	for _, a := range all {
		channel := d.ChannelName(wrapcast.Stream{Queue: a.queue, Media: a.media})
		name := d.Queue(a.queue).Name
		if several[a.queue] > 1 {
			name += " " + channel
		}
		groups = append(groups, wrapcast.PlanningGroup{ID: wrapcast.PlanningGroupID(a.queue), Name: name,
			Routes: []wrapcast.Route{{Queue: a.queue, Media: a.media}}})
		channels = append(channels, channel)
	}
	return groups, channels
}

// NoteIntervals writes into the audit chain that an interval file was written, by whom and where, with the digest of
// its bytes.
func NoteIntervals(ctx context.Context, v *steps.View, f IntervalFile, template, path, actor string) error {
	return v.Store.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.Audit().Append(wrapcast.AuditEntry{Organisation: v.Organisation(), At: v.Clock.Now(), Actor: actor,
			Action: "export.intervals", Status: steps.StatusOK, Detail: template + " to " + path,
			Objects: map[string]string{"forecast": string(f.Forecast), "file_digest": f.Digest}})
		return err
	})
}
