import { app } from '../../lib/app.svelte'
import { includes, type Role } from '../../lib/who.svelte'

interface Rights {
  role: string
  organisations: { organisation: string; role: string }[]
}

/** rolesOf are the roles in single organisations in words: "planner in Boston". */
export function rolesOf(r: Rights): string {
  const names = new Map(app.status.value?.organisations.map((o) => [o.id, o.name]))
  return [r.role, ...r.organisations.map((o) => `${o.role} in ${names.get(o.organisation) ?? o.organisation}`)]
    .filter(Boolean)
    .join(', ')
}

/** rightsIn is a role in one organisation, or in all where none is named. */
export function rightsIn(role: Role, where: string) {
  return where ? { organisations: [{ organisation: where, role }] } : { role }
}

/** isRole tells a role from none. */
export const isRole = (role: string): role is Role => includes(role, 'viewer')
