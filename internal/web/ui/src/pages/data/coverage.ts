import { dayText, parseDay, type Day } from '../../lib/day'

/** Month is how much of a month was read. */
export interface Month {
  /** 2026-11. */
  month: string
  first: Day
  days: number
  read: number
  contacts: number
}

/** months counts days that were read and their contacts, month by month. */
export function months(from: string, handled: (number | null)[]): Month[] {
  const found: Month[] = []
  handled.forEach((value, i) => {
    const day = parseDay(from) + i
    const name = dayText(day).slice(0, 7)
    let month = found.at(-1)
    if (month?.month !== name) found.push((month = { month: name, first: day, days: 0, read: 0, contacts: 0 }))
    month.days++
    if (value !== null) {
      month.read++
      month.contacts += value
    }
  })
  return found
}
