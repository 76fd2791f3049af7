import { get, session, type Schemas } from '../api/client'
import { parseDay, type Day } from './day'
import { Format } from './format'
import { Resource } from './resource.svelte'
import { keep, recall } from './theme.svelte'

type Status = Schemas['StatusBody']
type OrganisationStatus = Schemas['OrganisationStatus']

const key = 'wrapcast.organisation'

/** App is what all pages share: whose numbers are shown, and how numbers and times are written. */
class App {
  readonly status = new Resource<Status>()
  #wanted = $state(recall(key))

  /** organisation is the one shown; undefined where nothing is stored yet. */
  readonly organisation = $derived.by((): OrganisationStatus | undefined => {
    const all = this.status.value?.organisations ?? []
    return all.find((o) => o.id === this.#wanted) ?? all[0]
  })
  readonly zone = $derived(this.organisation?.business_unit.time_zone || 'UTC')
  readonly format = $derived(new Format(navigator.language, this.zone))
  /** today is the present of the numbers, whatever the clock says. */
  readonly today = $derived.by((): Day | undefined =>
    this.organisation?.today ? parseDay(this.organisation.today) : undefined,
  )

  /** open asks what is here. */
  async open(): Promise<void> {
    await this.status.load((signal) => get('/status', { signal }))
    this.#scope()
  }

  /** choose shows another organisation. */
  choose(id: string): void {
    this.#wanted = id
    keep(key, id)
    this.#scope()
  }

  #scope(): void {
    const several = (this.status.value?.organisations.length ?? 0) > 1
    session.organisation = several ? (this.organisation?.id ?? '') : ''
  }
}

/** app is shared by all pages. */
export const app = new App()
