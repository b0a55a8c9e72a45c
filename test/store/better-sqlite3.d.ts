/** As much of the SQLite library as `statements.ts` touches. */
declare module 'better-sqlite3' {
  export default class Sqlite {
    prepare: (this: Sqlite, source: string) => object
  }
}
