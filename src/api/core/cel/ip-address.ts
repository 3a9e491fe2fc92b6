/** An address as a number of 32 or 128 bits. */
export interface IpAddress {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/**
 * Reads an IPv4 or IPv6 address; undefined when the text is none. IPv4 parts have no leading zeros, and neither zones nor
 * IPv4 addresses mapped into IPv6 are taken.
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (!text.includes(":")) {
    const value = parseV4(text);
    return value === undefined ? undefined : { bits: 32, value };
  }
  const value = parseV6(text);
  return value === undefined || value >> 32n === 0xffffn ? undefined : { bits: 128, value };
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return undefined;
  return parts.reduce((so, part) => so * 256n + BigInt(part), 0n);
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [left, right] = halves.map((half) => groups(half));
  if (left === undefined || (halves.length === 2 && right === undefined)) return undefined;
  const tail = right ?? [];
  const missing = 8 - left.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  return [...left, ...new Array<bigint>(missing).fill(0n), ...tail].reduce((so, group) => so * 65536n + group, 0n);
}

/** The 16-bit groups of a part of an address, which may end as IPv4 addresses are written. */
function groups(text: string): readonly bigint[] | undefined {
  if (text === "") return [];
  const found: bigint[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1 && part.includes(".")) {
      const v4 = parseV4(part);
      if (v4 === undefined) return undefined;
      found.push(v4 >> 16n, v4 & 0xffffn);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) found.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return found;
}

/** The canonical text (RFC 5952). */
export function printIpAddress({ bits, value }: IpAddress): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
  const hex = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  const zeros = longestZeros(hex);
  if (zeros.length < 2) return hex.join(":");
  return `${hex.slice(0, zeros.start).join(":")}::${hex.slice(zeros.start + zeros.length).join(":")}`;
}

/** The first of the longest runs of zero groups. */
function longestZeros(hex: readonly string[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < hex.length; start++) {
    let length = 0;
    while (hex[start + length] === "0") length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}

/** Whether the first bits of an address are those of another. */
export function hasPrefix(address: IpAddress, prefix: IpAddress, length: number): boolean {
  const rest = BigInt(address.bits - length);
  return address.bits === prefix.bits && address.value >> rest === prefix.value >> rest;
}
