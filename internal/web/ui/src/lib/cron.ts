/** Rhythm is a schedule people can say: at a time of day, on some weekdays. */
export interface Rhythm {
  /** 02:00, on the wall clock of the business unit. */
  time: string
  /** 0 is Sunday; all seven mean every day. */
  days: number[]
}

/** every lists the days of the week. */
export const every = [0, 1, 2, 3, 4, 5, 6]

/** cronOf writes a rhythm as minute, hour, day of the month, month and weekday. */
export function cronOf({ time, days }: Rhythm): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return `${minute} ${hour} * * ${days.length === 7 || !days.length ? '*' : [...days].sort().join(',')}`
}

/** rhythmOf reads such a schedule back; undefined where it says more than a rhythm can. */
export function rhythmOf(cron: string): Rhythm | undefined {
  const found = /^(\d{1,2}) (\d{1,2}) \* \* (\*|[0-6](?:[,-][0-6])*)$/.exec(cron.trim())
  if (!found) return undefined
  const [, minute = '', hour = '', days = ''] = found
  return { time: `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`, days: days === '*' ? every : daysOf(days) }
}

function daysOf(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number)
    return every.filter((d) => first <= d && d <= last)
  })
}

/** cronWords says when a schedule is due; one that is no rhythm is left as it is written. */
export function cronWords(cron: string, weekday: (day: number) => string): string {
  const r = rhythmOf(cron)
  if (!r) return cron
  const days = r.days.join(',')
  if (days === every.join(',')) return `every day at ${r.time}`
  if (days === '1,2,3,4,5') return `Monday to Friday at ${r.time}`
  return `${r.days.map(weekday).join(', ')} at ${r.time}`
}
