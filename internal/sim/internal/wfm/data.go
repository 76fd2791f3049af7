package wfm

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// weekData is one week of a forecast with its eighth day.
type weekData struct {
	ReferenceStartDate string      `json:"referenceStartDate"`
	PlanningGroups     []GroupData `json:"planningGroups"`
	WeekNumber         int         `json:"weekNumber"`
	WeekCount          int         `json:"weekCount"`
}

// data answers with a week of a forecast, or with a signed address to fetch it from.
func (r *Service) data(b *businessUnit, c *api.Call) (api.Answer, error) {
	f, err := r.find(b, c)
	if err != nil {
		return api.Answer{}, err
	}
	number, err := weekNumber(c.Query().Get("weekNumber"), f.WeekCount)
	if err != nil {
		return api.Answer{}, err
	}
	download, err := c.Bool("forceDownloadService")
	if err != nil {
		return api.Answer{}, err
	}
	if err := r.refusedData(f); err != nil {
		return api.Answer{}, err
	}
	data := r.spoilt(f, weekDataOf(f, number))
	if download || data.values() > r.Switches.MaxInline {
		return api.OK(map[string]string{"downloadUrl": r.downloadURL(c, f.ID, strconv.Itoa(number))}), nil
	}
	return api.OK(map[string]any{"result": data}), nil
}

// values counts the numbers a week has.
func (d *weekData) values() (n int) {
	for _, g := range d.PlanningGroups {
		n += len(g.Offered) + len(g.HandleSeconds)
	}
	return n
}

func (r *Service) downloadSignature(forecastID string) string {
	return organisation.Letters(r.Seed, "download", forecastID, 43)
}

// download serves what the parts of a forecast gave the address of.
func (r *Service) download(c *api.Call) (api.Answer, error) {
	id := c.Path("forecastId")
	if c.Query().Get("signature") != r.downloadSignature(id) {
		return api.Answer{}, api.WrongSignature("")
	}
	for _, f := range r.Forecasts() {
		if f.ID == id {
			if part, ok := f.part(c.Path("part")); ok {
				return api.OK(part), nil
			}
		}
	}
	return api.Answer{}, &api.StorageError{Status: http.StatusNotFound, Code: "NoSuchKey",
		Message: "The specified key does not exist."}
}

// part is what a signed address is about: a week, the long-term part, or the agents a week needs.
func (f *Forecast) part(name string) (part any, ok bool) {
	if name == longTermPart {
		return longTermOf(f), true
	}
	text, staffing := strings.CutPrefix(name, staffingPart)
	week, err := strconv.Atoi(text)
	switch {
	case err != nil || week < 1 || week > f.WeekCount:
		return nil, false
	case staffing:
		return staffingOf(f, week), true
	default:
		return weekDataOf(f, week), true
	}
}

func weekDataOf(f *Forecast, number int) weekData {
	start := f.Week + wrapcast.Date(7*(number-1))
	d := weekData{ReferenceStartDate: instant(start.Midnight(f.zone)), WeekNumber: number, WeekCount: f.WeekCount,
		PlanningGroups: []GroupData{}}
	for _, g := range f.Groups {
		d.PlanningGroups = append(d.PlanningGroups, GroupData{g.PlanningGroupID, weekOf(g.Offered, number),
			weekOf(g.HandleSeconds, number)})
	}
	return d
}
