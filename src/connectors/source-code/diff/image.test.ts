import { describe, expect, test } from 'vitest';
import { ignoredFeatures, imageFeatures } from './image.ts';

const BASE =
  'FROM node:22-alpine\nWORKDIR /app\nCOPY package.json ./\nCOPY templates ./templates\nRUN apk add --no-cache tzdata fontconfig\nCMD ["node", "main.js"]\n';
const of = (before: string, after: string) =>
  imageFeatures(before, after).map(({ kind, detail }) => `${kind}: ${detail}`);

describe('what an image is made of', () => {
  test.each([
    {
      name: 'nothing that counts changed',
      after: BASE.replace('WORKDIR /app', 'WORKDIR /app\nUSER node'),
      want: [],
    },
    {
      name: 'another base',
      after: BASE.replace('node:22-alpine', 'node:22-slim'),
      want: ['image-changed: the image stands on node:22-slim instead of node:22-alpine'],
    },
    {
      name: 'files that are no longer put in',
      after: BASE.replace('COPY templates ./templates\n', ''),
      want: ['files-left-out: templates is no longer put into the image'],
    },
    {
      name: 'files that come with everything',
      after: BASE.replace('COPY templates ./templates', 'COPY . .'),
      want: [],
    },
    {
      name: 'a package that is no longer installed, over continued lines',
      after: BASE.replace('RUN apk add --no-cache tzdata fontconfig', 'RUN apk add --no-cache \\\n  tzdata'),
      want: ['files-left-out: fontconfig is no longer installed in the image'],
    },
    {
      name: 'a stage of its own before the same last one',
      after: `FROM golang:1.24 AS build\nRUN make\n${BASE}`,
      want: [],
    },
  ])('$name', ({ after, want }) => {
    expect(of(BASE, after)).toEqual(want);
  });

  test('a pattern that came into the list of what is left out', () => {
    const before = '# tools\nnode_modules\n';
    const features = ignoredFeatures(before, `${before}!keep\n**/locales/*.json\n`);
    expect(features.map(({ detail, symbols, line }) => ({ detail, symbols, line }))).toEqual([
      {
        detail: '**/locales/*.json is left out of the image',
        symbols: ['locales/.json', 'locales', '.json'],
        line: 4,
      },
    ]);
  });

  test('any bytes are read without a throw', () => {
    const hostile = '\u0000FROM\nCOPY\nCOPY [\nFROM \\\n\\\n'.repeat(50);
    expect(imageFeatures(hostile, BASE).length).toBeLessThan(10);
    expect(imageFeatures(BASE, hostile).length).toBeGreaterThan(0);
  });
});
