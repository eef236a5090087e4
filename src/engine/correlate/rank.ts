/** From scores to probabilities, confidence and the decision whether a cause may be named at all. */
import type { Confidence, Hypothesis } from '../../domain/hypothesis.ts';
import { BAR, TEMPERATURE, WEIGHT } from './weights.ts';

export type Scored = Omit<Hypothesis, 'probability' | 'confidence' | 'caps'> & {
  readonly limits: readonly string[];
  /** Set where only time and place speak: that convicts nobody, so the confidence is LOW. */
  readonly circumstantial?: boolean;
};

/** At most this many hypotheses are worth a reader's time; the rest stand in the table of cleared changes. */
const KEPT = 6;

/** Softmax over the hypotheses and "none of these"; ties by id. */
export function rankHypotheses(scored: readonly Scored[]): readonly Hypothesis[] {
  const sorted = [...scored].sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  const best = Math.max(WEIGHT.none, ...sorted.map((item) => item.score));
  const weigh = (score: number) => Math.exp((score - best) / TEMPERATURE);
  const total = sorted.reduce((sum, item) => sum + weigh(item.score), weigh(WEIGHT.none));
  const probabilities = sorted.map((item) => weigh(item.score) / total);
  return sorted.slice(0, KEPT).map((item, index) => {
    const { limits, circumstantial, ...rest } = item;
    const probability = Number((probabilities[index] ?? 0).toFixed(4));
    const close = index === 0 && (probabilities[1] ?? 0) > probability * 0.5;
    const failed = item.predictions
      .filter((prediction) => prediction.result === 'FAIL')
      .map((prediction) => `a prediction failed: ${prediction.statement}`);
    const caps = [
      ...limits,
      ...failed,
      ...(close ? [`a second explanation is close: ${sorted[1]?.statement}`] : []),
    ];
    return {
      ...rest,
      score: Number(item.score.toFixed(3)),
      probability,
      confidence: circumstantial === true ? 'LOW' : confidenceOf(probability, caps),
      caps,
    };
  });
}

function confidenceOf(probability: number, caps: readonly string[]): Confidence {
  if (probability >= BAR.high && caps.length === 0) return 'HIGH';
  return probability >= BAR.medium ? 'MEDIUM' : 'LOW';
}
