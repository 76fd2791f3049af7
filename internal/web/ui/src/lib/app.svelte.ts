import { get, session, type Schemas } from '../api/client'
import { parseDay, type Day } from './day'
import { Format } from './format'
import { Resource } from './resource.svelte'
import { keep, recall } from './theme.svelte'
import { who } from './who.svelte'

type Status = Schemas['StatusBody']
type OrganisationStatus = Schemas['OrganisationStatus']

type BusinessUnit = OrganisationStatus['business_unit']

const key = 'wrapcast.organisation'
const unitKey = 'wrapcast.business-unit'

/** App is what all pages share: whose numbers are shown, and how numbers and times are written. */
class App {
  readonly status = new Resource<Status>()
  #wanted = $state(recall(key))
  #wantedUnit = $state(recall(unitKey))

  /** organisation is the one shown; undefined where nothing is stored yet. */
  readonly organisation = $derived.by((): OrganisationStatus | undefined => {
    const all = this.status.value?.organisations ?? []
    return all.find((o) => o.id === this.#wanted) ?? all[0]
  })
  /** unit is the business unit in whose days and planning groups numbers are shown. */
  readonly unit = $derived.by((): BusinessUnit | undefined => {
    const all = this.organisation?.business_units ?? []
    return all.find((u) => u.id === this.#wantedUnit) ?? this.organisation?.business_unit
  })
  readonly zone = $derived(this.unit?.time_zone || 'UTC')
  readonly format = $derived(new Format(navigator.language, this.zone))
  /** today is the present of the numbers, whatever the clock says. */
  readonly today = $derived.by((): Day | undefined => {
    const shown = this.organisation
    if (!shown?.today) return undefined
    if (!shown.as_of || this.zone === shown.business_unit.time_zone) return parseDay(shown.today)
    return parseDay(new Intl.DateTimeFormat('en-CA', { timeZone: this.zone }).format(new Date(shown.as_of)))
  })

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

  /** chooseUnit shows numbers from another business unit. */
  chooseUnit(id: string): void {
    this.#wantedUnit = id
    keep(unitKey, id)
    this.#scope()
  }

  #scope(): void {
    const units = this.organisation?.business_units.length ?? 0
    session.businessUnit = units > 1 ? (this.unit?.id ?? '') : ''
    who.organisation = this.organisation?.id ?? ''
    const several = (this.status.value?.organisations.length ?? 0) > 1
    session.organisation = several ? (this.organisation?.id ?? '') : ''
  }
}

/** app is shared by all pages. */
export const app = new App()
