import { dayAt, localDay, midnight } from '../lib/day'
import type { Format } from '../lib/format'
import { dayTicks, quarterTicks } from './ticks'
import type { AxisText } from './plot'

const day = 86_400

/** dayText writes an axis of days. */
export function dayText(format: Format): AxisText {
  return {
    zone: 'UTC', // days have no zone: they stand at their midnight in UTC
    ticks: (seconds, step) =>
      seconds.map((s) => (step >= 28 * day ? format.month(dayAt(s)) : format.dayAndMonth(dayAt(s)))),
    value: (v) => format.count(v),
    places: dayTicks,
  }
}

/** quarterText writes an axis of instants in the organisation's zone. */
export function quarterText(format: Format): AxisText {
  return {
    zone: format.zone,
    // A midnight is called by its day, between hours too: no label says 00:00 of nobody knows which day.
    ticks: (seconds, step) =>
      seconds.map((s) => {
        const local = localDay(new Date(s * 1e3), format.zone)
        if (step >= 28 * day) return format.month(local)
        return s * 1e3 === midnight(local, format.zone) ? format.dayAndMonth(local) : format.time(s * 1e3)
      }),
    value: (v) => format.count(v),
    places: quarterTicks(format.zone),
  }
}
