/** Proves that every rule of .dependency-cruiser.mjs fires: a tree with one deliberate violation a rule is cruised once. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import configuration from '../.dependency-cruiser.mjs';

type Violation = { readonly rule: string; readonly from: string; readonly to: string };

/** A tree that obeys every rule, `shared-code-is-shared` included. */
const OBEDIENT: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    name: 'obedient',
    type: 'module',
    dependencies: { wanted: '1.0.0' },
    devDependencies: { 'dev-only': '1.0.0', zod: '1.0.0' },
  }),
  'node_modules/wanted/package.json': '{"name":"wanted","version":"1.0.0","main":"index.js"}',
  'node_modules/wanted/index.js': 'module.exports = 1;',
  'node_modules/zod/package.json': '{"name":"zod","version":"1.0.0","main":"index.js"}',
  'node_modules/zod/index.js': 'module.exports = 1;',
  'node_modules/dev-only/package.json': '{"name":"dev-only","version":"1.0.0","main":"index.js"}',
  'node_modules/dev-only/index.js': 'module.exports = 1;',
  'node_modules/stowaway/package.json': '{"name":"stowaway","version":"1.0.0","main":"index.js"}',
  'node_modules/stowaway/index.js': 'module.exports = 1;',
  'src/index.ts': "export { triage } from './engine/triage.ts';",
  'src/domain/time.ts': 'export type EpochMs = number;',
  'src/domain/time.test.ts': "import 'dev-only';\nimport './time.ts';",
  'src/engine/triage.ts':
    "import { detect } from './detect/onset.ts';\nimport { rank } from './correlate/rank.ts';\nexport const triage = [detect, rank];",
  'src/engine/detect/onset.ts':
    "import type { EpochMs } from '../../domain/time.ts';\nexport const detect: EpochMs = 1;",
  'src/engine/_statistics/median.ts': "import '../../domain/time.ts';",
  'src/engine/detect/onset.test.ts': "import '../_testing/series.ts';\nimport './onset.ts';",
  'src/engine/_testing/series.ts': "import 'dev-only';\nimport '../../domain/time.ts';",
  'src/engine/correlate/rank.ts':
    "import '../_statistics/median.ts';\nimport type { EpochMs } from '../../domain/time.ts';\nexport const rank: EpochMs = 1;",
  'src/ports/clock.ts':
    "import type { EpochMs } from '../domain/time.ts';\nexport interface Clock { now(): EpochMs }",
  'src/app/collect.ts':
    "import { z } from 'zod';\nimport type { Clock } from '../ports/clock.ts';\nimport { triage } from '../engine/triage.ts';\nexport const collect = (clock: Clock) => [clock, triage, z];",
  'src/connectors/_kit/http.ts':
    "import 'node:http';\nimport type { EpochMs } from '../../domain/time.ts';\nexport const get: EpochMs = 1;",
  'src/connectors/_contract/suite.ts': "import 'dev-only';\nexport const suite = 1;",
  'src/connectors/git/index.ts':
    "import { get } from '../_kit/http.ts';\nimport './client.ts';\nexport const connector = get;",
  'src/connectors/git/client.ts':
    "import 'node:child_process';\nimport { get } from '../_kit/http.ts';\nexport const client = get;",
  'src/connectors/git/index.test.ts':
    "import { suite } from '../_contract/suite.ts';\nimport './index.ts';\nimport './fixtures/answer.ts';\nexport const tested = suite;",
  'src/connectors/git/fixtures/answer.ts': 'export const answer = 1;',
  'src/connectors/logs/index.ts':
    "import { get } from '../_kit/http.ts';\nimport 'wanted';\nexport const connector = get;",
  'src/store/sqlite/index.ts':
    "import 'node:fs';\nimport type { EpochMs } from '../../domain/time.ts';\nexport const store: EpochMs = 1;",
  'src/composition.ts':
    "import { connector as git } from './connectors/git/index.ts';\nimport { connector as logs } from './connectors/logs/index.ts';\nimport { store } from './store/sqlite/index.ts';\nimport { collect } from './app/collect.ts';\nexport const compose = [git, logs, store, collect];",
  'src/faces/cli/main.ts':
    "import { compose } from '../../composition.ts';\nimport 'node:fs';\nexport const main = compose;",
  'src/faces/mcp/server.ts':
    "import { compose } from '../../composition.ts';\nexport const server = compose;",
  'src/faces/http/main.ts': "import { compose } from '../../composition.ts';\nexport const main = compose;",
};

/** One file that breaks the rule: its path, what it imports, and the import that is named in the violation. */
const OFFENCES: readonly (Violation & { readonly imports: string })[] = [
  {
    rule: 'no-circular',
    from: 'src/domain/chicken.ts',
    imports: './egg.ts',
    to: 'src/domain/egg.ts',
  },
  {
    rule: 'no-orphans',
    from: 'src/engine/detect/lonely.ts',
    imports: '',
    to: 'src/engine/detect/lonely.ts',
  },
  {
    rule: 'not-to-unresolvable',
    from: 'src/app/misspelt.ts',
    imports: './colect.ts',
    to: './colect.ts',
  },
  { rule: 'domain-is-pure', from: 'src/domain/reads-path.ts', imports: 'node:path', to: 'path' },
  {
    rule: 'domain-is-pure',
    from: 'src/domain/uses-npm.ts',
    imports: 'wanted',
    to: 'node_modules/wanted/index.js',
  },
  {
    rule: 'domain-is-pure',
    from: 'src/domain/uses-engine.ts',
    imports: '../engine/detect/onset.ts',
    to: 'src/engine/detect/onset.ts',
  },
  { rule: 'engine-is-pure', from: 'src/engine/detect/reads-files.ts', imports: 'node:fs', to: 'fs' },
  {
    rule: 'engine-is-pure',
    from: 'src/engine/detect/uses-npm.ts',
    imports: 'wanted',
    to: 'node_modules/wanted/index.js',
  },
  {
    rule: 'engine-is-pure',
    from: 'src/engine/detect/uses-port.ts',
    imports: '../../ports/clock.ts',
    to: 'src/ports/clock.ts',
  },
  {
    rule: 'stages-do-not-know-each-other',
    from: 'src/engine/detect/looks-ahead.ts',
    imports: '../correlate/rank.ts',
    to: 'src/engine/correlate/rank.ts',
  },
  {
    rule: 'stages-do-not-know-each-other',
    from: 'src/engine/correlate/calls-conductor.ts',
    imports: '../triage.ts',
    to: 'src/engine/triage.ts',
  },
  {
    rule: 'stages-do-not-know-each-other',
    from: 'src/engine/_statistics/knows-stage.ts',
    imports: '../detect/onset.ts',
    to: 'src/engine/detect/onset.ts',
  },
  {
    rule: 'ports-are-types',
    from: 'src/ports/knows-app.ts',
    imports: '../app/collect.ts',
    to: 'src/app/collect.ts',
  },
  {
    rule: 'app-knows-no-adapter',
    from: 'src/app/knows-git.ts',
    imports: '../connectors/git/index.ts',
    to: 'src/connectors/git/index.ts',
  },
  {
    rule: 'app-knows-no-adapter',
    from: 'src/app/knows-composition.ts',
    imports: '../composition.ts',
    to: 'src/composition.ts',
  },
  {
    rule: 'connectors-are-islands',
    from: 'src/connectors/logs/borrows.ts',
    imports: '../git/client.ts',
    to: 'src/connectors/git/client.ts',
  },
  {
    rule: 'connectors-are-islands',
    from: 'src/connectors/logs/judges.ts',
    imports: '../../engine/detect/onset.ts',
    to: 'src/engine/detect/onset.ts',
  },
  {
    rule: 'kit-knows-no-connector',
    from: 'src/connectors/_kit/knows-git.ts',
    imports: '../git/client.ts',
    to: 'src/connectors/git/client.ts',
  },
  {
    rule: 'kit-knows-no-connector',
    from: 'src/store/sqlite/knows-app.ts',
    imports: '../../app/collect.ts',
    to: 'src/app/collect.ts',
  },
  {
    rule: 'narrator-is-an-island',
    from: 'src/narrator/index.ts',
    imports: '../app/collect.ts',
    to: 'src/app/collect.ts',
  },
  {
    rule: 'only-composition-picks-adapters',
    from: 'src/faces/cli/opens-store.ts',
    imports: '../../store/sqlite/index.ts',
    to: 'src/store/sqlite/index.ts',
  },
  {
    rule: 'faces-are-thin',
    from: 'src/faces/cli/thinks.ts',
    imports: '../../engine/triage.ts',
    to: 'src/engine/triage.ts',
  },
  {
    rule: 'faces-are-thin',
    from: 'src/faces/cli/copies.ts',
    imports: '../http/main.ts',
    to: 'src/faces/http/main.ts',
  },
  {
    rule: 'a-server-is-started-by-its-main',
    from: 'src/faces/cli/mcp-command.ts',
    imports: '../mcp/server.ts',
    to: 'src/faces/mcp/server.ts',
  },
  {
    rule: 'io-only-at-the-edge',
    from: 'src/app/reads-files.ts',
    imports: 'node:fs/promises',
    to: 'fs/promises',
  },
  {
    rule: 'io-only-at-the-edge',
    from: 'src/app/runs.ts',
    imports: 'node:child_process',
    to: 'child_process',
  },
  { rule: 'no-barrels-inside', from: 'src/app/uses-barrel.ts', imports: '../index.ts', to: 'src/index.ts' },
  {
    rule: 'no-src-to-test',
    from: 'src/app/uses-test.ts',
    imports: '../domain/time.test.ts',
    to: 'src/domain/time.test.ts',
  },
  {
    rule: 'no-src-to-test',
    from: 'src/connectors/git/uses-contract.ts',
    imports: '../_contract/suite.ts',
    to: 'src/connectors/_contract/suite.ts',
  },
  {
    rule: 'no-src-to-test',
    from: 'src/engine/detect/uses-testing.ts',
    imports: '../_testing/series.ts',
    to: 'src/engine/_testing/series.ts',
  },
  {
    rule: 'only-bundled-dev-dependencies',
    from: 'src/app/uses-dev-only.ts',
    imports: 'dev-only',
    to: 'node_modules/dev-only/index.js',
  },
  {
    rule: 'only-declared-packages',
    from: 'src/app/uses-stowaway.ts',
    imports: 'stowaway',
    to: 'node_modules/stowaway/index.js',
  },
  {
    rule: 'shared-code-is-shared',
    from: 'src/connectors/_kit/used-once.ts',
    imports: 'node:path',
    to: 'src/connectors/_kit/used-once.ts',
  },
];

const OFFENDERS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(OFFENCES.map(({ from, imports }) => [from, imports && `import '${imports}';`])),
  'src/domain/egg.ts': "import './chicken.ts';",
  'src/connectors/logs/uses-kit.ts': "import '../_kit/used-once.ts';",
};

const folders: string[] = [];

function plant(files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'wicked-architecture-')));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

async function violationsIn(files: Readonly<Record<string, string>>): Promise<readonly Violation[]> {
  const { tsConfig: _unused, ...options } = configuration.options ?? {};
  const ruleSet = { forbidden: configuration.forbidden ?? [] };
  const { output } = await cruise(['src'], { ...options, ruleSet, validate: true, baseDir: plant(files) });
  const { summary } = output as ICruiseResult;
  return summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('the architecture rules', () => {
  let found: readonly Violation[] = [];
  beforeAll(async () => {
    found = await violationsIn({ ...OBEDIENT, ...OFFENDERS });
  });

  it('let a tree pass that follows the arrows', async () => {
    expect(await violationsIn(OBEDIENT)).toEqual([]);
  });

  it('are all proved here', () => {
    const declared = (configuration.forbidden ?? []).map(({ name }) => name);
    expect([...new Set(OFFENCES.map(({ rule }) => rule))].sort()).toEqual([...declared].sort());
  });

  it.each(OFFENCES)('$rule catches $from', ({ rule, from, to }) => {
    expect(found).toContainEqual({ rule, from, to });
  });
});
