import { describe, expect, it } from 'vitest'
import { cronOf, cronWords, every, rhythmOf } from './cron'

const weekday = (day: number) => ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][day] ?? ''

describe('schedules', () => {
  it('are the same written and read', () => {
    for (const days of [every, [1, 2, 3, 4, 5], [0, 6], [3]])
      expect(rhythmOf(cronOf({ time: '02:05', days }))).toEqual({ time: '02:05', days })
  })
  it('are said in words', () => {
    expect(cronWords('0 2 * * *', weekday)).toBe('every day at 02:00')
    expect(cronWords('30 18 * * 1-5', weekday)).toBe('Monday to Friday at 18:30')
    expect(cronWords('0 6 * * 1,4', weekday)).toBe('Mon, Thu at 06:00')
  })
  it('that words do not cover stay as they are written', () => {
    for (const cron of ['*/15 * * * *', '0 2 1 * *', '@daily', '0 2 * * 7-9'])
      expect(cronWords(cron, weekday)).toBe(cron)
  })
})
