package faults_test

import (
	"fmt"
	"maps"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/faults"
)

func orders(tb testing.TB, text string) faults.Orders {
	tb.Helper()
	all, err := faults.Parse(text)
	if err != nil {
		tb.Fatal(err)
	}
	return all
}

func TestOrdersAreReadAndWrittenTheSame(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"latency=0.5:200ms":                       "latency=0.5",
		"latency=0.5:1s":                          "latency=0.5:1s",
		"latency = 0.5 : 1s ":                     "latency=0.5:1s",
		"429=0.1:30":                              "429=0.1:30",
		"skew=1:-10m":                             "skew=1:-10m0s",
		"drop-after#1@shorttermforecasts/import":  "drop-after#1@shorttermforecasts/import=1",
		"503#3-5@POST /oauth/token=0.5":           "503#3-5@POST /oauth/token=0.5",
		"503#3-":                                  "503#3-=1",
		"503@aggregates/query=0.25,storm=0.01:50": "503@aggregates/query=0.25,storm=0.01:50",
		"withdraw#2=1:wfm:shortTermForecast:add":  "withdraw#2=1:wfm:shortTermForecast:add",
		"import-stuck=1,notification-lost=1":      "import-stuck=1,notification-lost=1",
		"garble=0.2,late#2,latency=1,429=0.8":     "late#2=1,429=0.8,garble=0.2,latency=1",
	} {
		all := orders(t, text)
		if got := canonical(all); got != canonical(orders(t, want)) {
			t.Errorf("%q is read as %q", text, got)
		}
		again, err := faults.FromShares(all.Shares())
		if err != nil || canonical(again) != canonical(all) {
			t.Errorf("%q by its shares is %q, %v", text, canonical(again), err)
		}
		if got := canonical(orders(t, all.String())); got != canonical(all) {
			t.Errorf("%q is written as %q and read as %q", text, all, got)
		}
	}
}

// canonical writes orders with the parameters that are not said.
func canonical(all faults.Orders) string {
	var b strings.Builder
	for _, o := range all {
		b.WriteString(o.String() + " " + o.Duration.String() + "\n")
	}
	return b.String()
}

func TestBadOrdersAreRefused(t *testing.T) {
	t.Parallel()
	for text, inside := range map[string]string{
		"nonsense=1": `"nonsense"`, "429#0": "counted from 1", "429#x": "counted from 1", "429#5-3": "before it begins",
		"429#5-x": "before it begins", "429@=1": "names no endpoint", "drop=1:5": "takes no parameter", "latency=1:soon": "duration",
		"latency=1:-5s": "duration", "latency=1:9999h": "duration", "storm=0.1:0": "whole number", "storm=0.1:x": "whole number",
		"429=0.5,500=0.6": "more than 1", "import-error=0.6,import-stuck=0.6": "more than 1", "429#1,429#1": "twice", "429=NaN": "0 to 1",
	} {
		_, err := faults.Parse(text)
		if wrapcast.KindOf(err) != wrapcast.Usage || !strings.Contains(err.Error(), inside) || wrapcast.Hint(err) == "" {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := faults.FromShares(map[string]float64{"429": 2}); wrapcast.KindOf(err) != wrapcast.Usage {
		t.Errorf("a share of 2: %v", err)
	}
}

func TestHelpNamesEveryFaultThatCanBeOrdered(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSpace(faults.Help()), "\n")
	for _, line := range lines {
		name := strings.Fields(line)[0]
		if _, err := faults.Parse(name + "=0.1"); err != nil || len(line) > 110 {
			t.Errorf("%q: %v", line, err)
		}
	}
	if len(lines) < 28 {
		t.Errorf("%d faults", len(lines))
	}
}

func TestPlacedFaultsMeetExactlyTheirRequests(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.Uint64Range(1, 20).Draw(t, "first")
		last := first + rapid.Uint64Range(0, 5).Draw(t, "more")
		d := faults.NewPlan(rapid.Uint64().Draw(t, "seed"), faults.Orders{})
		if _, err := faults.FromShares(map[string]float64{"503#" + place(first, last) + "@/b": 1, "latency:3s#1@/a": 1}); err == nil {
			t.Fatal("a place behind the parameter was read")
		}
		all, err := faults.FromShares(map[string]float64{"503#" + place(first, last) + "@/b": 1, "latency#1@/a:3s": 1})
		if err != nil {
			t.Fatal(err)
		}
		d.Order(all)
		toB := uint64(0)
		for i := range 40 {
			endpoint := "GET /a"
			if rapid.Bool().Draw(t, "b") {
				endpoint = "GET /b"
				toB++
			}
			v := d.Decide(faults.Request{Endpoint: endpoint, Spared: true})
			want := endpoint == "GET /b" && first <= toB && toB <= last
			if (v.Kind == faults.Unavailable) != want {
				t.Fatalf("request %d to %s, the %d. to b, meets %q", i, endpoint, toB, v.Kind)
			}
		}
	})
}

func place(first, last uint64) string {
	return fmt.Sprintf("%d-%d", first, last)
}

// What happens to the n-th request to an endpoint depends on seed and n, not on what is asked elsewhere.
func TestEndpointsDoNotDisturbEachOther(t *testing.T) {
	t.Parallel()
	all := orders(t, "429=0.3,drop=0.2,latency=0.4,skew=0.1")
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		alone, among := faults.NewPlan(seed, all), faults.NewPlan(seed, all)
		for range 30 {
			for range rapid.IntRange(0, 3).Draw(t, "others") {
				among.Decide(faults.Request{Endpoint: "GET /other"})
			}
			a, b := alone.Decide(faults.Request{Endpoint: "GET /a", Repeatable: true}), among.Decide(faults.Request{Endpoint: "GET /a", Repeatable: true})
			if a != b {
				t.Fatalf("%+v alone, %+v among others", a, b)
			}
		}
	})
}

func TestSharesAreMetAndGroupsAreIndependent(t *testing.T) {
	t.Parallel()
	want := map[string]float64{"429": 0.2, "garble": 0.1, "latency": 0.5, "import-error": 0.3, "import-stuck": 0.2, "notification-lost": 0.4}
	all, err := faults.FromShares(want)
	if err != nil {
		t.Fatal(err)
	}
	d := faults.NewPlan(7, all)
	const n = 20_000
	both := 0
	for range n {
		v := d.Decide(faults.Request{Endpoint: "POST /import", Repeatable: true, Accepting: true})
		if v.Kind == faults.TooMany && v.Notice == faults.NotificationLost {
			both++
		}
	}
	for key, met := range d.Met() {
		if got := float64(met) / n; math.Abs(got-want[key]) > 0.02 {
			t.Errorf("%s met %v, ordered %v", key, got, want[key])
		}
	}
	if got := float64(both) / n; math.Abs(got-0.08) > 0.01 {
		t.Errorf("two independent faults of 0.2 and 0.4 met together %v", got)
	}
	if len(maps.Clone(d.Met())) != len(want) {
		t.Errorf("met %v", d.Met())
	}
}

func TestStormsGoOnForTheirNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]faults.Kind{
		"storm#2=1:3":      {"", "429", "429", "429", "", ""},
		"storm-bare#2=1:3": {"", "429-bare", "429-bare", "429-bare", "", ""},
	} {
		d := faults.NewPlan(1, orders(t, text))
		for i, kind := range want {
			endpoint := []string{"GET /a", "GET /b"}[i%2] // it sweeps over all endpoints
			if v := d.Decide(faults.Request{Endpoint: endpoint}); v.Kind != kind {
				t.Errorf("%s: request %d meets %q", text, i+1, v.Kind)
			}
		}
	}
	d := faults.NewPlan(1, orders(t, "burst#1=1:200"))
	seen := map[faults.Kind]int{}
	for range 200 {
		seen[d.Decide(faults.Request{Endpoint: "GET /a"}).Kind]++
	}
	if len(seen) != 4 || seen[faults.None] > 0 || seen[faults.BadGateway] < 20 {
		t.Errorf("a burst of %v", seen)
	}
}

func TestWhatIsSpared(t *testing.T) {
	t.Parallel()
	read := faults.Request{Endpoint: "GET /read", Repeatable: true}
	remove := faults.Request{Endpoint: "DELETE /thing"}
	accept := faults.Request{Endpoint: "POST /import", Spared: true, Accepting: true}
	for _, c := range []struct {
		order                string
		read, remove, accept bool
	}{
		{"503=1", true, true, false},
		{"drop=1", true, true, false},
		{"drop-after=1", true, false, false},
		{"garble=1", true, false, false},
		{"drop-after@/import=1", false, false, true},
		{"503@POST /import=1", false, false, true},
		{"503@GET /import=1", false, false, false},
		{"drop-after#1-", true, true, true},
		{"withdraw=1", false, false, false},
	} {
		for request, want := range map[faults.Request]bool{read: c.read, remove: c.remove, accept: c.accept} {
			if v := faults.NewPlan(3, orders(t, c.order)).Decide(request); (v.Kind != faults.None) != want {
				t.Errorf("%s meets %s: %q", c.order, request.Endpoint, v.Kind)
			}
		}
	}
	v := faults.NewPlan(3, orders(t, "import-slow=1:5s,notification-twice=1,latency=1:1s,skew=1:-1m")).Decide(accept)
	if v.Fate != faults.ImportSlow || v.FateDelay != 5*time.Second || v.Notice != faults.NotificationTwice || v.Latency != time.Second || v.Skew != -time.Minute || v.Kind != "" {
		t.Errorf("what comes on top is %+v", v)
	}
	if v := faults.NewPlan(3, orders(t, "import-slow=1,notification-lost=1")).Decide(read); v.Fate != "" || v.Notice != "" {
		t.Errorf("a read has the fate of an import: %+v", v)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"429=0.1,latency=0.5:200ms", "drop-after#1@shorttermforecasts/import", "a#-@=:", "503#1-,=", "withdraw=1:a:b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		all, err := faults.Parse(text)
		if err != nil {
			if wrapcast.KindOf(err) != wrapcast.Usage {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		again, err := faults.Parse(all.String())
		if err != nil || again.String() != all.String() {
			t.Errorf("%q is written as %q and read as %q, %v", text, all, again, err)
		}
	})
}
