package routing

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

type codeEntity struct {
	ID           string   `json:"id"`
	Name         string   `json:"name"`
	Division     division `json:"division"`
	DateCreated  string   `json:"dateCreated"`
	DateModified string   `json:"dateModified"`
	CreatedBy    string   `json:"createdBy"`
	ModifiedBy   string   `json:"modifiedBy"`
	SelfURI      string   `json:"selfUri"`
}

func (r *Service) codeEntity(c *organisation.Code) codeEntity {
	modified := c.Modified
	if modified.After(r.Now()) {
		modified = c.Created
	}
	by, home := r.Organisation.Administrator, r.division(r.Organisation.Division)
	return codeEntity{c.ID, c.NameAt(r.Now()), home, instant(c.Created), instant(modified), by, by,
		codesPath + "/" + c.ID}
}

// visible reports whether a code is in the listings at all.
func (r *Service) visible(c *organisation.Code) bool {
	if c.ID == string(wrapcast.DefaultCode) {
		return r.ListDefaultCode
	}
	return !c.System && !c.Hidden && !r.Now().Before(c.Created)
}

// listed returns the visible codes that pass the test, by name.
func (r *Service) listed(wanted func(*organisation.Code) bool) []codeEntity {
	var found []codeEntity
	for i := range r.Organisation.Codes {
		if c := &r.Organisation.Codes[i]; r.visible(c) && wanted(c) {
			found = append(found, r.codeEntity(c))
		}
	}
	slices.SortFunc(found, func(a, b codeEntity) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.ID, b.ID))
	})
	return found
}

func (r *Service) active(c *organisation.Code) bool { return !c.DeletedAt(r.Now()) }

func (r *Service) codes(c *api.Call) (api.Answer, error) {
	page, err := c.Page(r.Pages)
	if err != nil {
		return api.Answer{}, err
	}
	wanted, err := ids(c)
	if err != nil {
		return api.Answer{}, err
	}
	by, err := c.OneOf("sortBy", "name", "name", "id")
	if err != nil {
		return api.Answer{}, err
	}
	order, err := c.OneOf("sortOrder", "ascending", "ascending", "descending")
	if err != nil {
		return api.Answer{}, err
	}
	name := c.Query().Get("name")
	found := r.listed(func(code *organisation.Code) bool {
		return r.active(code) && asksFor(c, r.Organisation.Division) && nameMatches(name, code.NameAt(r.Now())) &&
			(len(wanted) == 0 || slices.Contains(wanted, code.ID))
	})
	if name != "" && by == "id" { // sortBy is ignored without name
		slices.SortFunc(found, func(a, b codeEntity) int { return strings.Compare(a.ID, b.ID) })
	}
	if order == "descending" {
		slices.Reverse(found)
	}
	return api.OK(api.Paged(c, page, found)), nil
}

func (r *Service) code(c *api.Call) (api.Answer, error) { return r.oneCode(c, r.active) }

// codeViews lists codes across divisions, deleted ones too when asked: the only way from a deleted code to its name.
func (r *Service) codeViews(c *api.Call) (api.Answer, error) {
	page, err := c.Page(r.Pages)
	if err != nil {
		return api.Answer{}, err
	}
	wanted, err := ids(c)
	if err != nil {
		return api.Answer{}, err
	}
	state, err := c.OneOf("includeState", "Active", "Active", "Deleted", "ActiveAndDeleted")
	if err != nil {
		return api.Answer{}, err
	}
	name := c.Query().Get("name")
	if name != "" && len(wanted) > 0 {
		return api.Answer{}, &api.Error{Status: http.StatusBadRequest, Code: "name.and.id.specified",
			Message: "Both name and ID were specified."}
	}
	found := r.listed(func(code *organisation.Code) bool {
		in := state == "ActiveAndDeleted" || r.active(code) == (state == "Active")
		return in && asksFor(c, r.Organisation.Division) && nameMatches(name, code.NameAt(r.Now())) &&
			(len(wanted) == 0 || slices.Contains(wanted, code.ID))
	})
	return api.OK(api.Paged(c, page, found)), nil
}

func (r *Service) codeView(c *api.Call) (api.Answer, error) {
	return r.oneCode(c, func(*organisation.Code) bool { return true })
}

func (r *Service) oneCode(c *api.Call, wanted func(*organisation.Code) bool) (api.Answer, error) {
	id := c.Path("codeId")
	if !uuidForm.MatchString(id) {
		return api.Answer{}, invalidID()
	}
	for i := range r.Organisation.Codes {
		if code := &r.Organisation.Codes[i]; code.ID == id && r.visible(code) && wanted(code) {
			return api.OK(r.codeEntity(code)), nil
		}
	}
	return api.Answer{}, api.ResourceNotFound()
}
