/** Names that stand in time stamps: months in the languages that system locales print, and zone abbreviations. Not a general locale table. */

/** Lower-case prefixes of month names, January first: English, then French, German, Spanish, Italian, Portuguese, Dutch. */
const MONTH_PREFIXES: readonly (readonly string[])[] = [
  ['jan', 'ene', 'gen', 'jän'],
  ['feb', 'fév', 'fev', 'févr'],
  ['mar', 'mär', 'mrz', 'maa', 'mrt'],
  ['apr', 'avr', 'abr'],
  ['may', 'mai', 'mag', 'mei'],
  ['jun', 'juin', 'giu'],
  ['jul', 'juil', 'lug'],
  ['aug', 'aoû', 'aou', 'ago'],
  ['sep', 'set'],
  ['oct', 'okt', 'ott', 'out'],
  ['nov'],
  ['dec', 'déc', 'dez', 'dic'],
];

const MONTH_OF = new Map(
  MONTH_PREFIXES.flatMap((prefixes, index) => prefixes.map((prefix) => [prefix, index + 1])),
);

const MONTH_WORDS =
  /^(jan(uary|v|vier|uar|uari|eiro)?|j[aä]n(ner)?|ene(ro)?|gen(naio)?|feb(ruary|ruar|rero|braio|ruari)?|f[ée]v(r|rier|ereiro)?|mar(ch|s|zo|ço|et)?|m[äa]r(z)?|mrz|mrt|maart|apr(il|ile)?|avr(il)?|abr(il)?|may(o)?|mai(o)?|mag(gio)?|mei|jun(e|i|io|ho)?|juin|giu(gno)?|jul(y|i|io|ho)?|juil(let)?|lug(lio)?|aug(ust|ustus)?|ao[ûu](t)?|ago(sto)?|sep(t|tember|tembre|tiembre)?|set(tembre|embro)?|o[ck]t(ober|obre|ubre)?|ott(obre)?|out(ubro)?|nov(ember|embre|iembre|embro)?|d[eé]c(ember|embre)?|dez(ember|embro)?|dic(iembre|embre)?)\.?$/;

/** 1…12, or 0 when the word is no month name. */
export function monthOf(word: string): number {
  const lower = word.toLowerCase();
  if (!MONTH_WORDS.test(lower)) return 0;
  return MONTH_OF.get(lower.slice(0, 4)) ?? MONTH_OF.get(lower.slice(0, 3)) ?? 0;
}

const WEEKDAYS = /^(mon|tue|wed|thu|fri|sat|sun)(day|sday|nesday|rsday|urday|s|rs)?$/i;

export function isWeekday(word: string): boolean {
  return WEEKDAYS.test(word);
}

/**
 * Minutes east of UTC. Where an abbreviation names two zones, the one that servers print more often is taken
 * (CST: US Central, IST: India, BST: British Summer Time).
 */
const ZONE_MINUTES: Readonly<Record<string, number>> = {
  Z: 0,
  UTC: 0,
  GMT: 0,
  UCT: 0,
  WET: 0,
  WEST: 60,
  BST: 60,
  CET: 60,
  CEST: 120,
  MEZ: 60,
  MESZ: 120,
  EET: 120,
  EEST: 180,
  SAST: 120,
  MSK: 180,
  IST: 330,
  PKT: 300,
  WIB: 420,
  ICT: 420,
  SGT: 480,
  HKT: 480,
  AWST: 480,
  JST: 540,
  KST: 540,
  ACST: 570,
  AEST: 600,
  ACDT: 630,
  AEDT: 660,
  NZST: 720,
  NZDT: 780,
  BRT: -180,
  ADT: -180,
  AST: -240,
  EDT: -240,
  EST: -300,
  CDT: -300,
  CST: -360,
  MDT: -360,
  MST: -420,
  PDT: -420,
  PST: -480,
  AKDT: -480,
  AKST: -540,
  HST: -600,
};

/** Minutes east of UTC of an upper-case abbreviation, or null. */
export function zoneMinutes(word: string): number | null {
  return Object.hasOwn(ZONE_MINUTES, word) ? (ZONE_MINUTES[word] ?? null) : null;
}
