package genesys

// JobSizes is what jobs, queries that are answered later and in pages, have taught. No source says how much more than a query they
// find; the zero value has tried none.
type JobSizes struct {
	// Times is how many times the rows of the largest answer a job may have, halved with each job that was refused. 0: none
	// was tried, and ten is.
	Times float64 `json:"times,omitempty"`
	// Requests is how many a job took on average: to submit it, to look at it, to read it. 0: none was answered yet.
	Requests float64 `json:"requests,omitempty"`
}

const (
	// mostJobRows bounds the rows of a job: a page of them must fit into an answer, and its groups can all be on one.
	mostJobRows = 200_000
	// hopefulTimes is how much more than a query the first job asks for, hopefulRequests what it is believed to take.
	hopefulTimes, hopefulRequests = 10, 3
	// shortMinutes is for how many minutes of the budget the queries left must be before jobs are worth their wait.
	shortMinutes = 10
)

// rows is how many rows to ask a job for where a query gives so many.
func (j JobSizes) rows(mostRows int) float64 {
	times := j.Times
	if times == 0 {
		times = hopefulTimes
	}
	return min(times*float64(mostRows), mostJobRows)
}

// cheaper reports whether a job for so many rows takes fewer requests than queries that give mostRows each. By one it must be: queries
// are answered at once, and the last of them would not be full.
func (j JobSizes) cheaper(rows float64, mostRows int) bool {
	requests := j.Requests
	if requests == 0 {
		requests = hopefulRequests
	}
	return mostRows > 0 && rows > (requests+1)*float64(mostRows)
}

// given takes in a job that was answered.
func (j *JobSizes) given(requests int) {
	const newest = 0.3
	if j.Times == 0 {
		j.Times = hopefulTimes
	}
	if j.Requests == 0 {
		j.Requests = float64(requests)
	}
	j.Requests += newest * (float64(requests) - j.Requests)
}

// failed takes in a job that was refused, for whatever reason: asking for less, or not by jobs at all, is never wrong.
func (j *JobSizes) failed() {
	if j.Times == 0 {
		j.Times = hopefulTimes
	}
	j.Times /= 2
}
