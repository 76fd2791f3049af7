import type { Schemas } from '../../api/client'

export type Calendar = Schemas['Calendar']

/** CalendarEdit is what the parts of the calendar are shown and changed by. */
export interface CalendarEdit {
  calendar: Calendar
  /** Whether who is logged in may change it. */
  may: boolean
  busy: boolean
  /** Replaces the calendar; it tells whether it was kept. */
  save: (calendar: Calendar, reason: string) => Promise<boolean>
}
