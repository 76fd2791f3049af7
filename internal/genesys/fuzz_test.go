package genesys

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

func FuzzAggregatesAnswer(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"results":[]}`))
	f.Add([]byte(oneBucket("2026-11-01T06:00:00.000Z/2026-11-01T06:15:00.000Z", "tHandle", `{"count":3,"sum":12345}`)))
	f.Add([]byte(oneBucket("2026-11-01T06:00:00.000Z/2026-11-01T06:15:00.000Z", "nOffered", `{"count":3}`)))
	f.Add([]byte(`{"x":1,"results":[{"group":{"mediaType":"voice"},"data":[{"interval":"/","metrics":[{}]}]}]}`))
	asked := span{From: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)}
	f.Fuzz(func(t *testing.T, body []byte) {
		var observations []wrapcast.Observation
		var rows []queueRow
		err := readBuckets(bytes.NewReader(body), func(b *bucket) error {
			o, err := b.observation(asked, handleTime)
			if err != nil {
				return err
			}
			r, err := b.queueRow(asked, handleTime)
			observations, rows = append(observations, o), append(rows, r)
			return err
		})
		if err != nil {
			return
		}
		if !json.Valid(body) {
			t.Fatalf("took what is no JSON: %q", body)
		}
		for _, o := range mergeObservations(observations) {
			if o.Handled < 1 || o.HandleMs < 0 || o.AfterCallMs < 0 || !asked.Holds(o.Start) || !onQuarterHour(o.Start) {
				t.Fatalf("%+v", o)
			}
		}
		arrivals, handled := byQueue(rows)
		for _, h := range handled {
			if h.Handled < 0 || h.Transferred < 0 || h.Handled+h.Transferred == 0 || !asked.Holds(h.Start) {
				t.Fatalf("%+v", h)
			}
		}
		for _, a := range arrivals {
			if a.Offered < 0 || a.Abandoned < 0 || a.Offered+a.Abandoned == 0 || !asked.Holds(a.Start) {
				t.Fatalf("%+v", a)
			}
		}
	})
}

func FuzzNotification(f *testing.F) {
	f.Add([]byte(`{"topicName":"channel.metadata","eventBody":{"message":"WebSocket Heartbeat"}}`))
	f.Add([]byte(`{"topicName":"` + testTopic + `","eventBody":{"status":"Complete","operationId":"op-1","result":{"id":"f"}}}`))
	f.Add([]byte(`{"topicName":"v2.system.socket_closing"}`))
	f.Fuzz(func(t *testing.T, frame []byte) {
		w := &Watch{topic: testTopic, changed: make(chan struct{}, 1)}
		w.take(frame)
		ref := ImportRef{Plan: testPlanID, OperationID: "op-1"}
		if f, done, err := w.outcome(ref); done && (err == nil) == (f.ID == "") {
			t.Fatalf("%+v, %v from %q", f, err, frame)
		}
	})
}

func FuzzForecastData(f *testing.F) {
	f.Add([]byte(`{"planningGroups":[{"planningGroupId":"p","offeredPerInterval":[1],"averageHandleTimeSecondsPerInterval":[2]}]}`), 0)
	f.Add([]byte(`{"planningGroups":null}`), 5)
	f.Add(manyWeeks(6, "2026-11-02T05:00:00Z"), 3)
	f.Fuzz(func(t *testing.T, body []byte, week int) {
		var d weekData
		if json.Unmarshal(body, &d) != nil || week < 0 || week > 5 {
			return
		}
		unit := wrapcast.BusinessUnit{ID: "bu-1", TimeZone: "America/New_York"}
		start := wrapcast.Date(20000 + 7*week)
		wanted, err := weekOf(unit, ListedForecast{ID: "f", Week: wrapcast.Date(20000).String(), WeekCount: 6}, start)
		if err != nil {
			t.Fatal(err)
		}
		read, err := wanted.read(&d)
		if err != nil {
			if e := (*wrapcast.Error)(nil); !errors.As(err, &e) {
				t.Fatalf("%T", err)
			}
			return
		}
		for _, g := range read.Groups {
			if n := len(g.Offered); n != len(g.HandleSeconds) || n < 668 || n > longestWeek {
				t.Fatalf("%d contacts, %d handle times", n, len(g.HandleSeconds))
			}
			for i := range g.Offered {
				if !sendable(g.Offered[i]) || !sendable(g.HandleSeconds[i]) {
					t.Fatalf("%v contacts of %v s", g.Offered[i], g.HandleSeconds[i])
				}
			}
		}
	})
}

func FuzzBaseURL(f *testing.F) {
	f.Add("https://api.example.org")
	f.Add("http://127.0.0.1:80/")
	f.Add("http://localhost@example.org")
	f.Fuzz(func(t *testing.T, s string) {
		u, err := checkBaseURL("base URL", s)
		if err == nil && (!secure(u) || u.User != nil || strings.HasSuffix(u.String(), "/")) {
			t.Fatalf("%q gave %v", s, u)
		}
	})
}
