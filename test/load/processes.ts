/** What the system says of a process: its time on the processor and its resident memory. Linux alone has /proc. */
import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts processor time in hundredths of a second on every machine that Node runs on. */
const ticksPerSecond = 100

export function cpuSeconds(processId: number): number {
  const afterName = readFileSync(`/proc/${processId}/stat`, 'utf8').split(') ').at(-1) ?? ''
  const fields = afterName.split(' ').map(Number)
  // proc(5): utime and stime are fields 14 and 15, of which the name was the second.
  return ((fields[11] ?? NaN) + (fields[12] ?? NaN)) / ticksPerSecond
}

export function residentMb(processId: number): number {
  const status = readFileSync(`/proc/${processId}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
}

export function childrenOf(processId: number): readonly number[] {
  return readdirSync(`/proc/${processId}/task`).flatMap((thread) =>
    readFileSync(`/proc/${processId}/task/${thread}/children`, 'utf8')
      .split(' ')
      .filter((each) => each.trim() !== '')
      .map(Number),
  )
}
