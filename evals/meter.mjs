/**
 * Preloaded into a measured command (`node --import`): writes what the process and the children it waited for have cost to the file in
 * WICKED_EVAL_METER when it ends. A killed process writes nothing. Where there is no /proc, children are not counted.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const file = process.env['WICKED_EVAL_METER'];
/** Clock ticks per second of /proc, the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** CPU milliseconds of children that have ended, user and system. */
function childrenMs() {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    // The name of the program, in brackets, may hold spaces; the fields count from behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[13]) + Number(fields[14])) * 1000) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

if (file !== undefined) {
  // The children of the measured command are no concern of ours.
  delete process.env['WICKED_EVAL_METER'];
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const cpuMs = (userCPUTime + systemCPUTime) / 1000 + childrenMs();
    writeFileSync(file, JSON.stringify({ cpuMs, rssBytes: maxRSS * 1024 }));
  });
}
