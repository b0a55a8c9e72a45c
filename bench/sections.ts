/** What is measured, in the order of the document. */
import { measureAuditChain } from './audit-chain.ts'
import { measureComparisons } from './comparisons.ts'
import { measureDetection } from './detection.ts'
import { measureFootprint } from './footprint.ts'
import { measureFrame } from './frame.ts'
import { measureGuidance } from './guidance.ts'
import { measureInProcess } from './in-process.ts'
import { measureRates } from './rates.ts'
import type { Section } from './report.ts'
import { measureSignIns } from './sign-ins.ts'
import { measureStages } from './stages.ts'
import { measureTelemetry } from './telemetry.ts'
import { measureWorkerMemory } from './worker-memory.ts'

export const sections: readonly { readonly name: string; readonly measure: () => Promise<Section> }[] = [
  { name: 'frame', measure: measureFrame },
  { name: 'rates', measure: measureRates },
  { name: 'comparisons', measure: measureComparisons },
  { name: 'stages', measure: measureStages },
  { name: 'in-process', measure: measureInProcess },
  { name: 'detection', measure: measureDetection },
  { name: 'guidance', measure: measureGuidance },
  { name: 'sign-ins', measure: measureSignIns },
  { name: 'telemetry', measure: measureTelemetry },
  { name: 'audit-chain', measure: measureAuditChain },
  { name: 'footprint', measure: measureFootprint },
  { name: 'worker-memory', measure: measureWorkerMemory },
]
