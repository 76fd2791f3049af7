/** base64 is a file's bytes as JSON has them. */
export async function base64(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const step = 0x8000
  let text = ''
  for (let i = 0; i < bytes.length; i += step) text += String.fromCharCode(...bytes.subarray(i, i + step))
  return btoa(text)
}

/** sum adds contacts up. */
export function sum(values: readonly number[] | null | undefined): number {
  return (values ?? []).reduce((a, b) => a + b, 0)
}
