/** Which names failures of resolution are about. */
import type { FailingPattern } from './facts.ts';

/** `urllib3.connection.HTTPSConnection`, `java.net.UnknownHostException`: with a capital wherever it stands. */
function isClass(name: string, samples: readonly { readonly message: string }[]): boolean {
  const saying = samples.filter(({ message }) => message.toLowerCase().includes(name));
  return saying.length > 0 && saying.every(({ message }) => !message.includes(name));
}

/** Hosts that failures of resolution name, or whom they say was called. */
export function unresolvedNames(texts: readonly FailingPattern[]): readonly string[] {
  const unresolved = texts.filter(({ symptom }) => symptom.class === 'dns');
  const hosts = unresolved.flatMap(({ message, pattern }) =>
    [...message.matchAll(/\b([a-z0-9-]+(?:\.[a-z0-9-]+){2,})\b/g)].flatMap(([, host = '']) =>
      /^[\d.]+$/.test(host) || isClass(host, pattern.samples) ? [] : [host],
    ),
  );
  const peers = unresolved.flatMap(({ symptom }) => (symptom.peer === null ? [] : [symptom.peer]));
  const isNamed = (peer: string) => hosts.some((host) => host === peer || host.startsWith(`${peer}.`));
  return [...new Set([...hosts, ...peers.filter((peer) => !isNamed(peer))])].sort();
}
