import type { Schemas } from '../../api/client'

type Columns = Schemas['DiffColumns']
type Figures = (number | null)[]

/** Row is one planning group, or all of them, before and after. The week is its first seven days; the eighth is sent along. */
export interface Row {
  id: string
  name: string
  /** Only the plan has it, or only the target. */
  only?: 'plan' | 'target'
  old: Figures
  new: Figures
  oldHandle: Figures
  newHandle: Figures
  weekOld: number
  weekNew: number
  weekOldHandle: number | null
  weekNewHandle: number | null
}

const days = 7

/** rowOf adds a planning group's week up. */
export function rowOf(id: string, name: string, c: Columns, only?: Row['only']): Row {
  return {
    id,
    name,
    ...(only && { only }),
    old: c.old,
    new: c.new,
    oldHandle: c.old_handle_seconds,
    newHandle: c.new_handle_seconds,
    weekOld: sum(c.old),
    weekNew: sum(c.new),
    weekOldHandle: weighed(c.old, c.old_handle_seconds),
    weekNewHandle: weighed(c.new, c.new_handle_seconds),
  }
}

/** rowsOf lists the groups of a diff, the largest first. */
export function rowsOf(diff: Schemas['PlanDiff']): Row[] {
  return diff.groups
    .map((g) => rowOf(g.group, g.name, g, g.added ? 'plan' : g.removed ? 'target' : undefined))
    .sort((a, b) => Math.max(b.weekNew, b.weekOld) - Math.max(a.weekNew, a.weekOld))
}

/** changeOf is how much more the plan has, as a share of what the target has; null where that has nothing. */
export function changeOf(before: number | null | undefined, after: number | null | undefined): number | null {
  return before && after != null ? after / before - 1 : null
}

function sum(values: Figures): number {
  return values.slice(0, days).reduce<number>((s, v) => s + (v ?? 0), 0)
}

/** weighed is the mean handle time of the week, by its contacts; null where there are none. */
function weighed(contacts: Figures, seconds: Figures): number | null {
  const all = sum(contacts)
  const handled = contacts.slice(0, days).reduce<number>((s, v, i) => s + (v ?? 0) * (seconds[i] ?? 0), 0)
  return all > 0 ? handled / all : null
}
