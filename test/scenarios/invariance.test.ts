/** Both scenarios under other names and at other times: the same answers (SEED-19). */
import { afterAll, describe, expect, it } from 'vitest';
import { layOut, removeTemporaryFolders, SYMPTOM, triage } from './lab.ts';
import { answers, renamed, shifted } from './renamed.ts';

const NOW = '2024-01-15T14:41:00Z';
const DAY_MS = 86_400_000;
/** Over a month's end, to another weekday and another hour. */
const SHIFT_MS = 23 * DAY_MS + 5 * 3_600_000 + 17_000;

const same = (text: string) => text;

afterAll(removeTemporaryFolders);

describe.each(['seed-as-written', 'demo'])('%s', (scenario) => {
  it('answers alike when every service and key is called something else', async () => {
    const [plain, other] = await Promise.all([layOut(scenario), layOut(scenario, renamed)]);
    const [expected, found] = await Promise.all([
      triage(plain, { now: NOW }),
      triage(other, { now: NOW, symptom: renamed(SYMPTOM) }),
    ]);
    expect(answers(found, same, 0)).toEqual(answers(expected, renamed, 0));
  });

  it('answers alike when everything happened at another time', async () => {
    const move = shifted(SHIFT_MS);
    const [plain, later] = await Promise.all([layOut(scenario), layOut(scenario, move)]);
    const [expected, found] = await Promise.all([
      triage(plain, { now: NOW }),
      triage(later, { now: move(NOW) }),
    ]);
    expect(answers(found, same, 0)).toEqual(answers(expected, same, SHIFT_MS));
  });
});
