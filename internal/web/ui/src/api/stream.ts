import type { paths } from './schema.gen'
import { address, scoped } from './client'

type EventsOf<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: { content: { 'text/event-stream': (infer E)[] } } } }
}
  ? E
  : never
/** Streams are the paths that tell of what happens as it happens. */
export type Streams = { [P in keyof paths]: [EventsOf<P>] extends [never] ? never : P }[keyof paths]
type Hearers<E> = E extends { event: infer N extends string; data: infer D }
  ? { [name in N]: (data: D) => void }
  : never
type All<U> = (U extends unknown ? (one: U) => void : never) extends (every: infer I) => void ? I : never

/** Hears are what is called for each kind of event of a path; the types come from the document. */
export type Hears<P extends Streams> = Partial<All<Hearers<EventsOf<P>>>>

/** watch listens to a path until it is stopped. After a break the browser connects again and goes on where it was; lost tells of breaks and of their end. */
export function watch<P extends Streams>(
  path: P,
  params: Record<string, string>,
  on: Hears<P>,
  lost: (now: boolean) => void = () => {},
): () => void {
  const source = new EventSource(address(path, params, scoped(path, {})))
  for (const [name, hear] of Object.entries(on)) {
    source.addEventListener(name, (event) =>
      (hear as (data: unknown) => void)(JSON.parse((event as MessageEvent<string>).data)),
    )
  }
  source.onopen = () => lost(false)
  source.onerror = () => lost(true)
  return () => source.close()
}
