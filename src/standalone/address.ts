import { err, ok, type Result } from "../result.ts";

/** Where a server listens. Port 0 means a free one. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Reads `HOST:PORT`, `[IPV6]:PORT`, `:PORT` (all interfaces) or `PORT`. */
export function parseAddress(text: string, flag: string): Result<Address, string> {
  const match = /^(?:(\[[0-9a-fA-F:.]+\]|[^:[\]]*):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) {
    return err(`${flag} ${text}: an address is HOST:PORT, such as 127.0.0.1:8080 (port 0 picks a free one)`);
  }
  const host = (match[1] ?? "").replace(/^\[|\]$/g, "");
  return ok({ host: host === "" ? "0.0.0.0" : host, port });
}

/** `host:port` with brackets around an IPv6 address. */
export function formatAddress({ host, port }: Address): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** An address that a client on this machine can use: a wildcard becomes the loopback address. */
export function localUrl(scheme: "http" | "https", address: Address): string {
  const host = address.host === "0.0.0.0" ? "127.0.0.1" : address.host === "::" ? "::1" : address.host;
  return `${scheme}://${formatAddress({ host, port: address.port })}`;
}
