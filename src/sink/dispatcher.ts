import { sleep } from "../kube/backoff.ts";
import type { AcceptedEvent, CreatedObject, EventJournal, PairRecord, PairState } from "../triggers/event-journal.ts";
import {
  type EngineEnvironment,
  type ListenerRef,
  runGroup,
  runTrigger,
  serviceAccountOf,
} from "../triggers/run-trigger.ts";
import type { SelectedTrigger, Selection, TriggerGroup } from "../triggers/select-triggers.ts";
import { EventBody, type TriggerEvent } from "../triggers/trigger-event.ts";
import type { TriggerIdentity, TriggerOutcome, TriggerVerdict } from "../triggers/verdict.ts";
import type { AttemptSpan, EventTracing } from "./event-tracing.ts";
import type { ObjectCreator } from "./resource-creator.ts";
import type { SinkLog } from "./sink-log.ts";
import type { SinkMetrics } from "./sink-metrics.ts";
import { TurnTaking } from "./turn-taking.ts";
import { logCreation, logFailedCreation, logVerdict } from "./verdict-log.ts";
import { type BodyClaim, WaitingBodies, type WaitingBody } from "./waiting-bodies.ts";

/** How failures that may pass are tried again. */
export interface RetryPolicy {
  /** Before the second attempt, in milliseconds; doubled each time. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** From the first attempt on, in milliseconds; then the event is dead for that trigger. 0: never again. */
  readonly giveUpAfterMs: number;
}

/** What dispatching needs around it. */
export interface DispatcherParts {
  readonly listener: ListenerRef;
  readonly engine: EngineEnvironment;
  readonly creator: ObjectCreator;
  readonly journal: EventJournal;
  readonly metrics: SinkMetrics;
  readonly tracing?: EventTracing;
  readonly retry: RetryPolicy;
  /** How many runs of triggers may be under way at once; further ones wait. */
  readonly maxConcurrent: number;
  /** With as many events in line, requests wait to be taken in. */
  readonly crowd: number;
  /** Turns shared with other listeners, instead of own ones of `maxConcurrent` and `crowd`. */
  readonly turns?: TurnTaking;
  readonly nowMs: () => number;
  /** From 0 to 1, for the jitter of retries. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** A trigger's objects have all been created. */
  readonly onSuccess: (event: Pick<TriggerEvent, "id" | "header">) => void;
}

/** One event on its way through its triggers. */
interface Dispatch {
  readonly event: Omit<TriggerEvent, "body">;
  readonly body: WaitingBody;
  readonly log: SinkLog;
  /** What an earlier process noted, by the trigger's path. */
  readonly earlier: ReadonlyMap<string, PairRecord>;
  /** An earlier process may have created objects without coming to note it. */
  readonly isResumed: boolean;
}

/** What a group's interceptors hand on to its triggers. */
type GroupState = Parameters<typeof runTrigger>[4];

const none: ReadonlyMap<string, PairRecord> = new Map();

/** How many waiting events are kept in decoded form. */
const maxDecoded = 128;

/** How much memory the bodies of events that wait may take; the others are read from the journal again. */
const maxWaitingBytes = 8 * 1024 * 1024;

const finalStates: ReadonlySet<PairState> = new Set(["created", "filtered", "rejected", "failed", "dead"]);

/** Runs accepted events through their triggers until each has come to an end. */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #turns: TurnTaking;
  readonly #bodies: WaitingBodies;
  /** When each event that some trigger has not finished with came in, in the order in which they were taken up. */
  readonly #undispatched = new Map<string, number>();

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#turns = parts.turns ?? new TurnTaking(parts.maxConcurrent, { crowd: parts.crowd });
    this.#bodies = new WaitingBodies(parts.journal, maxWaitingBytes);
  }

  /** Whether what is taken in now will have to wait for its triggers. */
  get isBurst(): boolean {
    return this.#turns.isBurst;
  }

  /** Undefined when an event may be taken in; else whether it may after a while. */
  room(): Promise<boolean> | undefined {
    return this.#turns.room();
  }

  /** An event is being taken in from now until `arrived` is called, which comes before running triggers. */
  arriving(): void {
    this.#turns.arriving();
  }

  arrived(): void {
    this.#turns.arrived();
  }

  /** Events that some trigger has not finished with. */
  get undispatched(): number {
    return this.#undispatched.size;
  }

  /** Whether the event is on its way through its triggers. */
  isUnderWay(eventId: string): boolean {
    return this.#undispatched.has(eventId);
  }

  /** When the one that has waited longest came in, in milliseconds since the epoch. */
  get oldestUndispatchedMs(): number | undefined {
    const oldest = this.#undispatched.values().next();
    return oldest.done ? undefined : oldest.value;
  }

  /** Resolves when every trigger has finished with the event, or the process is about to stop. */
  dispatch(
    accepted: AcceptedEvent,
    selection: Selection,
    log: SinkLog,
    options: {
      readonly body?: EventBody;
      /** The event was taken up before: what is known of it. */
      readonly earlier?: readonly PairRecord[];
      /** The event comes from the journal. */
      readonly isStored?: boolean;
    } = {},
  ): Promise<void> {
    const { id, url, header } = accepted;
    const earlier = options.earlier ? new Map(options.earlier.map((pair) => [pair.trigger.path, pair])) : none;
    const isResumed = options.earlier !== undefined;
    const hasHashedSecrets = isResumed || options.isStored === true;
    // What was decoded at the door is kept for the triggers, unless they have to wait: then it would fill the memory.
    const shared = this.#undispatched.size < maxDecoded ? options.body : undefined;
    const event = { id, url, header, hasHashedSecrets };
    const body = this.#bodies.keep(id, shared ?? new EventBody(accepted.body));
    this.#undispatched.set(id, accepted.receivedAtMs);
    const dispatch = { event, body, log, earlier, isResumed };
    return new Promise((resolve) => {
      this.#turns.begin(() => resolve(this.#runAll(dispatch, selection)));
    });
  }

  /** Apart from `dispatch`, whose arguments must not live as long as this. */
  async #runAll(dispatch: Dispatch, selection: Selection): Promise<void> {
    try {
      const runs = [
        ...selection.triggers.map((trigger) =>
          this.#guard(dispatch, trigger.identity, this.#runPair(trigger, dispatch)),
        ),
        ...selection.groups.map((group) => this.#guard(dispatch, group.identity, this.#runGroup(group, dispatch))),
      ];
      dispatch.body.release();
      await Promise.all(runs);
      if (!this.#parts.signal.aborted) await this.#parts.journal.finish(dispatch.event.id);
    } finally {
      this.#undispatched.delete(dispatch.event.id);
    }
  }

  /** A bug of ours must end one pair, not the process nor the event's other triggers. */
  async #guard({ event, log }: Dispatch, trigger: TriggerIdentity, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      const message = `internal error: ${error instanceof Error ? error.stack : String(error)}`;
      log.error(message);
      const nowMs = this.#parts.nowMs();
      const times = { startedAtMs: nowMs, updatedAtMs: nowMs };
      const pair = { eventId: event.id, trigger, state: "failed", attempts: 1, created: [], error: message } as const;
      await this.#parts.journal.record({ ...pair, ...times });
      this.#parts.metrics.verdict("failed");
    }
  }

  async #runGroup(group: TriggerGroup, dispatch: Dispatch): Promise<void> {
    const { event, earlier } = dispatch;
    const known = earlier.get(group.identity.path);
    if (known && finalStates.has(known.state)) return;
    const log = dispatch.log.with({ "/triggergroup": group.identity.name });
    const attempts = new Attempts(group.identity, event.id, known, this.#parts);
    const body = dispatch.body.claim();
    for (;;) {
      const { listener, engine, tracing } = this.#parts;
      const run = await this.#turns.run(async () => {
        const span = tracing?.attempt(event, group.identity, engine);
        const whole = { ...event, body: await body.read() };
        const done = await runGroup(group, whole, listener, span?.engine ?? engine);
        span?.end(done.kind === "selected" ? { kind: "matched" } : done.verdict.outcome);
        return done;
      });
      if (run.kind === "selected") {
        const inGroup = { ...dispatch, log };
        const pairs = run.triggers.map((trigger) => {
          return this.#guard(inGroup, trigger.identity, this.#runPair(trigger, inGroup, run.state));
        });
        body.release();
        await Promise.all(pairs);
        return;
      }
      body.release();
      logVerdict(log, run.verdict);
      if (!(await this.#settle(attempts, run.verdict, run.verdict.outcome, [], log))) return;
    }
  }

  async #runPair(trigger: SelectedTrigger, dispatch: Dispatch, group?: GroupState): Promise<void> {
    const { event, log: eventLog, earlier, isResumed } = dispatch;
    const known = earlier.get(trigger.identity.path);
    if (known && finalStates.has(known.state)) return;
    const log = eventLog.with({ "/trigger": trigger.identity.name });
    const attempts = new Attempts(trigger.identity, event.id, known, this.#parts);
    const body = dispatch.body.claim();
    let created: readonly CreatedObject[] = known?.created ?? [];
    for (;;) {
      const isRepeated = isResumed || attempts.count > 0;
      const done = await this.#turns.run(async () => {
        const span = this.#parts.tracing?.attempt(event, trigger.identity, this.#parts.engine);
        const verdict = await this.#evaluate(trigger, event, body, span, group);
        logVerdict(log, verdict);
        const made = await this.#create(trigger, verdict, created, isRepeated, log, span);
        span?.end(made.outcome);
        return made;
      });
      created = done.created;
      if (done.outcome.kind === "matched") this.#parts.onSuccess(event);
      if (!(await this.#settle(attempts, done.verdict, done.outcome, created, log))) return;
    }
  }

  /** Apart from the creation, which takes as long as the API server does: the decoded event must not live through it. */
  async #evaluate(
    trigger: SelectedTrigger,
    event: Dispatch["event"],
    body: BodyClaim,
    span: AttemptSpan | undefined,
    group: GroupState | undefined,
  ): Promise<TriggerVerdict> {
    const { listener, engine } = this.#parts;
    const whole = { ...event, body: await body.read() };
    const verdict = await runTrigger(trigger, whole, listener, span?.engine ?? engine, group);
    body.release();
    return verdict;
  }

  /** Creates what the verdict plans; what is there already from an earlier attempt stays. */
  async #create(
    trigger: SelectedTrigger,
    verdict: TriggerVerdict,
    before: readonly CreatedObject[],
    isRepeated: boolean,
    log: SinkLog,
    span: AttemptSpan | undefined,
  ): Promise<{ verdict: TriggerVerdict; outcome: TriggerOutcome; created: readonly CreatedObject[] }> {
    const created = [...before.slice(0, verdict.objects.length)];
    const account = serviceAccountOf(trigger);
    for (let index = created.length; index < verdict.objects.length; index++) {
      const planned = verdict.objects[index];
      if (planned === undefined) break;
      logCreation(log, verdict.eventId, planned);
      const creating = span?.creating(planned.resource.kind);
      const made = await this.#parts.creator.create(verdict, index, account, {
        isRepeated,
        ...(creating === undefined ? {} : { trace: creating.context }),
      });
      creating?.end(made.ok ? undefined : made.error.message);
      if (!made.ok) {
        logFailedCreation(log, made.error.message);
        const { message, canPass, reason = "CreateFailed" } = made.error;
        const outcome: TriggerOutcome = { kind: "failed", reason, message, canPass };
        return { verdict: { ...verdict, outcome }, outcome, created };
      }
      created.push(made.value);
    }
    const { outcome } = verdict;
    if (outcome.kind === "matched")
      for (const object of verdict.objects) this.#parts.metrics.created(object.resource.kind);
    else if (isPlanFailure(outcome)) logFailedCreation(log, outcome.message);
    return { verdict, outcome, created };
  }

  /** Notes how an attempt ended; true when there is to be another one, after the pause. */
  async #settle(
    attempts: Attempts,
    verdict: TriggerVerdict,
    outcome: TriggerOutcome,
    created: readonly CreatedObject[],
    log: SinkLog,
  ): Promise<boolean> {
    const { journal, metrics, retry, random, signal } = this.#parts;
    const delayMs = outcome.kind === "failed" && outcome.canPass ? attempts.nextDelayMs(retry, random) : undefined;
    const state = delayMs === undefined ? finalState(outcome, retry) : "retrying";
    await journal.record(attempts.ended(state, verdict, outcome, created));
    if (delayMs === undefined) {
      metrics.verdict(state);
      return false;
    }
    log.info(`trying again in ${Math.round(delayMs)} ms`);
    await sleep(delayMs, signal);
    return !signal.aborted;
  }
}

/** Counts the attempts at one event with one trigger, over restarts. */
class Attempts {
  count: number;
  readonly #trigger: TriggerIdentity;
  readonly #eventId: string;
  readonly #startedAtMs: number;
  readonly #nowMs: () => number;

  constructor(
    trigger: TriggerIdentity,
    eventId: string,
    known: PairRecord | undefined,
    { nowMs }: { readonly nowMs: () => number },
  ) {
    this.#trigger = trigger;
    this.#eventId = eventId;
    this.count = known?.attempts ?? 0;
    this.#startedAtMs = known?.startedAtMs ?? nowMs();
    this.#nowMs = nowMs;
  }

  /** Undefined when it has been tried long enough. */
  nextDelayMs({ baseDelayMs, maxDelayMs, giveUpAfterMs }: RetryPolicy, random: () => number): number | undefined {
    if (this.#nowMs() - this.#startedAtMs >= giveUpAfterMs) return undefined;
    const delayMs = Math.min(maxDelayMs, baseDelayMs * 2 ** Math.min(this.count, 30));
    return delayMs * (0.5 + random() / 2);
  }

  ended(
    state: PairState,
    verdict: TriggerVerdict,
    outcome: TriggerOutcome,
    created: readonly CreatedObject[],
  ): PairRecord {
    this.count++;
    return {
      eventId: this.#eventId,
      trigger: this.#trigger,
      state,
      attempts: this.count,
      startedAtMs: this.#startedAtMs,
      updatedAtMs: this.#nowMs(),
      verdict,
      created,
      ...(outcome.kind === "failed" ? { error: outcome.message } : {}),
    };
  }
}

function finalState(outcome: TriggerOutcome, retry: RetryPolicy): PairState {
  switch (outcome.kind) {
    case "matched":
      return "created";
    case "failed":
      return outcome.canPass && retry.giveUpAfterMs > 0 ? "dead" : "failed";
    default:
      return outcome.kind;
  }
}

/** Whether a failure is one of planning an object, which Tekton words like one of creating it. */
function isPlanFailure(outcome: TriggerOutcome): outcome is Extract<TriggerOutcome, { readonly kind: "failed" }> {
  return outcome.kind === "failed" && (outcome.reason === "TemplateInvalid" || outcome.reason === "ResourceUnknown");
}
