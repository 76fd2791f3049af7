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
