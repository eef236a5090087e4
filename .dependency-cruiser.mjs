import { BUNDLED } from './scripts/bundled.mjs';

/**
 * Pure npm packages (no I/O, no clock) that the engine may use. Each has an ADR that says why.
 * @type {readonly string[]}
 */
const PURE_PACKAGES_IN_ENGINE = [];

const literally = (/** @type {string} */ name) => name.replaceAll(/[.\\/]/g, '\\$&');
const packages = (/** @type {readonly string[]} */ names) =>
  names.map((name) => `node_modules/${literally(name)}/`);
const TEST_CODE = '(\\.test\\.ts$|/_(contract|testing)/)';

/**
 * The arrows of ARCHITECTURE.md as rules: faces → composition → app → engine → domain; connectors, store → ports → domain.
 * test/architecture.test.ts proves that each of them fires.
 * @type {import('dependency-cruiser').IConfiguration}
 */
export default {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'Break the cycle: move the shared type down into domain/.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'Dead module: nothing imports it and it imports nothing.',
      from: {
        orphan: true,
        pathNot: ['\\.d\\.ts$', '^src/domain/', '^src/index\\.ts$', '\\.generated\\.ts$'],
      },
      to: {},
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      comment: 'The module is not there: a typo, or a package that is not in package.json.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: 'domain/ imports only domain/: no node:*, no npm, no other layer.',
      from: { path: '^src/domain/', pathNot: TEST_CODE },
      to: { pathNot: '^src/domain/' },
    },
    {
      name: 'engine-is-pure',
      severity: 'error',
      comment:
        'engine/ imports domain/ and itself only: no I/O, no clock, no npm but the packages named above.',
      from: { path: '^src/engine/', pathNot: TEST_CODE },
      to: { pathNot: ['^src/(domain|engine)/', ...packages(PURE_PACKAGES_IN_ENGINE)] },
    },
    {
      name: 'stages-do-not-know-each-other',
      severity: 'error',
      comment:
        'A stage talks to the next one through a domain type; engine/triage.ts wires them. What several need lies in engine/_<name>/.',
      from: { path: '^src/engine/([^/]+)/.+', pathNot: TEST_CODE },
      to: { path: '^src/engine/', pathNot: ['^src/engine/$1/', '^src/engine/_[^/]+/', TEST_CODE] },
    },
    {
      name: 'ports-are-types',
      severity: 'error',
      comment: 'ports/ holds interfaces over domain types.',
      from: { path: '^src/ports/', pathNot: TEST_CODE },
      to: { pathNot: '^src/(domain|ports)/' },
    },
    {
      name: 'app-knows-no-adapter',
      severity: 'error',
      comment: 'app/ sees ports, never a connector, a store, a face or the composition.',
      from: { path: '^src/app/', pathNot: TEST_CODE },
      to: { path: '^src/(connectors|store|narrator|faces|composition)' },
    },
    {
      name: 'connectors-are-islands',
      severity: 'error',
      comment: 'A connector imports its own folder, _kit, ports and domain.',
      from: { path: '^src/connectors/([^_/][^/]*)/' },
      to: {
        path: '^src/',
        pathNot: ['^src/connectors/$1/', '^src/connectors/_(kit|contract|testing)/', '^src/(ports|domain)/'],
      },
    },
    {
      name: 'kit-knows-no-connector',
      severity: 'error',
      comment: '_kit and the stores see themselves, ports and domain only.',
      from: { path: '^src/(connectors/_[^/]+|store/[^/]+)/' },
      to: {
        path: '^src/',
        pathNot: ['^src/$1/', '^src/connectors/_kit/', '^src/store/_[^/]+/', '^src/(ports|domain)/'],
      },
    },
    {
      name: 'narrator-is-an-island',
      severity: 'error',
      comment: 'The client of language models sees itself, ports and domain only.',
      from: { path: '^src/narrator/', pathNot: TEST_CODE },
      to: { path: '^src/', pathNot: ['^src/narrator/', '^src/(ports|domain)/'] },
    },
    {
      name: 'only-composition-picks-adapters',
      severity: 'error',
      comment: 'Adapters are chosen in composition.ts only.',
      from: {
        path: '^src/',
        pathNot: ['^src/(connectors|store|narrator)/', '^src/composition\\.ts$', TEST_CODE],
      },
      to: { path: '^src/(connectors|store|narrator)/' },
    },
    {
      name: 'faces-are-thin',
      severity: 'error',
      comment: 'A face calls the platform; it never reaches into engine, connectors or another face.',
      from: { path: '^src/faces/([^/]+)/', pathNot: '^src/faces/cli/(mcp)-command\\.ts$' },
      to: { path: '^src/', pathNot: ['^src/faces/$1/', '^src/(app|domain)/', '^src/composition\\.ts$'] },
    },
    {
      name: 'a-server-is-started-by-its-main',
      severity: 'error',
      comment: 'The command line starts another face through its main.ts, and knows nothing else of it.',
      from: { path: '^src/faces/cli/(mcp)-command\\.ts$' },
      to: {
        path: '^src/',
        pathNot: [
          '^src/faces/cli/',
          '^src/faces/$1/main\\.ts$',
          '^src/(app|domain)/',
          '^src/composition\\.ts$',
        ],
      },
    },
    {
      name: 'io-only-at-the-edge',
      severity: 'error',
      comment: 'Files, network and processes belong to adapters and faces.',
      from: { path: '^src/', pathNot: ['^src/(connectors|store|faces)/', TEST_CODE] },
      to: {
        path: '^(node:)?(fs|net|http|http2|https|child_process|dns|tls|os|process|worker_threads|dgram|sqlite)(/|$)',
        dependencyTypes: ['core'],
      },
    },
    {
      name: 'no-barrels-inside',
      severity: 'error',
      comment: 'Nothing in src imports the public entry.',
      from: { path: '^src/' },
      to: { path: '^src/index\\.ts$' },
    },
    {
      name: 'no-src-to-test',
      severity: 'error',
      comment: 'Production code never imports test code.',
      from: { path: '^src/', pathNot: TEST_CODE },
      to: { path: '(\\.test\\.ts$|^test/|/fixtures/|/_(contract|testing)/)' },
    },
    {
      name: 'only-bundled-dev-dependencies',
      severity: 'error',
      comment:
        'A devDependency that is not built into dist/ is missing after `npm install`: name it in scripts/bundled.mjs.',
      from: { path: '^src/', pathNot: TEST_CODE },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: packages(BUNDLED) },
    },
    {
      name: 'only-declared-packages',
      severity: 'error',
      comment: 'The package comes with another one by chance: add it to package.json.',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'shared-code-is-shared',
      severity: 'info',
      comment: 'Used by fewer than 3: inline it.',
      from: { path: '^src' },
      module: { path: '^src/connectors/_kit', pathNot: TEST_CODE, numberOfDependentsLessThan: 3 },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/(fixtures|assembly)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
};
