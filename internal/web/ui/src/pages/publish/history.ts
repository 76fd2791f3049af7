import type { Schemas } from '../../api/client'
import { parseDay } from '../../lib/day'

type Head = Schemas['PlanHead']

/** Week is how a week stands: its newest plan, and the one the target has. */
export interface Week {
  week: string
  newest: Head
  holding: Head | undefined
}

/** holding is the plan that the target has: the one that was published last. */
export function holding(plans: Head[]): Head | undefined {
  const published = plans.filter((p) => p.submission?.state === 'completed')
  return published.sort((a, b) => (b.submission?.updated_at ?? '').localeCompare(a.submission?.updated_at ?? ''))[0]
}

/** weeksOf lists the weeks that are not over on a day, the nearest first; plans come the latest first. */
export function weeksOf(plans: Head[], today: string): Week[] {
  const byWeek = new Map<string, Head[]>()
  for (const p of plans) {
    if (p.week && parseDay(p.week) + 6 >= parseDay(today)) byWeek.set(p.week, [...(byWeek.get(p.week) ?? []), p])
  }
  return [...byWeek]
    .sort(([a], [b]) => a.localeCompare(b))
    .flatMap(([week, all]) => (all[0] ? [{ week, newest: all[0], holding: holding(all) }] : []))
}
