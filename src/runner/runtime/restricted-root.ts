import { readFileSync } from "node:fs";

const sysResource = 24n;
/** More than this podman does not hand on either. */
const maxProcesses = 32_768;

/**
 * Arguments of `podman run` for a root user that may not raise resource limits, as in most containers and CI machines:
 * podman asks for more than it has by default, and every start fails.
 */
export function restrictedRootArgs(): readonly string[] {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return [];
  try {
    const capabilities = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
    if ((BigInt(`0x${capabilities}`) >> sysResource) & 1n) return [];
    const limits = readFileSync("/proc/self/limits", "utf8");
    const hard = (name: string): number => {
      const found = new RegExp(`^${name}\\s+\\S+\\s+(\\d+)`, "m").exec(limits)?.[1];
      return found === undefined ? Number.POSITIVE_INFINITY : Number(found);
    };
    const files = hard("Max open files");
    const processes = Math.min(hard("Max processes"), maxProcesses);
    return [
      ...(Number.isFinite(files) ? ["--ulimit", `nofile=${files}:${files}`] : []),
      "--ulimit",
      `nproc=${processes}:${processes}`,
    ];
  } catch {
    return [];
  }
}
