import type { Day } from './day'

/** Missing is how a figure that was not measured is shown. */
export const Missing = '–'

type Figure = number | null | undefined

/** Format writes numbers and times for people: numbers by the reader's locale, times in the organisation's zone. */
export class Format {
  readonly #numbers = new Map<string, Intl.NumberFormat>()
  readonly #dates = new Map<string, Intl.DateTimeFormat>()

  constructor(
    readonly locale: string | undefined,
    readonly zone: string,
  ) {}

  #number(key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
    let f = this.#numbers.get(key)
    if (!f) this.#numbers.set(key, (f = new Intl.NumberFormat(this.locale, options)))
    return f
  }

  #date(key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    let f = this.#dates.get(key)
    if (!f) this.#dates.set(key, (f = new Intl.DateTimeFormat(this.locale, options)))
    return f
  }

  /** count is a number of contacts: whole from ten on, one decimal below where it has one. */
  count(value: Figure): string {
    if (!known(value)) return Missing
    const digits = Math.abs(value) < 9.95 ? 1 : 0
    return this.#number('count' + digits, { maximumFractionDigits: digits }).format(zeroFree(value, digits))
  }

  /** decimal is a number with so many digits after the point. */
  decimal(value: Figure, digits = 2): string {
    if (!known(value)) return Missing
    return this.#number('decimal' + digits, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
      zeroFree(value, digits),
    )
  }

  /** percent writes a fraction: 0.85 is 85 %. */
  percent(value: Figure, digits = 0): string {
    if (!known(value)) return Missing
    return this.#number('percent' + digits, {
      style: 'percent',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(zeroFree(value, digits + 2))
  }

  /** change writes a fraction with its sign: 0.1 is +10 %. */
  change(value: Figure, digits = 0): string {
    if (!known(value)) return Missing
    return this.#number('change' + digits, {
      style: 'percent',
      signDisplay: 'exceptZero',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(zeroFree(value, digits + 2))
  }

  /** difference writes a number of contacts with its sign. */
  difference(value: Figure): string {
    if (!known(value)) return Missing
    const digits = Math.abs(value) < 9.95 ? 1 : 0
    return this.#number('difference' + digits, { signDisplay: 'exceptZero', maximumFractionDigits: digits }).format(
      zeroFree(value, digits),
    )
  }

  /** range is two counts: 80–328. */
  range(low: Figure, high: Figure): string {
    if (!known(low) || !known(high)) return Missing
    return this.count(low) + '–' + this.count(high)
  }

  /** duration is a handle time: 5:02 are five minutes and two seconds. */
  duration(seconds: Figure): string {
    if (!known(seconds)) return Missing
    const s = Math.round(seconds)
    return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`
  }

  /** took is how long something lasted, in the unit people would use. */
  took(ms: Figure): string {
    if (!known(ms)) return Missing
    if (ms < 1000) return `${this.count(Math.round(ms))} ms`
    if (ms < 60_000) return `${this.decimal(ms / 1000, 1)} s`
    return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
  }

  /** day writes a local day: Mon 23 Nov. */
  day(day: Day): string {
    return this.#date('day', { timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short' }).format(
      day * 86_400_000,
    )
  }

  /** dayLong writes a local day with its year: Mon 23 Nov 2026. */
  dayLong(day: Day): string {
    return this.#date('dayLong', {
      timeZone: 'UTC',
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
    }).format(day * 86_400_000)
  }

  /** dayAndMonth writes 23 Nov. */
  dayAndMonth(day: Day): string {
    return this.#date('dayAndMonth', { timeZone: 'UTC', day: 'numeric', month: 'short' }).format(day * 86_400_000)
  }

  /** month writes Nov 2026. */
  month(day: Day): string {
    return this.#date('month', { timeZone: 'UTC', month: 'short', year: 'numeric' }).format(day * 86_400_000)
  }

  /** weekdayName of 0 (Sunday) to 6. */
  weekdayName(weekday: number): string {
    return this.#date('weekday', { timeZone: 'UTC', weekday: 'short' }).format((weekday + 3) * 86_400_000)
  }

  /** time writes an instant's time of day in the organisation's zone. */
  time(instant: string | number | Date): string {
    return this.#date('time', { timeZone: this.zone, hour: '2-digit', minute: '2-digit' }).format(new Date(instant))
  }

  /** instant writes day and time in the organisation's zone. */
  instant(instant: string | number | Date | undefined | null): string {
    if (!instant) return Missing
    return this.#date('instant', {
      timeZone: this.zone,
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
    }).format(new Date(instant))
  }

  /** moment writes an instant to the second, for logs. */
  moment(instant: string | number | Date): string {
    return this.#date('moment', {
      timeZone: this.zone,
      day: '2-digit',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    }).format(new Date(instant))
  }
}

/** known reports whether there is a figure. */
export function known(value: Figure): value is number {
  return value !== null && value !== undefined && !Number.isNaN(value)
}

/** zeroFree avoids -0 and "-0 %" of tiny negative figures. */
function zeroFree(value: number, digits: number): number {
  return Math.abs(value) < 0.5 * 10 ** -digits ? 0 : value
}
