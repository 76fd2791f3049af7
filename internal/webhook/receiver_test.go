package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
)

func receiver(t *testing.T, config ReceiverConfig) (*Receiver, string) {
	t.Helper()
	if config.Clock.Now == nil {
		config.Clock = clockAt(noon)
	}
	r, err := NewReceiver(config)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	return r, server.URL
}

func TestAMessageArrivesSignedAndOnce(t *testing.T) {
	t.Parallel()
	key := secret(t)
	r, url := receiver(t, ReceiverConfig{Secrets: []string{key}})
	s := sender(t, Config{Secrets: []string{key}, AllowPrivate: true})
	for range 3 { // at least once means sometimes more often
		if status, err := s.Send(t.Context(), delivery(url)); status != http.StatusOK || err != nil {
			t.Fatalf("status %d, %v", status, err)
		}
	}
	messages := r.Messages()
	if len(messages) != 1 || messages[0].Copies != 3 || messages[0].ID != string(delivery("").ID) || !bytes.Equal(messages[0].Body, delivery("").Body) || r.Refused() != 0 {
		t.Errorf("messages %+v, %d refused", messages, r.Refused())
	}
}

func TestASecretCanBeExchangedWithoutLosingAMessage(t *testing.T) {
	t.Parallel()
	old, next, foreign := secret(t), secret(t), secret(t)
	for _, c := range []struct {
		name         string
		sends, knows []string
		taken        bool
	}{
		{"the receiver still knows the old one", []string{next, old}, []string{old}, true},
		{"the receiver knows the new one already", []string{next, old}, []string{next}, true},
		{"the receiver takes both", []string{old}, []string{next, old}, true},
		{"the receiver knows another", []string{next, old}, []string{foreign}, false},
		{"the message is not signed", nil, []string{old}, false},
		{"nobody signs", nil, nil, true},
	} {
		r, url := receiver(t, ReceiverConfig{Secrets: c.knows})
		status, _ := sender(t, Config{Secrets: c.sends, AllowPrivate: true}).Send(t.Context(), delivery(url))
		if (status == http.StatusOK) != c.taken || (len(r.Messages()) == 1) != c.taken || !c.taken && status != http.StatusUnauthorized {
			t.Errorf("%s: status %d, %d messages", c.name, status, len(r.Messages()))
		}
	}
}

// TestTheSpecificationsOwnExampleIsSignedAlike uses the test vector of the Standard Webhooks reference implementations.
func TestTheSpecificationsOwnExampleIsSignedAlike(t *testing.T) {
	t.Parallel()
	s, err := newSigner([]string{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want || err != nil {
		t.Errorf("signature %q, %v; want %q", got, err, want)
	}
}

func TestForeignLateAndChangedMessagesAreRefused(t *testing.T) {
	t.Parallel()
	key := secret(t)
	body := `{"specversion":"1.0"}`
	signature := func(id string, at time.Time) string {
		s, _ := newSigner([]string{key})
		text, _ := s.sign(id, at, []byte(body))
		return text
	}
	for _, c := range []struct {
		name, method, id, timestamp, signature, body string
		want                                         int
	}{
		{"a good one", "POST", "m", "", signature("m", noon), body, 200},
		{"one of several signatures fits", "POST", "m", "", "v1a,xx v1,AAAA junk " + signature("m", noon), body, 200},
		{"another body", "POST", "m", "", signature("m", noon), body + " ", 401},
		{"another id", "POST", "n", "", signature("m", noon), body, 401},
		{"another time", "POST", "m", stamp(noon.Add(time.Second)), signature("m", noon), body, 401},
		{"no signature", "POST", "m", "", "", body, 401},
		{"another version's signature", "POST", "m", "", strings.Replace(signature("m", noon), "v1,", "v2,", 1), body, 401},
		{"no id", "POST", "", "", signature("", noon), body, 400},
		{"five minutes old", "POST", "m", stamp(noon.Add(-5 * time.Minute)), signature("m", noon.Add(-5*time.Minute)), body, 200},
		{"replayed after five minutes", "POST", "m", stamp(noon.Add(-301 * time.Second)), signature("m", noon.Add(-301*time.Second)), body, 400},
		{"from the future", "POST", "m", stamp(noon.Add(301 * time.Second)), signature("m", noon.Add(301*time.Second)), body, 400},
		{"no time", "POST", "m", "yesterday", signature("m", noon), body, 400},
		{"a time beyond all times", "POST", "m", "99999999999999999", signature("m", noon), body, 400},
		{"a huge one", "POST", "m", "", signature("m", noon), strings.Repeat("x", 2<<20), 413},
		{"a question", "GET", "m", "", signature("m", noon), "", 405},
	} {
		r, url := receiver(t, ReceiverConfig{Secrets: []string{key}})
		request, err := http.NewRequestWithContext(t.Context(), c.method, url, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if c.timestamp == "" {
			c.timestamp = stamp(noon)
		}
		request.Header.Set(standardwebhooks.HeaderWebhookID, c.id)
		request.Header.Set(standardwebhooks.HeaderWebhookTimestamp, c.timestamp)
		request.Header.Set(standardwebhooks.HeaderWebhookSignature, c.signature)
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		response, err := client.Do(request)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		response.Body.Close()
		if response.StatusCode != c.want || (r.Refused() == 0) != (c.want == 200) {
			t.Errorf("%s: %d, %d refused; want %d", c.name, response.StatusCode, r.Refused(), c.want)
		}
	}
}

func stamp(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }

func TestManySendersAtOnceLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	key := secret(t)
	r, url := receiver(t, ReceiverConfig{Secrets: []string{key}})
	s := sender(t, Config{Secrets: []string{key}, AllowPrivate: true})
	var group sync.WaitGroup
	for i := range 40 {
		group.Go(func() {
			d := delivery(url)
			d.ID = wrapcast.DeliveryID(fmt.Sprint("message-", i%20))
			if _, err := s.Send(t.Context(), d); err != nil {
				t.Error(err)
			}
		})
	}
	if err := r.Await(t.Context(), 20); err != nil {
		t.Error(err)
	}
	group.Wait()
	for _, m := range r.Messages() {
		if m.Copies != 2 {
			t.Errorf("%s came %d times", m.ID, m.Copies)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := r.Await(ctx, 21); err == nil {
		t.Error("a message came that nobody sent")
	}
}

func TestScheduleWaitsLongerAndLongerAndThenNoMore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := Schedule{Attempts: rapid.IntRange(0, 20).Draw(t, "attempts"), First: time.Duration(rapid.Int64Range(int64(time.Millisecond), int64(time.Minute)).Draw(t, "first"))}
		id := wrapcast.DeliveryID(rapid.String().Draw(t, "id"))
		attempts := max(s.Attempts, 0)
		if attempts == 0 {
			attempts = 10
		}
		before := time.Duration(0)
		for n := 1; n < attempts; n++ {
			at, dead := s.Next(id, n, noon, 0)
			again, _ := s.Next(id, n, noon, 0)
			wait := at.Sub(noon)
			if dead || wait < before || wait > 6*time.Hour || !at.Equal(again) || wait <= 0 {
				t.Fatalf("after %d attempts: %s, dead %v, before it %s", n, wait, dead, before)
			}
			before = min(wait, 4*time.Hour) // at the cap, waits no longer grow
		}
		if _, dead := s.Next(id, attempts, noon, time.Second); !dead {
			t.Fatalf("an attempt after %d", attempts)
		}
	})
}

func TestScheduleObeysTheReceiverWithinReason(t *testing.T) {
	t.Parallel()
	for asked, want := range map[time.Duration]time.Duration{time.Hour: time.Hour, 100 * time.Hour: 6 * time.Hour, -time.Hour: 0, time.Second: 0} {
		at, dead := (Schedule{}).Next("m", 1, noon, asked)
		if wait := at.Sub(noon); dead || want != 0 && wait != want || want == 0 && (wait < 4*time.Second || wait > 5*time.Second) {
			t.Errorf("asked for %s: %s, dead %v", asked, wait, dead)
		}
	}
	first, _ := (Schedule{}).Next("a", 1, noon, 0)
	second, _ := (Schedule{}).Next("b", 1, noon, 0)
	if first.Equal(second) {
		t.Error("two deliveries return at the same moment")
	}
}

func TestAnEventHasWhatCloudEventsRequires(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 9, 30, 0, 0, time.FixedZone("", -5*3600))
	event := Event{ID: "d-1", Source: Source("0c6d8a2e/41b3"), Type: TypeForecastGenerated, Subject: "run-1", Time: at,
		Data: ForecastGenerated{Event: "forecast_generated", ForecastID: "fc-1", Timestamp: at, LatencyMs: 1234, Schema: ForecastGeneratedSchema,
			Accuracy: wrapcast.Accuracy{WAPE: 0.12, MASE: wrapcast.NotMeasured()}}}
	body, err := Body(event)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{"specversion": "1.0", "id": "d-1", "source": "/organisations/0c6d8a2e%2F41b3",
		"type": "io.wrapcast.forecast.generated.v1", "subject": "run-1", "time": "2026-11-23T14:30:00Z", "datacontenttype": "application/json"} {
		if got[name] != want {
			t.Errorf("%s is %v, want %v", name, got[name], want)
		}
	}
	for name := range got { // attribute names are lower-case letters and digits, by the specification
		if strings.ToLower(name) != name || strings.ContainsAny(name, "_-.") {
			t.Errorf("%q is no attribute name", name)
		}
	}
	data := got["data"].(map[string]any)
	for name, want := range map[string]any{"event": "forecast_generated", "forecastId": "fc-1", "latencyMs": 1234.0} {
		if data[name] != want {
			t.Errorf("data.%s is %v, want %v, as receivers of the REST target's webhook expect", name, data[name], want)
		}
	}
	for name, broken := range map[string]Event{"id": {Source: "/a", Type: "b"}, "source": {ID: "a", Type: "b"}, "type": {ID: "a", Source: "/b"},
		"data": {ID: "a", Source: "/b", Type: "c", Data: func() {}}, "source that is none": {ID: "a", Source: "://", Type: "b"}} {
		if _, err := Body(broken); err == nil {
			t.Errorf("an event without a good %s is written", name)
		}
	}
}
