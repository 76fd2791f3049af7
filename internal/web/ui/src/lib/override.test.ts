import { describe, expect, it } from 'vitest'
import { parseDay } from './day'
import { Format } from './format'
import { bounds, changeWords, daysWords, sumBetween } from './override'

const format = new Format('en-GB', 'UTC')

describe('an override', () => {
  it('is said in words', () => {
    expect(changeWords('percent', 12, format)).toBe('+12%')
    expect(changeWords('percent', -2.5, format)).toBe('-2.5%')
    expect(changeWords('set', 50, format)).toBe('50 a day')
    expect(changeWords('add', -5, format)).toBe('-5 a day')
  })
  it('has one day or several', () => {
    expect(daysWords('2026-11-23', '2026-11-23', format)).toBe('Mon, 23 Nov 2026')
    expect(daysWords('2026-11-23', '2026-11-24', format)).toBe('Mon, 23 Nov 2026 to Tue, 24 Nov 2026')
  })
  it('is counted over its days, as far as there are any', () => {
    expect(sumBetween('2026-11-23', [1, 2, null, 4], '2026-11-24', '2026-11-30')).toBe(6)
    expect(sumBetween('2026-11-23', [1, 2], '2026-12-01', '2026-12-02')).toBe(0)
  })
  it('begins today at the earliest', () => {
    expect(bounds({ from: '2026-11-20', days: 10 }, parseDay('2026-11-23'))).toEqual({
      first: '2026-11-23',
      last: '2026-11-29',
    })
  })
})
