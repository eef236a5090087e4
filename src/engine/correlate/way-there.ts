/** Whether whom a service calls is well, so that what fails is the way to it. */
import type { ServiceName } from '../../domain/service.ts';
import type { Symptom } from '../../domain/symptom.ts';
import { MINUTE } from '../../domain/time.ts';
import type { Facts } from './facts.ts';

/** No answer came to the wish to connect; one that has connected and waits is another matter. */
const NOT_CONNECTED =
  /\bconnect(?:ion)? (?:timed out|timeout|ETIMEDOUT)|\berrno 110\b|\bConnectTimeout|\bi\/o timeout/i;
const CONNECTED = /\bread(?:ing)?\b|\bresponse\b|\bpool\b/i;

/** A connection that is not made to somebody who goes on serving others is a failure of the network, though its words are those of a timeout. */
export function asWayThere(symptom: Symptom, facts: Facts): Symptom {
  const { class: family, peer, pattern } = symptom;
  if (family !== 'timeout' || peer === null || pattern === null) return symptom;
  if (!NOT_CONNECTED.test(pattern) || CONNECTED.test(pattern)) return symptom;
  return goesOnServing(peer, facts) === null ? symptom : { ...symptom, class: 'network' };
}

/** What a process says as it begins and ends; whoever begins again and again is not well. */
const COMES_OR_GOES =
  /\b(start(ing|ed)?|boot(ing|ed)?|listening|initiali[sz]\w+|shut(ting)? ?down|stopp(ing|ed)|terminat\w+|exit(ing|ed)?|ready)\b/i;

/** The other side writes on, without a symptom of its own: it is well, and only the way to it is not. */
export function goesOnServing(peer: ServiceName, facts: Facts) {
  const onset = facts.detection.onsetAt;
  if (onset === null || facts.detection.symptoms.some(({ service }) => service === peer)) return null;
  const lines = facts.situation.patterns.filter(
    (pattern) =>
      pattern.service === peer &&
      (pattern.severity === 'info' || pattern.severity === 'unknown') &&
      !COMES_OR_GOES.test(pattern.template) &&
      pattern.firstSeenAt < onset &&
      pattern.lastSeenAt >= onset + 2 * MINUTE,
  );
  const [line] = lines;
  const sample = line?.samples.at(-1);
  return sample === undefined
    ? null
    : {
        text: `${peer} itself goes on working ("${sample.message}"): what fails is the way to it`,
        evidence: [sample.evidence],
      };
}
