import type { Schemas } from '../../api/client'
import { known, type Format } from '../../lib/format'

/** Kind is what is judged. */
export type Kind = Schemas['SubjectAccuracy']['kind']
type Lead = 1 | 7 | 14 | 28 | 42
type Judged = Schemas['LeadAccuracy']

/** kinds are what can be listed, in words. */
export const kinds: { id: Kind; title: string }[] = [
  { id: 'code', title: 'Codes' },
  { id: 'queue', title: 'Queues' },
  { id: 'planning_group', title: 'Planning groups' },
]
const names: Record<Kind, string> = {
  code: 'Single codes',
  queue: 'Single queues',
  planning_group: 'Planning groups',
  total: 'All contacts',
}

/** kindName names a level. */
export function kindName(kind: Kind): string {
  return names[kind]
}

/** Choice is what somebody looks at: which things are listed, at which lead, and the one that is replayed. */
export interface Choice {
  list: Kind
  lead: Lead
  kind: Kind
  id: string
  search: string
  sort: 'name' | 'contacts' | 'wape' | 'bias' | 'coverage'
  order: 'asc' | 'desc'
}

const leads: Lead[] = [1, 7, 14, 28, 42]
const sorts: Choice['sort'][] = ['name', 'contacts', 'wape', 'bias', 'coverage']

/** choiceOf reads it from an address; a week ahead, when schedules are made, unless nothing was judged there. */
export function choiceOf(query: Record<string, string>, judged: number[]): Choice {
  const wished = leads.find((l) => String(l) === query.lead) ?? 7
  const lead = judged.includes(wished) ? wished : (leads.find((l) => judged.includes(l)) ?? wished)
  const sort = sorts.find((s) => s === query.sort) ?? 'contacts'
  const order = query.order === 'asc' || query.order === 'desc' ? query.order : sort === 'name' ? 'asc' : 'desc'
  const kind = (Object.keys(names) as Kind[]).find((k) => k === query.kind) ?? 'total'
  return {
    list: kinds.find((k) => k.id === query.list)?.id ?? 'code',
    lead,
    kind,
    id: query.id ?? '',
    search: query.search ?? '',
    sort,
    order,
  }
}

/** leadWords says how many days before a day its forecast was made. */
export function leadWords(days: number): string {
  return days === 1 ? '1 day out' : `${days} days out`
}

/** biasWords says which way a forecast leans, with an arrow: never by colour alone. */
export function biasWords(bias: number | null | undefined, f: Format): string {
  if (!known(bias)) return f.change(bias)
  return `${Math.abs(bias) < 0.005 ? '' : bias > 0 ? '▲ ' : '▼ '}${f.change(bias, 1)}`
}

/** added is the accuracy overrides added: how much WAPE fell because of them, in points of a fraction; null where there were none. */
export function added(j: Judged | undefined): number | null {
  const before = j?.without_overrides?.wape
  return j && known(before) && known(j.wape) ? before - j.wape : null
}

/** at is what was judged at a lead. */
export function at(all: Judged[], lead: number): Judged | undefined {
  return all.find((l) => l.lead === lead)
}
