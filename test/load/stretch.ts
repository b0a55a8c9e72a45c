/** How busy this machine is with other things than the test, so that its figures are those of a machine of its own. */

const lookMs = 500

/** How much longer a calculation takes than it takes of a processor’s time: 1 where nobody else wants one. */
export function stretch(): number {
  const [began, used] = [performance.now(), process.cpuUsage()]
  let wallMs = 0
  while (wallMs < lookMs) wallMs = performance.now() - began
  const { user, system } = process.cpuUsage(used)
  return Math.max(1, wallMs / ((user + system) / 1000))
}
