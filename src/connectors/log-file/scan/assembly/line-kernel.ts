/**
 * The hot kernel in AssemblyScript (docs/adr/0005): takes whole lines out of linear memory, tells each line's skeleton key and where its
 * variable tokens start, and counts the lines that need nothing else. Everything that needs a decision is handed to file-scanner.ts.
 *
 * One pass makes three bit masks of the bytes, 16 at a time; what follows jumps from bit to bit. A skeleton is the runs of bytes between
 * variable tokens, without the delimiters at their edges. A token varies when it has a digit or an @, starts with /, or is the value
 * behind = of a field that is not kept. In JSON the names and the kept values count.
 */
import {
  CLASS, CLASSES, CLASSES_END, CLASSES_SIZE, CLASS_SLOTS, CLOSED_PAIR_COUNT, CONTINUATION, COUNT, COUNT_BY_PLACE,
  COUNT_UNTIMED, DONE, DUE, EVENTS, EVENT_COUNT, FIRST_BYTES, FULL, HAS_NAMED_TEXTS, HEAD_END, HEAD_START, KEY, KEYS,
  KEY_COUNT, KEY_SHIFT, LAST_MS, LINE, LINES, LINE_END, LINE_START, MAX_CLOSED_PAIRS, MAX_END, MAX_EVENTS, MAX_LINE,
  MAX_MS, MAX_ROWS, MAX_START, MIN_END, MIN_LINE, MIN_MS, MIN_START, MODE, NAMED_TEXTS, PAIRS, PAIRS_TOUCHED,
  PAIR_COUNT, PAIR_SECONDS, PAIR_SHIFT, PAIR_TABLE, PLACE, PREFIX, REMAINING, REQUEST, REQUESTS, REQUEST_SHIFT, ROUTE_HASH, ROW,
  ROWS, ROW_SIZE, SLOTS, SLOT_SIZE, STAMP, STAMP_RECORDS, STATE, TABLE, TARGET_CLASS, TEXTS_HASH, TEXTS_NUMBER,
  TEXTS_OF_KEY, TOKEN_COUNT, TOUCHED, TOUCHED_COUNT,
} from './layout';
import { locate } from './places';
import { hashRecord, keyOf } from './records';
import { takeRequest } from './requests';
import { textsNumber } from './texts';
import { forgetQuotes, writeSets } from './bytes';
import { forgetShapes } from './guesses';
import { keepShape } from './shapes';
import { looksIso, noStamp, takeStamp } from './stamps';
import { guessed, stampLook, stampMs, stampSecond, stop, tokenCount } from './state';

export { prepare } from './bytes';
export { forgetFields, keep, keeps } from './kept-fields';
export { hashLine } from './records';
export { gather } from './requests';
export { nameRoute } from './requests';
export { nameTexts } from './texts';

// before any names are hashed
memory.fill(FIRST_BYTES, 255, 16);
writeSets();

// @ts-ignore: decorator
@inline
function countLine(index: i32, start: i32, end: i32, line: i32): void {
  const slot: usize = SLOTS + <usize>index * SLOT_SIZE;
  const ms = stampMs;
  const count = load<i32>(slot, COUNT);
  if (count == 0) {
    const touched = load<i32>(STATE + TOUCHED_COUNT);
    store<i32>(TOUCHED + (<usize>touched << 2), index);
    store<i32>(STATE + TOUCHED_COUNT, touched + 1);
    store<i32>(slot, touched, ROW);
  }
  store<i32>(slot, count + 1, COUNT);
  const row = load<i32>(slot, ROW);
  const second: usize = ROWS + <usize>(row & 0xffff) * ROW_SIZE + (<usize>stampSecond << 2);
  const before = load<i32>(second);
  store<i32>(second, before + 1);
  if (before == 0) store<i32>(slot, row + 0x10000, ROW);
  if (count == 0 || ms < load<i32>(slot, MIN_MS)) {
    store<i32>(slot, ms, MIN_MS);
    store<i32>(slot, start, MIN_START);
    store<i32>(slot, end, MIN_END);
    store<i32>(slot, line, MIN_LINE);
  }
  if (count == 0 || ms >= load<i32>(slot, MAX_MS)) {
    store<i32>(slot, ms, MAX_MS);
    store<i32>(slot, start, MAX_START);
    store<i32>(slot, end, MAX_END);
    store<i32>(slot, line, MAX_LINE);
  }
}

/** Adds to the records whose stamps have this look. */
// @ts-ignore: decorator
@inline
function addRecords(look: i32, count: i32): void {
  const records = STATE + STAMP_RECORDS + (<usize>look << 2);
  store<i32>(records, load<i32>(records) + count);
}

/**
 * Takes lines from `from` on, the last of which ends at `lastFeed`. Counts what it can and stops at the first line that it can not:
 * LINE (hashed: STATE tells key, tokens and end), PREFIX (begins like an ISO stamp of another span; not hashed), FULL (no room for counts) or
 * DUE (LINES has reached `due`). Where `due` is not the largest number, something waits for its continuation: none is passed over. `single`
 * stops at the first line in any case. LINES grows by the lines counted, the one it stops at included for LINE.
 */
export function run(from: i32, lastFeed: i32, single: bool, due: i32): i32 {
  let at = from;
  let line = load<i32>(STATE + LINES);
  let answer = DONE;
  let start = at;
  // of the last line that was counted
  let headStart: i32 = 0;
  let headEnd: i32 = 0;
  let headMs: i32 = 0;
  /** Lines whose stamps have the first look. */
  let firstLook: i32 = 0;
  store<u64>(STATE + ROUTE_HASH, 0);
  store<u64>(STATE + TEXTS_HASH, 0);
  while (at <= lastFeed) {
    start = at;
    let record = start;
    let hasPrefix = false;
    if (
      load<i32>(STATE + EVENT_COUNT) >= MAX_EVENTS || load<i32>(STATE + TOUCHED_COUNT) >= MAX_ROWS ||
      load<i32>(STATE + CLOSED_PAIR_COUNT) >= MAX_CLOSED_PAIRS
    ) {
      answer = FULL;
      break;
    }
    if (line >= due) {
      answer = DUE;
      break;
    }
    if (looksIso(start)) {
      record = takeStamp(start);
      if (record < 0) {
        answer = PREFIX;
        break;
      }
      hasPrefix = true;
    }
    const hash = hashRecord(record, !single);
    const index = guessed >= 0 ? guessed : keyOf(hash);
    line++;
    const key: usize = KEYS + (<usize>index << KEY_SHIFT);
    const mode = index < 0 || single ? 0 : load<i32>(key, MODE);
    if (mode == CONTINUATION && due == i32.MAX_VALUE) {
      at = stop + 1;
      continue;
    }
    if (mode == COUNT_BY_PLACE) {
      const place = locate(key + PLACE);
      hasPrefix = place >= 0 && takeStamp(place) >= 0;
    } else if (mode == COUNT_UNTIMED) {
      hasPrefix = true;
      noStamp();
    }
    const remaining = load<i32>(key, REMAINING);
    let number: i32 = -1;
    let slot = mode == 0 || mode == CONTINUATION || !hasPrefix || remaining <= 1 ? -1 : index;
    if (slot >= 0) {
      const texts = load<i32>(TEXTS_OF_KEY + (<usize>index << 2));
      if (texts != 0) slot = number = textsNumber(index, texts - 1);
      const request = load<i32>(key, REQUEST);
      if (slot >= 0 && request != 0) {
        const description = REQUESTS + (<usize>(request - 1) << REQUEST_SHIFT);
        slot = takeRequest(description, texts != 0 ? CLASSES + <usize>slot * CLASSES_SIZE : description + CLASS_SLOTS);
      }
    }
    if (slot < 0) {
      store<i32>(STATE + LINE_START, start);
      store<i32>(STATE + LINE_END, stop);
      store<i32>(STATE + TOKEN_COUNT, tokenCount);
      store<i32>(STATE + KEY, index);
      store<i32>(STATE + TEXTS_NUMBER, number);
      answer = LINE;
      break;
    }
    store<i32>(key, remaining - 1, REMAINING);
    if (guessed < 0) keepShape(key, index);
    countLine(slot, start, stop, line);
    if (stampLook == 0) firstLook++;
    else if (stampLook > 0) addRecords(stampLook, 1);
    headStart = start;
    headEnd = stop;
    headMs = stampMs;
    at = stop + 1;
  }
  if (headEnd != 0) {
    addRecords(0, firstLook);
    store<i32>(STATE + HEAD_START, headStart);
    store<i32>(STATE + HEAD_END, headEnd);
    store<i32>(STATE + LAST_MS, headMs);
  }
  if (answer != DONE && answer != LINE) store<i32>(STATE + LINE_START, start);
  store<i32>(STATE + LINES, line);
  return answer;
}

/** Call once before anything else, and again before another file. */
export function reset(): void {
  // of the large tables only what was used: thousands of small files are read one after the other
  const keys: usize = load<i32>(STATE + KEY_COUNT);
  memory.fill(KEYS, 0, keys << KEY_SHIFT);
  memory.fill(TEXTS_OF_KEY, 0, keys << 2);
  memory.fill(PAIRS, 0, <usize>load<i32>(STATE + PAIR_COUNT) << PAIR_SHIFT);
  if (load<i32>(STATE + HAS_NAMED_TEXTS) != 0) memory.fill(NAMED_TEXTS, 0, CLASSES_END - NAMED_TEXTS);
  if (keys != 0) {
    memory.fill(TABLE, 0, KEYS - TABLE);
    memory.fill(REQUESTS, 0, EVENTS - REQUESTS);
    memory.fill(PAIR_TABLE, 0, PAIRS_TOUCHED - PAIR_TABLE);
  }
  memory.fill(STATE, 0, 1024);
  store<i32>(STATE + PAIR_SECONDS, 10);
  memory.fill(STAMP, 0, 1024);
  forgetShapes();
  forgetQuotes();
  for (let byte = 0; byte < 256; byte++) {
    const isDelimiter =
      byte <= 32 || byte == 34 || (byte >= 39 && byte <= 41) || byte == 44 || (byte >= 58 && byte <= 62);
    const isBracket = byte == 91 || byte == 93 || (byte >= 123 && byte <= 125);
    store<u8>(CLASS + byte, isDelimiter || isBracket ? 1 : 0);
    const endsTarget = isBracket || byte == 35 || byte == 63 || (isDelimiter && byte != 58 && byte != 61);
    store<u8>(TARGET_CLASS + byte, endsTarget ? 1 : 0);
  }
}
