import { dayMark } from '../../charts/build'
import type { Schemas } from '../../api/client'
import type { Mark } from '../../charts/model'
import type { Format } from '../../lib/format'
import { changeWords } from '../../lib/override'
import { idOf, type Subject } from './subject'
import type { SubjectData } from './subject-data'

/** marksOf lists the marks of the chart: excluded days, special days, overridden days. */
export function marksOf(data: SubjectData, format: Format): Mark[] {
  return [
    ...(data.report?.masks ?? []).map((m) => dayMark('mask', m.day, m.day, `Excluded: ${m.reason}`)),
    ...data.named.map((d) => dayMark(d.kind, d.day, d.day, d.never_before ? `${d.name} (never before)` : d.name)),
    ...data.overrides
      .filter((o) => o.state === 'in use' || o.state === 'past')
      .map((o) =>
        dayMark('override', o.from, o.to, `${changeWords(o.kind, o.value, format)} by ${o.author}: ${o.reason}`),
      ),
  ]
}

/** proposedFor is what a change would make of the subject; undefined where the preview does not tell, as of one code in one queue. */
export function proposedFor(subject: Subject, preview: Schemas['OverridePreview']): (number | null)[] | undefined {
  const { code, queue } = subject
  if (code && queue) return undefined
  const moved = code
    ? preview.codes.find((c) => (c.id ?? '') === idOf(code))
    : queue
      ? preview.queues.find((q) => (q.id ?? '') === idOf(queue))
      : preview.total
  return moved && changedDays(moved)
}

/** changedDays is a thing after a change, on the days that change and those beside them: the rest is drawn already. */
export function changedDays(m: Schemas['MovedForecast']): (number | null)[] {
  return m.after.map((v, i) => ([i - 1, i, i + 1].some((j) => m.after[j] !== m.before[j]) ? v : null))
}
