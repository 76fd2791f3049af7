package sim_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim"
)

// Three organisations on one address: each client sees its own and nothing of the others, on signed addresses
// and sockets too, which have no token.
func TestOrganisationsOfARegionDoNotMix(t *testing.T) {
	t.Parallel()
	var worlds []*world
	var servers []*sim.Server
	for seed := range uint64(3) {
		w := start(t, sim.Options{Seed: seed, Queues: 2, Codes: 4, History: 20, Name: "Organisation"})
		worlds, servers = append(worlds, w), append(servers, w.Server)
	}
	region, err := sim.NewRegion(servers...)
	if err != nil {
		t.Fatal(err)
	}
	host := httptest.NewServer(region)
	t.Cleanup(func() { region.Close(); host.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	seen := map[string]bool{}
	for _, w := range worlds {
		w.url, w.token = host.URL, ""
		w.token = w.login()
		me := decode[map[string]any](w.get("/api/v2/tokens/me").ok(200))["homeOrganization"].(map[string]any)["id"].(string)
		if seen[me] || me != string(w.Directory().Organisation.ID) {
			t.Errorf("the token is of %s", me)
		}
		seen[me] = true
		conn := w.listen(ctx)
		operation := w.importKey(nextWeek, w.upload(nextWeek, zip(t, w.forecastBody(1, 768, nil))).UploadKey).ok(202).text("operationId")
		if m := hear(ctx, t, conn).EventBody; m.OperationID != operation {
			t.Errorf("heard of %s, not of %s", m.OperationID, operation)
		}
		data := w.get(w.weekPath(nextWeek) + "/" + w.Forecasts()[0].ID + "/data?forceDownloadService=true").ok(200)
		if a := w.send(request{method: "GET", path: data.text("downloadUrl"), headers: map[string]string{"Authorization": ""}}); a.status != 200 {
			t.Errorf("the download answers %d", a.status)
		}
	}
	posted := worlds[1].send(request{method: "POST", path: "/oauth/token", headers: map[string]string{"Content-Type": form, "Authorization": ""},
		body: "grant_type=client_credentials&client_id=" + servers[1].ClientID() + "&client_secret=" + servers[1].ClientSecret()})
	if posted.status != 200 {
		t.Errorf("credentials in the form: %d %s", posted.status, posted.body)
	}
	worlds[0].token = "nobody's"
	worlds[0].get(queuesPath).wants(401, "bad.credentials")
}

func TestRegionsThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	w := start(t, sim.Options{})
	for _, servers := range [][]*sim.Server{{}, {w.Server, w.Server}} {
		if _, err := sim.NewRegion(servers...); wrapcast.KindOf(err) != wrapcast.Usage {
			t.Errorf("%d servers: %v", len(servers), err)
		}
	}
}
