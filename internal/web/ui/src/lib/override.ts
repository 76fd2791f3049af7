import type { Schemas } from '../api/client'
import { dayText, parseDay } from './day'
import type { Format } from './format'

type Kind = Schemas['NewOverride']['kind']

/** changeWords says what an override does: +12 %, 50 a day, 5 a day more. */
export function changeWords(kind: Kind, value: number, format: Format): string {
  if (kind === 'percent') return format.change(value / 100, Number.isInteger(value) ? 0 : 1)
  if (kind === 'set') return `${format.count(value)} a day`
  return `${format.difference(value)} a day`
}

/** rules are what may hold where two overrides overlap, in words. */
export const rules: Record<string, { title: string; text: string }> = {
  compound: { title: 'Apply both', text: 'one on top of the other' },
  replace: { title: 'The later one', text: 'it takes the earlier one’s place' },
  narrower: { title: 'The narrower one', text: 'the one that names less takes the other’s place' },
}

/** scopeWords says what it is about. */
export function scopeWords(o: { code_names: string[]; queue_names: string[] }): string {
  const codes = o.code_names.length ? o.code_names.join(', ') : 'all codes'
  return o.queue_names.length ? `${codes} in ${o.queue_names.join(', ')}` : codes
}

/** daysWords says on which days. */
export function daysWords(from: string, to: string, format: Format): string {
  const first = format.dayLong(parseDay(from))
  return from === to ? first : `${first} to ${format.dayLong(parseDay(to))}`
}

/** sumBetween adds up a series of days, of which the first is given, over the days from and to, both included. */
export function sumBetween(first: string, values: (number | null)[], from: string, to: string): number {
  const start = parseDay(first)
  return values.reduce<number>(
    (sum, v, i) => (start + i >= parseDay(from) && start + i <= parseDay(to) ? sum + (v ?? 0) : sum),
    0,
  )
}

/** bounds are the days a forecast has from the present on. */
export function bounds(forecast: { from: string; days: number }, today: number): { first: string; last: string } {
  const from = parseDay(forecast.from)
  return { first: dayText(Math.max(from, today)), last: dayText(from + forecast.days - 1) }
}
