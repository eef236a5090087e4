import { expect, test } from 'vitest';
import { parseLine } from './parse-line.ts';
import { w3cColumns } from './w3c-columns.ts';

const AT = Date.UTC(2024, 2, 2, 8, 15, 30);

test.each([
  {
    name: 'HTTP.sys',
    head: '#Software: Microsoft HTTP API 2.0\n#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri streamid sc-status s-siteid s-reason s-queuename\n',
    line: '2024-03-02 08:15:30 10.0.0.1 1234 10.0.0.2 443 HTTP/1.1 GET /carts/17 - 503 1 QueueFull carts',
    want: {
      severity: 'error',
      message: 'GET /carts/17',
      request: { status: 503, route: '/carts/{id}', durationMs: null },
      attributes: { reason: 'QueueFull' },
    },
  },
  {
    name: 'IIS with columns of its own',
    head: '#Fields: date time cs-method cs-uri-stem time-taken sc-status cs(User-Agent)\n',
    line: '2024-03-02 08:15:30 POST /carts 812 500 curl/8+(x)',
    want: {
      severity: 'error',
      message: 'POST /carts',
      request: { status: 500, durationMs: 812 },
      attributes: { 'user_agent.original': 'curl/8 (x)' },
    },
  },
  {
    name: 'seconds with a fraction, between tabs',
    head: '#Version: 1.0\n#Fields: date\ttime\tcs-method\tcs-uri-stem\tsc-status\ttime-taken\n',
    line: '2024-03-02\t08:15:30\tGET\t/carts\t200\t0.031',
    want: { severity: 'info', request: { status: 200, durationMs: 31 } },
  },
])('$name', ({ head, line, want }) => {
  const columns = w3cColumns(head);
  expect(columns).not.toBeNull();
  const { parsed } = parseLine(line, { yearHint: 2024, columns }, null);
  expect(parsed).toMatchObject({ wallMs: AT, offsetMinutes: 0, ...want });
});

test('lines that have other columns, and files that name none, are read as ever', () => {
  const line = '2024-03-02 08:15:30 cart lost its total and nobody knows why';
  expect(parseLine(line, { yearHint: 2024, columns: ['date', 'time', 'x'] }, null).format?.id).toBe('text');
  expect(parseLine(line, { yearHint: 2024 }, null).format?.id).toBe('text');
  for (const head of ['', '#Fields: a b\n', `#Fields: ${'x '.repeat(200)}date time\n`])
    expect(w3cColumns(head)).toBeNull();
});
