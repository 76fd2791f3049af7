package analytics

import (
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
)

// observationQuery is QueueObservationQuery as it comes.
type observationQuery struct {
	Filter        *filter  `json:"filter"`
	Metrics       []string `json:"metrics"`
	DetailMetrics []string `json:"detailMetrics"`
}

// observationMetrics lists the metrics of the platform's API description. The simulator knows those of contacts that
// wait and that are talked to.
func observationMetrics() []string {
	return strings.Fields(`oActiveUsers oAlerting oInteracting oLongestInteracting oLongestWaiting oMemberUsers
		oOffQueueUsers oOnQueueUsers oUserPresences oUserRoutingStatuses oWaiting`)
}

type observation struct {
	Group map[string]string   `json:"group"`
	Data  []observationMetric `json:"data"`
}

type observationMetric struct {
	Metric string           `json:"metric"`
	Stats  map[string]int64 `json:"stats"`
}

// observations answers with what happens in queues at this moment; a queue in which nothing does has zeros.
func (r *Service) observations(c *api.Call) (api.Answer, error) {
	var q observationQuery
	if err := api.Decode(c.Body, &q, "QueueObservationQuery"); err != nil {
		return api.Answer{}, err
	}
	switch {
	case q.Filter == nil:
		return api.Answer{}, api.Constraint("filter", "filter is required")
	case len(q.Metrics) == 0:
		return api.Answer{}, api.Constraint("metrics", "metrics is required and may not be empty")
	}
	for _, name := range append(q.Metrics, q.DetailMetrics...) {
		if !slices.Contains(observationMetrics(), name) {
			return api.Answer{}, api.InvalidValue(name, "metrics", list(observationMetrics()))
		}
	}
	b := r.directory()
	wanted, refused := q.Filter.compile(b)
	if refused != nil {
		return api.Answer{}, refused
	}
	results := r.observe(b.granted(r.Grant, wanted), unique(q.Metrics))
	if len(results) == 0 {
		return api.OK(struct{}{}), nil
	}
	return api.OK(map[string]any{"results": results}), nil
}

// observe counts by queue and channel, in the order of the organisation's queues.
func (r *Service) observe(wanted test, metrics []string) []observation {
	counts, now := r.present(), r.Now()
	var results []observation
	for i := range r.Organisation.Queues {
		q := &r.Organisation.Queues[i]
		for m, used := range q.Media {
			at := record{queue: i, home: i, code: absent, agent: absent, skill: absent, media: contact.Media(m)}
			if !used || q.DeletedAt(now) || !wanted(&at) {
				continue
			}
			o := observation{Group: map[string]string{"queueId": q.ID, "mediaType": string(at.media.Analytics())}}
			for _, name := range metrics {
				if name == waiting || name == interacting {
					n := counts[place{i, at.media, name}]
					o.Data = append(o.Data, observationMetric{name, map[string]int64{"count": n}})
				}
			}
			results = append(results, o)
		}
	}
	return results
}

// The metrics of contacts at a moment.
const (
	waiting     = "oWaiting"
	interacting = "oInteracting"
)

// place is where a contact counts at a moment.
type place struct {
	queue  int
	media  contact.Media
	metric string
}

// present counts the contacts that are there now.
func (r *Service) present() map[place]int64 {
	now, counts := r.Now(), map[place]int64{}
	today := localDay(now.UnixMilli(), r.Organisation.Zone)
	for day := today - 1; day <= today; day++ {
		for c := range r.Contacts.Day(day) {
			if metric, isThere := stateOf(&c, now); isThere {
				counts[place{c.Queue, c.Media, metric}]++
			}
		}
	}
	return counts
}

// stateOf is the metric that a contact counts for at a moment, if it is there.
func stateOf(c *contact.Contact, now time.Time) (metric string, isThere bool) {
	at := now.UnixMilli()
	switch {
	case at < c.Arrived || c.Outbound:
		return "", false
	case at < c.Answered():
		return waiting, true
	case at < c.Ended() && !c.Abandoned:
		return interacting, true
	default:
		return "", false
	}
}
