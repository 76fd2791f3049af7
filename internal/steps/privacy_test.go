package steps_test

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/wrapcast/wrapcast/internal/genesys"
)

// planted are things about people that a platform might send without being asked: a caller's number and name, an agent,
// a note.
var planted = map[string]any{
	"ani": "tel:+15550100", "participantName": "Jane Planted", "userId": "agent-Planted", "wrapUpNote": "note Planted",
	"participants": []any{map[string]any{"address": "sip:Planted@example.com"}},
}

// plantedMark is in everything planted but the number, which is looked for by itself.
var plantedMark = regexp.MustCompile(`(?i)planted|\+?15550100`)

// asked are all words that requests to the platform are made of: the names in their queries and JSON.
var asked = strings.Fields(`
	grant_type
	interval granularity groupBy metrics
	pageSize pageNumber expand includeState
	contentLengthBytes uploadKey description weekCount planningGroups planningGroupId canUseForScheduling
	offeredPerInterval averageHandleTimeSecondsPerInterval
	id`)

// dimensions and metrics are what contacts are counted by, and how.
var (
	dimensions = strings.Fields("queueId wrapUpCode mediaType direction requestedLanguageId requestedRoutingSkillId")
	metrics    = strings.Fields("tHandle tAcw nOffered tAbandon nTransferred")
)

// eavesdropper notes what is asked of the platform, and adds people to all it answers.
type eavesdropper struct {
	t        *testing.T
	mu       sync.Mutex
	requests int
	planted  int
}

func TestNothingPersonalIsAskedForAndNothingPersonalIsKept(t *testing.T) {
	t.Parallel()
	inADirectory(t)
	w := newWorld(t)
	listener := &eavesdropper{t: t}
	w.meddleWith(listener.meddle)
	out := w.mustRun(t)
	if listener.requests < 10 || listener.planted < 5 || len(out.Submissions) != 1 {
		t.Fatalf("%d requests, people in %d answers, %d submissions", listener.requests, listener.planted, len(out.Submissions))
	}
	for _, m := range w.receiver.Messages() {
		if plantedMark.Match(m.Body) {
			t.Errorf("the webhook tells of people: %s", m.Body)
		}
	}
	kept := w.everythingKept(t)
	if found := plantedMark.FindAllString(kept, 3); found != nil {
		t.Errorf("people are kept: %q", found)
	}
	for _, known := range []string{out.Forecast.Queues[0].Queue.Name, string(out.Forecast.ID), "handled leg (tHandle.count)"} {
		if !strings.Contains(kept, known) {
			t.Errorf("%q is not found, so that people would not be either", known)
		}
	}
}

func (e *eavesdropper) meddle(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.requests++
	e.judge(r)
	answer, err := send()
	if err != nil || !strings.Contains(answer.Header.Get("Content-Type"), "json") {
		return answer, err
	}
	return e.plant(answer)
}

// judge fails the test where a request is not on the closed list, or is made of other words.
func (e *eavesdropper) judge(r *http.Request) {
	if !slices.ContainsFunc(genesys.Endpoints(), func(known genesys.Endpoint) bool { return known.Method == r.Method && matches(known.Path, r.URL.Path) }) {
		e.t.Errorf("%s %s is not on the list of endpoints", r.Method, r.URL.Path)
	}
	words := []string{}
	if strings.HasPrefix(r.URL.Path, "/api/") { // addresses of storage are the platform's own
		for name := range r.URL.Query() {
			words = append(words, name)
		}
	}
	body := bodyOfRequest(e.t, r)
	var tree any
	if json.Unmarshal(body, &tree) == nil {
		words = append(words, namesIn(tree)...)
	}
	for _, word := range words {
		if !slices.Contains(asked, word) {
			e.t.Errorf("%s %s: %q is asked for", r.Method, r.URL.Path, word)
		}
	}
	var query struct{ GroupBy, Metrics []string }
	if json.Unmarshal(body, &query) == nil {
		for _, by := range append(query.GroupBy, query.Metrics...) {
			if !slices.Contains(dimensions, by) && !slices.Contains(metrics, by) {
				e.t.Errorf("contacts are counted by %q", by)
			}
		}
	}
}

// matches reports whether a path is one of a template's; the one without a path is that of addresses the platform
// signs.
func matches(template, path string) bool {
	if template == "" {
		return true
	}
	parts, given := strings.Split(template, "/"), strings.Split(path, "/")
	return slices.EqualFunc(parts, given, func(part, have string) bool { return part == have || strings.HasPrefix(part, "{") })
}

// bodyOfRequest reads a request's body and puts it back.
func bodyOfRequest(t *testing.T, r *http.Request) []byte {
	t.Helper()
	if r.Body == nil {
		return nil
	}
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(sent))
	return unzipped(sent)
}

// namesIn are the names of all fields of a JSON value.
func namesIn(tree any) (names []string) {
	switch v := tree.(type) {
	case map[string]any:
		for name, value := range v {
			names = append(append(names, name), namesIn(value)...)
		}
	case []any:
		for _, value := range v {
			names = append(names, namesIn(value)...)
		}
	}
	return names
}

// plant puts people into an answer: beside all it has, and into each of its parts.
func (e *eavesdropper) plant(answer *http.Response) (*http.Response, error) {
	body, err := bodyOf(answer)
	if err != nil {
		return nil, err
	}
	var tree any
	if json.Unmarshal(body, &tree) == nil {
		withPeople(tree)
		e.planted++
		if body, err = json.Marshal(tree); err != nil {
			return nil, err
		}
	}
	answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	answer.Header.Del("Content-Encoding")
	answer.Header.Del("Content-Length")
	return answer, nil
}

func withPeople(tree any) {
	switch v := tree.(type) {
	case map[string]any:
		for name, value := range v {
			if name != "headers" { // what the platform wants sent with an upload, not what it tells
				withPeople(value)
			}
		}
		maps.Copy(v, planted)
	case []any:
		for _, value := range v {
			withPeople(value)
		}
	}
}

// everythingKept is the text of every column of every table, and of every other file of the data directory.
func (w *world) everythingKept(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "wrapcast.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, table := range query(t, db, "SELECT name FROM sqlite_master WHERE type = 'table'") {
		for _, value := range query(t, db, `SELECT * FROM "`+string(table)+`"`) {
			b.Write(unzipped(value))
			b.WriteByte('\n')
		}
	}
	err = filepath.WalkDir(w.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), "wrapcast.db") {
			return err
		}
		text, err := os.ReadFile(path)
		b.Write(unzipped(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// query returns all values of all rows.
func query(t *testing.T, db *sql.DB, text string) (values [][]byte) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		row, into := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for _, v := range row {
			values = append(values, bytes.Clone(v))
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return values
}

// unzipped is what is gzipped in b, behind a version or not; b itself where nothing is.
func unzipped(b []byte) []byte {
	for _, from := range []int{0, 1} {
		if len(b) <= from {
			break
		}
		if z, err := gzip.NewReader(bytes.NewReader(b[from:])); err == nil {
			if text, err := io.ReadAll(z); err == nil {
				return text
			}
		}
	}
	return b
}
