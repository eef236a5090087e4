/** By what messages are told apart on their way: those of one key keep their order, those of several do not. */
import type { Fact } from './facts/fact.ts';
import { draft, type FeatureDraft, inScope } from './feature-draft.ts';

const KEY =
  /^(key|partition_?key|message_?group_?id|ordering_?key|shard_?key|session_?id|hash_?key|group_?key)$/i;
/** Fields that stand beside it where it is the key of a message. */
const BESIDE = /^(value|topic|body|data|payload|message|message_?body|queue_?url|stream_?name|headers)$/i;
const SENDS = /ProducerRecord|kafka\w*\.send$|producer\.(send|produce)$|\bproduce$/i;

/** Field or argument; null where something else differs. `old` and `now` are the arguments of a call. */
export function keyOfMessages(before: Fact, after: Fact, old: readonly string[], now: readonly string[]) {
  if (after.kind === 'given-field') {
    const [field = '', ...others] = after.symbols;
    return KEY.test(field) && others.some((other) => BESIDE.test(other))
      ? partitionChanged(before.label, after.label, after)
      : null;
  }
  // `send(topic, key, value)`
  const isKey =
    old.length === 3 && now.length === 3 && old[0] === now[0] && old[1] !== now[1] && old[2] === now[2];
  return isKey && SENDS.test(after.symbols[0] ?? '')
    ? partitionChanged(old[1] ?? '', now[1] ?? '', after)
    : null;
}

function partitionChanged(was: string, is: string, after: Fact): FeatureDraft {
  const detail = `messages are sent under the key ${is} instead of ${was}${inScope(after)}: those that had one key no longer come in their order`;
  return draft('partition-changed', after, detail, false, after.symbols);
}
