package routing

import (
	"slices"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
)

// viewEntity is a queue as the lists across divisions have it: simplified.
type viewEntity struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Division division `json:"division"`
	SelfURI  string   `json:"selfUri"`
}

// queueViews lists queues of the divisions in which the role is granted, simplified.
func (r *Service) queueViews(c *api.Call) (api.Answer, error) {
	wanted, err := ids(c)
	if err != nil {
		return api.Answer{}, err
	}
	return r.viewQueues(c, func(q *organisation.Queue) bool {
		return r.listsQueue(c, q) && nameMatches(c.Query().Get("name"), q.Name) &&
			(len(wanted) == 0 || slices.Contains(wanted, q.ID))
	})
}

// allQueues lists every queue of the organisation, whatever the role covers.
func (r *Service) allQueues(c *api.Call) (api.Answer, error) {
	return r.viewQueues(c, func(q *organisation.Queue) bool { return !q.DeletedAt(r.Now()) })
}

func (r *Service) viewQueues(c *api.Call, wanted func(*organisation.Queue) bool) (api.Answer, error) {
	page, err := c.Page(r.Pages)
	if err != nil {
		return api.Answer{}, err
	}
	order, err := c.OneOf("sortOrder", "asc", "asc", "desc")
	if err != nil {
		return api.Answer{}, err
	}
	var found []viewEntity
	for _, q := range r.listedQueues(wanted, order) {
		found = append(found, viewEntity{q.ID, q.Name, q.Division, q.SelfURI})
	}
	return api.OK(api.Paged(c, page, found)), nil
}

// ability is a skill or a language.
type ability struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	DateModified string `json:"dateModified"`
	State        string `json:"state"`
	Version      string `json:"version"`
	SelfURI      string `json:"selfUri"`
}

func (r *Service) ability(path string, n organisation.Named) ability {
	return ability{n.ID, n.Name, instant(r.Organisation.Created), "active", "1", path + "/" + n.ID}
}

func (r *Service) skills(c *api.Call) (api.Answer, error) {
	return r.abilities(c, skillsPath, r.Organisation.Skills)
}

func (r *Service) languages(c *api.Call) (api.Answer, error) {
	return r.abilities(c, languagesPath, r.Organisation.Languages)
}

// abilities lists skills or languages; neither asks for a permission.
func (r *Service) abilities(c *api.Call, path string, all []organisation.Named) (api.Answer, error) {
	page, err := c.Page(r.Pages)
	if err != nil {
		return api.Answer{}, err
	}
	wanted, err := ids(c)
	if err != nil {
		return api.Answer{}, err
	}
	var found []ability
	for _, n := range all {
		if nameMatches(c.Query().Get("name"), n.Name) && (len(wanted) == 0 || slices.Contains(wanted, n.ID)) {
			found = append(found, r.ability(path, n))
		}
	}
	return api.OK(api.Paged(c, page, found)), nil
}

func (r *Service) skill(c *api.Call) (api.Answer, error) {
	return r.oneAbility(skillsPath, c.Path("skillId"), r.Organisation.Skills)
}

func (r *Service) language(c *api.Call) (api.Answer, error) {
	return r.oneAbility(languagesPath, c.Path("languageId"), r.Organisation.Languages)
}

func (r *Service) oneAbility(path, id string, all []organisation.Named) (api.Answer, error) {
	if !uuidForm.MatchString(id) {
		return api.Answer{}, invalidID()
	}
	for _, n := range all {
		if n.ID == id {
			return api.OK(r.ability(path, n)), nil
		}
	}
	return api.Answer{}, api.ResourceNotFound()
}
