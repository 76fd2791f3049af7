package steps_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/service"
	"github.com/wrapcast/wrapcast/internal/store"
	"github.com/wrapcast/wrapcast/internal/webhook"
)

// told are the data of the messages of a type that the webhook has received.
func (w *world) told(kind string) (data []string) {
	for _, m := range w.receiver.Messages() {
		var e struct {
			Type string          `json:"type"`
			Data json.RawMessage `json:"data"`
		}
		if json.Unmarshal(m.Body, &e) == nil && e.Type == kind {
			data = append(data, string(e.Data))
		}
	}
	return data
}

// refuseWith has the platform answer requests whose path has a part.
func (w *world) refuseWith(part string, status int, body string) {
	w.meddleWith(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		if !strings.Contains(r.URL.Path, part) {
			return send()
		}
		return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
			Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	})
}

func TestWhoeverListensIsToldOfARunThatFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.refuseWith("/import/uploadurl", http.StatusForbidden, `{"code":"not.authorized","message":"no","status":403}`)
	out, err := w.Run(t.Context(), w.spec)
	if err == nil || out.Run.Kind != wrapcast.Refused || out.Run.Hint == "" {
		t.Fatalf("the run ended with %v, kind %q, hint %q", err, out.Run.Kind, out.Run.Hint)
	}
	told := w.told(webhook.TypeRunFailed)
	if len(told) != 1 || !strings.Contains(told[0], string(out.Run.ID)) || !strings.Contains(told[0], `"hint":"`) {
		t.Errorf("told %s", told)
	}
	if w.spec.DryRun = true; len(told) == 1 {
		w.refuseWith("/analytics/", http.StatusForbidden, `{"code":"not.authorized","message":"no","status":403}`)
		if _, err := w.Run(t.Context(), w.spec); err == nil || len(w.told(webhook.TypeRunFailed)) != 1 {
			t.Errorf("a dry run that fails (%v) tells the webhook", err)
		}
	}
}

func TestWhoeverListensIsToldOfARunThatIsHeld(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.refuseWith("/analytics/conversations/aggregates/query", http.StatusOK, `{}`)
	out, err := w.Run(t.Context(), w.spec)
	if wrapcast.KindOf(err) != wrapcast.InvalidData || !out.Run.Held() {
		t.Fatalf("the run ended with %v, %+v", err, out.Run.Kind)
	}
	if held, failed := w.told(webhook.TypeRunHeld), w.told(webhook.TypeRunFailed); len(held) != 1 || len(failed) != 0 {
		t.Errorf("told of held runs %s, of failed ones %s", held, failed)
	}
}

func TestWhoeverListensIsToldOfAPlanInDoubt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.meddleWith(func(r *http.Request, send func() (*http.Response, error)) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/shorttermforecasts/import") && r.Method == http.MethodPost {
			return nil, errors.New("connection reset by peer")
		}
		return send()
	})
	if _, err := w.Run(t.Context(), w.spec); wrapcast.KindOf(err) != wrapcast.Partial {
		t.Fatalf("the run ended with %v", err)
	}
	told := w.told(webhook.TypeSubmissionUnknown)
	if len(told) != 1 || !strings.Contains(told[0], "submit --settle") {
		t.Errorf("told %s", told)
	}
}

func TestARunThatCannotBeginIsToldOf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustRun(t)
	w.refuseWith("/", http.StatusServiceUnavailable, "")
	if _, err := w.Run(t.Context(), w.spec); wrapcast.KindOf(err) != wrapcast.Unavailable {
		t.Fatalf("the run ended with %v", err)
	}
	if told := w.told(webhook.TypeRunFailed); len(told) != 1 || strings.Contains(told[0], "runId") {
		t.Errorf("told %s", told)
	}
}

// lines is a log that is written and read at once.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// count is how many lines have a text.
func (l *lines) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), text)
}

func TestAScheduledRunThatDoesNotBeginIsNoticedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustRun(t)
	due := time.Now().Add(-time.Hour).Truncate(time.Millisecond)
	nightly := wrapcast.Schedule{ID: "nightly", Organisation: w.organisation(), Source: wrapcast.ScheduleStored,
		Cron: "0 2 * * *", Request: []byte("{}"), Enabled: true, NextAt: due, UpdatedAt: due}
	if err := w.Store.Update(t.Context(), func(tx *store.Tx) error { return tx.Schedules().Save(nightly) }); err != nil {
		t.Fatal(err)
	}
	w.refuseWith("/", http.StatusServiceUnavailable, "")
	log := &lines{}
	for range 2 { // the second is the service after a restart
		s := served(t, w, func(c *service.Config) { c.Log = slog.New(slog.NewTextHandler(log, nil)) })
		await(t, "the message", func() bool { return len(w.told(webhook.TypeRunFailed)) == 1 })
		await(t, "a line", func() bool { return log.count("level=ERROR") >= 1 })
		time.Sleep(300 * time.Millisecond) // some looks more
		stop(t, s)
	}
	if n := log.count("a scheduled run has not begun"); n != 2 {
		t.Errorf("two services wrote %d lines", n)
	}
	if told := w.told(webhook.TypeRunFailed); len(told) != 1 || !strings.Contains(told[0], `"schedule":"nightly"`) {
		t.Errorf("told %s", told)
	}
}

func TestAFailedScheduledRunIsOneLineOfError(t *testing.T) {
	t.Parallel()
	w, log := newWorld(t), &lines{}
	w.refuseWith("/import/uploadurl", http.StatusForbidden, `{"code":"not.authorized","message":"no","status":403}`)
	s := served(t, w, func(c *service.Config) { c.Log = slog.New(slog.NewTextHandler(log, nil)) })
	run, err := s.StartRun(t.Context(), service.RunRequest{}, "schedule")
	if err != nil {
		t.Fatal(err)
	}
	w.awaitRun(t, run.ID)
	await(t, "the line", func() bool { return log.count("level=ERROR") > 0 })
	await(t, "the message", func() bool { return len(w.told(webhook.TypeRunFailed)) == 1 })
	if log.count("level=ERROR") != 1 || log.count("a run failed") != 1 || log.count("what_to_do=") != 1 {
		t.Errorf("the log: %s", log.text.String())
	}
}
