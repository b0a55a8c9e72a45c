/** Starts the process: reads the settings, builds the house, listens, and stops gracefully. */
import { enableCompileCache } from 'node:module'

// Before anything large is imported: compiled code is kept between starts.
enableCompileCache()
const { readConfig } = await import('./config.ts')
const { serve } = await import('./serve.ts')

try {
  await serve(readConfig())
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  process.stderr.write(`\nMien cannot start.\n${message}\n`)
  process.exit(1)
}
