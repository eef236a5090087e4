/** How much more is asked, and what whoever is asked says of it. */
import { describe, expect, test } from 'vitest';
import { every, patternAt, seriesOf, serviceOf, streamOf } from '../_testing/situations.ts';
import { factsOf } from './_testing/verdict.ts';
import { providerHypotheses } from './provider-hypotheses.ts';
import { trafficHypotheses } from './traffic-hypothesis.ts';

/** Requests a minute; they rise after forty minutes, and the errors begin `delay` seconds later. */
function surge(later: number, delay = 0) {
  return factsOf({
    streams: [streamOf('exports', 0, 3600)],
    series: [
      seriesOf(
        'requests',
        'exports',
        Array.from({ length: 60 }, (_, minute) => (minute < 40 ? 100 : later) + (minute % 3)),
      ),
    ],
    patterns: [patternAt('timeout exceeded when trying to connect', 'exports', every(5, 2400 + delay, 3590))],
  });
}

describe('requests that rose as errors did', () => {
  const factorsOf = (facts: ReturnType<typeof surge>) =>
    trafficHypotheses(facts).flatMap(({ factors }) => factors.map(({ name }) => name));

  test('count more where they are many times as many', () => {
    expect(factorsOf(surge(1000))).toContain('asked-manifold');
  });
  test('count as ever where growth or retries make as many', () => {
    expect(factorsOf(surge(300))).toContain('requests-rose-first');
    expect(factorsOf(surge(300))).not.toContain('asked-manifold');
  });
  test('are asked again where they came after the errors', () => {
    expect(factorsOf(surge(1000, -180))).not.toContain('asked-manifold');
  });
});

describe('a provider that answers with too many requests', () => {
  const saysSo = (message: string, requests: number) => {
    const facts = factsOf({
      serviceFacts: [serviceOf('addresses')],
      streams: [streamOf('addresses', 0, 3600)],
      series: [
        seriesOf(
          'requests',
          'addresses',
          Array.from({ length: 60 }, (_, minute) => (minute < 35 ? 100 : requests) + (minute % 3)),
        ),
      ],
      patterns: [patternAt(message, 'addresses', every(5, 2400, 3590))],
    });
    return providerHypotheses(facts).flatMap(({ factors }) => factors.map(({ name }) => name));
  };
  const ANSWER = '429 Client Error: Too Many Requests for url: https://api.geocodia.example/v1/search';

  test('says so itself, where no more came than before', () => {
    expect(saysSo(ANSWER, 100)).toContain('provider-says-so');
  });
  test('says what our own visitors did, where more came', () => {
    expect(saysSo(ANSWER, 900)).not.toContain('provider-says-so');
  });
  test('has said nothing where we count ourselves', () => {
    const own = 'rate limit of ours reached before https://api.geocodia.example/v1/search';
    expect(saysSo(own, 100)).not.toContain('provider-says-so');
  });
});
