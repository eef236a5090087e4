import { describe, expect, it } from 'vitest';
import {
  machineOfPath,
  revisionOfPod,
  saidServiceOf,
  serviceOf,
  serviceOfFile,
  serviceOfPath,
} from './service-name.ts';

const PATHS: readonly (readonly [string, string | null])[] = [
  ['checkout-api.log', 'checkout-api'],
  ['logs/checkout-api.log.2.gz', 'checkout-api'],
  ['logs/checkout-api-2024-01-15.log', 'checkout-api'],
  ['logs/checkout-api/error.log', 'checkout-api'],
  ['logs/web-access.log', 'web'],
  ['log/mariadb-Sun.log', 'mariadb'],
  ['log/mongod.Friday.log', 'mongod'],
  ['logs/cart-7d9c5b8f64-k2x9p.log', 'cart'],
  ['logs/CheckoutApi.jsonl', 'checkout-api'],
  ['app.log', null],
  // a framework's own file name gives way to the folder that it lies in, and stands where there is none
  ['billing/storage/logs/laravel-2024-01-15.log', 'billing'],
  ['shop/log/production.log', 'shop'],
  ['shop/shared/log/sidekiq.log', 'shop'],
  ['logs/sidekiq.log', 'sidekiq'],
  ['logs/production.log', null],
  ['catalina.out', 'catalina'],
  ['shop/worker.log', 'worker'],
  ['logs/error.log', null],
  ['logs/messages.log.gz', null],
  ['logs/nginx_access.log', null],
  ['logs/syslog', null],
  ['dmesg-T.txt', null],
  ['kubectl-logs.txt', null],
  ['logs.csv', null],
  ['-', null],
];

describe('serviceOfPath', () => {
  it.each(PATHS)('%s', (path, service) => expect(serviceOfPath(path)).toBe(service));
});

describe('serviceOfFile', () => {
  const line = (name: string) =>
    `I, [2026-12-01T09:12:08.151655 #209]  INFO -- ${name}: ticket issued order=1\n`;

  it('takes the log of a part for the service that its folder and its lines name', () => {
    expect(serviceOfFile('logs/tickets/worker.log', line('tickets').repeat(9))).toBe('tickets');
  });

  it('keeps the name of the file where the lines name nobody, or somebody else', () => {
    expect(serviceOfFile('logs/tickets/worker.log', line('worker').repeat(9))).toBe('worker');
    expect(serviceOfFile('logs/tickets/mailer.log', line('tickets').repeat(9))).toBe('mailer');
    expect(serviceOfFile('logs/worker.log', line('logs').repeat(9))).toBe('worker');
    expect(serviceOfFile('shop/worker.log', '')).toBe('worker');
  });
});

describe('serviceOf', () => {
  const none = { service: null, pod: null, logger: null };

  it('prefers what the record says, then its pod, then the file', () => {
    expect(serviceOf({ ...none, service: 'Cart' }, 'file')).toBe('cart');
    expect(serviceOf({ ...none, pod: 'cart-7d9c5b8f64-k2x9p' }, 'file')).toBe('cart');
    expect(serviceOf(none, 'file')).toBe('file');
    expect(serviceOf({ ...none, pod: 'cart' }, null)).toBe('cart');
    expect(serviceOf(none, null)).toBeNull();
  });

  it('takes a pod or a container in the place of the service for its workload', () => {
    expect(saidServiceOf({ ...none, service: 'cart-7d9c5b8f64-k2x9p' })).toBe('cart');
  });

  it('takes a part of a program for the program', () => {
    const pod = 'rates-7d9c5b8f64-k2x9p';
    expect(saidServiceOf({ ...none, pod, logger: 'rates-server' })).toBe('rates');
    expect(serviceOf({ ...none, logger: 'rates-server' }, 'rates')).toBe('rates');
    // a field that says the service is believed
    expect(saidServiceOf({ ...none, pod, service: 'rates-convert' })).toBe('rates-convert');
    expect(serviceOf({ ...none, service: 'rates-server' }, 'rates')).toBe('rates-server');
  });

  it('takes a logger for the service only where it is shaped like one and no better name is given', () => {
    expect(serviceOf({ ...none, logger: 'checkout-api' }, 'all')).toBe('checkout-api');
    expect(serviceOf({ ...none, service: 'cart-web', logger: 'http-client' }, null)).toBe('cart-web');
    expect(serviceOf({ ...none, logger: 'com.example.Cart' }, null)).toBeNull();
    expect(serviceOf({ ...none, service: 'root' }, 'cart')).toBe('cart');
  });
});

describe('revisionOfPod', () => {
  it('is the hash of the replica set', () => {
    expect(revisionOfPod('cart-api-7d9c5b8f64-k2x9p')).toBe('7d9c5b8f64');
    expect(revisionOfPod('cart-api-0')).toBeNull();
    expect(revisionOfPod('cart-api')).toBeNull();
  });
});

describe('machineOfPath', () => {
  it.each([
    ['logs/web-3/access.log', 'web-3'],
    ['web-3/var/log/nginx/error.log', 'web-3'],
    ['node12/log/app.log', 'node12'],
    ['logs/shop/app.log', null],
    ['logs/run-2/app.log', null],
    ['web-3.log', null],
  ])('%s', (path, machine) => expect(machineOfPath(path)).toBe(machine));
});
