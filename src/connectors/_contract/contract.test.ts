import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import type { Connector } from '../../ports/connector.ts';
import { type ContractSubject, connectorContract } from './connector-contract.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

async function load(name: string): Promise<ContractSubject> {
  const folder = join(root, name);
  const module: { readonly connector: Connector } = await import(
    pathToFileURL(join(folder, 'index.ts')).href
  );
  return { name, folder, connector: module.connector };
}

const names = readdirSync(root)
  .filter((name) => !name.startsWith('_') && existsSync(join(root, name, 'index.ts')))
  .sort();
const subjects = await Promise.all(names.map(load));

test('every folder is a connector', () => {
  expect(subjects.length).toBeGreaterThan(0);
  expect(subjects.every(({ connector }) => typeof connector.collect === 'function')).toBe(true);
});

for (const subject of subjects) {
  const others = subjects.filter((other) => other !== subject).map(({ connector }) => connector);
  connectorContract(subject, others);
}
