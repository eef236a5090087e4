/** What the parts of the kernel leave for each other about the line at hand. */
import { SHAPES } from './layout';

export let shapesEnd: usize = SHAPES;
/** Hash of the last record up to its first variable token, 0 where that cannot begin a shape. */
export let opening: u64 = 0;
export let guessed: i32 = -1;
/** Where the last record began, if it is JSON that may have a shape; else -1. */
export let recordStart: i32 = -1;
export let tokenCount: i32 = 0;
export let stop: i32 = 0;
/** Of the last stamp, within the span. */
export let stampMs: i32 = 0;
export let stampSecond: i32 = 0;
/** Which of the looks it has; -1 for no stamp. */
export let stampLook: i32 = -1;
