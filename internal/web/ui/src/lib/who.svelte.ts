import { get, post, remove, session, type Schemas } from '../api/client'
import { Resource } from './resource.svelte'

/** Role is what somebody may do; each may all that the one before may. */
export type Role = 'viewer' | 'planner' | 'publisher' | 'admin'

/** roles lists the roles from least to most. */
export const roles: Role[] = ['viewer', 'planner', 'publisher', 'admin']

/** includes reports whether a role may do what another may. */
export function includes(role: string, need: Role): boolean {
  return roles.indexOf(role as Role) >= roles.indexOf(need)
}

/** Who knows who sits before the page, and what they may do. The server decides; this only hides what it would refuse. */
class Who {
  readonly session = new Resource<Schemas['SessionBody']>()
  /** needed says that a login is wanted before anything can be shown. */
  readonly needed = $derived(this.session.value?.mode === 'accounts' && !this.session.value.signed_in)
  /** local says that nobody has an account: only this machine can connect. */
  readonly local = $derived(this.session.value?.mode === 'local')
  /** organisation is the one shown, by id. */
  organisation = $state('')
  /** role is theirs in the organisation shown: the one for all, or a greater one there. */
  readonly role = $derived.by((): string => {
    const everywhere: string = this.session.value?.role ?? ''
    const there = this.session.value?.organisations.find((o) => o.organisation === this.organisation)?.role
    return there && !includes(everywhere, there) ? there : everywhere
  })

  /** ask finds out who somebody is. */
  async ask(): Promise<void> {
    session.onUnauthorised = () => void this.#again()
    await this.#again()
  }

  async #again(): Promise<void> {
    await this.session.load((signal) => get('/session', { signal }))
  }

  /** may reports whether they may do what a role may. */
  may(need: Role): boolean {
    return includes(this.role, need)
  }

  /** logIn begins a session. */
  async logIn(name: string, password: string): Promise<void> {
    this.session.value = await post('/session', { body: { name, password } })
  }

  /** logOut ends it. */
  async logOut(): Promise<void> {
    await remove('/session')
    await this.#again()
  }
}

/** who is the reader. */
export const who = new Who()
