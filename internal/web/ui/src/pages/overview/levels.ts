import type { Schemas } from '../../api/client'
import { parseDay } from '../../lib/day'
import { at } from '../accuracy/choice'

type Kind = Schemas['LevelBacktest']['kind']

/** Row is the accuracy of one level: how far off a day's forecast was. */
export interface Row {
  kind: Kind
  name: string
  wape: number | null
  bias: number | null
  coverage: number | null
}

// What matters to a planner comes first.
const order: { kind: Kind; name: string }[] = [
  { kind: 'total', name: 'All contacts' },
  { kind: 'queue', name: 'Queues' },
  { kind: 'planning_group', name: 'Planning groups' },
  { kind: 'code', name: 'Wrap-up codes' },
]

/** planLead is how many days ahead published forecasts are shown here: a week, when schedules are made. */
export const planLead = 7

/** fromPublished has the accuracy of published forecasts, a week ahead; undefined where none can be judged yet. */
export function fromPublished(
  report: Schemas['AccuracyBody'] | undefined,
): { rows: Row[]; level: number; from: number; to: number } | undefined {
  if (report?.source !== 'published') return undefined
  const rows = order.flatMap(({ kind, name }) => {
    const judged = at(report.levels.find((l) => l.kind === kind)?.leads ?? [], planLead)
    return judged ? [{ kind, name, wape: judged.wape, bias: judged.bias, coverage: judged.coverage }] : []
  })
  return rows.length ? { rows, level: report.level, from: parseDay(report.from), to: parseDay(report.to) } : undefined
}

/** fromBacktest has the accuracy of the latest forecast on its own past; of codes alone where it is an old one. */
export function fromBacktest(
  levels: Schemas['LevelBacktest'][],
  codes: Schemas['Accuracy'] | undefined,
): { rows: Row[]; level: number } {
  const all = levels.length || !codes ? levels : [{ ...codes, kind: 'code' as const }]
  const rows = order.flatMap(({ kind, name }) => {
    const l = all.find((x) => x.kind === kind)
    return l ? [{ kind, name, wape: l.wape, bias: l.bias, coverage: l.coverage }] : []
  })
  return { rows, level: all[0]?.level ?? 0 }
}
