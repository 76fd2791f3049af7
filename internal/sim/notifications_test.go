package sim_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/wrapcast/wrapcast/internal/sim"
)

const channels = "/api/v2/notifications/channels"

type subscriptions struct {
	Entities []struct {
		ID, State, RejectionReason string
		MissingPermissions         []string
	}
}

func (w *world) channel() (id, connect string) {
	w.t.Helper()
	c := decode[struct{ ID, ConnectURI, Expires string }](w.send(request{method: "POST", path: channels}).ok(200))
	return c.ID, c.ConnectURI
}

func (w *world) importTopic() string {
	return "v2.workforcemanagement.businessunits." + string(w.Directory().BusinessUnit.ID) + ".shorttermforecasts.import"
}

func topicsBody(names ...string) string {
	var list []string
	for _, name := range names {
		list = append(list, fmt.Sprintf(`{"id":%q}`, name))
	}
	return "[" + strings.Join(list, ",") + "]"
}

func TestSubscriptionsAreAddedReplacedListedAndRemoved(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	id, connect := w.channel()
	if !strings.HasPrefix(connect, "ws"+strings.TrimPrefix(w.url, "http")+"/") {
		t.Errorf("connectUri %s is not on the host that was asked", connect)
	}
	path := channels + "/" + id + "/subscriptions"
	w.send(request{method: "HEAD", path: channels + "/" + id}).ok(200)
	list := func() (ids []string) {
		for _, e := range decode[subscriptions](w.get(path).ok(200)).Entities {
			ids = append(ids, e.ID)
		}
		return ids
	}
	closing := "v2.system.socket_closing"
	if got := decode[subscriptions](w.post(path, topicsBody(w.importTopic())).ok(200)).Entities; len(got) != 1 || got[0].State != "Permitted" {
		t.Errorf("subscribing says %+v", got)
	}
	w.post(path, topicsBody(closing, w.importTopic())).ok(200)
	if got := list(); !slices.Equal(got, []string{w.importTopic(), closing}) {
		t.Errorf("after adding: %v", got)
	}
	w.send(request{method: "PUT", path: path, body: topicsBody(closing)}).ok(200)
	if got := list(); !slices.Equal(got, []string{closing}) {
		t.Errorf("after replacing: %v", got)
	}
	w.send(request{method: "DELETE", path: path}).ok(204)
	if got := list(); len(got) != 0 {
		t.Errorf("after removing: %v", got)
	}
	if n := len(decode[listed](w.get(channels).ok(200)).Entities); n != 1 {
		t.Errorf("%d channels are listed", n)
	}
}

func TestRejectedTopicFailsTheRequestUnlessErrorsAreIgnored(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	id, _ := w.channel()
	path := channels + "/" + id + "/subscriptions"
	foreign := strings.Replace(w.importTopic(), string(w.Directory().BusinessUnit.ID), "00000000-0000-4000-8000-000000000000", 1)
	for _, topic := range []string{"v2.nothing", foreign, "v2.workforcemanagement.businessunits..shorttermforecasts.import"} {
		w.post(path, topicsBody(w.importTopic(), topic)).wants(400, "notification.invalid.topic")
	}
	w.Permit("routing:queue:view")
	a := w.post(path, topicsBody(w.importTopic()))
	a.wants(403, "notification.unauthorized.topic")
	if !strings.Contains(string(a.body), "wfm:shortTermForecast:view") {
		t.Errorf("the refusal does not name the permission: %s", a.body)
	}
	got := decode[subscriptions](w.post(path+"?ignoreErrors=true", topicsBody(w.importTopic(), "v2.nothing", "v2.system.socket_closing")).ok(200)).Entities
	if got[0].State != "Rejected" || len(got[0].MissingPermissions) == 0 || got[1].State != "Rejected" || got[1].RejectionReason == "" || got[2].State != "Permitted" {
		t.Errorf("ignoring errors says %+v", got)
	}
	if kept := decode[subscriptions](w.get(path)).Entities; len(kept) != 1 {
		t.Errorf("rejected topics were kept: %+v", kept)
	}
	var many []string
	for i := range 1001 {
		many = append(many, fmt.Sprintf("v2.system.token_revoked.%d", i))
	}
	w.post(path, topicsBody(many...)).wants(400, "notification.subscription.too.many.subscriptions")
	w.post(path, `[{"topic":"x"}]`).wants(400, "invalid.property")
}

func TestOneChannelTooManyEvictsTheLeastRecentlyUsed(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	var ids []string
	for range 20 {
		id, _ := w.channel()
		ids = append(ids, id)
	}
	w.get(channels + "/" + ids[0] + "/subscriptions").ok(200) // use the oldest
	w.channel()
	w.get(channels + "/" + ids[0] + "/subscriptions").ok(200)
	w.get(channels+"/"+ids[1]+"/subscriptions").wants(404, "not.found")
	w.clock.move(24*time.Hour - time.Second) // tokens live as long as channels
	w.token = w.login()
	w.post(channels+"/"+ids[2]+"/subscriptions", topicsBody(w.importTopic())).ok(200) // lives on
	w.clock.move(time.Second)
	w.get(channels + "/" + ids[2] + "/subscriptions").ok(200)
	w.get(channels+"/"+ids[3]+"/subscriptions").wants(404, "not.found")
}

func TestSocketBeatsAndSaysWhenItCloses(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{Heartbeat: 20 * time.Millisecond, SocketLife: 300 * time.Millisecond,
		Switches: sim.Switches{HeartbeatBody: `{"topicName":"channel.metadata","eventBody":{"message":"tick"}}`}})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	_, connect := w.channel()
	conn, _, err := websocket.Dial(ctx, connect, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer hangUp(conn)
	beats, closing := 0, false
	for {
		_, text, err := conn.Read(ctx)
		if err != nil {
			if websocket.CloseStatus(err) != websocket.StatusGoingAway || beats == 0 || !closing {
				t.Errorf("after %d beats, closing announced %v, it ended with %v", beats, closing, err)
			}
			return
		}
		var m struct {
			TopicName string
			EventBody struct{ Message string }
		}
		if err := json.Unmarshal(text, &m); err != nil {
			t.Fatal(err)
		}
		switch {
		case m.TopicName == "v2.system.socket_closing":
			closing = true
		case m.EventBody.Message == "tick":
			beats++
		}
	}
}

func TestChannelHasOneSocketAndNoMemory(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	id, connect := w.channel()
	w.post(channels+"/"+id+"/subscriptions", topicsBody(w.importTopic())).ok(200)
	other := w.listen(ctx)
	body := zip(t, w.forecastBody(1, 768, nil))
	w.importKey(nextWeek, w.upload(nextWeek, body).UploadKey).ok(202)
	hear(ctx, t, other) // on this channel nobody listened
	hangUp(other)

	first, _, err := websocket.Dial(ctx, connect, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer hangUp(first)
	second, _, err := websocket.Dial(ctx, connect, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer hangUp(second)
	if _, _, err := first.Read(ctx); websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("the first socket ended with %v when the second was opened", err)
	}
	op := w.importKey(nextWeek, w.upload(nextWeek, body).UploadKey).ok(202).text("operationId")
	if n := hear(ctx, t, second); n.EventBody.OperationID != op {
		t.Errorf("the first message is of %s, want %s: the one before must not be replayed", n.EventBody.OperationID, op)
	}
	go w.Close() // it waits for the listener to hear of it
	if _, _, err := second.Read(ctx); websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("closing the server ended the socket with %v", err)
	}
}

func TestSocketOfNobodyIsRefused(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	_, connect := w.channel()
	if _, response, err := websocket.Dial(t.Context(), connect+"x", nil); err == nil || response.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown channel is answered with %v", err)
	}
	if a := w.get("http" + strings.TrimPrefix(connect, "ws")); a.status < 400 {
		t.Errorf("a plain GET is answered with %d", a.status)
	}
}
