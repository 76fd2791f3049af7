import { get, whole, type Schemas } from '../../api/client'
import { Problem } from '../../api/problem'
import { dayText, type Day } from '../../lib/day'
import type { Subject } from './subject'

/** SubjectData is all that is known of a subject. */
export interface SubjectData {
  title: string
  history: Schemas['HistoryBody']
  forecast: Schemas['ForecastSeries'] | undefined
  code: Schemas['CodeDetail'] | undefined
  queue: Schemas['QueueDetail'] | undefined
  /** All contacts together, where no code and no queue is looked at. */
  total: Schemas['TotalDetail'] | undefined
  /** How today goes, of a queue. */
  now: Schemas['TodayRow'] | undefined
  report: Schemas['CodeReport'] | undefined
  /** Special days of the calendar, past and upcoming. */
  named: Schemas['CalendarDay'][]
  /** The latest first; past and withdrawn ones too. */
  overrides: Schemas['OverrideRow'][]
}

/** load fetches it; what there may not be yet, such as a forecast, is left out. */
export async function load(subject: Subject, from: string, today: Day, signal: AbortSignal): Promise<SubjectData> {
  const { code, queue } = subject
  const [history, forecast, codeDetail, queueDetail, total, now, report, named, overrides] = await Promise.all([
    get('/history', { query: { ...subject }, signal }),
    perhaps(get('/forecasts/{forecast}/series', { path: { forecast: 'latest' }, query: { ...subject }, signal })),
    code ? get('/codes/{code}', { path: { code }, signal }) : undefined,
    queue ? get('/queues/{queue}', { path: { queue }, signal }) : undefined,
    code || queue ? undefined : get('/total', { signal }),
    queue && !code ? get('/today', { query: { queue, limit: 1 }, signal }) : undefined,
    code && !queue ? perhaps(get('/validation/codes/{code}', { path: { code }, signal })) : undefined,
    whole((at) => get('/calendar/days', { query: { from, to: dayText(today + 120), ...at }, signal })),
    get('/overrides', { query: { ...subject, limit: 200 }, signal }),
  ])
  return {
    title: titleOf(codeDetail, queueDetail),
    history,
    forecast,
    code: codeDetail,
    queue: queueDetail,
    total,
    now: now?.items[0],
    report,
    named,
    overrides: overrides.items,
  }
}

function titleOf(code?: Schemas['CodeDetail'], queue?: Schemas['QueueDetail']): string {
  if (code && queue) return `${code.name} in ${queue.name}`
  return code?.name ?? queue?.name ?? 'All contacts'
}

/** perhaps is undefined where there is nothing. */
async function perhaps<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (cause) {
    if (cause instanceof Problem && cause.kind === 'not_found') return undefined
    throw cause
  }
}
