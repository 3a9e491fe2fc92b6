import { readFileSync } from "node:fs";
import type { PlannedDns } from "../pod-plan.ts";

const path = "/etc/resolv.conf";

type ResolverSettings = Omit<PlannedDns, "isComplete">;

/** The machine's settings for name resolution; none on a machine without such a file. */
function machineSettings(): ResolverSettings {
  try {
    return parseResolvConf(readFileSync(path, "utf8"));
  } catch {
    return { nameservers: [], searches: [], options: [] };
  }
}

/** A `resolv.conf` as its library reads it: of several `search` lines the last counts. */
export function parseResolvConf(text: string): ResolverSettings {
  const lines = text.split("\n").map((line) => line.trim().split(/\s+/));
  const words = (keyword: string) => lines.filter(([first]) => first === keyword).map(([, ...rest]) => rest);
  return {
    nameservers: words("nameserver").flat(),
    searches: words("search").at(-1) ?? [],
    options: words("options").flat(),
  };
}

/** The pod's settings behind the machine's, as Kubernetes joins them: an option replaces the one of its name. */
export function resolverSettings(
  { isComplete, nameservers, searches, options }: PlannedDns,
  machine: ResolverSettings = machineSettings(),
): ResolverSettings {
  if (isComplete) return { nameservers, searches, options };
  const byName = new Map([...machine.options, ...options].map((option) => [option.split(":")[0], option]));
  return {
    nameservers: [...new Set([...machine.nameservers, ...nameservers])],
    searches: [...new Set([...machine.searches, ...searches])],
    options: [...byName.values()],
  };
}

export function resolvConf({ nameservers, searches, options }: ResolverSettings): string {
  const lines = [
    ...nameservers.map((address) => `nameserver ${address}`),
    ...(searches.length === 0 ? [] : [`search ${searches.join(" ")}`]),
    ...(options.length === 0 ? [] : [`options ${options.join(" ")}`]),
  ];
  return `${lines.join("\n")}\n`;
}
