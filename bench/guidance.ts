/** How soon a person is told what to do: from a frame to its answer over HTTP. */
import { frames } from '../test/media.ts'
import { percentile } from '../test/load/crowd.ts'
import { guidedFrames, timeGuidance } from '../test/load/guided-visitor.ts'
import { startRemoteHouse } from '../test/load/remote-house.ts'
import { adaptersHere } from './material.ts'
import { toFigure, type Figure, type Section } from './report.ts'

const rounds = 3

export async function measureGuidance(): Promise<Section> {
  const figures: Figure[] = []
  const film = await frames('d12', { from: 0, to: 7, fps: 7 })
  for (const adapter of adaptersHere()) {
    const house = await startRemoteHouse({ MIEN_IMAGE_ADAPTER: adapter, MIEN_CHALLENGE: 'turns' })
    try {
      const taken: (readonly number[])[] = []
      for (let round = 0; round < rounds; round++) taken.push(await timeGuidance(house, film))
      const at = (share: number) => taken.map((times) => percentile(times, share))
      const goal = { is: 'at most', value: 300 } as const
      figures.push(
        toFigure({ label: `${adapter}: p50`, unit: 'ms', values: at(0.5) }),
        toFigure({ label: `**${adapter}: p95**`, unit: 'ms', values: at(0.95), goal }),
      )
    } finally {
      await house.close()
    }
  }
  return { title: 'From a frame to its hint', about, figures, findings: [] }
}

const about = `One person before the camera of a server in a process of its own, five frames a second, ${guidedFrames} frames a round: head turns are asked for and not shown, so that every frame is measured in full (two looks for faces, embedding, mesh, both networks for presentation attacks) and answered by a hint.`
