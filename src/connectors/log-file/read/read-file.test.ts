import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { epochMs } from '../../../domain/time.ts';
import type { EvidenceFile } from '../../../ports/connector.ts';
import { CHUNK, MAX_LINE } from '../scan/line-kernel.ts';
import { LineFeeder, type LineTaker } from './line-feeder.ts';
import { readLines } from './read-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'wicked-read-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(text: string): EvidenceFile {
  const absolutePath = join(folder, 'app.log');
  writeFileSync(absolutePath, text);
  return {
    path: 'app.log',
    absolutePath,
    size: text.length,
    modifiedAt: epochMs(0),
    compression: 'none',
    explicitLog: false,
    head: () => text,
  };
}

const OPTIONS = { range: null, signal: new AbortController().signal, progress: () => undefined };

describe('reading a file', () => {
  it('tells a fault of what takes its lines, at each of its calls, as a fault of this file alone', async () => {
    const taker: LineTaker = {
      bytes: Buffer.alloc(CHUNK + MAX_LINE + 2),
      takeLines: () => {
        throw new RangeError('memory access out of bounds');
      },
    };
    expect(await readLines(fileOf('one\ntwo\n'), 'none', new LineFeeder(taker), OPTIONS)).toEqual({
      kind: 'broken',
      bytes: 8,
      why: 'memory access out of bounds',
    });
  });

  it('says why a file that is not there cannot be read', async () => {
    const taker: LineTaker = { bytes: Buffer.alloc(CHUNK + MAX_LINE + 2), takeLines: () => 0 };
    const gone = { ...fileOf(''), absolutePath: join(folder, 'gone.log') };
    expect(await readLines(gone, 'none', new LineFeeder(taker), OPTIONS)).toMatchObject({
      kind: 'unreadable',
      why: expect.stringContaining('ENOENT'),
    });
  });
});
