/** One field of a message as it is on the wire. */
export type WireField =
  | { readonly number: number; readonly kind: "varint"; readonly value: bigint }
  | { readonly number: number; readonly kind: "bytes"; readonly value: Uint8Array }
  | { readonly number: number; readonly kind: "fixed"; readonly value: Uint8Array };

/** Bytes that are no protobuf message. */
export class MalformedMessage extends Error {}

/** The fields of a protobuf message in their order (encoding: protobuf.dev). Throws MalformedMessage. */
export function* readFields(bytes: Uint8Array): Generator<WireField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new MalformedMessage("unexpected EOF");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new MalformedMessage("integer overflow");
  };
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new MalformedMessage("unexpected EOF");
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Number(tag >> 3n);
    if (number < 1 || number > 0x1fffffff) throw new MalformedMessage(`illegal tag ${number}`);
    switch (tag & 7n) {
      case 0n:
        yield { number, kind: "varint", value: varint() };
        break;
      case 1n:
        yield { number, kind: "fixed", value: take(8) };
        break;
      case 2n:
        yield { number, kind: "bytes", value: take(Number(varint())) };
        break;
      case 5n:
        yield { number, kind: "fixed", value: take(4) };
        break;
      default:
        throw new MalformedMessage(`illegal wireType ${tag & 7n}`);
    }
  }
}
