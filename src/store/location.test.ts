import { describe, expect, it } from 'vitest';
import { storeFolder } from './location.ts';

describe('storeFolder', () => {
  const base = { given: null, environment: {}, cwd: '/work', home: '/home/dana', system: 'linux' } as const;

  it.skipIf(process.platform === 'win32').each([
    { name: '--store, relative to where one is', options: { ...base, given: 'x' }, want: '/work/x' },
    { name: 'the variable', options: { ...base, environment: { WICKED_PLATFORM_STORE: '/s' } }, want: '/s' },
    { name: 'the state folder', options: base, want: '/home/dana/.local/state/wicked-platform' },
    {
      name: 'XDG_STATE_HOME',
      options: { ...base, environment: { XDG_STATE_HOME: '/x' } },
      want: '/x/wicked-platform',
    },
    {
      name: 'no relative XDG_STATE_HOME',
      options: { ...base, environment: { XDG_STATE_HOME: 'x' } },
      want: '/home/dana/.local/state/wicked-platform',
    },
    {
      name: 'macOS',
      options: { ...base, system: 'darwin' as const },
      want: '/home/dana/Library/Application Support/wicked-platform',
    },
  ])('takes $name', ({ options, want }) => {
    expect(storeFolder(options)).toBe(want);
  });
});
