import { expect, test } from 'vitest';
import { migrationFeatures } from './migration.ts';

test.each([
  ['alter table postings alter column reference type varchar(18) using left(reference, 18);', 'varchar(18)'],
  ['ALTER TABLE postings ALTER COLUMN amount SET DATA TYPE numeric(6, 2);', 'numeric(6, 2)'],
  ['alter table postings alter column note type character varying(40);', 'character varying(40)'],
  ['alter table postings modify column note text;', 'text'],
])('%s: the type with its size', (statement, type) => {
  expect(migrationFeatures('db/V1__x.sql', statement)).toMatchObject([
    { kind: 'type-changed', symbols: ['postings', expect.any(String), type] },
  ]);
});
