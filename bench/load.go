package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast/forecast"
)

// task is a forecasting task: a panel with its horizon, seasons, and the season errors are scaled by.
type task struct {
	Name    string    `json:"task"`
	Horizon int       `json:"horizon"`
	Season  int       `json:"season"`
	Seasons []float64 `json:"seasons"`
	Freq    string    `json:"freq"`
	Alone   bool      `json:"alone"` // its series are pasts of one another: none may learn from another
	panel   []forecast.Series
	stamps  []string // last timestamp per series

	yardsticks []string // methods for rare contacts that are run beside
}

// loadTask reads NAME.json and NAME.train.csv.gz from dir, or draws a made-up panel where there is no dir. The test
// part is never read.
func loadTask(dir, name string) (*task, error) {
	if dir == "" {
		for _, c := range centres() {
			if c.name == name {
				return c.madeUp(), nil
			}
		}
		return nil, fmt.Errorf("there is no made-up panel %q; they are %s", name, namesOf(centres()))
	}
	b, err := os.ReadFile(filepath.Join(dir, name+".json"))
	if err != nil {
		return nil, err
	}
	var t task
	if err := json.Unmarshal(b, &t); err != nil {
		return nil, fmt.Errorf("%s.json: %w", name, err)
	}
	if err := throughGzip(filepath.Join(dir, name+".train.csv.gz"), t.read); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if t.Alone {
		t.part()
	}
	return &t, nil
}

func namesOf(centres []centre) string {
	var names []string
	for _, c := range centres {
		names = append(names, c.name)
	}
	return strings.Join(names, ",")
}

func (t *task) read(r *csv.Reader) error {
	if _, err := r.Read(); err != nil {
		return err
	}
	steps := map[string]time.Duration{"W": 7 * 24 * time.Hour, "D": 24 * time.Hour, "h": time.Hour,
		"30min": 30 * time.Minute, "15min": 15 * time.Minute}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		v := math.NaN()
		if row[2] != "" {
			if v, err = strconv.ParseFloat(row[2], 64); err != nil {
				return err
			}
		}
		if n := len(t.panel); n == 0 || t.panel[n-1].ID != row[0] {
			s := forecast.Series{ID: row[0], Step: steps[t.Freq]}
			if s.Step > 0 {
				if s.Start, err = parseTime(row[1]); err != nil {
					return err
				}
			}
			t.panel, t.stamps = append(t.panel, s), append(t.stamps, "")
		}
		last := len(t.panel) - 1
		t.panel[last].Values = append(t.panel[last].Values, v)
		t.stamps[last] = row[1]
	}
}

func parseTime(s string) (time.Time, error) {
	if t, err := time.Parse("2006-01-02T15:04:05", s); err == nil {
		return t, nil
	}
	return time.Parse(time.DateOnly, s)
}
