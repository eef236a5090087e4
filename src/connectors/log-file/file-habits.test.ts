/** What only a file as a whole shows: which of two numbers is the month, and what the number at the end of an access line counts. */
import { describe, expect, test } from 'vitest';
import { runOnFiles } from '../_kit/_testing/connector-run.ts';
import { connector } from './index.ts';

async function collect(files: Readonly<Record<string, string>>) {
  return runOnFiles(connector, files);
}

const ROWS = Array.from({ length: 40 }, (_, at) => at);
const BOOKED = ROWS.map((at) => `04/05/2024 10:${String(at + 10)}:03 ERROR quay lost berth ${at}`).join('\n');

describe('dates between slashes', () => {
  test('are read with the month first where nothing says otherwise', async () => {
    const { patterns } = await collect({ 'quay.log': BOOKED });
    expect(patterns).toMatchObject([{ count: 40, firstSeenAt: Date.UTC(2024, 3, 5, 10, 10, 3) }]);
  });

  test('are read with the day first where a later line of the file shows it', async () => {
    const { patterns } = await collect({
      'quay.log': `${BOOKED}\n13/05/2024 00:00:01 ERROR quay lost berth 99`,
    });
    expect(patterns).toMatchObject([
      { count: 41, firstSeenAt: Date.UTC(2024, 4, 4, 10, 10, 3), lastSeenAt: Date.UTC(2024, 4, 13, 0, 0, 1) },
    ]);
  });

  test('are read with the day first where that is when the other logs were written', async () => {
    const { patterns } = await collect({
      'quay.log': BOOKED,
      'harbour.log': '2024-05-04T10:00:00Z WARN harbour full\n2024-05-04T11:00:00Z WARN harbour full',
    });
    const quay = patterns.filter(({ severity }) => severity === 'error');
    expect(quay).toMatchObject([{ count: 40, firstSeenAt: Date.UTC(2024, 4, 4, 10, 10, 3) }]);
  });
});

describe('the number at the end of an access line', () => {
  const access = (duration: (at: number) => number) =>
    ROWS.map(
      (at) =>
        `203.0.113.9 - - [04/May/2024:10:${String(at + 10)}:03 +0000] "GET /berths HTTP/1.1" 200 512 "-" "curl/8" ${duration(at)}`,
    ).join('\n');
  const latencyOf = async (text: string) => {
    const { series } = await collect({ 'quay-access.log': text });
    const p99 = series.find(({ id }) => id.endsWith(':latency:p99'));
    return p99 === undefined ? null : Math.max(...p99.values);
  };

  test('is microseconds, as %D of Apache', async () => {
    const latencyMs = await latencyOf(access((at) => 100_000 + at * 5_000));
    expect(latencyMs).toBeGreaterThan(150);
    expect(latencyMs).toBeLessThan(310);
  });

  test('is no latency where it may be anything', async () => {
    expect(await latencyOf(access((at) => (at % 9 === 0 ? 1 : 0)))).toBeNull();
  });
});
