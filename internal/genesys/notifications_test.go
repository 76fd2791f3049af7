package genesys

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/target"
)

const testTopic = "v2.workforcemanagement.businessunits.bu-1.shorttermforecasts.import"

// newsroom is a fake of the notification service: what it is told to say, it says on every socket.
type newsroom struct {
	mu       sync.Mutex
	sockets  []*websocket.Conn
	opened   int
	channels int
	listens  chan struct{}
	// expires is what a new channel says of its end; refused lets none be opened.
	expires string
	refused bool
}

func newNewsroom() *newsroom { return &newsroom{listens: make(chan struct{}, 100)} }

func (n *newsroom) handlers(t *testing.T, p **platform) map[string]http.HandlerFunc {
	t.Helper()
	return map[string]http.HandlerFunc{
		"POST /api/v2/notifications/channels": func(w http.ResponseWriter, _ *http.Request) {
			n.mu.Lock()
			n.channels++
			id := fmt.Sprintf("ch-%d", n.channels)
			n.mu.Unlock()
			n.mu.Lock()
			expires, refused := n.expires, n.refused
			n.mu.Unlock()
			if refused {
				refuse(503, "service.unavailable", "")(w, nil)
				return
			}
			answerJSON(w, 200, map[string]any{"id": id, "connectUri": "ws" + strings.TrimPrefix((*p).URL, "http") + "/channels/" + id, "expires": expires})
		},
		"POST /api/v2/notifications/channels/{id}/subscriptions": func(w http.ResponseWriter, r *http.Request) {
			var topics []struct{ ID string }
			if err := json.NewDecoder(r.Body).Decode(&topics); err != nil || len(topics) != 1 || topics[0].ID != testTopic {
				t.Errorf("subscribed to %v, %v", topics, err)
			}
			answerJSON(w, 200, map[string]any{"entities": []any{map[string]any{"id": testTopic, "state": "Permitted"}}})
		},
		"GET /channels/{id}": func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "" {
				t.Error("the token was sent to the streaming host")
			}
			conn, err := websocket.Accept(w, r, nil)
			if err != nil {
				return
			}
			n.mu.Lock()
			n.sockets = append(n.sockets, conn)
			n.opened++
			n.mu.Unlock()
			n.listens <- struct{}{}
			<-conn.CloseRead(context.WithoutCancel(r.Context())).Done()
		},
	}
}

func (n *newsroom) say(t *testing.T, topic string, body any) {
	t.Helper()
	text, _ := json.Marshal(map[string]any{"topicName": topic, "version": "2", "eventBody": body, "metadata": map[string]any{"CorrelationId": "x"}})
	n.send(t, text)
}

func (n *newsroom) send(t *testing.T, text []byte) {
	t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.sockets {
		_ = c.Write(t.Context(), websocket.MessageText, text) // a socket that is gone hears nothing
	}
}

func (n *newsroom) hangUp() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.sockets {
		c.CloseNow() //nolint:errcheck // that is the point
	}
	n.sockets = nil
}

func finished(status, operation, description string) map[string]any {
	return map[string]any{"status": status, "operationId": operation, "result": map[string]any{
		"id": testForecast, "weekDate": "2026-11-30", "creationMethod": "Import", "description": description, "sourceDays": []any{}}}
}

func (n *newsroom) platform(t *testing.T, list http.HandlerFunc) *platform {
	t.Helper()
	var p *platform
	handlers := n.handlers(t, &p)
	if list != nil {
		handlers[listPath] = list
	}
	p = newPlatform(t, handlers)
	return p
}

func (n *newsroom) await(t *testing.T) {
	t.Helper()
	select {
	case <-n.listens:
	case <-time.After(20 * time.Second):
		t.Fatal("nobody came to listen")
	}
}

func testRef(t *testing.T) ImportRef {
	t.Helper()
	return ImportRef{BusinessUnit: "bu-1", Week: testWeek(t), Plan: testPlanID, OperationID: "op-1"}
}

func TestANotificationEndsTheWait(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		say  []map[string]any
		kind wrapcast.Kind
	}{
		"by the operation's id":           {[]map[string]any{finished("Complete", "op-1", "")}, ""},
		"by the plan's id":                {[]map[string]any{finished("Complete", "op-9", "plan "+testPlanID)}, ""},
		"after those of other people":     {[]map[string]any{finished("Complete", "op-2", "x"), finished("Error", "op-3", "y"), finished("Complete", "op-1", "")}, ""},
		"after the news that it is begun": {[]map[string]any{{"status": "Processing", "operationId": "op-1"}, finished("Complete", "op-1", "")}, ""},
		"with an error":                   {[]map[string]any{{"status": "Error", "operationId": "op-1", "result": nil}}, wrapcast.Refused},
		"with an error, as of schedules":  {[]map[string]any{{"status": "Error", "operationId": "op-1", "eventType": "Import"}}, wrapcast.Refused},
		"in capitals":                     {[]map[string]any{{"status": "ERROR", "operationId": "op-1"}}, wrapcast.Refused},
		"with a cancellation":             {[]map[string]any{{"status": "Canceled", "operationId": "op-1"}}, wrapcast.Refused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			news := newNewsroom()
			p := news.platform(t, forecasts())
			client := p.newClient(t, slowTime(), nil)
			w, err := client.Subscribe(t.Context(), "bu-1")
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			news.await(t)
			news.send(t, []byte(`{"topicName":"channel.metadata","eventBody":{"message":"WebSocket Heartbeat"}}`))
			news.send(t, []byte(`{"message":"pong"}`))
			news.send(t, []byte(`this is no JSON`))
			news.say(t, testTopic, "no operation")
			for _, body := range c.say {
				news.say(t, testTopic, body)
			}
			f, err := client.AwaitImport(t.Context(), w, testRef(t), time.Hour)
			if c.kind != "" {
				mustFail(t, err, c.kind)
			} else if err != nil || f.ID != testForecast {
				t.Errorf("%+v, %v", f, err)
			}
		})
	}
}

func TestNewsThatCameBeforeAnybodyWaitedIsKept(t *testing.T) {
	t.Parallel()
	news := newNewsroom()
	p := news.platform(t, nil)
	client := p.newClient(t, slowTime(), nil)
	w, err := client.Subscribe(t.Context(), "bu-1")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	news.await(t)
	news.say(t, testTopic, finished("Complete", "op-1", ""))
	for range 1000 {
		if _, done, _ := w.outcome(testRef(t)); done {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if f, err := client.AwaitImport(t.Context(), w, testRef(t), time.Hour); err != nil || f.ID != testForecast {
		t.Errorf("%+v, %v", f, err)
	}
	for _, r := range p.requests() {
		if strings.HasPrefix(r, "GET "+weekPath) {
			t.Error("the list was looked at without need")
		}
	}
}

func TestWhatMayHaveBeenMissedIsLookedForFirst(t *testing.T) {
	t.Parallel()
	news := newNewsroom()
	p := news.platform(t, forecasts(listedForecast(testForecast, "2026-11-30", "Import", "plan "+testPlanID, "")))
	client := p.newClient(t, slowTime(), nil)
	w, err := client.Subscribe(t.Context(), "bu-1")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	ref := testRef(t)
	ref.Missed = true
	if f, err := client.AwaitImport(t.Context(), w, ref, time.Hour); err != nil || f.ID != testForecast {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestNobodyGivesUpWithoutALook(t *testing.T) {
	t.Parallel()
	news := newNewsroom()
	p := news.platform(t, forecasts(listedForecast(testForecast, "2026-11-30", "Import", "plan "+testPlanID, "")))
	client := p.newClient(t, slowTime(), nil)
	w, err := client.Subscribe(t.Context(), "bu-1")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	news.await(t)
	// The notification gets a chance first, and the time for it is over at once.
	if f, err := client.AwaitImport(t.Context(), w, testRef(t), time.Nanosecond); err != nil || f.ID != testForecast {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestWithoutNotificationsTheListIsLookedAt(t *testing.T) {
	t.Parallel()
	none, there := forecasts(), forecasts(listedForecast(testForecast, "2026-11-30", "Import", "plan "+testPlanID, "2026-11-23T10:00:00Z"))
	for name, c := range map[string]struct {
		list  http.HandlerFunc
		looks int
	}{
		"there at once":                             {there, 1},
		"there at the third look":                   {inTurn(none, none, there), 3},
		"while the platform has one of its moments": {inTurn(none, raw(200, "text/html", "<html>"), refuse(503, "", ""), dropped, there), 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{listPath: c.list})
			clock := newFakeTime()
			client := p.newClient(t, clock.clock(), nil)
			f, err := client.AwaitImport(t.Context(), nil, testRef(t), 0)
			if err != nil || f.ID != testForecast || len(p.requests()) != c.looks {
				t.Errorf("%+v, %v after %d looks", f, err, len(p.requests()))
			}
		})
	}
}

func TestAPlatformThatIsDownWhileWeWaitIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	down := refuse(503, "service.unavailable", "")
	there := forecasts(listedForecast(testForecast, "2026-11-30", "Import", "plan "+testPlanID, ""))
	p := newPlatform(t, map[string]http.HandlerFunc{listPath: inTurn(down, down, down, down, down, there)})
	client := p.newClient(t, newFakeTime().clock(), func(c *Config) { c.MaxAttempts = 2 })
	if f, err := client.AwaitImport(t.Context(), nil, testRef(t), 0); err != nil || f.ID != testForecast {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestAnImportOfWhichNothingIsHeardIsPending(t *testing.T) {
	t.Parallel()
	for name, ref := range map[string]ImportRef{
		"known to be accepted": testRef(t),
		"perhaps accepted":     {BusinessUnit: "bu-1", Week: testWeek(t), Plan: testPlanID},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, map[string]http.HandlerFunc{listPath: forecasts(listedForecast("x", "2026-11-30", "Import", "another", ""))})
			clock := newFakeTime()
			began := clock.read()
			_, err := p.newClient(t, clock.clock(), nil).AwaitImport(t.Context(), nil, ref, 90*time.Second)
			mustFail(t, err, wrapcast.Partial, testPlanID, "2026-11-30", "settle", "1m30s")
			if !errors.Is(err, errPending) || errors.Is(err, target.ErrAmbiguous) {
				t.Errorf("error %v", err)
			}
			if waited := clock.read().Sub(began); waited < 90*time.Second || waited > 100*time.Second {
				t.Errorf("gave up after %v", waited)
			}
			if n := len(p.requests()); n < 11 || n > 14 {
				t.Errorf("%d looks in 90 seconds, want some at once and then one every 10", n)
			}
		})
	}
}

func TestWhatCannotBeLookedAtIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	p := newPlatform(t, map[string]http.HandlerFunc{listPath: refuse(403, "missing.any.permissions", "")})
	_, err := p.newClient(t, newFakeTime().clock(), nil).AwaitImport(t.Context(), nil, testRef(t), 0)
	mustFail(t, err, wrapcast.Partial, "wfm:shortTermForecast:view", "settle")
	if !errors.Is(err, errPending) {
		t.Errorf("that nobody may look says nothing of the import: %v", err)
	}
}

// polled waits for an accepted import that no list ever has.
func polled(t *testing.T, change func(*ImportRef)) (time.Duration, error) {
	t.Helper()
	p := newPlatform(t, map[string]http.HandlerFunc{listPath: forecasts()})
	clock := newFakeTime()
	began := clock.read()
	ref := testRef(t)
	ref.SentAt = began
	change(&ref)
	_, err := p.newClient(t, clock.clock(), nil).AwaitImport(t.Context(), nil, ref, 5*time.Minute)
	return clock.read().Sub(began), err
}

func TestARefusalNobodyIsToldOfIsFoundWithinAMinute(t *testing.T) {
	t.Parallel()
	waited, err := polled(t, func(*ImportRef) {})
	mustFail(t, err, wrapcast.Refused, "taken for refused", "WebSockets", "settle")
	if waited < DefaultUnheard || waited > time.Minute || errors.Is(err, errPending) {
		t.Errorf("found after %v: %v", waited, err)
	}
	for name, c := range map[string]struct {
		change func(*ImportRef)
		after  time.Duration
		kind   wrapcast.Kind
	}{
		"where imports are known to take longer": {func(r *ImportRef) { r.Unheard = 2 * time.Minute }, 2 * time.Minute, wrapcast.Refused},
		"after looking some times, however old":  {func(r *ImportRef) { r.SentAt = r.SentAt.Add(-time.Hour) }, 3 * time.Second, wrapcast.Refused},
		"not where it may not have been taken":   {func(r *ImportRef) { r.OperationID = "" }, 5 * time.Minute, wrapcast.Partial},
		"not where it was sent some time":        {func(r *ImportRef) { r.SentAt = time.Time{} }, 5 * time.Minute, wrapcast.Partial},
	} {
		waited, err := polled(t, c.change)
		if wrapcast.KindOf(err) != c.kind || waited < c.after || waited > c.after+10*time.Second {
			t.Errorf("%s: after %v: %v", name, waited, err)
		}
	}
}

// A proxy may let a WebSocket be opened and nothing through it.
func TestAWatchThatSaysNothingIsNoneToWaitFor(t *testing.T) {
	t.Parallel()
	news := newNewsroom()
	client := news.platform(t, forecasts()).newClient(t, slowTime(), func(c *Config) { c.Silence = 100 * time.Millisecond })
	w, err := client.Subscribe(t.Context(), "bu-1")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	news.await(t)
	if !w.alive() {
		t.Error("it is given no time to say something")
	}
	for until := time.Now().Add(5 * time.Second); w.alive(); time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("it is waited for although it says nothing")
		}
	}
	news.say(t, "channel.metadata", map[string]string{"message": "WebSocket Heartbeat"})
	for until := time.Now().Add(5 * time.Second); !w.alive(); time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("a heartbeat does not wake it")
		}
	}
}

func TestAWaitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for name, watched := range map[string]bool{"with a watch": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			news := newNewsroom()
			client := news.platform(t, forecasts()).newClient(t, slowTime(), nil)
			var w *Watch
			if watched {
				var err error
				if w, err = client.Subscribe(t.Context(), "bu-1"); err != nil {
					t.Fatal(err)
				}
				defer w.Close()
			}
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if _, err := client.AwaitImport(ctx, w, testRef(t), 0); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestABrokenChannelIsOpenedAnewAndWhatWasMissedIsFound(t *testing.T) {
	t.Parallel()
	news := newNewsroom()
	var mu sync.Mutex
	list := forecasts()
	p := news.platform(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		list(w, r)
	})
	client := p.newClient(t, slowTime(), func(c *Config) { c.MaxBackoff = 10 * time.Millisecond })
	w, err := client.Subscribe(t.Context(), "bu-1")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	news.await(t)
	done := make(chan error, 1)
	go func() {
		f, err := client.AwaitImport(t.Context(), w, testRef(t), time.Hour)
		if err == nil && f.ID != testForecast {
			err = fmt.Errorf("%+v", f)
		}
		done <- err
	}()
	for _, breakIt := range []func(){
		news.hangUp,
		func() { news.say(t, "v2.system.socket_closing", map[string]any{}) },
		func() { news.say(t, "v2.system.no_longer_subscribed.x", map[string]any{}) },
	} {
		breakIt()
		news.await(t)
	}
	mu.Lock()
	list = forecasts(listedForecast(testForecast, "2026-11-30", "Import", "plan "+testPlanID, ""))
	mu.Unlock()
	news.hangUp()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the forecast was not found")
	}
}

func TestAChannelThatFallsSilentIsOpenedAnew(t *testing.T) {
	t.Parallel()
	news := newNewsroom()
	client := news.platform(t, nil).newClient(t, slowTime(), func(c *Config) { c.Silence, c.MaxBackoff = 50*time.Millisecond, time.Millisecond })
	w, err := client.Subscribe(t.Context(), "bu-1")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	news.await(t)
	news.await(t) // the second connection
}

func TestAWatchThatCannotComeBackLeavesTheListToBeLookedAt(t *testing.T) {
	t.Parallel()
	news := newNewsroom()
	p := news.platform(t, forecasts(listedForecast(testForecast, "2026-11-30", "Import", "plan "+testPlanID, "")))
	client := p.newClient(t, fastTime(), func(c *Config) { c.Silence, c.MaxAttempts = 20*time.Millisecond, 1 })
	w, err := client.Subscribe(t.Context(), "bu-1")
	if err != nil {
		t.Fatal(err)
	}
	news.await(t)
	for range 2 * maxReconnects { // each new connection falls silent too
		select {
		case <-news.listens:
		case <-w.done:
		}
	}
	<-w.done
	if w.alive() {
		t.Error("a watch that gave up says that it lives")
	}
	if f, err := client.AwaitImport(t.Context(), w, testRef(t), 0); err != nil || f.ID != testForecast {
		t.Errorf("%+v, %v", f, err)
	}
	w.Close()
}

func TestASubscriptionThatFailsSaysWhy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(map[string]http.HandlerFunc)
		kind   wrapcast.Kind
		words  []string
	}{
		"no channel": {func(h map[string]http.HandlerFunc) {
			h["POST /api/v2/notifications/channels"] = refuse(403, "not.authorized", "")
		}, wrapcast.Refused, []string{"403"}},
		"the topic is refused by status": {func(h map[string]http.HandlerFunc) {
			h["POST /api/v2/notifications/channels/{id}/subscriptions"] = refuse(403, "missing.permissions", "no")
		}, wrapcast.Refused, []string{"wfm:shortTermForecast:view"}},
		"the topic is refused by state": {func(h map[string]http.HandlerFunc) {
			h["POST /api/v2/notifications/channels/{id}/subscriptions"] = always(200, map[string]any{"entities": []any{
				map[string]any{"id": testTopic, "state": "Rejected", "rejectionReason": "permission", "missingPermissions": []string{"wfm:x:view"}}}})
		}, wrapcast.Refused, []string{"permission", "wfm:x:view"}},
		"no socket":       {func(h map[string]http.HandlerFunc) { h["GET /channels/{id}"] = refuse(403, "", "") }, wrapcast.Unavailable, []string{"looking at the list"}},
		"a broken socket": {func(h map[string]http.HandlerFunc) { h["GET /channels/{id}"] = dropped }, wrapcast.Unavailable, []string{"looking at the list"}},
		"no address": {func(h map[string]http.HandlerFunc) {
			h["POST /api/v2/notifications/channels"] = always(200, map[string]any{"id": "ch-1"})
		}, wrapcast.Unavailable, []string{"no address"}},
		"an open address": {func(h map[string]http.HandlerFunc) {
			h["POST /api/v2/notifications/channels"] = always(200, map[string]any{"id": "ch-1", "connectUri": "ws://example.org/channels/ch-1"})
		}, wrapcast.Unavailable, []string{"no address"}},
		"no id of a channel": {func(h map[string]http.HandlerFunc) {
			h["POST /api/v2/notifications/channels"] = always(200, map[string]any{})
		}, wrapcast.Usage, []string{"id is missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			news := newNewsroom()
			var p *platform
			handlers := news.handlers(t, &p)
			c.change(handlers)
			p = newPlatform(t, handlers)
			w, err := p.newClient(t, newFakeTime().clock(), nil).Subscribe(t.Context(), "bu-1")
			w.Close()
			mustFail(t, err, c.kind, c.words...)
		})
	}
}

const beat = `{"topicName":"channel.metadata","eventBody":{"message":"WebSocket Heartbeat"}}`

func TestAChannelIsReplacedBeforeItExpires(t *testing.T) {
	t.Parallel()
	news := newNewsroom()
	clock := newFakeTime()
	news.expires = clock.read().Add(24 * time.Hour).Format(time.RFC3339)
	p := news.platform(t, nil)
	client := p.newClient(t, clock.clock(), nil)
	w, err := client.Subscribe(t.Context(), "bu-1")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	news.await(t)
	_ = clock.sleep(t.Context(), 22*time.Hour)
	news.send(t, []byte(beat))
	news.say(t, testTopic, finished("Processing", "op-0", "")) // once it is heard, so is the heartbeat before it
	w.awaitHeard(t, 1)
	if n := news.opened; n != 1 {
		t.Fatalf("%d sockets two hours before the channel ends", n)
	}
	_ = clock.sleep(t.Context(), 70*time.Minute)
	news.send(t, []byte(beat))
	news.await(t) // the second socket, fifty minutes before the first channel ends
	news.say(t, testTopic, finished("Complete", "op-1", ""))
	w.awaitHeard(t, 2)
}

// awaitHeard waits until the watch has heard of so many operations.
func (w *Watch) awaitHeard(t *testing.T, n int) {
	t.Helper()
	for range 10_000 {
		w.mu.Lock()
		heard := len(w.heard)
		w.mu.Unlock()
		if heard >= n {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatal("nothing was heard")
}

func TestAChannelThatCannotBeReplacedIsListenedToUntilItEnds(t *testing.T) {
	t.Parallel()
	news := newNewsroom()
	clock := newFakeTime()
	news.expires = clock.read().Add(24 * time.Hour).Format(time.RFC3339)
	client := news.platform(t, nil).newClient(t, clock.clock(), func(c *Config) { c.MaxAttempts = 1 })
	w, err := client.Subscribe(t.Context(), "bu-1")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	news.await(t)
	news.mu.Lock()
	news.refused = true
	news.mu.Unlock()
	_ = clock.sleep(t.Context(), 23*time.Hour+time.Minute)
	for range 3 {
		news.send(t, []byte(beat))
		_ = clock.sleep(t.Context(), renewAgain)
	}
	news.say(t, testTopic, finished("Complete", "op-1", ""))
	if w.awaitHeard(t, 1); news.opened != 1 {
		t.Errorf("%d sockets", news.opened)
	}
}

func TestWhatAChannelSaysOfItsEndIsBelievedWithinReason(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for expires, want := range map[string]time.Duration{
		"2026-11-24T12:00:00.000Z":      23 * time.Hour,
		"2026-11-23T13:00:00.000Z":      54 * time.Minute,
		"2026-11-24T13:00:00.000+01:00": 23 * time.Hour,
		"2031-11-24T12:00:00.000Z":      23 * time.Hour,
		"2020-11-24T12:00:00.000Z":      54 * time.Second,
		"":                              23 * time.Hour,
		"tomorrow":                      23 * time.Hour,
	} {
		if got := (channel{Expires: expires}).renewAt(now).Sub(now); got != want {
			t.Errorf("a channel that ends at %q is replaced after %v, want %v", expires, got, want)
		}
	}
}
