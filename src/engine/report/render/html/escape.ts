/** HTML escaping: text stays text in content and in quoted attributes. */
import { cleanLine } from '../words/clean.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For lines that are clean already, such as those of commands and quotations. */
export function escapeMarkup(value: string): string {
  return value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

export function escapeHtml(value: string): string {
  return escapeMarkup(cleanLine(value));
}

/** An id that is safe in an attribute and in a link; other characters than letters, digits and hyphens become hyphens. */
export function anchorId(value: string): string {
  return value.replace(/[^A-Za-z0-9-]/g, '-');
}
