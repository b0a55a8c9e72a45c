/** Reads the text format of Prometheus, as far as tests need it. */

/** @param series as it is written: name, and labels in the order of the table */
export function valueOf(text: string, series: string): number | undefined {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length + 1))
}

/** The names in an expression of PromQL, or in a scrape, as the metrics that they are of. */
export function metricsIn(text: string): readonly string[] {
  const found = text.match(/\b(mien|process|nodejs)_[a-z0-9_]+\b/g) ?? []
  return [...new Set(found.map((name) => name.replace(/_(bucket|sum|count)$/, '')))].sort()
}
