/** Prefixes of `kubectl logs --prefix` (`[pod/name/container]`) and of stern (`pod container`, `namespace pod container`). */
import type { LogFormat, Unwrapped } from '../format.ts';
import { parseUnwrapped } from './wrapped.ts';

const KUBECTL = /^\[pod\/([\w.-]{1,253})\/([\w.-]{1,63})\] ?/;
const POD = String.raw`[a-z0-9][a-z0-9.-]{0,200}-(?:[a-z0-9]{8,10}-[a-z0-9]{5}|\d{1,3}|[a-z0-9]{5})`;
const STERN = new RegExp(`^(?:[a-z0-9][a-z0-9-]{0,62} )?(${POD}) ([a-z0-9][a-z0-9-]{0,62}) (?=\\S)`);

function unwrap(line: string): Unwrapped | null {
  const head = line.slice(0, 512);
  const found = KUBECTL.exec(head) ?? STERN.exec(head);
  if (found === null) return null;
  const outer = { pod: found[1] ?? null, attributes: { 'k8s.container.name': found[2] ?? '' } };
  return { payload: line.slice(found[0].length), outer };
}

/** Stern's prefix has no mark of its own: a Deployment's pod name, or what follows is the start of a record. */
function isStern(line: string): boolean {
  const found = STERN.exec(line.slice(0, 512));
  if (found === null) return false;
  const isDeployment = /-[a-z0-9]{6,10}-[a-z0-9]{5}$/.test(found[1] ?? '') && /\d/.test(found[1] ?? '');
  return (
    isDeployment ||
    /^(?:\d{4}-\d\d|\{|\[\d|time=|level=|ts=)/.test(line.slice(found[0].length, found[0].length + 12))
  );
}

export const format: LogFormat = {
  id: 'kubectl',
  role: 'wrapper',
  sniff: (line) => {
    if (line.startsWith('[pod/') && KUBECTL.test(line.slice(0, 512))) return 1;
    return isStern(line) ? 0.8 : 0;
  },
  parse: (line, context) => parseUnwrapped(format, line, context),
  unwrap,
  samples: [
    {
      line: '[pod/cart-6d4cf56db6-x7k2p/app] ready to serve',
      expect: {
        pod: 'cart-6d4cf56db6-x7k2p',
        message: 'ready to serve',
        attributes: { 'k8s.container.name': 'app' },
      },
    },
    {
      line: 'cart-6d4cf56db6-x7k2p app ready to serve',
      expect: { pod: 'cart-6d4cf56db6-x7k2p', message: 'ready to serve' },
    },
    { line: 'shop queue-0 rabbit 2024-03-02 08:15:30 [info] up', expect: { pod: 'queue-0' } },
  ],
};
