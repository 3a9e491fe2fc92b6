import type { K8sObject } from "../api/object.ts";
import { sleep } from "./backoff.ts";
import {
  type CertificateNames,
  type CertificateSet,
  certificateProblem,
  certificateSetData,
  issueCertificateSet,
  readCertificateSet,
  withFormerAuthority,
} from "./certificate-set.ts";
import type { KubeClient } from "./client.ts";
import { Informer } from "./informer.ts";
import { secrets } from "./known-resources.ts";

/** How often it is looked whether an authority is announced, in milliseconds. */
const announcementPollMs = 100;

export interface ServingCertificatesOptions {
  readonly client: KubeClient;
  readonly names: CertificateNames;
  /** In the namespace of the names. It must exist: it is filled, never created. */
  readonly secretName: string;
  readonly validityMs: number;
  /** A set that is valid for less than this is replaced. */
  readonly renewBeforeMs: number;
  /** How often the set is looked at. */
  readonly checkEveryMs: number;
  /**
   * How long a renewed certificate waits before it is served, so that clients have learned its authority by then; the
   * one before it is still valid.
   */
  readonly overlapMs: number;
  /**
   * Whether clients are told to trust these authorities: before that the time of `overlapMs` does not begin, for as long
   * as the certificate in use is good. Default: they are at once.
   */
  readonly isAnnounced?: (authorityPem: string) => boolean;
  /** Whether this replica writes the Secret; all of them serve what is in it. */
  readonly isLeader: () => boolean;
  readonly nowMs: () => number;
  readonly log: (message: string) => void;
}

/**
 * The certificates of a component's HTTPS server, kept in a Secret that its replicas share: issued when they are
 * missing, renewed before they expire, taken over without a restart when they change.
 */
export class ServingCertificates {
  readonly #options: ServingCertificatesOptions;
  readonly #informer: Informer;
  readonly #watchers: ((set: CertificateSet) => void)[] = [];
  #stored: CertificateSet | undefined;
  #served: CertificateSet | undefined;
  #told = "";

  constructor(options: ServingCertificatesOptions) {
    this.#options = options;
    this.#informer = new Informer(options.client, secrets, {
      namespace: options.names.namespace,
      fieldSelector: `metadata.name=${options.secretName}`,
      onError: ({ message = "" }) => this.#tell(`cannot watch Secret ${options.secretName}: ${message}`),
    });
  }

  /** What is served now; undefined until the Secret has been filled. */
  get served(): CertificateSet | undefined {
    return this.#served;
  }

  /** The authorities that clients are to trust, as PEM; undefined until there are any. */
  get authorityPem(): string | undefined {
    return this.#stored?.caCertPem;
  }

  /** Calls back when the set in the Secret, or the one that is served, has changed. */
  onChange(watcher: (set: CertificateSet) => void): void {
    this.#watchers.push(watcher);
  }

  /** Resolves when there is a certificate to serve (or the signal aborts); goes on renewing it. */
  async start(signal: AbortSignal): Promise<void> {
    const first = new Promise<void>((resolve) => {
      this.onChange(() => this.#served !== undefined && resolve());
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    this.#informer.onChange((event) => {
      if (event.kind !== "deleted") this.#take(event.object, signal);
    });
    await this.#informer.start(signal);
    void this.#renew(signal);
    await first;
  }

  /** Looks at the Secret now, as a replica must that has become the leader. */
  async check(): Promise<void> {
    const { names, secretName, validityMs, renewBeforeMs, isLeader, nowMs, client } = this.#options;
    const secret = this.#informer.get(names.namespace, secretName);
    // Until a renewed certificate is served, the authority of the one in use must stay trusted: there is room for two.
    if (!this.#informer.synced || !isLeader() || this.#stored !== this.#served) return;
    if (secret === undefined) {
      this.#tell(`Secret ${names.namespace}/${secretName} does not exist: it is part of the installation`);
      return;
    }
    const data = (secret["data"] ?? {}) as Readonly<Record<string, string>>;
    const former = readCertificateSet(data);
    const problem =
      former === undefined
        ? "there is none yet"
        : certificateProblem(former, { nowMs: nowMs(), remainingMs: renewBeforeMs });
    if (problem === undefined) return;
    this.#options.log(`issuing a serving certificate: ${problem}`);
    const set = withFormerAuthority(issueCertificateSet(names, { nowMs: nowMs(), validityMs }), former ?? this.#stored);
    const updated = await client.update(secrets, { ...secret, data: { ...data, ...certificateSetData(set) } });
    // On a conflict somebody else was faster; the watch brings what they wrote.
    if (!updated.ok && updated.error.reason !== "Conflict")
      this.#tell(`cannot update Secret ${secretName}: ${updated.error.message ?? ""}`);
  }

  async #renew(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.check();
      } catch (error) {
        this.#tell(`cannot issue a certificate: ${error instanceof Error ? error.message : String(error)}`);
      }
      // Until there is one at all, nobody can call this component.
      await sleep(
        this.#served === undefined ? Math.min(1_000, this.#options.checkEveryMs) : this.#options.checkEveryMs,
        signal,
      );
    }
  }

  #take(secret: K8sObject, signal: AbortSignal): void {
    const set = readCertificateSet((secret["data"] ?? {}) as Readonly<Record<string, string>>);
    if (set === undefined || set.serverCertPem === this.#stored?.serverCertPem) return;
    const problem = certificateProblem(set, { nowMs: this.#options.nowMs(), remainingMs: 0 });
    if (problem !== undefined) {
      this.#tell(`the certificate in Secret ${this.#options.secretName} is not served: ${problem}`);
      return;
    }
    this.#stored = set;
    const current = this.#served;
    const isUsable =
      current !== undefined &&
      certificateProblem(current, { nowMs: this.#options.nowMs(), remainingMs: this.#options.overlapMs }) === undefined;
    if (isUsable) void this.#serveLater(set, signal);
    else this.#serve(set);
    this.#notify(set);
  }

  async #serveLater(set: CertificateSet, signal: AbortSignal): Promise<void> {
    const { overlapMs, nowMs, isAnnounced = () => true } = this.#options;
    const isLasting = () =>
      this.#served !== undefined &&
      certificateProblem(this.#served, { nowMs: nowMs(), remainingMs: overlapMs }) === undefined;
    const isWaiting = () => !signal.aborted && this.#stored === set;
    while (isWaiting() && isLasting() && !isAnnounced(set.caCertPem)) await sleep(announcementPollMs, signal);
    if (isWaiting()) await sleep(overlapMs, signal);
    if (!isWaiting()) return;
    this.#serve(set);
    this.#options.log("serving the renewed certificate");
    this.#notify(set);
  }

  #serve(set: CertificateSet): void {
    this.#served = set;
  }

  #notify(set: CertificateSet): void {
    for (const watcher of this.#watchers) watcher(set);
  }

  #tell(message: string): void {
    if (message !== this.#told) this.#options.log(message);
    this.#told = message;
  }
}
