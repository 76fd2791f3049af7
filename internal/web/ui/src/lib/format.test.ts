import { describe, expect, it } from 'vitest'
import { parseDay } from './day'
import { Format, Missing } from './format'

const british = new Format('en-GB', 'Europe/London')
const german = new Format('de-DE', 'America/New_York')

describe('numbers', () => {
  it('are written as the reader’s language does', () => {
    expect(british.count(12345.6)).toBe('12,346')
    expect(german.count(12345.6)).toBe('12.346')
    expect(german.percent(0.855, 1)).toBe('85,5\u00a0%')
    expect(british.change(0.12)).toBe('+12%')
    expect(british.decimal(0.5)).toBe('0.50')
  })
  it('of contacts have a decimal only where it tells something', () => {
    expect(british.count(0.04)).toBe('0')
    expect(british.count(9.94)).toBe('9.9')
    expect(british.count(9.96)).toBe('10')
    expect(british.difference(-3.26)).toBe('-3.3')
  })
  it('are never minus zero', () => {
    expect(british.count(-0.01)).toBe('0')
    expect(british.change(-0.001)).toBe('0%')
    expect(british.difference(-0.0001)).toBe('0')
  })
  it('that were not measured are a dash', () => {
    for (const nothing of [null, undefined, NaN])
      expect([
        british.count(nothing),
        british.percent(nothing),
        british.range(nothing, 1),
        british.took(nothing),
        british.duration(nothing),
      ]).toEqual(Array(5).fill(Missing))
  })
})

describe('times', () => {
  it('are in the organisation’s zone', () => {
    expect(british.time('2026-07-01T23:30:00Z')).toBe('00:30')
    expect(german.time('2026-07-01T23:30:00Z')).toBe('19:30')
  })
  it('of days have no zone', () => {
    expect(british.day(parseDay('2026-11-23'))).toBe('Mon 23 Nov')
    expect(german.day(parseDay('2026-11-23'))).toBe('Mo., 23. Nov.')
    expect(british.weekdayName(0)).toBe('Sun')
    expect(british.weekdayName(6)).toBe('Sat')
  })
  it('that things took are in the unit people use', () => {
    expect(british.took(12)).toBe('12 ms')
    expect(british.took(11852)).toBe('11.9 s')
    expect(british.took(125000)).toBe('2 min 5 s')
    expect(british.duration(302.4)).toBe('5:02')
  })
})
