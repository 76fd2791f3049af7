package routing

import (
	"slices"
	"strings"

	"github.com/wrapcast/wrapcast/internal/sim/internal/api"
	"github.com/wrapcast/wrapcast/internal/sim/internal/contact"
	"github.com/wrapcast/wrapcast/internal/sim/internal/organisation"
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

func (r *Service) queueEntity(q *organisation.Queue) queueEntity {
	o := r.Organisation
	return queueEntity{
		ID: q.ID, Name: q.Name, Division: r.division(o.DivisionOf(q)), Description: "",
		DateCreated: instant(o.Created), DateModified: instant(o.Created), ModifiedBy: o.Administrator,
		CreatedBy:   o.Administrator,
		MemberCount: len(q.Agents), AcwSettings: acwSettings{"MANDATORY_TIMEOUT",
			contact.AfterCallTimeout.Milliseconds()},
		SkillEvaluationMethod: "BEST", SelfURI: queuesPath + "/" + q.ID,
	}
}

func (r *Service) queues(c *api.Call) (api.Answer, error) {
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
	found := r.listedQueues(func(q *organisation.Queue) bool {
		return !peers && len(c.List("peerId")) == 0 && r.listsQueue(c, q) && nameMatches(c.Query().Get("name"), q.Name) &&
			(len(wanted) == 0 || slices.Contains(wanted, q.ID))
	}, order)
	return api.OK(api.Paged(c, page, found)), nil
}

// listedQueues returns the queues that pass the test, by name.
func (r *Service) listedQueues(wanted func(*organisation.Queue) bool, order string) []queueEntity {
	var found []queueEntity
	for i := range r.Organisation.Queues {
		if q := &r.Organisation.Queues[i]; wanted(q) {
			found = append(found, r.queueEntity(q))
		}
	}
	slices.SortFunc(found, func(a, b queueEntity) int {
		return strings.Compare(strings.ToLower(a.Name),
			strings.ToLower(b.Name))
	})
	if order == "desc" {
		slices.Reverse(found)
	}
	return found
}

// listsQueue reports whether a queue is there, may be seen and lies in a division that is asked for.
func (r *Service) listsQueue(c *api.Call, q *organisation.Queue) bool {
	return !q.DeletedAt(r.Now()) && r.Grant.Covers(q) && asksFor(c, r.Organisation.DivisionOf(q))
}

func (r *Service) queue(c *api.Call) (api.Answer, error) {
	q, err := r.findQueue(c)
	if err != nil {
		return api.Answer{}, err
	}
	return api.OK(r.queueEntity(q)), nil
}

// queueCodes lists the codes agents may choose in a queue.
func (r *Service) queueCodes(c *api.Call) (api.Answer, error) {
	q, err := r.findQueue(c)
	if err != nil {
		return api.Answer{}, err
	}
	page, err := c.Page(r.Pages)
	if err != nil {
		return api.Answer{}, err
	}
	ids := r.codesOf(q)
	found := r.listed(func(code *organisation.Code) bool {
		return r.active(code) && nameMatches(c.Query().Get("name"), code.NameAt(r.Now())) &&
			slices.Contains(ids, code.ID)
	})
	return api.OK(api.Paged(c, page, found)), nil
}

// codesOf lists the ids of a queue's codes: those it was made with and those added since.
func (r *Service) codesOf(q *organisation.Queue) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	ids := slices.Clone(r.added[q.ID])
	for _, i := range q.Codes {
		ids = append(ids, r.Organisation.Codes[i].ID)
	}
	return ids
}

// maxAdded is how many codes can be added to a queue at once.
const maxAdded = 100

type codeReference struct {
	ID *string `json:"id"`
}

// addQueueCodes adds codes to those agents may choose in a queue; adding one twice changes nothing.
func (r *Service) addQueueCodes(c *api.Call) (api.Answer, error) {
	q, err := r.findQueue(c)
	if err != nil {
		return api.Answer{}, err
	}
	var asked []codeReference
	if err := api.Decode(c.Body, &asked, "WrapUpCodeReference"); err != nil {
		return api.Answer{}, err
	}
	if len(asked) == 0 || len(asked) > maxAdded {
		return api.Answer{}, api.Constraint("body", "%d codes were given; 1 to %d are allowed", len(asked), maxAdded)
	}
	var ids []string
	for _, a := range asked {
		if a.ID == nil || !uuidForm.MatchString(*a.ID) {
			return api.Answer{}, invalidID()
		}
		if len(r.listed(func(code *organisation.Code) bool { return code.ID == *a.ID && r.active(code) })) == 0 {
			return api.Answer{}, api.ResourceNotFound()
		}
		ids = append(ids, *a.ID)
	}
	r.mu.Lock()
	if r.added == nil {
		r.added = map[string][]string{}
	}
	r.added[q.ID] = append(r.added[q.ID], ids...)
	r.mu.Unlock()
	return api.OK(r.listed(func(code *organisation.Code) bool { return slices.Contains(ids, code.ID) })), nil
}

func (r *Service) findQueue(c *api.Call) (*organisation.Queue, error) {
	id := c.Path("queueId")
	if !uuidForm.MatchString(id) {
		return nil, invalidID()
	}
	for i := range r.Organisation.Queues {
		switch q := &r.Organisation.Queues[i]; {
		case q.ID != id:
		case q.DeletedAt(r.Now()):
			return nil, api.ResourceNotFound()
		case !r.Grant.Covers(q):
			return nil, api.MissingDivision("routing:queue:view", r.Organisation.DivisionOf(q).Name)
		default:
			return q, nil
		}
	}
	return nil, api.ResourceNotFound()
}
