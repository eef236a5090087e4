/** Makes the bulky logs of a scenario from a few recipes, the same bytes each time. It is no simulator: a recipe says every count. */
import { instantOf } from './fast-import.ts';
import type { GeneratedFile } from './history-schema.ts';

type Random = () => number;

/** One line of a stream: when, the how many-eth from 0, and the share of the stream before it. */
interface Line {
  readonly at: number;
  readonly index: number;
  readonly share: number;
}

/** Mulberry32: 32 bits of state, equidistributed enough for log filler and the same everywhere. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `15/Jan/2024:14:23:15 +0000`, the stamp of access logs. */
function clf(iso: string): string {
  return `${iso.slice(8, 10)}/${MONTHS[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

function integerIn(range: string, random: Random): string {
  const [low = 0, high = 0] = range.split('-').map(Number);
  return String(low + Math.floor(random() * (high - low + 1)));
}

function pick(choices: string, random: Random): string {
  const all = choices.split('|');
  return all[Math.floor(random() * all.length)] ?? '';
}

/** `Jan  5 14:23:15`, the stamp of classic syslog: no year, no zone. */
function classic(iso: string): string {
  return `${MONTHS[Number(iso.slice(5, 7)) - 1]} ${String(Number(iso.slice(8, 10))).padStart(2)} ${iso.slice(11, 19)}`;
}

/** `1/5/2024 2:23:15 PM`, as Windows writes it for Americans. */
function american(iso: string): string {
  const hour = Number(iso.slice(11, 13));
  const day = `${Number(iso.slice(5, 7))}/${Number(iso.slice(8, 10))}/${iso.slice(0, 4)}`;
  return `${day} ${hour % 12 === 0 ? 12 : hour % 12}:${iso.slice(14, 19)} ${hour < 12 ? 'AM' : 'PM'}`;
}

/** A stamp on a clock that is so many hours ahead of UTC: `+9`, `-3.5`; none given: UTC. */
function onClock(at: number, hours: string): string {
  return new Date(at + Number(hours || 0) * 3_600_000).toISOString();
}

/** `10-95` at the share of the stream that has gone by, whole numbers. */
function ramp(range: string, share: number): string {
  const [low = 0, high = 0] = range.split('-').map(Number);
  return String(Math.round(low + (high - low) * share));
}

function hexDigits(length: number, random: Random): string {
  return Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
}

/**
 * Placeholders: `{time}` `{timems}` `{clf}` the instant, `{epoch}` `{epochms}` `{epochns}` since 1970, `{later:20-90}` nanoseconds of an instant so many milliseconds after it; without a zone, on a clock so many hours ahead: `{local:+9}` `{syslog}` `{windows:-5}`;
 * `{int:1-9}` `{pick:a|b}` `{hex:8}` random; `{n:1001}` counts up from that number; `{ramp:10-95}` goes from the one to the other over the stream.
 * Anything else in braces stays as it is.
 */
function fill(line: string, { at, index, share }: Line, random: Random): string {
  const iso = new Date(at).toISOString();
  return line.replaceAll(/\{([a-z]+)(?::([^{}]*))?\}/g, (whole, name: string, argument = '') => {
    switch (name) {
      case 'time':
        return `${iso.slice(0, 19)}Z`;
      case 'timems':
        return iso;
      case 'local':
        return onClock(at, argument).slice(0, 19).replace('T', ' ');
      case 'syslog':
        return classic(onClock(at, argument));
      case 'windows':
        return american(onClock(at, argument));
      case 'epoch':
        return String(Math.floor(at / 1000));
      case 'epochms':
        return String(at);
      case 'epochns':
        return `${at}000000`;
      case 'later':
        return `${at + Number(integerIn(argument, random))}000000`;
      case 'ramp':
        return ramp(argument, share);
      case 'clf':
        return clf(iso);
      case 'int':
        return integerIn(argument, random);
      case 'pick':
        return pick(argument, random);
      case 'hex':
        return hexDigits(Number(argument), random);
      case 'n':
        return String(Number(argument) + index);
      default:
        return whole;
    }
  });
}

function instantsOf(stream: GeneratedFile['streams'][number], now: number, random: Random): number[] {
  if (stream.at !== undefined) return stream.at.map((moment) => instantOf(moment, now));
  const from = instantOf(stream.from ?? 'now', now);
  const to = instantOf(stream.to ?? 'now', now);
  if (stream.everySeconds !== undefined) {
    const step = stream.everySeconds * 1000;
    return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, index) =>
      Math.round(from + index * step),
    );
  }
  const count = stream.count ?? 0;
  const width = (to - from) / count;
  // The first line stands at `from` itself, so that a recipe can place an onset to the second.
  return Array.from({ length: count }, (_, index) =>
    Math.floor(from + (index + (index === 0 ? 0 : random() * 0.98)) * width),
  );
}

/** The text of one generated file: all streams merged by time; at the same second, in the order of the recipes. */
export function generateLines(file: GeneratedFile, now: number): string {
  const lines = file.streams.flatMap((stream, order) => {
    const random = randomFrom(file.seed * 1009 + order);
    const instants = instantsOf(stream, now, random);
    return instants.map((at, index) => ({
      at,
      order,
      text: fill(stream.line, { at, index, share: index / Math.max(1, instants.length - 1) }, random),
    }));
  });
  const second = (at: number) => Math.floor(at / 1000);
  lines.sort((a, b) => second(a.at) - second(b.at) || a.order - b.order || a.at - b.at);
  const header = file.header === undefined ? [] : [file.header];
  return `${[...header, ...lines.map(({ text }) => text)].join('\n')}\n`;
}
