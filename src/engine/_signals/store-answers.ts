/** What stores answer when they are short of something themselves: whoever logs it only repeats it. */

/** Words that one product alone uses, with the product's name. */
const ANSWERS: readonly (readonly [RegExp, string])[] = [
  [/OOM command not allowed|used memory > '?maxmemory|\bMISCONF Redis\b|\bLOADING Redis\b/i, 'redis'],
  [
    /remaining connection slots are reserved|sorry, too many clients already|could not extend file "base\//i,
    'postgres',
  ],
  [
    /\bmax_client_conn\b|\bquery_wait_timeout\b|pgbouncer cannot connect|\bserver_login_retry\b/i,
    'pgbouncer',
  ],
  [/The table '[^']{1,80}' is full|Can't create thread to handle (the )?new connection/i, 'mysql'],
  [/WiredTiger(HS)? (error|cache)|WT_PANIC/i, 'mongodb'],
  [/circuit_breaking_exception|\bes_rejected_execution_exception/i, 'elasticsearch'],
];

/** Name of the product whose own answer the text is; null where it is nobody's in particular. */
export function answeringStore(text: string): string | null {
  return ANSWERS.find(([words]) => words.test(text))?.[1] ?? null;
}
