import type { Schemas } from '../../api/client'
import type { Format } from '../../lib/format'
import { parseDay } from '../../lib/day'
import type { StateWords } from './states'

type There = Schemas['TargetForecast']

/** originOf says who made a forecast at the target, which weeks it covers where it is more than one, and when it was changed last. */
export function originOf(there: There, f: Format): string {
  const parts = ['by ' + makerOf(there)]
  if ((there.weeks ?? 1) > 1)
    parts.push(`${there.weeks} weeks` + (there.start ? ` from ${f.dayLong(parseDay(there.start))}` : ''))
  if (there.modified_at) parts.push('changed ' + f.instant(there.modified_at))
  if (there.not_for_scheduling) parts.push('not for scheduling')
  return parts.join(', ')
}

/** makerOf says who made a forecast at the target: wrapcast, another import, or Genesys by which of its methods. */
export function makerOf(there: There): string {
  if (there.plan) return 'wrapcast'
  if (there.method === 'Import') return 'another import'
  return there.method ? `Genesys Cloud (${there.method})` : 'Genesys Cloud'
}

/** nameOf is what a forecast at the target is called, without the id that wrapcast puts at the end. */
export function nameOf(there: There): string {
  return there.plan ? there.description.replace(` · ${there.plan}`, '') : there.description
}

/** headWords says of a plan in a list whether anything stands in its way. */
export function headWords(plan: Pick<Schemas['PlanHead'], 'refusals' | 'held_by_silence' | 'unchanged'>): StateWords {
  if (plan.refusals) return { sign: '■', words: `${plan.refusals} blocking`, tone: 'bad' }
  if (plan.held_by_silence) return { sign: '■', words: 'no contacts: to be accepted', tone: 'bad' }
  return { sign: '●', words: plan.unchanged ? 'unchanged' : 'passed', tone: 'good' }
}

/** checkWords says whether anything stands in the way of a plan. */
export function checkWords(
  plan: Pick<Schemas['PlanSummary'], 'against' | 'silences' | 'stops' | 'unread' | 'unchanged'>,
): StateWords {
  if (plan.against.length) return { sign: '■', words: 'cannot be submitted', tone: 'bad' }
  if (plan.silences.some((s) => !s.accepted)) return { sign: '■', words: 'no contacts: to be accepted', tone: 'bad' }
  if (plan.unread) return { sign: '▲', words: 'what changes is unknown', tone: 'warn' }
  if (plan.stops.length) return { sign: '▲', words: `exceeds limits (${plan.stops.length})`, tone: 'warn' }
  if (plan.unchanged) return { sign: '●', words: 'unchanged', tone: 'good' }
  return { sign: '●', words: 'passed', tone: 'good' }
}
