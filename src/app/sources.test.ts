import { describe, expect, test } from 'vitest';
import { connectorOf } from './_testing/fakes.ts';
import { chooseSources, parseSources, unknownSources } from './sources.ts';

const live = (name: string) => ({ name, settings: [], defaultUrl: null, tokens: [] });
const connectors = [
  connectorOf({ id: 'kubernetes', live: live('kubernetes') }),
  connectorOf({ id: 'github-deployments', live: live('github') }),
  connectorOf({ id: 'git' }),
];

describe('--source', () => {
  test.each([
    { given: ['kubernetes'], want: { kubernetes: {} } },
    { given: ['prometheus=127.0.0.1:9090'], want: { prometheus: { url: '127.0.0.1:9090' } } },
    { given: ['github,repository=acme/shop'], want: { github: { repository: 'acme/shop' } } },
    {
      given: ['kubernetes=https://k8s.example:6443/a,b?x,namespace=shop'],
      want: { kubernetes: { url: 'https://k8s.example:6443/a,b?x', namespace: 'shop' } },
    },
    {
      given: ['github,repository=acme/shop', 'github=https://ghe.example/api/v3'],
      want: { github: { repository: 'acme/shop', url: 'https://ghe.example/api/v3' } },
    },
    { given: [], want: {} },
  ])('$given is $want', ({ given, want }) => {
    expect(parseSources(given)).toEqual(want);
  });

  test.each(['', '=https://x', 'kubernetes=', 'https://x', 'github,repository=', 'Kubernetes!'])(
    '%j is refused',
    (text) => {
      expect(() => parseSources([text])).toThrow(expect.objectContaining({ code: 'usage' }));
    },
  );
});

describe('the sources that are asked', () => {
  test('are those of the file and of the command line, which wins', () => {
    const declared = { github: { repository: 'acme/shop', url: 'https://a' }, kubernetes: null };
    expect(chooseSources(declared, { github: { url: 'https://b' } }, connectors)).toEqual({
      github: { repository: 'acme/shop', url: 'https://b' },
      kubernetes: {},
    });
  });

  test.each([
    { written: false, want: {} },
    { written: true, want: { kubernetes: {} } },
    { written: 'https://x', want: { kubernetes: { url: 'https://x' } } },
    { written: ['x'], want: { kubernetes: { url: ['x'] } } },
  ])('written as $written they are $want', ({ written, want }) => {
    expect(chooseSources({ kubernetes: written }, {}, connectors)).toEqual(want);
  });

  test('must be known: on the command line an error, in the file a gap, each with the nearest', () => {
    expect(() => chooseSources({}, { kubernets: {} }, connectors)).toThrow(
      expect.objectContaining({ code: 'usage', nextStep: 'Did you mean kubernetes?' }),
    );
    const sources = chooseSources({ githup: {}, zz: {} }, {}, connectors);
    expect(unknownSources(sources, connectors).map(({ nextStep }) => nextStep)).toEqual([
      'Did you mean github?',
      'Use one of github, kubernetes.',
    ]);
  });
});
