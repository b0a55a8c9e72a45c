/** The clocks of the houses of this process, by their addresses: a test moves them on instead of waiting. */

const clocks = new Map<string, (seconds: number) => void>()

/** How far the clock of a house was ahead when it stopped, in milliseconds, by its data folder. */
const stopped = new Map<string, number>()

export function aheadOf(dataDir: string): number {
  return stopped.get(dataDir) ?? 0
}

export function keepClock(dataDir: string, ahead: number): void {
  stopped.set(dataDir, ahead)
}

/** @returns what is to be called when the house is closed */
export function lendClock(origin: string, pass: (seconds: number) => void): () => void {
  clocks.set(origin, pass)
  return () => clocks.delete(origin)
}

/** Milliseconds go by at the server of that address: on its own clock where it is a house of this process, really where not. */
export async function goBy(origin: string, milliseconds: number): Promise<void> {
  const pass = clocks.get(origin)
  if (pass !== undefined) pass(milliseconds / 1000)
  else await new Promise((resolve) => setTimeout(resolve, milliseconds))
}
