/** A line chart as SVG: two axes with ticks, labels and a grid, readable on light ground and without colour. */

export interface Axis {
  readonly label: string
  readonly scale: 'linear' | 'log'
  readonly from: number
  readonly to: number
}

export interface Chart {
  readonly title: string
  /** One line below the title: what was measured. */
  readonly caption: string
  readonly x: Axis
  readonly y: Axis
  readonly points: readonly (readonly [x: number, y: number])[]
}

const size = { width: 640, height: 520 } as const
/** Where the lines are, in the picture's units. */
const plot = { left: 84, right: 616, top: 72, bottom: 452 } as const

export function drawChart({ title, caption, x, y, points }: Chart): string {
  const toX = placeOn(x, plot.left, plot.right)
  const toY = placeOn(y, plot.bottom, plot.top)
  const line = points.map(([across, up]) => `${write(toX(across))},${write(toY(up))}`).join(' ')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" role="img" aria-labelledby="title caption" font-family="system-ui, sans-serif" font-size="13" fill="#222">
<rect width="100%" height="100%" fill="#fff"/>
<text id="title" x="${plot.left}" y="30" font-size="17" font-weight="600">${escape(title)}</text>
<text id="caption" x="${plot.left}" y="52" fill="#555">${escape(caption)}</text>
<g stroke="#ddd">
${[...ticksOf(x).map((at) => gridLine(toX(at), 'up')), ...ticksOf(y).map((at) => gridLine(toY(at), 'across'))].join('\n')}
</g>
<rect x="${plot.left}" y="${plot.top}" width="${plot.right - plot.left}" height="${plot.bottom - plot.top}" fill="none" stroke="#888"/>
<g text-anchor="middle">
${ticksOf(x)
  .map((at) => `<text x="${write(toX(at))}" y="${plot.bottom + 20}">${writeTick(at)}</text>`)
  .join('\n')}
<text x="${(plot.left + plot.right) / 2}" y="${plot.bottom + 46}">${escape(x.label)}</text>
<text transform="translate(22 ${(plot.top + plot.bottom) / 2}) rotate(-90)">${escape(y.label)}</text>
</g>
<g text-anchor="end">
${ticksOf(y)
  .map((at) => `<text x="${plot.left - 8}" y="${write(toY(at) + 4)}">${writeTick(at)}</text>`)
  .join('\n')}
</g>
<polyline points="${line}" fill="none" stroke="#1a56b0" stroke-width="2" stroke-linejoin="round"/>
</svg>
`
}

function placeOn({ scale, from, to }: Axis, start: number, end: number): (value: number) => number {
  const measure = scale === 'log' ? Math.log10 : (value: number) => value
  return (value) => {
    const share = (measure(value) - measure(from)) / (measure(to) - measure(from))
    return start + Math.min(1, Math.max(0, share)) * (end - start)
  }
}

/** A tick per decade, or five steps. */
function ticksOf({ scale, from, to }: Axis): readonly number[] {
  if (scale === 'linear') return Array.from({ length: 6 }, (_, at) => from + ((to - from) * at) / 5)
  const [first, last] = [Math.ceil(Math.log10(from) - 1e-9), Math.floor(Math.log10(to) + 1e-9)]
  return Array.from({ length: last - first + 1 }, (_, at) => 10 ** (first + at))
}

function gridLine(at: number, way: 'up' | 'across'): string {
  const place = write(at)
  return way === 'up'
    ? `<line x1="${place}" y1="${plot.top}" x2="${place}" y2="${plot.bottom}"/>`
    : `<line x1="${plot.left}" y1="${place}" x2="${plot.right}" y2="${place}"/>`
}

function write(place: number): string {
  return String(Number(place.toFixed(2)))
}

function writeTick(value: number): string {
  return value >= 1e-3 ? String(Number(value.toPrecision(3))) : value.toExponential(0)
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
