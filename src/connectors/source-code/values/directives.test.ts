import { expect, test } from 'vitest';
import { entriesOf } from './entries.ts';

async function read(path: string, text: string) {
  return (await entriesOf(path, text)).map(({ key, value, line }) => [
    key,
    value.number ?? value.raw,
    value.unit,
    line,
  ]);
}

const NGINX = `worker_processes 1;
events { worker_connections 256; }
http {
  # the app answers late at night
  upstream carts {
    server 10.0.0.7:8080;
    keepalive 8;
  }
  server {
    listen 80;
    location /api/ {
      proxy_pass http://carts/;
      proxy_set_header Connection "";
      proxy_read_timeout 200ms; # fail fast
    }
  }
}
`;

test('nginx: directives are called after the block that has a name', async () => {
  expect(await read('edge/nginx.conf', NGINX)).toEqual([
    ['worker_processes', 1, 'none', 1],
    ['worker_connections', 256, 'count', 2],
    ['carts.server', '10.0.0.7:8080', 'none', 6],
    ['carts.keepalive', 8, 'none', 7],
    ['listen', 80, 'none', 10],
    ['api.proxy_pass', 'http://carts/', 'none', 12],
    ['api.proxy_set_header', 'Connection ""', 'none', 13],
    ['api.proxy_read_timeout', 200, 'ms', 14],
  ]);
});

test('nginx: a block on one line has its directives', async () => {
  expect(
    await read('nginx.conf', 'upstream carts { server 10.0.0.7:8080; keepalive 8; }\nuser www;\n'),
  ).toEqual([
    ['carts.server', '10.0.0.7:8080', 'none', 1],
    ['carts.keepalive', 8, 'none', 1],
    ['user', 'www', 'none', 2],
  ]);
});

test('nginx: what stands behind a word is told apart by its names', async () => {
  expect(
    await read(
      'nginx.conf',
      'limit_req_zone $server_name zone=w:10m rate=10r/s;\nlimit_req zone=w burst=5 nodelay;\n',
    ),
  ).toEqual([
    ['limit_req_zone', '$server_name', 'none', 1],
    ['limit_req_zone.zone', 'w:10m', 'none', 1],
    ['limit_req_zone.rate', '10r/s', 'none', 1],
    ['limit_req', 'nodelay', 'none', 2],
    ['limit_req.zone', 'w', 'none', 2],
    ['limit_req.burst', 5, 'count', 2],
  ]);
});

test('HAProxy: words before an amount are the key', async () => {
  const text =
    'defaults\n  mode http\n  timeout server 12s\n  retries 1\nbackend carts\n  balance roundrobin\n  fullconn 20\n';
  expect(await read('haproxy.cfg', text)).toEqual([
    ['mode', 'http', 'none', 2],
    ['timeout.server', 12, 's', 3],
    ['retries', 1, 'count', 4],
    ['carts.balance', 'roundrobin', 'none', 6],
    ['carts.fullconn', 20, 'none', 7],
  ]);
});

test('Redis: a word and its value', async () => {
  expect(await read('redis.conf', 'maxmemory 100mb\nmaxmemory-policy noeviction\n')).toEqual([
    ['maxmemory', 100, 'MBy', 1],
    ['maxmemory-policy', 'noeviction', 'none', 2],
  ]);
});

test('a file of assignments is none of directives', async () => {
  expect(await read('postgresql.conf', 'max_connections = 20\nshared_buffers = 128MB\n')).toEqual([
    ['max_connections', 20, 'count', 1],
    ['shared_buffers', 128, 'MBy', 2],
  ]);
});
