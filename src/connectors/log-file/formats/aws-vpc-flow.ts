/** AWS VPC flow logs in their default columns: who spoke with whom, from when to when, let through or not. */
import type { LogFormat } from '../format.ts';
import { parsedLine } from './parsed.ts';

const LINE =
  /^[2-7] (?:\d{12}|unknown|-) (eni-[0-9a-f]{8,17}|-) (?:\S{1,45} ){7}(\d{10}) (\d{10}) (ACCEPT|REJECT|-) (OK|NODATA|SKIPDATA)\s{0,4}$/;

export const format: LogFormat = {
  id: 'aws-vpc-flow',
  role: 'record',
  sniff: (line) => (LINE.test(line.slice(0, 400)) ? 1 : 0),
  parse: (line) => {
    const found = LINE.exec(line.slice(0, 400));
    if (found === null) return null;
    return parsedLine({
      wallMs: Number(found[2]) * 1000,
      offsetMinutes: 0,
      message: line.trim(),
      attributes: { 'network.interface': found[1] ?? '', action: found[4] ?? '' },
    });
  },
  samples: [
    {
      line: '2 123456789010 eni-0a1b2c3d4e5f60718 172.31.9.69 172.31.9.12 49761 3389 6 20 4249 1709367330 1709367390 REJECT OK',
      expect: {
        wallMs: 1709367330000,
        offsetMinutes: 0,
        severity: 'unknown',
        attributes: { 'network.interface': 'eni-0a1b2c3d4e5f60718', action: 'REJECT' },
      },
    },
  ],
};
