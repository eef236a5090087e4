/** Any text: hazards or none, never a throw, and the same ones twice. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { avroHazards } from './avro.ts';
import { graphqlHazards } from './graphql.ts';
import type { HazardDraft } from './hazard-draft.ts';
import { jsonSchemaHazards } from './json-schema.ts';
import { migrationHazards } from './migrations.ts';
import { apiHazards } from './openapi.ts';
import { protoHazards } from './proto.ts';
import { environmentHazards, packageHazards } from './settings.ts';
import { manifestHazards, terraformHazards } from './state.ts';

type Reading = (before: string, after: string) => Promise<readonly HazardDraft[]> | readonly HazardDraft[];

const migration =
  (path: string): Reading =>
  (_, text) =>
    migrationHazards([{ path, text, companion: null, lines: null }]).map(({ draft }) => draft);

const READINGS: Readonly<Record<string, Reading>> = {
  sql: migration('migrations/1.sql'),
  code: migration('migrations/1.py'),
  changelog: (_, text) => migration('changelog/1.xml')('', `<databaseChangeLog><changeSet>${text}`),
  yamlChangelog: (_, text) =>
    migration('changelog/1.yaml')('', `databaseChangeLog:\n  - changeSet:\n${text}`),
  proto: protoHazards,
  avro: avroHazards,
  jsonSchema: jsonSchemaHazards,
  api: apiHazards,
  graphql: graphqlHazards,
  terraform: terraformHazards,
  manifests: manifestHazards,
  env: (before, after) => environmentHazards('.env', before, after),
  packages: (before, after) => packageHazards('package.json', before, after),
};

/** Words and marks that these formats know, in any order, and any other text. */
const TOKENS =
  'ALTER TABLE|DROP COLUMN|UPDATE|SET|CREATE|;|$$|--|/*|\'|"|`|(|)|{|}|[|]|<sql|</sql>|<rollback>|message|enum|rpc|= 1|type|resource "a" "b"|kind: ConfigMap|metadata:|data:|name: x|- |&a|*a|: |\n|\n  |def down|exports.down|op.drop_column(|remove_column :a,|fields|null|"type":"record"|\u0000|\ud800|😀'.split(
    '|',
  );
const text = fc.oneof(
  fc.array(fc.constantFrom(...TOKENS), { maxLength: 60 }).map((parts) => parts.join(' ')),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

describe.each(Object.entries(READINGS))('%s', (format, read) => {
  it('takes any text', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (before, after) => {
        const found = await read(before, after);
        expect(found.every(({ line, detail }) => Number.isInteger(line) && line >= 1 && detail !== '')).toBe(
          true,
        );
        expect(await read(before, after)).toEqual(found);
      }),
      { numRuns: 60 },
    );
  });

  it('finds nothing between a text and itself, where two sides are compared', async () => {
    if (/sql|code|hangelog/.test(format)) return;
    await fc.assert(
      fc.asyncProperty(text, async (same) => {
        expect(await read(same, same)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});
