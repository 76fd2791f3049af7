import { expect, it } from 'vitest'
import { secondsOf, parseDay, weekday, dayAt, dayText } from '../lib/day'
import { localDay, midnight } from '../lib/day'
import { dayTicks, durationSteps, quarterTicks } from './ticks'

const at = (text: string) => secondsOf(parseDay(text))

it('labels of days stand on Mondays, on firsts of months where there is no room for them', () => {
  for (const weeks of [3, 8, 14]) {
    const found = dayTicks(at('2026-10-01'), at('2026-10-01') + weeks * 7 * 86_400, 10)
    expect(found.length).toBeGreaterThan(2)
    expect(found.length).toBeLessThan(12)
    expect(found.every((s) => weekday(dayAt(s)) === 1)).toBe(true)
  }
  const years = dayTicks(at('2024-01-15'), at('2026-12-01'), 10)
  expect(years.length).toBeGreaterThan(2)
  expect(years.length).toBeLessThan(12)
  expect(years.every((s) => dayText(dayAt(s)).endsWith('-01'))).toBe(true)
  expect(dayTicks(at('2026-10-01'), at('2026-10-06'), 10)).toHaveLength(6)
})

it('handle times have labels in whole minutes once a minute fits', () => {
  expect(durationSteps.filter((s) => s >= 60).every((s) => s % 60 === 0)).toBe(true)
})

it('labels of quarter-hours stand on Mondays, on midnights or on whole hours of the zone', () => {
  const zone = 'America/New_York'
  const from = midnight(parseDay('2026-10-20'), zone) / 1e3
  const ticks = quarterTicks(zone)
  const local = (s: number) => localDay(new Date(s * 1e3), zone)
  // The clock goes back on 1 November: what is 14 days is 14 times 24 hours and one.
  const weeks = ticks(from, from + 84 * 86_400, 12)
  expect(weeks.length).toBeGreaterThan(9)
  expect(weeks.every((s) => weekday(local(s)) === 1 && s * 1e3 === midnight(local(s), zone))).toBe(true)
  const days = ticks(from, from + 10 * 86_400, 12)
  expect(days.length).toBeGreaterThan(8)
  expect(days.every((s) => s * 1e3 === midnight(local(s), zone))).toBe(true)
  const hours = ticks(from, from + 2 * 86_400, 12)
  expect(hours.length).toBeGreaterThan(4)
  expect(hours.length).toBeLessThan(13)
  const long = ticks(from, from + 700 * 86_400, 4)
  expect(long.length).toBeLessThan(6)
  expect(long.every((s) => dayText(local(s)).endsWith('-01'))).toBe(true)
})
