/** Where everything lies in the memory of the kernel, in bytes (the same figures stand in ../line-kernel.ts), and the numbers that have names. */

export const STATE: usize = 0;
export const TOKENS: usize = 1024;
export const KINDS: usize = 3072;
export const STAMP: usize = 4096;
export const CLASS: usize = 5120;
export const TARGET_CLASS: usize = 5376;
/** 16 bytes of ones, and 16 of zeros behind them: read from `16 - n` on they keep the first n of 16 bytes. */
export const FIRST_BYTES: usize = 5632;
/** The first bytes of the JSON line whose opening was hashed last. */
export const OPENING_TEXT: usize = 5664;
/** Sets of bytes and other constants of 16 bytes, see writeSets. */
export const SETS: usize = 5760;
export const KEPT: usize = 8192;
export const KEPT_NUMBERS: usize = 16384;
export const TOUCHED: usize = 24576;
export const TABLE: usize = 65536;
export const KEYS: usize = 327680;
export const SLOTS: usize = 589824;
export const REQUESTS: usize = 999424;
export const ROUTES: usize = 1064960;
export const EVENTS: usize = 1130496;
export const PAIRS: usize = 1392640;
export const PAIR_TABLE: usize = 1458176;
export const PAIRS_TOUCHED: usize = 1474560;
export const TEXTS_OF_KEY: usize = 1482752;
export const ENDS: usize = 1523712;
export const SPECIAL: usize = 1753088;
export const QUOTES: usize = 1982464;
export const INPUT: usize = 2211840;
export const GUESSES: usize = 3801088;
export const SHAPES: usize = 3817472;
export const SHAPES_END: usize = 4186112;
export const TEXTS: usize = 4194304;
export const NAMED_TEXTS: usize = 4227072;
export const CLASSES: usize = 4292608;
export const CLASSES_END: usize = 4390912;
export const ROWS: usize = 4390912;
export const CLOSED_PAIRS: usize = 5312512;
export const DURATIONS: usize = 5410816;

export const MAX_TOKENS: i32 = 512;
export const MAX_KEYS: i32 = 8192;
export const TABLE_MASK: u64 = 16383;
export const KEPT_MASK: u64 = 511;
export const ROUTE_MASK: u64 = 4095;
export const GUESS_MASK: u64 = 1023;
export const PAIR_MASK: u32 = 4095;
export const MAX_EVENTS: i32 = 16384;
export const MAX_PAIRS: i32 = 2048;
export const MAX_ROWS: i32 = 768;
export const MAX_CLOSED_PAIRS: i32 = 4096;
export const NAMED_TEXTS_MASK: u64 = 4095;

export const K1: u64 = 0x9e3779b97f4a7c15;
export const K2: u64 = 0xc2b2ae3d27d4eb4f;
export const K3: u64 = 0xd6e8feb86659fd93;

/** In SETS. The sets, by name: all delimiters; digits, @, line feeds and {; quotes, backslashes and line feeds; delimiters but : and =, # and ?. */
export const ROW_BITS: usize = 0;
export const NIBBLE: usize = 16;
export const ENDS_SET: usize = 32;
export const MARKS_SET: usize = 48;
export const QUOTES_SET: usize = 64;
export const TARGET_ENDS_SET: usize = 80;
export const SLASHES: usize = 96;
export const EQUALS: usize = 112;

/** What `run` and `hashLine` leave in STATE, as i32: see the class of the same name in ../line-kernel.ts. */
export const LINE_START: usize = 0;
export const LINE_END: usize = 4;
export const KEY: usize = 8;
export const TOKEN_COUNT: usize = 12;
export const LINES: usize = 16;
export const HEAD_START: usize = 20;
export const HEAD_END: usize = 24;
export const TOUCHED_COUNT: usize = 28;
export const LAST_MS: usize = 32;
export const KEY_COUNT: usize = 36;
export const HASH: usize = 40;
export const EVENT_COUNT: usize = 48;
export const ROUTE_HASH: usize = 56;
export const PAIR_COUNT: usize = 64;
export const TOUCHED_PAIRS: usize = 68;
/** Hash of the texts that have no number yet, else 0; and the number of those of the last line that had one, else -1. */
export const TEXTS_HASH: usize = 72;
export const TEXTS_NUMBER: usize = 80;
export const HAS_NAMED_TEXTS: usize = 84;
/** How long requests that are counted together lie apart at most: seconds of the span, so many by so many. */
export const PAIR_SECONDS: usize = 88;
export const CLOSED_PAIR_COUNT: usize = 92;
/** How many looks the stamps of the span at hand have; and the records counted by each. */
export const STAMP_COUNT: usize = 96;
export const STAMP_RECORDS: usize = 100;

/** Answers of `run`. */
export const DONE: i32 = 0;
export const LINE: i32 = 1;
export const PREFIX: i32 = 2;
export const FULL: i32 = 3;
export const DUE: i32 = 4;

/** Modes of a key: ask about each line; count by the stamp before the line; count by the stamp at its place; a continuation; count without a time. */
export const COUNT_BY_PREFIX: i32 = 1;
export const COUNT_BY_PLACE: i32 = 2;
export const CONTINUATION: i32 = 3;
export const COUNT_UNTIMED: i32 = 4;

/** Fields of a key at KEYS + 32 × key, as i32; the four of a place are in this order. */
export const KEY_SHIFT: usize = 5;
export const MODE: usize = 0;
export const REMAINING: usize = 4;
export const PLACE: usize = 8;
/** 1 + number of the request's description, 0 for records that are no requests. */
export const REQUEST: usize = 24;
/** Where its shape lies; 0 for none so far, -1 where its lines have none. */
export const SHAPE: usize = 28;
export const FROM_START: usize = 0;
export const FROM_END: usize = 4;
export const SKIP: usize = 8;
export const BEFORE: usize = 12;

/**
 * The texts by which the lines of a key are told apart, at TEXTS + 64 × number: how many, a number that changes when the places do, and
 * the places. In TEXTS_OF_KEY, by key: 1 + number, 0 for none.
 */
export const TEXTS_SHIFT: usize = 6;
export const TEXT_COUNT: usize = 0;
export const TEXTS_VERSION: usize = 4;
export const TEXT_PLACES: usize = 8;
export const MAX_TEXT_LENGTH: i32 = 200;

/** 1 + slot for each first digit of the status, at CLASSES + 24 × number of the texts. */
export const CLASSES_SIZE: usize = 24;

/**
 * Fields of what is counted, at SLOTS + 40 × slot; the slot of a key that has only one has the key's number. ROW is where its records are
 * counted by seconds, in the lower half, and how many of its seconds have any, in the upper: slots have rows in the order in which they are
 * touched.
 */
export const SLOT_SIZE: usize = 40;
export const COUNT: usize = 0;
export const MIN_MS: usize = 4;
export const MIN_START: usize = 8;
export const MIN_END: usize = 12;
export const MIN_LINE: usize = 16;
export const MAX_MS: usize = 20;
export const MAX_START: usize = 24;
export const MAX_END: usize = 28;
export const MAX_LINE: usize = 32;
export const ROW: usize = 36;

/** Records of each second of the span, at ROWS + 1200 × row. */
export const ROW_SIZE: usize = 1200;

/** How the requests of a key are read, at REQUESTS + 128 × number: three places with a flag each, and a slot by class of status. */
export const REQUEST_SHIFT: usize = 7;
export const HAS_STATUS: usize = 0;
export const STATUS_PLACE: usize = 4;
export const HAS_DURATION: usize = 20;
export const DURATION_PLACE: usize = 24;
export const HAS_ROUTE: usize = 40;
export const ROUTE_PLACE: usize = 44;
export const FACTOR: usize = 64;
/** 1 + slot for each first digit of the status, 0 to 5; 0 for none. */
export const CLASS_SLOTS: usize = 72;

/** Requests of the stretch of PAIR_SECONDS at hand that share slot and route, at PAIRS + 32 × number. Their durations are a chain of events. */
export const PAIR_SHIFT: usize = 5;
export const PAIR_SLOT: usize = 0;
export const PAIR_ROUTE: usize = 4;
export const PAIR_REQUESTS: usize = 8;
export const PAIR_MIN_MS: usize = 12;
export const PAIR_MAX_MS: usize = 16;
/** 1 + number of the newest event, 0 for none; once durations are gathered, the number of the first that is not the pair's any more. */
export const PAIR_NEWEST: usize = 20;
export const PAIR_STRETCH: usize = 24;

/** Requests of a stretch that is over, at CLOSED_PAIRS + 24 × number: the pair's number, which stretch, and its fields from PAIR_REQUESTS on. */
export const CLOSED_PAIR_SIZE: usize = 24;
export const CLOSED_PAIR: usize = 0;
export const CLOSED_STRETCH: usize = 4;
export const CLOSED_PAIR_FIELDS: usize = 8;

/** The duration of a request and 1 + the number of the event before, at EVENTS + 16 × number. */
export const EVENT_SHIFT: usize = 4;
export const EVENT_BEFORE: usize = 8;

/** The looks that stamps of the span at hand have, at STAMP + 128 × number: how their text begins and what may follow. */
export const STAMP_SHIFT: usize = 7;
export const STAMP_LENGTH: usize = 0;
export const STAMP_HAS_MARK: usize = 4;
export const STAMP_DIGITS: usize = 8;
export const STAMP_SUFFIX_LENGTH: usize = 12;
export const STAMP_GUARD: usize = 16;
/** What the first of the two digits of the second, which follow the text, is less than; 0 where the text is that of one second. */
export const STAMP_TENS: usize = 24;
/** What is added to the two digits to get the second within the span, and how many seconds that has. */
export const STAMP_AHEAD: usize = 28;
export const SPAN_SECONDS: usize = 72;
export const STAMP_TEXT: usize = 32;
export const STAMP_SUFFIX: usize = 64;

/** What a token of JSON is: where it ends shows in it. */
export const QUOTED: i32 = 1;
export const BARE: i32 = 2;
/** A word inside of a kept value. */
export const WORD: i32 = 3;
/** A kept number, whose digits count. */
export const KEPT_NUMBER: i32 = 4;
/** The beginning of a kept value; that of one which begins with a variable word. */
export const MARK: i32 = 5;
export const MARKED_WORD: i32 = 6;
/** No token: the line's end; and a stretch that goes on in the next step. */
export const FEED: i32 = 7;
export const STRETCH: i32 = 0;

/** A step of a shape: 16 bytes, how many of them count, what stands behind them (as above), and behind FEED the key. */
export const STEP_SIZE: usize = 28;
export const STEP_LENGTH: usize = 16;
export const STEP_KIND: usize = 20;
export const STEP_KEY: usize = 24;
