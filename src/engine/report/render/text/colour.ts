/** Terminal colours as SGR sequences, each run closed again. Decides nothing about when colour is wanted. */
import type { Tone } from '../document.ts';

export type Style = 'plain' | 'bold' | 'dim' | 'code' | 'command' | 'heading' | 'badge' | Tone;

const ESCAPE = String.fromCharCode(0x1b);

const SGR: Readonly<Record<Style, string>> = {
  plain: '',
  bold: '1',
  dim: '2',
  muted: '2',
  code: '36',
  command: '1;32',
  heading: '1;4',
  badge: '1;7',
  bad: '1;31',
  warn: '1;33',
  good: '1;32',
};

export function paint(value: string, style: Style, color: boolean): string {
  const codes = SGR[style];
  return !color || codes === '' || value === '' ? value : `${ESCAPE}[${codes}m${value}${ESCAPE}[0m`;
}
