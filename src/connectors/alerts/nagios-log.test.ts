import { describe, expect, test } from 'vitest';
import { fileWithHead } from '../_kit/_testing/connector-run.ts';
import { connector } from './index.ts';
import { isNagiosLog, readNagiosLog } from './nagios-log.ts';

const S = 1_709_367_330;
const LOG = `[${S - 60}] SERVICE ALERT: web-1;cart_http;CRITICAL;SOFT;1;HTTP CRITICAL
[${S}] SERVICE ALERT: web-1;cart_http;CRITICAL;HARD;3;HTTP CRITICAL: 503
[${S}] SERVICE NOTIFICATION: admins;web-1;cart_http;CRITICAL;notify;HTTP CRITICAL: 503
[${S + 10}] HOST ALERT: web-2;DOWN;HARD;3;PING CRITICAL
[${S + 600}] SERVICE ALERT: web-1;cart_http;OK;HARD;3;HTTP OK
[${S + 900}] SERVICE ALERT: web-1;cart_http;WARNING;HARD;3;slow
[${S + 950}] SERVICE ALERT: web-1;mail;OK;HARD;1;back
`;

describe('the log of Nagios', () => {
  test('tells each hard state from its beginning to its end; soft ones and lone recoveries tell of nothing', () => {
    const { notices, rejected } = readNagiosLog(LOG, 100);
    expect(rejected).toBe(0);
    expect(
      notices.map(({ notice, line }) => [
        line,
        notice.name,
        notice.severity,
        notice.firedAt,
        notice.resolvedAt,
      ]),
    ).toEqual([
      [2, 'cart_http', 'critical', S * 1000, null],
      [4, 'web-2', 'down', (S + 10) * 1000, null],
      [5, 'cart_http', null, S * 1000, (S + 600) * 1000],
      [6, 'cart_http', 'warning', (S + 900) * 1000, null],
    ]);
    expect(new Set(notices.map(({ notice }) => notice.id)).size).toBe(3);
    expect(connector.recognise(fileWithHead('nagios.log', LOG))).toBeGreaterThan(0.9);
  });

  test.each(['', '[1709367330] hello\n', `[${S}] SERVICE ALERT: x\n`, `plain\n${LOG}`])(
    'is not %j',
    (text) => {
      expect(isNagiosLog(text)).toBe(false);
    },
  );

  test('damaged lines are counted', () => {
    expect(readNagiosLog(`[${S}] SERVICE ALERT: ;;;\n[${S}] HOST ALERT: a;LOST;HARD;1;x\n`, 10)).toEqual({
      notices: [],
      rejected: 2,
    });
  });
});
