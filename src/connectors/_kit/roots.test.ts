import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allowedBelow, fixedPartOf } from './roots.ts';

let folder = '';
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'wicked-roots-')));
  for (const name of ['root', 'root/sub', 'root-beside', 'outside']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'outside', 'a.log'), '');
  if (process.platform === 'win32') return;
  symlinkSync(join(folder, 'outside'), join(folder, 'root', 'out'));
  symlinkSync(join(folder, 'root', 'sub'), join(folder, 'outside', 'in'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a place', () => {
  it.each([
    { name: 'the root itself', path: 'root', allowed: true },
    { name: 'a folder below', path: 'root/sub', allowed: true },
    { name: 'a file that is not there yet', path: 'root/sub/deep/new.json', allowed: true },
    { name: 'a name that begins with two dots', path: 'root/..hidden', allowed: true },
    { name: 'a way up', path: 'root/../outside', allowed: false },
    { name: 'a folder whose name begins like the root', path: 'root-beside', allowed: false },
    { name: 'the parent', path: '.', allowed: false },
  ])('is inside or not: $name', ({ path, allowed }) => {
    expect(allowedBelow([join(folder, 'root')])(`${folder}/${path}`)).toBe(allowed);
  });

  it.runIf(process.platform !== 'win32').each([
    { name: 'out of the root', path: 'root/out/a.log', allowed: false },
    { name: 'out of the root to what is not there', path: 'root/out/new.log', allowed: false },
    { name: 'into the root', path: 'outside/in', allowed: true },
  ])('counts by what a link points to: $name', ({ path, allowed }) => {
    expect(allowedBelow([join(folder, 'root')])(join(folder, path))).toBe(allowed);
  });

  it.each([
    { path: 'logs/app.log', want: 'logs/app.log' },
    { path: 'logs/*.log', want: 'logs/' },
    { path: '*.log', want: '.' },
    { path: '/var/{log,run}/a', want: '/var/' },
    { path: '../out*/a.log', want: '../' },
  ])('is reached at most by the fixed part of $path', ({ path, want }) => {
    expect(fixedPartOf(path)).toBe(want);
  });
});
