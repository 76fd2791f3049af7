import { address, scoped, session } from './client'
import { Problem, problemOf } from './problem'

/** fetchFile asks for a file; a refusal is a problem, and nothing half a file. */
async function fetchFile(path: string, query: Record<string, unknown>): Promise<Response> {
  let response: Response
  try {
    response = await fetch(address(path, {}, scoped(path, query)), { credentials: 'same-origin' })
  } catch {
    throw Problem.unreachable()
  }
  if (!response.ok) {
    if (response.status === 401) session.onUnauthorised()
    throw await problemOf(response)
  }
  return response
}

/** download saves a file under the name the server gave it. */
export async function download(path: string, query: Record<string, unknown>): Promise<void> {
  const response = await fetchFile(path, query)
  const name = nameIn(response.headers.get('Content-Disposition') ?? '')
  const url = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  // The browser has begun to save it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** nameIn is the file's name in a Content-Disposition. */
export function nameIn(disposition: string): string {
  const encoded = /filename\*=utf-8''([^;]+)/i.exec(disposition)?.[1]
  if (encoded) return decodeURIComponent(encoded)
  return /filename="?([^";]+)"?/.exec(disposition)?.[1] ?? 'wrapcast'
}
