import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sanitise, stripControls } from './sanitise.ts';

const policy = {
  redact: (text: string) => text.replaceAll('hunter2', '[redacted]'),
  isSecretName: (name: string) => name === 'password',
};

describe('stripControls', () => {
  it.each([
    { name: 'colours', given: 'a\u001b[31;1mb\u001b[0mc', want: 'abc' },
    { name: 'a window title', given: 'a\u001b]0;rm -rf\u0007b', want: 'ab' },
    { name: 'a hyperlink', given: '\u001b]8;;http://x\u001b\\text\u001b]8;;\u001b\\', want: 'text' },
    { name: 'eight-bit sequences', given: 'a\u009b2Jb\u009d0;x\u009cc', want: 'abc' },
    { name: 'an escape at the end', given: 'a\u001b', want: 'a' },
    { name: 'an unfinished title', given: 'a\u001b]0;x', want: 'a' },
    { name: 'bell, backspace, null and carriage return', given: 'a\u0007\b\u0000\rb', want: 'ab' },
    { name: 'marks that turn the reading direction', given: 'a\u202egnp.exe\u2066', want: 'agnp.exe' },
    {
      name: 'nothing of tabs, line ends and letters',
      given: 'Zürich\t→\n✓ 漢字 😀',
      want: 'Zürich\t→\n✓ 漢字 😀',
    },
  ])('takes out $name', ({ given, want }) => {
    expect(stripControls(given)).toBe(want);
  });

  it('leaves nothing that steers a terminal, whatever the text', () => {
    const nasty = fc.array(
      fc.oneof(fc.string(), fc.constantFrom('\u001b', '[', ']', '\u009b', '\u0007', 'm', '\\', '\u202e')),
    );
    fc.assert(
      fc.property(nasty, (parts) => {
        const clean = stripControls(parts.join(''));
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
        expect(clean).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
        expect(stripControls(clean)).toBe(clean);
      }),
    );
  });
});

describe('sanitise', () => {
  it('returns the very same object where nothing had to change', () => {
    const value = { patterns: [{ id: 'a', at: [1, 2], template: 'x', nested: { deep: null } }] };
    expect(sanitise(value, policy)).toBe(value);
  });

  it('redacts text, keeps references and places whole', () => {
    const given = {
      evidence: [
        { ref: 'log:hunter2.log:1', excerpt: 'pw hunter2', locator: { kind: 'file', path: 'hunter2.log' } },
      ],
      samples: [{ message: 'hunter2', evidence: 'log:hunter2.log:1' }],
      attributes: { user: 'hunter2' },
    };
    expect(sanitise(given, policy)).toEqual({
      evidence: [
        {
          ref: 'log:hunter2.log:1',
          excerpt: 'pw [redacted]',
          locator: { kind: 'file', path: 'hunter2.log' },
        },
      ],
      samples: [{ message: '[redacted]', evidence: 'log:hunter2.log:1' }],
      attributes: { user: '[redacted]' },
    });
  });

  it('hides the text value of a secret key, not a number or a flag', () => {
    const value = (raw: string, kind: string) => ({ raw, kind });
    const given = [
      { key: 'password', oldValue: value('s3cret', 'string'), newValue: value('5', 'number') },
      { key: 'timeout', oldValue: value('s3cret', 'string'), newValue: null },
    ];
    expect(sanitise(given, policy)).toEqual([
      { key: 'password', oldValue: value('[redacted secret]', 'string'), newValue: value('5', 'number') },
      given[1],
    ]);
  });
});
