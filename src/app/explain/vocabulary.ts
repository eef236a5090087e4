/** Which words may be said of a fact that does not hold them. What is in no list must stand in the fact itself: a list of allowed words can be checked, a list of lies cannot. */
import { append } from '../../domain/append.ts';

const setOf = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''));

/** They carry no claim: articles, copulas, prepositions of place, verbs of reporting. No quantifier, no order in time, no hedge. */
export const NEUTRAL = setOf(`
  a an the of in on at by for with and is was were are be been being has have had its their as there here
  this that it which who whose to from into per also utc when where
  service report reports reported evidence according data engine recorded record see seen shows show shown
  found observed noted says said say states stated happened happen occurred occur value values version line lines file
  place took taken out
`);

/** Each must stand in both or in neither: they turn a claim round or bind it. */
export const POLARITY = setOf(`
  no not never none nothing nobody nowhere without neither nor cannot hardly barely unlikely unable
  unknown unclear undetermined unconfirmed absent missing
  if unless until only except otherwise although though but instead rather
  may might could would should must can shall will probably possibly likely perhaps maybe presumably
  assumed assume assumes estimated estimate apparently allegedly supposedly
  all every each any most many few half both some several
  low medium
`);

/** Those of them that say how sure it is, wherever they stand; the others bind the word after them. */
export const DOUBT = setOf(`
  unknown unclear undetermined unconfirmed unlikely probably possibly likely perhaps maybe presumably
  assumed assume assumes estimated estimate apparently allegedly supposedly low medium
`);

/** Words that say what brought something about: only of the cause. */
export const CAUSAL = setOf(`
  cause causes caused causing because due blame blamed culprit responsible fault triggered trigger triggers
  led lead leads broke broken breaks breaking introduced introduces root origin originated originates
  reason reasons source behind result resulted results resulting explains explain explained guilty accused suspect
  therefore thus hence consequently so
`);

/** Words that tell somebody what to do. */
export const ACTION = setOf(`
  rollback roll rolled rolling back revert reverted reverting reverts undo undoing undone restore restored restoring return
  returning roll_forward disable_flag mitigate_dependency scale mitigate investigate recommended recommends recommend
  recommendation decision decided decides deploy redeploy restart keep leave wait ignore proceed do
`);

/** What stands before one of these did it; after `by`, it is the other way round. */
export const DOING = setOf(`
  caused causes causing triggered triggers triggering led leads broke breaks breaking introduced introduces resulted
  results resulting explains explained blamed
`);

/** At the beginning of a sentence these are orders. */
export const COMMANDS = setOf(`
  deploy release ship start change call run open close complete finish begin set move raise lower increase reduce cut fail log see
  take show report record note read say tell state check monitor watch clear introduce break cause keep leave use stop make call go
`);

/** Words that clear somebody. */
export const CLEARING = setOf(
  `cleared clears clear innocent ruled excluded exonerated unrelated harmless uninvolved`,
);

/** Words that say how dangerous going back is. */
export const SAFETY = setOf(`safe unsafe safely safety safe_with_steps danger dangerous`);

/** After these, a pronoun may point to the sentence before, which may have been about another thing. */
export const PRONOUNS = setOf(`it this that these those they them which who former latter one`);

/** One word of a row may stand for another; rows that name an event or a direction are used only where the fact holds one of it. */
const ROWS = [
  'begin begins began begun start starts started starting since onset first',
  'fail fails failed failing failure failures error errors erroring',
  'change changes changed changing went moved set became from',
  'deploy deploys deployed deployment deployments release released releases rollout rolled shipped',
  'request requests call calls',
  'ongoing continues continuing still',
  'user users customer customers',
  'minutes minute min m',
  'hour hours h hourly',
  'second seconds s',
  'message messages logged log logs entries',
  'share rate ratio',
  'percent %',
  'latency latencies',
  'affected affects affect hit',
  'complete completes completed finished finish finishes',
  'confidence confident',
  'revenue money',
  'times occurrences',
  'limit limits',
  'dependency dependencies depends depend',
  'commit commits committed',
  'timeout timeouts',
  'severity classified rated',
];
const ROW_OF: ReadonlyMap<string, readonly number[]> = ROWS.reduce((map, row, index) => {
  for (const word of row.split(' ')) append(map, word, index);
  return map;
}, new Map<string, number[]>());

export function isSynonym(word: string, words: ReadonlySet<string>): boolean {
  const rows = ROW_OF.get(word) ?? [];
  return rows.some((index) => ROWS[index]?.split(' ').some((other) => words.has(other)) === true);
}

/** Said of a pair of numbers, whose order decides whether they are true. */
export const DOWNWARD = setOf(
  `lower lowered lowers lowering reduced reduces reducing reduce cut cuts decreased decreases dropped drops fell falls shortened`,
);
export const UPWARD = setOf(
  `raised raises raise increased increases increase rose rises grew grows climbed climbs jumped jumps spiked spikes lengthened`,
);

/** Between a claim and its number these say which way: the fact must hold the same pair. */
export const DIRECTIONS = setOf(
  `from to before after since until than above below over under within less more between`,
);
