import type { SecretLookup } from "../../cel/evaluation.ts";
import { CelFailure, type Outcome } from "../../cel/values.ts";
import type { SecretReader } from "../interceptor.ts";
import { hashSecretValue } from "../secret-header.ts";

/** Expressions that need more rounds of fetching than this compute the names of secrets from secrets. */
const maxRounds = 20;
/** An expression that asks for more secrets than this is not after any one of them. */
const maxSecrets = 100;

/**
 * The secrets that an expression compares with. Evaluation cannot wait, reading a secret takes a while: so an evaluation
 * that asks for an unknown one is repeated after it was fetched.
 */
export class FetchedSecrets implements SecretLookup {
  readonly namespace: string;
  readonly hashOf?: (secret: string) => string;
  readonly #reader: SecretReader;
  // Few expressions need secrets: there are no maps until one does.
  #known: Map<string, string | CelFailure> | undefined;
  #wanted: Map<string, { readonly name: string; readonly key: string }> | undefined;

  /** `hasHashedSecrets`: the event has hashes in the place of secrets. */
  constructor(reader: SecretReader, namespace: string, options: { readonly hasHashedSecrets: boolean }) {
    this.#reader = reader;
    this.namespace = namespace;
    if (options.hasHashedSecrets) this.hashOf = hashSecretValue;
  }

  read(name: string, key: string): string | CelFailure | undefined {
    const id = JSON.stringify([name, key]);
    const known = this.#known?.get(id);
    if (known !== undefined) return known;
    this.#wanted ??= new Map();
    if ((this.#known?.size ?? 0) + this.#wanted.size >= maxSecrets) return new CelFailure("too many secrets");
    this.#wanted.set(id, { name, key });
    return undefined;
  }

  /** Evaluates, fetching secrets in between, until nothing is missing. */
  async evaluate(evaluateOnce: () => Outcome): Promise<Outcome> {
    for (let round = 0; round < maxRounds; round++) {
      const outcome = evaluateOnce();
      if (this.#wanted === undefined) return outcome;
      const wanted = [...this.#wanted];
      this.#wanted = undefined;
      await this.#fetch(wanted);
    }
    return new CelFailure("too many secrets depend on each other");
  }

  /** The reader's error that made an evaluation fail; undefined when it failed for another reason. */
  unreadBy(failure: CelFailure): string | undefined {
    for (const known of this.#known?.values() ?? []) {
      if (known instanceof CelFailure && failure.message.endsWith(`in compareSecret: ${known.message}`)) {
        return known.message;
      }
    }
    return undefined;
  }

  async #fetch(wanted: readonly (readonly [string, { readonly name: string; readonly key: string }])[]): Promise<void> {
    this.#known ??= new Map();
    const known = this.#known;
    await Promise.all(
      wanted.map(async ([id, { name, key }]) => {
        const found = await this.#reader.read({ namespace: this.namespace, name, key });
        known.set(id, found.ok ? found.value : new CelFailure(found.error));
      }),
    );
  }
}
