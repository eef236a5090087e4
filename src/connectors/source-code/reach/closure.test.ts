/** What may have a part in a line that writes a message: too much rather than too little, and nothing that no name leads to. */
import { afterEach, describe, expect, it } from 'vitest';
import { removeFolder } from '../../_kit/_testing/temporary-repository.ts';
import { askAbout, type Files, repositoryOf } from '../_testing/code-repository.ts';

const made: string[] = [];
afterEach(() => {
  for (const root of made.splice(0)) removeFolder(root);
});

async function closureFrom(files: Files, file: string, line: number, isEmitter = true) {
  const { root } = repositoryOf(files);
  made.push(root);
  const places = [{ patternId: 'p', file, line, into: null, isEmitter }];
  const result = await askAbout(root, 'reached-code', { places });
  return result?.answer.closures ?? [];
}

const PAYMENTS: Files = {
  'pay/pom.xml': '<project><artifactId>pay</artifactId></project>\n',
  'pay/src/ChargeService.java':
    'class ChargeService {\n  private static final int LIMIT = 5;\n  Charge charge(Request request) {\n    if (!gateway.take(request)) {\n      log.error("charge refused");\n    }\n    return null;\n  }\n}\n',
  'pay/src/RefundService.java':
    'class RefundService {\n  private static final int ATTEMPTS = 3;\n  boolean refund(String id) {\n    return gateway.giveBack(id, ATTEMPTS);\n  }\n}\n',
  'pay/src/HttpGateway.java':
    'class HttpGateway implements Gateway {\n  boolean take(Request request) {\n    return send(request);\n  }\n  boolean giveBack(String id, int attempts) {\n    return true;\n  }\n  private boolean send(Request request) {\n    return true;\n  }\n}\n',
  'pay/src/ChargeController.java':
    'class ChargeController {\n  Charge post(Request request) {\n    return charges.charge(checked(request));\n  }\n  private Request checked(Request request) {\n    return request;\n  }\n}\n',
  'shop/package.json': '{ "name": "shop" }\n',
  'shop/src/index.ts': 'export function post() {\n  return charge();\n}\n',
};

describe('what may have a part in a failing line', () => {
  it('is whoever calls its function and whatever these name, through whatever hands them to each other', async () => {
    const [closure] = await closureFrom(PAYMENTS, 'pay/src/ChargeService.java', 5);
    expect(closure?.functions.map(({ name }) => name).sort()).toEqual([
      'charge',
      'checked',
      'post',
      'send',
      'take',
    ]);
    expect(closure?.words).toContain('LIMIT');
    expect(closure?.words).not.toContain('ATTEMPTS');
  });

  it('is looked for in its own program', async () => {
    const [closure] = await closureFrom(PAYMENTS, 'pay/src/ChargeService.java', 5);
    expect(closure?.files.filter((path) => !path.startsWith('pay/'))).toEqual([]);
  });

  it('is not asked of a stack, which tells it itself', async () => {
    expect(await closureFrom(PAYMENTS, 'pay/src/ChargeService.java', 5, false)).toEqual([]);
  });

  it('is no function that only is called alike', async () => {
    const [closure] = await closureFrom(
      {
        'search/go.mod': 'module search\n',
        'search/find.go':
          'package search\n\nfunc (h *Find) ServeHTTP(w W, r *R) {\n\t// not for later(r)\n\tlog.Error("search failed")\n}\n\n// later is a function of old.\nfunc later(r *R) {}\n',
        'search/suggest.go':
          'package search\n\n// ServeHTTP(w, r) is as log.Error(…) of find.\nfunc (s *Suggest) ServeHTTP(w W, r *R) {\n\ts.mu.Lock()\n}\n',
      },
      'search/find.go',
      5,
    );
    expect(closure?.functions.map(({ name }) => name)).toEqual(['ServeHTTP']);
  });
});
