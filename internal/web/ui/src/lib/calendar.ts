import type { Schemas } from '../api/client'
import { parseDay, weekday } from './day'
import type { Format } from './format'

/** Repeat is how days come again. */
export type Repeat = NonNullable<Schemas['CalendarEvent']['repeat']>

/** repeats lists the ways, in words. */
export const repeats: { id: Repeat; title: string }[] = [
  { id: '', title: 'once' },
  { id: 'weekly', title: 'every week' },
  { id: 'monthly', title: 'every month, same day' },
  { id: 'monthly-weekday', title: 'every month, same weekday' },
  { id: 'yearly', title: 'every year, same day' },
  { id: 'yearly-weekday', title: 'every year, same weekday of the month' },
  { id: 'yearly-easter', title: 'every year with Easter' },
]

const places = ['first', 'second', 'third', 'fourth', 'last']

/** whenWords says on which days something falls: every month on the second Tuesday, from 13 Oct 2026. */
export function whenWords(
  d: Pick<Schemas['CalendarEvent'], 'from' | 'to' | 'repeat' | 'interval' | 'until'>,
  f: Format,
): string {
  const first = parseDay(d.from)
  const stretch = d.to && d.to !== d.from ? `${f.dayLong(first)} to ${f.dayLong(parseDay(d.to))}` : f.dayLong(first)
  if (!d.repeat) return stretch
  const end = d.until ? ` until ${f.dayLong(parseDay(d.until))}` : ''
  return `${rhythm(d.repeat, d.interval ?? 1, first, f)}, from ${stretch}${end}`
}

function rhythm(repeat: Repeat, interval: number, first: number, f: Format): string {
  const day = f.weekdayName(weekday(first))
  const date = new Date(first * 86_400_000)
  const place = `the ${places[Math.min(Math.ceil(date.getUTCDate() / 7), 5) - 1]} ${day}`
  const each = (unit: string) => (interval > 1 ? `every ${interval} ${unit}s` : `every ${unit}`)
  switch (repeat) {
    case 'weekly':
      return `${each('week')} on ${day}`
    case 'monthly':
      return `${each('month')} on day ${date.getUTCDate()}`
    case 'monthly-weekday':
      return `${each('month')} on ${place}`
    case 'yearly-weekday':
      return `${each('year')} on ${place} of the month`
    case 'yearly-easter':
      return `${each('year')} with Easter`
    default:
      return `${each('year')} on ${f.dayAndMonth(first)}`
  }
}

/** hoursWords says at what time of the day something is; nothing where it is all day. */
export function hoursWords(begins?: string, ends?: string): string {
  return begins && ends && !(begins === '00:00' && ends === '24:00') && begins !== ends ? `${begins}–${ends}` : ''
}
