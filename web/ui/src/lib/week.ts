import { midnight, type Day } from './day'

const quarterHour = 900_000

/** dayBounds are the indexes at which the local days of a week plan begin, and where the last ends: quarter-hours elapsed
 *  since the week's start, so that days of a clock change have 92 or 100. */
export function dayBounds(start: Day, days: number, zone: string, length: number): number[] {
  const first = midnight(start, zone)
  return Array.from({ length: days + 1 }, (_, i) => Math.min((midnight(start + i, zone) - first) / quarterHour, length))
}

/** perDay adds quarter-hours up to days. */
export function perDay(values: number[], bounds: number[]): number[] {
  return bounds.slice(1).map((end, i) => sum(values, bounds[i] ?? 0, end))
}

/** meanHandle is the handle time of a stretch, weighed by its contacts; null where there are none. */
export function meanHandle(offered: number[], handle: number[], from: number, to: number): number | null {
  let contacts = 0
  let seconds = 0
  for (let i = from; i < to; i++) {
    contacts += offered[i] ?? 0
    seconds += (offered[i] ?? 0) * (handle[i] ?? 0)
  }
  return contacts > 0 ? seconds / contacts : null
}

function sum(values: number[], from: number, to: number): number {
  let total = 0
  for (let i = from; i < to; i++) total += values[i] ?? 0
  return total
}
