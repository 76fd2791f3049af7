package wfm

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
)

// The parts of a forecast that can be asked for by themselves.

type groupParts struct {
	Entities []groupSnapshot `json:"entities"`
}

// planningGroups answers with the groups a forecast was made for.
func (r *Service) planningGroups(b *businessUnit, c *api.Call) (api.Answer, error) {
	if _, err := r.find(b, c); err != nil {
		return api.Answer{}, err
	}
	return api.OK(groupParts{b.snapshot()}), nil
}

type generationResults struct {
	PlanningGroupResults []generationResult `json:"planningGroupResults"`
}

type generationResult struct {
	PlanningGroupID string         `json:"planningGroupId"`
	MetricResults   []metricResult `json:"metricResults"`
}

type metricResult struct {
	Metric            string `json:"metric"`
	ForecastingMethod string `json:"forecastingMethod"`
	ForecastType      string `json:"forecastType"`
}

// generation answers with the methods by which a forecast was made. An import has none.
func (r *Service) generation(b *businessUnit, c *api.Call) (api.Answer, error) {
	f, err := r.find(b, c)
	if err != nil {
		return api.Answer{}, err
	}
	return api.OK(r.generationOf(f)), nil
}

func (r *Service) generationOf(f *Forecast) generationResults {
	all := generationResults{[]generationResult{}}
	if f.Method == "Import" {
		return all
	}
	for _, g := range f.Groups {
		method := func(metric string) metricResult { return metricResult{metric, "WeightedAverage", "ShortTerm"} }
		all.PlanningGroupResults = append(all.PlanningGroupResults, generationResult{g.PlanningGroupID,
			[]metricResult{method("Offered"), method("AverageHandleTimeSeconds")}})
	}
	return all
}

// LongTerm is one planning group's long-term part of a forecast, a value per day.
type LongTerm struct {
	PlanningGroupID string    `json:"planningGroupId"`
	Offered         []float64 `json:"offeredPerDay"`
	HandleSeconds   []float64 `json:"averageHandleTimeSecondsPerDay"`
}

type longTermResult struct {
	PlanningGroups     []LongTerm `json:"planningGroups"`
	ReferenceStartDate string     `json:"referenceStartDate"`
	WeekCount          int        `json:"weekCount"`
}

// longTerm answers with the daily part of a forecast, or with a signed address to fetch it from.
func (r *Service) longTerm(b *businessUnit, c *api.Call) (api.Answer, error) {
	f, err := r.find(b, c)
	if err != nil {
		return api.Answer{}, err
	}
	download, err := c.Bool("forceDownloadService")
	if err != nil {
		return api.Answer{}, err
	}
	if download {
		return api.OK(map[string]string{"downloadUrl": r.downloadURL(c, f.ID, longTermPart)}), nil
	}
	return api.OK(map[string]any{"result": longTermOf(f)}), nil
}

func longTermOf(f *Forecast) longTermResult {
	return longTermResult{append([]LongTerm{}, f.LongTerm...), f.Week.String(), f.WeekCount}
}

type staffingRequirement struct {
	BusinessUnitID        string           `json:"businessUnitId"`
	Forecast              forecastRef      `json:"forecast"`
	ReferenceStartDate    string           `json:"referenceStartDate"`
	WeekCount             int              `json:"weekCount"`
	IntervalLengthMinutes int              `json:"intervalLengthMinutes"`
	State                 string           `json:"state"`
	Results               []staffingResult `json:"results"`
}

type forecastRef struct {
	ID          string `json:"id"`
	WeekDate    string `json:"weekDate"`
	Description string `json:"description"`
	SelfURI     string `json:"selfUri"`
}

type staffingResult struct {
	WeekNumber                        int             `json:"weekNumber"`
	DownloadURL                       string          `json:"downloadUrl"`
	DownloadURLExpirationDate         string          `json:"downloadUrlExpirationDate"`
	PlanningGroupStaffingRequirements []groupStaffing `json:"planningGroupStaffingRequirements,omitempty"`
}

type groupStaffing struct {
	PlanningGroupID      string    `json:"planningGroupId"`
	StaffingRequirements []float64 `json:"staffingRequirementsPerInterval"`
}

// staffing answers with where the agents needed can be fetched, week by week.
func (r *Service) staffing(b *businessUnit, c *api.Call) (api.Answer, error) {
	f, err := r.find(b, c)
	if err != nil {
		return api.Answer{}, err
	}
	s := staffingRequirement{
		BusinessUnitID: b.ID, ReferenceStartDate: instant(f.Week.Midnight(f.zone)),
		WeekCount: f.WeekCount,
		Forecast: forecastRef{f.ID, f.Week.String(), f.Description,
			r.item(f).SelfURI}, IntervalLengthMinutes: 15, State: "Complete",
		Results: []staffingResult{},
	}
	numbers := c.List("weekNumbers")
	for week := 1; len(numbers) == 0 && week <= f.WeekCount; week++ {
		numbers = append(numbers, strconv.Itoa(week))
	}
	for _, text := range numbers {
		week, err := weekNumber(text, f.WeekCount)
		if err != nil {
			return api.Answer{}, err
		}
		s.Results = append(s.Results, staffingResult{WeekNumber: week,
			DownloadURL:               r.downloadURL(c, f.ID, staffingPart+strconv.Itoa(week)),
			DownloadURLExpirationDate: instant(r.Clock.Now().Add(urlLife))})
	}
	return api.OK(s), nil
}

// staffingOf says how many agents a week needs: the workload over an occupancy of 80 %. Synthetic, like the platform's
// own is nobody's business.
func staffingOf(f *Forecast, week int) []groupStaffing {
	const occupancy = 0.8
	all := []groupStaffing{}
	for _, g := range f.Groups {
		offered, seconds := weekOf(g.Offered, week), weekOf(g.HandleSeconds, week)
		s := groupStaffing{g.PlanningGroupID, make([]float64, len(offered))}
		for i := range offered {
			s.StaffingRequirements[i] = rounded(offered[i] * seconds[i] / (wrapcast.QuarterHour.Seconds() * occupancy))
		}
		all = append(all, s)
	}
	return all
}

// The parts of a forecast that a signed address can be about; a number is a week.
const (
	longTermPart = "longterm"
	staffingPart = "staffing-"
)

func (r *Service) downloadURL(c *api.Call, forecastID, part string) string {
	return c.URL(fmt.Sprintf("%s%s/%s?signature=%s", downloadPath, forecastID, part, r.downloadSignature(forecastID)))
}

func rounded(x float64) float64 { return math.Round(x*100) / 100 }

func localTime(ms int64, zone *time.Location) time.Time { return time.UnixMilli(ms).In(zone) }
