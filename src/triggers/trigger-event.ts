import { decodeGoJson } from "../json/go-decode.ts";
import { decodeGoUtf8 } from "../json/go-utf8.ts";
import type { JsonValue } from "../json/value.ts";
import { ok, type Result } from "../result.ts";

/** Header name, in Go's canonical form, to its values. */
export type EventHeader = Readonly<Record<string, readonly string[]>>;

/** What a listener received. */
export interface TriggerEvent {
  /** UUID v4, lower case. */
  readonly id: string;
  /** Path and query as received. */
  readonly url: string;
  /** Without `Host`. */
  readonly header: EventHeader;
  readonly body: EventBody;
  /** It comes from the journal, which keeps hashes of the headers that are secrets. */
  readonly hasHashedSecrets?: boolean;
}

/** An event's body: its bytes, its text and its JSON, each worked out once for all triggers. */
export class EventBody {
  readonly bytes: Uint8Array;
  #text: string | undefined;
  #json: Result<JsonValue, string> | undefined;

  constructor(bytes: Uint8Array | string) {
    this.bytes = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    if (typeof bytes === "string") this.#text = bytes;
  }

  /** Bytes that are no UTF-8 become U+FFFD, as Go has it. */
  get text(): string {
    this.#text ??= decodeGoUtf8(this.bytes);
    return this.#text;
  }

  /** The decoded JSON, numbers as doubles; the error is Go's text. An empty body is an error. */
  get json(): Result<JsonValue, string> {
    this.#json ??= this.#decode();
    return this.#json;
  }

  #decode(): Result<JsonValue, string> {
    const decoded = decodeGoJson(this.text);
    // Go tells what is wrong with the bytes, which the text may no longer have.
    return decoded.ok ? decoded : decodeGoJson(this.bytes);
  }

  /** Gives text and JSON up, which take several times the memory of the bytes; they are worked out again when needed. */
  forgetDecoded(): void {
    if (this.bytes.length === 0) return;
    this.#text = undefined;
    this.#json = undefined;
  }

  /** As bindings see it: an empty body is null. */
  get bindingsJson(): Result<JsonValue, string> {
    return this.bytes.length === 0 ? ok(null) : this.json;
  }
}
