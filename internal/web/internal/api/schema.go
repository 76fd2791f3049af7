package api

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/steps"
)

// The types below say in the document what the root package's types look like in JSON.
type (
	measureSchema   struct{}
	dateSchema      struct{}
	timeOfDaySchema struct{}
	weekdaySchema   struct{}
	verdictEnum     struct{}
	severityEnum    struct{}
	runStateEnum    struct{}
	stepEnum        struct{}
	targetEnum      struct{}
	submissionEnum  struct{}
	deliveryEnum    struct{}
	kindEnum        struct{}
	overrideEnum    struct{}
	overrideStates  struct{}
	overlapEnum     struct{}
	maskEnum        struct{}
	lineageEnum     struct{}
	accuracyLevels  struct{}
	accuracySources struct{}
	repeatEnum      struct{}
	checkEnum       struct{}
	roleEnum        struct{}
)

// Schema implements huma.SchemaProvider.
func (measureSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeNumber, Nullable: true, Description: "null where it could not be measured"}
}

// Schema implements huma.SchemaProvider.
func (dateSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date"}
}

// Schema implements huma.SchemaProvider.
func (timeOfDaySchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: `^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$`,
		Description: "a time of the wall clock, 24:00 ends a day"}
}

// Schema implements huma.SchemaProvider.
func (weekdaySchema) Schema(huma.Registry) *huma.Schema {
	low, high := 0.0, 6.0
	return &huma.Schema{Type: huma.TypeInteger, Minimum: &low, Maximum: &high, Description: "0 is Sunday"}
}

// Schema implements huma.SchemaProvider.
func (verdictEnum) Schema(huma.Registry) *huma.Schema {
	return enum(wrapcast.Good, wrapcast.Weak, wrapcast.Empty)
}

// Schema implements huma.SchemaProvider.
func (severityEnum) Schema(huma.Registry) *huma.Schema {
	return enum(wrapcast.Info, wrapcast.Warning, wrapcast.Blocking)
}

// Schema implements huma.SchemaProvider.
func (runStateEnum) Schema(huma.Registry) *huma.Schema {
	return enum(wrapcast.RunPending, wrapcast.RunRunning, wrapcast.RunDone, wrapcast.RunSkipped, wrapcast.RunPartial,
		wrapcast.RunFailed, wrapcast.RunCancelled)
}

// Schema implements huma.SchemaProvider.
func (stepEnum) Schema(huma.Registry) *huma.Schema { return enum(wrapcast.Steps()...) }

// Schema implements huma.SchemaProvider.
func (targetEnum) Schema(huma.Registry) *huma.Schema { return enum(wrapcast.WFM, wrapcast.REST) }

// Schema implements huma.SchemaProvider.
func (submissionEnum) Schema(huma.Registry) *huma.Schema {
	return enum(wrapcast.SubmissionPlanned, wrapcast.SubmissionUploading, wrapcast.SubmissionSending,
		wrapcast.SubmissionAccepted,
		wrapcast.SubmissionCompleted, wrapcast.SubmissionUnchanged, wrapcast.SubmissionFailed,
		wrapcast.SubmissionUnknown)
}

// Schema implements huma.SchemaProvider.
func (deliveryEnum) Schema(huma.Registry) *huma.Schema {
	return enum(wrapcast.DeliveryPending, wrapcast.DeliveryDelivered, wrapcast.DeliveryDead)
}

// Schema implements huma.SchemaProvider.
func (kindEnum) Schema(huma.Registry) *huma.Schema {
	return enum(wrapcast.Internal, wrapcast.Usage, wrapcast.InvalidData, wrapcast.Refused, wrapcast.Unavailable,
		wrapcast.Partial,
		wrapcast.NotFound, wrapcast.Conflict)
}

// Schema implements huma.SchemaProvider.
func (overrideEnum) Schema(huma.Registry) *huma.Schema {
	return enum(wrapcast.OverridePercent, wrapcast.OverrideSet, wrapcast.OverrideAdd)
}

// Schema implements huma.SchemaProvider.
func (overrideStates) Schema(huma.Registry) *huma.Schema {
	return enum(steps.OverrideInUse, steps.OverrideInConflict, steps.OverrideReplaced, steps.OverrideIdle,
		steps.OverridePast, steps.OverrideExpired, steps.OverrideWithdrawn)
}

// Schema implements huma.SchemaProvider: the empty one is no rule.
func (overlapEnum) Schema(huma.Registry) *huma.Schema {
	return enum(append(wrapcast.OverlapRules(), "")...)
}

// Schema implements huma.SchemaProvider.
func (maskEnum) Schema(huma.Registry) *huma.Schema {
	return enum(wrapcast.MaskHide, wrapcast.MaskShow)
}

// Schema implements huma.SchemaProvider.
func (lineageEnum) Schema(huma.Registry) *huma.Schema {
	return enum(wrapcast.LineageRename, wrapcast.LineageMerge, wrapcast.LineageSplit, wrapcast.LineageRetire)
}

// Schema implements huma.SchemaProvider.
func (accuracyLevels) Schema(huma.Registry) *huma.Schema { return enum(wrapcast.AccuracyLevels()...) }

// Schema implements huma.SchemaProvider.
func (accuracySources) Schema(huma.Registry) *huma.Schema {
	return enum(wrapcast.SourcePublished, wrapcast.SourceMade)
}

// Schema implements huma.SchemaProvider.
func (repeatEnum) Schema(huma.Registry) *huma.Schema {
	return enum(wrapcast.Repeat(""), wrapcast.Weekly, wrapcast.Monthly, wrapcast.MonthlyWeekday, wrapcast.Yearly,
		wrapcast.YearlyWeekday, wrapcast.YearlyEaster)
}

// Schema implements huma.SchemaProvider.
func (checkEnum) Schema(huma.Registry) *huma.Schema {
	return enum(wrapcast.CheckOK, wrapcast.CheckWarning, wrapcast.CheckFailed, wrapcast.CheckSkipped)
}

// Schema implements huma.SchemaProvider.
func (roleEnum) Schema(huma.Registry) *huma.Schema { return enum(wrapcast.Roles()...) }

func enum[T ~string](values ...T) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, v := range values {
		s.Enum = append(s.Enum, string(v))
	}
	return s
}

// describeRootTypes tells the registry how the root package's types are written.
func describeRootTypes(r huma.Registry) {
	for _, as := range []struct{ t, schema reflect.Type }{
		{reflect.TypeFor[wrapcast.Measure](), reflect.TypeFor[measureSchema]()},
		{reflect.TypeFor[wrapcast.Date](), reflect.TypeFor[dateSchema]()},
		{reflect.TypeFor[wrapcast.TimeOfDay](), reflect.TypeFor[timeOfDaySchema]()},
		{weekdayType(), reflect.TypeFor[weekdaySchema]()},
		{reflect.TypeFor[wrapcast.Verdict](), reflect.TypeFor[verdictEnum]()},
		{reflect.TypeFor[wrapcast.Severity](), reflect.TypeFor[severityEnum]()},
		{reflect.TypeFor[wrapcast.RunState](), reflect.TypeFor[runStateEnum]()},
		{reflect.TypeFor[wrapcast.StepName](), reflect.TypeFor[stepEnum]()},
		{reflect.TypeFor[wrapcast.Target](), reflect.TypeFor[targetEnum]()},
		{reflect.TypeFor[wrapcast.SubmissionState](), reflect.TypeFor[submissionEnum]()},
		{reflect.TypeFor[wrapcast.DeliveryState](), reflect.TypeFor[deliveryEnum]()},
		{reflect.TypeFor[wrapcast.Kind](), reflect.TypeFor[kindEnum]()},
		{reflect.TypeFor[wrapcast.OverrideKind](), reflect.TypeFor[overrideEnum]()},
		{reflect.TypeFor[steps.OverrideState](), reflect.TypeFor[overrideStates]()},
		{reflect.TypeFor[wrapcast.OverlapRule](), reflect.TypeFor[overlapEnum]()},
		{reflect.TypeFor[wrapcast.MaskKind](), reflect.TypeFor[maskEnum]()},
		{reflect.TypeFor[wrapcast.LineageKind](), reflect.TypeFor[lineageEnum]()},
		{reflect.TypeFor[wrapcast.AccuracyLevel](), reflect.TypeFor[accuracyLevels]()},
		{reflect.TypeFor[wrapcast.AccuracySource](), reflect.TypeFor[accuracySources]()},
		{reflect.TypeFor[wrapcast.Repeat](), reflect.TypeFor[repeatEnum]()},
		{reflect.TypeFor[wrapcast.CheckStatus](), reflect.TypeFor[checkEnum]()},
		{reflect.TypeFor[wrapcast.Role](), reflect.TypeFor[roleEnum]()},
	} {
		r.RegisterTypeAlias(as.t, as.schema)
	}
}

func weekdayType() reflect.Type { return reflect.TypeOf(wrapcast.BusinessUnit{}.WeekStart) }
