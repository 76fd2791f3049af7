package web_test

import (
	"math"
	"net/http"
	"testing"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store"
)

// freeze keeps what two forecasts are said to have said of the last days: of the total and of one code, which somebody
// had overridden on one day.
func freeze(t *testing.T, s *site) (code string, days int) {
	t.Helper()
	code = s.items(t, "/codes?limit=1")[0]["id"].(string)
	_, head := s.get(t, "/forecasts/latest")
	org := s.items(t, "/audit?limit=1")[0]["organisation"].(string)
	from, err := wrapcast.ParseDate(head["from"].(string))
	if err != nil {
		t.Fatal(err)
	}
	const some = 10
	err = s.store.Update(t.Context(), func(tx *store.Tx) error {
		for i := range some {
			value := func(kind wrapcast.AccuracyLevel, id string, mean float64) wrapcast.SubjectSnapshot {
				forecast := wrapcast.SnapshotValue{Mean: mean, Median: mean, HandleSeconds: 300, Bands: []wrapcast.BandValue{{Level: 0.85, Lower: mean / 2, Upper: 2 * mean}}}
				return wrapcast.SubjectSnapshot{Kind: kind, ID: id, Name: id, SnapshotValue: forecast, Scale: 1}
			}
			ofCode := value(wrapcast.LevelCode, code, 20)
			if i == 3 {
				ofCode.Base = &wrapcast.SnapshotValue{Mean: 10, Median: 10, HandleSeconds: 300}
			}
			day := wrapcast.ForecastSnapshot{Organisation: wrapcast.OrganisationID(org), Day: from - 15 + wrapcast.Date(i), Lead: 7, Age: 8,
				Forecast: wrapcast.ForecastID(head["id"].(string)), Latest: true, Values: []wrapcast.SubjectSnapshot{ofCode, value(wrapcast.LevelTotal, "", 100)}}
			if err := tx.Snapshots().Save(day); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return code, some
}

func TestAccuracyIsThatOfForecastSnapshotsAgainstActuals(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	code, days := freeze(t, s)
	status, report := s.get(t, "/accuracy?source=made")
	if status != http.StatusOK || report["source"] != "made" || len(report["leads"].([]any)) != 1 {
		t.Fatalf("the report is %d: %v", status, report)
	}
	things := s.items(t, "/accuracy/things?source=made&kind=code&id="+code)
	if len(things) != 1 {
		t.Fatalf("the code is %v", things)
	}
	lead := things[0]["leads"].([]any)[0].(map[string]any)
	_, replay := s.get(t, "/accuracy/replay?source=made&kind=code&lead=7&id="+code)
	wrong, handled, compared := 0.0, 0.0, 0
	without, _ := replay["without_overrides"].([]any)
	for i, v := range replay["forecast"].([]any) {
		actual := replay["actual"].([]any)[i]
		if v == nil || actual == nil {
			continue
		}
		compared++
		wrong += math.Abs(v.(float64) - actual.(float64))
		handled += actual.(float64)
		if before := without[i]; (before.(float64) == 10) != (before != v) {
			t.Errorf("day %d was %v without overrides and %v with them", i, before, v)
		}
	}
	if compared != days || math.Abs(lead["wape"].(float64)-wrong/handled) > 1e-6 {
		t.Errorf("%d days are replayed with a WAPE of %g, the report says %v", compared, wrong/handled, lead["wape"])
	}
	if lead["overridden"] != 1.0 || lead["without_overrides"] == nil {
		t.Errorf("what overrides did is %v", lead)
	}
	if status, body := s.get(t, "/accuracy/replay?source=made&kind=queue&id=nowhere"); status != http.StatusNotFound || body["hint"] == nil {
		t.Errorf("a queue nobody knows is %d: %v", status, body)
	}
	sorted := s.items(t, "/accuracy/things?source=made&kind=code&sort=wape&lead=7&order=asc&limit=1")
	if len(sorted) != 1 {
		t.Errorf("sorted by WAPE they are %v", sorted)
	}
}

func TestEveryContactIsAccountedFor(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, account := s.get(t, "/reconciliation")
	rest := account["platform"].(float64) - account["codes"].(float64)
	for _, n := range account["reasons"].(map[string]any) {
		rest -= n.(float64)
	}
	if account["platform"].(float64) == 0 || rest != 0 || account["unexplained"] != 0.0 || len(account["days"].([]any)) != 28 {
		t.Errorf("the account is %v, its remainder %g", account, rest)
	}
	if status, body := s.get(t, "/reconciliation?from=2020-01-01&to=2026-01-01"); status != http.StatusUnprocessableEntity {
		t.Errorf("six years answer %d: %v", status, body)
	}
}
