import { weekday, type Day } from './day'

type Values = (number | null)[]

/** Course is a series of days: one value per day from a day on. */
export interface Course {
  from: Day
  values: Values
}

/** Levels say how much a day has on average: lately, as forecast, and at the same time a year before. */
export interface Levels {
  lately: number | null
  ahead: number | null
  /** The days that are forecast, 52 weeks earlier. */
  yearBefore: number | null
}

const fourWeeks = 28

/** levelsOf compares four weeks back, four weeks ahead and those a year before; set-aside days do not count. */
export function levelsOf(history: Course, forecast: Course, today: Day, setAside: ReadonlySet<Day>): Levels {
  const past = (from: Day) => range(history, from, from + fourWeeks).filter((d) => !setAside.has(d.day))
  return {
    lately: mean(past(today - fourWeeks).map((d) => d.value)),
    ahead: mean(range(forecast, today, today + fourWeeks).map((d) => d.value)),
    yearBefore: mean(past(today - 364).map((d) => d.value)),
  }
}

/** WeekdayShape is a weekday's share of an average day: 1 is as every day, 1.2 a fifth more. */
export interface WeekdayShape {
  /** 0 is Sunday. */
  weekday: number
  lately: number | null
  ahead: number | null
}

/** weekdayShape compares how weekdays differ in the last eight weeks and in the forecast. */
export function weekdayShape(
  history: Course,
  forecast: Course,
  today: Day,
  setAside: ReadonlySet<Day>,
  weekStart: number,
): WeekdayShape[] {
  const past = range(history, today - 56, today).filter((d) => !setAside.has(d.day))
  const ahead = range(forecast, today, today + fourWeeks)
  const [was, will] = [mean(past.map((d) => d.value)), mean(ahead.map((d) => d.value))]
  return Array.from({ length: 7 }, (_, i) => {
    const day = (weekStart + i) % 7
    const of = (all: Point[], level: number | null) =>
      share(mean(all.filter((d) => weekday(d.day) === day).map((d) => d.value)), level)
    return { weekday: day, lately: of(past, was), ahead: of(ahead, will) }
  })
}

/** SimilarWeek is a week of the past that was like the coming one. */
export interface SimilarWeek {
  /** Its first day. */
  from: Day
  contacts: number
  /** How far its days are off the coming week's, as a share of the coming week. */
  apart: number
}

/** similarWeeks finds the past weeks whose days are nearest to the coming seven, the nearest first. */
export function similarWeeks(history: Course, forecast: Course, today: Day, most = 3): SimilarWeek[] {
  const coming = range(forecast, today, today + 7)
  const sum = coming.reduce((s, d) => s + d.value, 0)
  if (coming.length < 7 || sum <= 0) return []
  const weeks: SimilarWeek[] = []
  for (let from = today - 7; from >= history.from; from -= 7) {
    const week = range(history, from, from + 7)
    if (week.length < 7) continue
    const off = week.reduce((s, d, i) => s + Math.abs(d.value - (coming[i]?.value ?? 0)), 0)
    weeks.push({ from, contacts: week.reduce((s, d) => s + d.value, 0), apart: off / sum })
  }
  return weeks.sort((a, b) => a.apart - b.apart).slice(0, most)
}

interface Point {
  day: Day
  value: number
}

function range(course: Course, from: Day, to: Day): Point[] {
  const found: Point[] = []
  for (let day = from; day < to; day++) {
    const value = course.values[day - course.from]
    if (value !== null && value !== undefined) found.push({ day, value })
  }
  return found
}

function mean(values: number[]): number | null {
  return values.length ? values.reduce((s, v) => s + v, 0) / values.length : null
}

function share(part: number | null, whole: number | null): number | null {
  return part !== null && whole ? part / whole : null
}
