import { describe, expect, it } from 'vitest';
import { askFiles, type Files } from '../_testing/code-repository.ts';

interface Chain {
  readonly name: string;
  readonly files: Files;
  readonly template: string;
  readonly sample: string;
  readonly literal: string;
  readonly inside: string | null;
  /** Key, value, unit and place of a governor's definition. */
  readonly governor: {
    readonly key: string;
    readonly number: number;
    readonly unit: string;
    readonly at: string;
    readonly env?: string;
    readonly claims?: readonly number[][];
  };
}

/** `#{` stands for `$` + `{`. */
const code = (text: string) => text.replaceAll('#{', '$' + '{');

const CHAINS: readonly Chain[] = [
  {
    name: 'TypeScript: a thrown template, a client made with an option, an imported object',
    files: {
      'services/basket/settings.ts':
        'export const settings = {\n  stockTimeout: 300, // used to be 3000ms\n};\n',
      'services/basket/reserve.ts': code(
        "import { settings } from './settings';\nimport { Stock } from '../stock/client';\n\nexport async function reserve(id: string) {\n  const stock = new Stock({ timeout: settings.stockTimeout });\n  try {\n    return await stock.hold(id);\n  } catch (error) {\n    if (error.code === 'TIMEOUT') {\n      throw new Error(`Stock timeout for item #{id}`);\n    }\n    throw error;\n  }\n}\n",
      ),
    },
    template: 'Stock timeout for item <*>',
    sample: 'Stock timeout for item I-1',
    literal: 'services/basket/reserve.ts:10',
    inside: 'reserve',
    governor: {
      key: 'stockTimeout',
      number: 300,
      unit: 'none',
      at: 'services/basket/settings.ts:2',
      claims: [[3000]],
    },
  },
  {
    name: 'JavaScript: require, an environment variable with a default, concatenation',
    files: {
      'src/limits.js':
        'const waitMs = Number(process.env.QUEUE_WAIT_MS || 250);\nmodule.exports = { waitMs };\n',
      'src/queue.js':
        "const { waitMs } = require('./limits');\nfunction take(queue, name) {\n  const item = queue.poll(waitMs);\n  if (!item) {\n    console.error('queue ' + name + ' gave nothing in time');\n  }\n}\n",
    },
    template: 'queue <*> gave nothing in time',
    sample: 'queue mail gave nothing in time',
    literal: 'src/queue.js:5',
    inside: 'take',
    governor: { key: 'waitMs', number: 250, unit: 'ms', at: 'src/limits.js:1', env: 'QUEUE_WAIT_MS' },
  },
  {
    name: 'Python: an f-string in an except clause, settings of a class in another module',
    files: {
      'shop/settings.py':
        'class Settings:\n    # seconds, was 30\n    rates_timeout_seconds: int = 2\n\n\nsettings = Settings()\n',
      'shop/rates.py':
        'import requests\nfrom shop.settings import settings\n\n\nclass Rates:\n    def fetch(self, currency):\n        try:\n            return requests.get("http://rates", timeout=settings.rates_timeout_seconds)\n        except requests.Timeout as err:\n            raise RuntimeError(f"rates for {currency} did not answer") from err\n',
    },
    template: 'rates for <*> did not answer',
    sample: 'rates for EUR did not answer',
    literal: 'shop/rates.py:10',
    inside: 'Rates.fetch',
    governor: {
      key: 'rates_timeout_seconds',
      number: 2,
      unit: 's',
      at: 'shop/settings.py:3',
      claims: [[30]],
    },
  },
  {
    name: 'Go: Errorf after an error check, a context with a timeout, a package variable',
    files: {
      'go.mod': 'module example.org/shop\n',
      'internal/conf/conf.go':
        'package conf\n\nimport "time"\n\ntype Values struct {\n\tLookup time.Duration\n}\n\nvar Active = Values{\n\tLookup: 2 * time.Second,\n}\n',
      'internal/geo/geo.go':
        'package geo\n\nimport (\n\t"context"\n\t"fmt"\n\n\t"example.org/shop/internal/conf"\n)\n\nfunc (g *Geo) Find(ctx context.Context, place string) error {\n\tctx, cancel := context.WithTimeout(ctx, conf.Active.Lookup)\n\tdefer cancel()\n\tres, err := g.http.Get(ctx, place)\n\tif err != nil {\n\t\treturn fmt.Errorf("lookup of %s gave up: %w", place, err)\n\t}\n\treturn res.Err()\n}\n',
    },
    template: 'lookup of <*> gave up: <*>',
    sample: 'lookup of Rome gave up: context deadline exceeded',
    literal: 'internal/geo/geo.go:15',
    inside: 'Geo.Find',
    governor: { key: 'Lookup', number: 2, unit: 's', at: 'internal/conf/conf.go:10' },
  },
  {
    name: 'Java: String.format in a catch, an injected value of application.yml',
    files: {
      'app/src/main/resources/application.yml': 'mail:\n  # raised to 900 last year\n  send-timeout-ms: 90\n',
      'app/src/main/java/org/example/Mailer.java': code(
        'package org.example;\n\npublic class Mailer {\n    @Value("#{mail.send-timeout-ms}")\n    private int sendTimeoutMs;\n\n    void send(String to) {\n        var request = Request.to(to).timeout(Duration.ofMillis(sendTimeoutMs));\n        try {\n            smtp.send(request);\n        } catch (SocketTimeoutException e) {\n            throw new MailException(String.format("mail to %s was not taken", to), e);\n        }\n    }\n}\n',
      ),
    },
    template: 'mail to <*> was not taken',
    sample: 'mail to a@example.org was not taken',
    literal: 'app/src/main/java/org/example/Mailer.java:12',
    inside: 'Mailer.send',
    governor: {
      key: 'mail.send-timeout-ms',
      number: 90,
      unit: 'ms',
      at: 'app/src/main/resources/application.yml:3',
      claims: [[900]],
    },
  },
  {
    name: 'C#: an interpolated text, a constant of the class',
    files: {
      'src/Billing/Invoices.cs':
        'class Invoices {\n  private const int MaxLines = 40;\n  void Check(Order order) {\n    if (order.Lines > MaxLines) {\n      throw new InvalidOperationException($"order {order.Id} holds too many lines");\n    }\n  }\n}\n',
    },
    template: 'order <*> holds too many lines',
    sample: 'order 7 holds too many lines',
    literal: 'src/Billing/Invoices.cs:5',
    inside: 'Invoices.Check',
    governor: { key: 'MaxLines', number: 40, unit: 'none', at: 'src/Billing/Invoices.cs:2' },
  },
  {
    name: 'Ruby: a raise under a condition on a constant',
    files: {
      'lib/upload.rb':
        'MAX_UPLOAD_BYTES = 1_000 # was 1_000_000\n\nclass Upload\n  def check(file)\n    raise ArgumentError, "upload #{file.name} is too large" if file.size > MAX_UPLOAD_BYTES\n  end\nend\n',
    },
    template: 'upload <*> is too large',
    sample: 'upload a.png is too large',
    literal: 'lib/upload.rb:5',
    inside: 'Upload.check',
    governor: {
      key: 'MAX_UPLOAD_BYTES',
      number: 1000,
      unit: 'By',
      at: 'lib/upload.rb:1',
      claims: [[1_000_000]],
    },
  },
  {
    name: 'Rust: a macro under a condition on a constant',
    files: {
      'src/main.rs':
        'const MAX_RETRIES: u32 = 3;\n\nfn run(n: u32) -> Result<(), String> {\n    if n > MAX_RETRIES {\n        return Err(format!("gave up after {} attempts on it", n));\n    }\n    Ok(())\n}\n',
    },
    template: 'gave up after <*> attempts on it',
    sample: 'gave up after 4 attempts on it',
    literal: 'src/main.rs:5',
    inside: 'run',
    governor: { key: 'MAX_RETRIES', number: 3, unit: 'count', at: 'src/main.rs:1' },
  },
  {
    name: 'PHP: an encapsed text under a condition on a property',
    files: {
      'src/Cart.php':
        '<?php\nclass Cart {\n  private int $maxItems = 25;\n  public function add($id) {\n    if ($this->count() > $this->maxItems) {\n      throw new RuntimeException("cart {$id} cannot take another item");\n    }\n  }\n}\n',
    },
    template: 'cart <*> cannot take another item',
    sample: 'cart 9 cannot take another item',
    literal: 'src/Cart.php:6',
    inside: 'Cart.add',
    governor: { key: 'maxItems', number: 25, unit: 'count', at: 'src/Cart.php:3' },
  },
];

describe('from a message to the value that governs it', () => {
  it.each(CHAINS)('$name', async ({ files, template, sample, literal, inside, governor }) => {
    const result = await askFiles(files, 'find-emitters', {
      patterns: [{ patternId: 'p', template, sample, service: null }],
    });
    const emitter = result?.answer.emitters[0];
    expect(emitter && `${emitter.literal.path}:${emitter.literal.line}`).toBe(literal);
    expect(emitter?.match).toBe(1);
    expect(emitter?.function?.name ?? null).toBe(inside);
    const definitions = (emitter?.governors ?? []).flatMap((each) =>
      each.definition === null ? [] : [each.definition],
    );
    const found = definitions.find((each) => each.key === governor.key);
    expect(
      found,
      JSON.stringify(emitter?.governors.map((each) => [each.identifier, each.definition?.key])),
    ).toBeDefined();
    expect(`${found?.location.path}:${found?.location.line}`).toBe(governor.at);
    expect(found?.value).toMatchObject({ number: governor.number, unit: governor.unit });
    expect(found?.env ?? null).toBe(governor.env ?? null);
    expect(found?.claims.map((claim) => claim.numbers) ?? []).toEqual(governor.claims ?? []);
    const refs = new Set(result?.evidence.map((each) => each.ref));
    for (const ref of [
      emitter?.evidence,
      found?.evidence,
      ...(found?.claims.map((claim) => claim.evidence) ?? []),
    ])
      expect(refs).toContain(ref);
  });
});

const message = (service: string, limit: number) => ({
  [`services/${service}/src/pool.ts`]: code(
    `const max = ${limit};\nexport function take(n: number) {\n  if (n > max) throw new Error(\`pool of #{max} is used up\`);\n}\n`,
  ),
});

describe('which literal', () => {
  const files = { ...message('alpha', 1), ...message('beta', 2) };
  const ask = (service: string | null, template: string) =>
    askFiles(files, 'find-emitters', {
      patterns: [{ patternId: 'p', template, sample: template.replaceAll('<*>', '7'), service }],
    });

  it('takes that of the service that logged the line', async () => {
    const result = await ask('beta', 'pool of <*> is used up');
    expect(result?.answer.emitters.map((each) => each.literal.path)).toEqual(['services/beta/src/pool.ts']);
  });

  it('takes both where the service is unknown, ties by path', async () => {
    const result = await ask(null, 'pool of <*> is used up');
    expect(result?.answer.emitters.map((each) => each.literal.path)).toEqual([
      'services/alpha/src/pool.ts',
      'services/beta/src/pool.ts',
    ]);
  });

  it('takes none for another message, and says what was searched', async () => {
    const result = await ask('alpha', 'disk <*> is read only now');
    expect(result?.answer.emitters).toEqual([]);
    expect(result?.answer.searched).toMatch(/message patterns/);
  });

  it('takes none that says more than the message', async () => {
    const result = await ask('alpha', 'pool of <*>');
    expect(result?.answer.emitters).toEqual([]);
  });

  it('takes one that is mostly values where all its parts stand in the message in order', async () => {
    const source =
      'export function run(op: string, err: any) {\n  throw new Error(`query #{op} failed: #{err.message}`);\n}\n';
    const pattern = {
      patternId: 'p',
      template: 'query list_orders failed: statement was canceled by the user',
      sample: 'query list_orders failed: statement was canceled by the user',
      service: null,
    };
    const result = await askFiles({ 'db/run.ts': code(source) }, 'find-emitters', { patterns: [pattern] });
    expect(result?.answer.emitters.map((each) => each.literal.line)).toEqual([2]);
  });

  const HANDS: Files = {
    'src/shop/pay.go':
      'package shop\n\nfunc Pay() error {\n\tif err := charge(); err != nil {\n\t\treturn fmt.Errorf("could not complete the payment: %w", err)\n\t}\n\treturn nil\n}\n',
    'src/ledger/book.go':
      'package ledger\n\nfunc Book(id string) error {\n\treturn fmt.Errorf("failed to book on account %s: %w", id, errClosed)\n}\n',
    'src/ledger/close.go':
      'package ledger\n\nfunc Close() error {\n\treturn errors.New("failed to close")\n}\n',
  };

  it('takes those of all hands that passed a message on, and of nobody else', async () => {
    const template =
      'could not complete the payment: rpc error: code = Internal desc = failed to book on account <*>: account is closed';
    const pattern = { patternId: 'p', template, sample: template.replaceAll('<*>', '7'), service: 'shop' };
    const result = await askFiles(HANDS, 'find-emitters', { patterns: [pattern] });
    expect(result?.answer.emitters.map((each) => `${each.literal.path}:${each.literal.line}`)).toEqual([
      'src/shop/pay.go:5',
      'src/ledger/book.go:4',
    ]);
  });

  it('knows a sentence with a colon within it, behind what a servlet container says', async () => {
    const files = {
      'service.go':
        'package pay\n\nfunc Take(sum float32) string {\n\treturn fmt.Sprintf("Seat refused: the sum is over %.2f", sum)\n}\n',
    };
    const template =
      'Servlet.service() threw exception [Request processing failed; nested exception is seats.RefusedException: Seat refused: the sum is over <*>] with root cause';
    const pattern = { patternId: 'p', template, sample: template.replace('<*>', '9.00'), service: 'seats' };
    const result = await askFiles(files, 'find-emitters', { patterns: [pattern] });
    expect(result?.answer.emitters.map((each) => each.function?.name)).toEqual(['Take']);
  });

  it('leaves room for the last hand where one says its link in many places', async () => {
    const page = (n: number) =>
      `func Page${n}(id string) error {\n\treturn errors.Wrap(find(id), "could not show the seat")\n}\n\n`;
    const files = {
      ...HANDS,
      'src/web/pages.go': `package web\n\n${[1, 2, 3, 4, 5, 6, 7, 8].map(page).join('')}`,
      'src/seats/find.go':
        'package seats\n\nfunc Find(id string) error {\n\treturn fmt.Errorf("no seat has id %s", id)\n}\n',
    };
    const template = 'could not show the seat: rpc error: code = NotFound desc = no seat has id <*>';
    const pattern = { patternId: 'p', template, sample: template.replace('<*>', 'A7'), service: 'web' };
    const result = await askFiles(files, 'find-emitters', { patterns: [pattern], pathHints: ['src/web'] });
    expect(result?.answer.emitters.map((each) => each.literal.path)).toContain('src/seats/find.go');
  });

  it('takes what a line begins with where the reason was put behind it', async () => {
    const template = 'could not complete the payment: connection is closed';
    const pattern = { patternId: 'p', template, sample: template, service: 'shop' };
    const result = await askFiles(HANDS, 'find-emitters', { patterns: [pattern] });
    expect(result?.answer.emitters.map((each) => each.function?.name)).toEqual(['Pay']);
  });

  it('says which lines run only because the message is given, without those that decide it', async () => {
    const branchOf = async (body: string) => {
      const source = `export function take(n: number) {\n${body}\n}\n`;
      const template = 'nothing is left here';
      const pattern = { patternId: 'p', template, sample: template, service: null };
      const result = await askFiles({ 'a/take.ts': source }, 'find-emitters', { patterns: [pattern] });
      return result?.answer.emitters[0]?.branch ?? null;
    };
    const told = 'throw new Error("nothing is left here");';
    expect(await branchOf(`  if (n < 1) {\n    undo();\n    ${told}\n  }`)).toEqual([3, 5]);
    expect(await branchOf(`  if (n < 1) ${told}`)).toBeNull();
    expect(await branchOf(`  if (n < 1) {\n    log.warn("nothing is left here");\n  }`)).toBeNull();
    expect(await branchOf(`  ${told}`)).toBeNull();
  });
});
