/** Reads the text format of Prometheus, as far as tests need it. */

/** @param series as it is written: name, and labels in the order of the table */
export function valueOf(text: string, series: string): number | undefined {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length + 1))
}
