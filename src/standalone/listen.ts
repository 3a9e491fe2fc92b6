import type { AddressInfo, Server } from "node:net";
import { err, ok, type Result } from "../result.ts";
import { type Address, formatAddress } from "./address.ts";

/** Opens a server's port. The error says which flag to change. */
export function listen(server: Server, address: Address, flag: string): Promise<Result<Address, string>> {
  return new Promise((resolve) => {
    const onError = (error: NodeJS.ErrnoException) =>
      resolve(err(`${explain(error, address)}; choose another with ${flag}`));
    server.once("error", onError);
    server.listen({ host: address.host, port: address.port, backlog: 4096 }, () => {
      server.off("error", onError);
      resolve(ok({ host: address.host, port: (server.address() as AddressInfo).port }));
    });
  });
}

function explain(error: NodeJS.ErrnoException, address: Address): string {
  switch (error.code) {
    case "EADDRINUSE":
      return `${formatAddress(address)} is in use by another program`;
    case "EACCES":
      return `no permission to open ${formatAddress(address)} (ports below 1024 need root)`;
    case "EADDRNOTAVAIL":
      return `${address.host} is no address of this machine`;
    default:
      return `cannot open ${formatAddress(address)}: ${error.message}`;
  }
}
