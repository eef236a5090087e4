import { expect, test } from 'vitest';
import { patternAt } from '../_testing/situations.ts';
import { filesByName, withDetail, withOwnFiles, withSources } from './frames.ts';

test.each([
  {
    name: 'an error that is an object of its own',
    excerpt:
      '{"level":50,"err":{"type":"Error","message":"connect ECONNREFUSED 10.0.0.4:6379","code":"X"},"msg":"lookup failed"}',
    want: 'connect ECONNREFUSED 10.0.0.4:6379',
  },
  {
    name: 'an error in a field',
    excerpt: 'level=error msg="lookup failed" err="certificate has expired"',
    want: 'certificate has expired',
  },
  {
    name: 'an object without a message says nothing',
    excerpt: '{"err":{"type":"Error"},"msg":"lookup failed"}',
    want: undefined,
  },
  { name: 'no error at all', excerpt: '{"msg":"lookup failed"}', want: undefined },
])('the detail of a record: $name', ({ excerpt, want }) => {
  const pattern = withDetail(patternAt('lookup failed', 'cart', [1]), () => excerpt);
  expect(pattern.attributes['error.detail']).toBe(want);
});

const SOURCES = [
  'services/offers/src/offers.ts',
  'packages/money/src/index.ts',
  'services/web/src/router/layer.ts',
];

test.each([
  ['/srv/services/offers/dist/offers.js', SOURCES, 'services/offers/src/offers.ts'],
  ['/srv/node_modules/@loans/money/dist/index.js', SOURCES, 'packages/money/src/index.ts'],
  ['/srv/node_modules/express/lib/router/layer.js', SOURCES, null],
  ['/srv/dist/offers.js', SOURCES, null],
  ['/srv/services/offers/dist/offers.js', [...SOURCES, 'old/offers/src/offers.ts'], null],
  ['/srv/services/offers/offers.js', SOURCES, null],
  ['services/offers/dist/offers.py', SOURCES, null],
] as const)('the source of the compiled %s', (file, files, want) => {
  const given = { file, line: 7, function: 'makeOffer', inApp: false };
  const [frame] = withSources(patternAt('failed', 'offers', [1], { frames: [given] }), files).frames;
  expect(frame).toEqual(
    want === null ? given : { file: want, line: null, function: 'makeOffer', inApp: true },
  );
});

const REPOSITORY = [
  'src/fees/charge.js',
  'src/fees/lib/pick.js',
  'src/rates/charge.js',
  'src/rates/server.js',
];

test.each([
  ['/usr/src/app/charge.js', ['src/fees'], 'src/fees/charge.js'],
  ['/usr/src/app/lib/pick.js', ['src/fees'], 'src/fees/lib/pick.js'],
  ['/src/rates/charge.js', ['src/fees'], 'src/rates/charge.js'],
  ['/app/server.js', ['src/fees'], null],
  ['/app/server.js', [], 'src/rates/server.js'],
  ['/app/charge.js', [], null],
  ['/app/charge.js', ['src/fees', 'src/rates'], null],
  ['charge.js', ['src/fees'], null],
] as const)('the own file of %s in %j', (file, folders, want) => {
  const given = { file, line: 7, function: 'f', inApp: true };
  const pattern = patternAt('failed', 'fees', [1], { frames: [given] });
  const [frame] = withOwnFiles(pattern, folders, new Set(REPOSITORY), filesByName(REPOSITORY)).frames;
  expect(frame).toEqual({ ...given, file: want ?? file });
});
