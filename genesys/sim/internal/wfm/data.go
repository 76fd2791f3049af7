package wfm

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/genesys/sim/internal/api"
	"github.com/wrapcast/wrapcast/genesys/sim/internal/organisation"
)

// weekData is one week of a forecast with its eighth day.
type weekData struct {
	ReferenceStartDate string      `json:"referenceStartDate"`
	PlanningGroups     []GroupData `json:"planningGroups"`
	WeekNumber         int         `json:"weekNumber"`
	WeekCount          int         `json:"weekCount"`
}

// data answers with a week of a forecast, or with a signed address to fetch it from.
func (r *Room) data(c *api.Call) (api.Answer, error) {
	f, err := r.find(c)
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
	if download {
		address := fmt.Sprintf("%s%s/%d?signature=%s", downloadPath, f.ID, number, r.downloadSignature(f.ID))
		return api.OK(map[string]string{"downloadUrl": c.URL(address)}), nil
	}
	return api.OK(map[string]any{"result": weekDataOf(f, number)}), nil
}

func (r *Room) downloadSignature(forecastID string) string {
	return organisation.Letters(r.Seed, "download", forecastID, 43)
}

// download serves what data gave the address of.
func (r *Room) download(c *api.Call) (api.Answer, error) {
	id := c.Path("forecastId")
	number, err := strconv.Atoi(c.Path("weekNumber"))
	if err != nil || c.Query().Get("signature") != r.downloadSignature(id) {
		return api.Answer{}, &storageError{http.StatusForbidden, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided."}
	}
	for _, f := range r.Forecasts() {
		if f.ID == id && number >= 1 && number <= f.WeekCount {
			return api.OK(weekDataOf(&f, number)), nil
		}
	}
	return api.Answer{}, &storageError{http.StatusNotFound, "NoSuchKey", "The specified key does not exist."}
}

func weekDataOf(f *Forecast, number int) weekData {
	start := f.Week + wrapcast.Date(7*(number-1))
	d := weekData{ReferenceStartDate: instant(start.Midnight(f.zone)), WeekNumber: number, WeekCount: f.WeekCount, PlanningGroups: []GroupData{}}
	for _, g := range f.Groups {
		d.PlanningGroups = append(d.PlanningGroups, GroupData{g.PlanningGroupID, weekOf(g.Offered, number), weekOf(g.HandleSeconds, number)})
	}
	return d
}
