package main

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/wrapcast/wrapcast/forecast"
)

// column is what a constant may be left to be judged by: one task, or several that are alike. Its error is the mean of
// theirs.
type column struct {
	Name    string
	tasks   []*task
	origins int // pasts of each task, a horizon apart, the newest a horizon before the end
}

func (c *column) logError(tune map[string]float64) (float64, error) {
	sum := 0.0
	for _, t := range c.tasks {
		e, err := t.logError(tune, c.origins)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", t.Name, err)
		}
		sum += e
	}
	return sum / float64(len(c.tasks)), nil
}

// shortHorizon is how many days the short histories are forecast.
const shortHorizon = 14

// shortHistories are daily tasks of which each series is cut to so many days before the last two weeks of its training
// part, which are what came.
func shortHistories(of []*task, days []int) *column {
	c := &column{Name: "short histories", origins: 1}
	for _, t := range of {
		if t.Freq != "D" {
			continue
		}
		for _, n := range days {
			short := &task{Name: fmt.Sprintf("%s, %d days", t.Name, n), Horizon: shortHorizon, Season: 7,
				Seasons: []float64{7}, Freq: "D"}
			for _, s := range t.panel {
				from := len(s.Values) - n - shortHorizon
				if from < 0 {
					continue
				}
				s.Start, s.Values = s.Start.AddDate(0, 0, from), s.Values[from:]
				short.panel = append(short.panel, s)
			}
			if len(short.panel) > 0 {
				c.tasks = append(c.tasks, short)
			}
		}
	}
	return c
}

// drawnCases reads NAME.csv.gz and what came of it (NAME.true.csv.gz: series_id,h,value) for each name in cases.json
// (h, season, freq). What came is appended: the newest past of a case is the one it was drawn for.
func drawnCases(dir string, most int) (*column, error) {
	b, err := os.ReadFile(filepath.Join(dir, "cases.json"))
	if err != nil {
		return nil, err
	}
	var cases map[string]struct {
		H      int    `json:"h"`
		Season string `json:"season"`
		Freq   string `json:"freq"`
	}
	if err := json.Unmarshal(b, &cases); err != nil {
		return nil, fmt.Errorf("cases.json: %w", err)
	}
	c := &column{Name: "drawn cases", origins: 1}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		t := &task{Name: name, Horizon: cases[name].H, Freq: cases[name].Freq}
		for _, part := range strings.Split(cases[name].Season, ",") {
			m, err := strconv.ParseFloat(part, 64)
			if err != nil {
				return nil, fmt.Errorf("cases.json: %s: %w", name, err)
			}
			t.Seasons = append(t.Seasons, m)
		}
		t.Season = int(t.Seasons[0])
		if err := t.readCase(filepath.Join(dir, name)); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		t.thin(most)
		c.tasks = append(c.tasks, t)
	}
	return c, nil
}

// readCase reads a history and appends what came.
func (t *task) readCase(path string) error {
	if err := throughGzip(path+".csv.gz", t.read); err != nil {
		return err
	}
	rows, err := readGzip(path + ".true.csv.gz")
	if err != nil {
		return err
	}
	came := map[string][]float64{}
	for _, row := range rows[min(1, len(rows)):] {
		v, err := strconv.ParseFloat(row[2], 64)
		if err != nil {
			return err
		}
		came[row[0]] = append(came[row[0]], v)
	}
	var kept []forecast.Series
	for _, s := range t.panel {
		if v := came[s.ID]; len(v) == t.Horizon {
			s.Values = append(s.Values, v...)
			kept = append(kept, s)
		}
	}
	t.panel = kept
	return nil
}

// throughGzip lets read read a gzipped CSV file.
func throughGzip(path string, read func(*csv.Reader) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	return read(csv.NewReader(z))
}
