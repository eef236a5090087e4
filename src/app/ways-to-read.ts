/** How to bring what is in no readable format into one that is read. It runs nothing. */

/** `{}` stands for the file. */
const WAYS: readonly (readonly [RegExp, string])[] = [
  [/\.(?:parquet|orc)$/i, `duckdb -c "COPY (FROM '{}') TO '{}.csv'"`],
  [/\.sqlite3?$/i, `sqlite3 -header -csv '{}' 'SELECT * FROM TABLE' > '{}.csv'`],
  [/\.evtx$/i, 'wevtutil qe "{}" /lf:true /f:xml > "{}.xml"'],
  [/\.(?:xlsx?|ods)$/i, `soffice --headless --convert-to csv '{}'`],
  [/\.avro$/i, `avro-tools tojson '{}' > '{}.jsonl'`],
];

/** Names that mean nothing to a shell; of any other the command says FILE. */
const PLAIN = /^[\w./-]+(?: [\w./-]+)*$/;

/** The command that makes a readable file of this one; null where none is known. */
export function wayToRead(path: string): string | null {
  const way = WAYS.find(([pattern]) => pattern.test(path))?.[1];
  return way === undefined ? null : way.replaceAll('{}', PLAIN.test(path) ? path : 'FILE');
}

/** One way for each command, with the first of the files that it is for. */
export function waysToRead(paths: readonly string[]): readonly string[] {
  return WAYS.flatMap(([pattern]) => {
    const first = paths.find((path) => pattern.test(path));
    const way = first === undefined ? null : wayToRead(first);
    return way === null ? [] : [`To have ${first} read: ${way}`];
  });
}
