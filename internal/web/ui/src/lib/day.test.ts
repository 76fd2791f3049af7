import { describe, expect, it } from 'vitest'
import { dayText, localDay, midnight, parseDay, sameDayLastYear, weekday } from './day'

describe('days', () => {
  it('are the same read and written, through leap years and before 1970', () => {
    for (const text of ['1969-12-31', '2024-02-29', '2026-11-23', '2100-01-01'])
      expect(dayText(parseDay(text))).toBe(text)
  })
  it('know their weekday, before 1970 too', () => {
    expect(weekday(parseDay('2026-11-23'))).toBe(1)
    expect(weekday(parseDay('1969-12-28'))).toBe(0)
  })
  it('a year before are the same weekday', () => {
    const day = parseDay('2026-11-23')
    expect(weekday(sameDayLastYear(day))).toBe(weekday(day))
  })
  it('of an instant depend on the zone', () => {
    const instant = new Date('2026-11-23T04:30:00Z')
    expect(dayText(localDay(instant, 'America/New_York'))).toBe('2026-11-22')
    expect(dayText(localDay(instant, 'Europe/Berlin'))).toBe('2026-11-23')
  })
})

describe('midnight', () => {
  const at = (day: string, zone: string) => new Date(midnight(parseDay(day), zone)).toISOString()
  it('follows the clock changes', () => {
    expect(at('2026-03-08', 'America/New_York')).toBe('2026-03-08T05:00:00.000Z')
    expect(at('2026-03-09', 'America/New_York')).toBe('2026-03-09T04:00:00.000Z')
    expect(at('2026-11-01', 'America/New_York')).toBe('2026-11-01T04:00:00.000Z')
    expect(at('2026-11-02', 'America/New_York')).toBe('2026-11-02T05:00:00.000Z')
    expect(at('2026-10-04', 'Australia/Lord_Howe')).toBe('2026-10-03T13:30:00.000Z')
  })
  it('that never was is the first instant of the day', () => {
    expect(at('2026-04-24', 'Africa/Cairo')).toBe('2026-04-23T22:00:00.000Z') // clocks sprang from 00:00 to 01:00
    expect(dayText(localDay(new Date(midnight(parseDay('2026-04-24'), 'Africa/Cairo')), 'Africa/Cairo'))).toBe(
      '2026-04-24',
    )
  })
})
