/** Whether the house can serve: it is not about to stop, a face worker is there, and the database answers. */

export interface ReadinessDependencies {
  readonly hasWorker: () => boolean
  /** Rejects where the database does not answer. */
  readonly pingDatabase: () => Promise<void>
}

export interface Readiness {
  readonly isReady: () => Promise<boolean>
  /** From now on it says no, so that no new visitor is sent here. */
  readonly end: () => void
}

export function createReadiness({ hasWorker, pingDatabase }: ReadinessDependencies): Readiness {
  let isEnding = false
  return {
    isReady: async () => {
      if (isEnding || !hasWorker()) return false
      await pingDatabase()
      return !isEnding
    },
    end: () => {
      isEnding = true
    },
  }
}
