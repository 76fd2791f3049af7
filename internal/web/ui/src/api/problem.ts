/** Place is one thing wrong with a request. */
export interface Place {
  message: string
  location: string
}

/** Problem is an error of the API (RFC 9457), in words for people: what went wrong and what to do next. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly kind: string,
    readonly detail: string,
    readonly hint: string,
    readonly places: Place[] = [],
  ) {
    super(detail)
    this.name = 'Problem'
  }

  /** unreachable is a request that got no answer. */
  static unreachable(): Problem {
    return new Problem(
      0,
      'unavailable',
      'wrapcast does not answer',
      'Is `wrapcast serve` still running, and is this machine online?',
    )
  }

  /** outdated is a page whose script the server does not have any more. */
  static outdated(): Problem {
    return new Problem(
      404,
      'unavailable',
      'This page belongs to another version of wrapcast',
      'wrapcast was updated while the page was open; trying again loads the new one.',
    )
  }

  /** of makes a problem of anything thrown. */
  static of(cause: unknown): Problem {
    if (cause instanceof Problem) return cause
    return new Problem(
      0,
      'internal',
      cause instanceof Error ? cause.message : String(cause),
      'This is a bug in the page; reloading it may help.',
    )
  }
}

/** problemOf reads the problem a response carries; an answer of something in between, such as a proxy, gets words too. */
export async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text().catch(() => '')
  try {
    const body = JSON.parse(text) as { detail?: string; kind?: string; hint?: string; errors?: Place[] }
    return new Problem(
      response.status,
      body.kind ?? 'internal',
      sentence(body.detail ?? response.statusText),
      sentence(body.hint ?? ''),
      body.errors ?? [],
    )
  } catch {
    return new Problem(
      response.status,
      'unavailable',
      `The server answered ${response.status} ${response.statusText}`.trim(),
      'A proxy between this page and wrapcast may have answered instead.',
    )
  }
}

/** sentence begins with a capital, as people expect on a page. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
