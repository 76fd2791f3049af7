import type { components, paths } from './schema.gen'
import { Problem, problemOf } from './problem'

/** Schemas are the types of the API's document. */
export type Schemas = components['schemas']

type Method = 'get' | 'post' | 'put' | 'delete' | 'patch'
type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>
/** PathsWith are the paths that have a method. */
export type PathsWith<M extends Method> = {
  [P in keyof paths]: [paths[P][M]] extends [undefined] ? never : P
}[keyof paths]

type Params<O> = O extends { parameters: infer P } ? P : never
type PathParams<O> = Params<O> extends { path: infer P } ? P : undefined
type Query<O> = Params<O> extends { query?: infer Q } ? Q : undefined
type Body<O> = O extends { requestBody?: { content: { 'application/json': infer B } } } ? B : undefined
type Ok<R> = 200 extends keyof R ? R[200] : 201 extends keyof R ? R[201] : 202 extends keyof R ? R[202] : undefined
/** Answer is what a path answers. */
export type Answer<P extends keyof paths, M extends Method = 'get'> =
  Operation<P, M> extends { responses: infer R }
    ? Ok<R> extends { content: { 'application/json': infer A } }
      ? A
      : undefined
    : never

/** Request is what a call takes; the types come from the document, so they cannot drift from it. */
export interface Request<O> {
  path?: PathParams<O>
  query?: Query<O>
  body?: Body<O>
  signal?: AbortSignal
  /** The version that is meant to be changed; the server refuses when it is another by now. */
  ifMatch?: string
  /** The same key makes a repeated request one. */
  idempotencyKey?: string
}

/** Session is what every request carries. */
export interface Session {
  /** Whose numbers are meant; empty where there is only one organisation. */
  organisation: string
  /** In whose days and planning groups numbers are; empty where there is one business unit, or none. */
  businessUnit: string
  /** Called when the server wants a login. */
  onUnauthorised: () => void
}

/** session is shared by all calls. */
export const session: Session = { organisation: '', businessUnit: '', onUnauthorised: () => {} }

const base = 'api/v1'

/** address fills a path's parameters in and adds the query. */
export function address(
  path: string,
  params: Record<string, unknown> = {},
  query: Record<string, unknown> = {},
): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name] ?? '')))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== '') search.append(name, String(one))
    }
  }
  const text = search.toString()
  return base + filled + (text ? '?' + text : '')
}

/** Reply is an answer with the version it is of. */
export interface Reply<T> {
  value: T
  etag: string
}

async function send<P extends keyof paths, M extends Method>(
  method: M,
  path: P,
  request: Request<Operation<P, M>>,
): Promise<Reply<Answer<P, M>>> {
  const query = scoped(path, request.query)
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (request.body !== undefined) headers['Content-Type'] = 'application/json'
  if (request.ifMatch) headers['If-Match'] = request.ifMatch
  if (request.idempotencyKey) headers['Idempotency-Key'] = request.idempotencyKey
  let response: Response
  try {
    response = await fetch(address(path, request.path as Record<string, unknown>, query), {
      method: method.toUpperCase(),
      headers,
      body: request.body === undefined ? undefined : JSON.stringify(request.body),
      signal: request.signal ?? null,
      credentials: 'same-origin',
    })
  } catch (cause) {
    if (request.signal?.aborted) throw cause
    throw Problem.unreachable()
  }
  if (!response.ok) {
    if (response.status === 401) session.onUnauthorised()
    throw await problemOf(response)
  }
  const text = await response.text()
  return { value: (text ? JSON.parse(text) : undefined) as Answer<P, M>, etag: response.headers.get('ETag') ?? '' }
}

/** scoped is a query that says whose numbers are meant, where that has to be said. */
export function scoped(path: string, query: unknown): Record<string, unknown> {
  const all: Record<string, unknown> = { ...(query as object | undefined) }
  if (session.organisation && !unscoped(path)) all.organisation ??= session.organisation
  if (session.businessUnit && !unscoped(path)) all.business_unit ??= session.businessUnit
  return all
}

/** newKey makes an idempotency key: sent again with the same one, a request is done once. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('')
}

/** unscoped paths are about the installation, not about one organisation. */
function unscoped(path: string): boolean {
  return (
    path === '/settings' ||
    /^\/(exports\/)?(status|session|organisations|users|tokens|calendar\/regions)(\/|$)/.test(path)
  )
}

/** get reads. */
export async function get<P extends PathsWith<'get'>>(
  path: P,
  request: Request<Operation<P, 'get'>> = {},
): Promise<Answer<P>> {
  return (await send('get', path, request)).value
}

/** whole fetches a list page by page to its end. */
export async function whole<T>(
  page: (at: { cursor: string; limit: number }) => Promise<{ items: T[]; next_cursor: string }>,
): Promise<T[]> {
  const all: T[] = []
  let cursor = ''
  do {
    const part = await page({ cursor, limit: 1000 })
    all.push(...part.items)
    cursor = part.next_cursor
  } while (cursor)
  return all
}

/** getVersion reads and tells the version, for a change with ifMatch. */
export function getVersion<P extends PathsWith<'get'>>(
  path: P,
  request: Request<Operation<P, 'get'>> = {},
): Promise<Reply<Answer<P>>> {
  return send('get', path, request)
}

/** post asks for something to be done. */
export async function post<P extends PathsWith<'post'>>(
  path: P,
  request: Request<Operation<P, 'post'>> = {},
): Promise<Answer<P, 'post'>> {
  return (await send('post', path, request)).value
}

/** put changes what stands at a place; it wants the version it changes. */
export async function put<P extends PathsWith<'put'>>(
  path: P,
  request: Request<Operation<P, 'put'>>,
): Promise<Answer<P, 'put'>> {
  return (await send('put', path, request)).value
}

/** remove takes something away. */
export async function remove<P extends PathsWith<'delete'>>(
  path: P,
  request: Request<Operation<P, 'delete'>> = {},
): Promise<void> {
  await send('delete', path, request)
}
