/** Names that people or browsers give to their things: one line, no control characters, bounded. */

const mostLength = 60

/** @param otherwise what it is called where nothing is left of the name */
export function readLabel(given: string | undefined, otherwise: string): string {
  const name = (given ?? '')
    .normalize('NFKC')
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
  return name === '' ? otherwise : Array.from(name).slice(0, mostLength).join('')
}
