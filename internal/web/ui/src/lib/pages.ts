import type { Component } from 'svelte'
import { Problem } from '../api/problem'

/** Page is one place of the dashboard. */
export interface Page {
  /** The first segment of its address. */
  id: string
  title: string
  load: () => Promise<{ default: Component }>
}

/** menu lists the pages of the menu, in their order. */
export const menu: Page[] = [
  { id: 'overview', title: 'Overview', load: () => import('../pages/Overview.svelte') },
  { id: 'codes', title: 'Codes', load: () => import('../pages/Codes.svelte') },
  { id: 'overrides', title: 'Overrides', load: () => import('../pages/Overrides.svelte') },
  { id: 'staff', title: 'Staff', load: () => import('../pages/Staff.svelte') },
  { id: 'publish', title: 'Publish', load: () => import('../pages/Publish.svelte') },
  { id: 'accuracy', title: 'Accuracy', load: () => import('../pages/Accuracy.svelte') },
  { id: 'data', title: 'Data', load: () => import('../pages/Data.svelte') },
  { id: 'runs', title: 'Runs', load: () => import('../pages/Runs.svelte') },
  { id: 'audit', title: 'Audit', load: () => import('../pages/Audit.svelte') },
  { id: 'settings', title: 'Settings', load: () => import('../pages/Settings.svelte') },
]

const series = () => import('../pages/Series.svelte')

/** hidden pages are reached from others. */
const hidden: Page[] = [
  { id: 'today', title: 'Today by queue', load: () => import('../pages/Today.svelte') },
  { id: 'organisations', title: 'All organisations', load: () => import('../pages/Organisations.svelte') },
  { id: 'code', title: 'Code', load: series },
  { id: 'queue', title: 'Queue', load: series },
  { id: 'total', title: 'All contacts', load: series },
]

/** pageOf finds the page of an address; the overview is the front door. */
export function pageOf(path: string[]): Page | undefined {
  const id = path[0] ?? 'overview'
  return [...menu, ...hidden].find((p) => p.id === id)
}

/** menuOf is the entry of the menu a page belongs to. */
export function menuOf(id: string): string {
  if (id === 'today') return 'overview'
  return ['code', 'queue', 'total'].includes(id) ? 'codes' : id
}

/** loaded fetches the script of a page. Where it cannot be had it says why: the server is gone, or it is another version by now. */
export async function loaded(page: Page): Promise<{ default: Component }> {
  try {
    return await page.load()
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    const answer = await fetch('./', { method: 'HEAD', cache: 'no-store' }).catch(() => undefined)
    throw answer?.ok ? Problem.outdated() : Problem.unreachable()
  }
}
