import { dayAt, localDay } from '../lib/day'
import type { Format } from '../lib/format'
import { dayTicks } from './ticks'
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
    ticks: (seconds, step) =>
      seconds.map((s) =>
        step >= day ? format.dayAndMonth(localDay(new Date(s * 1e3), format.zone)) : format.time(s * 1e3),
      ),
    value: (v) => format.count(v),
  }
}
