// Package basics answers what tools begin with: whose organisation it is, its divisions, the time zones and the time.
// None of it asks for a permission.
package basics

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// Service answers for an organisation.
type Service struct {
	Organisation *organisation.Organisation
	Now          func() time.Time
	// Pages is the page size rule.
	Pages api.PageRule
}

const orgPath = "organizations" //nolint:misspell // the platform's path

// Endpoints lists the service's operations.
func (r *Service) Endpoints() []api.Endpoint {
	get := func(path string, handle func(*api.Call) (api.Answer, error)) api.Endpoint {
		return api.Endpoint{Method: http.MethodGet, Path: "/api/v2/" + path, Repeatable: true, Handle: handle}
	}
	return []api.Endpoint{
		get(orgPath+"/me", r.whose), get("authorization/divisions", r.divisions),
		get("authorization/divisions/home", r.home), get("timezones", r.zones), get("date", r.date),
	}
}

type me struct {
	ID              string `json:"id"`
	Name            string `json:"name"`
	DefaultLanguage string `json:"defaultLanguage"`
	DefaultCountry  string `json:"defaultCountryCode"`
	Domain          string `json:"domain"`
	Version         int    `json:"version"`
	State           string `json:"state"`
	ProductPlatform string `json:"productPlatform"`
	SelfURI         string `json:"selfUri"`
}

func (r *Service) whose(*api.Call) (api.Answer, error) {
	o := r.Organisation
	return api.OK(me{o.ID, o.Name, "en-us", "US", "simulated", 1, "active", "PureCloud",
		"/api/v2/" + orgPath + "/" + o.ID}), nil
}

type division struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Description  string `json:"description"`
	HomeDivision bool   `json:"homeDivision"`
	SelfURI      string `json:"selfUri"`
}

func (r *Service) division(n organisation.Named) division {
	return division{n.ID, n.Name, "", n == r.Organisation.Division, "/api/v2/authorization/divisions/" + n.ID}
}

func (r *Service) divisions(c *api.Call) (api.Answer, error) {
	page, err := c.Page(r.Pages)
	if err != nil {
		return api.Answer{}, err
	}
	var found []division
	for _, n := range r.Organisation.Divisions(organisation.GrantAll) {
		if asked := c.List("id"); len(asked) > 0 && !slices.Contains(asked, n.ID) {
			continue
		}
		if name := c.Query().Get("name"); name == "" || strings.EqualFold(name, n.Name) {
			found = append(found, r.division(n))
		}
	}
	return api.OK(api.Paged(c, page, found)), nil
}

func (r *Service) home(*api.Call) (api.Answer, error) {
	return api.OK(r.division(r.Organisation.Division)), nil
}

type timeZone struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Offset    int    `json:"offset"` // minutes east of UTC, now
	Canonical string `json:"canonicalId"`
	SelfURI   string `json:"selfUri"`
}

// zoneNames are some of those that the platform lists; more are known.
func zoneNames() []string {
	return strings.Fields(`Africa/Johannesburg America/Bogota America/Chicago America/Denver America/Los_Angeles
		America/New_York America/Sao_Paulo Asia/Dubai Asia/Kolkata Asia/Manila Asia/Singapore Asia/Tokyo
		Australia/Sydney Europe/Berlin Europe/Dublin Europe/London Europe/Madrid Europe/Paris Europe/Warsaw
		Europe/Zurich Pacific/Auckland UTC`)
}

func (r *Service) zones(c *api.Call) (api.Answer, error) {
	page, err := c.Page(r.Pages)
	if err != nil {
		return api.Answer{}, err
	}
	var found []timeZone
	for _, name := range zoneNames() {
		zone, err := time.LoadLocation(name)
		if err != nil {
			continue // not on this machine
		}
		_, seconds := r.Now().In(zone).Zone()
		found = append(found, timeZone{name, name, seconds / 60, name, "/api/v2/timezones/" + name})
	}
	return api.OK(api.Paged(c, page, found)), nil
}

func (r *Service) date(*api.Call) (api.Answer, error) {
	return api.OK(map[string]string{"currentDate": r.Now().UTC().Format("2006-01-02T15:04:05.000Z")}), nil
}
