import { err, ok, type Result } from "../../result.ts";
import { type FlagValue, flagWithoutEffect, readFlagValue, splitFlag } from "../go-flag.ts";
import { parseListenerJournal } from "./listener-journal.ts";

/** The controller's flags about the sinks that it deploys; all times are seconds (spec: controller, section 1). */
export interface ControllerFlags {
  readonly image: string;
  /** The port of a listener's Service, unless the listener names one. */
  readonly port: number;
  /** Whether pods and containers get security contexts; when not, a user's own are dropped, too. */
  readonly setSecurityContext: boolean;
  readonly readOnlyRootFilesystem: boolean;
  /** `enable` or `disable`: whether sinks emit Kubernetes events. */
  readonly events: string;
  readonly readTimeout: number;
  readonly writeTimeout: number;
  readonly idleTimeout: number;
  readonly timeoutHandler: number;
  readonly httpClientReadTimeout: number;
  readonly httpClientKeepAlive: number;
  readonly httpClientTlsHandshakeTimeout: number;
  readonly httpClientResponseHeaderTimeout: number;
  readonly httpClientExpectContinueTimeout: number;
  /** Of the default probes. */
  readonly periodSeconds: number;
  readonly failureThreshold: number;
  /** Where sinks keep accepted events unless their EventListener says so itself (ours, not Tekton's). */
  readonly journal: string;
}

/** What a controller does that is given no flags. */
export const defaultControllerFlags: ControllerFlags = {
  image: "override-with-el:latest",
  port: 8080,
  setSecurityContext: true,
  readOnlyRootFilesystem: true,
  events: "disable",
  readTimeout: 5,
  writeTimeout: 40,
  idleTimeout: 30,
  timeoutHandler: 5,
  httpClientReadTimeout: 30,
  httpClientKeepAlive: 30,
  httpClientTlsHandshakeTimeout: 10,
  httpClientResponseHeaderTimeout: 10,
  httpClientExpectContinueTimeout: 1,
  periodSeconds: 10,
  failureThreshold: 3,
  journal: "memory",
};

const flagNames: ReadonlyMap<string, keyof ControllerFlags> = new Map([
  ["el-image", "image"],
  ["el-port", "port"],
  ["el-security-context", "setSecurityContext"],
  ["el-read-only-root-filesystem", "readOnlyRootFilesystem"],
  ["el-events", "events"],
  ["el-readtimeout", "readTimeout"],
  ["el-writetimeout", "writeTimeout"],
  ["el-idletimeout", "idleTimeout"],
  ["el-timeouthandler", "timeoutHandler"],
  ["el-httpclient-readtimeout", "httpClientReadTimeout"],
  ["el-httpclient-keep-alive", "httpClientKeepAlive"],
  ["el-httpclient-tlshandshaketimeout", "httpClientTlsHandshakeTimeout"],
  ["el-httpclient-responseheadertimeout", "httpClientResponseHeaderTimeout"],
  ["el-httpclient-expectcontinuetimeout", "httpClientExpectContinueTimeout"],
  ["period-seconds", "periodSeconds"],
  ["failure-threshold", "failureThreshold"],
  ["el-journal", "journal"],
]);

/**
 * Reads flags as Go's `flag` package does: `-name value`, `-name=value`, one dash or two; a switch takes its value only
 * after `=`. Reading ends at the first argument that is no flag.
 */
export function parseControllerFlags(args: readonly string[]): Result<ControllerFlags, string> {
  const flags: Record<string, FlagValue> = { ...defaultControllerFlags };
  for (let i = 0; i < args.length; i++) {
    const flag = splitFlag(args[i] ?? "");
    if (flag === undefined) break;
    const { name } = flag;
    const field = flagNames.get(name);
    const takes = field === undefined ? flagWithoutEffect(name) : undefined;
    if (field === undefined && takes === undefined) return err(`flag provided but not defined: -${name}`);
    const isSwitch = takes === "switch" || (field !== undefined && typeof flags[field] === "boolean");
    const value = flag.attached ?? (isSwitch ? "true" : args[++i]);
    if (value === undefined) return err(`flag needs an argument: -${name}`);
    if (field === undefined) continue;
    const read = readFlagValue(value, flags[field] ?? "");
    if (read === undefined) return err(`invalid value ${JSON.stringify(value)} for flag -${name}: parse error`);
    if (field === "journal") {
      const journal = parseListenerJournal(value);
      if (!journal.ok) return err(`invalid value for flag -${name}: ${journal.error}`);
    }
    flags[field] = read;
  }
  return ok(flags as unknown as ControllerFlags);
}
