/** asked says what a schedule asks of its runs. */
export function asked(r: {
  dry_run?: boolean
  weeks?: number
  horizon_days?: number
  strict?: boolean
  algorithm?: string
  business_units?: string[]
}): string {
  const parts = [r.dry_run ? 'dry run' : 'full run']
  if (r.weeks) parts.push(`${r.weeks} ${r.weeks === 1 ? 'week' : 'weeks'}`)
  if (r.horizon_days) parts.push(`${r.horizon_days} days ahead`)
  if (r.strict) parts.push('strict')
  if (r.algorithm) parts.push(r.algorithm)
  if (r.business_units?.length)
    parts.push(r.business_units.join() === 'all' ? 'all business units' : 'for ' + r.business_units.join(', '))
  return parts.join(', ')
}
