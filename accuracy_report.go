package wrapcast

// AccuracyLevel says what is judged: single wrap-up codes, queues, planning groups, everything.
type AccuracyLevel string

// The levels.
const (
	LevelCode  AccuracyLevel = "code"
	LevelQueue AccuracyLevel = "queue"
	LevelGroup AccuracyLevel = "planning_group"
	LevelTotal AccuracyLevel = "total"
)
