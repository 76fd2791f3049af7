import { describe, expect, it } from 'vitest'
import { parseDay } from './day'
import { dayBounds, meanHandle, perDay } from './week'

describe('the days of a week plan', () => {
  it('have 96 quarter-hours each in an ordinary week', () => {
    expect(dayBounds(parseDay('2026-11-30'), 8, 'America/New_York', 768)).toEqual([0, 96, 192, 288, 384, 480, 576, 672, 768])
  })
  it('have 100 where clocks go back and 92 where they spring on', () => {
    expect(dayBounds(parseDay('2026-10-26'), 8, 'America/New_York', 768).slice(5, 9)).toEqual([480, 576, 676, 768])
    expect(dayBounds(parseDay('2026-03-02'), 8, 'America/New_York', 764).slice(5, 9)).toEqual([480, 576, 668, 764])
  })
  it('add up to the whole', () => {
    const values = Array.from({ length: 768 }, (_, i) => i % 7)
    const days = perDay(values, dayBounds(parseDay('2026-11-30'), 8, 'UTC', 768))
    expect(days.reduce((a, b) => a + b)).toBe(values.reduce((a, b) => a + b))
  })
})

describe('the handle time of a stretch', () => {
  it('is weighed by contacts', () => expect(meanHandle([1, 3], [100, 200], 0, 2)).toBe(175))
  it('is nothing without contacts', () => expect(meanHandle([0, 0], [100, 200], 0, 2)).toBeNull())
})
