import { describe, expect, it } from 'vitest'
import { levelsOf, similarWeeks, weekdayShape } from './why'

const today = 1000 // a Sunday: (1000 + 4) % 7 = 3 → the weekday does not matter here
const steady = (from: number, to: number, of: (day: number) => number | null) => ({
  from,
  values: Array.from({ length: to - from }, (_, i) => of(from + i)),
})

describe('levels', () => {
  it('compare four weeks on either side, and the same weeks a year before', () => {
    const history = steady(0, today, (d) => (d < 700 ? 5 : 10))
    expect(
      levelsOf(
        history,
        steady(today, today + 30, () => 12),
        today,
        new Set(),
      ),
    ).toEqual({ lately: 10, ahead: 12, yearBefore: 5 })
  })
  it('leave set-aside and unread days out', () => {
    const history = steady(today - 28, today, (d) => (d === today - 1 ? 1000 : d === today - 2 ? null : 10))
    expect(
      levelsOf(
        history,
        steady(today, today, () => 0),
        today,
        new Set([today - 1]),
      ),
    ).toEqual({ lately: 10, ahead: null, yearBefore: null })
  })
})

describe('the shape of the week', () => {
  it('is each weekday against the average day', () => {
    const weekly = (d: number) => (d % 7 === 0 ? 8 : 1)
    const shape = weekdayShape(steady(0, today, weekly), steady(today, today + 28, weekly), today, new Set(), 1)
    expect(shape).toHaveLength(7)
    expect(shape[0]?.weekday).toBe(1)
    for (const d of shape) {
      expect(d.lately).toBeCloseTo(d.weekday === 4 ? 4 : 0.5)
      expect(d.ahead).toBeCloseTo(d.lately ?? 0)
    }
  })
  it('of nothing is nothing', () => {
    expect(
      weekdayShape(
        steady(today, today, () => 0),
        steady(today, today, () => 0),
        today,
        new Set(),
        0,
      )[0],
    ).toEqual({ weekday: 0, lately: null, ahead: null })
  })
})

describe('weeks like the coming one', () => {
  it('are found by their days, the nearest first', () => {
    const history = steady(today - 70, today, (d) => Math.floor((today - 1 - d) / 7))
    const found = similarWeeks(
      history,
      steady(today, today + 7, () => 4),
      today,
      2,
    )
    expect(found[0]).toEqual({ from: today - 35, contacts: 28, apart: 0 })
    expect(found).toHaveLength(2)
  })
  it('are none where the forecast is empty or too short', () => {
    expect(
      similarWeeks(
        steady(0, today, () => 1),
        steady(today, today + 6, () => 1),
        today,
      ),
    ).toEqual([])
    expect(
      similarWeeks(
        steady(0, today, () => 1),
        steady(today, today + 7, () => 0),
        today,
      ),
    ).toEqual([])
  })
})
