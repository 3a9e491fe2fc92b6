import type { RootPart } from "./sandbox-root.ts";

interface SandboxIsolation {
  readonly hostname: string;
  readonly hasNetwork: boolean;
  readonly isPrivileged: boolean;
  /** The root is an unpacked image, which may lack this machine's programs. */
  readonly isImage: boolean;
}

export interface SandboxCommand {
  readonly parts: readonly RootPart[];
  readonly isolation: SandboxIsolation;
  readonly cwd: string;
  /** The command in the sandbox. */
  readonly words: readonly string[];
  /** An empty folder of this machine that the tool may use to build the root in. */
  readonly scratch: string;
}

/** A program of this machine that makes sandboxes. */
export interface SandboxTool {
  readonly name: "bubblewrap" | "unshare";
  /** The command of this machine whose end is the sandbox's end, and whose death ends everything in it. */
  command(sandbox: SandboxCommand): { readonly program: string; readonly args: readonly string[] };
}

/** What root may do in a container by default, without CAP_ prefix. */
export const containerCapabilities = [
  "chown",
  "dac_override",
  "fowner",
  "fsetid",
  "kill",
  "setgid",
  "setuid",
  "setpcap",
  "net_bind_service",
  "sys_chroot",
  "setfcap",
  "audit_write",
] as const;
