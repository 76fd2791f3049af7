// Apispeed measures how long the API of a running `wrapcast serve` takes for what the dashboard's pages ask: each call
// many times, for codes, queues and plans drawn by lot, one after the other, to the last byte of its answer.
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
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"
)

func main() {
	m := meter{ids: map[string][]string{}, lot: rand.New(rand.NewPCG(1, 2))}
	flag.StringVar(&m.base, "url", "http://127.0.0.1:8080/api/v1", "where the API is")
	flag.StringVar(&m.token, "token", "", "a token, or the one printed in local mode")
	flag.IntVar(&m.times, "times", 100, "how often each call is made")
	flag.DurationVar(&m.most, "most", 50*time.Millisecond, "what the 95th percentile of a call may take")
	only := flag.String("only", "", "only calls that contain this")
	flag.Parse()
	if err := m.measure(context.Background(), *only, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// meter makes calls and takes the time.
type meter struct {
	base, token string
	times       int
	most        time.Duration
	lot         *rand.Rand
	ids         map[string][]string // by what stands for one of them
}

func (m *meter) measure(ctx context.Context, only string, w io.Writer) error {
	if err := m.learn(ctx); err != nil {
		return err
	}
	fmt.Fprintf(w, "%9s %9s %9s %9s %7s  %-17s %s\n", "p50 ms", "p95 ms", "first ms", "max ms", "kB", "page", "call")
	slow, all := 0, 0
	for _, c := range calls() {
		if !strings.Contains(c.path, only) {
			continue
		}
		late, err := m.row(ctx, c, w)
		if err != nil {
			return err
		}
		if all++; late {
			slow++
		}
	}
	_, err := fmt.Fprintf(w, "%d of %d calls take more than %s at the 95th percentile\n", slow, all, m.most)
	return err
}

// row makes a call often and writes how long it took; one beyond what is allowed is marked.
func (m *meter) row(ctx context.Context, c call, w io.Writer) (late bool, err error) {
	took := make([]time.Duration, m.times)
	size := 0
	for i := range took {
		a, err := m.ask(ctx, c, nil)
		if err != nil {
			return false, err
		}
		took[i], size = a.took, max(size, a.size)
	}
	first := took[0]
	slices.Sort(took)
	p50, p95, longest := took[len(took)/2], took[len(took)*95/100], took[len(took)-1]
	late = p95 > m.most
	mark := map[bool]string{true: "▲"}[late]
	_, err = fmt.Fprintf(w, "%9s %9s %9s %9s %7d  %-17s %s %s\n", ms(p50), ms(p95), ms(first), ms(longest), size/1000,
		c.page, c.path, mark)
	return late, err
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
	request, err := http.NewRequestWithContext(ctx, method, m.base+m.filled(c.path),
		strings.NewReader(m.filled(c.body)))
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
	for _, name := range slices.Sorted(maps.Keys(m.ids)) {
		all := m.ids[name]
		if word := "{" + name + "}"; len(all) > 0 && strings.Contains(text, word) {
			text = strings.ReplaceAll(text, word, all[m.lot.IntN(len(all))])
		}
	}
	return text
}

// learn finds what there is to draw from.
func (m *meter) learn(ctx context.Context) error {
	for name, path := range map[string]string{"code": "/codes?limit=1000", "queue": "/queues?limit=1000",
		"plan": "/plans?limit=6", "run": "/runs?limit=10",
		"group": "/planning-groups?limit=1000"} {
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
	m.ids["first"] = []string{status.Organisations[0].From}
	for name, days := range map[string]int{"quarter": -91, "weeks": -14, "yesterday": -1, "today": 0, "ahead": 3,
		"later": 120} {
		m.ids[name] = []string{today.AddDate(0, 0, days).Format(time.DateOnly)}
	}
	return errors.Join(err, m.learnLeaves(ctx))
}

// learnLeaves draws from what is forecast of codes in queues.
func (m *meter) learnLeaves(ctx context.Context) error {
	var leaves struct {
		Items []struct{ Queue, Code string }
	}
	_, err := m.ask(ctx, call{path: "/leaves?limit=1000"}, &leaves)
	for _, l := range leaves.Items {
		if l.Queue != "" && l.Code != "" {
			m.ids["leaf"] = append(m.ids["leaf"], "code="+l.Code+"&queue="+l.Queue)
		}
	}
	return err
}
