package sim_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim"
)

type forecastItem struct {
	ID, WeekDate, CreationMethod, Description string
	WeekCount                                 int
	Legacy, CanUseForScheduling               bool
}

func busy(data sim.DataOf) sim.Options {
	return sim.Options{Kinds: []sim.Kind{sim.KindBusyWeek}, Switches: sim.Switches{ForecastData: data}, Permissions: everything(), ImportDelay: -1}.Small()
}

func (w *world) forecastsOf(week string) map[string]forecastItem {
	w.t.Helper()
	all := map[string]forecastItem{}
	for _, f := range decode[struct{ Entities []forecastItem }](w.get(w.weekPath(week)).ok(200)).Entities {
		all[f.Description] = f
	}
	return all
}

// Whatever spans a week is in its list: made by hand, six weeks long, or kept up by the platform.
func TestForecastsAreInPlace(t *testing.T) {
	t.Parallel()
	w := start(t, busy(""))
	for week, want := range map[string]string{
		"2026-11-16": "",
		"2026-11-23": "Advanced Continuous",
		nextWeek:     "Advanced Continuous Import",
		"2026-12-07": "Continuous Import HistoricalWeightedAverage",
		"2026-12-21": "Continuous Import ImportedHistoricalWeightedAverage",
		"2027-01-04": "Import",
		"2027-01-11": "",
	} {
		found := w.forecastsOf(week)
		for _, method := range strings.Fields(want) {
			if !strings.Contains(marshal(t, found), `"CreationMethod":"`+method+`"`) {
				t.Errorf("%s: nothing is %s: %+v", week, method, found)
			}
		}
		if len(found) != len(strings.Fields(want)) {
			t.Errorf("%s: %+v", week, found)
		}
	}
	if n := len(w.Imports()); n != 0 || len(w.Forecasts()) != 6 {
		t.Errorf("%d imports, %d forecasts", n, len(w.Forecasts()))
	}
	six := w.forecastsOf(nextWeek)["Six weeks from the vendor"]
	if six.WeekCount != 6 || !six.CanUseForScheduling || w.forecastsOf(nextWeek)["Continuous forecast"].CanUseForScheduling {
		t.Errorf("six weeks: %+v", six)
	}
	w.importKey(nextWeek, w.upload(nextWeek, zip(t, w.forecastBody(1, 768, nil))).UploadKey).ok(202)
	eventually(t, func() bool { return len(w.forecastsOf(nextWeek)) == 4 })
}

type weekOfGroups struct {
	Result struct {
		WeekNumber     int
		PlanningGroups []struct {
			PlanningGroupID                                         string
			OfferedPerInterval, AverageHandleTimeSecondsPerInterval []float64
		}
	}
}

// dataOf is the data of next week's forecast by hand.
func (w *world) dataOf(description string) answer {
	f := w.forecastsOf(nextWeek)[description]
	return w.get(w.weekPath(f.WeekDate) + "/" + f.ID + "/data")
}

// Each expects something else of the week, so that nothing is compared with the wrong one unnoticed.
func TestWhatIsInPlaceDiffers(t *testing.T) {
	t.Parallel()
	w := start(t, busy(""))
	sums := map[string]float64{}
	for name := range w.forecastsOf(nextWeek) {
		d := decode[weekOfGroups](w.dataOf(name).ok(200)).Result
		if len(d.PlanningGroups) != len(w.Directory().PlanningGroups) || d.WeekNumber != 1 {
			t.Errorf("%s: %d groups", name, len(d.PlanningGroups))
		}
		for _, g := range d.PlanningGroups {
			if len(g.OfferedPerInterval) != 768 || len(g.AverageHandleTimeSecondsPerInterval) != 768 {
				t.Errorf("%s has %d and %d values", name, len(g.OfferedPerInterval), len(g.AverageHandleTimeSecondsPerInterval))
			}
			for _, v := range g.OfferedPerInterval[:672] {
				sums[name] += v
			}
		}
	}
	hand, six := sums["Next week, by hand"], sums["Six weeks from the vendor"]
	if ratio := hand / six; six < 50 || ratio < 1.13 || ratio > 1.19 {
		t.Errorf("by hand %.1f, six weeks %.1f", hand, six)
	}
}

func TestDataInPlaceCanBeOddOrRefused(t *testing.T) {
	t.Parallel()
	const hand = "Next week, by hand"
	start(t, busy(sim.ForbiddenData)).dataOf(hand).wants(403, "missing.any.permissions")
	start(t, busy(sim.BrokenData)).dataOf(hand).wants(500, "internal.server.error")
	w := start(t, busy(sim.OddData))
	groups := decode[weekOfGroups](w.dataOf(hand).ok(200)).Result.PlanningGroups
	if len(groups) != len(w.Directory().PlanningGroups)-1 || groups[0].AverageHandleTimeSecondsPerInterval != nil ||
		len(groups[0].OfferedPerInterval) != 768 || len(groups[1].OfferedPerInterval) != 672 || len(groups[2].OfferedPerInterval) != 0 {
		t.Errorf("the data is not odd")
	}
	// An import of one's own is answered as ever.
	w.importKey(nextWeek, w.upload(nextWeek, zip(t, w.forecastBody(1, 768, nil))).UploadKey).ok(202)
	eventually(t, func() bool { return len(w.forecastsOf(nextWeek)) == 4 })
	if own := decode[weekOfGroups](w.dataOf("plan 1").ok(200)).Result.PlanningGroups; len(own) != len(w.Directory().PlanningGroups) || len(own[0].AverageHandleTimeSecondsPerInterval) != 768 {
		t.Error("the import's data is odd too")
	}
	// A role that may generate schedules sees the list, and the data of nothing.
	w.Permit("wfm:schedule:generate")
	if len(w.forecastsOf(nextWeek)) != 4 {
		t.Error("the list is not for those who generate schedules")
	}
	w.dataOf(hand).wants(403, "missing.any.permissions")
}

// An import that is refused after it was accepted is told without a reason, and is in no list.
func TestARefusedImportIsToldWithoutAReason(t *testing.T) {
	t.Parallel()
	o := busy("")
	o.Faults, o.ImportDelay = sim.Faults{"import-error": 1}, 10*time.Millisecond
	w := start(t, o)
	w.token = w.login()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	conn := w.listen(ctx)
	id := w.importKey(nextWeek, w.upload(nextWeek, zip(t, w.forecastBody(1, 768, nil))).UploadKey).ok(202).text("operationId")
	for {
		_, data, err := conn.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), id) {
			if want := `"eventBody":{"status":"Error","operationId":"` + id + `","eventType":"Import"}`; !strings.Contains(string(data), want) {
				t.Errorf("told: %s", data)
			}
			break
		}
	}
	if len(w.forecastsOf(nextWeek)) != 3 || !w.Imports()[0].Failed {
		t.Error("a refused import is in the list")
	}
}
