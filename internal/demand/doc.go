// Package demand turns a history with its lineage and masks applied into the forecast of everything: of leaves, codes,
// queues, planning groups and the total, per local day and, where asked, per quarter-hour.
//
// [Forecast] lets the engine forecast codes, queues, groups and the total each by itself, shares codes out over their
// leaves, makes all of it coherent, and puts the calendar on top. It is pure: no clock, no network, no disk. Whoever
// calls it has read the history, judged it and applied the lineage; see package steps.
package demand
