/** Users and money: derived by formula from what was measured or supplied, or unknown with what would settle it. */
import type { DirectImpact } from '../../domain/impact.ts';
import { type Quantity, unknownQuantity } from '../../domain/quantity.ts';
import type { Situation } from '../../domain/situation.ts';
import type { Interval } from '../../domain/time.ts';
import { untoldBy } from './telling-share.ts';

interface Figure {
  readonly value: number;
  readonly evidence: Quantity['evidence'];
}

export function businessImpact(
  worst: DirectImpact | null,
  counted: Quantity | null,
  window: Interval,
  situation: Situation,
): { readonly users: Quantity; readonly userShare: Quantity; readonly revenuePerHour: Quantity } {
  const figures = figuresFor(worst, situation);
  const rate = worst?.failureRate ?? null;
  const hours = (window.to - window.from) / 3_600_000;
  const users = peopleOf(counted, usersOf(figures, rate, hours, worst));
  return {
    users,
    userShare: shareOf(users, figures.activeUsers),
    revenuePerHour: revenueOf(figures, rate, situation.snapshot.context.currency ?? 'USD', worst),
  };
}

function figuresFor(worst: DirectImpact | null, situation: Situation) {
  const { context, request } = situation.snapshot;
  const node = worst === null ? undefined : situation.services.get(worst.service);
  const journey = context.journeys.find(
    (item) =>
      worst !== null &&
      (item.services.map((name) => situation.resolve(name)).includes(worst.service) ||
        item.name === node?.journey),
  );
  const figure = (key: string, declared: number | null | undefined, path: string): Figure | null => {
    const answer = request.answers.find((item) => item.key === key || item.key.endsWith(`.${key}`));
    const value = answer === undefined ? Number.NaN : Number(answer.value);
    if (answer !== undefined && Number.isFinite(value) && value >= 0)
      return { value, evidence: [answer.evidence] };
    const source = context.evidence[path];
    return declared === null || declared === undefined
      ? null
      : { value: declared, evidence: source === undefined ? [] : [source] };
  };
  return {
    activeUsers: figure('activeUsers', context.activeUsers, 'business.activeUsers'),
    attemptsPerHour: figure(
      'attemptsPerHour',
      journey?.attemptsPerHour,
      `business.journeys.${journey?.name}.attemptsPerHour`,
    ),
    averageOrderValue: figure(
      'averageOrderValue',
      journey?.averageOrderValue,
      `business.journeys.${journey?.name}.averageOrderValue`,
    ),
    revenuePerHour: figure('revenuePerHour', null, ''),
  };
}

/** Counted users beat an estimate of them, an estimate of users beats a count of organisations, and sampled traces an estimate only where it is lower. */
function peopleOf(counted: Quantity | null, estimated: Quantity): Quantity {
  if (counted === null || estimated.value === null) return counted ?? estimated;
  if (counted.unit !== 'users') return estimated;
  const isLeast = counted.low !== undefined;
  return isLeast && estimated.value >= (counted.value ?? 0) ? estimated : counted;
}

type Figures = ReturnType<typeof figuresFor>;

function usersOf(
  figures: Figures,
  rate: Quantity | null,
  hours: number,
  worst: DirectImpact | null,
): Quantity {
  const { attemptsPerHour, activeUsers } = figures;
  const untold = untoldBy(worst);
  if (untold !== null) return unknownQuantity('users', untold);
  if (attemptsPerHour !== null && rate?.value !== null && rate !== null) {
    const value = attemptsPerHour.value * hours * rate.value;
    return {
      value: Math.round(value),
      unit: 'users',
      basis: 'derived',
      formula: `${attemptsPerHour.value} attempts/h × ${minutes(hours)} min ÷ 60 × ${percent(rate.value)} failing (an attempt counted as a user)`,
      ...range(rate, (ratio) => Math.round(attemptsPerHour.value * hours * ratio)),
      evidence: [...attemptsPerHour.evidence, ...rate.evidence],
    };
  }
  if (activeUsers !== null && rate?.value !== null && rate !== null) {
    return {
      value: Math.round(activeUsers.value * rate.value),
      unit: 'users',
      basis: 'derived',
      formula: `${activeUsers.value} active users × ${percent(rate.value)} failing`,
      ...range(rate, (ratio) => Math.round(activeUsers.value * ratio)),
      evidence: [...activeUsers.evidence, ...rate.evidence],
    };
  }
  const service = worst?.service ?? 'the service';
  if (activeUsers !== null)
    return {
      value: activeUsers.value,
      unit: 'users',
      basis: 'derived',
      formula: `at most all ${activeUsers.value} active users: the failing share of ${service} is not known`,
      low: 0,
      high: activeUsers.value,
      evidence: activeUsers.evidence,
    };
  return unknownQuantity(
    'users',
    rate?.value === null || rate === null
      ? `the failing share of ${service}, and attempts per hour or active users`
      : 'attempts per hour, or active users (--answer activeUsers=16000)',
  );
}

function shareOf(users: Quantity, activeUsers: Figure | null): Quantity {
  if (users.value === null || users.unit !== 'users' || activeUsers === null || activeUsers.value === 0)
    return unknownQuantity('ratio', 'affected users and active users');
  return {
    value: users.value / activeUsers.value,
    unit: 'ratio',
    basis: 'derived',
    formula: `${users.value} ÷ ${activeUsers.value} active users`,
    evidence: [...users.evidence, ...activeUsers.evidence],
  };
}

function revenueOf(
  figures: Figures,
  rate: Quantity | null,
  currency: string,
  worst: DirectImpact | null,
): Quantity {
  const unit = `${currency}/h`;
  if (figures.revenuePerHour !== null)
    return {
      value: figures.revenuePerHour.value,
      unit,
      basis: 'supplied',
      evidence: figures.revenuePerHour.evidence,
    };
  const untold = untoldBy(worst);
  if (untold !== null) return unknownQuantity(unit, untold);
  const { attemptsPerHour, averageOrderValue } = figures;
  if (attemptsPerHour === null || averageOrderValue === null || rate === null || rate.value === null) {
    const missing = [
      ...(attemptsPerHour === null ? ['attempts per hour'] : []),
      ...(averageOrderValue === null ? ['the average order value'] : []),
      ...(rate === null || rate.value === null
        ? [`the failing share of ${worst?.service ?? 'the service'}`]
        : []),
    ];
    return unknownQuantity(unit, missing.join(', '));
  }
  return {
    value: Math.round(attemptsPerHour.value * rate.value * averageOrderValue.value),
    unit,
    basis: 'derived',
    formula: `${attemptsPerHour.value} attempts/h × ${percent(rate.value)} failing × ${averageOrderValue.value} ${currency}`,
    ...range(rate, (ratio) => Math.round(attemptsPerHour.value * ratio * averageOrderValue.value)),
    evidence: [...attemptsPerHour.evidence, ...averageOrderValue.evidence, ...rate.evidence],
  };
}

function range(rate: Quantity, apply: (ratio: number) => number): { low?: number; high?: number } {
  return rate.low === undefined || rate.high === undefined
    ? {}
    : { low: apply(rate.low), high: apply(rate.high) };
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(1))} %`;
}

function minutes(hours: number): number {
  return Number((hours * 60).toFixed(2));
}
