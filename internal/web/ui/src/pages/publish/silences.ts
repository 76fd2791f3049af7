import type { Schemas } from '../../api/client'

type Silence = Schemas['Silence']

/** nameless reports whether something is a queue whose name nobody knows: its groups say more. */
const nameless = (s: Silence) =>
  s.kind === 'queue' && (s.name === s.id || s.name.endsWith('(not visible to this client)'))

/** heldOf are the silences that nobody has accepted, without groups that a silent queue of theirs, or the organisation, covers. */
export function heldOf(silences: readonly Silence[]): Silence[] {
  const held = silences.filter((s) => !s.accepted)
  const whole = held.filter((s) => s.kind === 'total')
  if (whole.length) return whole
  const queues = new Set(held.filter((s) => s.kind === 'queue' && !nameless(s)).map((s) => s.id))
  const covered = (s: Silence) =>
    s.kind === 'planning_group' && s.queues?.length && s.queues.every((q) => queues.has(q))
  const named = (s: Silence) => !nameless(s) || !held.some((g) => g.queues?.length === 1 && g.queues[0] === s.id)
  return held.filter((s) => !covered(s) && named(s))
}

/** kindOf says what a silent thing is, with a space after; nothing of the organisation, or where its name says it. */
export function kindOf(kind: string, name = ''): string {
  if (kind === 'queue' && name.startsWith('queue ')) return ''
  return { queue: 'Queue ', planning_group: 'Planning group ' }[kind] ?? ''
}

/** byCause puts those together that have the same likely cause, in their order. */
export function byCause(silences: readonly Silence[]): { likely: string; advice: string; silences: Silence[] }[] {
  const causes = new Map<string, Silence[]>()
  for (const s of silences) causes.set(s.likely, [...(causes.get(s.likely) ?? []), s])
  return [...causes].map(([likely, of]) => ({ likely, advice: of[0]?.advice ?? '', silences: of }))
}
