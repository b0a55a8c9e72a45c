/** Rates as they are told: three digits, and a bound never smaller than it is. */

export function roundRate(rate: number): number {
  return Number(rate.toPrecision(3))
}

export function roundRateUp(bound: number): number {
  const rounded = roundRate(bound)
  if (rounded >= bound) return rounded
  return roundRate(rounded + 10 ** (Math.floor(Math.log10(bound)) - 2))
}

/** Small rates by their power of ten: nobody counts zeros. */
export function writeRate(rate: number): string {
  const rounded = roundRate(rate)
  return rounded > 0 && rounded < 1e-3 ? rounded.toExponential() : String(rounded)
}
