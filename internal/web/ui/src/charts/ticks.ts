import { dayAt, localDay, midnight } from '../lib/day'

const day = 86_400
/** monday is the first Monday of the count of seconds: 5 January 1970. */
const monday = 4 * day

/** dayTicks are places for labels of an axis of days, in UTC: every so many days where the range is short, else Mondays, else firsts of months; at most so many. */
export function dayTicks(from: number, to: number, most: number): number[] {
  const room = Math.max(2, most)
  const days = (to - from) / day
  if (days <= Math.min(room, 10)) return every(from, to, day, 0)
  const weeks = [1, 2].find((n) => days / (7 * n) <= room)
  if (weeks) return every(from, to, 7 * weeks * day, monday)
  const months = [1, 2, 3, 6, 12, 24].find((n) => days / (30.4 * n) <= room) ?? 60
  const found: number[] = []
  const first = new Date(from * 1e3)
  for (let m = 12 * first.getUTCFullYear(); ; m += months) {
    const place = Date.UTC(Math.floor(m / 12), m % 12, 1) / 1e3
    if (place > to) return found
    if (place >= from) found.push(place)
  }
}

/** quarterTicks are places for labels of an axis of instants, by the wall clock of a zone: Mondays at midnight where the range is long, midnights where days fit, else hours of the day; at most so many. */
export function quarterTicks(zone: string): (from: number, to: number, most: number) => number[] {
  return (from, to, most) => {
    const room = Math.max(2, most)
    const length = (to - from) / day
    if (length <= room / 2) {
      const step = [1, 2, 3, 6, 12].find((h) => (24 * length) / h <= room) ?? 12
      return midnights(from, to, zone, 1).flatMap((at, i, all) => {
        const next = all[i + 1] ?? at + day
        return Array.from({ length: 24 / step }, (_, k) => at + k * step * 3600).filter(
          (s) => s >= from && s <= to && s < next,
        )
      })
    }
    if (length <= room) return midnights(from, to, zone, 1).filter((s) => s >= from && s <= to)
    const weeks = [1, 2, 4].find((n) => length / (7 * n) <= room)
    if (weeks) return midnights(from, to, zone, 7 * weeks).filter((s) => s >= from && s <= to)
    return dayTicks(from, to, most).map((s) => midnight(dayAt(s), zone) / 1e3)
  }
}

/** midnights are those at which local days of a range begin: every day, or Mondays so many days apart. */
function midnights(from: number, to: number, zone: string, apart: number): number[] {
  const first = localDay(new Date(from * 1e3), zone)
  const past = localDay(new Date(to * 1e3), zone) + 1
  const begin = apart === 1 ? first : 4 + apart * Math.ceil((first - 4) / apart)
  const found: number[] = []
  for (let d = begin; d <= past; d += apart) found.push(midnight(d, zone) / 1e3)
  return found
}

function every(from: number, to: number, step: number, begin: number): number[] {
  const found: number[] = []
  for (let at = begin + Math.ceil((from - begin) / step) * step; at <= to; at += step) found.push(at)
  return found
}

/** durationSteps are the seconds between two labels of handle times: whole minutes where there are minutes. */
export const durationSteps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 300, 600, 900, 1800, 3600, 7200, 14_400]
