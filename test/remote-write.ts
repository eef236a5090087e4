/** Samples into a running Prometheus by its remote-write protocol: protobuf by hand, snappy without compression. For tests alone. */

export interface WrittenSeries {
  /** `__name__` among them. */
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds since 1970 and value, ascending. */
  readonly samples: readonly (readonly [number, number])[];
}

/** Throws with what the server answered where it does not take them. */
export async function remoteWrite(url: string, series: readonly WrittenSeries[]): Promise<void> {
  const body = snappyBlock(Buffer.concat(series.map((one) => field(1, timeSeries(one)))));
  const response = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    },
    body: new Uint8Array(body),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}

function timeSeries({ labels, samples }: WrittenSeries): Buffer {
  const names = Object.keys(labels).sort();
  return Buffer.concat([
    ...names.map((name) =>
      field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(labels[name] ?? ''))])),
    ),
    ...samples.map(([at, value]) => field(2, sample(at, value))),
  ]);
}

function sample(at: number, value: number): Buffer {
  const double = Buffer.alloc(9);
  double[0] = (1 << 3) | 1;
  double.writeDoubleLE(value, 1);
  return Buffer.concat([double, Buffer.from([2 << 3]), varint(at)]);
}

/** A length-delimited field of protobuf. */
function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2]), varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

/** The block format with literals alone, each of at most 64 KiB. */
function snappyBlock(content: Buffer): Buffer {
  const parts: Buffer[] = [varint(content.length)];
  for (let at = 0; at < content.length; at += 65_536) {
    const chunk = content.subarray(at, at + 65_536);
    const tag = Buffer.alloc(3);
    tag[0] = 61 << 2;
    tag.writeUInt16LE(chunk.length - 1, 1);
    parts.push(tag, chunk);
  }
  return Buffer.concat(parts);
}
