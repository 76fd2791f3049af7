import type { Schemas } from '../../api/client'
import type { Format } from '../../lib/format'

type Group = Schemas['StaffGroup']

/** certainties are the shares of futures that can be asked for. */
export const certainties = [
  { id: '0.8', title: '8 in 10' },
  { id: '0.9', title: '9 in 10' },
  { id: '0.95', title: '19 in 20' },
] as const

/** certaintyOf is the certainty of an address, 9 in 10 where it says none or nonsense. */
export function certaintyOf(text: string | undefined): (typeof certainties)[number] {
  return certainties.find((c) => c.id === text) ?? certainties[1]
}

/** length writes seconds as people do: 20 s, 3 min, 24 h. */
export function length(seconds: number): string {
  if (seconds >= 3600 && seconds % 3600 === 0) return `${seconds / 3600} h`
  if (seconds >= 60 && seconds % 60 === 0) return `${seconds / 60} min`
  return `${seconds} s`
}

/** served says in short how the contacts of a planning group are served. */
export function served(g: Group, f: Format): string {
  const s = g.service
  if (s.promise_seconds) return `done within ${length(s.promise_seconds)}`
  const parts: string[] = []
  if (s.service_level) parts.push(`${f.percent(s.service_level)} within ${length(s.within_seconds ?? 0)}`)
  if (s.asa_seconds) parts.push(`mean wait ${length(s.asa_seconds)}`)
  if (s.max_abandoned) parts.push(`at most ${f.percent(s.max_abandoned)} give up`)
  if (s.max_occupancy) parts.push(`at most ${f.percent(s.max_occupancy)} busy`)
  return parts.join(', ')
}

/** goalSource says where the goal of a planning group comes from; nothing where the settings name the group. */
export function goalSource(g: Group): string {
  if (g.indicative) return ', indicative'
  return g.service.source === 'platform' ? `, Genesys: ${g.service.template ?? ''}` : ''
}

/** sentences says of a week what its busiest quarter-hour needs, and what of it the largest wrap-up codes are. */
export function sentences(week: Schemas['Stretch'], odds: string, currency: string, f: Format): string[] {
  const out = [`Busiest quarter-hour: ${f.count(week.peak_mean)}; for ${odds} futures, ${f.count(week.peak_surer)}.`]
  const whole = week.reasons.reduce((sum, r) => sum + r.heads, 0)
  if (whole) out.push(`While anybody is needed it is ${f.count(whole)} on average.`)
  for (const r of week.reasons.filter((r) => r.heads >= 0.05).slice(0, 3)) {
    const cost = typeof r.cost_an_hour_of_ten_percent === 'number'
    const more = cost ? `, ${money(r.cost_an_hour_of_ten_percent, currency, f)} an hour` : ''
    out.push(
      `${r.name} is ${f.count(r.heads)} of the ${f.count(whole)}; its uncertainty costs ${f.difference(r.heads_of_certainty)}; ` +
        `ten per cent more of it costs ${f.difference(r.heads_of_ten_percent)}${more}.`,
    )
  }
  return out
}

/** money writes an amount in the currency of the settings; '–' where nothing is said of costs. */
export function money(amount: number | null | undefined, currency: string, f: Format): string {
  return typeof amount === 'number' ? `${f.count(Math.round(amount))} ${currency}` : '–'
}
