/** told says who hears of a publication: the webhook's host, or nobody. */
export function told(host: string): string {
  return host ? `${host} is told by webhook.` : 'Nobody is told: no webhook is set.'
}
