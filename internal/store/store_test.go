package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/postgrestest"
	"github.com/wrapcast/wrapcast/internal/store"
	"pgregory.net/rapid"
)

// noon is when the tests take place.
var noon = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

func TestMain(m *testing.M) {
	code := m.Run()
	postgrestest.Stop()
	os.Exit(code)
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	conform(t, openIn(t, t.TempDir()), false)
}

func TestPostgreSQL(t *testing.T) {
	t.Parallel()
	conform(t, openPostgres(t, prepared(t)), true)
}

// prepared is a fresh database with this version's schema.
func prepared(tb testing.TB) postgrestest.Database {
	tb.Helper()
	return postgrestest.Shared(tb).Prepared(tb, func(owner string) error {
		_, _, err := store.Migrate(context.Background(), store.Options{URL: owner}, postgrestest.App)
		return err
	})
}

// openPostgres opens a database as the product does: as a role that is neither its owner nor a superuser.
func openPostgres(tb testing.TB, d postgrestest.Database) *store.Store {
	tb.Helper()
	return opened(tb, store.Options{URL: d.App(), AuditKeyFile: filepath.Join(tb.TempDir(), "audit.key")})
}

// conform is what every engine must pass. The tests share a store and keep apart by their organisations.
func conform(t *testing.T, s *store.Store, distant bool) {
	t.Helper()
	t.Run("tests", func(t *testing.T) { // ends when its parallel tests have ended, before s is closed
		for name, test := range conformance() {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(bundle{Store: s, T: t, t: t, org: newOrganisation(), distant: distant})
			})
		}
	})
}

// conformance lists the tests by what they show.
func conformance() map[string]func(bundle) {
	return map[string]func(bundle){
		"transactions/an error rolls everything back":                testErrorRollsBack,
		"transactions/a panic rolls everything back":                 testPanicRollsBack,
		"transactions/a view sees one state and cannot write":        testViewIsASnapshot,
		"transactions/a cancelled context ends them":                 testCancelledContext,
		"directory/reads back as it was saved":                       testDirectoryRoundTrip,
		"directory/keeps what is no longer listed":                   testDirectoryKeepsTheDeparted,
		"directory/organisations are kept apart":                     testOrganisationsAreKeptApart,
		"history/equals a simple model":                              testHistoryEqualsModel,
		"history/a late code empties the cell it leaves":             testLateCode,
		"forecasts/are those of business units":                      testForecastsOfUnits,
		"history/is summed by the days of the zone":                  testLocalDaysOfTheZone,
		"history/a new zone sums all local days anew":                testNewZone,
		"history/refuses what cannot be":                             testHistoryRefusals,
		"history/totals count contacts without a code":               testTotals,
		"history/does not depend on the order it came in":            testHistoryOrder,
		"history/may be read while something else is":                testNestedReading,
		"coverage/is merged, and tells old readings from new":        testCoverage,
		"coverage/is forgotten, and what is stored of it stays":      testForgottenCoverage,
		"history/the last day of each queue":                         testLastDays,
		"runs/read back as they were saved":                          testRunRoundTrip,
		"runs/one unfinished at a time":                              testOneUnfinishedRun,
		"runs/a step is moved by one process only":                   testStepIsMovedOnce,
		"runs/the latest come first":                                 testLatestRuns,
		"leases/are held by one":                                     testLease,
		"shards/are worked on by one, and a late one is refused":     testShards,
		"documents/read back as they were added":                     testDocumentRoundTrip,
		"documents/are never added twice":                            testDocumentsAreFrozen,
		"documents/with a NaN are refused":                           testDocumentWithNaN,
		"submissions/are one per plan":                               testOneSubmissionPerPlan,
		"submissions/read back as they were saved":                   testSubmissionRoundTrip,
		"submissions/are moved by one process only":                  testSubmissionIsMovedOnce,
		"deliveries/become due, are retried and end":                 testDeliveryLife,
		"deliveries/are moved by one process only":                   testDeliveryIsMovedOnce,
		"audit/the chain verifies after any entries":                 testAuditChain,
		"audit/concurrent writers make one chain":                    testAuditConcurrency,
		"audit/an entry commits with what it tells of or not at all": testAuditIsAtomic,
		"retention/deletes what nothing needs, and tells of it":      testRetention,
		"retention/history goes with all that is derived of it":      testRetentionOfHistory,
		"history/queues are counted apart from codes":                testQueueHandled,
		"decisions/overrides live as all decisions do":               decisionLife(anOverride()),
		"decisions/rules for overlaps live as all decisions do":      decisionLife(anOverlapDecision()),
		"decisions/masks live as all decisions do":                   decisionLife(aMask()),
		"decisions/changes of lineage live as all decisions do":      decisionLife(aLineageChange()),
		"decisions/calendars live as all decisions do":               decisionLife(aCalendar()),
		"decisions/accepted silences live as all decisions do":       decisionLife(anAcceptedSilence()),
		"decisions/are read while their last day is ahead":           testDecisionsEnd,
		"history/changes are told by day":                            testChangesByDay,
		"budget/is never overdrawn, whoever draws":                   testBudget,
		"budget/ends with the month":                                 testBudgetOfTheMonth,
		"budget/takes back what was not used":                        testBudgetGivenBack,
		"budget/follows a clock that is set back":                    testBudgetOfAClockSetBack,
		"accuracy/the forecast of a day is kept":                     testSnapshots,
		"accuracy/publications come in the order of their time":      testPublications,
		"extraction/sizes are kept":                                  testExtractionSizes,
		"extraction/what young days said is kept":                    testDayReadings,
		"missing/everything that is not there is NotFound":           testNotFound,
	}
}

// bundle is what a test works on.
type bundle struct {
	*store.Store
	T   *testing.T
	t   fataler // T, or the rapid.T within it
	org wrapcast.OrganisationID
	// distant says that every statement is a message to another process: properties look at fewer cases.
	distant bool
}

// on makes the bundle of a test that has a store of its own.
func on(t *testing.T, s *store.Store) bundle {
	t.Helper()
	return bundle{Store: s, T: t, t: t, org: "org"}
}

// another returns a bundle with an organisation nobody else has.
func (b bundle) another() bundle {
	b.org = newOrganisation()
	return b
}

// in returns a bundle that belongs to one check of a property.
func (b bundle) in(t *rapid.T) bundle {
	b.t = t
	return b.another()
}

var organisations atomic.Int64

func newOrganisation() wrapcast.OrganisationID {
	return wrapcast.OrganisationID(fmt.Sprintf("org-%06d", organisations.Add(1)))
}

func openIn(tb testing.TB, dir string) *store.Store {
	tb.Helper()
	return opened(tb, store.Options{Dir: dir})
}

func opened(tb testing.TB, o store.Options) *store.Store {
	tb.Helper()
	s, err := store.Open(context.Background(), o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("close: %v", err)
		}
	})
	return s
}

// fataler is a *testing.T or a *rapid.T.
type fataler interface {
	Helper()
	Fatalf(string, ...any)
	Errorf(string, ...any)
	Error(...any)
	Fatal(...any)
	Context() context.Context
}

func (b bundle) update(work func(*store.Tx) error) {
	b.t.Helper()
	if err := b.Update(b.t.Context(), work); err != nil {
		b.t.Fatalf("update: %v", err)
	}
}

func (b bundle) view(work func(*store.Tx) error) {
	b.t.Helper()
	if err := b.View(b.t.Context(), work); err != nil {
		b.t.Fatalf("view: %v", err)
	}
}

// refused runs an update that must fail with a kind and say something.
func (b bundle) refused(kind wrapcast.Kind, says string, work func(*store.Tx) error) {
	b.t.Helper()
	err := b.Update(b.t.Context(), work)
	if err == nil || wrapcast.KindOf(err) != kind || !strings.Contains(err.Error(), says) {
		b.t.Errorf("got %q error %v, want a %q one that says %q", wrapcast.KindOf(err), err, kind, says)
	}
}

// read returns what a view finds.
func read[T any](b bundle, find func(*store.Tx) (T, error)) T {
	b.t.Helper()
	var found T
	b.view(func(tx *store.Tx) (err error) {
		found, err = find(tx)
		return err
	})
	return found
}

func wantSame(t fataler, what string, want, got any) {
	t.Helper()
	if reflect.DeepEqual(want, got) {
		return // cmp is slow on long slices
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), sameMeasures()); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

func sameMeasures() cmp.Option {
	return cmp.Comparer(func(a, b wrapcast.Measure) bool { return a == b || !a.Known() && !b.Known() })
}

func testErrorRollsBack(b bundle) {
	fault := errors.New("changed my mind")
	err := b.Update(b.t.Context(), func(tx *store.Tx) error {
		if err := tx.Directory().Save(directory(b.org)); err != nil {
			return err
		}
		return fault
	})
	if !errors.Is(err, fault) {
		b.t.Errorf("Update returned %v", err)
	}
	b.refused(wrapcast.NotFound, string(b.org), func(tx *store.Tx) error { _, err := tx.Directory().Of(b.org); return err })
}

func testPanicRollsBack(b bundle) {
	func() {
		defer func() {
			if recover() == nil {
				b.t.Error("the panic was swallowed")
			}
		}()
		_ = b.Update(b.t.Context(), func(tx *store.Tx) error {
			if err := tx.Directory().Save(directory(b.org)); err != nil {
				return err
			}
			panic("a bug")
		})
	}()
	b.refused(wrapcast.NotFound, string(b.org), func(tx *store.Tx) error { _, err := tx.Directory().Of(b.org); return err })
}

func testViewIsASnapshot(b bundle) {
	b.view(func(tx *store.Tx) error {
		before, err := tx.Runs().Latest(b.org, 10)
		if err != nil {
			return err
		}
		b.update(func(tx *store.Tx) error { return tx.Runs().Create(run(b.org, "r1")) })
		after, err := tx.Runs().Latest(b.org, 10)
		if len(before) != 0 || len(after) != 0 {
			b.t.Errorf("a view saw %d runs, then %d", len(before), len(after))
		}
		return err
	})
	err := b.View(b.t.Context(), func(tx *store.Tx) error { return tx.Directory().Save(directory(b.org)) })
	if err == nil {
		b.t.Error("a view wrote")
	}
}

func testCancelledContext(b bundle) {
	ctx, cancel := context.WithCancel(b.t.Context())
	err := b.Update(ctx, func(tx *store.Tx) error {
		cancel()
		return tx.Directory().Save(directory(b.org))
	})
	if !errors.Is(err, context.Canceled) {
		b.t.Errorf("got %v", err)
	}
	if err := b.View(ctx, func(*store.Tx) error { return nil }); !errors.Is(err, context.Canceled) {
		b.t.Errorf("got %v", err)
	}
}

func testNotFound(b bundle) {
	for what, find := range map[string]func(*store.Tx) error{
		"organisation":         func(tx *store.Tx) error { _, err := tx.Directory().Of(b.org); return err },
		"run x":                func(tx *store.Tx) error { _, err := tx.Runs().Get(b.org, "x"); return err },
		"no unfinished run":    func(tx *store.Tx) error { _, err := tx.Runs().Unfinished(b.org); return err },
		"report of run x":      func(tx *store.Tx) error { _, err := tx.Validations().Of(b.org, "x", ""); return err },
		"a validation report":  func(tx *store.Tx) error { _, err := tx.Validations().Latest(b.org, ""); return err },
		"forecast x":           func(tx *store.Tx) error { _, err := tx.Forecasts().Get(b.org, "x"); return err },
		"forecast of run x":    func(tx *store.Tx) error { _, err := tx.Forecasts().OfRun(b.org, "x", ""); return err },
		"a forecast is":        func(tx *store.Tx) error { _, err := tx.Forecasts().Latest(b.org, ""); return err },
		"plan x":               func(tx *store.Tx) error { _, err := tx.Plans().Get(b.org, "x"); return err },
		"submission x":         func(tx *store.Tx) error { _, err := tx.Submissions().Get(b.org, "x"); return err },
		"submission of plan x": func(tx *store.Tx) error { _, err := tx.Submissions().OfPlan(b.org, "x"); return err },
		"delivery x":           func(tx *store.Tx) error { _, err := tx.Deliveries().Get(b.org, "x"); return err },
		"run y":                func(tx *store.Tx) error { return tx.Runs().Save(run(b.org, "y"), wrapcast.RunPending) },
		"step plan of run y": func(tx *store.Tx) error {
			return tx.Runs().SaveStep(b.org, "y", wrapcast.Step{Name: wrapcast.StepPlan}, wrapcast.RunPending)
		},
		"submission y": func(tx *store.Tx) error {
			return tx.Submissions().Save(wrapcast.Submission{Organisation: b.org, ID: "y"}, wrapcast.SubmissionPlanned)
		},
		"delivery y": func(tx *store.Tx) error {
			return tx.Deliveries().Save(wrapcast.Delivery{Organisation: b.org, ID: "y"}, wrapcast.Delivery{})
		},
		"belongs to": func(tx *store.Tx) error {
			return tx.Plans().Add(wrapcast.Plan{Organisation: b.org, ID: "p", Forecast: "x"})
		},
	} {
		b.refused(wrapcast.NotFound, what, find)
	}
}
