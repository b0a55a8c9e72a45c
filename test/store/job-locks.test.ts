import { describeOnEachEngine } from './engines.ts'
import { itGivesJobsToOne } from './job-locks-contract.ts'

describeOnEachEngine('A job that one node at a time does', (openTestStore) => {
  itGivesJobsToOne(async () => {
    const test = await openTestStore()
    const other = await test.reopen({ checkpointFile: undefined })
    return {
      one: test.store.jobLocks,
      other: other.jobLocks,
      pass: (seconds) => {
        test.pass(seconds)
      },
      close: async () => {
        await other.close()
        await test.close()
      },
    }
  })
})
