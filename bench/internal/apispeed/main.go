// Apispeed measures how long the API of a running `wrapcast serve` takes for what the dashboard's pages ask: each call many times, for
// codes, queues and plans drawn by lot, one after the other, to the last byte of its answer.
//
//	wrapcast serve --json
//	go run ./bench/internal/apispeed -url http://127.0.0.1:8080/api/v1 -token TOKEN
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

func main() {
	m := meter{ids: map[string][]string{}, lot: rand.New(rand.NewPCG(1, 2))}
	flag.StringVar(&m.base, "url", "http://127.0.0.1:8080/api/v1", "where the API is")
	flag.StringVar(&m.token, "token", "", "a token, or the one printed in local mode")
	flag.IntVar(&m.times, "times", 100, "how often each call is made")
	only := flag.String("only", "", "only calls that contain this")
	flag.Parse()
	if err := m.measure(context.Background(), *only, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// call is something a page asks for; {code} and the like stand for one drawn by lot.
type call struct{ page, path, body string }

// calls are the calls of the pages, as the dashboard makes them.
func calls() []call {
	return []call{
		{"every page", "/status", ""},
		{"every page", "/session", ""},
		{"Overview", "/overview", ""},
		{"Codes", "/codes?limit=100", ""},
		{"Codes", "/codes?limit=100&sort=wape&search=a", ""},
		{"Codes", "/queues?limit=100", ""},
		{"Codes, a tree", "/leaves?limit=100&queue={queue}", ""},
		{"Codes, a tree", "/leaves?limit=100&search=bill", ""},
		{"A code", "/codes/{code}", ""},
		{"A code", "/history?code={code}", ""},
		{"A code", "/history?interval=quarter-hour&from={weeks}&code={code}", ""},
		{"A code", "/history?interval=quarter-hour&from={first}&code={code}", ""},
		{"A code", "/forecasts/latest/series?code={code}", ""},
		{"A code", "/forecasts/latest/components?code={code}", ""},
		{"A code", "/forecasts/latest/quarter-hours?code={code}", ""},
		{"A code", "/validation/codes/{code}", ""},
		{"A code", "/overrides?code={code}&limit=200", ""},
		{"A code", "/calendar/days?from={first}", ""},
		{"A code", "/overrides/preview", `{"codes":["{code}"],"from":"{ahead}","to":"{ahead}","kind":"percent","value":10,"reason":"measured"}`},
		{"A queue", "/queues/{queue}", ""},
		{"A queue", "/history?queue={queue}", ""},
		{"A queue", "/history?interval=quarter-hour&from={first}&queue={queue}", ""},
		{"A queue", "/forecasts/latest/series?queue={queue}", ""},
		{"A queue", "/forecasts/latest/components?queue={queue}", ""},
		{"A queue", "/forecasts/latest/quarter-hours?queue={queue}", ""},
		{"A code in a queue", "/history?code={code}&queue={queue}", ""},
		{"A code in a queue", "/history?interval=quarter-hour&from={first}&code={code}&queue={queue}", ""},
		{"The total", "/history", ""},
		{"The total", "/history?interval=quarter-hour&from={first}", ""},
		{"The total", "/forecasts/latest/series", ""},
		{"The total", "/forecasts/latest/components", ""},
		{"The total", "/forecasts/latest/quarter-hours", ""},
		{"Publish", "/plans?limit=100", ""},
		{"Publish", "/plans/{plan}/summary", ""},
		{"Publish", "/plans/{plan}/groups/{group}", ""},
		{"Publish", "/submissions?limit=100", ""},
		{"Publish", "/planning-groups", ""},
		{"Accuracy", "/accuracy", ""},
		{"Accuracy", "/accuracy/things?limit=100", ""},
		{"Accuracy", "/accuracy/replay", ""},
		{"Data", "/validation", ""},
		{"Data", "/validation/codes?limit=100", ""},
		{"Data", "/masks?limit=100", ""},
		{"Data", "/mask-edits?limit=100", ""},
		{"Data", "/reconciliation", ""},
		{"Data", "/calendar", ""},
		{"Data", "/lineage?limit=100", ""},
		{"Runs", "/runs?limit=100", ""},
		{"Runs", "/runs/{run}", ""},
		{"Runs", "/schedules", ""},
		{"Runs", "/forecasts?limit=100", ""},
		{"Audit", "/audit?limit=100", ""},
		{"Audit", "/audit/verification", ""},
		{"Settings", "/settings", ""},
		{"Settings", "/deliveries?limit=100", ""},
	}
}

// meter makes calls and takes the time.
type meter struct {
	base, token string
	times       int
	lot         *rand.Rand
	ids         map[string][]string // by what stands for one of them
}

func (m *meter) measure(ctx context.Context, only string, w io.Writer) error {
	if err := m.learn(ctx); err != nil {
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "page\tcall\tfirst ms\tp50 ms\tp95 ms\tmax ms\tkB\t")
	for _, c := range calls() {
		if !strings.Contains(c.path, only) {
			continue
		}
		var took []time.Duration
		size := 0
		for range m.times {
			a, err := m.ask(ctx, c, nil)
			if err != nil {
				return err
			}
			took, size = append(took, a.took), max(size, a.size)
		}
		first := took[0]
		slices.Sort(took)
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t\n", c.page, c.path, ms(first), ms(took[len(took)/2]), ms(took[len(took)*95/100]), ms(took[len(took)-1]), size/1000)
	}
	return table.Flush()
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d.Microseconds())/1000) }

// answer is how long an answer took, and how large it is.
type answer struct {
	took time.Duration
	size int
}

// ask makes a call and reads its answer, decompressed as a browser would have it.
func (m *meter) ask(ctx context.Context, c call, into any) (answer, error) {
	method := http.MethodGet
	if c.body != "" {
		method = http.MethodPost
	}
	request, err := http.NewRequestWithContext(ctx, method, m.base+m.filled(c.path), strings.NewReader(m.filled(c.body)))
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Authorization", "Bearer "+m.token)
	request.Header.Set("Content-Type", "application/json")
	began := time.Now()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{}, err
	}
	took := time.Since(began)
	if response.StatusCode >= http.StatusBadRequest && response.StatusCode != http.StatusNotFound {
		return answer{}, fmt.Errorf("%s answers %s: %s", request.URL, response.Status, bytes.TrimSpace(text))
	}
	if into != nil {
		err = json.Unmarshal(text, into)
	}
	return answer{took, len(text)}, err
}

// filled draws what the words in braces stand for.
func (m *meter) filled(text string) string {
	for name, all := range m.ids {
		if word := "{" + name + "}"; len(all) > 0 && strings.Contains(text, word) {
			text = strings.ReplaceAll(text, word, all[m.lot.IntN(len(all))])
		}
	}
	return text
}

// learn finds what there is to draw from.
func (m *meter) learn(ctx context.Context) error {
	for name, path := range map[string]string{"code": "/codes?limit=1000", "queue": "/queues?limit=1000", "plan": "/plans?limit=6", "run": "/runs?limit=10",
		"group": "/planning-groups"} {
		var found struct{ Items []struct{ ID string } }
		if _, err := m.ask(ctx, call{path: path}, &found); err != nil {
			return err
		}
		for _, v := range found.Items {
			if v.ID != "" {
				m.ids[name] = append(m.ids[name], v.ID)
			}
		}
	}
	var status struct {
		Organisations []struct {
			Today string `json:"today"`
			From  string `json:"history_from"`
		} `json:"organisations"`
	}
	if _, err := m.ask(ctx, call{path: "/status"}, &status); err != nil {
		return err
	}
	if len(status.Organisations) == 0 {
		return errors.New("nothing is stored")
	}
	today, err := time.Parse(time.DateOnly, status.Organisations[0].Today)
	m.ids["first"], m.ids["weeks"] = []string{status.Organisations[0].From}, []string{today.AddDate(0, 0, -14).Format(time.DateOnly)}
	m.ids["ahead"] = []string{today.AddDate(0, 0, 3).Format(time.DateOnly)}
	return err
}
