package genesys_test

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys"
	"github.com/wrapcast/wrapcast/internal/sim"
	"github.com/wrapcast/wrapcast/internal/target"
)

// Here the client meets the simulator, which was written from the same reference by
// other hands and shares no code with it.

// present is a Monday noon in New York.
var present = time.Date(2026, time.November, 23, 17, 0, 0, 0, time.UTC)

// world is an organisation, a client of it and the time they share, in which waiting takes no time.
type world struct {
	*sim.Server
	client *genesys.Client

	mu  sync.Mutex
	now time.Time
}

func (w *world) clock() wrapcast.Clock {
	return wrapcast.Clock{
		Now: func() time.Time {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.now
		},
		Sleep: func(ctx context.Context, d time.Duration) error {
			time.Sleep(d / 2000) // the organisation works meanwhile
			w.mu.Lock()
			w.now = w.now.Add(max(0, d))
			w.mu.Unlock()
			return ctx.Err()
		},
	}
}

// meet serves an organisation, a small one unless its options say which, and makes a client of it.
func meet(t *testing.T, o sim.Options, c genesys.Config) *world {
	t.Helper()
	w := &world{now: present}
	o.Clock = w.clock()
	if o.History == 0 && o.Log == nil {
		o = o.Small()
	}
	var err error
	if w.Server, err = sim.New(o); err != nil {
		t.Fatal(err)
	}
	host := httptest.NewServer(w)
	t.Cleanup(func() { w.Close(); host.Close() })
	c.BaseURL, c.ClientID, c.ClientSecret, c.Clock = host.URL, w.ClientID(), w.ClientSecret(), w.clock()
	if w.client, err = genesys.New(c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.client.Close)
	return w
}

// history is from the first contact to the last whole quarter-hour.
func (w *world) history(t *testing.T, d wrapcast.Directory) (from, to time.Time) {
	t.Helper()
	zone, err := time.LoadLocation(d.BusinessUnit.TimeZone)
	if err != nil {
		t.Fatal(err)
	}
	return w.Start().Midnight(zone).UTC(), present
}

// chunks cuts a history into intervals of 31 days at most, with borders on UTC days.
func chunks(from, to time.Time) (all []wrapcast.Interval) {
	for from.Before(to) {
		end := from.Truncate(24*time.Hour).AddDate(0, 0, 31)
		if end.After(to) {
			end = to
		}
		all = append(all, wrapcast.Interval{From: from, To: end})
		from = end
	}
	return all
}

// extract reads the whole history chunk by chunk.
func (w *world) extract(t *testing.T, from, to time.Time) wrapcast.Extract {
	t.Helper()
	all := wrapcast.Extract{From: from, To: to}
	for _, c := range chunks(from, to) {
		e, err := w.client.Extract(t.Context(), c.From, c.To)
		if err != nil {
			t.Fatal(err)
		}
		all.Observations = append(all.Observations, e.Observations...)
		all.Arrivals = append(all.Arrivals, e.Arrivals...)
		all.QueueHandled = append(all.QueueHandled, e.QueueHandled...)
	}
	return all
}

// mustBe compares an extraction with what really happened, row by row.
func (w *world) mustBe(t *testing.T, got wrapcast.Extract) {
	t.Helper()
	want := w.Extract(got.From, got.To)
	sortRows(&got)
	sortRows(&want)
	if !slices.Equal(want.Observations, got.Observations) { // Diff alone would take minutes over two years
		t.Errorf("observations differ from what happened: %s", clip(gocmp.Diff(want.Observations, got.Observations)))
	}
	if !slices.Equal(want.Arrivals, got.Arrivals) {
		t.Errorf("arrivals differ from what happened: %s", clip(gocmp.Diff(want.Arrivals, got.Arrivals)))
	}
	contacts, without, byQueue := 0, 0, 0
	for _, h := range got.QueueHandled {
		byQueue += h.Handled
	}
	for _, o := range got.Observations {
		contacts += o.Handled
		if o.Leaf.Code == wrapcast.NoCode {
			without += o.Handled
		}
	}
	if byQueue != contacts {
		t.Errorf("%d contacts by queue, %d by code", byQueue, contacts)
	}
	if truth := w.GroundTruth(); contacts != truth.Contacts || without != truth.WithoutCode || contacts == 0 {
		t.Errorf("%d contacts, %d of them without a code; the organisation handled %d and %d", contacts, without, truth.Contacts, truth.WithoutCode)
	}
}

func clip(s string) string { return s[:min(len(s), 2000)] }

func sortRows(e *wrapcast.Extract) {
	slices.SortFunc(e.Observations, func(a, b wrapcast.Observation) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Leaf.Queue, b.Leaf.Queue), cmp.Compare(a.Leaf.Code, b.Leaf.Code), cmp.Compare(a.Leaf.Media, b.Leaf.Media))
	})
	slices.SortFunc(e.Arrivals, func(a, b wrapcast.Arrival) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Queue, b.Queue), cmp.Compare(a.Media, b.Media))
	})
	slices.SortFunc(e.QueueHandled, func(a, b wrapcast.QueueHandled) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Queue, b.Queue), cmp.Compare(a.Media, b.Media))
	})
}

func TestTheOrganisationIsFoundOutAsItIs(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]sim.Switches{
		"as is likeliest": {}, "the default code listed": {ListDefaultCode: true}, "larger pages refused at 100": {MaxPageSize: 100},
		"larger pages allowed": {MaxPageSize: 200, ClampPageSize: true}, "without rate headers": {NoRateHeaders: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := meet(t, sim.Options{History: 30, Switches: s}, genesys.Config{PageSize: 7})
			got, err := w.client.WholeDirectory(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			want := w.Directory()
			want.Organisation.Region = got.Organisation.Region
			want.Codes = slices.DeleteFunc(want.Codes, func(c wrapcast.Code) bool {
				return c.ID.IsSystem() || c.ID == wrapcast.NoCode || c.ID == wrapcast.DefaultCode
			})
			got.Codes = slices.DeleteFunc(got.Codes, func(c wrapcast.Code) bool { return c.ID == wrapcast.DefaultCode })
			for i := range want.PlanningGroups { // one template holds for all groups of the simulated organisation
				want.PlanningGroups[i].Goal = &wrapcast.ServiceGoal{Template: "Default", ServiceLevel: 0.8, Within: 20}
			}
			for _, d := range []*wrapcast.Directory{&got, &want} {
				slices.SortFunc(d.Queues, func(a, b wrapcast.Queue) int { return strings.Compare(string(a.ID), string(b.ID)) })
				slices.SortFunc(d.Codes, func(a, b wrapcast.Code) int { return strings.Compare(string(a.ID), string(b.ID)) })
				slices.SortFunc(d.PlanningGroups, func(a, b wrapcast.PlanningGroup) int { return strings.Compare(string(a.ID), string(b.ID)) })
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Error(clip(diff))
			}
		})
	}
}

func TestEveryContactIsExtractedWhateverThePlatformIsLike(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options sim.Options
		config  genesys.Config
	}{
		"as is likeliest":                          {},
		"an empty list for nothing":                {sim.Options{Switches: sim.Switches{EmptyResultsList: true}}, genesys.Config{}},
		"at most five days":                        {sim.Options{Switches: sim.Switches{MaxDays: 5}}, genesys.Config{}},
		"at most five days, said otherwise":        {sim.Options{Switches: sim.Switches{MaxDays: 5, CeilingCode: "bad.request"}}, genesys.Config{}},
		"at most 500 rows":                         {sim.Options{Switches: sim.Switches{MaxRows: 500}}, genesys.Config{}},
		"at most 1000 buckets, said otherwise":     {sim.Options{Switches: sim.Switches{MaxBuckets: 1000, CeilingCode: "bad.request"}}, genesys.Config{}},
		"no ceilings and chunks of 60 days":        {sim.Options{Switches: sim.Switches{MaxDays: -1, MaxBuckets: -1, MaxRows: -1}}, genesys.Config{ChunkDays: 60}},
		"talk times without codes":                 {sim.Options{Switches: sim.Switches{UncodedMetrics: []string{"nConnected", "tTalk"}}}, genesys.Config{}},
		"codes in divisions nobody sees":           {sim.Options{HiddenCodes: 2}, genesys.Config{}},
		"tokens of a minute":                       {sim.Options{TokenLife: time.Minute}, genesys.Config{}},
		"a limit half of what we would use":        {sim.Options{RequestsPerMinute: 120}, genesys.Config{ChunkDays: 1}},
		"a day at a time":                          {sim.Options{}, genesys.Config{ChunkDays: 1}},
		"too many requests":                        {sim.Options{Faults: sim.Faults{"429": 0.3}}, genesys.Config{ChunkDays: 2}},
		"a share of everything":                    {sim.Options{Faults: sim.Faults{"429": 0.1, "500": 0.05, "503": 0.05, "504": 0.05, "drop": 0.05}}, genesys.Config{ChunkDays: 2}},
		"the faults of the issue":                  {sim.Options{Faults: sim.Faults{"429": 0.1, "503": 0.05, "drop": 0.02}}, genesys.Config{ChunkDays: 3}},
		"small answers only":                       {sim.Options{}, genesys.Config{MaxResponseBytes: 300 << 10}},
		"no 504 is taken for the end of the world": {sim.Options{Faults: sim.Faults{"504": 0.3}}, genesys.Config{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.options.Seed = 7
			w := meet(t, c.options, c.config)
			d, err := w.client.WholeDirectory(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			from, to := w.history(t, d)
			w.mustBe(t, w.extract(t, from, to))
		})
	}
}

func TestTwoYearsTakeFewRequestsAndDrawNoRefusal(t *testing.T) {
	t.Parallel()
	w := meet(t, sim.Options{History: 731, Queues: 2, Codes: 6}, genesys.Config{})
	d, err := w.client.WholeDirectory(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	from, to := w.history(t, d)
	e, err := w.client.Extract(t.Context(), from, to)
	if err != nil {
		t.Fatal(err)
	}
	w.mustBe(t, e)
	queries := 0
	for _, r := range w.Requests() {
		if r.Status >= 400 {
			t.Errorf("%s was answered %d, %d times", r.Endpoint, r.Status, r.Count)
		}
		if strings.HasSuffix(r.Endpoint, "aggregates/query") {
			queries += r.Count
		}
	}
	if least := 2 * len(chunks(from, to)); queries > least+2 { // a week of each first
		t.Errorf("%d queries, %d would do", queries, least)
	}
	t.Logf("%d observations, %d arrivals; %+v", len(e.Observations), len(e.Arrivals), w.client.Usage())
}

func TestRevokedTokensAndAWrongSecret(t *testing.T) {
	t.Parallel()
	w := meet(t, sim.Options{}, genesys.Config{})
	for range 3 {
		if _, err := w.client.Organisation(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.RevokeTokens()
	}
	for _, status := range []int{400, 401} {
		w := meet(t, sim.Options{Switches: sim.Switches{WrongSecretStatus: status}}, genesys.Config{})
		host := httptest.NewServer(w)
		defer host.Close()
		wrong, err := genesys.New(genesys.Config{BaseURL: host.URL, ClientID: w.ClientID(), ClientSecret: "not-it-at-all", Clock: w.clock()})
		if err != nil {
			t.Fatal(err)
		}
		_, err = wrong.Organisation(t.Context())
		if wrapcast.KindOf(err) != wrapcast.Refused || !strings.Contains(wrapcast.Hint(err), "GENESYS_CLIENT_SECRET") || strings.Contains(err.Error(), "not-it-at-all") {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// weekPlan draws a plan for the week after next.
func weekPlan(d wrapcast.Directory, id wrapcast.PlanID) wrapcast.Plan {
	rng := rand.New(rand.NewPCG(1, 2))
	plan := wrapcast.Plan{ID: id, Description: "wrapcast plan " + string(id), Week: &wrapcast.WeekPlan{
		BusinessUnit: d.BusinessUnit, Start: wrapcast.DateOf(present).StartOfWeek(d.BusinessUnit.WeekStart) + 14}}
	for _, g := range d.PlanningGroups {
		p := wrapcast.GroupPlan{Group: g.ID, Offered: make([]float64, wrapcast.QuarterHoursInWeekPlan), HandleSeconds: make([]float64, wrapcast.QuarterHoursInWeekPlan)}
		for i := range p.Offered {
			p.Offered[i], p.HandleSeconds[i] = float64(rng.IntN(1000))/100, 60+float64(rng.IntN(6000))/10
		}
		plan.Week.Groups = append(plan.Week.Groups, p)
	}
	return plan
}

// carry takes a plan all the way, as flow does, and looks where there is a doubt.
func (w *world) carry(t *testing.T, plan wrapcast.Plan, watched bool) genesys.ListedForecast {
	t.Helper()
	ref := genesys.ImportRef{BusinessUnit: plan.Week.BusinessUnit.ID, Week: plan.Week.Start, Plan: plan.ID}
	var watch *genesys.Watch
	if watched {
		var err error
		if watch, err = w.client.Subscribe(t.Context(), ref.BusinessUnit); err != nil {
			t.Fatal(err)
		}
		defer watch.Close()
	}
	key, err := w.client.Upload(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	done, err := w.client.Import(t.Context(), ref.BusinessUnit, ref.Week, key)
	if err != nil && !errors.Is(err, target.ErrAmbiguous) {
		t.Fatal(err)
	}
	if done.Forecast != nil {
		return *done.Forecast
	}
	ref.OperationID = done.OperationID
	f, err := w.client.AwaitImport(t.Context(), watch, ref, 0)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestAPlanIsAcceptedOnceAndReadBackAsItWasSent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options sim.Options
		watched bool
	}{
		"by notification":                    {sim.Options{}, true},
		"by looking at the list":             {sim.Options{}, false},
		"imported at once":                   {sim.Options{ImportDelay: -1}, true},
		"with another heartbeat":             {sim.Options{Heartbeat: 5 * time.Millisecond, Switches: sim.Switches{HeartbeatBody: `{"beat":1}`}}, true},
		"with sockets that are soon closed":  {sim.Options{SocketLife: 20 * time.Millisecond}, true},
		"among faults":                       {sim.Options{Faults: sim.Faults{"429": 0.1, "503": 0.05, "drop": 0.02}}, false},
		"among faults, by notification":      {sim.Options{Faults: sim.Faults{"429": 0.1, "503": 0.05, "drop": 0.02}}, true},
		"among many faults":                  {sim.Options{Faults: sim.Faults{"429": 0.2, "500": 0.1, "drop": 0.1}}, false},
		"errors told by notification":        {sim.Options{Switches: sim.Switches{RefuseImportByNotification: true}}, true},
		"under a limit that is soon reached": {sim.Options{RequestsPerMinute: 4}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.options.Seed = 11
			w := meet(t, c.options, genesys.Config{MaxAttempts: 20})
			d, err := w.client.WholeDirectory(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			plan := weekPlan(d, "0193aaaa-0000-7000-8000-000000000001")
			f := w.carry(t, plan, c.watched)
			if n := w.AcceptedImports()[plan.Description]; n != 1 || len(w.Imports()) != 1 {
				t.Errorf("accepted %d times: %+v", n, w.AcceptedImports())
			}
			read, err := w.client.ForecastData(t.Context(), plan.Week.BusinessUnit, f, plan.Week.Start)
			if err != nil || len(read.Odd) > 0 {
				t.Fatal(err, read.Odd)
			}
			data := read.Groups
			byGroup := func(g []wrapcast.GroupPlan) {
				slices.SortFunc(g, func(a, b wrapcast.GroupPlan) int { return strings.Compare(string(a.Group), string(b.Group)) })
			}
			byGroup(data)
			byGroup(plan.Week.Groups)
			if diff := gocmp.Diff(plan.Week.Groups, data); diff != "" {
				t.Error(clip(diff))
			}
			staff, err := w.client.RequiredStaff(t.Context(), plan.Week.BusinessUnit, plan.Week.Start, f.ID)
			if err != nil || !staff.Ready || len(staff.Groups) != len(data) {
				t.Errorf("required staff of %d groups, %v", len(staff.Groups), err)
			}
			covering, err := w.client.Covering(t.Context(), plan.Week.BusinessUnit.ID, plan.Week.Start)
			if err != nil || len(covering) != 1 || covering[0].ID != f.ID {
				t.Errorf("covered by %+v, %v", covering, err)
			}
		})
	}
}

func TestAPlanThePlatformRefusesIsARefusal(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		switches sim.Switches
		change   func(*wrapcast.Plan)
	}{
		"a planning group it does not know": {sim.Switches{}, func(p *wrapcast.Plan) { p.Week.Groups[0].Group = "5b6b2f0e-8a5f-4f0e-9c1d-2c3a4b5c6d7e" }},
		"arrays of the wrong length": {sim.Switches{}, func(p *wrapcast.Plan) {
			p.Week.Groups[0].Offered, p.Week.Groups[0].HandleSeconds = []float64{1}, []float64{1}
		}},
		"the same, told by notification": {sim.Switches{RefuseImportByNotification: true}, func(p *wrapcast.Plan) {
			p.Week.Groups[0].Offered, p.Week.Groups[0].HandleSeconds = []float64{1}, []float64{1}
		}},
		"a week three years ahead": {sim.Switches{}, func(p *wrapcast.Plan) { p.Week.Start += 7 * 160 }},
		"a body above the ceiling": {sim.Switches{MaxImportBytes: 100}, func(*wrapcast.Plan) {}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := meet(t, sim.Options{Switches: c.switches}, genesys.Config{})
			d, err := w.client.WholeDirectory(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			plan := weekPlan(d, "0193aaaa-0000-7000-8000-000000000004")
			c.change(&plan)
			err = w.tryToCarry(t, plan)
			if k := wrapcast.KindOf(err); k != wrapcast.Refused || errors.Is(err, target.ErrAmbiguous) {
				t.Errorf("%s: %v", k, err)
			}
			t.Logf("%v (%s)", err, wrapcast.Hint(err))
		})
	}
}

func (w *world) tryToCarry(t *testing.T, plan wrapcast.Plan) error {
	t.Helper()
	ref := genesys.ImportRef{BusinessUnit: plan.Week.BusinessUnit.ID, Week: plan.Week.Start, Plan: plan.ID}
	watch, err := w.client.Subscribe(t.Context(), ref.BusinessUnit)
	if err != nil {
		return err
	}
	defer watch.Close()
	key, err := w.client.Upload(t.Context(), plan)
	if err != nil {
		return err
	}
	done, err := w.client.Import(t.Context(), ref.BusinessUnit, ref.Week, key)
	if err != nil {
		return err
	}
	ref.OperationID = done.OperationID
	_, err = w.client.AwaitImport(t.Context(), watch, ref, 0)
	return err
}

func TestTheArticlesPayloadIsTakenOnceAndPolledToItsEnd(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]sim.Options{
		"calm":         {},
		"at once":      {ImportDelay: -1},
		"among faults": {Faults: sim.Faults{"429": 0.1, "503": 0.1, "drop": 0.1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := meet(t, o, genesys.Config{MaxAttempts: 20})
			d, err := w.client.WholeDirectory(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			code := string(d.Codes[slices.IndexFunc(d.Codes, func(c wrapcast.Code) bool { return !c.Deleted })].ID)
			payload := wrapcast.ForecastPayload{
				Name: "WrapUp_Forecast_20261123", Description: "Automated wrap-up code volume forecast",
				Dimensions:      []wrapcast.PayloadDimension{{Name: "wrapupCodeId", Value: code}},
				TimeWindows:     []wrapcast.PayloadTimeWindow{{Start: present.Format(time.RFC3339), End: present.AddDate(0, 0, 30).Format(time.RFC3339), Granularity: "P1D"}},
				ConfidenceLevel: 0.85, TargetMetric: "conversationVolume", Algorithm: "exponentialSmoothing",
				Metadata: wrapcast.PayloadMetadata{SeasonalityScore: 0.72, ValidationTimestamp: present.Format(time.RFC3339)},
			}
			f, err := w.client.PostForecast(t.Context(), payload, "plan-1")
			if err != nil {
				t.Fatal(err)
			}
			if f, err = w.client.PollForecast(t.Context(), f.ID, 0, 0); err != nil || f.Status != "completed" {
				t.Errorf("%+v, %v", f, err)
			}
			if n := len(w.RESTForecasts()); n != 1 {
				t.Errorf("accepted %d times", n)
			}
		})
	}
}

func TestDoctorFindsTheSimulatedOrganisationHealthy(t *testing.T) {
	t.Parallel()
	w := meet(t, sim.Options{}, genesys.Config{})
	for _, c := range w.client.Check(t.Context(), genesys.CheckOptions{}) {
		if c.Status == wrapcast.CheckFailed || c.Status == wrapcast.CheckWarning && c.Name != "clock" { // the host's Date is the machine's
			t.Errorf("%+v", c)
		}
	}
}

func TestDoctorNamesEveryPermissionThatIsMissing(t *testing.T) {
	t.Parallel()
	spare := []string{ // another permission that the client has opens the same door
		"routing:wrapupCode:view", "wfm:planningGroup:view", "wfm:businessUnit:view",
	}
	for _, missing := range sim.Needed() {
		t.Run(missing, func(t *testing.T) {
			t.Parallel()
			w := meet(t, sim.Options{}, genesys.Config{})
			w.Permit(slices.DeleteFunc(sim.Needed(), func(p string) bool { return p == missing })...)
			named := false
			found := w.client.Check(t.Context(), genesys.CheckOptions{})
			for _, c := range found {
				if c.Status != wrapcast.CheckOK && strings.Contains(c.Name+c.Message+c.Advice, missing) {
					named = true
				}
			}
			if named == slices.Contains(spare, missing) {
				t.Errorf("named: %v in %+v", named, found)
			}
		})
	}
}

func TestAPermissionWithdrawnMidRunIsNamed(t *testing.T) {
	t.Parallel()
	w := meet(t, sim.Options{}, genesys.Config{})
	if _, err := w.client.Extract(t.Context(), present.Add(-24*time.Hour), present); err != nil {
		t.Fatal(err)
	}
	w.Permit("routing:queue:view")
	_, err := w.client.Extract(t.Context(), present.Add(-24*time.Hour), present)
	if wrapcast.KindOf(err) != wrapcast.Refused || !strings.Contains(wrapcast.Hint(err), "analytics:conversationAggregate:view") {
		t.Errorf("%v (%s)", err, wrapcast.Hint(err))
	}
}

// TestARealContactLogIsExtractedToTheContact replays the log that WRAPCAST_CONTACTS names, where it does.
func TestARealContactLogIsExtractedToTheContact(t *testing.T) {
	t.Parallel()
	name := os.Getenv("WRAPCAST_CONTACTS")
	if name == "" {
		t.Skip("WRAPCAST_CONTACTS names no contact log")
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	log, err := sim.ReadLog(file)
	if err != nil {
		t.Fatal(err)
	}
	w := meet(t, sim.Options{Log: log}, genesys.Config{})
	w.mu.Lock()
	w.now = log.Noon()
	w.mu.Unlock()
	d, err := w.client.WholeDirectory(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	from, _ := w.history(t, d)
	e := w.extract(t, from, log.Noon().UTC().Truncate(wrapcast.QuarterHour))
	w.mustBe(t, e)
	contacts := 0
	for _, o := range e.Observations {
		contacts += o.Handled
	}
	if contacts != log.Contacts() {
		t.Errorf("%d contacts of %d", contacts, log.Contacts())
	}
	t.Logf("%d contacts in %d observations; %+v", contacts, len(e.Observations), w.client.Usage())
}
