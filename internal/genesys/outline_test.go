package genesys

import (
	"slices"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

func TestAnOutlineReckonsWithJobsWhereTheyAreCheaper(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	gap := []wrapcast.Interval{{From: from, To: from.AddDate(0, 0, 200)}}
	week := slices.Repeat(WeekOfRows{5}, quarterHoursPerWeek)
	for name, c := range map[string]struct {
		jobs        JobSizes
		perMinute   int
		queriesOnly bool
		want        bool
	}{
		"earlier ones were answered":  {jobs: JobSizes{Times: 10, Requests: 3}, perMinute: 2, want: true},
		"none was ever answered":      {perMinute: 2},
		"they took as many requests":  {jobs: JobSizes{Times: 10, Requests: 9.5}, perMinute: 2},
		"they were refused too often": {jobs: JobSizes{Times: 2.5, Requests: 3}, perMinute: 2},
		"the budget is large enough":  {jobs: JobSizes{Times: 10, Requests: 3}, perMinute: 1000},
		"nobody wants them":           {jobs: JobSizes{Times: 10, Requests: 3}, perMinute: 2, queriesOnly: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, err := New(Config{ClientID: "a", ClientSecret: "b", Clock: newFakeTime().clock(), RequestsPerMinute: c.perMinute, QueriesOnly: c.queriesOnly})
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			sizes := Sizes{MostRows: 480, Longest: 96, Refused: []Refused{{Length: 96, Rows: 481}}, Queues: week, Codes: week}
			alone := client.Outline(gap, sizes)
			sizes.Jobs = c.jobs
			by := client.Outline(gap, sizes)
			codes := by.Questions[0]
			if c.want != (codes.Jobs > 0) || c.want != (by.Requests < alone.Requests) {
				t.Errorf("%d jobs, %d requests, %d by queries alone", codes.Jobs, by.Requests, alone.Requests)
			}
			if most := int(float64(codes.Jobs)*c.jobs.Requests) + shortMinutes*c.perMinute + 1; c.want && codes.Requests > most {
				t.Errorf("%d requests about codes, %d jobs and the queries at the end take %d", codes.Requests, codes.Jobs, most)
			}
		})
	}
}
