import type { JsonValue } from "../../../src/json/value.ts";

interface WatchEvent {
  readonly afterExchange: number;
  readonly [field: string]: JsonValue;
}

/** A recorded request and its answer (README-kube-api.md). */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly requestHeaders?: Readonly<Record<string, string>>;
  readonly requestBody?: JsonValue;
  readonly status: number | null;
  readonly responseHeaders?: Readonly<Record<string, string>>;
  readonly responseBody?: JsonValue;
  readonly watch?: boolean;
  readonly events?: readonly WatchEvent[];
  readonly end?: string;
  readonly direction?: string;
  readonly upgraded?: boolean;
  readonly trimmed?: JsonValue;
}
