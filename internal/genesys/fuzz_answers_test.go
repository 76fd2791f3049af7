package genesys

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

// said answers every request with one body.
type said []byte

func (s said) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(s)), Request: r}, nil
}

// questions are the calls of which the other fuzz targets read no answer.
func questions(c *Client) []func(context.Context) error {
	return []func(context.Context) error{
		func(ctx context.Context) error { _, err := c.Organisation(ctx); return err },
		func(ctx context.Context) error { _, err := c.permissions(ctx); return err },
		func(ctx context.Context) error { _, err := c.queues(ctx); return err },
		func(ctx context.Context) error { _, err := c.Codes(ctx); return err },
		func(ctx context.Context) error { _, err := c.businessUnit(ctx, ""); return err },
		func(ctx context.Context) error { _, err := c.planningGroups(ctx, "bu-1"); return err },
		func(ctx context.Context) error { _, err := c.uploadAddress(ctx, "bu-1", 0, 1); return err },
		func(ctx context.Context) error { _, err := c.Import(ctx, "bu-1", 0, "key"); return err },
		func(ctx context.Context) error { _, err := c.Forecasts(ctx, "bu-1", 0); return err },
		func(ctx context.Context) error {
			unit := wrapcast.BusinessUnit{ID: "bu-1", TimeZone: "America/New_York"}
			_, err := c.ForecastData(ctx, unit, ListedForecast{ID: "f-1", Week: "1970-01-01", WeekCount: 6}, 7)
			return err
		},
		func(ctx context.Context) error {
			unit := wrapcast.BusinessUnit{ID: "bu-1", TimeZone: "America/New_York"}
			_, err := c.RequiredStaff(ctx, unit, 4, "f-1")
			return err
		},
		func(ctx context.Context) error { _, err := c.serviceGoals(ctx, "bu-1"); return err },
		func(ctx context.Context) error {
			_, err := c.PostForecast(ctx, wrapcast.ForecastPayload{}, "key")
			return err
		},
		func(ctx context.Context) error {
			_, err := c.PollForecast(ctx, "f-1", time.Second, time.Minute)
			return err
		},
	}
}

// FuzzAnswers lets the platform answer each question with anything: there is a result, or an error for people.
func FuzzAnswers(f *testing.F) {
	for which, body := range []string{
		`{"homeOrganization":{"id":"o","name":"Acme"}}`,
		`{"roles":[{"id":"r","name":"n","policies":[{"domain":"wfm","entityName":"shortTermForecast","actionSet":["view","*"]}]}],"grants":[{"role":{"policies":[{"domain":"*"}]}}]}`,
		`{"entities":[{"id":"q","name":"Billing"}],"pageCount":2,"pageNumber":1,"nextUri":"/api/v2/routing/queues?pageNumber=2"}`,
		`{"entities":[{"id":"c","name":"Resolved","state":"deleted"},null]}`,
		`{"entities":[{"id":"b","name":"B"}],"id":"b","settings":{"timeZone":"America/New_York","startDayOfWeek":"Monday"}}`,
		`{"entities":[{"id":"p","name":"P","routePaths":[{"queue":{"id":"q"},"mediaType":"Voice","language":{"id":"l"},"skills":[{"id":"s"}]}]}]}`,
		`{"uploadKey":"k","url":"https://storage.example.org/x?signature=y","headers":{"x-a":"b"}}`,
		`{"status":"Complete","operationId":"o","result":{"id":"f","description":"d"}}`,
		`{"entities":[{"id":"f","weekDate":"2026-11-30","weekCount":1,"creationMethod":"Import","description":"d","metadata":{"dateModified":"2026-11-23T12:00:00Z"}}]}`,
		`{"result":{"planningGroups":[{"planningGroupId":"p","offeredPerInterval":[1],"averageHandleTimeSecondsPerInterval":[2]}]},"downloadUrl":"https://storage.example.org/x"}`,
		`{"state":"Complete","intervalLengthMinutes":15,"results":[{"weekNumber":1,"planningGroupStaffingRequirements":[{"planningGroupId":"p","staffingRequirementsPerInterval":[1,null]}]}]}`,
		`{"entities":[{"id":"g","name":"G","serviceLevel":{"include":true,"percent":80,"seconds":20},"averageSpeedOfAnswer":{"include":true,"seconds":30},"abandonRate":{"include":true,"percent":5}}]}`,
		`{"id":"f","status":"pending","href":"/f"}`,
		`{"id":"f","status":"completed"}`,
	} {
		f.Add(which, []byte(body))
		f.Add(which, []byte(`null`))
	}
	f.Fuzz(func(t *testing.T, which int, body []byte) {
		c, err := New(Config{BaseURL: "http://127.0.0.1:1", Token: testToken, Clock: newFakeTime().clock(), MaxAttempts: 2, Transport: said(body)})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		all := questions(c)
		err = all[((which%len(all))+len(all))%len(all)](t.Context())
		e := (*wrapcast.Error)(nil)
		switch {
		case err == nil:
		case errors.As(err, &e) && e.Kind == wrapcast.Internal:
			t.Fatalf("an answer is no fault of ours: %v", err)
		case strings.ContainsAny(err.Error(), "\n\r\x00\x1b"):
			t.Fatalf("not one printable line: %q", err)
		case strings.Contains(err.Error(), testToken) && !bytes.Contains(body, []byte(testToken)):
			t.Fatalf("the token is told: %v", err)
		}
	})
}

// FuzzQuarterHour reads the intervals of answers.
func FuzzQuarterHour(f *testing.F) {
	f.Add([]byte(`"2026-11-23T10:15:00.000Z/2026-11-23T10:30:00.000Z"`))
	f.Add([]byte(`"2026-11-23T10:15:00+05:30/2026-11-23T05:00:00Z"`))
	f.Add([]byte(`"/"`))
	f.Fuzz(func(t *testing.T, text []byte) {
		at, err := quarterHour(text)
		if err != nil {
			return
		}
		if !onQuarterHour(at) || at.Location() != time.UTC {
			t.Fatalf("%q is %v", text, at)
		}
		s := span{From: at, To: at.Add(wrapcast.QuarterHour)}
		if again, err := quarterHour([]byte(`"` + iso(s) + `"`)); err != nil || !again.Equal(at) {
			t.Fatalf("%q is %v, written as %s that is %v, %v", text, at, iso(s), again, err)
		}
	})
}
