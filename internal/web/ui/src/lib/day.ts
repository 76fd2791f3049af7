/** Day is a local day as a number: days since 1 January 1970. Sums and differences need no zone. */
export type Day = number

const msPerDay = 86_400_000

/** parseDay reads 2026-11-23. */
export function parseDay(text: string): Day {
  const [y, m, d] = text.split('-').map(Number)
  return Date.UTC(y ?? 1970, (m ?? 1) - 1, d ?? 1) / msPerDay
}

/** dayText writes 2026-11-23. */
export function dayText(day: Day): string {
  return new Date(day * msPerDay).toISOString().slice(0, 10)
}

/** weekday of a day, 0 is Sunday. */
export function weekday(day: Day): number {
  return (((day + 4) % 7) + 7) % 7
}

/** secondsOf is where a day stands on an axis of days: its midnight in UTC. */
export function secondsOf(day: Day): number {
  return day * 86_400
}

/** dayAt is the day on an axis of days. */
export function dayAt(seconds: number): Day {
  return Math.round(seconds / 86_400)
}

/** days lists n days from the first. */
export function days(from: Day, n: number): Day[] {
  return Array.from({ length: n }, (_, i) => from + i)
}

/** sameDayLastYear is the same weekday 52 weeks before: Mondays stand beside Mondays. */
export function sameDayLastYear(day: Day): Day {
  return day - 364
}

/** localDay is the day of an instant in a zone. */
export function localDay(instant: Date, zone: string): Day {
  return parseDay(
    new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
      instant,
    ),
  )
}

/** midnight is the instant, in ms, at which a local day begins in a zone; where there is no midnight, the first instant of the day. */
export function midnight(day: Day, zone: string): number {
  const wall = day * msPerDay
  let at = wall - offset(wall, zone)
  at = wall - offset(at, zone)
  // Where the clock springs over midnight, the day begins when the wall clock first shows it.
  return localDay(new Date(at), zone) < day ? at + 3_600_000 : at
}

/** offset is how far a zone's wall clock is ahead of UTC at an instant, in ms. */
function offset(instant: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instant)
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value)
  return (
    Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) -
    Math.floor(instant / 1000) * 1000
  )
}
