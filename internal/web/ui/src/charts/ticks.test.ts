import { expect, it } from 'vitest'
import { secondsOf, parseDay, weekday, dayAt, dayText } from '../lib/day'
import { dayTicks, durationSteps } from './ticks'

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
