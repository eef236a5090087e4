/** Status, duration and route of request lines, summed by slot, route and stretch of time. */
import { byteAt, digitsOf, targetEndsOf } from './bytes';
import { hashBytes, mix } from './hash';
import {
  CLOSED_PAIR, CLOSED_PAIRS, CLOSED_PAIR_COUNT, CLOSED_PAIR_FIELDS, CLOSED_PAIR_SIZE, CLOSED_STRETCH, DURATIONS, DURATION_PLACE, EVENTS,
  EVENT_BEFORE, EVENT_COUNT, EVENT_SHIFT, FACTOR, HAS_DURATION, HAS_ROUTE, HAS_STATUS, INPUT, K1, K2, K3, MAX_PAIRS, PAIRS,
  PAIRS_TOUCHED, PAIR_COUNT, PAIR_MASK, PAIR_MAX_MS, PAIR_MIN_MS, PAIR_NEWEST, PAIR_REQUESTS, PAIR_ROUTE, PAIR_SECONDS,
  PAIR_SHIFT, PAIR_SLOT, PAIR_STRETCH, PAIR_TABLE, ROUTES, ROUTE_HASH, ROUTE_MASK, ROUTE_PLACE, STATE, STATUS_PLACE,
  TARGET_CLASS, TOUCHED_PAIRS,
} from './layout';
import { locate } from './places';
import { stampMs, stampSecond } from './state';

/** Three digits 100 to 599 that stand alone; -1 otherwise. */
// @ts-ignore: decorator
@inline
export function readStatus(at: i32): i32 {
  const hundreds = byteAt(at) - 48;
  const tens = byteAt(at + 1) - 48;
  const ones = byteAt(at + 2) - 48;
  const behind = byteAt(at + 3);
  const isAlone = behind < 48 || (behind > 57 && behind < 65) || behind > 122;
  return isAlone && hundreds - 1 < 5 && tens < 10 && ones < 10 ? <i32>(hundreds * 100 + tens * 10 + ones) : -1;
}

/** An unsigned decimal number of at most 15 bytes; NaN otherwise. */
// @ts-ignore: decorator
@inline
export function readNumber(from: i32): f64 {
  let at = from;
  let digit = byteAt(at) - 48;
  if (digit > 9) return NaN;
  let value: u64 = 0;
  for (; digit < 10 && at - from < 16; digit = byteAt(++at) - 48) value = value * 10 + digit;
  let scale: f64 = 1;
  if (byteAt(at) == 46) {
    for (digit = byteAt(++at) - 48; digit < 10 && at - from < 16; digit = byteAt(++at) - 48) {
      scale *= 10;
      value = value * 10 + digit;
    }
  }
  if (at - from > 15) return NaN;
  // a division waits long, and most durations are whole
  return scale == 1 ? <f64>value : <f64>value / scale;
}

/** Hash of a request target without its query, the same for all numbers between slashes; 0 for an empty or endless one. */
// @ts-ignore: decorator
@inline
export function readTarget(from: i32): u64 {
  const input: usize = INPUT + from;
  const near = v128.load(input);
  const far = v128.load(input, 16);
  const ends = targetEndsOf(near) | (targetEndsOf(far) << 16);
  return ends == 0 ? readLongTarget(from) : readShortTarget(from, ends, digitsOf(near) | (digitsOf(far) << 16));
}

/** A target of less than 32 bytes, of which bits tell where it may end and where digits are. */
// @ts-ignore: decorator
@inline
function readShortTarget(from: i32, ends: u64, digits: u64): u64 {
  const length = <i32>ctz(ends);
  if (length == 0) return 0;
  const own = digits & ((<u64>1 << length) - 1);
  let hash: u64 = K2;
  let run: i32 = 0;
  let left = own;
  while (left != 0) {
    const start = <i32>ctz(left);
    // to the first byte that is no digit
    const end = <i32>ctz(~own & (<u64>-1 << start));
    const isNumber = byteAt(from + start - 1) == 47 && (end == length || byteAt(from + end) == 47);
    if (isNumber) {
      hash = mix(mix(hash, hashBytes(from + run, from + start)), 1);
      run = end;
    }
    left = own & (<u64>-1 << end);
  }
  return run < length ? mix(hash, hashBytes(from + run, from + length)) : hash;
}

/** The same byte by byte. Which of the two reads a target, its length decides: numbers of different lengths may give two hashes. */
function readLongTarget(from: i32): u64 {
  let hash: u64 = K2;
  let at = from;
  let byte = byteAt(at);
  while (load<u8>(TARGET_CLASS + byte) == 0) {
    if (byte - 48 < 10 && byteAt(at - 1) == 47) {
      const start = at;
      while (byteAt(at) - 48 < 10) at++;
      byte = byteAt(at);
      if (byte == 47 || load<u8>(TARGET_CLASS + byte) != 0) hash = (hash ^ 1) * K3;
      else for (let i = start; i < at; i++) hash = (hash ^ byteAt(i)) * K3;
      continue;
    }
    hash = (hash ^ byte) * K3;
    byte = byteAt(++at);
  }
  return at == from || at - from > 2000 ? 0 : (hash ^ (hash >> 29)) * K1;
}

/** The number under which a target's route was named, -1 for none; the hash is left for the naming. */
export function routeOf(hash: u64): i32 {
  store<u64>(STATE + ROUTE_HASH, hash);
  for (let at = hash & ROUTE_MASK; hash != 0; at = (at + 1) & ROUTE_MASK) {
    const slot = ROUTES + (<usize>at << 4);
    const found = load<u64>(slot);
    if (found == hash) return load<i32>(slot, 8);
    if (found == 0) break;
  }
  return -1;
}

/** Names the target whose hash was left; the table, 4,096 places, must not become full. */
export function nameRoute(route: i32): void {
  const hash = load<u64>(STATE + ROUTE_HASH);
  if (hash == 0) return;
  let at = hash & ROUTE_MASK;
  while (load<u64>(ROUTES + (<usize>at << 4)) != 0) at = (at + 1) & ROUTE_MASK;
  store<u64>(ROUTES + (<usize>at << 4), hash);
  store<i32>(ROUTES + (<usize>at << 4), route, 8);
}

/** The pair of a slot and a route, -1 where there is no room for a new one. */
export function pairOf(slot: i32, route: i32): i32 {
  let at: u32 = (<u32>slot * 0x9e3779b1 + <u32>route * 0x85ebca6b) >> 20;
  for (;;) {
    const index = load<i32>(PAIR_TABLE + (<usize>at << 2)) - 1;
    if (index < 0) break;
    const pair = PAIRS + (<usize>index << PAIR_SHIFT);
    if (load<i32>(pair, PAIR_SLOT) == slot && load<i32>(pair, PAIR_ROUTE) == route) return index;
    at = (at + 1) & PAIR_MASK;
  }
  const made = load<i32>(STATE + PAIR_COUNT);
  if (made == MAX_PAIRS) return -1;
  store<i32>(STATE + PAIR_COUNT, made + 1);
  store<i32>(PAIR_TABLE + (<usize>at << 2), made + 1);
  const pair = PAIRS + (<usize>made << PAIR_SHIFT);
  store<i32>(pair, slot, PAIR_SLOT);
  store<i32>(pair, route, PAIR_ROUTE);
  return made;
}

/** Sets the pair's requests aside, of which there are some: those that follow belong to other ten seconds. */
function closePair(index: i32, pair: usize): void {
  const number = load<i32>(STATE + CLOSED_PAIR_COUNT);
  const closed: usize = CLOSED_PAIRS + <usize>number * CLOSED_PAIR_SIZE;
  store<i32>(closed, index, CLOSED_PAIR);
  store<i32>(closed, load<i32>(pair, PAIR_STRETCH), CLOSED_STRETCH);
  memory.copy(closed + CLOSED_PAIR_FIELDS, pair + PAIR_REQUESTS, 16);
  store<i32>(STATE + CLOSED_PAIR_COUNT, number + 1);
  store<i32>(pair, 0, PAIR_NEWEST);
}

/** Notes the request in the last line and returns its slot, one of those at `slots`; -1 where it needs a decision. */
export function takeRequest(request: usize, slots: usize): i32 {
  let status: i32 = 0;
  if (load<i32>(request, HAS_STATUS) != 0) {
    const at = locate(request + STATUS_PLACE);
    status = at < 0 ? -1 : readStatus(at);
    if (status < 0) return -1;
  }
  const slot = load<i32>(slots + (<usize>(status / 100) << 2)) - 1;
  if (slot < 0) return -1;
  let duration: f64 = NaN;
  if (load<i32>(request, HAS_DURATION) != 0) {
    const at = locate(request + DURATION_PLACE);
    if (at >= 0) duration = readNumber(at) * load<f64>(request, FACTOR);
    if (isNaN(duration)) return -1;
  }
  let route: i32 = -1;
  if (load<i32>(request, HAS_ROUTE) != 0) {
    const at = locate(request + ROUTE_PLACE);
    if (at >= 0) route = routeOf(readTarget(at));
    if (route < 0) return -1;
    store<u64>(STATE + ROUTE_HASH, 0);
  }
  const index = pairOf(slot, route);
  if (index < 0) return -1;
  const pair = PAIRS + (<usize>index << PAIR_SHIFT);
  const requests = load<i32>(pair, PAIR_REQUESTS);
  const stretch = stampSecond / load<i32>(STATE + PAIR_SECONDS);
  const isOver = requests != 0 && load<i32>(pair, PAIR_STRETCH) != stretch;
  if (isOver) closePair(index, pair);
  if (requests == 0) {
    const touched = load<i32>(STATE + TOUCHED_PAIRS);
    store<i32>(PAIRS_TOUCHED + (<usize>touched << 2), index);
    store<i32>(STATE + TOUCHED_PAIRS, touched + 1);
  }
  if (requests == 0 || isOver) {
    store<i32>(pair, 1, PAIR_REQUESTS);
    store<i32>(pair, stretch, PAIR_STRETCH);
    store<i32>(pair, stampMs, PAIR_MIN_MS);
    store<i32>(pair, stampMs, PAIR_MAX_MS);
  } else {
    store<i32>(pair, requests + 1, PAIR_REQUESTS);
    store<i32>(pair, min(load<i32>(pair, PAIR_MIN_MS), stampMs), PAIR_MIN_MS);
    store<i32>(pair, max(load<i32>(pair, PAIR_MAX_MS), stampMs), PAIR_MAX_MS);
  }
  if (isNaN(duration)) return slot;
  const count = load<i32>(STATE + EVENT_COUNT);
  const event = EVENTS + (<usize>count << EVENT_SHIFT);
  store<f64>(event, duration);
  store<i32>(event, load<i32>(pair, PAIR_NEWEST), EVENT_BEFORE);
  store<i32>(pair, count + 1, PAIR_NEWEST);
  store<i32>(STATE + EVENT_COUNT, count + 1);
  return slot;
}

/** Appends the durations of a chain, whose newest event stands at `newest`, and leaves their end there. */
function gatherChain(newest: usize, from: i32): i32 {
  let end = from;
  for (let event = load<i32>(newest) - 1; event >= 0; end++) {
    const place = EVENTS + (<usize>event << EVENT_SHIFT);
    store<f64>(DURATIONS + (<usize>end << 3), load<f64>(place));
    event = load<i32>(place, EVENT_BEFORE) - 1;
  }
  store<i32>(newest, end);
  return end;
}

/** Lays the durations of all requests side by side: those of the stretches that are over, by number, then of the pairs as they were touched. */
export function gather(): void {
  const closedEnd: usize = CLOSED_PAIRS + <usize>load<i32>(STATE + CLOSED_PAIR_COUNT) * CLOSED_PAIR_SIZE;
  let end: i32 = 0;
  for (let closed: usize = CLOSED_PAIRS; closed < closedEnd; closed += CLOSED_PAIR_SIZE)
    end = gatherChain(closed + CLOSED_PAIR_FIELDS + PAIR_NEWEST - PAIR_REQUESTS, end);
  const touched = load<i32>(STATE + TOUCHED_PAIRS);
  for (let i: i32 = 0; i < touched; i++) {
    const index = load<i32>(PAIRS_TOUCHED + (<usize>i << 2));
    end = gatherChain(PAIRS + (<usize>index << PAIR_SHIFT) + PAIR_NEWEST, end);
  }
}
