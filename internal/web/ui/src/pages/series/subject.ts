import type { Place } from '../../lib/router.svelte'

/** Subject is what is looked at: a code, a queue, a code in a queue, or everything. */
export interface Subject {
  /** As the API's query takes them; "none" is the empty id. */
  code?: string
  queue?: string
}

/** subjectOf reads the subject from an address. */
export function subjectOf(place: Place): Subject {
  const [page, id] = place.path
  if (page === 'code' && id) return place.query.queue ? { code: id, queue: place.query.queue } : { code: id }
  if (page === 'queue' && id) return { queue: id }
  return {}
}

/** scopeOf is the subject as a change names it. */
export function scopeOf(subject: Subject): { codes?: string[]; queues?: string[] } {
  return {
    ...(subject.code && { codes: [idOf(subject.code)] }),
    ...(subject.queue && { queues: [idOf(subject.queue)] }),
  }
}

/** idOf turns what stands in an address into an id. */
export function idOf(text: string): string {
  return text === 'none' ? '' : text
}
