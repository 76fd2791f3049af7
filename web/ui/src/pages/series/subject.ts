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
