package genesys

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

// forecastImport is the platform's BuImportShortTermForecastSchema.
type forecastImport struct {
	Description       string        `json:"description"`
	WeekCount         int           `json:"weekCount"`
	PlanningGroups    []groupImport `json:"planningGroups"`
	CanUseForSchedule bool          `json:"canUseForScheduling"`
}

type groupImport struct {
	PlanningGroupID wrapcast.PlanningGroupID `json:"planningGroupId"`
	Offered         []float64                `json:"offeredPerInterval"`
	HandleSeconds   []float64                `json:"averageHandleTimeSecondsPerInterval"`
}

// Upload lays a week's plan down at the platform and returns the key to import it by.
// Nothing happens to any forecast before that, so it may be done again after a crash.
func (c *Client) Upload(ctx context.Context, p wrapcast.Plan) (uploadKey string, err error) {
	body, err := importBody(p)
	if err != nil {
		return "", err
	}
	if c.maxImport > 0 && len(body) > c.maxImport {
		return "", wrapcast.Errorf(wrapcast.InvalidData, "genesys.Upload",
			"the plan has %d bytes gzipped, the platform is believed to take %d", len(body), c.maxImport).
			WithHint("plan fewer planning groups in this business unit, or raise api.most_import_bytes")
	}
	unit, week := p.Week.BusinessUnit.ID, p.Week.Start
	at, err := c.uploadAddress(ctx, unit, week, len(body))
	if err != nil {
		return "", err
	}
	_, err = c.transport.Do(ctx, transport.Call{Name: transport.UploadCall, Base: at.URL, Header: at.Headers,
		Body: body, Anonymous: true})
	return at.UploadKey, err
}

type uploadAddress struct {
	UploadKey string            `json:"uploadKey"`
	URL       string            `json:"url"`
	Headers   map[string]string `json:"headers"`
}

func (c *Client) uploadAddress(ctx context.Context, unit wrapcast.BusinessUnitID, week wrapcast.Date,
	length int) (uploadAddress, error) {
	var at uploadAddress
	_, err := c.transport.Do(ctx, transport.Call{
		Name: transport.UploadURLCall, Base: c.api, Args: []string{string(unit), week.String()},
		Body: map[string]int{"contentLengthBytes": length}, Into: &at,
	})
	if err != nil {
		return uploadAddress{}, err
	}
	if at.UploadKey == "" {
		return uploadAddress{}, wrapcast.Errorf(wrapcast.Unavailable, "genesys."+transport.UploadURLCall,
			"the platform gave no upload key")
	}
	return at, checkSigned(transport.UploadURLCall, at.URL)
}

// checkSigned refuses an address that would carry the data unencrypted over a network.
func checkSigned(name, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || !secure(u) {
		return wrapcast.Errorf(wrapcast.Refused, "genesys."+name,
			"the platform gave an address that cannot be used: it is not an https one")
	}
	return nil
}

// importBody writes the plan as the platform wants it: JSON, gzipped. The same plan gives the same bytes.
func importBody(p wrapcast.Plan) ([]byte, error) {
	if err := checkPlan(p); err != nil {
		return nil, err
	}
	schema := forecastImport{Description: p.Description, WeekCount: 1, CanUseForSchedule: true}
	for _, g := range p.Week.Groups {
		schema.PlanningGroups = append(schema.PlanningGroups, groupImport{g.Group, g.Offered, g.HandleSeconds})
	}
	text, err := json.Marshal(schema)
	if err != nil {
		return nil, wrapcast.Errorf(wrapcast.Internal, "genesys.Upload", "the plan cannot be written as JSON: %w", err)
	}
	var body bytes.Buffer
	z := gzip.NewWriter(&body)
	if _, err := z.Write(text); err != nil {
		return nil, fmt.Errorf("genesys.Upload: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("genesys.Upload: %w", err)
	}
	return body.Bytes(), nil
}

// checkPlan finds here what would otherwise be refused there, or never be found again.
func checkPlan(p wrapcast.Plan) error {
	bad := func(format string, args ...any) error {
		return wrapcast.Errorf(wrapcast.InvalidData, "genesys.Upload", format, args...)
	}
	switch {
	case p.Week == nil || len(p.Week.Groups) == 0:
		return bad("the plan has no planning group")
	case p.ID == "" || !strings.Contains(p.Description, string(p.ID)):
		return bad("the plan's description does not contain its id, by which it would be looked up")
	case p.Week.Start.Weekday() != p.Week.BusinessUnit.WeekStart:
		return bad("%s is a %s, but weeks of %s begin on %s", p.Week.Start, p.Week.Start.Weekday(),
			p.Week.BusinessUnit.Name, p.Week.BusinessUnit.WeekStart)
	}
	for _, g := range p.Week.Groups {
		if len(g.Offered) == 0 || len(g.Offered) != len(g.HandleSeconds) {
			return bad("planning group %q has %d values offered and %d handle times", g.Name, len(g.Offered),
				len(g.HandleSeconds))
		}
		for i := range g.Offered {
			if !sendable(g.Offered[i]) || !sendable(g.HandleSeconds[i]) {
				return bad("planning group %q has %v contacts of %v seconds at quarter-hour %d", g.Name, g.Offered[i],
					g.HandleSeconds[i], i)
			}
		}
	}
	return nil
}

func sendable(v float64) bool { return v >= 0 && !math.IsInf(v, 0) }
