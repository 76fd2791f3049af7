package genesys

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
	"github.com/wrapcast/wrapcast/internal/target"
)

// ForecastWeek is one week of a forecast, per planning group. Groups have no names here.
type ForecastWeek struct {
	Groups []wrapcast.GroupPlan
	// Odd are the groups of which not all could be understood.
	Odd []target.OddGroup
}

// weekData is one week of a forecast, as the platform returns it.
type weekData struct {
	// ReferenceStart is the instant of index 0.
	ReferenceStart string      `json:"referenceStartDate"`
	WeekNumber     int         `json:"weekNumber"`
	PlanningGroups []groupData `json:"planningGroups"`
}

// groupData is a planning group's part of a forecast; a value that is null is no number.
type groupData struct {
	PlanningGroupID wrapcast.PlanningGroupID `json:"planningGroupId"`
	Offered         []*float64               `json:"offeredPerInterval"`
	HandleSeconds   []*float64               `json:"averageHandleTimeSecondsPerInterval"`
}

// ForecastData reads the quarter-hours of one week of a forecast: the one that begins on week, which may be any of the
// forecast's. A group has as many values as the platform kept, from the week's start on.
func (c *Client) ForecastData(ctx context.Context, unit wrapcast.BusinessUnit, f ListedForecast,
	week wrapcast.Date) (ForecastWeek, error) {
	wanted, err := weekOf(unit, f, week)
	if err != nil {
		return ForecastWeek{}, err
	}
	var inline struct {
		Result      *weekData `json:"result"`
		DownloadURL string    `json:"downloadUrl"`
	}
	err = c.get(ctx, transport.ForecastDataCall, url.Values{"weekNumber": {strconv.Itoa(wanted.number)}}, &inline,
		string(unit.ID), f.Week, f.ID)
	if err != nil {
		return ForecastWeek{}, err
	}
	data := inline.Result
	if data == nil && inline.DownloadURL != "" {
		if data, err = c.download(ctx, inline.DownloadURL); err != nil {
			return ForecastWeek{}, err
		}
	}
	return wanted.read(data)
}

// download fetches what is too large to be sent inline, either bare or in the same envelope.
func (c *Client) download(ctx context.Context, address string) (*weekData, error) {
	if err := checkSigned(transport.DownloadCall, address); err != nil {
		return nil, err
	}
	var d struct {
		weekData
		Result *weekData `json:"result"`
	}
	if _, err := c.transport.Do(ctx, transport.Call{Name: transport.DownloadCall, Base: address, Into: &d,
		Anonymous: true}); err != nil {
		return nil, err
	}
	if d.Result != nil {
		return d.Result, nil
	}
	return &d.weekData, nil
}

// wantedWeek is a week of a forecast that is to be read.
type wantedWeek struct {
	// number counts the forecast's weeks from 1.
	number int
	// first and start are the instants at which the forecast and the week begin.
	first, start time.Time
	// quarterHours is how many the week has: 668 or 676 where the clocks change, else 672.
	quarterHours int
}

// weekOf finds a week in a forecast.
func weekOf(unit wrapcast.BusinessUnit, f ListedForecast, week wrapcast.Date) (wantedWeek, error) {
	zone, err := time.LoadLocation(unit.TimeZone)
	if err != nil {
		return wantedWeek{}, unreadable("the time zone %q of the business unit is not known here", unit.TimeZone)
	}
	first, err := wrapcast.ParseDate(f.Week)
	days := int(week - first)
	if err != nil || days < 0 || days%7 != 0 || days/7 >= f.weeks() {
		return wantedWeek{}, unreadable("forecast %s begins on %q and has %d weeks: the one of %s is none of them", f.ID,
			transport.Printable(f.Week, transport.MaxMessage), f.weeks(), week)
	}
	start := week.Midnight(zone)
	return wantedWeek{number: days/7 + 1, first: first.Midnight(zone), start: start,
		quarterHours: int((week + 7).Midnight(zone).Sub(start) / wrapcast.QuarterHour)}, nil
}

func unreadable(format string, args ...any) error {
	return wrapcast.Errorf(wrapcast.Unavailable, "genesys."+transport.ForecastDataCall, format, args...)
}

// read takes the week out of the platform's answer.
func (w wantedWeek) read(d *weekData) (ForecastWeek, error) {
	switch {
	case d == nil || len(d.PlanningGroups) == 0:
		return ForecastWeek{}, unreadable("the platform answered without any planning group")
	case d.WeekNumber > 0 && d.WeekNumber != w.number:
		return ForecastWeek{}, unreadable("week %d of the forecast was asked for, the platform answered week %d",
			w.number, d.WeekNumber)
	}
	var out ForecastWeek
	seen := map[wrapcast.PlanningGroupID]bool{}
	for _, g := range d.PlanningGroups {
		plan, problem := w.group(g, w.skipped(d, len(g.Offered)))
		if seen[g.PlanningGroupID] {
			plan, problem = nil, "is there twice"
		}
		seen[g.PlanningGroupID] = true
		if problem != "" {
			out.Odd = append(out.Odd, target.OddGroup{Group: g.PlanningGroupID, Problem: problem})
		}
		if plan != nil {
			out.Groups = append(out.Groups, *plan)
		}
	}
	return out, nil
}

// longestWeek is how many quarter-hours a week's array has at most: eight days, and the hour that comes twice.
const longestWeek = wrapcast.QuarterHoursInWeekPlan + 4

// skipped is how many values come before the week's own: none where the answer is one week, as it should be, and those
// of the weeks before where it is the whole forecast.
func (w wantedWeek) skipped(d *weekData, values int) int {
	if values <= longestWeek {
		return 0
	}
	first := w.first
	if at, err := time.Parse(time.RFC3339, d.ReferenceStart); err == nil {
		first = at
	}
	return max(0, int(w.start.Sub(first)/wrapcast.QuarterHour))
}

// group reads a planning group's week, and says what is wrong with it; nil where not even the contacts can be used.
func (w wantedWeek) group(g groupData, skip int) (*wrapcast.GroupPlan, string) {
	raw, rawHandle := w.cut(g.Offered, skip), w.cut(g.HandleSeconds, skip)
	switch {
	case g.PlanningGroupID == "":
		return nil, "has no id"
	case len(g.Offered) == 0:
		return nil, "has no offered contacts"
	case len(raw) < min(w.quarterHours, 7*wrapcast.QuarterHoursInDay):
		return nil, fmt.Sprintf("has offered contacts for %d quarter-hours of the week's %d", len(raw), w.quarterHours)
	}
	plan := &wrapcast.GroupPlan{Group: g.PlanningGroupID, Offered: make([]float64, len(raw)),
		HandleSeconds: make([]float64, len(raw))}
	var problem string
	switch {
	case len(g.HandleSeconds) == 0:
		problem = "has no handle times"
	case len(g.HandleSeconds) != len(g.Offered):
		problem = fmt.Sprintf("has %d values offered and %d handle times", len(g.Offered), len(g.HandleSeconds))
	}
	for i, v := range raw {
		if v == nil || !sendable(*v) {
			return nil, "has offered contacts that are no amounts"
		}
		plan.Offered[i] = *v
		if i >= len(rawHandle) {
			continue
		}
		if h := rawHandle[i]; h != nil && sendable(*h) {
			plan.HandleSeconds[i] = *h
		} else if *v > 0 { // where nobody calls, no handle time is missed
			problem = "has handle times that are no amounts"
		}
	}
	return plan, problem
}

// cut takes the week's values out of an array.
func (w wantedWeek) cut(values []*float64, skip int) []*float64 {
	if skip == 0 && len(values) <= longestWeek {
		return values
	}
	values = values[min(skip, len(values)):]
	return values[:min(len(values), w.quarterHours+wrapcast.QuarterHoursInDay)]
}

// staffingAnswer is how many people a forecast needs, as the platform returns it: a week's arrays inline, or at an
// address it has signed.
type staffingAnswer struct {
	State   string         `json:"state"`
	Minutes int            `json:"intervalLengthMinutes"`
	Results []weekStaffing `json:"results"`
}

// weekStaffing is one week of it.
type weekStaffing struct {
	WeekNumber  int             `json:"weekNumber"`
	DownloadURL string          `json:"downloadUrl"`
	Groups      []groupStaffing `json:"planningGroupStaffingRequirements"`
}

// groupStaffing is a planning group's part of it, by intervals from the week's start on.
type groupStaffing struct {
	PlanningGroupID wrapcast.PlanningGroupID `json:"planningGroupId"`
	Required        []*float64               `json:"staffingRequirementsPerInterval"`
}

// RequiredStaff asks how many people a forecast needs in its first week. The platform works it out after an import;
// until then its state is another than Complete, and no group has values.
func (c *Client) RequiredStaff(ctx context.Context, unit wrapcast.BusinessUnit, week wrapcast.Date,
	forecast string) (target.RequiredStaff, error) {
	var a staffingAnswer
	out := target.RequiredStaff{Groups: map[wrapcast.PlanningGroupID][]float64{}}
	wanted, err := weekOf(unit, ListedForecast{ID: forecast, Week: week.String()}, week)
	if err != nil {
		return out, err
	}
	err = c.get(ctx, transport.StaffingCall, url.Values{"weekNumbers": {"1"}}, &a, string(unit.ID), week.String(), forecast)
	if err != nil {
		return out, err
	}
	if out.State = transport.Printable(a.State, transport.MaxMessage); !strings.EqualFold(a.State, "Complete") {
		return out, nil
	}
	i := slices.IndexFunc(a.Results, func(r weekStaffing) bool { return r.WeekNumber <= 1 })
	if i < 0 {
		return out, unstaffed("the platform answered no result for the week of %s", week)
	}
	groups := a.Results[i].Groups
	if len(groups) == 0 && a.Results[i].DownloadURL != "" {
		if groups, err = c.downloadStaffing(ctx, a.Results[i].DownloadURL); err != nil {
			return out, err
		}
	}
	for _, g := range groups {
		if out.Groups[g.PlanningGroupID], err = wanted.required(g, a.Minutes); err != nil {
			return out, err
		}
	}
	out.Ready = true
	return out, nil
}

func unstaffed(format string, args ...any) error {
	return wrapcast.Errorf(wrapcast.Unavailable, "genesys."+transport.StaffingCall, format, args...)
}

// downloadStaffing fetches the groups of a week: bare, or in the envelope they would have inline.
func (c *Client) downloadStaffing(ctx context.Context, address string) ([]groupStaffing, error) {
	if err := checkSigned(transport.DownloadCall, address); err != nil {
		return nil, err
	}
	var body json.RawMessage
	if _, err := c.transport.Do(ctx, transport.Call{Name: transport.DownloadCall, Base: address, Into: &body,
		Anonymous: true}); err != nil {
		return nil, err
	}
	var bare []groupStaffing
	if json.Unmarshal(body, &bare) == nil {
		return bare, nil
	}
	var wrapped struct {
		Groups []groupStaffing `json:"planningGroupStaffingRequirements"`
		Result struct {
			Groups []groupStaffing `json:"planningGroupStaffingRequirements"`
		} `json:"result"`
	}
	if err := json.Unmarshal(body, &wrapped); err != nil {
		return nil, unstaffed("what the platform has at the address it signed is no staffing requirement: %v", err)
	}
	return append(wrapped.Groups, wrapped.Result.Groups...), nil
}

// required has a group's values by quarter-hours of the week, whatever length the platform's intervals have.
func (w wantedWeek) required(g groupStaffing, minutes int) ([]float64, error) {
	const quarter = 15
	if minutes < quarter || minutes%quarter != 0 {
		return nil, unstaffed("the platform's intervals are %d minutes long, which are no quarter-hours", minutes)
	}
	each := minutes / quarter
	if len(g.Required)*each < w.quarterHours {
		return nil, unstaffed("planning group %s has required staff for %d quarter-hours of the week's %d",
			g.PlanningGroupID, len(g.Required)*each, w.quarterHours)
	}
	out := make([]float64, w.quarterHours)
	for q := range out {
		v := g.Required[q/each]
		if v == nil || !sendable(*v) {
			return nil, unstaffed("planning group %s has required staff that is no number of people", g.PlanningGroupID)
		}
		out[q] = *v
	}
	return out, nil
}
