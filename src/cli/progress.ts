/** A progress bar for whoever watches a long command. */
import type { Terminal } from './terminal.ts'

export interface Progress {
  readonly advance: (done: number) => void
  readonly end: () => void
}

export interface ProgressDependencies {
  readonly redraw: Terminal['redraw']
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

const widthCharacters = 30
/** Drawing costs more than measuring where it is done for every picture. */
const pauseMs = 100

/** Silent where nobody watches. */
export function startProgress(total: number, what: string, { redraw, now }: ProgressDependencies): Progress {
  const started = now()
  const drawn = { at: -Infinity }
  return {
    advance: (done) => {
      const at = now()
      if (redraw === undefined || (at - drawn.at < pauseMs && done < total)) return
      drawn.at = at
      redraw(drawBar(total, done, (at - started) / 1000) + ` ${what}`)
    },
    end: () => redraw?.(''),
  }
}

function drawBar(total: number, done: number, seconds: number): string {
  const share = total > 0 ? done / total : 1
  const filled = Math.round(share * widthCharacters)
  const bar = '█'.repeat(filled) + '░'.repeat(widthCharacters - filled)
  const left = done > 0 ? `, ${Math.ceil((seconds / done) * (total - done))} s left` : ''
  return `${bar} ${Math.floor(share * 100)} % of ${total}${left}`
}
