package routing

import (
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast/genesys/sim/internal/api"
	"github.com/wrapcast/wrapcast/genesys/sim/internal/contact"
	"github.com/wrapcast/wrapcast/genesys/sim/internal/organisation"
)

type queueEntity struct {
	ID                    string      `json:"id"`
	Name                  string      `json:"name"`
	Division              division    `json:"division"`
	Description           string      `json:"description"`
	DateCreated           string      `json:"dateCreated"`
	DateModified          string      `json:"dateModified"`
	ModifiedBy            string      `json:"modifiedBy"`
	CreatedBy             string      `json:"createdBy"`
	MemberCount           int         `json:"memberCount"`
	AcwSettings           acwSettings `json:"acwSettings"`
	SkillEvaluationMethod string      `json:"skillEvaluationMethod"`
	SelfURI               string      `json:"selfUri"`
}

type acwSettings struct {
	WrapupPrompt string `json:"wrapupPrompt"`
	TimeoutMs    int64  `json:"timeoutMs"`
}

func (r *Room) queueEntity(q *organisation.Queue) queueEntity {
	o := r.Organisation
	return queueEntity{
		ID: q.ID, Name: q.Name, Division: r.division(), Description: "",
		DateCreated: instant(o.Created), DateModified: instant(o.Created), ModifiedBy: o.Administrator, CreatedBy: o.Administrator,
		MemberCount: len(q.Agents), AcwSettings: acwSettings{"MANDATORY_TIMEOUT", contact.AfterCallTimeout.Milliseconds()},
		SkillEvaluationMethod: "BEST", SelfURI: queuesPath + "/" + q.ID,
	}
}

func (r *Room) queues(c *api.Call) (api.Answer, error) {
	page, err := c.Page(r.Pages)
	if err != nil {
		return api.Answer{}, err
	}
	wanted, err := ids(c)
	if err != nil {
		return api.Answer{}, err
	}
	order, err := c.OneOf("sortOrder", "asc", "asc", "desc")
	if err != nil {
		return api.Answer{}, err
	}
	peers, err := c.Bool("hasPeer") // no queue has one
	if err != nil {
		return api.Answer{}, err
	}
	var found []queueEntity
	for i := range r.Organisation.Queues {
		q := &r.Organisation.Queues[i]
		if !peers && len(c.List("peerId")) == 0 && r.inDivision(c) && nameMatches(c.Query().Get("name"), q.Name) &&
			(len(wanted) == 0 || slices.Contains(wanted, q.ID)) {
			found = append(found, r.queueEntity(q))
		}
	}
	slices.SortFunc(found, func(a, b queueEntity) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	if order == "desc" {
		slices.Reverse(found)
	}
	return api.OK(api.Paged(c, page, found)), nil
}

func (r *Room) queue(c *api.Call) (api.Answer, error) {
	q, err := r.findQueue(c)
	if err != nil {
		return api.Answer{}, err
	}
	return api.OK(r.queueEntity(q)), nil
}

// queueCodes lists the codes agents may choose in a queue.
func (r *Room) queueCodes(c *api.Call) (api.Answer, error) {
	q, err := r.findQueue(c)
	if err != nil {
		return api.Answer{}, err
	}
	page, err := c.Page(r.Pages)
	if err != nil {
		return api.Answer{}, err
	}
	found := r.listed(func(code *organisation.Code) bool {
		return r.active(code) && nameMatches(c.Query().Get("name"), code.Name) &&
			slices.ContainsFunc(q.Codes, func(i int) bool { return r.Organisation.Codes[i].ID == code.ID })
	})
	return api.OK(api.Paged(c, page, found)), nil
}

func (r *Room) findQueue(c *api.Call) (*organisation.Queue, error) {
	id := c.Path("queueId")
	if !uuidForm.MatchString(id) {
		return nil, invalidID()
	}
	for i := range r.Organisation.Queues {
		if q := &r.Organisation.Queues[i]; q.ID == id {
			return q, nil
		}
	}
	return nil, api.ResourceNotFound()
}
