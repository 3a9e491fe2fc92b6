import { declare, type FunctionRow } from "../../../cel/function-table.ts";
import { opaqueType } from "../../../cel/types.ts";
import { CelFailure, CelOpaque, type Outcome } from "../../../cel/values.ts";
import { hasPrefix, type IpAddress, parseIpAddress, printIpAddress } from "./ip-address.ts";

class CelIp extends CelOpaque {
  readonly typeName = "net.IP";
  readonly address: IpAddress;

  constructor(address: IpAddress) {
    super();
    this.address = address;
  }

  equals(other: CelOpaque): boolean {
    return other instanceof CelIp && sameAddress(this.address, other.address);
  }

  override text(): string {
    return printIpAddress(this.address);
  }
}

class CelCidr extends CelOpaque {
  readonly typeName = "net.CIDR";
  readonly address: IpAddress;
  readonly length: number;

  constructor(address: IpAddress, length: number) {
    super();
    this.address = address;
    this.length = length;
  }

  equals(other: CelOpaque): boolean {
    return other instanceof CelCidr && this.length === other.length && sameAddress(this.address, other.address);
  }

  override text(): string {
    return `${printIpAddress(this.address)}/${this.length}`;
  }
}

function sameAddress(a: IpAddress, b: IpAddress): boolean {
  return a.bits === b.bits && a.value === b.value;
}

function readIp(text: string): CelIp | CelFailure {
  const address = parseIpAddress(text);
  if (address) return new CelIp(address);
  return new CelFailure(`IP Address ${JSON.stringify(text)} parse error during conversion from string`);
}

function readCidr(text: string): CelCidr | CelFailure {
  const [, host = "", digits = ""] = /^(.*)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const address = parseIpAddress(host);
  if (address && digits !== "" && Number(digits) <= address.bits) return new CelCidr(address, Number(digits));
  return new CelFailure(`CIDR ${JSON.stringify(text)} parse error during conversion from string`);
}

/** Whether an address lies in a network, both given by their text of version 4 and 6. */
function within(prefix4: string, prefix6: string): (ip: CelIp) => boolean {
  const networks = [prefix4, prefix6].map((text) => readCidr(text) as CelCidr);
  return ({ address }) => networks.some((network) => hasPrefix(address, network.address, network.length));
}

const isLoopback = within("127.0.0.0/8", "::1/128");
const isLinkLocalUnicast = within("169.254.0.0/16", "fe80::/10");
const isLinkLocalMulticast = within("224.0.0.0/24", "ff02::/16");
const isMulticast = within("224.0.0.0/4", "ff00::/8");

function isUnspecified({ address }: CelIp): boolean {
  return address.value === 0n;
}

function isGlobalUnicast(ip: CelIp): boolean {
  const isBroadcast = ip.address.bits === 32 && ip.address.value === 0xffff_ffffn;
  return !(isBroadcast || isUnspecified(ip) || isLoopback(ip) || isMulticast(ip) || isLinkLocalUnicast(ip));
}

function masked({ address, length }: CelCidr): CelCidr {
  const rest = BigInt(address.bits - length);
  return new CelCidr({ ...address, value: (address.value >> rest) << rest }, length);
}

function containsIp({ address, length }: CelCidr, ip: CelIp): boolean {
  return hasPrefix(ip.address, address, length);
}

function containsCidr(outer: CelCidr, inner: CelCidr): boolean {
  return inner.length >= outer.length && hasPrefix(inner.address, outer.address, outer.length);
}

/** Takes text in the place of a parsed value. */
function fromText<T extends CelOpaque>(
  read: (text: string) => T | CelFailure,
  use: (cidr: CelCidr, value: T) => boolean,
): (cidr: CelCidr, text: string) => Outcome {
  return (cidr, text) => {
    const value = read(text);
    return value instanceof CelFailure ? value : use(cidr, value);
  };
}

const rows: readonly FunctionRow[] = [
  ["ip(string) -> IP", readIp],
  ["isIP(string) -> bool", (text: string) => parseIpAddress(text) !== undefined],
  [
    "ip.isCanonical(string) -> bool",
    (text: string) => {
      const read = readIp(text);
      return read instanceof CelFailure ? read : read.text() === text;
    },
  ],
  ["string(IP) -> string", (ip: CelIp) => ip.text()],
  ["IP.family() -> int", ({ address }: CelIp) => (address.bits === 32 ? 4n : 6n)],
  ["IP.isUnspecified() -> bool", isUnspecified],
  ["IP.isLoopback() -> bool", isLoopback],
  ["IP.isLinkLocalMulticast() -> bool", isLinkLocalMulticast],
  ["IP.isLinkLocalUnicast() -> bool", isLinkLocalUnicast],
  ["IP.isGlobalUnicast() -> bool", isGlobalUnicast],
  ["cidr(string) -> CIDR", readCidr],
  ["isCIDR(string) -> bool", (text: string) => readCidr(text) instanceof CelCidr],
  ["string(CIDR) -> string", (cidr: CelCidr) => cidr.text()],
  ["CIDR.containsIP(IP) -> bool", containsIp],
  ["CIDR.containsIP(string) -> bool", fromText(readIp, containsIp)],
  ["CIDR.containsCIDR(CIDR) -> bool", containsCidr],
  ["CIDR.containsCIDR(string) -> bool", fromText(readCidr, containsCidr)],
  ["CIDR.ip() -> IP", ({ address }: CelCidr) => new CelIp(address)],
  ["CIDR.masked() -> CIDR", masked],
  ["CIDR.prefixLength() -> int", ({ length }: CelCidr) => BigInt(length)],
];

/** Addresses and networks (Kubernetes documentation of CEL, "Kubernetes IP address library" and "CIDR library"). */
export const addressFunctions = declare(rows, {
  isGuarded: true,
  types: { IP: opaqueType("net.IP"), CIDR: opaqueType("net.CIDR") },
});
