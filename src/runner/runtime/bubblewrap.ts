import type { RootPart } from "./sandbox-root.ts";
import type { SandboxCommand, SandboxTool } from "./sandbox-tool.ts";
import { containerCapabilities } from "./sandbox-tool.ts";

/** Sandboxes by the program `bwrap`. */
export const bubblewrap: SandboxTool = {
  name: "bubblewrap",
  command({ parts, isolation, cwd, words }: SandboxCommand) {
    const isRoot = process.getuid?.() === 0;
    const args = [
      "--die-with-parent",
      "--unshare-pid",
      "--unshare-ipc",
      "--unshare-uts",
      "--hostname",
      isolation.hostname,
    ];
    if (!isRoot) args.push("--unshare-user", "--uid", "0", "--gid", "0");
    if (!isolation.hasNetwork) args.push("--unshare-net");
    if (!isolation.isPrivileged) {
      args.push(
        "--cap-drop",
        "ALL",
        ...containerCapabilities.flatMap((name) => ["--cap-add", `CAP_${name.toUpperCase()}`]),
      );
    }
    for (const part of parts) args.push(...partArgs(part));
    args.push("--remount-ro", "/", "--chdir", cwd, "--", ...words);
    return { program: "bwrap", args };
  },
};

function partArgs(part: RootPart): readonly string[] {
  switch (part.kind) {
    case "bind":
      return [part.readOnly ? "--ro-bind" : "--bind", part.from, part.to];
    case "folder":
      return ["--dir", part.to];
    case "link":
      return ["--symlink", part.target, part.to];
    case "tmpfs":
      return ["--tmpfs", part.to];
    case "devices":
      return part.all ? ["--dev-bind", "/dev", "/dev"] : ["--dev", "/dev"];
    case "processes":
      return ["--proc", "/proc"];
    default:
      return part satisfies never;
  }
}
